"""The deadline board in figures: how many are how late, where, and whose."""

import json
from typing import Any

import pandas as pd
import streamlit as st

from cockpit import format, session
from cockpit.cards.elements import chart, clicked, offer, table, title
from cockpit.cards.kpi import kpi_grid, metric, records
from cockpit.charts import deadlines as charts
from cockpit.deadlines import board as boards
from cockpit.deadlines import wording
from cockpit.deadlines.board import GROUPS, Board
from cockpit.i18n import _
from cockpit.theme import ROW as THICK
from queries.filters import Filters
from queries.measures import BESIDE

ROW, THIN, EDGE = 46, 22, 44  # px: a bar with its gap, the thinnest of many, what stands above and below the bars
LOW, HIGH = 240, 540  # px: the bars stand as high as the list beside them, with the line of the table under them
COLOURS = {"over": "red", "today": "orange", "three": "orange", "seven": "orange", "later": "green"}
CHART = "deadlines_places"


# --- how many ---------------------------------------------------------------------------------------------------------


def states(board: Board) -> None:
    """A card a state; the last also holds what is paused or has no term."""
    told, rest = boards.counts(board, boards.CARDS), boards.counts(board)
    whole = boards.total(board)
    grid = kpi_grid(len(boards.CARDS))
    for state in boards.CARDS:
        metric(grid, _marked(state), records(told[state]), _note(board, state, told, rest, whole), _why(state))


def _marked(state: str) -> str:
    """A state with its glyph, on the screen in its colour."""
    if session.is_print():
        return wording.marked(state)
    return f":{COLOURS[state]}[{wording.GLYPHS[state]}] {wording.label(state)}"


def _note(board: Board, state: str, told: dict[str, float], rest: dict[str, float], whole: float) -> str:
    if format.missing(told[state]) or format.missing(whole):
        return _("too few to show")
    share = _("{share} of {n} open").format(share=format.share(told[state] / whole), n=format.number(whole))
    if state == "later":
        return _("of these without a term {n}").format(n=format.told(rest["none"]))
    over = board.records["left"].min() if state == "over" and session.viewer().rows else float("nan")
    if format.missing(over) or over >= 0:
        return share
    return f"{share} · " + _("longest {n} days").format(n=format.number(-over))


def _why(state: str) -> str:
    counted = _(
        "Counted are pending disputes, complaints and petitions, and closed petitions under review; by the source's "
        "due time and by every legal term. Other pages judge overdue by the source's due time alone."
    )
    return f"{_(BESIDE[state].why)}  \n{counted}"


# --- where and whose --------------------------------------------------------------------------------------------------


def places(board: Board, filters: Filters) -> None:
    """Bars by street, or by community inside one; a click narrows the list, and chooses the street. What falls due in
    seven days stands day by day in the table under them, and every state in the file."""
    by = filters.level
    frame = grouped(boards.by(board, by, boards.CARDS))
    heading = _("Pending by street") if by == "street" else _("Pending by community")
    title(heading, _("{order} · bold: overdue").format(order=_order()))
    named = frame.assign(
        name=[_("Not stated") if format.missing(one) else one for one in frame[by]],
        data=["" if format.missing(one) else one for one in frame[by]],
    )
    height = min(max(EDGE + ROW * len(named), LOW), max(HIGH, EDGE + THIN * len(named)))
    figure = charts.stacked(named, session.tokens(), height, session.mark(), session.is_phone())
    chart(figure, CHART, heading, on_select=lambda: _follow(by))
    place = _("Street") if by == "street" else _("Community")
    _soon(named, place)
    offer(heading, named, {"name": place, **{state: wording.label(state) for state in boards.CARDS}, "n": _("Pending")})


def grouped(frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` has a count for each of ``CARDS``; with ``soon``, what falls due within seven days. NaN where
    one of them may not be shown: counted apart, the sum would tell it."""
    return frame.assign(soon=frame[[*GROUPS["soon"]]].sum(axis=1, skipna=False))


def _soon(named: pd.DataFrame, place: str) -> None:
    """What falls due today, in 1—3 and in 4—7 days at each place; on the screen drawn when it is opened."""
    column = st.column_config
    columns: dict[str, Any] = {"name": column.TextColumn(place, width=110)}
    columns |= {
        state: column.NumberColumn(wording.marked(state), format="localized", width=104) for state in GROUPS["soon"]
    }
    look: dict[str, Any] = {"placeholder": format.HIDDEN, "height": (min(len(named), 12) + 1) * THICK}
    if session.is_print():
        table(named, "deadlines_soon", columns, **look)
        return
    heading = " · ".join(wording.label(state) for state in GROUPS["soon"])
    with st.expander(heading, key="deadlines_soon_open", on_change="rerun") as opened:
        if opened.open:
            table(named, "deadlines_soon", columns, **look)


def _order() -> str:
    """Unit and order of places and bodies; who may not see small counts gets them by name, for the order tells."""
    if session.viewer().rows:
        return _("records · by share overdue (lower end of its 95% interval)")
    return _("records · by name · ×: too few to show, or would tell such a count")


def _follow(by: str) -> None:
    """A click on a bar: its part becomes the state of the list, its street the filter; a community stays a mark."""
    text = clicked(CHART)
    if text is None:
        return
    place, part = json.loads(text)
    st.session_state["deadlines_state"] = part
    if by == "street" and place:
        session.focus(street=place)
    else:
        choose(by, place or None)


def choose(column: str, value: str | None) -> None:
    """Narrow the list to one value of a column; as a callback."""
    st.session_state["deadlines_at"] = (column, value)
    st.session_state["deadlines_records_page"] = 1


def clear() -> None:
    st.session_state["deadlines_at"] = None


def bodies(board: Board) -> None:
    """One row a responsible body, the largest share overdue first; a click narrows the list to it."""
    frame = boards.by(board, "body", boards.CARDS)
    share = frame["over"] / frame["n"] * 100
    shown = frame.assign(name=[_("Not stated") if format.missing(one) else one for one in frame["body"]], share=share)
    column = st.column_config
    columns: dict[str, Any] = {
        "name": column.TextColumn(_("Responsible body"), width="medium"),
        "share": column.ProgressColumn(_("Share overdue"), format="%.1f%%", min_value=0, max_value=100, width=120),
        **{state: column.NumberColumn(wording.marked(state), format="localized", width=104) for state in boards.CARDS},
        "n": column.NumberColumn(_("Pending"), format="localized", width=72),
    }
    clickable = session.viewer().rows and not session.is_print()
    title(_("Responsible bodies"), _order() + (" · " + _("click a row to see its records") if clickable else ""))
    options: dict[str, Any] = {"placeholder": format.HIDDEN, "height": (min(len(shown), 12) + 1) * THICK}
    if clickable:
        options |= {"on_select": lambda: _follow_body(frame), "selection_mode": "single-row"}
    table(shown, "deadlines_bodies", columns, phone={"name": 112, "share": 98, "over": 68}, **options)
    offer(
        _("Responsible bodies"),
        shown,
        {"name": _("Responsible body"), **{state: wording.label(state) for state in boards.CARDS}, "n": _("Pending")},
    )


def _follow_body(frame: pd.DataFrame) -> None:
    rows = st.session_state["deadlines_bodies"].selection.rows
    if rows:
        value = frame["body"].iloc[rows[0]]
        choose("body", None if format.missing(value) else value)
