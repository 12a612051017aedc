"""The ground of a district: its streets as shapes, grid and labels, made once per data version and boundary file."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from cockpit import database, geography, versions
from cockpit.analysis import hotspots
from cockpit.boundary_file import BoundaryError
from cockpit.coordinates import System
from cockpit.geography import Boundaries, Place
from cockpit.settings import settings
from queries import catalogue
from queries.hotspots import centres
from queries.tables import FACTS

CELL_KM2 = 0.737
"""Area of an H3 cell of resolution 8 on average (h3geo.org, table of cell statistics)."""
MOST_CELLS = 40_000
"""A street centre on another continent would spread the sketch over millions of cells."""
BESIDE = 0.008
"""Degrees that a street's name keeps away from an outline."""
NO_GRID = hotspots.Grid(
    pd.DataFrame({"cell": pd.Series(dtype=str), "street": pd.Series(dtype=str), "lon": [], "lat": []}),
    hotspots.csr_array((0, 0)),
)


@dataclass(frozen=True)
class Ground:
    """What a map of one district stands on.

    areas: level, name, parent, population, lon, lat of its streets and communities. features: the streets as GeoJSON.
    labels: where a street's name stands. population: residents by street, residents: of the district, NaN where
    unknown. problem: why the boundary file was not taken.
    """

    district: str
    boundaries: Boundaries
    grid: hotspots.Grid
    features: dict
    labels: Mapping[str, tuple[float, float]]
    areas: pd.DataFrame
    population: pd.Series
    residents: float
    problem: BoundaryError | None

    def bounds(self, streets: Iterable[str] = ()) -> tuple[float, float, float, float] | None:
        """West, south, east, north of the streets that have a shape (of all without a choice); None where none has."""
        shapes = self.boundaries.shapes
        chosen = [shapes[street] for street in streets if street in shapes] or list(shapes.values())
        return tuple(shapely.total_bounds(chosen)) if chosen else None

    def labels_beside(self, taken: BaseGeometry) -> dict[str, tuple[float, float]]:
        """Where names stand so that they do not cover what is drawn on ``taken`` (degrees), as far as there is room."""
        kept_clear, moved = taken.buffer(BESIDE), dict(self.labels)
        for street, (lon, lat) in self.labels.items():
            if shapely.contains_xy(kept_clear, lon, lat):
                room = self.boundaries.shapes[street].difference(kept_clear)
                if not room.is_empty:
                    moved[street] = geography.label_point(room)
        return moved

    def place_of(self, lon: float, lat: float, street: str) -> Place | None:
        """The nearest community, else where in its street the point lies; None where neither has a known place."""
        near = geography.where(lon, lat, self.areas, "community")
        if near or street not in self.labels:
            return near
        middle = self.labels[street]
        to_metres, _ = geography.plane(lat)
        (east, north), *_rest = to_metres(shapely.get_coordinates(shapely.Point(lon - middle[0], lat - middle[1])))
        return Place("", math.hypot(east, north), geography.bearing(*middle, lon, lat))


def ground(district: str) -> Ground:
    """The ground of the database and the boundary file that the settings name."""
    url, path = versions.facts_url(), settings().boundaries
    return _ground(url, database.data_version(url), district, path, _stamp(path), settings().boundary_coordinates)


def _stamp(path: Path | None) -> float:
    return path.stat().st_mtime if path and path.exists() else 0.0


@lru_cache(maxsize=16)
def _ground(
    url: str, _version: str, district: str, path: Path | None, _file: float, coordinates: System = "wgs84"
) -> Ground:
    areas = with_centres(database.fetch(catalogue.known_areas(), url), url, district)
    found, problem = _boundaries(areas, path, district, coordinates)
    own = areas["parent"].eq(district) & areas["level"].eq("street")
    inside = areas[own | (areas["level"].eq("community") & areas["parent"].isin(areas[own]["name"]))]
    return Ground(
        district,
        found,
        hotspots.grid(found.shapes) if found.shapes and _size(found) <= MOST_CELLS else NO_GRID,
        geography.features(found) if found.shapes else {"type": "FeatureCollection", "features": []},
        {street: geography.label_point(found.shapes[street]) for street in _largest_first(found)},
        inside.reset_index(drop=True),
        areas[own].drop_duplicates("name").set_index("name")["population"].astype(float),
        _residents(areas, inside, district),
        problem,
    )


def _boundaries(
    areas: pd.DataFrame, path: Path | None, district: str, coordinates: System
) -> tuple[Boundaries, BoundaryError | None]:
    try:
        return geography.boundaries(areas, path, district, coordinates), None
    except BoundaryError as problem:
        return replace(geography.boundaries(areas, None, district), source="sketch"), problem


def _size(found: Boundaries) -> float:
    """Cells that the shapes would take, about."""
    shapes = list(found.shapes.values())
    to_metres, _ = geography.plane(shapely.total_bounds(shapes)[[1, 3]].mean())
    return shapely.area(shapely.transform(shapes, to_metres)).sum() / 1e6 / CELL_KM2


def _largest_first(found: Boundaries) -> list[str]:
    """So that of two names without room for both the larger street's stays."""
    return sorted(found.shapes, key=lambda street: -found.shapes[street].area)


def _residents(areas: pd.DataFrame, inside: pd.DataFrame, district: str) -> float:
    """Of the district, else of its streets together; NaN when one of them is unknown."""
    named = areas[(areas["level"] == "district") & (areas["name"] == district)]["population"]
    streets = inside[inside["level"] == "street"]["population"]
    total = named.sum(min_count=1) if len(named) else math.nan
    return float(streets.sum(skipna=False, min_count=1) if pd.isna(total) else total)


def with_centres(areas: pd.DataFrame, url: str, district: str) -> pd.DataFrame:
    """The areas, with street centres from the records' own coordinates where the areas do not say.

    A district whose streets are on no list gets those that its records name.
    """
    own = areas["level"].eq("street") & areas["parent"].eq(district)
    if own.any() and areas.loc[own, ["lon", "lat"]].notna().all(axis=None):
        return areas
    found = pd.concat([database.fetch(centres(table), url) for table in FACTS.values()])
    found = found.sort_values("n", ascending=False).drop_duplicates(["district", "name"])
    found = found[found["district"] == district]
    if not own.any():
        added = found.sort_values("name").rename(columns={"district": "parent"}).assign(level="street")
        return pd.concat([areas, added[["level", "name", "parent", "lon", "lat"]]], ignore_index=True)
    known, filled = found.set_index("name"), areas.copy()
    for column in ("lon", "lat"):
        filled.loc[own, column] = areas.loc[own, column].fillna(areas.loc[own, "name"].map(known[column]))
    return filled
