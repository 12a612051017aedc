"""吹哨报到 as cards: how soon departments come and solve, who is slower than the rest, and the calls one by one."""

from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cockpit import format, whistles
from cockpit.cards.elements import chart, coloured, columns_missing, height, offer, table, title
from cockpit.cards.kept import kept
from cockpit.cards.kpi import beside, definition
from cockpit.cards.listing import listing
from cockpit.charts import rates
from cockpit.i18n import _
from cockpit.session import is_phone, is_print, load, mark, tokens, viewer
from queries import whistles as ask
from queries.filters import Filters
from queries.measures import MEASURES

ROW, TREND = 22, 300  # px: a row of the intervals, the course
PHONE = {"short": 100, "arrival": 74, "arrived_late_rate": 62, "arrival_overdue": 86}  # column → px
NEEDED = "whistles.whistle_id, district, street, organisation, opened_at, arrive_by, arrived_at, due_at, closed_at"


def nothing_recorded(filters: Filters) -> None:
    columns_missing(_("No call of a street to a department is recorded here"), NEEDED, filters)


def arrival_card(grid: DeltaGenerator, frame: pd.DataFrame) -> None:
    """Median hours to arrive, and the time by which nine in ten had."""
    _spell(grid, "arrival", whistles.waits(frame, "arrived"), whistles.HOURS, _("hours"))


def solving_card(grid: DeltaGenerator, frame: pd.DataFrame) -> None:
    """Median days to solve, and the time by which nine in ten were."""
    _spell(grid, "solving", whistles.waits(frame, "solved"), 1, _("days"))


def _spell(grid: DeltaGenerator, key: str, some: whistles.Waits, scale: int, unit: str) -> None:
    half, most = (whistles.median(some, q) * scale for q in (0.5, 0.9))
    value = format.number(half, 1) if format.missing(half) else f"{format.number(half, 1)} :small[{unit}]"
    note = (
        "" if format.missing(most) else _("90% within {value} {unit}").format(value=format.number(most, 1), unit=unit)
    )
    beside(grid, key, value, note)


def unsolved(row: dict) -> str:
    return _("{n} overdue and not solved").format(n=format.told(row["call_overdue"]))


def found(row: dict, frame: pd.DataFrame) -> str:
    """The finding in the header."""
    half = whistles.median(whistles.waits(frame, "arrived")) * whistles.HOURS
    if format.missing(half) or format.missing(row["arrived_late_rate"]):
        return ""
    text = _("half of the calls answered within {hours} hours, {late} late")
    return text.format(hours=format.number(half, 1), late=format.share(row["arrived_late_rate"]))


def late_by(frame: pd.DataFrame, overall: float) -> None:
    """Share late by department, the slowest to arrive first, and who is slower than the rest."""
    note = _("by median time to arrive, slowest first · dashed: overall {value} · grey: n < 30").format(
        value=format.share(overall)
    )
    title(_("Arrived late, by department"), note)
    drawn = frame.assign(name=frame["short"], data="", value=frame["arrived_late_rate"], n=frame["arrived_late_rate_d"])
    drawn = drawn[~drawn["n"].eq(0)]
    if drawn.empty:
        st.markdown(_("No record of this period enters this figure."))
        return
    figure = rates.intervals(drawn, tokens(), 24 + ROW * (len(drawn) + 2), overall, _span(drawn), mark(), is_phone())
    chart(figure, "whistles_late", _("Share of calls answered late, by department, with 95% intervals"))
    st.markdown(coloured(_verdict(frame)))


def _span(frame: pd.DataFrame) -> tuple[float, float]:
    """The axis of the intervals, with room for the dots at nought."""
    low, high = rates.span_of(frame)
    return (-0.04 * high * (2 if is_phone() else 1), high) if low == 0 else (low, high)


def _verdict(frame: pd.DataFrame) -> str:
    slower = [format.markdown(name) for name in frame.loc[frame["apart"] == 1, "name"]]
    if not slower:
        return _("○ No department is slower than the rest beyond chance (log-rank).")
    text = _("◐ Slower to arrive than the rest: {names} (log-rank, false discoveries held at 5%).")
    return text.format(names=_(", ").join(slower))


def course(frame: pd.DataFrame, overall: float, weekly: bool) -> None:
    title(_("Arrived late over time"), _("band: 95% interval · hollow: n < 200"))
    if frame.empty:
        st.markdown(_("No record of this period enters this figure."))
        return
    figure = rates.over_time(frame, tokens(), height(TREND), overall, weekly, mark())
    chart(figure, "whistles_time", _("Share of calls answered late, over time"))
    labels = {"from": _("From"), "value": _("Arrived late"), "lower": _("95% lower"), "upper": _("95% upper"), "n": "n"}
    offer(_("Arrived late over time"), frame.assign(**{"from": frame["bucket"].dt.date}), labels)


def places(frame: pd.DataFrame, name: str, key: str, heading: str) -> None:
    """One row a department or street, the slowest to arrive first."""
    hundred = {code: frame[code].astype(float) * 100 for code in ("arrived_late_rate", "solved_late_rate")}
    shown = frame.assign(**hundred)
    labels = {
        "name": name,
        "arrival": _("Median hours to arrive"),
        "arrived_late_rate": _("Late"),
        "arrival_overdue": _("Nobody there yet"),
        "solving": _("Median days to solve"),
        "solved_late_rate": _("Solved late"),
        "call_overdue": _("Not solved in time"),
        "whistled": _("Called"),
    }
    columns: dict[str, Any] = {"short": st.column_config.TextColumn(name, width=150)}
    columns |= {code: _column(code, label) for code, label in labels.items() if code != "name"}
    title(heading, _("medians · slowest to arrive first"))
    table(shown, key, columns, phone=PHONE, height="content")
    offer(heading, shown, labels)


def _column(code: str, label: str) -> Any:
    hundred, meaning = code.endswith("rate"), definition(code) if code in MEASURES else None
    look = "%.1f%%" if hundred else "localized" if code in MEASURES else "%.1f"
    return st.column_config.NumberColumn(label, format=look, help=meaning)


def lists(filters: Filters, counts: dict[str, float]) -> None:
    """The calls behind the figures, read when they are asked for."""
    if is_print() or not viewer().rows:
        return
    opened = st.expander(_("The calls one by one"), key="whistles_lists_open", on_change="rerun")
    if not opened.open:
        return
    with opened:
        options = {code: _(text) for code, text in whistles.LISTS.items()}
        which = kept("whistles", "calls", _("Which"), options, "waiting")
        listing(
            lambda limit, offset: load(ask.listed, filters, which, limit, offset),
            counts[which],
            f"whistles_{which}",
            _shown,
            _file,
        )


def _labels() -> dict[str, str]:
    return {
        "whistle_id": _("Number of the call"),
        "street": _("Street"),
        "organisation": _("Department called"),
        "category": _("Category"),
        "opened_at": _("Whistled on"),
        "arrived_at": _("Arrived on"),
        "due_at": _("To be solved by"),
        "closed_at": _("Solved on"),
    }


def _shown(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
    labels, column = _labels(), st.column_config
    minutes = format.day_pattern(minutes=True)
    columns: dict[str, Any] = {name: column.TextColumn(label) for name, label in labels.items()}
    columns |= {name: column.DatetimeColumn(labels[name], format=minutes) for name in labels if name.endswith("_at")}
    return rows, columns


def _file(rows: pd.DataFrame) -> pd.DataFrame:
    labels = _labels() | {"community": _("Community"), "arrive_by": _("To arrive by")}
    return rows[list(labels)].rename(columns=labels)
