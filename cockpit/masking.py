"""What somebody without row access may see: no count from 1 to 4, and none that could be worked out from the others."""

import numpy as np
import pandas as pd

FEWEST = 5


def small(counts: pd.Series) -> pd.Series:
    return (counts > 0) & (counts < FEWEST)


def mask(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with small counts as missing values.

    Whole-number columns are counts. Of a ratio (``x``, ``x_n``, ``x_d``) all three go when numerator, denominator or
    their difference is small. One hidden cell in a column could be had from the total: the smallest other goes too.
    """
    masked, hidden = frame.copy(), {}
    for name in frame.columns:
        if pd.api.types.is_integer_dtype(frame[name]):
            hidden[name] = small(frame[name])
    for name in [name for name in frame.columns if {f"{name}_n", f"{name}_d"} <= set(frame.columns)]:
        numerator, denominator = frame[f"{name}_n"], frame[f"{name}_d"]
        hidden[name] = small(numerator) | small(denominator) | small(denominator - numerator)
    for name, cells in hidden.items():
        parts = [part for part in (name, f"{name}_n", f"{name}_d") if part in frame.columns]
        cells = cells | _complement(frame[parts[-1]], cells)
        for part in parts:
            masked[part] = masked[part].astype("float64").mask(cells, np.nan)
    return masked


def _complement(counts: pd.Series, cells: pd.Series) -> pd.Series:
    """The smallest shown count, where exactly one of several cells is hidden."""
    shown = counts.where(~cells & (counts > 0))
    if cells.sum() != 1 or shown.notna().sum() == 0 or len(counts) < 2:
        return pd.Series(False, index=counts.index)
    return pd.Series(counts.index == shown.idxmin(), index=counts.index)
