"""Intervals of mediators in three blocks against the mean, and of organisations by caseload."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from cockpit import format
from cockpit.charts.base import at_right, figure, label, plain, rule, segments
from cockpit.i18n import _
from cockpit.theme import INTERVAL, SMALL, Tokens

LINE = 20  # px, one person or heading
TOP, BOTTOM = 24, 26  # px
MIDDLE = 25  # people of the middle block that are drawn
SURE = 30  # cases below which a rate is greyed
LEFT, RIGHT = 100, 236  # px, the columns beside the plot
PHONE_LEFT, PHONE_RIGHT = 70, 64
RIGHT_EDGES = (72, 140, 228)  # px from the plot
NAME = 13  # signs of an organisation's name on a phone
SYMBOLS = {"above": "circle", "same": "circle-open", "below": "diamond"}


class Block(NamedTuple):
    """People of one block with their lines, its heading's line, and how many are left out."""

    key: str
    heading: int
    people: pd.DataFrame
    left_out: int


def board(
    frame: pd.DataFrame, mean_name: str, tokens: Tokens, *, phone: bool = False, decimals: int = 1, mark: str = ""
) -> dict:
    """People of ``people.ranked`` with their label: dot and 95% interval of the shrunken rate, above the mean, not
    distinguishable from it (the largest caseloads only), below it. ``decimals``: of the estimates, in per cent."""
    blocks, lines = _blocks(frame)
    mean = float(frame["mean"].iloc[0]) if len(frame) else np.nan
    left, right = (PHONE_LEFT, PHONE_RIGHT) if phone else (LEFT, RIGHT)
    axis = _scale(frame["lower"], frame["upper"], mean, phone)
    notes = [
        *_headings(blocks, mean_name, left, tokens, phone),
        *_mean_note(mean, mean_name, axis["range"], tokens, phone),
    ]
    for block in blocks:
        notes += _names(block, left, tokens) + _values(block.people, tokens, phone, decimals)
    notes += _column_titles((_("Success rate"), _("Cases"), _("Rank interval")), tokens, phone)
    return figure(
        tokens,
        lines * LINE + TOP + BOTTOM,
        [trace for block in blocks for trace in _marks(block, tokens, decimals)],
        mark=mark,
        margin={"l": left, "r": right, "t": TOP, "b": BOTTOM},
        annotations=notes,
        shapes=[*_bands(blocks, tokens), rule(mean, tokens.ink)],
        xaxis=axis,
        yaxis={"range": [lines - 0.4, -0.6], "visible": False},
    )


def _blocks(frame: pd.DataFrame) -> tuple[list[Block], int]:
    """The blocks with a line for each heading and person (and one that says who is left out), and how many lines."""
    blocks, line = [], 0
    for key in SYMBOLS:
        people = frame[frame["block"] == key]
        order = people.sort_values("concluded" if key == "same" else "shrunk", ascending=False, kind="stable")
        shown = order.head(MIDDLE) if key == "same" else order
        left_out = len(order) - len(shown)
        blocks.append(Block(key, line, shown.assign(y=range(line + 1, line + 1 + len(shown))), left_out))
        line += 1 + len(shown) + (left_out > 0)
    return blocks, line


def _headings(blocks: Sequence[Block], mean_name: str, left: int, tokens: Tokens, phone: bool) -> list[dict]:
    texts = {
        "above": _("Above the {mean} ({n})"),
        "same": _("No significant difference ({n}), in no order")
        if phone
        else _("No significant difference from the {mean} ({n}; by caseload, in no order of merit)"),
        "below": _("Below the {mean} ({n})")
        if phone or blocks[2].people.empty
        else _("Below the {mean} ({n}; look at how hard the cases were before anything else)"),
    }
    place: dict[str, Any] = {"xref": "paper", "xanchor": "left", "xshift": 4 - left}
    notes = []
    for block in blocks:
        said = texts[block.key].format(mean=mean_name, n=len(block.people) + block.left_out)
        notes.append(label(f"<b>{said}</b>", 0, block.heading, tokens.ink, **place))
        if block.left_out:
            rest = _("{n} others: see the table").format(n=block.left_out)
            notes.append(label(rest, 0, block.heading + len(block.people) + 1, tokens.ink3, **place))
    return notes


