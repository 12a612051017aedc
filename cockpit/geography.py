"""The shapes of the streets: from a boundary file, or sketched from the streets' centres.

Coordinates are WGS-84 degrees, longitude first. Plane geometry (distance, Voronoi cells, simplification) is done in
metres on a local equirectangular plane, which is exact enough over the width of a district.
"""
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

METRES_PER_DEGREE = 111_320
LONELY_REACH = 3_000
"""Metres around the centre of a district's only street."""
REACH = 0.6
"""How far a sketch reaches beyond the outer centres, in distances between neighbouring centres."""


@dataclass(frozen=True)
class Boundaries:
    """The shape of each street of one district, and what could not be taken from the file.

    shapes: street → polygon or multipolygon. source: ``file``, or ``sketch`` (示意边界). unmatched: names in the file that
    match no street. missing: streets without a shape. repaired: names whose polygon was invalid and was repaired.
    """
    shapes: Mapping[str, BaseGeometry]
    source: str
    unmatched: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()


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
    return dict(zip(known["name"], clipped))


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
