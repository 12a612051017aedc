"""A list of rows behind a number: page by page, and as a file."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from cockpit import export, format, session
from cockpit.cards import elements
from cockpit.i18n import _
from cockpit.theme import ROW

PAGE = 50  # rows at a time
MOST = 100_000  # rows of a file
HIGHEST = 12  # rows without scrolling


def listing(
    rows: Callable[[int, int], pd.DataFrame],
    count: float,
    name: str,
    shown: Callable[[pd.DataFrame], tuple[pd.DataFrame, dict]],
    file: Callable[[pd.DataFrame], pd.DataFrame] | None = None,
    about: dict[str, str] | None = None,
    **options: Any,
) -> pd.DataFrame | None:
    """Rows, a page at a time, and all of them as a file; for those who may see them.

    ``rows(limit, offset)`` reads them, ``count`` says how many there are; ``shown`` makes the table and its columns of
    them, ``file`` what is downloaded: the same table under its heads, where there is no more to it. ``name``: of the
    file, and part of the widgets' keys. ``about``: what the file says of itself; ``options``: of the table. Returns the
    rows that stand in it (its key is ``{name}_list``); None where there are none, or they may not be seen.
    """
    if unseen():
        return None
    if count == 0:
        st.markdown(_("None."))
        return None
    last = max(1, -(-int(count) // PAGE))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        label = _("Page of {last}").format(last=format.number(last))
        key = f"{name}_page"
        st.session_state[key] = min(st.session_state.get(key, 1), last)
        page = int(st.number_input(label, 1, last, key=key, width=160))
        make = file or (lambda whole: _as_shown(*shown(whole)))
        _files(lambda: make(rows(MOST, 0)), name, about or {_("Table"): name})
    frame, columns = shown(rows(PAGE, (page - 1) * PAGE))
    usual: dict[str, Any] = {"phone": tuple(columns)[:3], "height": (min(len(frame), HIGHEST) + 1) * ROW}
    elements.table(frame, f"{name}_list", columns, **usual | options)
    return frame


def _as_shown(frame: pd.DataFrame, columns: dict) -> pd.DataFrame:
    return frame[list(columns)].rename(columns={name: str(config["label"]) for name, config in columns.items()})


def unseen() -> bool:
    """Whether single records may not be seen; then a sentence says so."""
    if session.viewer().rows:
        return False
    st.markdown(
        _("Single records are shown only to people with row access. Nobody is signed in here, and the data are real.")
    )
    return True


def _files(make: Callable[[], pd.DataFrame], name: str, about: dict[str, str]) -> None:
    makers = (
        ("CSV", "text/csv", export.later(lambda: export.csv(make()))),
        ("XLSX", export.XLSX_MIME, export.later(lambda: export.xlsx(make(), about))),
    )
    for kind, mime, made in makers:
        st.download_button(
            kind,
            made,
            file_name=f"cockpit-{name}.{kind.lower()}",
            mime=mime,
            icon=":material/download:",
            key=f"{name}_{kind}",
            on_click="ignore",
        )
