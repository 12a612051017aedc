"""The frames of 化解率: one rate by everything, cohorts, days and ages; each figure with the mark behind it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from cockpit import cube, format, periods, session
from cockpit.analysis.intervals import wilson
from cockpit.analysis.rates import is_mature
from cockpit.casework import SUBJECTS, Subject, age_names, encoded, stated
from cockpit.i18n import _
from cockpit.masking import small
from queries import casework as ask
from queries.aggregate import happening
from queries.casework import AGES, QUANTILES, Mark
from queries.filters import Filters, add_months, before, last_months

MONTHS, COHORTS = 24, 12
LARGEST, KINDS = 28, 14  # places and categories in one chart
NOTHING = float("nan")


def present(filters: Filters) -> list[str]:
    """The subjects that have records in the district, whatever the other filters say; all, where none has."""
    rows = session.load(ask.districts)
    places = set(zip(rows["kind"].tolist(), rows["district"].tolist(), strict=True))
    kinds = {kind for kind, district in places if filters.district in (None, district)}
    found = [name for name in SUBJECTS if name in kinds]
    return found or list(SUBJECTS)


def computable(subject: Subject, filters: Filters) -> list[str]:
    """The subject's rates that have any denominator in the district; all, where none has."""
    bounds = session.reach()
    whole = bounds and periods.span("all", bounds)
    if not whole:
        return list(subject.rates)
    everything = Filters(*whole, filters.data_date, filters.district, scope=filters.scope)
    row = session.figures(subject.rates, subject.table, everything).iloc[0]
    return [key for key in subject.rates if row[f"{key}_d"] != 0] or list(subject.rates)


def matrix_period(filters: Filters) -> Filters:
    """A month is too short for cells of category and street: at least the twelve months that end with the period."""
    year = last_months(filters, 12)
    return filters if filters.start <= year.start else year


# --- cards ------------------------------------------------------------------------------------------------------------


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


# --- one rate ---------------------------------------------------------------------------------------------------------


def by_column(subject: Subject, key: str, filters: Filters, column: str) -> pd.DataFrame:
    """One row a group, the best first and the unnamed last: name, data, value, n, lower, upper."""
    if column in cube.DIMENSIONS[subject.table.name]:
        frame = session.figures((key,), subject.table, filters, (column,))
    else:
        frame = session.load(happening, (key,), subject.table, filters, (column,))
    values = _known(frame[column])
    hits, records = _counts(frame, key)
    order = sorted(np.flatnonzero(~(records == 0)), key=lambda i: -_or(records.item(i), 0))[:LARGEST]
    order.sort(key=lambda i: (values[i] is None, -_or(hits.item(i) / records.item(i), -1)))
    return _rated(
        hits[order],
        records[order],
        name=[stated(column, values[i]) for i in order],
        data=[encoded(Mark(key, ((column, values[i]),))) for i in order],
    )


def over_time(subject: Subject, key: str, filters: Filters) -> tuple[pd.DataFrame, float]:
    """One row a month (or week), the last being the period's: bucket, data, value, n, lower, upper, mature.

    And the rate of all that are mature, never a mean of rates.
    """
    buckets = session.history(filters, MONTHS)
    hits, records = _counts(session.trend((key,), subject.table, filters, buckets), key)
    spans = _spans(filters, buckets)
    ripe = np.array([key != subject.cohort or is_mature(until, filters.data_date) for *_days, until in spans])
    some = np.flatnonzero(~(records == 0))
    rows = _rated(
        hits[some],
        records[some],
        bucket=pd.DatetimeIndex([buckets[i] for i in some]),
        data=[encoded(Mark(key, (), spans[i][:2])) for i in some],
        mature=ripe[some],
    )
    below = records[ripe].sum()
    return rows, hits[ripe].sum() / below if below else NOTHING


def _spans(filters: Filters, buckets: Sequence[datetime]) -> list[tuple[date, date, datetime]]:
    """First day, last day and end of each month (or week)."""
    spans = []
    for start in buckets:
        after = start.date() + timedelta(days=7) if filters.is_week else add_months(start.date(), 1)
        spans.append((start.date(), after - timedelta(days=1), datetime.combine(after, start.time())))
    return spans


def matrix(subject: Subject, key: str, filters: Filters, most: tuple[int, int]) -> tuple[pd.DataFrame, bool]:
    """One row a cell of category and place: row, column, data, value, n, lower, upper; and whether some were left out.

    The larger dimension goes down. Over ``matrix_period``; only the rows and columns with most records, ``most`` of
    each.
    """
    year, place = matrix_period(filters), filters.level
    frame = _cells(subject, key, year, place)
    names = {name: _known(frame[name]) for name in ("category", place)}
    sizes = {name: _sizes(values, frame[f"{key}_d"]) for name, values in names.items()}
    down, across = sorted(sizes, key=lambda name: -len(sizes[name]))
    kept = {name: _unnamed_last(sizes[name][:limit]) for name, limit in zip((down, across), most, strict=True)}
    places = {name: {value: i for i, value in enumerate(values)} for name, values in kept.items()}
    order = [
        i
        for i, pair in enumerate(zip(names[down], names[across], strict=True))
        if pair[0] in places[down] and pair[1] in places[across]
    ]
    order.sort(key=lambda i: (places[down][names[down][i]], places[across][names[across][i]]))
    hits, records = _counts(frame, key)
    period = (year.start, year.end)
    rows = _rated(
        hits[order],
        records[order],
        row=[stated(down, names[down][i]) for i in order],
        column=[stated(across, names[across][i]) for i in order],
        data=[
            encoded(Mark(key, (("category", names["category"][i]), (place, names[place][i])), period)) for i in order
        ],
    )
    return rows, any(len(sizes[name]) > len(kept[name]) for name in sizes)