def _names(block: Block, left: int, tokens: Tokens) -> list[dict]:
    colour = tokens.ink2 if block.key == "same" else tokens.ink
    return [
        label(plain(name), 0, y, colour, xref="paper", xanchor="left", xshift=4 - left)
        for name, y in zip(block.people["label"], block.people["y"], strict=True)
    ]


def _values(people: pd.DataFrame, tokens: Tokens, phone: bool, decimals: int) -> list[dict]:
    caseload = [format.told(n) for n in people["concluded"]]
    if phone:
        return at_right(caseload, people["y"], PHONE_RIGHT - 8, tokens.ink)
    ranks = [f"{low}—{high}" for low, high in zip(people["rank_lower"], people["rank_upper"], strict=True)]
    rates = [format.share(rate, decimals) for rate in people["shrunk"]]
    columns = zip((rates, caseload, ranks), RIGHT_EDGES, (tokens.ink, tokens.ink2, tokens.ink2), strict=True)
    return [note for texts, edge, colour in columns for note in at_right(texts, people["y"], edge, colour)]


def _column_titles(titles: Sequence[str], tokens: Tokens, phone: bool) -> list[dict]:
    """Above the plot; on a phone the caseload alone."""
    shown = [(titles[1], PHONE_RIGHT - 8)] if phone else list(zip(titles, RIGHT_EDGES, strict=True))
    place: dict[str, Any] = {"xref": "paper", "xanchor": "right", "yref": "paper", "yanchor": "bottom", "yshift": 3}
    return [label(text, 1, 1, tokens.ink3, SMALL, xshift=edge, **place) for text, edge in shown]


def _mean_note(mean: float, name: str, limits: Sequence[float], tokens: Tokens, phone: bool) -> list[dict]:
    """At the head of the line, inside the plot where the line stands near its right edge."""
    near_edge = mean > limits[0] + (0.5 if phone else 0.85) * (limits[1] - limits[0])
    text = f"{name} {format.share(mean)}"
    place = {"yref": "paper", "yanchor": "bottom", "yshift": 3, "xanchor": "right" if near_edge else "center"}
    return [label(text, mean, 1, tokens.ink, SMALL, **place)] if np.isfinite(mean) else []


def _marks(block: Block, tokens: Tokens, decimals: int) -> list[dict]:
    if block.people.empty:
        return []
    people, apart = block.people, block.key != "same"
    colour = tokens.accent if apart else tokens.ink3
    dots = _dots(
        people["shrunk"],
        people["y"],
        colour,
        SYMBOLS[block.key],
        [_hover(row, decimals) for row in people.itertuples()],
    )
    return [segments(people["lower"], people["upper"], people["y"], colour, INTERVAL + 0.4 if apart else 1.6), dots]


def _dots(x: pd.Series, y: Sequence[int], colour: str | list, symbol: str | list, hover: list[str]) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x.tolist(),
        "y": list(y),
        "marker": {"symbol": symbol, "size": 9, "color": colour, "line": {"width": 2, "color": colour}},
        "hovertext": hover,
        "hoverinfo": "text",
        "cliponaxis": False,
    }


def _hover(row, decimals: int) -> str:
    lines = (
        f"<b>{plain(row.label)}</b>",
        _("Shrunken rate {rate} ({interval})").format(
            rate=format.share(row.shrunk, decimals), interval=format.share_range(row.lower, row.upper, decimals)
        ),
        _("Raw rate {rate} of {n} cases").format(rate=format.share(row.rate), n=format.told(row.concluded)),
        _("95% rank interval {ranks}").format(ranks=f"{row.rank_lower}—{row.rank_upper}"),
    )
    return "<br>".join(lines)


def _bands(blocks: Sequence[Block], tokens: Tokens) -> list[dict]:
    """The grey band behind the middle block, with a line at each end."""
    top, bottom = blocks[1].heading - 0.5, blocks[2].heading - 0.5
    wide = {"xref": "paper", "x0": -0.5, "x1": 1.5, "layer": "below"}
    band = {"type": "rect", "y0": top, "y1": bottom, "fillcolor": tokens.second, "line": {"width": 0}, **wide}
    edge = {"color": tokens.border, "width": 1}
    return [band, *({"type": "line", "y0": y, "y1": y, "line": edge, **wide} for y in (top, bottom))]


