"""The records behind the figures of 变动: one list at a time, page by page, and as a file."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st
from sqlalchemy import Table

from cockpit import changes, session
from cockpit.cards.listing import listing
from cockpit.changes import KINDS, MONTH_END, REMOVED, UNASKED, Closings, Span
from cockpit.fields import label
from cockpit.i18n import _
from queries import changes as ask
from queries.filters import Filters
from queries.tables import complaints

Rows = Callable[[int, int], pd.DataFrame]


def lists(table: Table, filters: Filters, span: Span, frame: pd.DataFrame, found: Closings) -> None:
    """One list at a time, a page at a time, and as a file; computed when it is chosen."""
    names = {kind: _(name) for kind, name in KINDS.items() if frame[kind].any()}
    names |= {MONTH_END: _("Last two days of a month")} if found.total.get("at_end") else {}
    names |= {UNASKED: _("Without a callback on record")} if found.total.get("unasked") else {}
    opened = st.expander(_("Records behind these figures"), key="changes_lists", on_change="rerun")
    if not opened.open:
        return
    with opened:
        if not names:
            st.markdown(_("There is no such record."))
            return
        if st.session_state.get("changes_list") not in names:
            st.session_state["changes_list"] = next(iter(names))
        which = str(
            st.segmented_control(
                _("List"),
                list(names),
                key="changes_list",
                required=True,
                format_func=names.__getitem__,
                label_visibility="collapsed",
            )
        )
        _list(which, table, filters, span, found)


def _list(which: str, table: Table, filters: Filters, span: Span, found: Closings) -> None:
    rows, count = _rows(which, table, filters, span, found)
    columns = _columns(which, table)
    name = f"changes_{table.name}_{which}"
    listing(
        rows,
        count,
        name,
        lambda seen: (_worded(seen, table), columns),
    )
    if table is complaints:
        st.caption(_("Accusations are counted above and not listed."))


def _rows(which: str, table: Table, filters: Filters, span: Span, found: Closings) -> tuple[Rows, int]:
    """How a list is read, and how long it is; a record may have changed more than once."""
    if which == REMOVED:
        gone = changes.gone(table, filters, span)
        named = gone[gone["listed"].astype(bool)]
        return lambda limit, offset: named.iloc[offset : offset + limit], len(named)
    if which == MONTH_END:
        return _read(ask.month_end_rows, ask.month_end_count, table, filters, found.days)
    if which == UNASKED:
        return _read(ask.unasked_rows, ask.unasked_count, table, filters)
    return _read(ask.values, ask.value_count, table, which, filters, span.since)


def _read(question: Callable, count: Callable, *arguments: Any) -> tuple[Rows, int]:
    n = int(session.load(count, *arguments, raw=True)["n"].iloc[0])
    return lambda limit, offset: session.read_once(question, *arguments, limit, offset), n


def _worded(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    return changes.worded(rows, table) if "field" in rows else rows


def _columns(which: str, table: Table) -> dict:
    column = st.column_config
    head = {
        "record": column.TextColumn(_("Number")),
        "body": column.TextColumn(_("Responsible body")),
        "street": column.TextColumn(_("Street")),
        "category": column.TextColumn(_("Category")),
    }
    if which in (MONTH_END, UNASKED):
        times = {name: _(label(table.name, name)) for name in ("opened_at", "closed_at")}
        return head | {name: column.DatetimeColumn(words, format="YYYY-MM-DD HH:mm") for name, words in times.items()}
    if which == REMOVED:
        opened = column.DatetimeColumn(_(label(table.name, "opened_at")), format="YYYY-MM-DD HH:mm")
        return head | {"opened_at": opened, "version": column.NumberColumn(_("Last in version"), format="%d")}
    return {"record": head["record"], "body": head["body"], "street": head["street"]} | {
        "field": column.TextColumn(_("Field")),
        "old": column.TextColumn(_("Before")),
        "new": column.TextColumn(_("After")),
        "changed_at": column.DatetimeColumn(_("Published"), format="YYYY-MM-DD HH:mm"),
    }
