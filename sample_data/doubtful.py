"""Values that nobody can believe: a few planted ones, and which rules of the import the records break."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from sqlalchemy import DateTime, Table

from cockpit.intake.checking.doubts import AMOUNTS, EXPECTED
from queries.quality import FIRST_YEAR
from sample_data import exports
from sample_data.places import DEMONSTRATION

OLD_DATE, LATER = pd.Timestamp("1970-01-01 08:00"), pd.DateOffset(years=10)
EPOCH, TYPED_AHEAD, BELOW_ZERO = 14, 6, 11
"""Doubtful records: accepted at the beginning of all clocks, accepted ten years later, a claim below zero."""


def with_doubts(rng: np.random.Generator, cases: pd.DataFrame) -> pd.DataFrame:
    """Some cases of 示范区 with a value that nobody can believe, in columns that no measure counts."""
    here = cases["district"].eq(DEMONSTRATION.name) & (cases["opened_at"] >= "2023-07-01")
    accepted = np.flatnonzero(here & cases["accepted_at"].notna())
    rows = rng.choice(accepted, EPOCH + TYPED_AHEAD, replace=False)
    when = cases["accepted_at"].copy()
    when.iloc[rows[:EPOCH]] = OLD_DATE
    when.iloc[rows[EPOCH:]] += LATER
    unmediated = here & cases["outcome"].isin(["failed", "withdrawn", "transferred"]) & (cases["amount_claimed"] > 0)
    amount = cases["amount_claimed"].copy()
    amount.iloc[rng.choice(np.flatnonzero(unmediated), BELOW_ZERO, replace=False)] *= -1
    return cases.assign(accepted_at=when, amount_claimed=amount)


def doubts(table: Table, rows: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """One row per doubt about a record of ``rows``: row, field, reason, value; by the rules that some record breaks."""
    parts = [pd.DataFrame(columns=["row", "field", "reason", "value"])]
    for name, reason, hit in _doubtful(table, rows, as_of):
        if len(places := np.flatnonzero(hit)):
            value = exports.text(table.c[name], rows[name].iloc[places])
            parts.append(pd.DataFrame({"row": places, "field": name, "reason": reason, "value": value}))
    return pd.concat(parts, ignore_index=True).astype({"row": int})


def _doubtful(table: Table, rows: pd.DataFrame, as_of: pd.Timestamp) -> Iterator[tuple[str, str, pd.Series]]:
    """Field, reason, and which of the rows."""
    yield "closed_at", "closed_before_opened", rows["closed_at"] < rows["opened_at"]
    for column in table.columns:
        values = rows[column.name]
        if isinstance(column.type, DateTime):
            yield column.name, "before_1990", values < pd.Timestamp(FIRST_YEAR, 1, 1)
            if column.name not in EXPECTED:
                yield column.name, "in_future", values >= as_of
        elif column.name.startswith(AMOUNTS):
            yield column.name, "negative_amount", values < 0
