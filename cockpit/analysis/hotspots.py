"""Where records cluster: Getis-Ord Gi* over H3 cells.

Two questions that are never mixed. ``sudden`` (近期突增) asks where there is more than each cell's own share of the
twelve months before; ``standing`` (常年高发) where there is more than the population of the street, spread evenly over
its cells, lets expect. Both test observed − expected, zeros included, over each cell whose centre lies in the boundary.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import h3
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.stats import norm
from shapely.geometry.base import BaseGeometry

from cockpit.analysis.multiple import benjamini_hochberg

RESOLUTION = 8
ENOUGH = 2.0
"""Records a neighbourhood of seven cells must hold on average: below, single records would count as clusters."""
MEASURED = ("expected", "ratio", "lon", "lat")
CLUSTER = ["cells", "observed", *MEASURED, "streets"]


@dataclass(frozen=True)
class Grid:
    """cells: one row a cell: cell, street, lon, lat of its centre. neighbours: 1 where two touch or are the same."""

    cells: pd.DataFrame
    neighbours: csr_array


def grid(shapes: Mapping[str, BaseGeometry], resolution: int = RESOLUTION) -> Grid:
    """All cells whose centre lies in a street. Where shapes overlap, the first street keeps the cell."""
    rows = [(cell, street) for street, shape in shapes.items() for cell in sorted(h3.geo_to_cells(shape, resolution))]
    cells = pd.DataFrame(rows, columns=["cell", "street"]).drop_duplicates("cell", ignore_index=True)
    centres = np.array([h3.cell_to_latlng(cell) for cell in cells["cell"]]).reshape(-1, 2)
    return Grid(cells.assign(lon=centres[:, 1], lat=centres[:, 0]), neighbours(cells["cell"]))


def neighbours(cells: Iterable[str]) -> csr_array:
    """Square matrix over the cells: 1 where two are the same or touch."""
    place = {cell: position for position, cell in enumerate(cells)}
    pairs = [(i, place[near]) for cell, i in place.items() for near in h3.grid_disk(cell, 1) if near in place]
    rows, columns = np.array(pairs, int).reshape(-1, 2).T
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(place), len(place)))


def gi_star(values: np.ndarray, neighbours: csr_array) -> tuple[np.ndarray, np.ndarray]:
    """z and two-sided normal p for each cell; NaN where nothing varies.

    J. K. Ord and A. Getis, Geographical Analysis 27 (1995) 286-306, formula for G*: binary weights, self included.
    """
    n, weight = len(values), neighbours.sum(axis=1)
    spread = np.std(values) * np.sqrt(weight * (n - weight) / max(n - 1, 1)) if n else np.zeros(0)
    excess = neighbours @ values - weight * (np.mean(values) if n else 0)
    z = np.divide(excess, spread, out=np.full(n, np.nan), where=spread > 1e-12)
    return z, 2 * norm.sf(np.abs(z))


def sudden(grid: Grid, observed: pd.Series, history: pd.Series, population: pd.Series | None = None) -> pd.DataFrame:
    """Cells with more than their share of the twelve months before; see ``_judge`` for the columns.

    ``observed`` and ``history`` are counts indexed by cell. A cell without history expects nothing: it is the
    difference that is tested, never a ratio, so no smoothing is needed. Without any history in the grid this falls back
    to ``standing``; the column ``basis`` says so.
    """
    before = _on(grid, history)
    if not before.sum():
        return standing(grid, observed, population)
    counts = _on(grid, observed)
    return _judge(grid, counts, before / before.sum() * counts.sum(), "history")


def standing(grid: Grid, observed: pd.Series, population: pd.Series | None = None) -> pd.DataFrame:
    """Cells with more than the street's population, spread evenly over its cells, lets expect.

    ``population`` is indexed by street. A street of unknown population is compared with its own mean (``basis`` is
    ``street`` there), the others with theirs, scaled to the total of the streets whose population is known.
    """
    counts, street = _on(grid, observed), grid.cells["street"]
    size = street.map(street.value_counts())
    people = street.map(population if population is not None else {}).astype(float).to_numpy() / size.to_numpy(float)
    known = people > 0
    rate = counts[known].sum() / people[known].sum() if known.any() else 0
    own_mean = pd.Series(counts).groupby(street).transform("mean").to_numpy()
    return _judge(grid, counts, np.where(known, people * rate, own_mean), np.where(known, "population", "street"))


def _on(grid: Grid, counts: pd.Series) -> np.ndarray:
    return counts.reindex(grid.cells["cell"]).fillna(0).to_numpy(float)


def _judge(grid: Grid, observed: np.ndarray, expected: np.ndarray, basis: str | np.ndarray) -> pd.DataFrame:
    """One row a cell: cell, street, lon, lat, observed, expected, basis, z, p (two-sided), hot.

    basis: what the expectation comes from: history, population, or street (its own mean). hot: more than expected,
    under Benjamini-Hochberg 5% over all cells. z and p are NaN where there are too few records to judge.
    """
    z, p = gi_star(observed - expected, grid.neighbours)
    if observed.sum() * grid.neighbours.sum() < ENOUGH * len(observed) ** 2:
        z, p = np.full_like(z, np.nan), np.full_like(p, np.nan)
    hot = benjamini_hochberg(p) & (z > 0)
    return grid.cells.assign(observed=observed.astype(int), expected=expected, basis=basis, z=z, p=p, hot=hot)


def clusters(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a group of touching hot cells, most records first.

    number from 1, cells (tuple), observed, expected, ratio (NaN when nothing was expected), lon and lat of its centre
    (weighted by records), streets (tuple, most records first).
    """
    hot = frame[frame["hot"]].reset_index(drop=True)
    _, group = connected_components(neighbours(hot["cell"]), directed=False)
    rows = [_cluster(cells) for _, cells in hot.groupby(group)]
    found = pd.DataFrame(rows, columns=CLUSTER).astype({"observed": int} | dict.fromkeys(MEASURED, float))
    found = found.sort_values(["observed", "lon"], ascending=[False, True], ignore_index=True)
    found.insert(0, "number", np.arange(1, len(found) + 1))
    return found


def _cluster(cells: pd.DataFrame) -> dict:
    observed, expected = cells["observed"].sum(), cells["expected"].sum()
    weights = cells["observed"] if observed else None
    by_street = cells.groupby("street", sort=False)["observed"].sum().sort_values(ascending=False, kind="stable")
    return {
        "cells": tuple(cells["cell"]),
        "observed": observed,
        "expected": expected,
        "ratio": observed / expected if expected else np.nan,
        "lon": np.average(cells["lon"], weights=weights),
        "lat": np.average(cells["lat"], weights=weights),
        "streets": tuple(by_street.index),
    }


def outline(cells: Iterable[str]) -> BaseGeometry:
    """The union of the cells, in degrees: a polygon, or a multipolygon when they do not all touch."""
    return shapely.geometry.shape(h3.cells_to_geo(cells))