def _cells(subject: Subject, key: str, year: Filters, place: str) -> pd.DataFrame:
    if place == "street":
        frame = session.figures((key,), subject.table, year, ("category", place))
    else:
        frame = session.load(happening, (key,), subject.table, year, ("category", place))
    return frame[frame[f"{key}_d"] != 0]


def _sizes(values: Sequence[str | None], records: pd.Series) -> list[str | None]:
    """The names, those with most records first."""
    sums: Counter = Counter()
    for value, n in zip(values, records.tolist(), strict=True):
        sums[value] += 0 if format.missing(n) else n
    return [value for value, _n in sums.most_common()]


def _unnamed_last(names: Sequence[str | None]) -> list[str | None]:
    return sorted(names, key=lambda name: name is None)


def _rated(hits: np.ndarray, records: np.ndarray, **beside: Any) -> pd.DataFrame:
    """The given columns, then value, n (records it is of), lower and upper (Wilson 95%)."""
    lower, upper = wilson(hits, records)
    return _frame(**beside, value=hits / records, n=records, lower=lower, upper=upper)


def _frame(**columns: Any) -> pd.DataFrame:
    """Texts stay Python's own: small frames are read value by value, which Arrow makes slow."""
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype=object) if isinstance(values, list) else values
            for name, values in columns.items()
        }
    )


def _counts(frame: pd.DataFrame, key: str) -> tuple[np.ndarray, np.ndarray]:
    """Numerators and denominators; NaN where they may not be shown."""
    return frame[f"{key}_n"].to_numpy(float), frame[f"{key}_d"].to_numpy(float)


def _known(values: pd.Series) -> list[str | None]:
    return [None if format.missing(value) else value for value in values.tolist()]


def _or(value: float, otherwise: float) -> float:
    return otherwise if np.isnan(value) else value


# --- cohorts, days, ages ----------------------------------------------------------------------------------------------


def cohorts(subject: Subject, filters: Filters) -> pd.DataFrame:
    """One row a month of receipt, the newest first: name, data, done, other, pending (shares; all three NaN where one
    of them may not be shown), n, mature."""
    months = last_months(filters, 1)
    buckets = session.history(months, COHORTS)
    keys = tuple(dict.fromkeys((subject.cohort, "closed_share")))
    frame = session.trend(keys, subject.table, months, buckets)
    closed, records = _counts(frame, "closed_share")
    done, spans = _counts(frame, subject.cohort)[0], _spans(months, buckets)
    order = np.flatnonzero(~(records == 0))[::-1]
    n, done, closed = records[order], done[order], closed[order]
    parts = np.array([done, closed - done, n - closed])
    if not session.viewer().rows:
        parts[:, small(parts).any(axis=0)] = np.nan
    return _frame(
        name=[format.month(spans[i][0]) for i in order],
        data=[encoded(Mark(subject.cohort, (), spans[i][:2])) for i in order],
        **dict(zip(("done", "other", "pending"), parts / n, strict=True)),
        n=n,
        mature=np.array([is_mature(spans[i][2], filters.data_date) for i in order], bool),
    )


def newest_mature(groups: pd.DataFrame) -> str:
    """What a young cohort may be read against: 9月为 89.9%; empty where no month of ``cohorts`` is mature."""
    for name, done, mature in zip(groups["name"], groups["done"], groups["mature"], strict=True):
        if mature and not format.missing(done):
            return _("{month}: {value}").format(month=name, value=format.share(done))
    return ""


def durations(subject: Subject, filters: Filters) -> tuple[pd.DataFrame, dict, dict]:
    """One row a category, the slowest first: name, data, q25, q50, q75, q90, n. And the row of all, now and before."""
    periods = {"now": filters, "before": before(filters)}
    rows = session.spread(QUANTILES, subject.table, periods, "category").to_dict("records")
    totals = {row["period"]: row for row in rows if format.missing(row["category"])}
    kinds = [row for row in rows if row["period"] == "now" and not format.missing(row["category"])]
    kinds = sorted(kinds, key=lambda row: -_or(row["n"], 0))[:KINDS]
    kinds.sort(key=lambda row: -_or(row["q50"], -1))  # what may not be shown comes last
    numbers = {name: np.array([row[name] for row in kinds], float) for name in (*QUANTILES, "n")}
    frame = _frame(
        name=[row["category"] for row in kinds],
        data=[encoded(Mark("median_days", (("category", row["category"]),))) for row in kinds],
        **numbers,
    )
    nothing = dict.fromkeys((*QUANTILES, "n"), NOTHING)
    return frame, totals.get("now", nothing), totals.get("before", nothing)


def ages(subject: Subject, filters: Filters) -> tuple[pd.DataFrame, float]:
    """One row a bucket of age, the youngest first, zeros included: name, data, n; and the median age of all in days."""
    counts, median = session.ages(AGES, subject.table, filters)
    frame = _frame(
        name=[_("{range} days").format(range=name) for name in age_names()],
        data=[encoded(Mark("pending", age=position)) for position in range(len(AGES))],
        n=counts,
    )
    return frame, median
