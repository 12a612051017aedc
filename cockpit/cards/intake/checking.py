"""Check and publish: progress with a way out, what the check found, and the last word before everybody sees it."""

import time

import pandas as pd
import streamlit as st

from cockpit import format, session, versions
from cockpit.cards import elements
from cockpit.cards.intake.work import Work
from cockpit.errors import AlreadyLoaded, DatabaseError
from cockpit.i18n import _
from cockpit.intake.command import NOTES
from cockpit.intake.job import Job
from cockpit.intake.outcome import Outcome
from cockpit.quality import doubt, reason, reasons
from cockpit.settings import settings
from queries.words import N_

STAGES = {
    "starting": N_("Starting"),
    "reading": N_("Reading"),
    "checking": N_("Checking"),
    "publishing": N_("Publishing"),
}
STREETS = 20  # unknown ones that are asked for
EVERY = 0.5  # seconds between two looks at the progress


def checking(work: Work) -> None:
    """From the button that checks to the one that publishes."""
    with st.container(border=True, gap="small", key="intake_checking"):
        job = work.job
        if job is None:
            _ready(work)
        elif job.progress.busy:
            _watch(work, job)
        else:
            _stopped(work, job)


def _ready(work: Work) -> None:
    elements.title(_("Check"), _("reads every row; nothing is published yet"))
    problems = work.problems()
    for problem in problems:
        st.markdown(f":orange[●] {format.markdown(problem)}")
    st.button(
        _("Check"), icon=":material/fact_check:", key="intake_check", on_click=work.check, disabled=bool(problems)
    )


@st.fragment(run_every=EVERY)
def _watch(work: Work, job: Job) -> None:
    work.speak()
    progress = job.progress
    if not progress.busy:
        st.rerun()
    gone = time.monotonic() - progress.since
    words = [_(STAGES[progress.stage]), *_pace(work, job, gone)]
    st.progress(progress.share or 0.0, text=" · ".join(words))
    st.button(_("Cancel"), icon=":material/close:", key="intake_cancel", on_click=work.cancel)


def _pace(work: Work, job: Job, gone: float) -> list[str]:
    """Rows a second and seconds left; how long it has taken where neither is known."""
    share, left = job.progress.share, job.progress.left
    if not share or left is None:
        return [_("{n} s").format(n=format.number(gone))]
    rows = work.rows * share if job.progress.stage == "reading" else job.progress.done
    return [
        format.share(share, 0),
        _("{n} rows a second").format(n=format.number(rows / gone)),
        _("about {n} s left").format(n=format.number(left)),
    ]


def _stopped(work: Work, job: Job) -> None:
    progress = job.progress
    if isinstance(progress.problem, AlreadyLoaded):
        known = _("{file} was loaded on {when}; nothing was changed.").format(**progress.problem.values)
        st.info(format.markdown(known), icon=":material/info:")
        with st.container(horizontal=True, gap="small"):
            st.button(_("Load it all the same"), key="intake_again", on_click=work.publish, kwargs={"again": True})
            st.button(_("Leave it"), key="intake_leave", on_click=work.discard)
        return
    if progress.problem is not None:
        st.error(elements.said(progress.problem), icon=":material/error:")
    if not progress.outcomes or progress.problem is not None:
        st.button(_("Back to the columns"), icon=":material/undo:", key="intake_back", on_click=work.cancel)
        return
    for outcome in progress.outcomes:
        found(outcome, len(progress.outcomes) > 1)
    _strangers(work)
    _last_word(work)


def _strangers(work: Work) -> None:
    """Streets that nobody knows, most frequent first: which of ours is meant?"""
    streets = {area.area_id: area.name for area in work.known.areas if area.level == "street"}
    names: dict[str, int] = {}
    for outcome in work.outcomes:
        for name, n in outcome.strange:
            names[name] = names.get(name, 0) + n
    if not names or not streets:
        return
    elements.title(_("Streets that nobody knows"), _("say which is meant; it is remembered for every later file"))
    for place, (name, n) in enumerate(sorted(names.items(), key=lambda item: -item[1])[:STREETS]):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown(f"{format.markdown(name)}　:gray[{format.number(n)}]", width=280)
            _meant(work, name, streets, f"intake_alias_{place}")
    st.button(
        _("Check again with these names"),
        icon=":material/refresh:",
        key="intake_recheck",
        on_click=work.check_again,
        disabled=not work.aliases.keys() & names,
    )


