"""Maps: frame in, deck out. Nothing is fetched: the base map is the streets' own shapes.

Every layer has data with the same fields ``street``, ``count`` and ``note``, which the fixed tooltip template names;
the browser escapes their values.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import h3
import orjson
import pandas as pd
import pydeck as pdk
import shapely
from pydeck.bindings.json_tools import default_serialize

from cockpit import format
from cockpit.analysis.hotspots import outline
from cockpit.charts.base import plain
from cockpit.masking import FEWEST
from cockpit.theme import CLASS_LABELS, FONT, SMALL, TEXT, Tokens, class_of, rgb

TOOLTIP = "<b>{street}</b><br>{count}<br>{note}"
HALO, LINE, BORDER = 7, 3, 1.2  # px
NAME, NUMBER = 15, 17  # px
RATIOS = {"rate": (0.75, 0.9, 1.1, 1.35), "count": (0.5, 0.8, 1.25, 2.0)}
"""Lower ends of the classes above the first, as multiples of the mean: the same for every period and filter."""
RATIO_LABELS = {
    "rate": ("<0.75", "0.75—0.9", "0.9—1.1", "1.1—1.35", "≥1.35"),
    "count": ("<0.5", "0.5—0.8", "0.8—1.25", "1.25—2", "≥2"),
}
Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""
SEEN = 225
"""Alpha of a cell: the ground shines through a little."""
PLATE = 190
"""Alpha of the plate under a name, so that it can be read on every colour."""
SUFFIXES = ("街道", "镇")
CLOSE = 0.12
"""How far beyond the shapes a cell may lie to be shown, in widths of the view."""
REACH = 0.005
"""Degrees from the middle of a cell to its corner, and a little."""
BADGE = 16
"""Px between an outline and the middle of its number."""
SIDES = ((0.8, -0.8), (0.8, 0.8), (-0.8, -0.8), (-0.8, 0.8), (1, 0), (-1, 0), (0, -1), (0, 1))
"""Where a number may stand: right and down, in half widths and heights of its cluster."""


class Deck(pdk.Deck):
    """A deck whose JSON is written by orjson; the same JSON as pydeck's own, ten times as fast."""

    def to_json(self) -> str:
        return orjson.dumps(self, default=default_serialize, option=orjson.OPT_SERIALIZE_NUMPY).decode()


@dataclass(frozen=True)
class Ground:
    """The base of a map. features: GeoJSON with the property ``street``. labels: street → longitude, latitude.

    chosen: streets that stand out; empty: all. bounds: west, south, east, north of what the view shows. view:
    longitude, latitude, zoom.
    """

    features: dict
    labels: Mapping[str, tuple[float, float]]
    bounds: Box
    view: Mapping[str, float]
    chosen: tuple[str, ...] = ()


def cells(
    ground: Ground, streets: pd.DataFrame, cells: pd.DataFrame, clusters: pd.DataFrame, tokens: Tokens, mark: str
) -> Deck:
    """H3 cells in five classes over the streets, clusters outlined and numbered.

    ``streets``: street, count, note. ``cells``: cell, n, street, note. ``clusters``: number, cells, lon, lat.
    """
    fills = dict.fromkeys(streets["street"], rgb(tokens.land))
    return _deck(
        ground, tokens, mark, _land(ground, _facts(streets), fills, tokens), clusters, _hexagons(cells, tokens)
    )


def streets(
    ground: Ground, streets: pd.DataFrame, show: str, clusters: pd.DataFrame, tokens: Tokens, mark: str
) -> Deck:
    """Streets in five classes of their ratio to the mean; the colour of the land where the ratio is unknown.

    ``streets``: street, ratio, label (shown under the name), count, note. ``show``: rate or count, what the ratio is
    of. ``clusters`` as in ``cells``.
    """
    known = zip(streets["street"], streets["ratio"], strict=True)
    fills = {
        street: rgb(tokens.land) if format.missing(r) else rgb(shade(r, show, tokens), SEEN) for street, r in known
    }
    labels = dict(zip(streets["street"], streets["label"], strict=True))
    return _deck(ground, tokens, mark, _land(ground, _facts(streets), fills, tokens), clusters, labels=labels)


