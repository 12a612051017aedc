"""The control limits as rows, as tests read them."""

import numpy as np
import pandas as pd

from cockpit.analysis.control import limits


def signals(frame: pd.DataFrame, unit: str = "month", holidays: bool = True) -> pd.DataFrame:
    """One row a period and group, with what ``limits`` says of it; reason missing where judged.

    ``frame``: one row a period and group: period (its first day), group, and either count or numerator and
    denominator. A missing row is a count of 0.
    """
    table = frame.assign(period=pd.to_datetime(frame["period"])).set_index(["period", "group"]).unstack(fill_value=0)
    starts = pd.date_range(table.index[0], table.index[-1], freq="MS" if unit == "month" else "7D")
    table = table.reindex(starts, fill_value=0).astype(float)
    rate = "denominator" in frame
    x, size = (table["numerator"], table["denominator"].to_numpy()) if rate else (table["count"], None)
    said = limits(starts, x.to_numpy(), size, unit, holidays)
    where = {"period": starts.repeat(x.shape[1]), "group": np.tile(x.columns, len(starts))}
    judged = pd.DataFrame(where | {name: matrix.ravel() for name, matrix in said.items()})
    return judged.assign(reason=judged["reason"].where(judged["reason"] != ""))
