"""What 化解率 shows, as frames: one rate by everything, with the mark behind each figure that leads to its rows."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from sqlalchemy import Table

from cockpit import format, session
from cockpit.analysis.intervals import wilson
from cockpit.analysis.rates import hide, is_mature, pooled, rated
from cockpit.i18n import _
from queries import casework as ask
from queries.casework import AGES, Mark
from queries.filters import Filters, add_months, last_months
from queries.measures import MEASURES
from queries.tables import cases, complaints
from queries.words import N_

MONTHS, COHORTS = 24, 12
LARGEST = 28  # places in one chart
CELLS = (14, 12)  # rows and columns of the matrix
DASH = format.DASH


@dataclass(frozen=True)
class Subject:
    """One of the two kinds of record: its rates (the first by default), its cohort rate and the word for it."""

    table: Table
    label: str
    rates: tuple[str, ...]
    beside: tuple[str, ...]  # measures that must stand beside them
    others: tuple[str, ...]  # columns to break down by, besides place
    cohort: str
    done: str


SUBJECTS = {
    "cases": Subject(
        cases,
        N_("Disputes"),
        ("resolution_rate", "mediation_success_rate", "on_time_rate"),
        (),
        ("channel", "track"),
        "resolution_rate",
        N_("resolved"),
    ),
    "complaints": Subject(
        complaints,
        N_("Complaints"),
        ("closed_share", "on_time_rate", "solved_rate"),
        ("callback_rate",),
        ("channel",),
        "closed_share",
        N_("closed"),
    ),
}

TRACKS = {"people": N_("People's mediation"), "administrative": N_("Administrative"), "judicial": N_("Judicial")}
OUTCOMES = {
    "mediated": N_("Mediated"),
    "failed": N_("Mediation failed"),
    "withdrawn": N_("Withdrawn"),
    "transferred": N_("Transferred"),
    "payment_order": N_("Payment order"),
    "written_off": N_("Written off"),
    "filed": N_("Filed with the court"),
    "unknown": N_("Outcome unknown"),
}
STATUSES = {"open": N_("Pending"), "closed": N_("Closed")}
AGE_NAMES = tuple(f"{low}{DASH}{high - 1}" for low, high in pairwise(AGES))
NOT_STATED = {
    "street": N_("Street not stated"),
    "community": N_("Community not stated"),
    "track": N_("Track not stated"),
}


def stated(column: str, value: str | None) -> str:
    """A value in the reader's words; a missing one says that it is missing."""
    if value is None:
        return _(NOT_STATED.get(column, N_("Not stated")))
    return _(TRACKS[value]) if column == "track" and value in TRACKS else value


def present(filters: Filters) -> list[str]:
    """The subjects that have records in the district, whatever the other filters say; all, where none has."""
    frames = {name: session.load(ask.districts, subject.table) for name, subject in SUBJECTS.items()}
    district = filters.district
    found = [name for name, frame in frames.items() if (frame["district"].eq(district) | (district is None)).any()]
    return found or list(SUBJECTS)


def place_of(filters: Filters) -> str:
    """Streets; inside a single street its communities."""
    return "community" if len(filters.streets) == 1 else "street"


def matrix_period(filters: Filters) -> Filters:
    """A month is too short for cells of category and street: at least the twelve months that end with the period."""
    year = last_months(filters, 12)
    return filters if filters.start <= year.start else year


def alone(compared: list[dict]) -> list[dict]:
    """The figures of the period with nothing to compare them with: a young cohort has had less time than older ones."""
    now, *others = compared
    return [now, *(dict.fromkeys(row, np.nan) for row in others)]


def medians(now: dict, before: dict) -> list[dict]:
    """Rows of ``durations`` as a KPI card takes them."""
    return [{"median_days": row["q50"]} for row in (now, before)] + [{"median_days": np.nan}]


def interval(row: dict, key: str) -> tuple[float, float]:
    lower, upper = wilson(row[f"{key}_n"], row[f"{key}_d"])
    return float(lower), float(upper)


def part_of(mark: Mark, part: Literal["all", "counted", "others"]) -> Mark:
    """The same mark, of a rate: all its records, those counted in it, or the others."""
    return replace(mark, part=part)


