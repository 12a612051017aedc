"""How long the resolutions of a district have held, in memory: a quantity that neither adds up nor fits a roll-up."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from cockpit.cube import coded, passing
from queries.filters import Filters

DAY = np.timedelta64(1, "D")
ARRANGED = "visit_arranged_rate"


class Followed(NamedTuple):
    """Resolved disputes of one choice: days each was followed, whether it flared up again on the last of them, and its
    codes by dimension. ``labels``: what the codes stand for; the last is None, what is missing."""

    days: np.ndarray
    again: np.ndarray
    codes: dict[str, np.ndarray]
    labels: dict[str, list[str | None]]

    def within(self, longest: int) -> "Followed":
        """The same, as if nobody had looked beyond so many days."""
        beyond = self.days > longest
        return self._replace(days=np.where(beyond, longest, self.days), again=self.again & ~beyond)


@dataclass(frozen=True)
class Lasting:
    """Every resolved dispute in order of closing: ``again`` is the days until it flared up, NaN where it did not;
    ``arranged``: whether a visit was."""

    closed: np.ndarray
    again: np.ndarray
    arranged: np.ndarray
    codes: dict[str, np.ndarray]
    labels: dict[str, list[str | None]]

    @property
    def nbytes(self) -> int:
        return sum(column.nbytes for column in (self.closed, self.again, self.arranged, *self.codes.values()))

    def followed(self, filters: Filters) -> Followed:
        """What was resolved in the period and passes the filters, followed to the data date."""
        rows = self._matching(filters)
        watched = (np.datetime64(filters.data_date, "us") - self.closed[rows]) / DAY
        again = self.again[rows] < watched
        days = np.where(again, self.again[rows], watched)
        return Followed(days, again, {name: code[rows] for name, code in self.codes.items()}, self.labels)

    def coverage(self, filters: Filters, by: str) -> pd.DataFrame:
        """One row a value of ``by`` with a dispute resolved in the period: ``visit_arranged_rate`` with its parts."""
        rows = self._matching(filters)
        codes, labels = self.codes[by][rows], self.labels[by]
        found, group = np.unique(codes, return_inverse=True)
        arranged, resolved = np.bincount(group, self.arranged[rows]).astype(np.int64), np.bincount(group)
        names = pd.Series([labels[code] for code in found], dtype=object)
        parts = {"": arranged / resolved, "_n": arranged, "_d": resolved}
        return pd.DataFrame({by: names} | {f"{ARRANGED}{part}": values for part, values in parts.items()})

    def _matching(self, filters: Filters) -> np.ndarray:
        """Places of those resolved in the period that pass the filters."""
        first, end = self.closed.searchsorted(np.array([filters.since, filters.until], self.closed.dtype))
        return np.flatnonzero(passing(self.codes, self.labels, filters, slice(first, end))) + first


def lasting(frame: pd.DataFrame) -> Lasting:
    """From the rows of ``queries.follow_ups.lasting``."""
    codes, labels = coded(frame)
    closed, again = frame["closed_at"].to_numpy("datetime64[us]"), frame["again"].to_numpy(float)
    return Lasting(closed, again, frame["arranged"].to_numpy(bool), codes, labels)
