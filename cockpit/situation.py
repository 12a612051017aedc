"""What the overview draws, as frames: places, kinds, medians, and what is worth a look."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

import numpy as np
import pandas as pd
from sqlalchemy import Table

from cockpit import rollups
from cockpit.analysis.attention import Finding, Watch, Watched, findings
from cockpit.analysis.holidays import SEASONS, overlap
from cockpit.analysis.intervals import wilson
from cockpit.format import missing
from cockpit.periods import span, unit
from cockpit.session import as_seen, choices, days, figures, has_rows, history, load, matrices, reach, viewer
from cockpit.settings import settings
from queries import catalogue, deadlines
from queries.filters import Filters, before, year_before
from queries.tables import cases, complaints
from queries.words import N_

YEARS = 60  # months of history that are judged: 春节 is compared with itself in the years before


@dataclass(frozen=True)
class Subject:
    """What the overview is about: disputes, or complaints where a district has no disputes."""

    table: Table
    rate: str  # the measure that says how well it goes
    received: str
    per_month: str
    per_week: str
    chart: str

    @property
    def keys(self) -> tuple[str, ...]:
        return ("received", "closed", self.rate, "overdue", "clearance_rate", "pending")

    @property
    def placed(self) -> tuple[str, ...]:
        """What is told of each street or community."""
        return ("received", self.rate, "overdue")


DISPUTES = Subject(
    cases,
    "mediation_success_rate",
    N_("Disputes received"),
    N_("disputes per month"),
    N_("disputes per week"),
    N_("Disputes received and closed over time"),
)
COMPLAINTS = Subject(
    complaints,
    "on_time_rate",
    N_("Complaints received"),
    N_("complaints per month"),
    N_("complaints per week"),
    N_("Complaints received and closed over time"),
)
WATCHED = (
    (cases, "street", ("received", "mediation_success_rate")),
    (cases, "category", ("received",)),
    (complaints, "street", ("received", "repeat_rate")),
    (complaints, "category", ("received",)),
)


def subject(filters: Filters) -> Subject:
    return DISPUTES if has_rows(cases, filters) or not has_rows(complaints, filters) else COMPLAINTS


def warm() -> None:
    """Fill the roll-ups of the communities of the first district; raises CockpitError as the page would."""
    bounds = reach()
    if bounds is None:
        return
    first = choices().districts[0]
    about = subject(Filters(bounds.first, bounds.last, bounds.data_date, first))
    for each in rollups.UNITS:
        rollups.kept(about.placed, about.table, first, ("community",), each)


def medians(table: Table, filters: Filters) -> tuple[list[dict], list[float]]:
    """Median days to close: of the period, the one before and the year before; and of the twelve buckets to its end.
    NaN where nothing was closed."""
    periods = (filters, before(filters), year_before(filters))
    starts = [bucket.date() for bucket in history(filters, 12)]
    afters = [*starts[1:], filters.end + timedelta(days=1)]
    recent = [
        replace(filters, start=start, end=after - timedelta(days=1))
        for start, after in zip(starts, afters, strict=False)  # before the data begin there are none
    ]
    return (
        [{"median_days": days(0.5, table, period)} for period in periods],
        [days(0.5, table, bucket) for bucket in recent],
    )


def keeps_holidays(filters: Filters) -> bool:
    """Do 春节 and 国庆 count here? Where nothing is set, in a district with a Chinese name."""
    known = settings().chinese_holidays
    return known if known is not None else bool(re.search(r"[\u4e00-\u9fff]", filters.district or "区"))


def with_seasons(frame: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """Months with a column ``season``: the holiday that takes most of a week out of them."""
    return frame.assign(season=holidays_in(pd.DatetimeIndex(frame["bucket"]), filters))


def overdue_known(table: Table, filters: Filters) -> Literal["always", "now", "never"]:
    """For which of the periods up to this one is overdue known? Without any due time the source's flags say what is
    overdue at the data date, and nothing says what was overdue before."""
    if load(deadlines.dated, table, filters.district, raw=True)["dated"].iloc[0]:
        return "always"
    return "now" if filters.is_current else "never"


def unsaid(table: Table, now: Mapping, filters: Filters) -> frozenset[str]:
    """Which of the measures in ``now``, the figures of the period, the data of the district never speak of: no
    acceptance, no callback, no repeat, no number of persons, nothing that was overdue then."""
    parts = {key: f"{key}_n" for key in ("accepted_on_time_rate", "callback_rate", "repeat_rate")} | {
        "persons": "persons"
    }
    unknown = {"overdue"} if overdue_known(table, filters) == "never" else set()
    silent = [key for key, part in parts.items() if now.get(part) == 0]
    bounds = reach()
    whole = bounds and span("all", bounds)
    if not silent or not whole:
        return frozenset(unknown)
    everything = Filters(*whole, filters.data_date, filters.district, scope=filters.scope)
    row = figures(silent, table, everything, raw=True).iloc[0]
    found = {key for key in silent if row[parts[key]] == 0}
    return frozenset(found | unknown | ({"group_visits"} if "persons" in found else set()))


def places(about: Subject, filters: Filters, by: str) -> pd.DataFrame:
    """One row per street (or community in which anything happened), most received first: received, previous, change,
    per_10k (of residents), rate with rate_n, rate_d, lower and upper, overdue; by street also recent, the twelve
    buckets to the end: its last would tell what the others may not say, so it is for viewers of rows."""
    table, rate, keys = about.table, about.rate, about.placed
    if by == "street":
        now = figures(keys, table, filters, (by,))
    else:
        now = as_seen(rollups.figures(keys, table, filters, (by,)))
    names = _names(now[by])
    received, residents = now["received"].to_numpy(float), _of(_residents(filters, by), names)
    previous, recent = np.full(len(names), np.nan), {}
    if by == "street":  # of a community a change of a few cases says nothing
        then = figures(("received",), table, before(filters), (by,))
        previous = _of(dict(zip(_names(then[by]), then["received"].tolist(), strict=True)), names)
    if by == "street" and viewer().rows:
        known, months = matrices(("received",), table, filters, history(filters, 12), (by,))
        lines = dict(zip(known[by], months["received"].tolist(), strict=True))
        recent = {"recent": pd.Series([lines.get(name) for name in names], dtype=object)}
    lower, upper = wilson(now[f"{rate}_n"].to_numpy(float), now[f"{rate}_d"].to_numpy(float))
    order = np.argsort(-received, kind="stable")  # NaN comes last
    columns = {
        by: pd.Series(names, dtype=object),
        "received": received,
        "previous": previous,
        "change": received / np.where(previous > 0, previous, np.nan) - 1,
        "per_10k": received / residents * 10_000,
        "rate": now[rate],
        "rate_n": now[f"{rate}_n"],
        "rate_d": now[f"{rate}_d"],
        "lower": lower,
        "upper": upper,
        "overdue": now["overdue"],
    }
    return pd.DataFrame(columns | recent).take(order).reset_index(drop=True)


def _names(values: pd.Series) -> list[str | None]:
    return [None if missing(name) else name for name in values.tolist()]


def _of(values: dict, names: Sequence[str | None]) -> np.ndarray:
    return np.array([values.get(name, np.nan) for name in names], float)


def _residents(filters: Filters, level: str) -> dict[str, float]:
    """Population of each area of a level in the district, by name."""
    areas = load(catalogue.known_areas, raw=True)
    inside = areas[(areas["level"] == level) & (areas["parent"].isin([filters.district, *filters.streets]))]
    return dict(zip(inside["name"], inside["population"], strict=True))


def watch(filters: Filters) -> list[Finding]:
    """Streets and categories of the newest month (or week) of the period against their control limits; NaN, and no
    signal, what may not be shown."""
    known = history(filters, YEARS)
    if not known:
        return []
    watched: dict[Watch, Watched] = {}
    for table, by, keys in WATCHED:
        names, columns = matrices(keys, table, filters, known, (by,))
        for key in keys:
            rate = f"{key}_n" in columns
            x, size = (columns[f"{key}_n"], columns[f"{key}_d"]) if rate else (columns[key], None)
            watched[Watch(key, table.name, by)] = Watched(names[by], x, size)
    found = findings(watched, pd.DatetimeIndex(known), unit(filters), keeps_holidays(filters))
    return found if viewer().rows else _told(found, replace(filters, start=known[-1].date()))


def _told(found: Sequence[Finding], newest: Filters) -> list[Finding]:
    """The findings with the figures that the tables of the same month (or week) and of the one before show."""
    now, then = _shown_in(newest), _shown_in(before(newest))
    told = []
    for one in found:
        place = (one.table, one.by, one.measure, one.group)
        observed, previous = now.get(place, np.nan), then.get(place, np.nan)
        told.append(replace(one, observed=observed, previous=previous, signal=0 if missing(observed) else one.signal))
    return told


def _shown_in(period: Filters) -> dict[tuple[str, str, str, str], float]:
    """What is watched, by table, dimension, measure and group."""
    return {
        (table.name, by, key, group): value
        for table, by, keys in WATCHED
        for frame in [figures(keys, table, period, (by,))]
        for key in keys
        for group, value in zip(frame[by], frame[key], strict=True)
    }


def whole(table: Table, filters: Filters) -> Finding | None:
    """All that was received in the newest month (or week) against its control limits; None without enough history."""
    known = history(filters, YEARS)
    _names, columns = matrices(("received",), table, filters, known, ())
    watched = {Watch("received", table.name, "all"): Watched([filters.district or ""], columns["received"])}
    return next(iter(findings(watched, pd.DatetimeIndex(known), unit(filters), keeps_holidays(filters))), None)


def holidays_in(starts: pd.DatetimeIndex, filters: Filters) -> list[str | None]:
    """The holiday, if any, that takes most of its week out of each month (or week)."""
    if not keeps_holidays(filters):
        return [None] * len(starts)
    step = pd.Timedelta(weeks=1) if filters.is_week else pd.offsets.MonthBegin()
    share = overlap(starts, starts + step)
    return [SEASONS[row.argmax()] if row.max() >= 0.5 else None for row in share]


def kinds(table: Table, filters: Filters, watched: Sequence[Finding], most: int = 8) -> pd.DataFrame:
    """One row per category, most frequent first: name, value, previous, signal."""
    now, then = (figures(("received",), table, period, ("category",)) for period in (filters, before(filters)))
    previous = dict(zip(then["category"], then["received"], strict=True))
    signal = {found.group: found.signal for found in watched if found.table == table.name and found.by == "category"}
    rows = [
        (name, value, previous.get(name), signal.get(name, 0))
        for name, value in zip(now["category"], now["received"], strict=True)
        if value or previous.get(name)
    ]
    rows.sort(key=lambda row: -row[1] if row[1] == row[1] else 0)  # what may not be shown comes last
    return pd.DataFrame(rows[:most], columns=["name", "value", "previous", "signal"])