# --- marks ------------------------------------------------------------------------------------------------------------


def encoded(mark: Mark) -> str:
    """A mark as the text that a chart gives back when it is clicked."""
    return json.dumps(asdict(mark), ensure_ascii=False, default=str)


def decoded(text: str) -> Mark:
    values = json.loads(text)
    at = tuple((str(name), value) for name, value in values["at"])
    period = values["period"] and tuple(datetime.fromisoformat(day).date() for day in values["period"])
    return Mark(values["measure"], at, period, values["age"], values["part"])


def described(mark: Mark, filters: Filters) -> str:
    """A mark in words: 调解成功率 · 青禾街道 · 2023年11月."""
    period = replace(filters, start=mark.period[0], end=mark.period[1]) if mark.period else filters
    parts = [_(MEASURES[mark.measure].label), *(stated(name, value) for name, value in mark.at)]
    if mark.age is not None:
        parts.append(_("{range} days").format(range=age_names()[mark.age]))
    return " · ".join([*parts, format.period(period)])


# --- frames -----------------------------------------------------------------------------------------------------------


def by_column(subject: Subject, key: str, filters: Filters, column: str) -> pd.DataFrame:
    """One row a group, the best first and the unnamed last: name, data, value, n, lower, upper."""
    if column in ("street", "channel"):
        frame = session.figures((key,), subject.table, filters, (column,))
    else:
        frame = session.load(ask.rate_by, key, subject.table, filters, column)
    rows = rated(frame, key)
    rows = rows.sort_values("n", ascending=False, na_position="last").head(LARGEST)
    values = [None if format.missing(value) else value for value in rows[column]]
    rows = rows.assign(
        name=[stated(column, value) for value in values],
        data=[encoded(Mark(key, ((column, value),))) for value in values],
        unnamed=[value is None for value in values],
    )
    return rows.sort_values(["unnamed", "value"], ascending=[True, False]).reset_index(drop=True)


def over_time(subject: Subject, key: str, filters: Filters) -> tuple[pd.DataFrame, float]:
    """One row a month (or week), the last being the period's: bucket, data, value, n, lower, upper, mature.

    And the rate of all that are mature.
    """
    buckets = session.history(filters, MONTHS)
    frame = session.trend((key,), subject.table, filters, buckets)
    ends, cohort = _ends(filters, buckets), key == subject.cohort
    frame = frame.assign(
        data=[encoded(Mark(key, (), _days(start, ends[start]))) for start in frame["bucket"]],
        mature=[not cohort or is_mature(ends[start], filters.data_date) for start in frame["bucket"]],
    )
    return rated(frame, key), pooled(frame[frame["mature"]], key)


def _ends(filters: Filters, buckets: Sequence[datetime]) -> dict[datetime, datetime]:
    weekly = filters.days == 7 and not filters.whole_months
    after = (
        [start + timedelta(days=7) for start in buckets]
        if weekly
        else [datetime.combine(add_months(start.date(), 1), start.time()) for start in buckets]
    )
    return dict(zip(buckets, after, strict=True))


def _days(start: datetime, after: datetime) -> tuple:
    return pd.Timestamp(start).date(), (after - timedelta(days=1)).date()


def matrix(subject: Subject, key: str, filters: Filters) -> tuple[pd.DataFrame, bool]:
    """One row a cell of category and place: row, column, data, value, n, lower, upper; and whether some were left out.

    The larger dimension goes down. Over ``matrix_period``; only the rows and columns with most records.
    """
    year, place = matrix_period(filters), place_of(filters)
    frame = _cells(subject, key, year, place)
    sizes = {name: frame.groupby(name, dropna=False)[f"{key}_d"].sum() for name in ("category", place)}
    down, across = sorted(sizes, key=lambda name: -len(sizes[name]))
    kept = {name: _largest(sizes[name], most) for name, most in zip((down, across), CELLS, strict=True)}
    shown = frame if session.viewer().rows else hide(frame, key, ("category", place))
    rows = rated(shown[frame[down].isin(kept[down]) & frame[across].isin(kept[across])], key)
    rows = rows.assign(_down=rows[down].map(kept[down].get_loc), _across=rows[across].map(kept[across].get_loc))
    rows = rows.sort_values(["_down", "_across"])
    period = (year.start, year.end)
    cells = [
        {name: None if format.missing(value) else value for name, value in zip(("category", place), pair, strict=True)}
        for pair in zip(rows["category"], rows[place], strict=True)
    ]
    rows = rows.assign(
        row=[stated(down, cell[down]) for cell in cells],
        column=[stated(across, cell[across]) for cell in cells],
        data=[encoded(Mark(key, tuple(cell.items()), period)) for cell in cells],
    )
    return rows.reset_index(drop=True), any(len(sizes[name]) > len(kept[name]) for name in sizes)


