"""A boundary file as it comes: GeoJSON, plain or gzipped, with whatever names and faults its polygons have."""

import gzip
import json
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from cockpit.coordinates import System, to_wgs84
from cockpit.errors import BoundaryError
from queries.words import N_

NAME_KEYS = ("name", "名称", "街道", "NAME", "Name", "street", "neighborhood", "XZQMC", "TOWNNAME")
"""Tried in this order where no property holds the name of a known street."""
SUFFIXES = ("街道办事处", "街道办", "街道", "地区", "镇", "乡")


@dataclass(frozen=True)
class Feature:
    """One polygon or multipolygon of the file, in degrees, valid and flat. repaired: it was not valid as it came."""

    properties: dict[str, Any]
    shape: BaseGeometry
    repaired: bool


def read(path: Path, coordinates: System = "wgs84") -> list[Feature]:
    """The polygons of a GeoJSON file (RFC 7946) in WGS-84, in which the file is or not; points and lines are left out.

    Raises BoundaryError, with the file and the next step, for a file that cannot be read, is not GeoJSON, holds no
    polygon, or is not in degrees.
    """
    features = [feature for raw in _features(path) for feature in _polygon(path, raw)]
    if not features:
        raise BoundaryError(
            N_(
                "The boundary file {file} holds no polygon. Set COCKPIT_BOUNDARIES to a GeoJSON file "
                "with one polygon a street."
            ),
            file=path,
        )
    left, bottom, right, top = shapely.total_bounds([feature.shape for feature in features])
    if not (left >= -180 and right <= 180 and bottom >= -90 and top <= 90):
        raise BoundaryError(
            N_(
                "The boundary file {file} is not in degrees of longitude and latitude. Export it again "
                "as WGS-84 (EPSG:4326)."
            ),
            file=path,
        )
    return [replace(feature, shape=_turned(feature.shape, coordinates)) for feature in features]


def _turned(shape: BaseGeometry, coordinates: System) -> BaseGeometry:
    def turn(degrees: np.ndarray) -> np.ndarray:
        return np.column_stack(to_wgs84(degrees[:, 0], degrees[:, 1], coordinates))

    return shape if coordinates == "wgs84" else shapely.transform(shape, turn)


def _features(path: Path) -> list[Any]:
    content = _json(path)
    kind = content.get("type") if isinstance(content, dict) else None
    if kind == "Feature":
        return [content]
    if kind != "FeatureCollection" or not isinstance(content.get("features"), list):
        raise _not_geojson(path)
    return content["features"]


def _json(path: Path) -> Any:
    try:
        raw = path.read_bytes()
        raw = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
    except (OSError, EOFError, zlib.error) as error:
        raise BoundaryError(
            N_(
                "The boundary file {file} cannot be read ({reason}). Check COCKPIT_BOUNDARIES and the "
                "rights to the file."
            ),
            file=path,
            reason=error,
        ) from error
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _not_geojson(path) from error


def _not_geojson(path: Path) -> BoundaryError:
    return BoundaryError(
        N_(
            "The boundary file {file} is not GeoJSON. Export the boundaries as a GeoJSON "
            "FeatureCollection in UTF-8, or unset COCKPIT_BOUNDARIES."
        ),
        file=path,
    )


def _polygon(path: Path, raw: Any) -> Iterator[Feature]:
    geometry = raw.get("geometry") if isinstance(raw, dict) else None
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(geometry)))
    except (shapely.errors.ShapelyError, ValueError) as error:
        raise _not_geojson(path) from error
    valid = shape if shape.is_valid else shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if not valid.is_empty:
        properties = raw.get("properties")
        yield Feature(properties if isinstance(properties, dict) else {}, valid, valid is not shape)


def name_key(features: Iterable[Feature], streets: Iterable[str]) -> str | None:
    """The property that names the streets: the one that matches most of them, else one that is usually called so."""
    known = Names(streets)
    hits: dict[str, int] = {}
    for feature in features:
        for key, value in feature.properties.items():
            if isinstance(value, str):
                hits[key] = hits.get(key, 0) + (known.find(value) is not None)
    order = [key for key in NAME_KEYS if key in hits] + list(hits)
    return max(order, key=lambda key: hits[key], default=None)


def by_street(features: Iterable[Feature], streets: Iterable[str]) -> dict[str, BaseGeometry]:
    """Street → its ground, for the streets that a polygon of the file is named after."""
    features, streets = list(features), list(streets)
    key, names = name_key(features, streets), Names(streets)
    parts: dict[str, list[BaseGeometry]] = {}
    for feature in features:
        if street := names.find(name(feature, key)):
            parts.setdefault(street, []).append(feature.shape)
    return {street: shapely.union_all(shapes) for street, shapes in parts.items()}


def name(feature: Feature, key: str | None) -> str:
    """What the property calls the polygon; empty where it has none."""
    value = feature.properties.get(key) if key else None
    return value.strip() if isinstance(value, str) else ""


class Names:
    """Streets by their name, with and without 街道 or 镇; a short name that fits two streets fits none."""

    def __init__(self, streets: Iterable[str], suffixes: tuple[str, ...] = SUFFIXES) -> None:
        self.full = {_plain(street): street for street in streets}
        self.suffixes = suffixes
        self.forms: dict[str, str | None] = {}
        for street in self.full.values():
            for form in self._forms(street):
                self.forms[form] = None if form in self.forms else street

    def find(self, name: str) -> str | None:
        """The canonical name of the street that is meant, or None."""
        exact = self.full.get(_plain(name))
        return exact or next((street for form in self._forms(name) if (street := self.forms.get(form))), None)

    def _forms(self, name: str) -> list[str]:
        """The name and, where two characters remain, the name without its suffix: 西乡 may stand for 西乡街道."""
        plain = _plain(name)
        short = next((plain.removesuffix(suffix) for suffix in self.suffixes if plain.endswith(suffix)), plain)
        return [plain, short] if 2 <= len(short) < len(plain) else [plain]


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
