"""Additive measures from a roll-up: what happened by month (or week), street, category, channel (and track), in memory.

One statement a district and version of the data fills it; after that a filter costs sums over some ten thousand cells
and no scan. The answers are those of queries.aggregate, column by column: a test holds the two against each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from queries.filters import Filters
from queries.measures import MEASURES, Flow, Measure, Term
from queries.series import moving, terms_of

SHARED = ("street", "category", "channel")
DIMENSIONS = {
    "cases": (*SHARED, "track"),
    "complaints": SHARED,
    "whistles": (*SHARED, "organisation"),
    "follow_ups": (*SHARED, "visitor", "target"),
}
FINER = ("community", "organisation", "nature")  # of roll-ups that single pages ask for
ALL = tuple(dict.fromkeys((*(name for names in DIMENSIONS.values() for name in names), *FINER)))


def additive(measure: Measure) -> bool:
    """Can it be summed from events of its own table? Quantiles, rates per resident and what other tables say cannot."""
    return measure.quantile is None and not measure.per_population and not measure.reads


def keys_of(table_name: str) -> tuple[str, ...]:
    return tuple(key for key, measure in MEASURES.items() if table_name in measure.tables and additive(measure))


@dataclass(frozen=True)
class Cube:
    """``sums[combination, bucket, term]``: running sums from the first bucket on. ``codes`` and ``labels``: the value
    of each dimension of a combination; the last label is None, what is missing."""

    places: dict[Term, int]
    buckets: pd.DatetimeIndex
    codes: dict[str, np.ndarray]
    labels: dict[str, list[str | None]]
    sums: np.ndarray

    @property
    def nbytes(self) -> int:
        return self.sums.nbytes + sum(codes.nbytes for codes in self.codes.values())

    def figures(self, keys: Sequence[str], filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """As ``queries.aggregate.summary``, for a period of whole buckets."""
        return pd.DataFrame(self.columns(keys, filters, by))

    def columns(self, keys: Sequence[str], filters: Filters, by: Sequence[str] = ()) -> dict[str, Any]:
        """The columns of ``figures`` as they are: a frame costs more than the sums in it."""
        rows, group, names = self._groups(filters, by)
        terms = _asked(keys)
        edges = self.buckets.searchsorted([_moment(filters.start), filters.until])
        start, end = np.moveaxis(self._stood(rows, edges, terms, group, _size(names)), 1, 0)
        numbers = {
            term: end[:, i] - start[:, i] if isinstance(term, Flow) else (start if term.at == "start" else end)[:, i]
            for i, term in enumerate(terms)
        }
        return names | _columns(keys, numbers, filters.days)

    def series(
        self, keys: Sequence[str], filters: Filters, buckets: Sequence[datetime], by: Sequence[str] = ()
    ) -> pd.DataFrame:
        """One row per combination of ``by`` and bucket, zeros included. ``buckets`` are consecutive; the last ends with
        the period."""
        names, columns = self.matrices(keys, filters, buckets, by)
        repeated = {name: np.repeat(np.array(values, object), len(buckets)) for name, values in names.items()}
        flat = {name: matrix.ravel() for name, matrix in columns.items()}
        starts = np.tile(pd.DatetimeIndex(buckets).to_numpy(), _size(names))
        return pd.DataFrame({"bucket": starts, **repeated, **flat})

    def matrices(
        self, keys: Sequence[str], filters: Filters, buckets: Sequence[datetime], by: Sequence[str] = ()
    ) -> tuple[dict[str, list], dict[str, np.ndarray]]:
        """The names of the groups, and each column of ``series`` as a matrix: one row a group, one column a bucket."""
        rows, group, names = self._groups(filters, by)
        starts, terms = pd.DatetimeIndex(buckets), _asked(keys)
        edges = np.append(self.buckets.searchsorted(starts), self.buckets.searchsorted(starts[-1], side="right"))
        stood = self._stood(rows, edges, terms, group, _size(names))
        numbers = {}
        for i, term in enumerate(terms):
            start, end = stood[:, :-1, i], stood[:, 1:, i]
            numbers[term] = end - start if isinstance(term, Flow) else start if term.at == "start" else end
        days = (starts[1:].append(pd.DatetimeIndex([filters.until])) - starts).days.to_numpy()
        return names, _columns(keys, numbers, days)

    def _stood(
        self, rows: np.ndarray, edges: np.ndarray, terms: Sequence[Term], group: np.ndarray, groups: int
    ) -> np.ndarray:
        """Running sums before each edge: group × edge × term."""
        picked = self.sums[
            np.ix_(rows, np.maximum(edges - 1, 0), np.array([self.places[moving(term)] for term in terms], int))
        ]
        picked[:, edges == 0] = 0
        which = csr_array((np.ones(len(group)), (group, np.arange(len(group)))), (groups, len(group)))
        return (which @ picked.reshape(len(rows), len(edges) * len(terms))).reshape(groups, len(edges), len(terms))

    def _groups(self, filters: Filters, by: Sequence[str]) -> tuple[np.ndarray, np.ndarray, dict[str, list]]:
        """Places of the combinations that pass the filters, the group of each, and the names of the groups."""
        rows = np.flatnonzero(passing(self.codes, self.labels, filters))
        combined = np.zeros(len(rows), np.int64)
        for name in by:
            combined = combined * len(self.labels[name]) + self.codes[name][rows]
        seen, group = np.unique(combined, return_inverse=True) if by else (np.zeros(1, np.int64), combined)
        names: dict[str, list] = {}
        for name in reversed(by):
            seen, code = np.divmod(seen, len(self.labels[name]))
            names[name] = [self.labels[name][place] for place in code]
        return rows, group, {name: names[name] for name in by}


@dataclass(frozen=True)
class Stays:
    """How long the records of a district stayed, in order of closing and the open ones last, with the codes of their
    dimensions: quantiles do not add up. ``days``: NaN while open."""

    opened: np.ndarray
    closed: np.ndarray
    days: np.ndarray
    codes: dict[str, np.ndarray]
    labels: dict[str, list[str | None]]

    @property
    def nbytes(self) -> int:
        return sum(column.nbytes for column in (self.opened, self.closed, self.days, *self.codes.values()))

    def spread(self, quantiles: Mapping[str, float], filters: Filters, by: str | None = None) -> list[dict]:
        """Named quantiles (linear between order statistics) and n of what was closed in the period: one row, NaN where
        nothing was closed, or one per value of ``by`` that occurs."""
        first, end = self.closed.searchsorted(np.array([filters.since, filters.until], self.closed.dtype))
        rows = self._matching(slice(first, end), filters)
        days = self.days[rows]
        if by is None:
            return [_quantiles(quantiles, days)]
        codes = self.codes[by][rows]
        return [{by: self.labels[by][code]} | _quantiles(quantiles, days[codes == code]) for code in np.unique(codes)]

    def ages(self, steps: Sequence[int], filters: Filters) -> tuple[np.ndarray, float]:
        """What was pending at the end of the period: how many in each bucket of age that begins at a step (whole
        days), and their median age in days; NaN where nothing was pending."""
        end, known = (np.datetime64(moment, "us") for moment in (filters.until, filters.known_until))
        opened = self.opened[self._matching(slice(self.closed.searchsorted(end), None), filters)]
        days = (known - np.minimum(opened[opened < end], known)) / np.timedelta64(1, "D")
        counts = np.bincount(np.searchsorted(steps, days, side="right") - 1, minlength=len(steps))
        return counts, float(np.median(days)) if len(days) else np.nan

    def _matching(self, rows: slice, filters: Filters) -> np.ndarray:
        """Places of those among the rows that pass the filters."""
        return np.flatnonzero(passing(self.codes, self.labels, filters, rows)) + rows.start


def _quantiles(quantiles: Mapping[str, float], days: np.ndarray) -> dict:
    values = np.quantile(days, list(quantiles.values())) if len(days) else np.full(len(quantiles), np.nan)
    return {**dict(zip(quantiles, values.tolist(), strict=True)), "n": len(days)}


def stays(frame: pd.DataFrame) -> Stays:
    """From the rows of ``queries.series.stays``."""
    codes, labels = coded(frame)
    opened, closed = (frame[name].to_numpy("datetime64[us]") for name in ("opened_at", "closed_at"))
    return Stays(opened, closed, frame["days"].to_numpy(float), codes, labels)


def passing(
    codes: Mapping[str, np.ndarray],
    labels: Mapping[str, Sequence[str | None]],
    filters: Filters,
    rows: slice = slice(None),
) -> np.ndarray:
    """Which of the rows pass the filters, by the codes of their dimensions."""
    keep = np.ones(len(next(iter(codes.values()))[rows]), bool)
    for name, wanted in filters.chosen():
        keep &= np.isin(codes[name][rows], [code for code, label in enumerate(labels[name]) if label in wanted])
    return keep


def coded(frame: pd.DataFrame) -> tuple[dict[str, np.ndarray], dict[str, list[str | None]]]:
    """Codes and labels of each dimension; the last label is None, what is missing."""
    codes: dict[str, np.ndarray] = {}
    labels: dict[str, list[str | None]] = {}
    for name in ALL:
        if name not in frame:
            continue
        code, known = pd.factorize(frame[name], sort=True)
        codes[name], labels[name] = np.where(code < 0, len(known), code), [*known, None]
    return codes, labels


def _asked(keys: Sequence[str]) -> list[Term]:
    return list(dict.fromkeys(term for key in keys for term in MEASURES[key].terms))


def _size(names: dict[str, list]) -> int:
    return len(next(iter(names.values()))) if names else 1


def _moment(day: date) -> datetime:
    return datetime.combine(day, time())


def _columns(keys: Sequence[str], numbers: dict[Term, np.ndarray], days: int | np.ndarray) -> dict[str, np.ndarray]:
    columns: dict[str, np.ndarray] = {}
    for measure in (MEASURES[key] for key in keys):
        numerator = np.sum([numbers[term] for term in measure.numerator], axis=0)
        if not measure.denominator:
            columns[measure.key] = numerator if measure.unit == "cny" else np.rint(numerator).astype(np.int64)
            continue
        denominator = np.sum([numbers[term] for term in measure.denominator], axis=0)
        scale = days if measure.per_days else 1
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(denominator != 0, numerator * scale / denominator, np.nan)
        parts = (value, np.rint(numerator).astype(np.int64), np.rint(denominator).astype(np.int64))
        columns |= dict(zip((measure.key, f"{measure.key}_n", f"{measure.key}_d"), parts, strict=True))
    return columns


def build(frame: pd.DataFrame, keys: Sequence[str], buckets: pd.DatetimeIndex) -> Cube:
    """From the rows of ``queries.series.moves``; ``buckets`` are all from the first opening or closing to the last.

    Only those are kept in which something happened: a single wrong date must not cost a bucket for every week since.
    What is dated before them (a filing in the year 1900) belongs to no bucket and stays out.
    """
    frame = frame[frame["bucket"].isin(buckets)]
    buckets = buckets[buckets.isin(frame["bucket"])]
    terms, (codes, labels) = terms_of(keys), coded(frame)
    combined = np.zeros(len(frame), np.int64)
    for name in codes:
        combined = combined * len(labels[name]) + codes[name]
    _, first, combination = np.unique(combined, return_index=True, return_inverse=True)
    sums = np.zeros((len(first), len(buckets), len(terms)))
    place = buckets.get_indexer(pd.DatetimeIndex(frame["bucket"]))
    sums[combination, place] = frame[[f"t{i}" for i in range(len(terms))]].to_numpy(float)
    places = {term: i for i, term in enumerate(terms)}
    return Cube(places, buckets, {name: code[first] for name, code in codes.items()}, labels, sums.cumsum(axis=1))
