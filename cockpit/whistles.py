"""吹哨报到: how long departments take to arrive and to solve, as frames and words."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pandas as pd

from cockpit import format, session
from cockpit.analysis.intervals import wilson
from cockpit.analysis.multiple import benjamini_hochberg
from cockpit.analysis.survival import Curve, kaplan_meier, log_rank
from cockpit.casework import stated
from cockpit.masking import small
from queries import whistles as ask
from queries.filters import Filters
from queries.tables import whistles
from queries.words import N_

KEYS = ("whistled", "arrived_late_rate", "arrival_overdue", "solved_late_rate", "call_overdue")
ENDS = ("arrived", "solved")
HOURS = 24
LISTS = {
    "waiting": N_("Nobody there yet"),
    "slow": N_("Arrived late"),
    "unsolved": N_("Not solved in time"),
}
NOTHING = float("nan")


class Waits(NamedTuple):
    """Calls and how long each waited: days, and whether that ended it or the data date did."""

    days: np.ndarray
    ended: np.ndarray

    @property
    def curve(self) -> Curve:
        return kaplan_meier(self.days, self.ended)

    def of(self, chosen: np.ndarray) -> "Waits":
        return Waits(self.days[chosen], self.ended[chosen])


def calls(filters: Filters) -> pd.DataFrame:
    """The calls of the period, for durations alone: counts made of them are masked here."""
    return session.load(ask.calls, filters, raw=True)


def waits(frame: pd.DataFrame, end: str) -> Waits:
    """Until ``arrived`` or ``solved``; what has not come by the data date has waited until then, and is not left out:
    a department that never comes would be the fastest otherwise."""
    days, watched = frame[end].to_numpy(float), frame["watched"].to_numpy(float)
    ended = days < watched
    return Waits(np.where(ended, days, watched), ended)


def median(some: Waits, q: float = 0.5) -> float:
    """Days by which the share ``q`` had come; NaN where it has not, and where so few calls may not be told."""
    if small(len(some.days)) and not session.viewer().rows:
        return NOTHING
    return some.curve.quantile(q)


def by(filters: Filters, frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """One row a department or street, the slowest to arrive first and the unnamed last: name, short (without the
    district), the measures of ``KEYS``, arrival (median hours), solving (median days), Wilson limits of the late share;
    ``apart``: 1 where it takes longer to arrive than the rest, −1 where less (log-rank, false discoveries held at 5%),
    else 0."""
    measured = session.figures(KEYS, whistles, filters, (column,))
    counts = measured[["whistled", "arrival_overdue", "call_overdue"]]
    measured = measured[~counts.eq(0).all(axis=1)].reset_index(drop=True)
    names = [None if format.missing(value) else value for value in measured[column]]
    durations = _durations(frame, column, names)
    lower, upper = wilson(measured["arrived_late_rate_n"], measured["arrived_late_rate_d"])
    named = [stated(column, name) for name in names]
    found = measured.assign(name=pd.Series(named, dtype=object), lower=lower, upper=upper, **durations)
    hidden = found["whistled"].isna()
    found = found.assign(**{name: found[name].mask(hidden) for name in ("arrival", "solving")})
    found["apart"] = found["apart"].mask(hidden, 0)  # whoever is told nothing else of it is not told this
    found["unnamed"] = [name is None for name in names]
    found["short"] = [name.removeprefix(filters.district or "") or name for name in found["name"]]
    return found.sort_values(["unnamed", "arrival"], ascending=[True, False], ignore_index=True)


def _durations(frame: pd.DataFrame, column: str, names: list[str | None]) -> dict[str, np.ndarray]:
    values = frame[column].to_numpy(object)
    place = {name: i for i, name in enumerate(names)}
    group = np.array([place.get(None if format.missing(value) else value, -1) for value in values], int)
    arrived, solved = (waits(frame, end) for end in ENDS)
    inside = group >= 0
    test = log_rank(arrived.days[inside], arrived.ended[inside], group[inside], len(names))
    slower = np.sign(test.expected - test.observed)
    return {
        "arrival": np.array([median(arrived.of(group == i)) * HOURS for i in range(len(names))], float),
        "solving": np.array([median(solved.of(group == i)) for i in range(len(names))], float),
        "apart": np.where(benjamini_hochberg(test.p_each), slower, 0).astype(float),
    }


def over_time(filters: Filters, most: int = 24) -> tuple[pd.DataFrame, float]:
    """One row a month (or week): bucket, data, value (share late), n, lower, upper, mature, as a chart of rates; and
    the share late of them all."""
    buckets = session.history(filters, most)
    rows = session.trend(("arrived_late_rate",), whistles, filters, buckets)
    hits, n = (rows[f"arrived_late_rate_{part}"].to_numpy(float) for part in ("n", "d"))
    lower, upper = wilson(hits, n)
    frame = pd.DataFrame(
        {"bucket": rows["bucket"], "value": hits / np.where(n > 0, n, np.nan), "n": n, "lower": lower, "upper": upper}
    )
    known = frame[~frame["n"].eq(0)].reset_index(drop=True)
    return known.assign(data="", mature=True), _overall(filters, buckets)


def _overall(filters: Filters, buckets: Sequence[datetime]) -> float:
    """The share late of all the buckets, of which single ones may be hidden."""
    rows = session.trend(("arrived_late_rate",), whistles, filters, buckets, raw=True)
    late, n = (int(rows[f"arrived_late_rate_{part}"].sum()) for part in ("n", "d"))
    share = late / n if n else NOTHING
    for count in (n, late, n - late):
        share = session.told(share, count)
    return share