def bounds_of(cells: Iterable[str], shapes: Box | None) -> Box | None:
    """What the view shows: the shapes, and cells close to them; all cells where there is no shape. None: nothing."""
    places = [corner for cell in cells for corner in _corners(cell)]
    if shapes is not None:
        west, south, east, north = shapes
        wide, high = (east - west) * CLOSE, (north - south) * CLOSE
        places = [
            (lon, lat)
            for lon, lat in places
            if west - wide <= lon <= east + wide and south - high <= lat <= north + high
        ] + [(west, south), (east, north)]
    if not places:
        return None
    lons, lats = zip(*places, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _corners(cell: str) -> list[tuple[float, float]]:
    """West and south, east and north of a cell, roughly: H3 cells of resolution 8 are about a kilometre across."""
    lat, lon = h3.cell_to_latlng(cell)
    return [(lon - REACH, lat - REACH), (lon + REACH, lat + REACH)]


def shade(ratio: float, show: str, tokens: Tokens) -> str:
    return tokens.sequence[class_of(ratio, RATIOS[show])]


def count_text(n: float) -> str:
    """A count as it may stand on a map: fewer than five are 1—4 for everybody."""
    if format.missing(n):
        return format.HIDDEN
    return format.FEW if 0 < n < FEWEST else format.count(n)


def class_label(n: float) -> str:
    return CLASS_LABELS[class_of(n)]


def _deck(
    ground: Ground,
    tokens: Tokens,
    mark: str,
    land: pdk.Layer,
    clusters: pd.DataFrame,
    hexagons: pdk.Layer | None = None,
    labels: Mapping[str, str] | None = None,
) -> Deck:
    layers = [land, hexagons, _borders(ground, tokens), *_outlines(clusters, tokens), _names(ground, tokens, labels)]
    layers += [_numbers(clusters, ground, tokens), _mark(ground, tokens, mark)]
    return Deck(
        layers=[layer for layer in layers if layer is not None],
        map_provider=None,
        views=[pdk.View(type="MapView", controller=True)],
        initial_view_state=pdk.ViewState(**{name: round(float(value), 5) for name, value in ground.view.items()}),
        tooltip={"html": TOOLTIP, "style": _box(tokens)},
    )


def _box(tokens: Tokens) -> dict[str, str]:
    return {
        "backgroundColor": tokens.background,
        "color": tokens.ink,
        "border": f"1px solid {tokens.border}",
        "fontSize": f"{TEXT}px",
        "fontFamily": FONT,
    }


def _facts(frame: pd.DataFrame) -> dict[str, dict[str, str]]:
    return {
        street: {"count": count, "note": note}
        for street, count, note in frame[["street", "count", "note"]].itertuples(index=False)
    }


def _land(ground: Ground, facts: Mapping[str, dict], fills: Mapping[str, list[int]], tokens: Tokens) -> pdk.Layer:
    nothing = {"count": format.DASH, "note": ""}
    features = []
    for feature in ground.features["features"]:
        street = feature["properties"]["street"]
        aside = ground.chosen and street not in ground.chosen
        fill = rgb(tokens.background) if aside else fills.get(street, rgb(tokens.land))
        features.append(feature | {"properties": {"street": street, "fill": fill} | facts.get(street, nothing)})
    return pdk.Layer(
        "GeoJsonLayer",
        {"type": "FeatureCollection", "features": features},
        id="land",
        filled=True,
        stroked=False,
        get_fill_color="properties.fill",
        pickable=True,
    )


def _borders(ground: Ground, tokens: Tokens) -> pdk.Layer:
    return pdk.Layer(
        "GeoJsonLayer",
        ground.features,
        id="borders",
        filled=False,
        stroked=True,
        get_line_color=rgb(tokens.ink3),
        line_width_min_pixels=BORDER,
        pickable=False,
    )


def _hexagons(cells: pd.DataFrame, tokens: Tokens) -> pdk.Layer:
    fills = [rgb(colour, SEEN) for colour in tokens.sequence]
    records = [
        {"cell": cell, "street": street, "count": count, "note": note, "fill": fills[class_of(n)]}
        for cell, n, street, count, note in cells[["cell", "n", "street", "count", "note"]].itertuples(index=False)
    ]
    return pdk.Layer(
        "H3HexagonLayer",
        records,
        id="cells",
        get_hexagon="cell",
        get_fill_color="fill",
        get_line_color=rgb(tokens.background),
        extruded=False,
        stroked=True,
        line_width_min_pixels=1,
        coverage=1,
        pickable=True,
        auto_highlight=True,
        highlight_color=rgb(tokens.accent, PLATE),
    )


def _outlines(clusters: pd.DataFrame, tokens: Tokens) -> list[pdk.Layer]:
    """The same shapes twice: a wide halo in the colour of the page, and the line on it."""
    features = [
        {
            "type": "Feature",
            "properties": {"number": int(number)},
            "geometry": shapely.geometry.mapping(shapely.transform(outline(group), lambda degrees: degrees.round(5))),
        }
        for number, group in clusters[["number", "cells"]].itertuples(index=False)
    ]
    return [
        pdk.Layer(
            "GeoJsonLayer",
            {"type": "FeatureCollection", "features": features},
            id=name,
            filled=False,
            stroked=True,
            get_line_color=rgb(colour),
            line_width_min_pixels=width,
            line_joint_rounded=True,
            pickable=False,
        )
        for name, colour, width in (("halo", tokens.background, HALO), ("outline", tokens.outline, LINE))
        if features
    ]


def _text(records: Sequence[dict], id: str, tokens: Tokens, **options: Any) -> pdk.Layer | None:
    if not records:
        return None
    return pdk.Layer(
        "TextLayer",
        list(records),
        id=id,
        get_position="place",
        get_text="text",
        character_set=pdk.types.String("auto"),
        font_family=pdk.types.String(FONT.replace("'", "")),
        pickable=False,
        **options,
    )


def _names(ground: Ground, tokens: Tokens, labels: Mapping[str, str] | None) -> pdk.Layer | None:
    shown = [street for street in ground.labels if not ground.chosen or street in ground.chosen]
    texts = {
        street: "\n".join([short(street), *([labels[street]] if labels and street in labels else [])])
        for street in shown
    }
    records = [
        {"text": texts[street], "place": [round(degree, 5) for degree in ground.labels[street]]}
        for street in apart(texts, ground)
    ]
    return _text(
        records,
        "names",
        tokens,
        get_size=NAME,
        get_color=rgb(tokens.ink),
        font_weight=700,
        line_height=1.2,
        background=True,
        get_background_color=rgb(tokens.background, PLATE),
        background_padding=[3, 1, 3, 1],
    )


def scale(ground: Ground) -> tuple[float, float]:
    """Px in a degree of longitude and of latitude (deck.gl: 512 px of world at zoom 0)."""
    across = 512 * 2 ** ground.view["zoom"] / 360
    return across, across / math.cos(math.radians(ground.view["latitude"]))


def apart(texts: Mapping[str, str], ground: Ground) -> list[str]:
    """The streets whose names do not cover one another, in the order given; the pointer tells the others."""
    across, up = scale(ground)
    kept: dict[str, tuple[float, float, float, float]] = {}
    for street, text in texts.items():
        lon, lat = ground.labels[street]
        lines = text.split("\n")
        wide = max(sum(1 if ord(sign) > 0x2E80 else 0.55 for sign in line) for line in lines) * NAME / 2
        x, y, high = lon * across, lat * up, len(lines) * NAME * 0.6
        if all(abs(x - a) > wide + b or abs(y - c) > high + d for a, b, c, d in kept.values()):
            kept[street] = x, wide, y, high
    return list(kept)


def short(street: str) -> str:
    """西乡 for 西乡街道; long names keep their first part."""
    for suffix in SUFFIXES:
        if street.endswith(suffix) and len(street) - len(suffix) >= 2:
            return street.removesuffix(suffix)
    return street.split(" / ")[0][:18]


def _numbers(clusters: pd.DataFrame, ground: Ground, tokens: Tokens) -> pdk.Layer | None:
    boxes = [outline(group).bounds for group in clusters["cells"]]
    records = [
        {
            "text": str(number),
            "place": [round(degree, 5) for degree in middle(box)],
            "offset": badge(box, boxes, ground),
        }
        for number, box in zip(clusters["number"], boxes, strict=True)
    ]
    return _text(
        records,
        "numbers",
        tokens,
        get_pixel_offset="offset",
        get_size=NUMBER,
        get_color=rgb(tokens.background),
        font_weight=700,
        background=True,
        get_background_color=rgb(tokens.outline),
        background_padding=[7, 3, 7, 3],
    )


def middle(box: Box) -> tuple[float, float]:
    west, south, east, north = box
    return (west + east) / 2, (south + north) / 2


def badge(box: Box, boxes: Iterable[Box], ground: Ground) -> list[int]:
    """Of the places around a cluster, the one farthest from every name and every other cluster: px right and down."""
    across, up = scale(ground)
    (lon, lat), (west, south, east, north) = middle(box), box
    half = (east - west) / 2 * across + BADGE, (north - south) / 2 * up + BADGE
    others = [*ground.labels.values(), *(middle(other) for other in boxes if other != box)]
    seen = [((x - lon) * across / 1.6, (lat - y) * up) for x, y in others]

    def room(offset: tuple[float, float]) -> float:
        return min(((offset[0] / 1.6 - x) ** 2 + (offset[1] - y) ** 2 for x, y in seen), default=1)

    best = max(((x * half[0], y * half[1]) for x, y in SIDES), key=room)
    return [round(best[0]), round(best[1])]


def _mark(ground: Ground, tokens: Tokens, mark: str) -> pdk.Layer | None:
    """演示数据·虚构 inside the picture, under its lower right corner."""
    _west, south, east, _north = ground.bounds
    records = [{"text": mark, "place": [round(east, 5), round(south, 5)]}] if mark else []
    return _text(
        records, "mark", tokens, get_size=SMALL, get_color=rgb(tokens.ink3), get_text_anchor=pdk.types.String("end"),
        get_pixel_offset=[0, 10],
    )  # fmt: skip


def legend(title: str, labels: Sequence[str], outlined: str, tokens: Tokens) -> str:
    """The classes as HTML; no data in it."""
    swatches = "".join(
        f"<span style='display:inline-flex;align-items:center;margin-right:14px'><i style='width:22px;height:14px;"
        f"background:{colour};border:1px solid {tokens.border};margin-right:5px'></i>{plain(label)}</span>"
        for colour, label in zip(tokens.sequence, labels, strict=True)
    )
    line = (
        f"<span style='display:inline-flex;align-items:center'><i style='width:20px;height:12px;"
        f"border:{LINE}px solid {tokens.outline};margin-right:6px'></i>{plain(outlined)}</span>"
    )
    return (
        f"<div style='font-size:{TEXT}px;color:{tokens.ink2};display:flex;flex-wrap:wrap;row-gap:4px;"
        f"align-items:center'><b style='color:{tokens.ink};font-size:16px;margin-right:14px'>{plain(title)}</b>"
        f"{swatches}{line}</div>"
    )
