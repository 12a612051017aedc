"""The shapes of the streets: from a boundary file, or sketched from the streets' centres.

Coordinates are WGS-84 degrees, longitude first. Plane geometry (distance, Voronoi cells, simplification) is done in
metres on a local equirectangular plane, which is exact enough over the width of a district.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from cockpit import boundary_file
from cockpit.coordinates import System

METRES_PER_DEGREE = 111_320
LONELY_REACH = 3_000
"""Metres around the centre of a district's only street."""
REACH = 0.6
"""How far a sketch reaches beyond the outer centres, in distances between neighbouring centres."""
TOLERANCE = 20
"""Metres that a border may move when it is simplified for the browser."""
DECIMALS = 5
CLOSEST = 16
"""Zoom beyond which there is nothing more to see, for bounds that are hardly more than a point."""
DIRECTIONS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


@dataclass(frozen=True)
class Boundaries:
    """The shape of each street of one district, and what could not be taken from the file.

    shapes: street → polygon or multipolygon. source: ``file``, or ``sketch`` (示意边界). unmatched: names in the file
    that match no street of any district. missing: streets without a shape. repaired: names whose polygon was not valid.
    """

    shapes: Mapping[str, BaseGeometry]
    source: str
    unmatched: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where a point is, seen from a named area: metres away, in one of eight directions (N, NE … NW)."""

    name: str
    metres: float
    direction: str


def boundaries(
    areas: pd.DataFrame, path: Path | str | None = None, district: str | None = None, coordinates: System = "wgs84"
) -> Boundaries:
    """The streets of a district from the boundary file, or sketched: without a file, or when it has none of them.

    ``areas``: level, name, parent, lon, lat, one row an area; ``district`` picks the streets with that parent (None:
    all of them), while the file, in ``coordinates``, is matched against all streets. Raises BoundaryError when it is no
    boundary file.
    """
    streets = areas[areas["level"] == "street"]
    own = streets if district is None else streets[streets["parent"] == district]
    found = _from_file(Path(path), streets["name"], coordinates) if path else Boundaries({}, "sketch")
    shapes = {street: found.shapes[street] for street in own["name"].unique() if street in found.shapes}
    source = "file" if shapes else "sketch"
    shapes = shapes or sketch(own)
    missing = tuple(street for street in own["name"].unique() if street not in shapes)
    return Boundaries(shapes, source, found.unmatched, missing, found.repaired)


def _from_file(path: Path, streets: pd.Series, coordinates: System) -> Boundaries:
    features = boundary_file.read(path, coordinates)
    key, names = boundary_file.name_key(features, streets), boundary_file.Names(streets)
    named = [(boundary_file.name(feature, key) or f"#{number}", feature) for number, feature in enumerate(features, 1)]
    shapes = boundary_file.by_street(features, streets)
    unmatched = tuple(dict.fromkeys(name for name, _ in named if not names.find(name)))
    return Boundaries(shapes, "file", unmatched, (), tuple(name for name, feature in named if feature.repaired))


def plane(lat: float) -> tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray]]:
    """Two functions over (n, 2) arrays: degrees → metres around a latitude, and back."""
    scale = np.array([METRES_PER_DEGREE * np.cos(np.radians(lat)), METRES_PER_DEGREE])
    return (lambda degrees: degrees * scale), (lambda metres: metres / scale)


def sketch(streets: pd.DataFrame) -> dict[str, BaseGeometry]:
    """Street → the Voronoi cell of its centre, clipped to the surroundings of all centres.

    One row of ``streets`` a street: name, lon, lat. Streets without a centre have no shape. Streets that share one
    centre are moved a little apart, so that each has a place to click on.
    """
    known = streets.dropna(subset=["lon", "lat"]).drop_duplicates("name")
    if known.empty:
        return {}
    to_metres, to_degrees = plane(known["lat"].mean())
    centres = _apart(to_metres(known[["lon", "lat"]].to_numpy(float)))
    ground = shapely.MultiPoint(centres).convex_hull.buffer(_reach(centres))
    cells = shapely.voronoi_polygons(shapely.MultiPoint(centres), extend_to=ground, ordered=True)
    clipped = shapely.transform(shapely.intersection(shapely.get_parts(cells), ground), to_degrees)
    return dict(zip(known["name"], clipped, strict=True))


def _apart(centres: np.ndarray) -> np.ndarray:
    """The same centres, with repeated ones set on a small circle around the place they share."""
    repeats = pd.DataFrame(centres).groupby([0, 1]).cumcount().to_numpy()
    turn = 2.4 * repeats  # the golden angle: no two of any number of repeats point the same way
    step = np.where(repeats[:, None] > 0, np.column_stack([np.cos(turn), np.sin(turn)]), 0)
    return centres + step * _reach(np.unique(centres, axis=0)) / 4


def _reach(centres: np.ndarray) -> float:
    if len(centres) == 1:
        return LONELY_REACH
    gaps = np.hypot(*(centres[:, None] - centres[None]).T)
    np.fill_diagonal(gaps, np.inf)
    return REACH * float(np.median(gaps.min(axis=0)))


def features(boundaries: Boundaries) -> dict:
    """The streets as a GeoJSON FeatureCollection for the browser: property ``street``; borders of files simplified."""
    shapes = np.array(list(boundaries.shapes.values()), object)
    if boundaries.source == "file":
        shapes = _simplified(shapes)
    rounded = shapely.transform(shapes, lambda degrees: degrees.round(DECIMALS))
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"street": street}, "geometry": shapely.geometry.mapping(shape)}
            for street, shape in zip(boundaries.shapes, rounded, strict=True)
        ],
    }


def _simplified(shapes: np.ndarray) -> np.ndarray:
    """Fewer points; neighbours keep their common border, so no gap opens between them."""
    to_metres, to_degrees = plane(shapely.total_bounds(shapes)[[1, 3]].mean())
    return shapely.transform(shapely.coverage_simplify(shapely.transform(shapes, to_metres), TOLERANCE), to_degrees)


def label_point(shape: BaseGeometry) -> tuple[float, float]:
    """Longitude and latitude of the pole of inaccessibility: the point farthest inside, so a label fits there."""
    to_metres, to_degrees = plane(shape.centroid.y)
    radius = shapely.maximum_inscribed_circle(shapely.transform(shape, to_metres), tolerance=TOLERANCE)
    lon, lat = to_degrees(shapely.get_coordinates(radius)[0])
    return float(lon), float(lat)


def view(bounds: tuple[float, float, float, float], width: int, height: int, margin: float = 0.04) -> dict[str, float]:
    """longitude, latitude and zoom (deck.gl: 512 pixels of world at zoom 0) that show the bounds in width × height."""
    left, bottom, right, top = bounds
    across, up = (right - left) / 360, (_mercator(top) - _mercator(bottom)) / (2 * math.pi)
    scales = [size * (1 - 2 * margin) / 512 / span for size, span in ((width, across), (height, up)) if span > 0]
    zoom = min([math.log2(scale) for scale in scales] + [CLOSEST])
    return {"longitude": float(left + right) / 2, "latitude": float(bottom + top) / 2, "zoom": zoom}


def _mercator(lat: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))


def bearing(lon: float, lat: float, to_lon: float, to_lat: float) -> str:
    """The direction of the second point seen from the first: N, NE, E, SE, S, SW, W or NW."""
    east, north = (to_lon - lon) * math.cos(math.radians((lat + to_lat) / 2)), to_lat - lat
    return DIRECTIONS[round(math.degrees(math.atan2(east, north)) / 45) % 8]


def where(lon: float, lat: float, areas: pd.DataFrame, level: str = "community") -> Place | None:
    """The nearest area of a level whose centre is known, and how the point lies from it; None when there is none."""
    known = areas[areas["level"] == level].dropna(subset=["lon", "lat"])
    if known.empty:
        return None
    to_metres, _ = plane(lat)
    away = np.hypot(*to_metres(known[["lon", "lat"]].to_numpy(float) - (lon, lat)).T)
    area = known.iloc[int(away.argmin())]
    return Place(area["name"], float(away.min()), bearing(area["lon"], area["lat"], lon, lat))
