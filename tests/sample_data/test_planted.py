"""What is planted in 示范区 is found again by the statistics of the pages, and little else is."""

from datetime import date, datetime

import pandas as pd
import pytest
from sqlalchemy import func, select

from cockpit.analysis import hotspots, shrinkage
from cockpit.geography import sketch
from queries.dialects import month_of
from queries.filters import Filters
from queries.mediators import people
from queries.tables import areas, cases
from sample_data import planted
from sample_data.places import DEMONSTRATION
from tests.signals import signals as limits_of

HERE = cases.c.district == DEMONSTRATION.name
DATA_DATE = datetime(2023, 12, 1)
FOUND, OTHERS = 0.80, 0.05


@pytest.fixture(scope="module")
def streets(fetch) -> pd.DataFrame:
    of_district = areas.c.parent_id == DEMONSTRATION.code
    return fetch(select(areas.c.name, areas.c.lon, areas.c.lat, areas.c.population).where(of_district))


@pytest.fixture(scope="module")
def grid(streets) -> hotspots.Grid:
    return hotspots.grid(sketch(streets))


@pytest.fixture(scope="module")
def counts(fetch):
    """Cases by cell, opened from the first day to before the second."""

    def by_cell(first: date, after: date) -> pd.Series:
        period = cases.c.opened_at >= first, cases.c.opened_at < after
        found = select(cases.c.cell, func.count().label("n")).where(HERE, cases.c.cell.is_not(None), *period)
        return fetch(found.group_by(cases.c.cell)).set_index("cell")["n"]

    return by_cell


@pytest.fixture(scope="module")
def residents(streets) -> pd.Series:
    return streets.set_index("name")["population"]


def cells_of(kind: str) -> set[str]:
    return {cell for cluster in planted.CLUSTERS if cluster.kind == kind for cell in cluster.cells}


def assert_found(cells: pd.DataFrame, kind: str) -> None:
    mine, hot = cells_of(kind), set(cells.loc[cells["hot"], "cell"])
    assert len(hot & mine) >= FOUND * len(mine)
    assert len(hot - mine) <= OTHERS * (len(cells) - len(mine))


def test_each_cluster_lies_in_its_street(grid):
    street = grid.cells.set_index("cell")["street"]
    for cluster in planted.CLUSTERS:
        assert 5 <= len(cluster.cells) <= 8
        assert set(street[cluster.cells]) == {cluster.street}
    assert len({cluster.street for cluster in planted.CLUSTERS}) == 4


def test_sudden_clusters_are_found_in_the_newest_month(grid, counts, residents):
    now, before = counts(date(2023, 11, 1), date(2023, 12, 1)), counts(date(2022, 11, 1), date(2023, 11, 1))
    assert_found(hotspots.sudden(grid, now, before, residents), "sudden")


@pytest.mark.parametrize("year", [2020, 2021, 2022])
def test_standing_clusters_are_found_in_each_year(grid, counts, residents, year):
    assert_found(hotspots.standing(grid, counts(date(year, 1, 1), date(year + 1, 1, 1)), residents), "standing")


def test_standing_clusters_are_found_in_the_newest_twelve_months(grid, counts, residents):
    assert_found(hotspots.standing(grid, counts(date(2022, 12, 1), date(2023, 12, 1)), residents), "standing")


@pytest.mark.parametrize("month", range(1, 11))
def test_standing_clusters_are_found_in_single_months(grid, counts, residents, month):
    assert_found(hotspots.standing(grid, counts(date(2023, month, 1), date(2023, month + 1, 1)), residents), "standing")


def test_neither_question_finds_what_belongs_to_the_other(grid, counts, residents):
    year, month = counts(date(2022, 12, 1), date(2023, 12, 1)), counts(date(2023, 11, 1), date(2023, 12, 1))
    standing = hotspots.standing(grid, year, residents)
    sudden = hotspots.sudden(grid, month, counts(date(2022, 11, 1), date(2023, 11, 1)), residents)
    assert not cells_of("sudden") & set(standing.loc[standing["hot"], "cell"])
    assert not cells_of("standing") & set(sudden.loc[sudden["hot"], "cell"])


@pytest.fixture(scope="module")
def signals(fetch) -> pd.DataFrame:
    """Signals of the streets from 2021-01 on: a year of history comes before."""
    month = month_of(cases.c.opened_at).label("period")
    by_month = select(month, cases.c.street.label("group"), func.count().label("count"))
    frame = fetch(by_month.where(HERE, cases.c.street.is_not(None)).group_by(month, cases.c.street))
    judged = limits_of(frame)
    return judged[judged["period"] >= "2021-01-01"]


def test_the_jump_is_found_in_its_month(signals):
    jump = signals[(signals["group"] == planted.JUMP_STREET) & (signals["period"] == f"{planted.MONTH}-01")]
    assert jump["signal"].item() == 1
    assert jump["observed"].item() / jump["expected"].item() == pytest.approx(planted.JUMP, abs=0.25)


def test_at_most_one_other_signal_in_ten_street_years(signals):
    is_jump = (signals["group"] == planted.JUMP_STREET) & (signals["period"] == f"{planted.MONTH}-01")
    street_years = len(signals) / 12
    assert street_years > 29
    assert (signals.loc[~is_jump, "signal"] != 0).sum() <= street_years / 10


@pytest.fixture(scope="module")
def leaderboard(fetch) -> pd.DataFrame:
    frame = fetch(people(Filters(date(2020, 1, 1), date(2023, 11, 30), DATA_DATE, DEMONSTRATION.name)))
    frame = frame[frame["mediator_id"].notna()]
    return shrinkage.leaderboard(frame)


def test_mediators_are_as_many_and_as_busy_as_planted(leaderboard):
    busy = leaderboard[leaderboard["concluded"] > 150]
    assert len(busy) == planted.MEDIATORS
    assert busy["concluded"].mean() == pytest.approx(planted.CONCLUDED, rel=0.05)
    weak = busy["mediator_id"].isin(planted.WEAK_MEDIATORS)
    assert busy.loc[~weak, "mediated"].sum() / busy.loc[~weak, "concluded"].sum() == pytest.approx(0.98, abs=0.002)
    assert busy.loc[weak, "mediated"].sum() / busy.loc[weak, "concluded"].sum() == pytest.approx(0.90, abs=0.02)


def test_weak_mediators_are_below_and_hardly_anybody_else_is_marked(leaderboard):
    marked = leaderboard[leaderboard["block"] != "same"]
    below = set(marked.loc[marked["block"] == "below", "mediator_id"])
    assert len(below & set(planted.WEAK_MEDIATORS)) >= 5
    assert (~marked["mediator_id"].isin(planted.WEAK_MEDIATORS)).sum() <= 1
