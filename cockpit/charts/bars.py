"""Horizontal bars of counts with a column of changes at the right."""

import pandas as pd

from cockpit import format
from cockpit.charts.base import at_right, figure, plain, rows_axis
from cockpit.theme import Tokens

RIGHT = 84  # px, the column of changes


def counts(frame: pd.DataFrame, tokens: Tokens, height: int, mark: str = "") -> dict:
    """``frame``: name, value, previous, signal (−1, 0, 1), in order from the top. A signal is drawn in the accent.

    A value that is missing is one that may not be shown: no bar, the text ×.
    """
    places = list(range(len(frame)))
    values = [None if format.missing(value) or not value else float(value) for value in frame["value"]]
    texts = [format.told(value, format.count) for value in frame["value"]]
    colours = [tokens.accent if signal else tokens.context for signal in frame["signal"]]
    changes = [
        format.change(value, previous) for value, previous in zip(frame["value"], frame["previous"], strict=True)
    ]
    longest = max((value for value in values if value), default=1)
    names = [plain(name) for name in frame["name"]]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "y": places,
        "marker": {"color": colours},
        "text": texts,
        "textposition": "outside",
        "textfont": {"color": tokens.ink},
        "cliponaxis": False,
        "customdata": names,
        "hovertemplate": "%{customdata}　%{text}<extra></extra>",
    }
    return figure(
        tokens,
        height,
        [bars],
        mark=mark,
        margin={"r": RIGHT},
        annotations=at_right(changes, places, RIGHT - 4, tokens.ink2),
        xaxis={"visible": False, "range": [0, longest * 1.18]},
        yaxis=rows_axis(list(frame["name"]), tokens),
    )
