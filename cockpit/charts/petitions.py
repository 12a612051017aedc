"""Pictures of petitions: what callbacks say and could have said, how a stock moved, and a chain with what it loses."""

from collections.abc import Sequence

import pandas as pd

from cockpit import format
from cockpit.charts.base import at_right, figure, plain, rows_axis, segments
from cockpit.charts.rates import COLUMN, DOT, columns, numbers, share_ticks
from cockpit.i18n import _
from cockpit.theme import INTERVAL, SMALL, Tokens

BAND = 14  # px, what the answers of those not reached could make of a rate
LOST, COUNT = 66, 140  # px at the right of the chain: what was lost, what is left
ROOM = 1.16  # of the highest column, for its number


def callback(frame: pd.DataFrame, tokens: Tokens, height: int, mark: str = "") -> dict:
    """One row a rate: dot and Wilson interval of those who answered, on a pale band from the worst to the best case of
    all closed; value and n at the right.

    ``frame``: name, value, lower, upper, worst, best, n; in order from the top, missing where they may not be shown.
    """
    places = list(range(len(frame)))
    worst, best, lower, upper, value = (numbers(frame[name]) for name in ("worst", "best", "lower", "upper", "value"))
    known = [number for number in (*worst, *lower) if number is not None]
    low = max(0.0, min(known, default=0.0) - 0.04)
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": value,
        "y": places,
        "marker": {"size": DOT, "color": tokens.accent},
        "hovertext": _told(frame),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
    }
    return figure(
        tokens,
        height,
        [
            segments(worst, best, places, tokens.soft, BAND),
            segments(lower, upper, places, tokens.ink2, INTERVAL),
            dots,
        ],
        mark=mark,
        margin={"r": COLUMN},
        annotations=columns(frame["value"], frame["n"], tokens),
        xaxis={"range": [low, 1.02], **share_ticks(low, 1, 4)},
        yaxis=rows_axis(list(frame["name"]), tokens),
    )


def _told(frame: pd.DataFrame) -> list[str]:
    text = _("{name}　{value}, 95% interval {interval}<br>of all closed {range}　n={n}")
    return [
        text.format(
            name=plain(row["name"]),
            value=format.told(row["value"], format.share),
            interval=format.share_range(row["lower"], row["upper"]),
            range=format.share_range(row["worst"], row["best"]),
            n=format.told(row["n"]),
        )
        for row in frame.to_dict("records")
    ]


def bridge(names: Sequence[str], values: Sequence[float | None], tokens: Tokens, height: int, mark: str = "") -> dict:
    """Stock at the start, what came, what went, stock at the end: four columns, the second standing on the first and
    the third hanging from there. None, drawn as ×, where a number may not be shown."""
    start, new, gone, end = (None if value is None or format.missing(value) else float(value) for value in values)
    top = (start or 0) + (new or 0)
    bases, heights = [0.0, start or 0.0, max(top - (gone or 0), 0.0), 0.0], [start, new, gone, end]
    texts = [_signed(sign, value) for sign, value in zip(("", "+", format.MINUS, ""), heights, strict=True)]
    bars = {
        "type": "bar",
        "x": [0, 1, 2, 3],
        "y": [value or None for value in heights],
        "base": bases,
        "marker": {
            "color": [tokens.context, tokens.soft, tokens.background, tokens.accent],
            "line": {"color": [tokens.context, tokens.accent, tokens.ink3, tokens.accent], "width": 1},
        },
        "text": texts,
        "textposition": "outside",
        "textfont": {"color": tokens.ink},
        "cliponaxis": False,
        "hovertext": [f"{plain(name)}　{text}" for name, text in zip(names, texts, strict=True)],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    ticks = {"tickmode": "array", "tickvals": [0, 1, 2, 3], "ticktext": [plain(name) for name in names]}
    return figure(
        tokens,
        height,
        [bars],
        mark=mark,
        margin={"t": 12},
        bargap=0.45,
        xaxis={**ticks, "range": [-0.6, 3.6], "ticks": "", "tickangle": 0},
        yaxis={"visible": False, "range": [0, max(top, end or 0, 1) * ROOM]},
    )


def _signed(sign: str, value: float | None) -> str:
    return f"<b>{sign}{format.number(value)}</b>" if value is not None else format.HIDDEN


def chain(frame: pd.DataFrame, tokens: Tokens, height: int, mark: str = "") -> dict:
    """One row a stage: solid what reached it, hatched what was lost since the stage before; both as figures at right.

    ``frame``: name, n, lost, why; in order from the top.
    """
    places = list(range(len(frame)))
    lost = [float(value) for value in frame["lost"]]
    counts = [float(value) for value in frame["n"]]
    share = [n / counts[0] if counts and counts[0] else 0 for n in counts]
    solid = _bar(counts, places, tokens.accent) | {
        "hovertext": [
            f"{plain(name)}　{format.number(n)}　{format.share(part)}"
            for name, n, part in zip(frame["name"], counts, share, strict=True)
        ]
    }
    hatched = _bar(lost, places, tokens.background) | {
        "base": counts,
        "hovertext": [f"{plain(why)}　{format.number(n)}" for why, n in zip(frame["why"], lost, strict=True)],
    }
    hatched["marker"] |= {
        "line": {"color": tokens.ink3, "width": 1},
        "pattern": {"shape": "/", "fgcolor": tokens.ink3, "bgcolor": tokens.background, "size": 6, "solidity": 0.2},
    }
    told = [f"{format.number(n)}　{format.share(part)}" for n, part in zip(counts, share, strict=True)]
    minus = [f"{format.MINUS}{format.number(n)}" if n else "" for n in lost]
    return figure(
        tokens,
        height,
        [solid, hatched],
        mark=mark,
        margin={"r": COUNT + LOST},
        annotations=[
            *at_right(told, places, COUNT, tokens.ink),
            *at_right(minus, places, COUNT + LOST - 4, tokens.ink2, SMALL),
        ],
        barmode="overlay",
        xaxis={"visible": False, "range": [0, max(counts, default=1) or 1]},
        yaxis=rows_axis(list(frame["name"]), tokens),
    )


def _bar(lengths: Sequence[float], places: Sequence[int], colour: str) -> dict:
    return {
        "type": "bar",
        "orientation": "h",
        "x": [length or None for length in lengths],
        "y": list(places),
        "marker": {"color": colour},
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
