"""Open records by place as stacked bars: overdue, due within seven days, later."""

import json
from typing import Any

import pandas as pd

from cockpit import format
from cockpit.charts.base import figure, label, plain, rows_axis
from cockpit.charts.rates import NARROW, WIDE, short
from cockpit.i18n import _
from cockpit.theme import TEXT, Tokens, readable_on

TOP, DIGIT = 26, 8  # px: above the bars for their names; a digit of a figure inside a bar
LONGEST, LONGEST_NARROW = 300, 190  # px: the longest bar at the least, on a phone
PARTS = ("over", "soon", "later")
GLYPHS = {"over": "●", "soon": "◐", "later": "○"}


def names() -> dict[str, str]:
    """What the three parts are called."""
    return {"over": _("Overdue"), "soon": _("Due within 7 days"), "later": _("Later or without a term")}


def stacked(frame: pd.DataFrame, tokens: Tokens, height: int, mark: str = "", narrow: bool = False) -> dict:
    """``frame``: name, data (the place, as a click gives it back), over, soon, later, in order from the top; NaN what
    may not be shown: no bar, and × beside the name of what is overdue."""
    fills = {"over": tokens.over, "soon": tokens.near, "later": tokens.on_time}
    longest = float(frame[list(PARTS)].sum(axis=1).max()) or 1.0
    size = NARROW if narrow else WIDE
    beside = [
        f"{plain(short(name, size))}　<b>{format.told(n)}</b>"
        for name, n in zip(frame["name"], frame["over"], strict=True)
    ]
    axis = rows_axis(list(frame["name"]), tokens)
    return figure(
        tokens,
        height,
        [_bars(frame, part, fills[part], tokens, (LONGEST_NARROW if narrow else LONGEST) / longest) for part in PARTS],
        mark=mark,
        margin={"t": TOP, "r": 12},
        annotations=[_legend(tokens, narrow)],
        barmode="stack",
        xaxis={"visible": False, "range": [0, longest * 1.02]},
        yaxis=axis | {"ticktext": beside, "ticklabelstandoff": 4},
    )


def _bars(frame: pd.DataFrame, part: str, fill: str, tokens: Tokens, scale: float) -> dict:
    """``scale``: px of one record."""
    values = [None if format.missing(value) or not value else float(value) for value in frame[part]]
    word = names()[part]
    return {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "y": list(range(len(frame))),
        "marker": {"color": fill, "line": {"color": tokens.background, "width": 1}},
        "text": [_inside(value, scale) for value in values],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textfont": {"color": readable_on(fill, tokens), "size": TEXT},
        "customdata": [json.dumps([place, part], ensure_ascii=False) for place in frame["data"]],
        "hovertext": [
            f"{plain(name)}　{word} {format.told(value)}"
            for name, value in zip(frame["name"], frame[part], strict=True)
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def _inside(value: float | None, scale: float) -> str:
    """The figure, where its bar has room for it."""
    said = format.number(value) if value else ""
    return said if value and value * scale >= DIGIT * (len(said) + 0.5) else ""


def _legend(tokens: Tokens, narrow: bool) -> dict:
    """The parts by name above the bars, each in its own colour and with its glyph; on a phone in short."""
    colours = {"over": tokens.over_text, "soon": tokens.near_text, "later": tokens.on_time_text}
    words = names() | ({"later": _("In more than 7 days")} if narrow else {})
    said = [f'<b style="color:{colours[part]}">{GLYPHS[part]} {words[part]}</b>' for part in PARTS]
    place: dict[str, Any] = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "yshift": 4}
    return label(("　" if narrow else "　　").join(said), 0, 1, tokens.ink, **place)
