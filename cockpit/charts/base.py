"""What every chart is built from: the frame of a figure, axes, segments, labels at the edge."""

from collections.abc import Iterable, Sequence
from typing import Any

from cockpit.theme import DASHED, SMALL, TEXT, Tokens

MARGIN = 4  # px
NOTE_HEIGHT = 18  # px, room for the mark of invented data above a chart


def figure(
    tokens: Tokens,
    height: int,
    data: Iterable[dict],
    *,
    mark: str = "",
    margin: dict | None = None,
    annotations: Iterable[dict] = (),
    shapes: Iterable[dict] = (),
    **layout: Any,
) -> dict:
    """A figure of fixed height in px. ``mark`` (演示数据·虚构) stands inside the image, at its upper right."""
    edges = {"l": MARGIN, "r": MARGIN, "t": MARGIN, "b": MARGIN, **(margin or {})}
    notes = list(annotations)
    if mark:
        edges["t"] += NOTE_HEIGHT
        place = {"xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "top", "xshift": edges["r"] - MARGIN}
        notes.append(label(mark, 1, 1, tokens.ink3, size=SMALL, yshift=edges["t"], **place))
    return {
        "data": list(data),
        "layout": {
            "template": f"cockpit_{tokens.name}",
            "height": height,
            "margin": edges,
            "annotations": notes,
            "shapes": list(shapes),
            **layout,
        },
    }


def label(text: str, x: Any, y: Any, colour: str, size: int = TEXT, **place: Any) -> dict:
    """A text at a place; data in it are shown as they are (Plotly reads a few tags: escape with ``plain``)."""
    return {"text": text, "x": x, "y": y, "font": {"color": colour, "size": size}, "showarrow": False, **place}


def plain(text: object) -> str:
    """Text from a file for hover, ticks and annotations, where Plotly would read <b>, <a> and the like."""
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def at_right(texts: Sequence[str], y: Sequence[Any], shift: int, colour: str, size: int = TEXT) -> list[dict]:
    """A column of values in the right margin, one a row, its right edge ``shift`` px from the plot."""
    return [
        label(text, 1, place, colour, size, xref="paper", xanchor="right", xshift=shift)
        for text, place in zip(texts, y, strict=True)
    ]


def segments(
    lower: Sequence[float | None], upper: Sequence[float | None], at: Sequence[Any], colour: str, width: float
) -> dict:
    """Intervals as one line trace of horizontal strokes; error bars are drawn unevenly."""
    x = [edge for low, high in zip(lower, upper, strict=True) for edge in (low, high, None)]
    y = [place for row in at for place in (row, row, None)]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": colour, "width": width},
        "hoverinfo": "skip",
    }


def rule(x: Any, colour: str, **place: Any) -> dict:
    """A dashed vertical reference line over the whole height."""
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": colour, "width": 1.2, "dash": DASHED},
        **place,
    }


def rows_axis(names: Sequence[str], tokens: Tokens, size: int = TEXT) -> dict:
    """A vertical axis of positions 0, 1, 2 … from the top, labelled with names: a name that looks like a number
    would be read as a position where names are categories."""
    return {
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "ticktext": [plain(name) for name in names],
        "range": [len(names) - 0.5, -0.5],
        "showgrid": False,
        "tickfont": {"size": size, "color": tokens.ink},
    }
