"""The map for paper: the same shapes, classes, names and numbered outlines as on the screen, as one SVG.

An SVG needs no graphics card, prints at any size, and holds its legend, so that no part of it can be lost.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

import h3
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from cockpit import format, maps
from cockpit.analysis.hotspots import outline
from cockpit.i18n import _
from cockpit.theme import CLASS_LABELS, FONT, Tokens, class_of

TALLEST = 560  # px, the map without its legend
EDGE, LEGEND, SWATCH = 8, 30, 22  # px
NAME, NUMBER, TEXT = 13, 14, 12  # px, sizes of text
WORLD = 512  # px around the earth at zoom 0, deck.gl


class Shapes(Protocol):
    @property
    def shapes(self) -> Mapping[str, BaseGeometry]: ...


class Ground(Protocol):
    """What ``cockpit.ground.Ground`` has: shapes of streets in degrees, and where their names stand."""

    @property
    def boundaries(self) -> Shapes: ...

    def bounds(self, streets: Iterable[str] = ()) -> maps.Box | None: ...

    def labels_beside(self, taken: BaseGeometry) -> dict[str, tuple[float, float]]: ...


def streets_svg(
    ground: Ground,
    streets: pd.DataFrame,
    clusters: pd.DataFrame,
    tokens: Tokens,
    width: int,
    *,
    tallest: int = TALLEST,
    show: str = "",
    mean: float = math.nan,
    chosen: Sequence[str] = (),
    mark: str = "",
) -> str:
    """Streets in five classes of their ratio to the mean, white where it is unknown; clusters outlined and numbered.

    ``streets``: name, n, rate (missing: may not be shown, or unknown), and population for the mean. ``clusters``:
    number, cells. ``show``: rate or count; default: rate where residents are known. ``mean``: what the ratios are of;
    default: that of these streets together. ``chosen``: streets that stand out; empty: all. ``mark``: what must stand
    in every picture of invented data. Empty where no street has a shape.
    """
    named = streets.dropna(subset="name").drop_duplicates("name").set_index("name")
    show = show or ("rate" if "rate" in named and named["rate"].notna().any() else "count")
    values = named["rate" if show == "rate" else "n"].astype(float)
    mean = _mean(named, show) if math.isnan(mean) else mean
    fills = {
        street: maps.shade(value / mean, show, tokens) for street, value in values.items() if mean and value == value
    }
    texts = {
        street: format.number(value, 1) if show == "rate" else maps.count_text(value)
        for street, value in values.items()
        if show == "count" or value == value
    }
    title = {"rate": _("Times the district's rate"), "count": _("Times the mean street")}[show]
    plane = _plane(ground, clusters, ground.bounds(chosen), width, chosen, tallest)
    if plane is None:
        return ""
    body = [*_land(ground, plane, fills, tokens), *_outlines(clusters, plane, tokens)]
    body += [*_names(plane, texts, tokens), *_numbers(clusters, plane, tokens)]
    return _svg(plane, body, title, maps.RATIO_LABELS[show], tokens, mark)


def cells_svg(
    ground: Ground,
    cells: pd.DataFrame,
    clusters: pd.DataFrame,
    tokens: Tokens,
    width: int,
    *,
    chosen: Sequence[str] = (),
    mark: str = "",
) -> str:
    """H3 cells in five classes of their count over the streets; else as ``streets_svg``. ``cells``: cell, n."""
    bounds = maps.bounds_of(cells["cell"], ground.bounds(chosen))
    plane = _plane(ground, clusters, bounds, width, chosen)
    if plane is None:
        return ""
    hexagons = [
        f'<path d="{plane.path(shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]))}" '
        f'fill="{tokens.sequence[class_of(n)]}" stroke="{tokens.border}" stroke-width="0.5"/>'
        for cell, n in cells[["cell", "n"]].itertuples(index=False)
    ]
    body = [*_land(ground, plane, {}, tokens), *hexagons, *_land(ground, plane, None, tokens)]
    body += [*_outlines(clusters, plane, tokens), *_names(plane, {}, tokens), *_numbers(clusters, plane, tokens)]
    return _svg(plane, body, _("Records per cell"), CLASS_LABELS, tokens, mark)


def _mean(named: pd.DataFrame, show: str) -> float:
    if show == "count":
        return float(named["n"].astype(float).mean())
    known = named.dropna(subset=["n", "population"])
    return float(known["n"].sum() / known["population"].sum() * 10_000) if known["population"].sum() else math.nan


@dataclass(frozen=True)
class _Plane:
    """From degrees to px. ``base``: the same ground as the screen's map has, at this scale."""

    base: maps.Ground
    width: int
    height: int
    left: float

    @property
    def scale(self) -> tuple[float, float]:
        return maps.scale(self.base)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        west, _south, _east, north = self.base.bounds
        across, up = self.scale
        return self.left + (lon - west) * across, LEGEND + EDGE + (north - lat) * up

    def path(self, shape: BaseGeometry) -> str:
        return " ".join(
            f"M{' '.join(f'{x:.1f},{y:.1f}' for x, y in (self.at(lon, lat) for lon, lat in ring))}Z"
            for ring in _rings(shape)
        )


