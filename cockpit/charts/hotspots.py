"""Streets (or communities) per 10,000 residents against the district's rate."""

import pandas as pd

from cockpit import format
from cockpit.charts.base import MARGIN, NOTE_HEIGHT, at_right, figure, plain, rows_axis, rule
from cockpit.theme import Tokens

RIGHT = 76  # px, the column of counts
ROW = 25  # px, a bar with its share of the gap


def height(frame: pd.DataFrame, mark: str) -> int:
    return 2 * MARGIN + ROW * max(len(frame), 2) + (NOTE_HEIGHT if mark else 0)


def bars(frame: pd.DataFrame, tokens: Tokens, reference: float, unit: str, mark: str = "") -> dict:
    """``frame``: name, value, n, in order from the top; a value or n that is missing may not be shown, or is unknown.

    ``reference``: where the dashed line stands; NaN: none. Values stand in the bars, n in a column at the right.
    """
    places = list(range(len(frame)))
    values = [None if format.missing(value) or not value else float(value) for value in frame["value"]]
    longest = max([value for value in values if value] + ([] if format.missing(reference) else [reference]), default=1)
    names = [plain(name) for name in frame["name"]]
    texts = [format.number(value, 1) if value and unit else "" for value in values]
    counts = [format.told(n, format.count) for n in frame["n"]]
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "y": places,
        "marker": {"color": tokens.context},
        "text": texts,
        "textposition": "inside",
        "insidetextanchor": "start",
        "textfont": {"color": tokens.ink},
        "customdata": [[str(name)] for name in frame["name"]],
        "hovertext": [f"{name}　{text} {unit}　{n}" for name, text, n in zip(names, texts, counts, strict=True)],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    return figure(
        tokens,
        height(frame, mark),
        [trace],
        mark=mark,
        margin={"r": RIGHT},
        annotations=at_right(counts, places, RIGHT - 4, tokens.ink2),
        shapes=[] if format.missing(reference) else [rule(float(reference), tokens.ink)],
        bargap=0.22,
        xaxis={"visible": False, "range": [0, longest * 1.02]},
        yaxis=rows_axis(list(frame["name"]), tokens)
        | {"ticks": "outside", "ticklen": 6, "tickcolor": tokens.background},
    )
