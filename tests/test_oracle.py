"""The measures of all the data as SQL answers them, against plain Python over the rows."""

from collections import defaultdict, namedtuple
from datetime import date, datetime

import pytest
from sqlalchemy import func, select

from cockpit import database
from queries.aggregate import summary
from queries.filters import Filters
from queries.measures import MEASURES
from queries.tables import FACTS, areas, case_steps, cases, follow_ups
from tests import oracle
from tests.asking import plain

PLACE = ("district", "street")


class World:
    """All rows of a database as plain tuples, by table, district and street."""

    def __init__(self, url: str, known: datetime) -> None:
        self.url, self.known = url, known
        self.rows = {name: self._rows(name) for name in FACTS}
        first = select(case_steps.c.case_id, func.min(case_steps.c.entered_at)).where(case_steps.c.position == 1)
        self.first_steps = dict(self._fetch(first.group_by(case_steps.c.case_id)))
        every = [row for rows in self.rows["complaints"].values() for row in rows]
        self.petitions = {row.complaint_id: row for row in every}
        settled = select(cases.c.case_id).where(cases.c.outcome == "mediated")
        self.mediated = frozenset(case for (case,) in self._fetch(settled))
        visited = select(follow_ups.c.record).where(follow_ups.c.target == "cases")
        self.visited = frozenset(case for (case,) in self._fetch(visited))
        parents = dict(self._fetch(select(areas.c.area_id, areas.c.name)))
        residents = self._fetch(select(areas.c.parent_id, areas.c.name, areas.c.population))
        self.residents = {(parents.get(parent), name): number for parent, name, number in residents}

    def _fetch(self, statement) -> list[tuple]:
        with database.connect(self.url) as connection:
            return [tuple(row) for row in connection.execute(statement)]

    def _rows(self, name: str) -> dict[tuple, list]:
        record = namedtuple("record", FACTS[name].c.keys())
        groups = defaultdict(list)
        for row in map(record._make, self._fetch(select(FACTS[name]))):
            groups[row.district, row.street].append(row)
        return groups

    def check(self, table: str, first: date, last: date, district: str | None = None) -> None:
        """Every measure of the table, by district and street, for one period."""
        filters = Filters(first, last, self.known, district)
        period = oracle.Period(
            filters.since,
            filters.until,
            self.known,
            self.first_steps,
            mediated=self.mediated,
            petitions=self.petitions,
            visited=self.visited,
        )
        keys = [key for key, measure in MEASURES.items() if table in measure.tables]
        frame = database.fetch(summary(keys, FACTS[table], filters, PLACE), self.url)
        answers = {tuple(plain(row[name]) for name in PLACE): row for row in frame.to_dict("records")}
        groups = {place: rows for place, rows in self.rows[table].items() if district in (None, place[0])}
        assert set(answers) == set(groups)
        for place, rows in groups.items():
            for key in keys:
                for name, value in oracle.measured(key, rows, period, self.residents.get(place)).items():
                    said = plain(answers[place][name])
                    assert (said or 0 if name.endswith("_d") else said) == pytest.approx(value), (place, name)


@pytest.fixture(scope="module")
def demonstration(demonstration_url) -> World:
    return World(demonstration_url, datetime(2023, 12, 1))


def test_the_oracle_knows_every_measure():
    assert {*oracle.COUNTS, *oracle.RATIOS, *oracle.QUANTILES, "litigation_per_10k"} == {
        key for key, measure in MEASURES.items() if set(measure.tables) & set(FACTS)
    }


@pytest.mark.parametrize("table", FACTS)
def test_all_the_demonstration_data(demonstration, table):
    demonstration.check(table, date(2020, 1, 1), date(2023, 11, 30))


PERIODS = [
    (date(2023, 11, 1), date(2023, 11, 30)),
    (date(2021, 2, 1), date(2021, 2, 28)),
    (date(2020, 12, 28), date(2021, 1, 3)),
]


@pytest.mark.parametrize("table", FACTS)
@pytest.mark.parametrize(("first", "last"), PERIODS, ids=[f"{first}..{last}" for first, last in PERIODS])
def test_months_and_weeks_of_the_demonstration_data(demonstration, table, first, last):
    demonstration.check(table, first, last, "示范区")


@pytest.fixture(scope="module")
def boston(boston_url) -> World:
    return World(boston_url, datetime(2016, 1, 31))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2015, 1, 1), date(2016, 1, 30)),
        (date(2015, 3, 1), date(2015, 3, 31)),
        (date(2015, 6, 1), date(2015, 6, 7)),
    ],
)
def test_bostons_requests(boston, first, last):
    boston.check("complaints", first, last)
