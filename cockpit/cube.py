"""Additive measures from a roll-up: what happened by month (or week), street, category and channel, summed in memory.

One statement a district and version of the data fills it; after that a filter costs sums over some ten thousand cells
and no scan. The answers are those of queries.aggregate, column by column: a test holds the two against each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from queries.filters import Filters
from queries.measures import MEASURES, Flow, Measure, Term
from queries.series import terms_of

DIMENSIONS = ("street", "category", "channel")


def additive(measure: Measure) -> bool:
    """Can it be summed from events of its own table? Quantiles, rates per resident and steps cannot."""
    return measure.quantile is None and not measure.per_population and "case_steps" not in measure.reads


def keys_of(table_name: str) -> tuple[str, ...]:
    return tuple(key for key, measure in MEASURES.items() if table_name in measure.tables and additive(measure))


@dataclass(frozen=True)
class Cube:
    """``sums[combination, bucket, term]``: running sums from the first bucket on. ``combinations``: one row each with
    the values of the dimensions, None where missing."""

    terms: tuple[Term, ...]
    buckets: pd.DatetimeIndex
    combinations: pd.DataFrame
    sums: np.ndarray

    def figures(self, keys: Sequence[str], filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """As ``queries.aggregate.summary``, for a period of whole buckets."""
        rows, group, frame = self._groups(filters, by)
        start, end = self.buckets.searchsorted([_moment(filters.start), filters.until])
        places = [i for i, term in enumerate(self.terms) if term in set(terms_of(keys))]
        stood = {"start": self._until(start)[rows][:, places], "end": self._until(end)[rows][:, places]}
        summed = {at: _by_group(values, group, len(frame)) for at, values in stood.items()}
        numbers = {
            term: summed["end"][:, i] - summed["start"][:, i] if isinstance(term, Flow) else summed[term.at][:, i]
            for i, term in enumerate(self.terms[place] for place in places)
        }
        return frame.assign(**_columns(keys, numbers, filters.days))

    def series(
        self, keys: Sequence[str], filters: Filters, buckets: Sequence[datetime], by: Sequence[str] = ()
    ) -> pd.DataFrame:
        """One row per combination of ``by`` and bucket, zeros included. ``buckets`` are consecutive."""
        rows, group, frame = self._groups(filters, by)
        starts = pd.DatetimeIndex(buckets)
        edges = np.append(self.buckets.searchsorted(starts), self.buckets.searchsorted(starts[-1], side="right"))
        places = [i for i, term in enumerate(self.terms) if term in set(terms_of(keys))]
        padded = np.concatenate([np.zeros((len(rows), 1, len(places))), self.sums[rows][:, :, places]], axis=1)
        stood = _by_group(padded[:, edges].reshape(len(rows), len(edges) * len(places)), group, len(frame))
        stood = stood.reshape(len(frame), len(edges), len(places))
        numbers = {}
        for i, term in enumerate(self.terms[place] for place in places):
            start, end = stood[:, :-1, i], stood[:, 1:, i]
            values = end - start if isinstance(term, Flow) else start if term.at == "start" else end
            numbers[term] = values.ravel()
        index = pd.DataFrame({"bucket": np.tile(starts, len(frame))})
        repeated = frame.loc[frame.index.repeat(len(starts))].reset_index(drop=True)
        return pd.concat([index, repeated], axis=1).assign(**_columns(keys, numbers, None))

    def _until(self, edge: int) -> np.ndarray:
        """Running sums before bucket ``edge``: one row a combination, one column a term."""
        return self.sums[:, edge - 1] if edge else np.zeros_like(self.sums[:, 0])

    def _groups(self, filters: Filters, by: Sequence[str]) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
        """Places of the combinations that pass the filters, the group of each, and one row a group."""
        keep = np.ones(len(self.combinations), bool)
        for name, wanted in (
            ("street", filters.streets),
            ("street", filters.scope),
            ("category", filters.categories),
            ("channel", filters.channels),
        ):
            if wanted or (wanted is not None and wanted is filters.scope):
                keep &= self.combinations[name].isin(wanted).to_numpy()
        rows = np.flatnonzero(keep)
        if not by:
            return rows, np.zeros(len(rows), np.int64), pd.DataFrame(index=[0])
        chosen = self.combinations.iloc[rows][list(by)]
        group = chosen.groupby(list(by), dropna=False, sort=False).ngroup().to_numpy()
        return rows, group, chosen.drop_duplicates().reset_index(drop=True)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time())


def _by_group(values: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """Sums of rows with the same group."""
    which = csr_array((np.ones(len(group)), (group, np.arange(len(group)))), (groups, len(group)))
    return which @ values


def _columns(keys: Sequence[str], numbers: dict[Term, np.ndarray], days: int | None) -> dict[str, np.ndarray]:
    columns = {}
    for measure in (MEASURES[key] for key in keys):
        numerator = sum(numbers[term] for term in measure.numerator)
        if not measure.denominator:
            columns[measure.key] = numerator if measure.unit == "cny" else np.rint(numerator).astype(np.int64)
            continue
        denominator = sum(numbers[term] for term in measure.denominator)
        scale = days if measure.per_days and days else 1
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(denominator != 0, numerator * scale / denominator, np.nan)
        parts = (value, np.rint(numerator).astype(np.int64), np.rint(denominator).astype(np.int64))
        columns |= dict(zip((measure.key, f"{measure.key}_n", f"{measure.key}_d"), parts, strict=True))
    return columns


def build(frame: pd.DataFrame, keys: Sequence[str], buckets: pd.DatetimeIndex) -> Cube:
    """From the rows of ``queries.series.moves``; ``buckets`` are all from the first event to the last."""
    terms = tuple(terms_of(keys))
    dims = frame[list(DIMENSIONS)].astype(object).where(frame[list(DIMENSIONS)].notna(), None)
    combination = dims.groupby(list(DIMENSIONS), dropna=False, sort=False).ngroup().to_numpy()
    combinations = dims.drop_duplicates().reset_index(drop=True)
    sums = np.zeros((len(combinations), len(buckets), len(terms)))
    place = buckets.get_indexer(pd.DatetimeIndex(frame["bucket"]))
    sums[combination, place] = frame[[f"t{i}" for i in range(len(terms))]].to_numpy(float)
    return Cube(terms, buckets, combinations, sums.cumsum(axis=1))
