"""What the overview draws, as frames: places, kinds, medians, and what is worth a look."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
from sqlalchemy import Table

from cockpit.analysis.attention import Finding, findings, foremost
from cockpit.analysis.holidays import SEASONS, overlap
from cockpit.analysis.intervals import wilson
from cockpit.session import figures, history, load, trend
from cockpit.settings import settings
from queries import catalogue
from queries.filters import Filters, before
from queries.series import days_series
from queries.tables import cases, complaints

YEARS = 60  # months of history that are judged: 春节 is compared with itself in the years before
PLACE_KEYS = ("received", "mediation_success_rate", "overdue")
WATCHED = (
    ("received", cases, "street"),
    ("received", cases, "category"),
    ("mediation_success_rate", cases, "street"),
    ("received", complaints, "street"),
    ("repeat_rate", complaints, "street"),
)


def medians(table: Table, filters: Filters, buckets: Sequence[datetime]) -> list[float | None]:
    """Median days to close of each bucket; None where nothing was closed."""
    unit = "week" if filters.days == 7 and not filters.whole_months else "month"
    frame = load(days_series, 0.5, table, filters, buckets[0], unit, (), settings().first_weekday)
    found = dict(zip(frame["bucket"], frame["days"], strict=True))
    return [found.get(pd.Timestamp(bucket)) for bucket in buckets]


def with_seasons(frame: pd.DataFrame) -> pd.DataFrame:
    """Months with a column ``season``: the holiday that takes most of a week out of them."""
    if not settings().chinese_holidays:
        return frame
    starts = pd.DatetimeIndex(frame["bucket"])
    share = overlap(starts, starts + pd.offsets.MonthBegin())
    named = [SEASONS[row.argmax()] if row.max() >= 0.5 else None for row in share]
    return frame.assign(season=named)


def places(table: Table, filters: Filters, by: str) -> pd.DataFrame:
    """One row per street (or community): received, the period before, twelve months, per 10,000, success, overdue."""
    now = figures(PLACE_KEYS, table, filters, (by,))
    then = figures(("received",), table, before(filters), (by,)).rename(columns={"received": "previous"})
    frame = now.merge(then, "left", by).merge(_residents(filters, by), "left", by)
    frame["change"] = frame["received"] / frame["previous"].where(frame["previous"] > 0) - 1
    frame["per_10k"] = frame["received"] / frame["population"] * 10_000
    frame["lower"], frame["upper"] = wilson(frame["mediation_success_rate_n"], frame["mediation_success_rate_d"])
    if by == "street":
        recent = trend(("received",), table, filters, history(filters, 12), (by,))
        frame["recent"] = frame[by].map(recent.groupby(by, dropna=False)["received"].agg(list))
    return frame.sort_values("received", ascending=False, ignore_index=True, na_position="last")


def _residents(filters: Filters, level: str) -> pd.DataFrame:
    """One row per area of a level in the district: its name under the level's name, and population."""
    areas = load(catalogue.known_areas, raw=True)
    inside = areas[(areas["level"] == level) & (areas["parent"].isin([filters.district, *filters.streets]))]
    return inside[["name", "population"]].rename(columns={"name": level}).drop_duplicates(level)


def kinds(table: Table, filters: Filters, most: int = 8) -> pd.DataFrame:
    """One row per category, most frequent first, the rest summed under None: name, value, previous, signal."""
    now = figures(("received",), table, filters, ("category",))
    then = figures(("received",), table, before(filters), ("category",)).rename(columns={"received": "previous"})
    frame = now.merge(then, "left", "category").rename(columns={"category": "name", "received": "value"})
    signal = {finding.group: finding.signal for finding in _found("received", table, "category", filters)}
    frame = frame.assign(signal=frame["name"].map(signal).fillna(0).astype(int))
    return frame[frame["value"].ne(0) | frame["previous"].ne(0)].sort_values("value", ascending=False).head(most)


def worth_a_look(filters: Filters) -> list[Finding]:
    """What moved beyond its limits in the newest month (or week) of the period, and what only seems to have."""
    return foremost([finding for what in WATCHED for finding in _found(*what, filters)])


def _found(measure: str, table: Table, by: str, filters: Filters) -> list[Finding]:
    buckets = history(filters, YEARS)
    if not buckets:
        return []
    frame = trend((measure,), table, filters, buckets, (by,), raw=True)
    unit = "week" if len(buckets) > 1 and (buckets[1] - buckets[0]).days == 7 else "month"
    return findings(measure, table.name, by, frame, unit, settings().chinese_holidays)