def _cells(subject: Subject, key: str, year: Filters, place: str) -> pd.DataFrame:
    if place == "street":
        frame = session.figures((key,), subject.table, year, ("category", place), raw=True)
    else:
        frame = session.load(ask.rate_by, key, subject.table, year, "category", place, raw=True)
    return frame[frame[f"{key}_d"] > 0]


def _largest(sizes: pd.Series, most: int) -> pd.Index:
    """The names with most records, the missing one last."""
    names = sizes.sort_values(ascending=False).head(most).index
    return pd.Index([*names[names.notna()], *names[names.isna()]], dtype=object)


def cohorts(subject: Subject, filters: Filters) -> pd.DataFrame:
    """One row a month of receipt, the newest first: name, data, done, other, pending (shares), n, mature."""
    months = last_months(filters, 1)
    buckets = session.history(months, COHORTS)
    keys = tuple(dict.fromkeys((subject.cohort, "closed_share")))
    frame = session.trend(keys, subject.table, months, buckets)
    n, closed = frame["closed_share_d"], frame["closed_share_n"]
    done, ends = frame[f"{subject.cohort}_n"], _ends(months, buckets)
    rows = frame.assign(n=n, done=done / n, other=(closed - done) / n, pending=(n - closed) / n)
    rows = rows[n.isna() | (n > 0)].iloc[::-1]
    return rows.assign(
        name=[format.month(start) for start in rows["bucket"]],
        data=[encoded(Mark(subject.cohort, (), _days(start, ends[start]))) for start in rows["bucket"]],
        mature=[is_mature(ends[start], filters.data_date) for start in rows["bucket"]],
    ).reset_index(drop=True)


def durations(subject: Subject, filters: Filters) -> tuple[pd.DataFrame, dict, dict]:
    """One row a category, the slowest first: name, data, q25 … q90, n. And the row of all, now and before."""
    frame = session.load(ask.durations, subject.table, filters)
    rows = frame[(frame["period"] == "now") & frame["category"].notna()]
    rows = rows.sort_values("n", ascending=False, na_position="last").head(CELLS[0])
    rows = rows.sort_values("q50", ascending=False).assign(
        name=lambda f: f["category"],
        data=lambda f: [encoded(Mark("median_days", (("category", value),))) for value in f["category"]],
    )
    total = frame[frame["category"].isna()].set_index("period")
    nothing = dict.fromkeys((*ask.QUANTILES, "n"), np.nan)
    now, before = (total.loc[name].to_dict() if name in total.index else nothing for name in ("now", "before"))
    return rows.reset_index(drop=True), now, before


def ages(subject: Subject, filters: Filters) -> tuple[pd.DataFrame, float]:
    """One row a bucket of age, the youngest first, zeros included: name, data, n; and the median age of all in days."""
    frame = session.load(ask.ages, subject.table, filters)
    total = frame[frame["age"].isna()]
    counts = frame.dropna(subset="age").set_index("age")["n"]
    positions = range(len(AGES))
    rows = pd.DataFrame(
        {
            "name": [_("{range} days").format(range=name) for name in age_names()],
            "data": [encoded(Mark("pending", age=position)) for position in positions],
            "n": [counts.get(str(position), 0) for position in positions],
        }
    )
    return rows, float(total["median"].iloc[0]) if len(total) and total["median"].notna().all() else np.nan


def age_names() -> tuple[str, ...]:
    return (*AGE_NAMES, f">{AGES[-1] - 1}")
