"""Days to close as quantiles, and the age of what is pending."""

import pandas as pd

from cockpit import format
from cockpit.analysis.rates import PLAIN
from cockpit.charts.base import at_right, figure, plain, rows_axis, segments
from cockpit.charts.rates import DOT, KEPT, NARROW, WIDE, short
from cockpit.i18n import _
from cockpit.theme import Tokens

MEDIAN, TAIL, COLUMN = 44, 92, 164  # px at the right: median, 90th percentile, n
QUANTILES = ("q25", "q50", "q75", "q90")
RIGHT = 84  # px at the right of the ages: count and share


def quantiles(frame: pd.DataFrame, tokens: Tokens, height: int, mark: str = "", narrow: bool = False) -> dict:
    """One row a group: the middle half as a bar, the median as a dot, the 90th percentile as a tick, in days.

    ``frame``: name, data, q25, q50, q75, q90, n, in order from the top; missing where they may not be shown.
    ``narrow``: shorter names, and only the median and n in figures, for a phone.
    """
    places = list(range(len(frame)))
    edge = 1.0 if frame["q90"].isna().all() else max(float(frame["q90"].max()), 1.0)
    return figure(
        tokens,
        height,
        [
            segments(_floats(frame["q25"]), _floats(frame["q75"]), places, tokens.soft, 9),
            _tails(frame, tokens),
            _medians(frame, tokens),
        ],
        mark=mark,
        margin={"r": COLUMN - TAIL + MEDIAN if narrow else COLUMN},
        annotations=_columns(frame, tokens, narrow),
        xaxis={"range": [-0.03 * edge, 1.03 * edge], "nticks": 5, "tickformat": ","},
        yaxis=rows_axis([short(name, NARROW if narrow else WIDE) for name in frame["name"]], tokens),
    )


def _floats(values: pd.Series) -> list[float | None]:
    return [None if value != value else value for value in values.astype(float).tolist()]


def _tails(shown: pd.DataFrame, tokens: Tokens) -> dict:
    tick = {"symbol": "line-ns", "size": 10, "line": {"width": 2, "color": tokens.ink3}}
    return _points(shown, "q90") | {"marker": tick}


def _medians(shown: pd.DataFrame, tokens: Tokens) -> dict:
    edge = [tokens.accent if n >= PLAIN else tokens.ink3 for n in shown["n"]]
    fill = [tokens.accent if n >= PLAIN else tokens.background for n in shown["n"]]
    dot = {"size": DOT, "color": fill, "line": {"width": 2, "color": edge}}
    return _points(shown, "q50") | {"marker": dot}


def _points(shown: pd.DataFrame, column: str) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": _floats(shown[column]),
        "y": list(range(len(shown))),
        "customdata": shown["data"].tolist(),
        "hovertext": _told(shown),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
        **KEPT,
    }


def _told(frame: pd.DataFrame) -> list[str]:
    text = _("{name}　25% in {q25}, half in {q50}, 75% in {q75}, 90% in {q90} days; n={n}")
    rows = zip(frame["name"], frame["n"].tolist(), *(frame[name].tolist() for name in QUANTILES), strict=True)
    return [
        text.format(
            name=plain(name),
            n=format.told(n),
            **{key: format.number(value, 1) for key, value in zip(QUANTILES, days, strict=True)},
        )
        for name, n, *days in rows
    ]


def _columns(frame: pd.DataFrame, tokens: Tokens, narrow: bool) -> list[dict]:
    """Median, 90th percentile and n of each row, aligned; grey where n < 30."""
    notes, rows = [], list(zip(*(frame[name].tolist() for name in ("q50", "q90", "n")), strict=True))
    for colour, chosen in ((tokens.ink, True), (tokens.ink3, False)):
        places = [place for place, (_median, _tail, n) in enumerate(rows) if (n >= PLAIN) is chosen]
        medians, tails = ([format.number(rows[place][i], 1) for place in places] for i in (0, 1))
        counts = [
            format.HIDDEN if format.missing(n) else f"n={format.number(n)}"
            for *_days, n in map(rows.__getitem__, places)
        ]
        notes += at_right(medians, places, MEDIAN, colour)
        notes += [] if narrow else at_right(tails, places, TAIL, tokens.ink3)
        notes += at_right(counts, places, COLUMN - 4 - (TAIL - MEDIAN if narrow else 0), colour)
    return notes


def ages(frame: pd.DataFrame, tokens: Tokens, height: int, mark: str = "") -> dict:
    """How much has been pending how long; the oldest in the accent.

    ``frame``: name, data, n, in order from the top; n missing where it may not be shown.
    """
    places, total = list(range(len(frame))), frame["n"].sum()
    shares = [format.share(n / total) if total and not format.missing(n) else "" for n in frame["n"]]
    counts = [format.told(n) for n in frame["n"]]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [n or None for n in _floats(frame["n"])],
        "y": places,
        "marker": {"color": [tokens.context] * (len(frame) - 1) + [tokens.accent]},
        "customdata": frame["data"].tolist(),
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
        bargap=0.5,
        xaxis={"visible": False, "range": [0, max(frame["n"].max(), 1) if frame["n"].notna().any() else 1]},
        yaxis=rows_axis(list(frame["name"]), tokens) | {"ticklabelstandoff": 4},
    )
