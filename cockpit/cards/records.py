"""The records behind a mark: a click shows them, page by page, for those who may see rows; and they go to a file."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st
from sqlalchemy import Table

from cockpit import casework, export, format, rowfile, session
from cockpit.cards.elements import chart, clicked, table, title
from cockpit.i18n import _
from queries import casework as ask
from queries.casework import Mark, Part
from queries.filters import Filters

PAGE = 50  # rows at a time
ANCHOR = "records"


class Drill:
    """Which mark of a page's charts is chosen, kept while the page's other choices change."""

    def __init__(self, page: str, charts: Sequence[str]) -> None:
        self.page, self.charts = page, charts

    @property
    def mark(self) -> Mark | None:
        text = st.session_state.get(f"{self.page}_mark")
        return casework.decoded(text) if text else None

    def draw(self, name: str, figure: dict, alt: str) -> None:
        chart(figure, self._key(name), alt, on_select=lambda: self._choose(name))

    def hold(self, about: object) -> None:
        """A mark belongs to one kind of record in one district; elsewhere it means nothing."""
        if st.session_state.setdefault(f"{self.page}_about", about) != about:
            self.clear()
        st.session_state[f"{self.page}_about"] = about

    def clear(self) -> None:
        st.session_state[f"{self.page}_mark"] = None
        self._forget()

    def chip(self, filters: Filters) -> None:
        """The chosen mark in words, with the way to its rows and the way back."""
        if self.mark is None:
            return
        words = format.markdown(casework.described(self.mark, filters))
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", width="content"):
            st.markdown(f":blue-badge[{words}] [{_('records below')}](#{ANCHOR})", width="content")
            st.button(_("× clear"), key=f"{self.page}_clear", on_click=self.clear)

    def _key(self, name: str) -> str:
        return f"{self.page}_{name}_{st.session_state.get(f'{self.page}_turns', {}).get(name, 0)}"

    def _choose(self, name: str) -> None:
        st.session_state[f"{self.page}_mark"] = clicked(self._key(name))
        first_page()
        self._forget(but=name)

    def _forget(self, but: str = "") -> None:
        """Charts forget the mark that was clicked in them when they come back under another key."""
        turns = st.session_state.setdefault(f"{self.page}_turns", {})
        turns.update({name: turns.get(name, 0) + 1 for name in self.charts if name != but})


def records(of: Table, filters: Filters, mark: Mark) -> None:
    """The rows of a mark, and why there are none for those who may not see them."""
    words = casework.described(mark, filters)
    with st.container(border=True, gap="xsmall", key="records"):
        st.subheader(_("Records"), anchor=ANCHOR)
        if not session.viewer().rows:
            title(format.markdown(words))
            st.markdown(
                _(
                    "Single records are shown only to people with row access. "
                    "Nobody is signed in here, and the data are real."
                )
            )
            return
        _rows(of, filters, mark, words)


def first_page() -> None:
    st.session_state["records_page"] = 1


def _rows(of: Table, filters: Filters, mark: Mark, words: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if mark.measure not in ("pending", "median_days"):
            mark = casework.part_of(mark, _part())
        order = _order()
        count = int(session.load(ask.row_count, of, filters, mark)["n"].iloc[0])
        page = _page(max(1, -(-count // PAGE)))
        _files(of, filters, mark, order, words, count)
    start = (page - 1) * PAGE
    frame = session.load(ask.rows, of, filters, mark, order, PAGE, start)
    until = start + len(frame)
    shown = _("{count} records, {first}—{until} shown").format(
        count=format.number(count), first=format.number(min(start + 1, until)), until=format.number(until)
    )
    title(format.markdown(words), shown)
    if len(frame):
        _table(rowfile.worded(frame), mark)


def _part() -> Part:
    words: dict[Part, str] = {"all": _("All n"), "counted": _("Counted"), "others": _("Not counted")}
    return st.segmented_control(
        _("Which"),
        list(words),
        key="records_part",
        required=True,
        default="all",
        format_func=lambda code: words[code],
        on_change=first_page,
    )


def _order() -> str:
    words = {
        "newest": _("Newest first"),
        "oldest": _("Oldest first"),
        "longest": _("Longest first"),
        "shortest": _("Shortest first"),
    }
    return st.selectbox(
        _("Order"),
        list(words),
        key="records_order",
        width=180,
        format_func=lambda code: words[code],
        on_change=first_page,
    )


def _page(last: int) -> int:
    st.session_state["records_page"] = min(st.session_state.get("records_page", 1), last)
    label = _("Page of {last}").format(last=format.number(last))
    return int(st.number_input(label, 1, last, key="records_page", width=160))


def _files(of: Table, filters: Filters, mark: Mark, order: str, words: str, count: int) -> None:
    def rows(limit: int, offset: int) -> pd.DataFrame:
        return session.read_once(ask.rows, of, filters, mark, order, limit, offset)

    about = export.about(words, filters)
    makers: tuple[tuple[str, str, int, Callable[[], bytes]], ...] = (
        ("CSV", "text/csv", rowfile.CSV_MOST, export.later(rowfile.csv, rows)),
        ("XLSX", export.XLSX_MIME, rowfile.XLSX_MOST, export.later(rowfile.xlsx, rows, about)),
    )
    for kind, mime, most, make in makers:
        st.download_button(
            kind if count <= most else _("{kind}, first {most}").format(kind=kind, most=format.count(most)),
            make,
            f"{export.file_name(words)}.{kind.lower()}",
            mime,
            key=f"records_{kind}",
            on_click="ignore",
            icon=":material/download:",
        )


def _table(frame: pd.DataFrame, mark: Mark) -> None:
    column, words = st.column_config, rowfile.labels()
    days = format.day_pattern()
    last = "outcome" if "outcome" in frame else "solved"
    order = [frame.columns[0], "street", "category", "channel", "opened_at", "closed_at", "days", last]
    columns = {code: column.TextColumn(words[code]) for code in order}
    columns |= {code: column.DatetimeColumn(words[code], format=days) for code in ("opened_at", "closed_at")}
    label = _("Age in days") if mark.measure == "pending" else words["days"]
    columns["days"] = column.NumberColumn(label, format="%.1f")
    table(frame, "records_table", columns, phone=[order[0], "street", "opened_at", last], height="content")
