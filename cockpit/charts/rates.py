"""Rates with Wilson intervals, by group and over time; and what other pictures of rates share."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from cockpit import format
from cockpit.analysis.rates import PLAIN, SOLID
from cockpit.charts.base import at_right, figure, label, plain, rows_axis, rule, segments
from cockpit.charts.trend import time_axis
from cockpit.i18n import _
from cockpit.theme import COMPARISON, DASHED, INTERVAL, SMALL, SUBJECT, Tokens

COLUMN, VALUE = 136, 60  # px at the right: value and n; the value's own right edge
DOT = 9  # px
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
KEPT = {"unselected": {"marker": {"opacity": 1}}}  # a click on one mark does not fade the others
LIMITS = ("lower", "upper", "n")
WIDE, NARROW = 20, 14  # columns of a name


def intervals(
    frame: pd.DataFrame,
    tokens: Tokens,
    height: int,
    overall: float,
    span: tuple[float, float] | None = None,
    mark: str = "",
    narrow: bool = False,
) -> dict:
    """One row a group: dot and interval, value and n at the right, dashed line = overall.

    ``frame``: name, data (returned by a click), value, n, lower, upper, in order from the top; value and n missing
    where they may not be shown. Hollow dot: n < 200; grey: n < 30. ``span``: the axis, where charts share one.
    ``narrow``: shorter names and fewer ticks, for a phone.
    """
    places = list(range(len(frame)))
    low, high = span or span_of(frame)
    lines = [rule(overall, tokens.ink3)] if low <= overall <= high else []
    return figure(
        tokens,
        height,
        [segments(*_limits(frame), places, tokens.ink3, INTERVAL), _dots(frame, tokens, places)],
        mark=mark,
        margin={"r": COLUMN},
        annotations=columns(frame["value"], frame["n"], tokens),
        shapes=lines,
        xaxis={"range": [low, high], **share_ticks(low, high, 2 if narrow else 5)},
        yaxis=rows_axis([short(name, NARROW if narrow else WIDE) for name in frame["name"]], tokens),
    )


def span_of(*frames: pd.DataFrame) -> tuple[float, float]:
    """A common axis that holds all intervals, of rows with n ≥ 30 where there are any."""
    lower, upper, n = (np.concatenate([frame[name].to_numpy(float) for frame in frames]) for name in LIMITS)
    known = ~np.isnan(lower)
    enough = known & (n >= PLAIN) if (known & (n >= PLAIN)).any() else known
    if not enough.any():
        return 0.0, 1.0
    low, high = float(lower[enough].min()), float(upper[enough].max())
    room = max((high - low) * 0.04, 0.004)
    return max(0.0, low - room), min(1.0, high + room) if high < 1 else 1.0 + room / 4


def columns(values: pd.Series, counts: pd.Series, tokens: Tokens) -> list[dict]:
    """Value and n of each row in two aligned columns, grey where n < 30. × stands for a value that would tell a count
    as small as that; its n may be shown or not."""
    notes, rows = [], list(zip(values.tolist(), counts.tolist(), strict=True))
    for colour, chosen in ((tokens.ink, True), (tokens.ink3, False)):
        places = [i for i, (_value, n) in enumerate(rows) if (n >= PLAIN) is chosen]
        shown = [format.told(rows[i][0], format.share) for i in places]
        records = ["" if format.missing(rows[i][1]) else f"n={format.number(rows[i][1])}" for i in places]
        notes += at_right(shown, places, VALUE, colour) + at_right(records, places, COLUMN - 4, colour)
    return notes


def short(name: str, width: int = WIDE) -> str:
    """A name that fits into so many columns, else its beginning."""
    if format.columns(name) <= width:
        return name
    cut = next(place for place in range(len(name)) if format.columns(name[: place + 1]) > width)
    return f"{name[: max(cut - 1, 1)]}…"


def _limits(frame: pd.DataFrame) -> tuple[list, list]:
    return numbers(frame["lower"]), numbers(frame["upper"])


def numbers(values: pd.Series) -> list[float | None]:
    """NaN as None: it has no JSON."""
    return [None if value != value else value for value in values.astype(float).tolist()]


def _dots(frame: pd.DataFrame, tokens: Tokens, places: Sequence[int]) -> dict:
    counts = frame["n"].tolist()
    edge = [tokens.accent if n >= PLAIN else tokens.ink3 for n in counts]
    fill = [tokens.accent if n >= SOLID else tokens.background for n in counts]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": numbers(frame["value"]),
        "y": list(places),
        "marker": {"size": DOT, "color": fill, "line": {"color": edge, "width": 2}},
        "customdata": frame["data"].tolist(),
        "hovertext": told(frame["name"], frame),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
        **KEPT,
    }


def told(names: Iterable[str], frame: pd.DataFrame) -> list[str]:
    """What hovering over each rate says; × where the rate would tell a count as small as that."""
    interval = _("95% interval {interval}")
    rows = zip(names, *(frame[name].tolist() for name in ("value", *LIMITS)), strict=True)
    return [
        f"{plain(name)}　{format.HIDDEN}" + ("" if format.missing(n) else f"　n={format.number(n)}")
        if format.missing(value)
        else f"{plain(name)}　{format.share(value)}<br>"
        f"{interval.format(interval=format.share_range(lower, upper))}　n={format.number(n)}"
        for name, value, lower, upper, n in rows
    ]


def share_ticks(low: float, high: float, most: int = 5) -> dict:
    """Percent ticks at round values."""
    step = next((step for step in STEPS if (high - low) / step <= most), STEPS[-1])
    first = int(np.ceil(low / step - 1e-9))
    ticks = [round(i * step, 4) for i in range(first, int(np.floor(high / step + 1e-9)) + 1)]
    return {"tickvals": ticks, "ticktext": [format.share(tick, 0) for tick in ticks], "tickangle": 0}


def over_time(
    frame: pd.DataFrame, tokens: Tokens, height: int, overall: float, weekly: bool = False, mark: str = ""
) -> dict:
    """The rate by month (or week) with its interval as a band; dashed line = overall.

    ``frame``: bucket, data, value, n, lower, upper, mature; in order. Hollow: n < 200, or a cohort not yet mature; such
    a cohort is no point of the line, and stands at the lower edge with its value where it would spoil the scale.
    """
    x, ripe = list(frame["bucket"]), frame[frame["mature"].astype(bool)]
    low, high = span_of(ripe if ripe["value"].notna().sum() > 2 else frame)
    values = frame["value"].tolist()
    below = any(value < low for value in values)
    return figure(
        tokens,
        height,
        [*_band(ripe, tokens), _joined(ripe, tokens), _marks(frame, tokens, low, weekly)],
        mark=mark,
        margin={"r": 84, "t": 10},
        annotations=[*_ends(x, values, low, tokens), *_overall_label(overall, values[-1], high - low, tokens)],
        shapes=[] if format.missing(overall) else [_level(overall, tokens)],
        xaxis=time_axis(x, weekly),
        yaxis={"range": [low - (high - low) * 0.05 if below else low, high], **share_ticks(low, high)},
    )


def _ends(x: Sequence, values: Sequence[float], low: float, tokens: Tokens) -> list[dict]:
    """The value of the last mark at its right; of those at the lower edge also that of the first, at its left."""
    last = label(
        f"<b>{format.share(values[-1])}</b>", x[-1], max(values[-1], low), tokens.accent, xanchor="left", xshift=9
    )
    below = [i for i, value in enumerate(values) if value < low]
    first = [
        label(format.share(values[i]), x[i], low, tokens.accent, SMALL, xanchor="right", xshift=-8)
        for i in below[:1]
        if i < len(values) - 1
    ]
    return first + ([] if format.missing(values[-1]) else [last])


def _overall_label(overall: float, last: float, span: float, tokens: Tokens) -> list[dict]:
    """At the right end of the dashed line, out of the way of the last value."""
    if format.missing(overall):
        return []
    near = abs(last - overall) < span * 0.07
    shift = 0 if not near else 14 if overall > last else -14
    text = _("overall {value}").format(value=format.share(overall))
    return [label(text, 1, overall, tokens.ink3, SMALL, xref="paper", xanchor="left", xshift=4, yshift=shift)]


def _level(overall: float, tokens: Tokens) -> dict:
    """A dashed horizontal line over the whole width."""
    line = {"color": tokens.ink3, "width": 1.2, "dash": DASHED}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": overall, "y1": overall, "line": line}


def _band(frame: pd.DataFrame, tokens: Tokens) -> list[dict]:
    edge = {"type": "scatter", "mode": "lines", "x": list(frame["bucket"]), "line": {"width": 0}, "hoverinfo": "skip"}
    lower, upper = _limits(frame)
    return [edge | {"y": lower}, edge | {"y": upper, "fill": "tonexty", "fillcolor": tokens.soft}]


def _joined(frame: pd.DataFrame, tokens: Tokens) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(frame["bucket"]),
        "y": numbers(frame["value"]),
        "line": {"color": tokens.accent, "width": SUBJECT},
        "hoverinfo": "skip",
    }


def _marks(frame: pd.DataFrame, tokens: Tokens, low: float, weekly: bool) -> dict:
    values, ripe = frame["value"].tolist(), frame["mature"].tolist()
    solid = [n >= SOLID and mature for n, mature in zip(frame["n"].tolist(), ripe, strict=True)]
    names = [format.week(start) if weekly else format.month(start) for start in frame["bucket"]]
    young = f"<br>{_('not yet mature')}"
    texts = [text + ("" if mature else young) for text, mature in zip(told(names, frame), ripe, strict=True)]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(frame["bucket"]),
        "y": [None if value != value else max(value, low) for value in values],
        "marker": {
            "size": DOT - 1,
            "symbol": ["triangle-down" if value < low else "circle" for value in values],
            "color": [tokens.accent if filled else tokens.background for filled in solid],
            "line": {"color": tokens.accent, "width": COMPARISON},
        },
        "customdata": frame["data"].tolist(),
        "hovertext": texts,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
        **KEPT,
    }
