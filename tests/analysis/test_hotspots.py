import time

import h3
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point, box

from cockpit.analysis.hotspots import clusters, gi_star, grid, neighbours, outline, standing, sudden
from cockpit.geography import sketch

LEVEL = 2.0
"""Records a cell and month in the planted district."""


@pytest.fixture(scope="module")
def district():
    rng = np.random.default_rng(21)
    centres = [(f"s{i}", 113 + 0.06 * (i % 4), 27.5 + 0.055 * (i // 4)) for i in range(10)]
    streets = pd.DataFrame(centres, columns=["name", "lon", "lat"])
    streets[["lon", "lat"]] += rng.normal(0, 0.01, (10, 2))
    return grid(sketch(streets))


@pytest.fixture(scope="module")
def population(district):
    return district.cells["street"].value_counts() * 1_000


def disc(lon, lat):
    return h3.grid_disk(h3.latlng_to_cell(lat, lon, 8), 1)


def place(district, street):
    inner = district.cells[district.cells["street"] == street]
    return inner["lon"].mean(), inner["lat"].mean()


def series(district, values):
    return pd.Series(values, district.cells["cell"])


def test_the_grid_holds_exactly_the_cells_whose_centre_lies_inside():
    shape = box(113, 27.5, 113.05, 27.54)
    cells = grid({"a": shape}).cells
    reached = {c for p in shape.buffer(0.01).exterior.coords for c in h3.grid_disk(h3.latlng_to_cell(*p[::-1], 8), 9)}
    inside = {cell for cell in reached | set(cells["cell"]) if shape.contains(Point(*h3.cell_to_latlng(cell)[::-1]))}
    assert set(cells["cell"]) == inside
    assert all(shape.contains(Point(*centre)) for centre in cells[["lon", "lat"]].to_numpy())


def test_where_streets_overlap_a_cell_counts_once():
    shape = box(113, 27.5, 113.05, 27.54)
    cells = grid({"a": shape, "b": shape.buffer(0.02)}).cells
    assert cells["cell"].is_unique
    assert cells["street"].value_counts()["a"] == len(grid({"a": shape}).cells)


@pytest.mark.parametrize("seed", range(3))
def test_gi_star_is_esdas(district, seed):
    from esda import G_Local
    from libpysal.weights import W

    values = np.random.default_rng(seed).normal(0, 3, len(district.cells))
    positive = values - values.min()  # esda divides by the sum: where that is negative, all its signs are turned
    near = {i: row.indices[row.indices != i].tolist() for i, row in enumerate(district.neighbours)}
    reference = G_Local(positive, W(near, silence_warnings=True), transform="B", star=True, permutations=0)
    z, p = gi_star(values, district.neighbours)
    assert np.allclose(z, reference.Zs)
    assert np.allclose(p, 2 * reference.p_norm)  # theirs is one-sided


def test_neighbours_are_symmetric_and_include_the_cell_itself(district):
    dense = district.neighbours.toarray()
    assert (dense == dense.T).all()
    assert (dense.diagonal() == 1).all()
    assert dense.sum(axis=1).max() == 7


def planted(district, seed, standing_excess=4.0, sudden_excess=8.0):
    """Counts of this month and of twelve before: two clusters all along, two in this month alone."""
    rng = np.random.default_rng(seed)
    level = LEVEL * rng.lognormal(0, 0.4, len(district.cells))
    cells = district.cells["cell"]
    old = cells.isin([*disc(*place(district, "s1")), *disc(*place(district, "s6"))]).to_numpy()
    new = cells.isin([*disc(*place(district, "s4")), *disc(*place(district, "s9"))]).to_numpy()
    level = level + old * standing_excess
    history = rng.poisson(12 * level)
    return old, new, series(district, rng.poisson(level + new * sudden_excess)), series(district, history)


@pytest.mark.parametrize("seed", range(8))
def test_the_sudden_are_found_by_their_question(district, seed):
    _, new, observed, history = planted(district, seed)
    hot = sudden(district, observed, history)["hot"].to_numpy()
    assert hot[new].mean() >= 0.8
    assert hot[~new].mean() <= 0.05


@pytest.mark.parametrize("seed", range(8))
def test_the_standing_are_found_by_their_question(district, population, seed):
    old, _, _, history = planted(district, seed)
    hot = standing(district, history, population)["hot"].to_numpy()
    assert hot[old].mean() >= 0.8
    assert hot[~old].mean() <= 0.05


def test_chance_makes_few_hot_cells(district):
    rng = np.random.default_rng(31)
    level = LEVEL * rng.lognormal(0, 0.5, len(district.cells))
    share = [
        sudden(district, series(district, rng.poisson(level)), series(district, rng.poisson(12 * level)))["hot"].mean()
        for _ in range(100)
    ]
    assert np.mean(share) < 0.002


def test_expectations_add_up_to_what_was_observed(district, population):
    _, _, observed, history = planted(district, 1)
    for frame in (sudden(district, observed, history), standing(district, observed, population)):
        assert frame["expected"].sum() == pytest.approx(frame["observed"].sum())
    by_history = sudden(district, observed, history)
    assert (by_history["expected"] / by_history["expected"].sum()).to_numpy() == pytest.approx(
        (history / history.sum()).to_numpy()
    )


def test_a_street_with_more_people_expects_more(district, population):
    _, _, observed, _ = planted(district, 2)
    doubled = population.where(population.index != "s0", population * 2)
    expected = standing(district, observed, doubled).groupby("street")["expected"].mean()
    assert expected["s0"] == pytest.approx(2 * expected["s5"])
    assert expected["s1"] == pytest.approx(expected["s5"])


def test_what_it_falls_back_to_is_said(district, population):
    _, _, observed, history = planted(district, 3)
    assert set(sudden(district, observed, history)["basis"]) == {"history"}
    none = history.iloc[:0]
    assert set(sudden(district, observed, none, population)["basis"]) == {"population"}
    assert set(sudden(district, observed, none)["basis"]) == {"street"}
    partly = standing(district, observed, population.drop("s3"))
    assert set(partly.loc[partly["street"] == "s3", "basis"]) == {"street"}
    assert set(partly.loc[partly["street"] != "s3", "basis"]) == {"population"}
    assert partly["expected"].sum() == pytest.approx(partly["observed"].sum())
    unknown = standing(district, observed, population.where(population.index != "s3"))
    pd.testing.assert_frame_equal(partly, unknown)


def test_records_outside_the_grid_do_not_count(district):
    _, _, observed, history = planted(district, 4)
    with_stray = pd.concat([observed, pd.Series([500], [h3.latlng_to_cell(0, 0, 8)])])
    pd.testing.assert_frame_equal(sudden(district, with_stray, history), sudden(district, observed, history))


def test_too_few_records_are_not_judged(district):
    few = pd.Series([3, 2], district.cells["cell"].iloc[[10, 11]].tolist())
    frame = sudden(district, few, few)
    assert frame["z"].isna().all()
    assert not frame["hot"].any()


def test_all_equal_is_not_judged(district):
    flat = series(district, np.full(len(district.cells), 5))
    assert not sudden(district, flat, flat)["hot"].any()


def test_cold_cells_are_not_hot(district):
    level = np.full(len(district.cells), 20)
    hole = district.cells["cell"].isin(disc(*place(district, "s5"))).to_numpy()
    frame = sudden(district, series(district, np.where(hole, 0, level)), series(district, level))
    assert (frame.loc[hole, "p"] < 0.01).any()
    assert not frame["hot"].any()


def test_clusters_are_connected_and_numbered_by_records(district):
    _, _, observed, history = planted(district, 5, sudden_excess=12)
    frame = sudden(district, observed, history)
    found = clusters(frame)
    assert found["number"].tolist() == list(range(1, len(found) + 1))
    assert found["observed"].is_monotonic_decreasing
    assert found["observed"].sum() == frame.loc[frame["hot"], "observed"].sum()
    assert sorted(cell for cells in found["cells"] for cell in cells) == sorted(frame.loc[frame["hot"], "cell"])
    big = found.iloc[0]
    assert outline(big["cells"]).geom_type == "Polygon"
    assert outline(big["cells"]).contains(Point(big["lon"], big["lat"]))
    assert big["ratio"] == pytest.approx(big["observed"] / big["expected"])
    assert {street for streets in found["streets"][:2] for street in streets} >= {"s4", "s9"}


def test_two_groups_that_do_not_touch_are_two_clusters(district):
    cells = district.cells["cell"]
    a, b = disc(*place(district, "s1")), disc(*place(district, "s9"))
    frame = district.cells.assign(observed=1, expected=0.0, hot=cells.isin([*a, *b]))
    found = clusters(frame)
    assert {frozenset(cells) for cells in found["cells"]} == {frozenset(a), frozenset(b)}
    assert found["ratio"].isna().all()
    assert outline([*a, *b]).geom_type == "MultiPolygon"


def test_no_hot_cell_is_no_cluster(district):
    frame = district.cells.assign(observed=0, expected=0.0, hot=False)
    found = clusters(frame)
    assert found.empty
    assert found["observed"].dtype == int
    assert outline([]).is_empty


def test_no_streets_no_cells():
    nothing = grid({})
    none = pd.Series(dtype=int)
    assert sudden(nothing, none, none).empty
    assert standing(nothing, none, none).empty
    assert clusters(sudden(nothing, none, none)).empty


def test_one_cell_alone():
    cell = h3.latlng_to_cell(22.6, 113.8, 8)
    lat, lon = h3.cell_to_latlng(cell)
    one = grid({"a": Point(lon, lat).buffer(1e-4)})
    assert one.cells["cell"].tolist() == [cell]
    assert neighbours([cell]).toarray().tolist() == [[1]]
    many = pd.Series([100], [cell])
    assert not sudden(one, many, many)["hot"].any()


@pytest.mark.alone
def test_a_question_takes_milliseconds(district, population):
    _, _, observed, history = planted(district, 6)
    standing(district, observed, population)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        clusters(sudden(district, observed, history))
        clusters(standing(district, observed, population))
        times.append(time.perf_counter() - start)
    assert min(times) < 0.1
