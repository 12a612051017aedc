"""Where records of a street lie: a pool of addresses, the same number in each H3 cell of the street."""

from dataclasses import dataclass

import h3
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from cockpit.geography import sketch
from sample_data.places import District, Street, communities

RESOLUTION = 8
ADDRESSES = 24
"""Addresses in each cell; records share them, as neighbours and workmates do."""
GOLDEN = (5**0.5 - 1) / 2
INWARD = 0.98
"""How far towards its corner a point may lie, so that rounding never moves it into the next cell."""


@dataclass(frozen=True)
class Pool:
    """The addresses of one street, cell by cell: ``lon[i * ADDRESSES:(i + 1) * ADDRESSES]`` lie in ``cells[i]``.

    weights: share of each cell in the records of the street.
    """

    cells: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    community: np.ndarray
    weights: np.ndarray


def shapes(district: District) -> dict[str, BaseGeometry]:
    """Street → the sketched boundary that the map draws."""
    return sketch(pd.DataFrame([(s.name, s.lon, s.lat) for s in district.streets], columns=["name", "lon", "lat"]))


def pools(rng: np.random.Generator, district: District, unevenness: float) -> list[Pool]:
    """One pool a street, in the district's order; ``unevenness`` is the log spread of the cells' weights."""
    boundaries = shapes(district)
    return [_pool(rng, street, boundaries[street.name], unevenness) for street in district.streets]


def _pool(rng: np.random.Generator, street: Street, shape: BaseGeometry, unevenness: float) -> Pool:
    cells = np.array(sorted(h3.geo_to_cells(shape, RESOLUTION)) or [_middle(shape)], object)
    lon, lat = _addresses(rng, cells, shape)
    weights = np.exp(rng.normal(0, unevenness, len(cells)))
    return Pool(cells, lon, lat, _nearest(street, lon, lat), weights / weights.sum())


def _middle(shape: BaseGeometry) -> str:
    point = shape.representative_point()
    return h3.latlng_to_cell(point.y, point.x, RESOLUTION)


def _addresses(rng: np.random.Generator, cells: np.ndarray, shape: BaseGeometry) -> tuple[np.ndarray, np.ndarray]:
    """Uniform in each hexagon, drawn again where it fell outside the street."""
    centre = np.array([h3.cell_to_latlng(cell)[::-1] for cell in cells])
    corners = np.array([[corner[::-1] for corner in h3.cell_to_boundary(cell)[:6]] for cell in cells])
    owner = np.repeat(np.arange(len(cells)), ADDRESSES)
    points, outside = np.repeat(centre, ADDRESSES, axis=0), np.ones(len(owner), bool)
    shapely.prepare(shape)
    for _ in range(40):
        places = _within(rng, centre[owner[outside]], corners[owner[outside]]).round(6)
        points[outside] = places
        outside[outside] = ~shapely.contains_xy(shape, places)
        if not outside.any():
            break
    points[outside] = centre[owner[outside]]
    return points[:, 0], points[:, 1]


def _within(rng: np.random.Generator, centre: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """One point in each hexagon: a random triangle of its six, a random place in the triangle."""
    rows, side = np.arange(len(centre)), rng.integers(0, 6, len(centre))
    u, v = INWARD * np.sqrt(rng.random(len(centre)))[:, None], rng.random(len(centre))[:, None]
    edge = corners[rows, side] * v + corners[rows, (side + 1) % 6] * (1 - v)
    return centre + u * (edge - centre)


def _nearest(street: Street, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    parts = communities(street)
    far = [np.hypot((lon - part.lon) * np.cos(np.radians(street.lat)), lat - part.lat) for part in parts]
    return np.array([part.name for part in parts], object)[np.argmin(far, axis=0)]


def draw(rng: np.random.Generator, pools: list[Pool], street: np.ndarray) -> dict[str, np.ndarray]:
    """lon, lat, cell and community of records, given the position of each one's street."""
    place = _nowhere(len(street))
    for position, pool in enumerate(pools):
        rows = np.flatnonzero(street == position)
        cell = rng.choice(len(pool.cells), len(rows), p=pool.weights)
        _fill(place, rows, pool, cell, rng.integers(0, ADDRESSES, len(rows)))
    return place


def draw_evenly(
    rng: np.random.Generator, pools: list[Pool], shares: np.ndarray, n: int
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Street and place of ``n`` records in the order of time: every street and cell gets its share in any period.

    A golden-ratio sequence over the cells, so that chance alone draws no cluster and no jump.
    """
    weights = np.concatenate([share * pool.weights for share, pool in zip(shares, pools, strict=True)])
    first = np.concatenate([[0], np.cumsum([len(pool.cells) for pool in pools])])
    turn = (rng.random() + np.arange(n) * GOLDEN) % 1
    cell = np.searchsorted(np.cumsum(weights)[:-1], turn)
    street = np.searchsorted(first, cell, side="right") - 1
    place, door = _nowhere(n), rng.integers(0, ADDRESSES, n)
    for position, pool in enumerate(pools):
        rows = np.flatnonzero(street == position)
        _fill(place, rows, pool, cell[rows] - first[position], door[rows])
    return street, place


def draw_in(rng: np.random.Generator, pool: Pool, cells: np.ndarray) -> dict[str, np.ndarray]:
    """The same for records whose cells are given, all in one street."""
    place = _nowhere(len(cells))
    position = pd.Index(pool.cells).get_indexer(cells)
    _fill(place, np.arange(len(cells)), pool, position, rng.integers(0, ADDRESSES, len(cells)))
    return place


def _nowhere(n: int) -> dict[str, np.ndarray]:
    kinds = {"lon": float, "lat": float, "cell": object, "community": object}
    return {name: np.empty(n, kind) for name, kind in kinds.items()}


def _fill(place: dict[str, np.ndarray], rows: np.ndarray, pool: Pool, cell: np.ndarray, door: np.ndarray) -> None:
    address = cell * ADDRESSES + door
    place["lon"][rows], place["lat"][rows] = pool.lon[address], pool.lat[address]
    place["cell"][rows], place["community"][rows] = pool.cells[cell], pool.community[address]