def _meant(work: Work, name: str, streets: dict[str, str], key: str) -> None:
    def changed() -> None:
        work.aliases.pop(name, None)
        if st.session_state[key] is not None:
            work.aliases[name] = st.session_state[key]

    st.session_state[key] = work.aliases.get(name)
    st.selectbox(
        _("Street"),
        list(streets),
        key=key,
        index=None,
        width=280,
        format_func=streets.__getitem__,
        placeholder=_("None of ours"),
        label_visibility="collapsed",
        on_change=changed,
    )


def found(outcome: Outcome, several: bool) -> None:
    """What the check of one file found."""
    elements.title(_("What the check found"), format.markdown(outcome.file) if several else "")
    st.markdown(
        _("**{read}** rows read = **{kept}** kept + **{rejected}** rejected + **{superseded}** superseded").format(
            read=format.number(outcome.read),
            kept=format.number(outcome.kept),
            rejected=format.number(outcome.rejected),
            superseded=format.number(outcome.superseded),
        )
    )
    for what, n in outcome.noted.items():
        st.caption(format.markdown(_(NOTES[what]).format(n=format.number(n))))
    left, right = (st.container(), st.container()) if session.is_phone() else st.columns(2, gap="small")
    with left:
        _counts(_("Not taken"), [(reason(code), n) for code, n in outcome.reasons], f"reasons_{outcome.file}")
    with right:
        _counts(_("Taken, but doubtful"), [(doubt(code), n) for code, n in outcome.doubts], f"doubts_{outcome.file}")
    if outcome.refused:
        opened = st.expander(_("The rows that are not taken"), key=f"intake_refused_{outcome.file}", on_change="rerun")
        if opened.open:
            with opened:
                _refused(outcome)


def _counts(label: str, rows: list[tuple[str, int]], key: str) -> None:
    if not rows:
        none = _("none")
        st.markdown(f"{label}　:gray[{none}]")
        return
    frame = pd.DataFrame(rows, columns=["what", "n"])
    columns = {
        "what": st.column_config.TextColumn(label, width=210 if session.is_phone() else "large"),
        "n": st.column_config.NumberColumn(_("Rows"), format="localized", width="small"),
    }
    elements.table(frame, f"intake_{key}", columns, height="content")


def _refused(outcome: Outcome) -> None:
    frame = pd.DataFrame(outcome.refused, columns=["line", "reason", "raw"])
    frame["reason"] = frame["reason"].map(reasons)
    columns = {
        "line": st.column_config.NumberColumn(_("Line"), format="%d", width="small"),
        "reason": st.column_config.TextColumn(_("Reason"), width="medium"),
        "raw": st.column_config.TextColumn(_("The row as it came"), width="large"),
    }
    elements.table(frame, f"intake_refused_rows_{outcome.file}", columns, phone=("line", "reason"))
    if outcome.rejected > len(frame):
        st.caption(_("The first {n}; after publishing all of them are on the page Quality.").format(n=len(frame)))


def _replaces_demonstration() -> bool:
    try:
        return session.is_demonstration_now()
    except DatabaseError:
        return False  # the first import makes it


def _last_word(work: Work) -> None:
    """What publishing changes, and the buttons."""
    replace = _replaces_demonstration()
    if replace:
        number = next((one.number for one in versions.listed(settings().database_url)), 1)
        st.warning(
            _(
                "The invented demonstration goes and your data take its place; `python -m cockpit rollback {number}` "
                "brings it back. From then on single records, names and this page are shown only where COCKPIT_OPEN=1 "
                "is set."
            ).format(number=number),
            icon=":material/swap_horiz:",
        )
    kept = sum(one.kept for one in work.outcomes)
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("Publish {n} rows").format(n=format.number(kept)),
            icon=":material/publish:",
            key="intake_publish",
            on_click=work.publish,
            kwargs={"replace": replace},
            disabled=not kept,
        )
        st.button(_("Back to the columns"), icon=":material/undo:", key="intake_back", on_click=work.cancel)
    if not kept:
        st.caption(_("No row could be taken, so there is nothing to publish."))
