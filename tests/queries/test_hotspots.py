"""Counts by cell, the year before, and the middle of each street's records: on both engines."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.filters import Filters
from queries.hotspots import by_cell, centres, newest, year_ahead
from queries.tables import cases, complaints

NOVEMBER = Filters(date(2023, 11, 1), date(2023, 11, 30), datetime(2023, 12, 1), "示范区")


@pytest.fixture
def filled(database):
    database.add_cases("""
        street    cell  category  opened_at            lon    lat
        云溪街道  a     邻里纠纷  2023-11-01           112.0  27.0
        云溪街道  a     邻里纠纷  2023-11-30T23:59:59  112.2  27.4
        云溪街道  b     劳动争议  2023-11-15           113.0  28.0
        金穗街道  a     邻里纠纷  2023-11-15           114.0  29.0
        金穗街道  -     邻里纠纷  2023-11-15           -      -
        -         b     邻里纠纷  2023-11-15           115.0  29.0
        云溪街道  a     邻里纠纷  2023-12-01           112.4  27.2
        云溪街道  a     邻里纠纷  2023-10-31           112.4  27.2""")
    return database


def counted(database, filters):
    return {(cell, street): n for cell, street, n, _ in database.rows(by_cell(cases, filters)) if n}


def test_each_cell_and_street_is_counted_in_the_period_alone(filled):
    assert counted(filled, NOVEMBER) == {
        ("a", "云溪街道"): 2,
        ("b", "云溪街道"): 1,
        ("a", "金穗街道"): 1,
        (None, "金穗街道"): 1,
        ("b", None): 1,
    }


def test_the_twelve_months_before_stand_beside(filled):
    december = replace(NOVEMBER, start=date(2023, 12, 1), end=date(2023, 12, 31))
    found = {row[:2]: row[2:] for row in filled.rows(by_cell(cases, december))}
    assert found["a", "云溪街道"] == (1, 3)
    assert found["b", None] == (0, 1)
    later = replace(NOVEMBER, start=date(2024, 11, 1), end=date(2024, 11, 30))
    found = {row[:2]: row[2:] for row in filled.rows(by_cell(cases, later))}
    assert found["a", "云溪街道"] == (0, 3)  # 2023-10-31 is more than twelve months ago


def test_what_has_no_coordinates_is_counted_too(filled):
    assert sum(counted(filled, NOVEMBER).values()) == 6


def test_the_other_filters_hold(filled):
    assert counted(filled, replace(NOVEMBER, categories=("劳动争议",))) == {("b", "云溪街道"): 1}
    assert counted(filled, replace(NOVEMBER, streets=("金穗街道",))) == {("a", "金穗街道"): 1, (None, "金穗街道"): 1}
    assert counted(filled, replace(NOVEMBER, scope=())) == {}
    assert counted(filled, replace(NOVEMBER, district="宝安区")) == {}


def test_the_other_kind_of_record_has_counts_of_its_own(filled):
    assert filled.rows(by_cell(complaints, NOVEMBER)) == []


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2023-11-01", "2023-11-30", "2022-11-01", "2023-10-31"),
        ("2023-01-01", "2023-12-31", "2022-01-01", "2022-12-31"),
        ("2023-11-20", "2023-11-26", "2022-11-20", "2023-11-19"),
        ("2024-02-29", "2024-03-06", "2023-02-28", "2024-02-28"),
        ("2024-03-01", "2024-03-31", "2023-03-01", "2024-02-29"),
    ],
)
def test_the_twelve_months_before_end_where_the_period_begins(start, end, first, last):
    found = year_ahead(replace(NOVEMBER, start=date.fromisoformat(start), end=date.fromisoformat(end)))
    assert (found.start, found.end) == (date.fromisoformat(first), date.fromisoformat(last))


@given(st.dates(date(1999, 1, 1), date(2060, 1, 1)), st.integers(0, 800))
def test_the_year_before_is_a_year_long_and_touches_the_period(start, length):
    period = replace(NOVEMBER, start=start, end=start + timedelta(days=length))
    found = year_ahead(period)
    assert found.end + timedelta(days=1) == period.start
    assert found.days in (365, 366)
    assert replace(found, start=period.start, end=period.end) == period


def test_the_middle_of_a_street_is_the_median_of_its_records(filled):
    assert filled.rows(centres(cases)) == [
        ("示范区", "云溪街道", pytest.approx(112.4), pytest.approx(27.2), 5),
        ("示范区", "金穗街道", 114.0, 29.0, 1),
    ]


def test_null_island_is_no_place(database):
    database.add_complaints("""
        street  lon  lat
        A       0    0
        A       0    0
        A       5.0  6.0
        B       0    0""")
    assert database.rows(centres(complaints)) == [("示范区", "A", 5.0, 6.0, 1)]


def test_the_newest_record_of_a_choice_whatever_the_period(filled):
    january = replace(NOVEMBER, start=date(2020, 1, 1), end=date(2020, 1, 31))
    assert filled.rows(newest(cases, january)) == [(datetime(2023, 12, 1),)]
    assert filled.rows(newest(cases, replace(january, categories=("劳动争议",)))) == [(datetime(2023, 11, 15),)]
    assert filled.rows(newest(cases, replace(january, district="宝安区"))) == [(None,)]
