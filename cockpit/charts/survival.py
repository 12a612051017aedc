"""How many resolutions still hold, by the day since closing."""

import pandas as pd

from cockpit import format
from cockpit.charts.base import figure, label, rule
from cockpit.charts.rates import numbers, share_ticks
from cockpit.i18n import _
from cockpit.theme import INTERVAL, SMALL, SUBJECT, Tokens

ROOM = 0.06  # of the scale, above and below the curve
STEPPED = 10  # points; with fewer the days between are not known


def curve(frame: pd.DataFrame, at_risk: dict[int, float], tokens: Tokens, height: int, mark: str = "") -> dict:
    """The share that holds with its 95% band, dashed at the horizons, below them how many are still followed.

    ``frame``: day, value, lower, upper, in order; values missing where they may not be told. With few rows the points
    alone. ``at_risk``: horizon in days → number still followed, missing where it may not be told.
    """
    known = frame.dropna(subset=["value"])
    low = float(known["lower"].min()) if len(known) else 0.0
    room = max((1 - low) * ROOM, 0.0005)
    days = list(at_risk)
    return figure(
        tokens,
        height,
        [*_band(known, tokens), _line(known, tokens)] if len(frame) > STEPPED else _points(known, tokens),
        mark=mark,
        margin={"r": 16, "t": 22},
        annotations=_values(frame, days, tokens),
        shapes=[rule(day, tokens.ink3) for day in days],
        xaxis={
            "range": [-2, max(days) + 4],
            "tickvals": days,
            "ticktext": [_tick(day, n) for day, n in at_risk.items()],
            "tickangle": 0,
        },
        yaxis={"range": [low - room, 1 + room], **share_ticks(low, 1)},
    )


def _tick(day: int, n: float) -> str:
    return f"{_('{n} days').format(n=day)}<br>{format.told(n)}"


def _values(frame: pd.DataFrame, days: list[int], tokens: Tokens) -> list[dict]:
    """The value at each horizon, above the plot."""
    values = dict(zip(frame["day"], frame["value"], strict=True))
    place = {"yref": "paper", "yanchor": "bottom", "xanchor": "right", "xshift": 10}
    return [
        label(f"<b>{format.told(values.get(day), format.share)}</b>", day, 1, tokens.accent, SMALL + 1, **place)
        for day in days
    ]


def _band(frame: pd.DataFrame, tokens: Tokens) -> list[dict]:
    edge = {
        "type": "scatter",
        "mode": "lines",
        "x": frame["day"].tolist(),
        "line": {"width": 0, "shape": "hv"},
        "hoverinfo": "skip",
    }
    lower, upper = numbers(frame["lower"]), numbers(frame["upper"])
    return [edge | {"y": lower}, edge | {"y": upper, "fill": "tonexty", "fillcolor": tokens.soft}]


def _line(frame: pd.DataFrame, tokens: Tokens) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": frame["day"].tolist(),
        "y": numbers(frame["value"]),
        "line": {"color": tokens.accent, "width": SUBJECT, "shape": "hv"},
        "hovertext": _told(frame),
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _points(frame: pd.DataFrame, tokens: Tokens) -> list[dict]:
    """Points with upright intervals."""
    x = [place for day in frame["day"] for place in (day, day, None)]
    y = [edge for low, high in zip(frame["lower"], frame["upper"], strict=True) for edge in (low, high, None)]
    strokes = {"type": "scatter", "mode": "lines", "x": x, "y": y, "hoverinfo": "skip"}
    dots = _line(frame, tokens) | {
        "mode": "markers",
        "marker": {"size": 9, "color": tokens.accent},
        "cliponaxis": False,
    }
    return [strokes | {"line": {"color": tokens.ink3, "width": INTERVAL}}, dots]


def _told(frame: pd.DataFrame) -> list[str]:
    text = _("day {day}: {share} ({interval})")
    rows = zip(frame["day"].tolist(), frame["value"], frame["lower"], frame["upper"], strict=True)
    return [
        text.format(day=day, share=format.share(value, 2), interval=format.share_range(low, high, 2))
        for day, value, low, high in rows
    ]