def _scale(lower: pd.Series, upper: pd.Series, mean: float, phone: bool) -> dict:
    """A horizontal axis that holds every interval and ends on a round share."""
    known = pd.Series([mean, *lower, *upper]).dropna()
    low, high = (known.min(), known.max()) if len(known) else (0.0, 1.0)  # all may be hidden
    step = next(step for step in (0.02, 0.05, 0.1, 0.2) if high - low <= (3 if phone else 8) * step or step == 0.2)
    start, end = np.floor(low / step) * step, np.ceil(high / step) * step
    return {
        "range": [round(max(start, 0), 2), round(min(end, 1), 2)],
        "dtick": step,
        "tick0": 0,
        "tickformat": ".0%",
        "tickangle": 0,
    }


def bodies(frame: pd.DataFrame, mean: float, mean_name: str, tokens: Tokens, *, phone: bool, mark: str = "") -> dict:
    """Organisations of ``people.rated`` with cases, in the order given: rate with Wilson interval; grey under 30."""
    y, few = range(len(frame)), (frame["concluded"].fillna(0) < SURE).tolist()
    left, right = (150, PHONE_RIGHT) if phone else (220, RIGHT)
    axis = _scale(frame["lower"], frame["upper"], mean, phone)
    names = [plain(name[:NAME] if phone else name) for name in frame["label"]]
    place: dict[str, Any] = {"xref": "paper", "xanchor": "left", "xshift": 4 - left}
    notes = [
        label(name, 0, at, tokens.ink3 if grey else tokens.ink, **place)
        for name, at, grey in zip(names, y, few, strict=True)
    ]
    notes += _body_values(frame, y, few, tokens, phone) + _mean_note(mean, mean_name, axis["range"], tokens, phone)
    notes += _column_titles((_("Success rate"), _("Cases"), _("Median, days")), tokens, phone)
    return figure(
        tokens,
        len(frame) * LINE + TOP + BOTTOM,
        _body_marks(frame, few, tokens),
        mark=mark,
        margin={"l": left, "r": right, "t": TOP, "b": BOTTOM},
        annotations=notes,
        shapes=[rule(mean, tokens.ink)] if np.isfinite(mean) else [],
        xaxis=axis,
        yaxis={"range": [len(frame) - 0.4, -0.6], "visible": False},
    )


def _body_values(frame: pd.DataFrame, y: Sequence[int], few: Sequence[bool], tokens: Tokens, phone: bool) -> list[dict]:
    columns = (
        [format.share(rate) for rate in frame["rate"]],
        [format.told(n) for n in frame["concluded"]],
        [format.number(days, 1) for days in frame["days"]],
    )
    shown = [(columns[1], PHONE_RIGHT - 8)] if phone else list(zip(columns, RIGHT_EDGES, strict=True))
    return [
        note | {"font": {**note["font"], "color": tokens.ink3 if few[position] else tokens.ink}}
        for texts, edge in shown
        for position, note in enumerate(at_right(texts, y, edge, tokens.ink))
    ]


def _body_marks(frame: pd.DataFrame, few: Sequence[bool], tokens: Tokens) -> list[dict]:
    traces = []
    for grey in (True, False):
        part = frame.assign(y=range(len(frame)))[np.array(few, bool) == grey]
        if len(part):
            colour, symbol = (tokens.ink3, "circle-open") if grey else (tokens.accent, "circle")
            hover = [_body_hover(row) for row in part.itertuples()]
            traces += [
                segments(part["lower"], part["upper"], part["y"], colour, 1.6 if grey else INTERVAL),
                _dots(part["rate"], part["y"].tolist(), colour, symbol, hover),
            ]
    return traces


def _body_hover(row) -> str:
    rate, interval = format.share(row.rate), format.share_range(row.lower, row.upper)
    return f"<b>{plain(row.label)}</b><br>" + _("Success rate {rate} ({interval}) of {n} cases").format(
        rate=rate, interval=interval, n=format.told(row.concluded)
    )
