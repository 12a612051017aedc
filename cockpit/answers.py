"""One measure as plain records, for people who script: ``[{"street": …, "value": …, "numerator": …, …}]``."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import Table

from cockpit.choice import Ask
from cockpit.errors import UnknownValue, nearest
from queries.aggregate import DIMENSIONS, summary
from queries.filters import Filters, add_months
from queries.measures import MEASURES, Measure
from queries.words import N_

PERIODS = ("month", "week")


def known(value: str, names: Iterable[str], what: str) -> str:
    """``value`` if it is one of ``names``; else UnknownValue with the nearest one."""
    names = list(names)
    if value in names:
        return value
    near = nearest(value, names)
    if near is None:
        raise UnknownValue(N_("Unknown {what} {value}: the data hold none."), what=what, value=repr(value))
    raise UnknownValue(N_("Unknown {what} {value}; did you mean {near}?"), what=what, value=repr(value), near=near)


def months_of(filters: Filters) -> list[tuple[str, Filters]]:
    """The months of the period, the first and last cut to it."""
    pieces, month = [], add_months(filters.start, 0)
    while month <= filters.end:
        after = add_months(month, 1)
        pieces.append(
            (
                f"{month:%Y-%m}",
                replace(filters, start=max(month, filters.start), end=min(after - timedelta(days=1), filters.end)),
            )
        )
        month = after
    return pieces


def week_name(monday: date) -> str:
    """ISO name of the week that begins on or holds this day."""
    year, week, _ = (monday + timedelta(days=3)).isocalendar()
    return f"{year}-W{week:02d}"


def weeks_of(filters: Filters, first_weekday: int = 0) -> list[tuple[str, Filters]]:
    """The weeks of the period, the first and last cut to it; a week is named by the ISO week its fourth day lies in."""
    pieces = []
    week = filters.start - timedelta(days=(filters.start.weekday() - first_weekday) % 7)
    while week <= filters.end:
        pieces.append(
            (
                week_name(week),
                replace(filters, start=max(week, filters.start), end=min(week + timedelta(days=6), filters.end)),
            )
        )
        week += timedelta(days=7)
    return pieces


def answer(
    ask: Ask, key: str, table: Table, filters: Filters, by: str | None = None, first_weekday: int = 0
) -> list[dict]:
    """Records of one measure; a missing name is None and comes last. Raises UnknownValue."""
    measure = MEASURES[known(key, MEASURES, N_("measure"))]
    if table.name not in measure.tables:
        raise UnknownValue(
            N_("{key} is not defined for {table}; it is for {known}."),
            key=key,
            table=table.name,
            known=", ".join(measure.tables),
        )
    if by in PERIODS:
        pieces = months_of(filters) if by == "month" else weeks_of(filters, first_weekday)
        return [{by: name, **_record(measure, *_rows(ask(summary, [key], table, piece)))} for name, piece in pieces]
    dims = [known(by, [*DIMENSIONS[table.name], *PERIODS], N_("dimension"))] if by else []
    frame = ask(summary, [key], table, filters, dims)
    records = [{**{name: _plain(row[name]) for name in dims}, **_record(measure, row)} for row in _rows(frame)]
    return sorted(records, key=lambda record: [(record[name] is None, str(record[name])) for name in dims])


def _rows(frame: pd.DataFrame) -> list[dict]:
    return frame.to_dict("records")


def _record(measure: Measure, row: dict) -> dict:
    parts = {"value": _plain(row[measure.key])}
    if measure.is_ratio:
        parts |= {"numerator": _plain(row[f"{measure.key}_n"]), "denominator": _plain(row[f"{measure.key}_d"])}
    return parts


def _plain(value):
    """A value as JSON knows it: whole numbers as int, nothing as None."""
    if pd.isna(value):
        return None
    if isinstance(value, str):
        return value
    return int(value) if float(value).is_integer() and not isinstance(value, float) else float(value)
