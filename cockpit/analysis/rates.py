"""Which rates may be shown, and which are too young or of too few to judge."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pandas as pd

from cockpit.masking import small

MATURE_DAYS = 60
"""A cohort younger than this is not yet mature: many of its records are still under way."""
PLAIN, SOLID = 30, 200
"""Fewer records than PLAIN: greyed; fewer than SOLID: a hollow dot."""


def is_mature(until: datetime, data_date: datetime) -> bool:
    """Has everything received before ``until`` had its time by the data date?"""
    return until + timedelta(days=MATURE_DAYS) <= data_date


def hide(frame: pd.DataFrame, key: str, across: Sequence[str]) -> pd.DataFrame:
    """A table of cells with its small counts missing, and so many others that none follows from its row or column.

    ``frame``: raw counts ``key_n`` and ``key_d``; ``across``: the columns that name row and column.
    """
    hits, records = frame[f"{key}_n"], frame[f"{key}_d"]
    hidden = small(hits) | small(records) | small(records - hits)
    while True:
        more = [_smallest_beside(records, hidden, frame[name]) for name in across]
        found = hidden | more[0] | more[1]
        if found.equals(hidden):
            break
        hidden = found
    parts = [key, f"{key}_n", f"{key}_d"]
    return frame.assign(**{part: frame[part].astype("float64").mask(hidden) for part in parts})


def _smallest_beside(records: pd.Series, hidden: pd.Series, line: pd.Series) -> pd.Series:
    """In each line with a single hidden cell, its smallest other one."""
    single = hidden.groupby(line, dropna=False).transform("sum") == 1
    shown = records.where(single & ~hidden & (records > 0))
    least = shown.groupby(line, dropna=False).transform("min")
    first = (shown == least).groupby(line, dropna=False).cumsum() == 1
    return (shown == least) & first
