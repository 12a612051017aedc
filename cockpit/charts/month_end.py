"""Closings at the end of the month: each body's share, with what its days would have been good for."""

import pandas as pd

from cockpit.charts import rates
from cockpit.theme import Tokens

TICK, WIDTH = 13, 2.5  # px
ROOM = 0.03  # of the axis, left of the smallest share


def shares(frame: pd.DataFrame, tokens: Tokens, height: int, mark: str = "", narrow: bool = False) -> dict:
    """As ``rates.intervals``, with a tick at ``expected`` of each row; missing where it may not be shown."""
    low, high = rates.span_of(frame)
    expected = rates.numbers(frame["expected"])
    known = [value for value in expected if value is not None]
    low, high = min([low, *known]), max([high, *known])
    span = (low - ROOM * (high - low), high)
    figure = rates.intervals(frame, tokens, height, float("nan"), span, mark, narrow)
    tick = {
        "type": "scatter",
        "mode": "markers",
        "x": expected,
        "y": list(range(len(frame))),
        "marker": {"symbol": "line-ns", "size": TICK, "line": {"color": tokens.ink, "width": WIDTH}},
        "hoverinfo": "skip",
        "cliponaxis": False,
        **rates.KEPT,
    }
    return {**figure, "data": [*figure["data"], tick]}
