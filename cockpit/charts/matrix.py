"""A rate by two dimensions, one cell a pair."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cockpit import format
from cockpit.analysis.rates import PLAIN
from cockpit.charts.base import figure, plain, rows_axis
from cockpit.charts.rates import short, told
from cockpit.theme import SMALL, Tokens


def matrix(frame: pd.DataFrame, tokens: Tokens, height: int, mark: str = "") -> dict:
    """One cell a pair: its rate in percent as text, the lighter the fill the closer to the lowest.

    ``frame``: row, column, data, value, n, lower, upper; rows and columns in order of appearance. Grey: n < 30; ×:
    may not be shown; empty: no record.
    """
    down, across = frame["row"].tolist(), frame["column"].tolist()
    rows, names = list(dict.fromkeys(down)), list(dict.fromkeys(across))
    y, x = np.array(_places(rows, down), int), np.array(_places(names, across), int)
    values, counts = frame["value"].to_numpy(float), frame["n"].to_numpy(float)
    enough = (counts >= PLAIN) & ~np.isnan(values)
    texts = np.array(
        [format.HIDDEN if format.missing(value) else format.number(value * 100, 1) for value in values.tolist()], object
    )
    shape = (len(rows), len(names))
    faint = {"colorscale": [[0, tokens.second], [1, tokens.second]], "textfont": {"color": tokens.ink3, "size": SMALL}}
    full = {
        "colorscale": [[i / (len(tokens.sequence) - 1), colour] for i, colour in enumerate(tokens.sequence)],
        "textfont": {"size": SMALL},
    }
    return figure(
        tokens,
        height,
        [
            _cells(shape, y[~enough], x[~enough], np.zeros((~enough).sum()), texts[~enough]) | faint,
            _cells(shape, y[enough], x[enough], values[enough], texts[enough]) | full,
            _targets(frame, x, y),
        ],
        mark=mark,
        margin={"t": 4},
        xaxis=_names_axis(names, tokens),
        yaxis=rows_axis([short(name, 16) for name in rows], tokens, SMALL),
    )


def _places(names: Sequence[str], values: Sequence[str]) -> list[int]:
    places = {name: place for place, name in enumerate(names)}
    return [places[value] for value in values]


def _cells(shape: tuple[int, int], y: np.ndarray, x: np.ndarray, values: np.ndarray, texts: np.ndarray) -> dict:
    z, text = np.full(shape, None, object), np.full(shape, "", object)
    z[y, x], text[y, x] = values, texts
    return {
        "type": "heatmap",
        "z": z.tolist(),
        "text": text.tolist(),
        "texttemplate": "%{text}",
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hoverinfo": "skip",
    }


def _targets(frame: pd.DataFrame, x: np.ndarray, y: np.ndarray) -> dict:
    """Unseen marks that take hover and click, which the cells of a heat map do not report."""
    names = [f"{row} · {column}" for row, column in zip(frame["row"], frame["column"], strict=True)]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x.tolist(),
        "y": y.tolist(),
        "marker": {"size": 20, "symbol": "square", "opacity": 0},
        "customdata": frame["data"].tolist(),
        "hovertext": told(names, frame),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "unselected": {"marker": {"opacity": 0}},
        "selected": {"marker": {"opacity": 0}},
    }


def _names_axis(names: Sequence[str], tokens: Tokens) -> dict:
    latin = sum(name.isascii() for name in names) > len(names) / 2
    return {
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "ticktext": [plain(short(name, 14)) if latin else folded(name) for name in names],
        "tickangle": -40 if latin else 0,
        "tickfont": {"size": SMALL, "color": tokens.ink2},
        "range": [-0.5, len(names) - 0.5],
        "showline": False,
        "ticks": "",
    }


def folded(name: str) -> str:
    """A Chinese name in two lines: 云溪 over 街道; a few English words under each other."""
    if name.isascii():
        return "<br>".join(plain(word) for word in name.split()[:3])
    kind = next((kind for kind in ("街道", "社区", "地区", "镇", "乡", "村") if name.endswith(kind)), "")
    break_at = len(name) - len(kind) if kind else -(-len(name) // 2)
    lines = (short(name[:break_at], 8), short(name[break_at:], 8)) if len(name) > 3 else (name,)
    return "<br>".join(plain(line) for line in lines if line)
