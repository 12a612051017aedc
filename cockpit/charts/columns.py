"""Columns over the weeks (or months) that end with the period, its own in the accent, and the band it is judged by."""

from collections.abc import Sequence

from cockpit import format
from cockpit.charts.base import figure, label
from cockpit.theme import SMALL, Tokens

ABOVE = 34  # px, room for the value and a holiday over the highest column


def columns(
    names: Sequence[str],
    values: Sequence[float | None],
    tokens: Tokens,
    height: int,
    band: tuple[float, float] | None = None,
    dips: Sequence[str | None] = (),
    mark: str = "",
    every: int = 1,
) -> dict:
    """``values``: one a column, None where it may not be shown (×). ``dips``: a holiday's name over its column.
    ``every``: how many columns share a label, counted from the last."""
    places = list(range(len(names)))
    last = len(names) - 1
    shown = [format.HIDDEN if value is None else format.number(value) for value in values]
    told = [place for place in places if (last - place) % every == 0]
    texts = [f"<b>{text}</b>" if place == last else text if place in told else "" for place, text in enumerate(shown)]
    bars = {
        "type": "bar",
        "x": places,
        "y": [value or None for value in values],
        "marker": {"color": [tokens.accent if place == last else tokens.context for place in places]},
        "text": texts,
        "textposition": "outside",
        "textfont": {"color": tokens.ink, "size": SMALL},
        "cliponaxis": False,
        "hovertext": [f"{name}　{text}" for name, text in zip(names, shown, strict=True)],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    top = max([value or 0 for value in values] + [band[1] if band else 0, 1])
    return figure(
        tokens,
        height,
        [bars],
        mark=mark,
        margin={"t": ABOVE},
        annotations=_dips(values, dips, tokens) if every == 1 else [],
        shapes=[_band(band, tokens)] if band else [],
        xaxis={
            "tickmode": "array",
            "tickvals": told,
            "ticktext": [names[place] for place in told],
            "range": [-0.6, last + 0.6],
            "ticks": "",
            "tickangle": 0,
        },
        yaxis={"visible": False, "range": [0, top * 1.02]},
    )


def _band(band: tuple[float, float], tokens: Tokens) -> dict:
    lower, upper = band
    return {
        "type": "rect",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": lower,
        "y1": upper,
        "fillcolor": tokens.grid,
        "line": {"width": 0},
        "layer": "below",
    }


def _dips(values: Sequence[float | None], dips: Sequence[str | None], tokens: Tokens) -> list[dict]:
    return [
        label("<br>".join(name.split()), place, value or 0, tokens.ink3, size=SMALL, yanchor="bottom", yshift=18)
        for place, (value, name) in enumerate(zip(values, dips, strict=False))
        if name
    ]
