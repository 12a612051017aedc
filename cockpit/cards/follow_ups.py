"""The visits of the page 回访, as cards: by whom and where, how timely, what they found, and one by one."""

from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cockpit import follow_ups, format
from cockpit.cards.elements import columns_missing, offer, table, title
from cockpit.cards.kept import kept
from cockpit.cards.kpi import definition, metric
from cockpit.cards.listing import listing
from cockpit.i18n import _
from cockpit.session import is_print, load, viewer
from cockpit.theme import ROW
from queries import follow_ups as ask
from queries.filters import Filters
from queries.measures import MEASURES

PERCENT = "%.1f%%"
PHONE = {"name": 82, "visited_on_time_rate": 94, "visits_overdue": 86, "relapse_rate": 64}  # column → px
HIGHEST = 12  # rows without scrolling
NEEDED = "follow_ups.target, record, visitor, due_at, done_at, result"


def nothing_recorded(filters: Filters) -> None:
    columns_missing(_("No dispute and no visit is recorded here"), f"cases.closed_at, reopened_at; {NEEDED}", filters)


def no_visits(filters: Filters) -> None:
    """The district records none; what held is still told."""
    needed = _("They need the columns {columns}.").format(columns=format.markdown(NEEDED))
    place = format.markdown(filters.district or _("All districts"))
    st.markdown(f":gray[{_('{district} records no visits after closing.').format(district=place)} {needed}]")


def arranged_card(grid: DeltaGenerator, total: dict[str, float]) -> None:
    """The share of disputes resolved in the period for which a visit was arranged at all, as a KPI."""
    key = follow_ups.ARRANGED
    n, k = total[f"{key}_d"], total[f"{key}_n"]
    note = "" if format.missing(n) else _("none for {rest} of {n}").format(rest=format.count(n - k), n=format.count(n))
    metric(grid, _(MEASURES[key].label), format.share(total[key]), note, definition(key))


def visits(frame: pd.DataFrame, name: str, key: str, heading: str) -> None:
    """Visits by street, visitor or kind of record, the least timely first."""
    rates = [code for code in (follow_ups.ARRANGED, *follow_ups.KEYS) if code in frame and MEASURES[code].is_ratio]
    if frame.empty:
        title(heading)
        st.markdown(_("No visit was due or paid in the period, and none is overdue."))
        return
    shown = frame.assign(
        **{code: frame[code].astype(float) * 100 for code in rates},
        interval=[format.share_range(low, high) for low, high in zip(frame["lower"], frame["upper"], strict=True)],
    )
    labels = {code: label for code, label in _columns(name).items() if code in shown}
    columns: dict[str, Any] = {code: _column(code, label) for code, label in labels.items()}
    title(heading, _("least timely first"))
    look: Any = "content" if len(shown) <= HIGHEST else (HIGHEST + 1) * ROW
    table(shown, key, columns, phone=PHONE, height=look)
    offer(heading, shown, labels | {"relapse_rate_d": _("n (met)")})


def _columns(name: str) -> dict[str, str]:
    return {
        "name": name,
        "visited_on_time_rate": _("On time"),
        "visits_overdue": _("Visits overdue"),
        "visited_rate": _("Visits paid"),
        "visits_due": _("Visits due"),
        follow_ups.ARRANGED: _("Arranged"),
        "relapse_rate": _("Flared up"),
        "interval": _("95% interval"),
    }


def _column(code: str, label: str) -> Any:
    column = st.column_config
    if code not in MEASURES:
        return column.TextColumn(label)
    if code == "visited_on_time_rate":
        full: dict[str, Any] = {"min_value": 0, "max_value": 100}
        return column.ProgressColumn(label, format=PERCENT, help=definition(code), **full)
    look = PERCENT if MEASURES[code].is_ratio else "localized"
    return column.NumberColumn(label, format=look, help=definition(code))


def lists(filters: Filters) -> None:
    """The visits that are overdue, and those that found it flaring up; read when they are asked for."""
    if is_print() or not viewer().rows:
        return
    opened = st.expander(_("The visits one by one"), key="follow_ups_lists_open", on_change="rerun")
    if not opened.open:
        return
    with opened:
        options = {code: _(text) for code, text in follow_ups.LISTS.items()}
        which = kept("follow_ups", "visits", _("Which"), options, "overdue")
        listing(
            lambda limit, offset: load(ask.visits, filters, which, limit, offset),
            load(ask.visit_count, filters, which, raw=True)["n"].iloc[0],
            f"follow_ups_{which}",
            _shown,
            _file,
        )


def _labels() -> dict[str, str]:
    return {
        "record": _("Number of the record"),
        "target": _("Kind of record"),
        "street": _("Street"),
        "visitor": _("Visitor"),
        "opened_at": _("Closed on"),
        "due_at": _("Due on"),
        "closed_at": _("Visited on"),
        "category": _("Category"),
    }


def _shown(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
    labels, column = _labels(), st.column_config
    days = format.day_pattern()
    columns: dict[str, Any] = {name: column.TextColumn(label) for name, label in labels.items()}
    columns |= {name: column.DatetimeColumn(labels[name], format=days) for name in labels if name.endswith("_at")}
    return follow_ups.listed(rows), columns


def _file(rows: pd.DataFrame) -> pd.DataFrame:
    labels = {"follow_up_id": _("Number of the visit")} | _labels()
    return follow_ups.listed(rows)[list(labels)].rename(columns=labels)