def _rings(shape: BaseGeometry) -> Iterator[Iterable[tuple[float, float]]]:
    for part in shapely.get_parts(shape):
        for ring in [part.exterior, *part.interiors]:
            yield [(lon, lat) for lon, lat, *_height in ring.coords]


def _plane(
    ground: Ground,
    clusters: pd.DataFrame,
    bounds: maps.Box | None,
    width: int,
    chosen: Sequence[str],
    tallest: int = TALLEST,
) -> _Plane | None:
    if bounds is None:
        return None
    west, south, east, north = bounds
    stretch = 1 / math.cos(math.radians((south + north) / 2))
    wide, high = max(east - west, 1e-4), max(north - south, 1e-4) * stretch
    across = min((width - 2 * EDGE) / wide, tallest / high)
    view = {"zoom": math.log2(across * 360 / WORLD), "latitude": (south + north) / 2}
    labels = ground.labels_beside(outline(cell for cells in clusters["cells"] for cell in cells))
    base = maps.Ground({}, labels, bounds, view, tuple(chosen))
    height = LEGEND + round(high * across) + 2 * EDGE + TEXT
    return _Plane(base, width, height, (width - wide * across) / 2)


def _land(ground: Ground, plane: _Plane, fills: Mapping[str, str] | None, tokens: Tokens) -> Iterator[str]:
    """The streets filled; without ``fills`` their borders alone, to be seen on every class."""
    for street, shape in ground.boundaries.shapes.items():
        fill = "none" if fills is None else fills.get(street, tokens.land)
        if fills is not None and plane.base.chosen and street not in plane.base.chosen:
            fill = tokens.background
        path = plane.path(shape)
        if fills is None:
            yield f'<path d="{path}" fill="none" stroke="{tokens.background}" stroke-width="{3 * maps.BORDER}"/>'
        yield (
            f'<path d="{path}" fill="{fill}" stroke="{tokens.ink3}" stroke-width="{maps.BORDER}" '
            f'stroke-linejoin="round"/>'
        )


def _outlines(clusters: pd.DataFrame, plane: _Plane, tokens: Tokens) -> Iterator[str]:
    for cells in clusters["cells"]:
        path = plane.path(outline(cells))
        for colour, line in ((tokens.background, maps.HALO), (tokens.outline, maps.LINE)):
            yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{line}" stroke-linejoin="round"/>'


