"""Days to close as quantiles, and the age of what is pending."""

import pandas as pd

from cockpit import format
from cockpit.analysis.rates import PLAIN
from cockpit.charts.base import at_right, figure, plain, rows_axis, segments
from cockpit.charts.rates import DOT, KEPT, short
from cockpit.i18n import _
from cockpit.theme import Tokens

MEDIAN, TAIL, COLUMN = 44, 92, 164  # px at the right: median, 90th percentile, n
RIGHT = 84  # px at the right of the ages: count and share


def quantiles(frame: pd.DataFrame, tokens: Tokens, height: int, mark: str = "") -> dict:
    """One row a group: the middle half as a bar, the median as a dot, the 90th percentile as a tick, in days.

    ``frame``: name, data, q25, q50, q75, q90, n, in order from the top; n missing where it may not be shown.
    """
    shown = frame.where(frame["n"].notna())
    places = list(range(len(frame)))
    longest = shown["q90"].max()
    return figure(
        tokens,
        height,
        [
            segments(_floats(shown["q25"]), _floats(shown["q75"]), places, tokens.soft, 9),
            _tails(shown, tokens, places),
            _medians(frame, shown, tokens, places),
        ],
        mark=mark,
        margin={"r": COLUMN},
        annotations=_columns(frame, tokens),
        xaxis={"range": [0, 1 if format.missing(longest) else longest * 1.03], "nticks": 5, "tickformat": ","},
        yaxis=rows_axis([short(name) for name in frame["name"]], tokens),
    )


def _floats(values: pd.Series) -> list[float | None]:
    return [None if format.missing(value) else float(value) for value in values]


def _tails(frame: pd.DataFrame, tokens: Tokens, places: list[int]) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": _floats(frame["q90"]),
        "y": places,
        "marker": {"symbol": "line-ns", "size": 10, "line": {"width": 2, "color": tokens.ink3}},
        "hoverinfo": "skip",
        **KEPT,
    }


def _medians(frame: pd.DataFrame, shown: pd.DataFrame, tokens: Tokens, places: list[int]) -> dict:
    grey = frame["n"].fillna(0) < PLAIN
    hover = [
        _("{name}　25% in {q25}, half in {q50}, 75% in {q75}, 90% in {q90} days; n={n}").format(
            name=plain(row.name_),
            n=format.number(row.n),
            **{key: format.number(getattr(row, key), 1) for key in ("q25", "q50", "q75", "q90")},
        )
        for row in frame.rename(columns={"name": "name_"}).itertuples()
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": _floats(shown["q50"]),
        "y": places,
        "marker": {
            "size": DOT,
            "color": [tokens.background if faint else tokens.accent for faint in grey],
            "line": {"width": 2, "color": [tokens.ink3 if faint else tokens.accent for faint in grey]},
        },
        "customdata": list(frame["data"]),
        "hovertext": hover,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
        **KEPT,
    }


def _columns(frame: pd.DataFrame, tokens: Tokens) -> list[dict]:
    notes = []
    for colour, chosen in ((tokens.ink, True), (tokens.ink3, False)):
        places = [place for place, n in enumerate(frame["n"]) if bool(n >= PLAIN) is chosen]
        rows = frame.iloc[places]
        hidden = rows["n"].isna()
        for column, edge in (("q50", MEDIAN), ("q90", TAIL)):
            texts = [
                format.DASH if faint else format.number(value, 1)
                for value, faint in zip(rows[column], hidden, strict=True)
            ]
            notes += at_right(texts, places, edge, colour if column == "q50" else tokens.ink3)
        counts = [format.FEW if format.missing(n) else f"n={format.number(n)}" for n in rows["n"]]
        notes += at_right(counts, places, COLUMN - 4, colour)
    return notes


def ages(frame: pd.DataFrame, tokens: Tokens, height: int, mark: str = "") -> dict:
    """How much has been pending how long; the oldest in the accent.

    ``frame``: name, data, n, in order from the top; n missing where it may not be shown.
    """
    places, total = list(range(len(frame))), frame["n"].sum()
    shares = [format.share(n / total) if total and not format.missing(n) else "" for n in frame["n"]]
    counts = [format.FEW if format.missing(n) else format.number(n) for n in frame["n"]]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [n or None for n in _floats(frame["n"])],
        "y": places,
        "marker": {"color": [tokens.context] * (len(frame) - 1) + [tokens.accent]},
        "customdata": list(frame["data"]),
        "hovertext": [f"{plain(name)}　{n}" for name, n in zip(frame["name"], counts, strict=True)],
        "hovertemplate": "%{hovertext}<extra></extra>",
        **KEPT,
    }
    return figure(
        tokens,
        height,
        [bars],
        mark=mark,
        margin={"r": RIGHT + 16},
        annotations=[
            *at_right(counts, places, 44, tokens.ink),
            *at_right(shares, places, RIGHT + 12, tokens.ink3),
        ],
        xaxis={"visible": False, "range": [0, max(frame["n"].max(), 1) if frame["n"].notna().any() else 1]},
        yaxis=rows_axis(list(frame["name"]), tokens),
    )
