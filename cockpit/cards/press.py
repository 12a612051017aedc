"""A file that Chromium draws: a button, then the place in the queue, then the file or why there is none."""

from collections.abc import Callable, Hashable

import streamlit as st

from cockpit import format, press, versions
from cockpit.cards.elements import said
from cockpit.errors import CockpitError, RenderError
from cockpit.i18n import _, language, use

OFTEN = 1.0  # seconds between two looks at a job


def printed(
    label: str, icon: str, key: str, filename: str, mime: str, make: Callable[[], press.Make], of: Hashable = None
) -> None:
    """Offer a file to draw. ``make`` is called when it is asked for; ``of``: what the file shows, so that a file of
    another choice is not offered (default: its name)."""
    memory, of = f"{key}_job", of or filename
    kept = st.session_state.get(memory)
    job = kept[1] if kept and kept[0] == of else None
    if job is None:
        _ask(label, icon, key, memory, of, make)
    elif isinstance(job, CockpitError):
        _failed(job, key, memory, of, make)
    elif not job.done:
        st.fragment(_wait, run_every=OFTEN)(job, language())
    else:
        _made(job, label, key, memory, of, filename, mime, make)


def _ask(label: str, icon: str | None, key: str, memory: str, of: Hashable, make: Callable[[], press.Make]) -> None:
    chosen = (memory, of, make, language(), versions.looked_at())
    st.button(label, icon=icon, key=key, on_click=_start, args=chosen, width="stretch")


def _start(memory: str, of: Hashable, make: Callable[[], press.Make], spoken: str, version: int | None) -> None:
    """A callback runs before the page has chosen its language and its data."""
    use(spoken)
    versions.look_at(version)
    try:
        st.session_state[memory] = (of, press.ask(make()))
    except RenderError as problem:
        st.session_state[memory] = (of, problem)


def _wait(job: press.Job, spoken: str) -> None:
    """The place in the queue; when the file is there, the page shows it. A fragment runs without the page, which has
    chosen the language."""
    use(spoken)
    if job.done:
        st.rerun()
    place = job.place
    text = _("Being drawn …") if place == 0 else _("{n} before this one in the queue").format(n=format.number(place))
    st.markdown(text, width="stretch")


def _made(
    job: press.Job, label: str, key: str, memory: str, of: Hashable, filename: str, mime: str, make: Callable
) -> None:
    try:
        data = job.result(0)
    except CockpitError as problem:
        _failed(problem, key, memory, of, make)
        return
    st.download_button(
        _("Save {what}").format(what=label),
        lambda: data,
        filename,
        mime,
        key=f"{key}_file",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
    )


def _failed(problem: CockpitError, key: str, memory: str, of: Hashable, make: Callable) -> None:
    st.error(f"{_('No file was made.')} {said(problem)}", icon=":material/error:")
    _ask(_("Try again"), None, f"{key}_again", memory, of, make)