def _names(plane: _Plane, values: Mapping[str, str], tokens: Tokens) -> Iterator[str]:
    shown = [street for street in plane.base.labels if not plane.base.chosen or street in plane.base.chosen]
    texts = {
        street: "\n".join(part for part in (maps.short(street), values.get(street, "")) if part) for street in shown
    }
    for street in maps.apart(texts, plane.base):
        x, y = plane.at(*plane.base.labels[street])
        lines = texts[street].split("\n")
        for place, line in enumerate(lines):
            below = y + (place - (len(lines) - 1) / 2) * (NAME + 2) + NAME * 0.36
            look = 'font-weight="700"' if place == 0 else ""
            yield _text(line, x, below, tokens.ink, NAME, f'text-anchor="middle" {look} {_halo(tokens)}')


def _halo(tokens: Tokens) -> str:
    return f'paint-order="stroke" stroke="{tokens.background}" stroke-width="3.5" stroke-linejoin="round"'


def _numbers(clusters: pd.DataFrame, plane: _Plane, tokens: Tokens) -> Iterator[str]:
    boxes = [outline(cells).bounds for cells in clusters["cells"]]
    for number, box in zip(clusters["number"], boxes, strict=True):
        x, y = plane.at(*maps.middle(box))
        right, down = maps.badge(box, boxes, plane.base)
        x = min(max(x + right, EDGE + NUMBER), plane.width - EDGE - NUMBER)
        y = min(max(y + down, LEGEND + NUMBER), plane.height - NUMBER)
        wide = NUMBER * (0.6 * len(str(number)) + 0.8)
        yield (
            f'<rect x="{x - wide / 2:.1f}" y="{y - NUMBER * 0.7:.1f}" width="{wide:.1f}" height="{NUMBER * 1.4:.1f}" '
            f'fill="{tokens.outline}" stroke="{tokens.background}"/>'
        )
        yield _text(str(number), x, y + NUMBER * 0.36, tokens.background, NUMBER, 'text-anchor="middle"')


def _svg(plane: _Plane, body: Iterable[str], title: str, labels: Sequence[str], tokens: Tokens, mark: str) -> str:
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{plane.width}" height="{plane.height}" '
        f'viewBox="0 0 {plane.width} {plane.height}" font-family="{escape(FONT)}">',
        f'<rect width="{plane.width}" height="{plane.height}" fill="{tokens.background}"/>',
        f'<clipPath id="map"><rect y="{LEGEND}" width="{plane.width}" height="{plane.height - LEGEND}"/></clipPath>',
        f'<g clip-path="url(#map)">{"".join(body)}</g>',
        *_legend(title, labels, tokens),
    ]
    if mark:
        parts.append(_text(mark, plane.width - 2, plane.height - 3, tokens.ink3, TEXT, 'text-anchor="end"'))
    return "".join([*parts, "</svg>"])


def _legend(title: str, labels: Sequence[str], tokens: Tokens) -> Iterator[str]:
    x = 2.0
    yield _text(title, x, 18, tokens.ink, TEXT, 'font-weight="700"')
    x += _wide(title) + 12
    for colour, label in zip(tokens.sequence, labels, strict=True):
        yield f'<rect x="{x}" y="8" width="{SWATCH}" height="13" fill="{colour}" stroke="{tokens.ink3}"/>'
        yield _text(label, x + SWATCH + 4, 18, tokens.ink, TEXT)
        x += SWATCH + _wide(label) + 14
    yield (
        f'<rect x="{x + 2}" y="9" width="{SWATCH}" height="11" fill="none" stroke="{tokens.outline}" '
        f'stroke-width="{maps.LINE}"/>'
    )
    yield _text(_("significant hotspot"), x + SWATCH + 8, 18, tokens.ink, TEXT)


def _wide(text: str) -> float:
    return sum(1 if ord(sign) > 0x2E80 else 0.58 for sign in text) * TEXT


def _text(text: str, x: float, y: float, colour: str, size: int, more: str = "") -> str:
    """Signs that no page can show (control characters) would make the whole picture unreadable."""
    shown = escape("".join(sign for sign in text if sign.isprintable()))
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" {more}>{shown}</text>'
