"""Rates with Wilson intervals: by group, over time, as a matrix, and by cohort."""

import unicodedata
from collections.abc import Sequence

import numpy as np
import pandas as pd

from cockpit import format
from cockpit.analysis.rates import PLAIN, SOLID
from cockpit.charts.base import at_right, figure, label, plain, rows_axis, rule, segments
from cockpit.charts.trend import time_axis
from cockpit.i18n import _
from cockpit.theme import COMPARISON, DASHED, INTERVAL, SMALL, SUBJECT, Tokens

COLUMN, VALUE = 124, 66  # px at the right: value and n; the value's own right edge
DOT = 9  # px
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
KEPT = {"unselected": {"marker": {"opacity": 1}}}  # a click on one mark does not fade the others
WIDE = 20  # columns of a name; a Chinese character takes two


def intervals(
    frame: pd.DataFrame,
    tokens: Tokens,
    height: int,
    overall: float,
    span: tuple[float, float] | None = None,
    mark: str = "",
) -> dict:
    """One row a group: dot and interval, value and n at the right, dashed line = overall.

    ``frame``: name, data (returned by a click), value, n, lower, upper, in order from the top; value and n missing
    where they may not be shown. Hollow dot: n < 200; grey: n < 30. ``span``: the axis, where charts share one.
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
        xaxis={"range": [low, high], **_share_ticks(low, high)},
        yaxis=rows_axis([short(name) for name in frame["name"]], tokens),
    )


def span_of(*frames: pd.DataFrame) -> tuple[float, float]:
    """A common axis that holds all intervals, of rows with n ≥ 30 where there are any."""
    rows = pd.concat(frames)
    rows = rows[rows["n"] >= PLAIN] if (rows["n"] >= PLAIN).any() else rows
    low, high = rows["lower"].min(), rows["upper"].max()
    if format.missing(low) or format.missing(high):
        return 0.0, 1.0
    room = max((high - low) * 0.04, 0.004)
    return max(0.0, low - room), min(1.0, high + room) if high < 1 else 1.0 + room / 4


def columns(values: Sequence[float], counts: Sequence[float], tokens: Tokens) -> list[dict]:
    """Value and n of each row in two aligned columns; 1—4 where they may not be shown, grey where n < 30."""
    notes = []
    for colour, chosen in ((tokens.ink, True), (tokens.ink3, False)):
        places = [i for i, n in enumerate(counts) if bool(n >= PLAIN) is chosen]
        shown = [format.FEW if format.missing(counts.iloc[i]) else format.share(values.iloc[i]) for i in places]
        records = ["" if format.missing(counts.iloc[i]) else f"n={format.number(counts.iloc[i])}" for i in places]
        notes += at_right(shown, places, VALUE, colour) + at_right(records, places, COLUMN - 4, colour)
    return notes


def short(name: str, width: int = WIDE) -> str:
    """A name that fits into so many columns, else its beginning."""
    used = 0
    for place, character in enumerate(name):
        used += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if used > width:
            return f"{name[: max(place - 1, 1)]}…"
    return name


def folded(name: str) -> str:
    """A Chinese name in two lines: 云溪 over 街道."""
    kind = next((kind for kind in ("街道", "社区", "地区", "镇", "乡", "村") if name.endswith(kind)), "")
    break_at = len(name) - len(kind) if kind else -(-len(name) // 2)
    lines = (short(name[:break_at], 8), short(name[break_at:], 8)) if len(name) > 3 else (name,)
    return "<br>".join(plain(line) for line in lines if line)


def _limits(frame: pd.DataFrame) -> tuple[list, list]:
    return _plain_numbers(frame["lower"]), _plain_numbers(frame["upper"])


def _plain_numbers(values: pd.Series) -> list[float | None]:
    """NaN as None: it has no JSON."""
    return [None if format.missing(value) else float(value) for value in values]


def _dots(frame: pd.DataFrame, tokens: Tokens, places: Sequence[int]) -> dict:
    n = frame["n"].fillna(0)
    edge = np.where(n >= PLAIN, tokens.accent, tokens.ink3)
    hover = [
        f"{plain(row.name_)}　{format.share(row.value)}<br>{_interval(row)}　n={format.number(row.n)}"
        for row in frame.rename(columns={"name": "name_"}).itertuples()
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": _plain_numbers(frame["value"]),
        "y": list(places),
        "marker": {
            "size": DOT,
            "color": list(np.where(n >= SOLID, edge, tokens.background)),
            "line": {"color": list(edge), "width": 2},
        },
        "customdata": list(frame["data"]),
        "hovertext": hover,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
        **KEPT,
    }


def _interval(row) -> str:
    return _("95% interval {interval}").format(interval=format.share_range(row.lower, row.upper))


def _share_ticks(low: float, high: float, most: int = 5) -> dict:
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
    x = list(frame["bucket"])
    ripe = frame[frame["mature"]]
    low, high = span_of(ripe if ripe["value"].notna().sum() > 2 else frame)
    below = frame[frame["value"] < low]
    last = frame.iloc[-1]
    notes = [
        label(format.share(row.value), row.bucket, low, tokens.accent, SMALL, yshift=14) for row in below.itertuples()
    ]
    if not format.missing(last.value) and last.value >= low:
        notes.append(
            label(f"<b>{format.share(last.value)}</b>", x[-1], last.value, tokens.accent, xanchor="left", xshift=9)
        )
    if not format.missing(overall):
        notes.append(_overall_label(overall, tokens))
    return figure(
        tokens,
        height,
        [*_band(ripe, tokens), _joined(ripe, tokens), _marks(frame, tokens, low, weekly)],
        mark=mark,
        margin={"r": 64, "t": 10},
        annotations=notes,
        shapes=[] if format.missing(overall) else [_level(overall, tokens)],
        xaxis=time_axis(x, weekly),
        yaxis={"range": [low, high], **_share_ticks(low, high)},
    )


def _overall_label(overall: float, tokens: Tokens) -> dict:
    text = _("overall {value}").format(value=format.share(overall))
    return label(
        text, 0, overall, tokens.ink3, SMALL, xref="paper", xanchor="left", yanchor="bottom", yshift=1, xshift=2
    )


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
        "y": _plain_numbers(frame["value"]),
        "line": {"color": tokens.accent, "width": SUBJECT},
        "hoverinfo": "skip",
    }


def _marks(frame: pd.DataFrame, tokens: Tokens, low: float, weekly: bool) -> dict:
    solid = (frame["n"].fillna(0) >= SOLID) & frame["mature"]
    young = _("not yet mature")
    hover = [
        f"{format.week(row.bucket) if weekly else format.month(row.bucket)}　{format.share(row.value)}"
        f"<br>{_interval(row)}　n={format.number(row.n)}" + ("" if row.mature else f"<br>{young}")
        for row in frame.itertuples()
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(frame["bucket"]),
        "y": _plain_numbers(frame["value"].clip(lower=low)),
        "marker": {
            "size": DOT - 1,
            "symbol": ["triangle-down" if value < low else "circle" for value in frame["value"]],
            "color": list(np.where(solid, tokens.accent, tokens.background)),
            "line": {"color": tokens.accent, "width": COMPARISON},
        },
        "customdata": list(frame["data"]),
        "hovertext": hover,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
        **KEPT,
    }


# --- category × street ------------------------------------------------------------------------------------------------


def matrix(frame: pd.DataFrame, tokens: Tokens, height: int, mark: str = "") -> dict:
    """One cell a pair: its rate in percent as text, the lighter the fill the closer to the lowest.

    ``frame``: row, column, data, value, n, lower, upper; rows and columns in order of appearance. Grey: n < 30; 1—4:
    may not be shown; empty: no record.
    """
    rows, names = list(dict.fromkeys(frame["row"])), list(dict.fromkeys(frame["column"]))
    y, x = (frame["row"].map(_places(rows)), frame["column"].map(_places(names)))
    enough = (frame["n"] >= PLAIN).to_numpy()
    texts = np.where(frame["n"].isna(), format.FEW, [format.number(value * 100, 1) for value in frame["value"]])
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
            _cells(shape, y[enough], x[enough], frame["value"].to_numpy()[enough], texts[enough]) | full,
            _targets(frame, x, y),
        ],
        mark=mark,
        margin={"t": 4},
        xaxis=_names_axis(names, tokens),
        yaxis=rows_axis([short(name, 16) for name in rows], tokens, SMALL),
    )


def _places(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


def _cells(shape: tuple[int, int], y: pd.Series, x: pd.Series, values: np.ndarray, texts: np.ndarray) -> dict:
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


def _targets(frame: pd.DataFrame, x: pd.Series, y: pd.Series) -> dict:
    """Unseen marks that take hover and click, which the cells of a heat map do not report."""
    hover = [
        f"{plain(row.row)} · {plain(row.column)}　"
        + (
            format.FEW
            if format.missing(row.n)
            else f"{format.share(row.value)}<br>{_interval(row)}　n={format.number(row.n)}"
        )
        for row in frame.itertuples()
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(x),
        "y": list(y),
        "marker": {"size": 20, "symbol": "square", "opacity": 0},
        "customdata": list(frame["data"]),
        "hovertext": hover,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "unselected": {"marker": {"opacity": 0}},
        "selected": {"marker": {"opacity": 0}},
    }


def _names_axis(names: Sequence[str], tokens: Tokens) -> dict:
    latin = any(name.isascii() for name in names)
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


# --- cohorts ----------------------------------------------------------------------------------------------------------


def cohorts(frame: pd.DataFrame, tokens: Tokens, height: int, done: str, mark: str = "") -> dict:
    """What became of those received in each month: done (solid), closed otherwise (pale), pending (open outline).

    ``frame``: name, data, done, other, pending (shares), n, mature; hatched where not yet mature. ``done``: its word.
    """
    parts = (
        ("done", done, tokens.accent, tokens.accent),
        ("other", _("closed otherwise"), tokens.soft, tokens.soft),
        ("pending", _("pending"), tokens.background, tokens.context),
    )
    return figure(
        tokens,
        height,
        [_stack(frame, tokens, *part) for part in parts if frame[part[0]].fillna(0).any()],
        mark=mark,
        margin={"r": COLUMN},
        annotations=columns(frame["done"], frame["n"], tokens),
        barmode="stack",
        bargap=0.28,
        xaxis={"range": [0, 1], **_share_ticks(0, 1, 4)},
        yaxis=rows_axis(list(frame["name"]), tokens),
    )


def _stack(frame: pd.DataFrame, tokens: Tokens, column: str, word: str, fill: str, edge: str) -> dict:
    values = [value or None for value in _plain_numbers(frame[column])]
    return {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "y": list(range(len(frame))),
        "marker": {
            "color": fill,
            "line": {"color": edge, "width": 1},
            "pattern": {
                "shape": ["" if mature else "/" for mature in frame["mature"]],
                "fgcolor": tokens.background if column == "done" else tokens.ink3,
                "bgcolor": fill,
                "size": 6,
                "solidity": 0.35 if column == "done" else 0.15,
            },
        },
        "customdata": list(frame["data"]),
        "hovertext": [
            f"{plain(row.name_)}　{word} {format.share(getattr(row, column))}　n={format.number(row.n)}"
            + ("" if row.mature else f"<br>{_('not yet mature')}")
            for row in frame.rename(columns={"name": "name_"}).itertuples()
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
        **KEPT,
    }
