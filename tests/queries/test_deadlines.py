"""What is overdue and what is due soon, at the end of a period and by the source's word; on both engines."""

from datetime import date, datetime

import pytest

from queries.aggregate import summary
from queries.deadlines import dated, due
from queries.filters import Filters
from queries.tables import FACTS, cases

WEEK = Filters(date(2023, 11, 20), date(2023, 11, 26), datetime(2023, 12, 1), "示范区")


@pytest.fixture
def terms(database):
    """The week ends on the 26th; what happened after it is known."""
    database.add_cases("""
        case_id street   category opened_at  due_at              closed_at  status overdue
        past    西乡街道 劳动     2023-10-01 2023-10-31          -          open   -
        later   西乡街道 劳动     2023-11-01 2023-11-20          2023-11-29 closed -
        soon    福永街道 邻里     2023-11-10 2023-12-03T23:59:59 -          open   -
        eighth  福永街道 邻里     2023-11-10 2023-12-04          -          open   -
        gone    福永街道 邻里     2023-11-01 2023-11-20          2023-11-26 closed -
        unborn  福永街道 邻里     2023-11-27 2023-11-30          -          open   -
        endless -        邻里     2023-11-01 -                   -          open   -
        flagged -        邻里     2023-11-01 -                   -          open   yes""")
    return database


def told(database, filters) -> list[tuple]:
    frame = database.frame(due(cases, filters))
    days = [None if value != value else round(float(value), 4) for value in frame["days_over"].astype(float)]
    return list(zip(frame["id"], frame["over"].astype(bool), days, strict=True))


@pytest.mark.parametrize(("district", "n"), [("示范区", 6), (None, 6), ("别处", 0)])
def test_due_times_are_counted_by_district(terms, district, n):
    assert terms.rows(dated(cases, district)) == [(n,)]


def test_overdue_comes_first_and_the_longest_of_it(terms):
    assert [row[:2] for row in told(terms, WEEK)] == [("past", True), ("later", True), ("soon", False)]


def test_days_are_counted_to_the_end_of_the_period(terms):
    days = {name: days for name, _over, days in told(terms, WEEK)}
    assert days["past"] == 27  # from 31 October to 27 November, 0:00
    assert days["soon"] == pytest.approx(-7, abs=0.001)


def test_at_the_data_date_the_source_has_the_last_word(terms):
    current = Filters(date(2023, 11, 1), date(2023, 11, 30), datetime(2023, 12, 1), "示范区")
    rows = told(terms, current)
    assert ("flagged", True, None) in rows
    assert [row[0] for row in rows if row[1]][-1] == "flagged"  # without a due time nobody knows for how long


@pytest.mark.parametrize("filters", [WEEK, Filters(date(2023, 11, 1), date(2023, 11, 30), datetime(2023, 12, 1))])
def test_there_are_as_many_overdue_as_the_measure_says(terms, filters):
    frame = terms.frame(due(cases, filters))
    assert frame["over"].astype(bool).sum() == terms.frame(summary(("overdue",), cases, filters))["overdue"].iloc[0]


def test_filters_hold(terms):
    chosen = Filters(WEEK.start, WEEK.end, WEEK.data_date, "示范区", streets=("福永街道",))
    assert [row[0] for row in told(terms, chosen)] == ["soon"]


@pytest.mark.parametrize("table", FACTS)
def test_an_empty_table_owes_nothing(database, table):
    assert database.frame(due(FACTS[table], WEEK)).empty
