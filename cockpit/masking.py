"""What somebody without row access may see: no count from 1 to 4, and none that could be worked out from the others."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

FEWEST = 5
APART = frozenset({"clearance_rate", "case_closing_rate", "disposition_time"})
"""Ratios whose numerator is no part of the denominator: their difference counts nobody."""
PERSONS = {"persons": "received", "visitors": "visits", "group_visitors": "group_visits"}
"""Sums of persons, and the count of the records that they are summed over: of few records they tell each."""


def small(counts):
    """Is it a count from 1 to 4? Of one number, or of each of an array or a series; what is missing is none."""
    return (counts > 0) & (counts < FEWEST)


def mask(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with small counts as missing values.

    Whole-number columns are counts. Of a ratio (``x``, ``x_n``, ``x_d``) the value goes with either of its parts, and
    the numerator where what it leaves of the denominator is small. Sums of persons go with the count of their records,
    and where that is not among the columns. Where the hidden cells of a column (with two dimensions: of a row or column
    of the table) would follow from their total, the smallest other goes too.
    """
    whole = pd.api.types.is_integer_dtype
    counts = {name: frame[name].to_numpy(np.int64) for name, kind in frame.dtypes.items() if whole(kind)}
    ratios = [name for name in frame.columns if {f"{name}_n", f"{name}_d"} <= set(counts)]
    hidden = {name: small(values) for name, values in counts.items()}
    for name in ratios:
        numerator, denominator = counts[f"{name}_n"], counts[f"{name}_d"]
        rest = small(denominator - numerator) & (name not in APART)
        hidden[f"{name}_n"] = hidden[f"{name}_n"] | hidden[f"{name}_d"] | rest
    hidden = _with_persons(counts, _protected(counts, hidden, _lines(frame)), _lines(frame))
    hidden |= {name: hidden[f"{name}_n"] | hidden[f"{name}_d"] for name in ratios}
    seen = {name: np.where(cells, np.nan, frame[name].to_numpy(float)) for name, cells in hidden.items()}
    return pd.DataFrame({name: seen.get(name, frame[name]) for name in frame.columns}, index=frame.index)


def _with_persons(
    counts: dict[str, np.ndarray], hidden: dict[str, np.ndarray], lines: Sequence[np.ndarray]
) -> dict[str, np.ndarray]:
    """With the sums of persons hidden where the count of their records is, and what that takes in turn."""
    tied = hidden | {name: hidden[name] | hidden.get(count, True) for name, count in PERSONS.items() if name in hidden}
    if all(np.array_equal(tied[name], cells) for name, cells in hidden.items()):
        return hidden
    return _with_persons(counts, _protected(counts, tied, lines), lines)


def _lines(frame: pd.DataFrame) -> list[np.ndarray]:
    """For each way in which the rows add up to a total that is known elsewhere, the line that a row belongs to."""
    names = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])]
    if len(names) == 2:
        return [pd.factorize(frame[name], use_na_sentinel=False)[0] for name in names]
    return [np.zeros(len(frame), np.intp)]


def _protected(
    counts: dict[str, np.ndarray], hidden: dict[str, np.ndarray], lines: Sequence[np.ndarray]
) -> dict[str, np.ndarray]:
    """Columns of equal counts hide the same cells: what one of them hides must not stand in the other."""
    keys = {name: values.tobytes() for name, values in counts.items()}
    together: dict[bytes, np.ndarray] = {}
    for name, cells in hidden.items():
        together[keys[name]] = together.get(keys[name], False) | cells
    done = {key: _covered(np.frombuffer(key, np.int64), cells, lines) for key, cells in together.items()}
    return {name: done[keys[name]] for name in hidden}


def _covered(counts: np.ndarray, hidden: np.ndarray, lines: Sequence[np.ndarray]) -> np.ndarray:
    """The hidden cells, and as many of the smallest others as it takes that no line gives them away."""
    if not hidden.any():
        return hidden
    hidden, found = hidden.copy(), True
    while found:
        found = False
        for line in lines:
            for place in _given_away(counts, hidden, line):
                others = np.flatnonzero((line == place) & ~hidden & (counts > 0))
                if len(others):
                    hidden[others[counts[others].argmin()]] = found = True
    return hidden


def _given_away(counts: np.ndarray, hidden: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Lines whose total says what is hidden in them: a single cell, or several that must all be 1, or all be 4."""
    cells, total = np.bincount(line, hidden), np.bincount(line, counts * hidden)
    return np.flatnonzero((cells == 1) | ((cells > 0) & ((total == cells) | (total == cells * (FEWEST - 1)))))
