"""Codes of periods: what the URL says, counted from the data and never from the clock."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit import periods
from cockpit.answers import week_name
from cockpit.choice import Bounds
from tests.asking import days

BOUNDS = Bounds(date(2020, 1, 1), date(2023, 11, 30), datetime(2023, 11, 30, 21), datetime(2023, 12, 1))
FRIDAY = 4


def span(code: str, bounds: Bounds = BOUNDS, first_weekday: int = 0) -> str | None:
    found = periods.span(code, bounds, first_weekday)
    return None if found is None else f"{found[0]}..{found[1]}"


@pytest.mark.parametrize(
    ("code", "days"),
    [
        ("latest", "2023-11-01..2023-11-30"),
        ("this_week", "2023-11-27..2023-12-03"),
        ("last_week", "2023-11-20..2023-11-26"),
        ("this_month", "2023-11-01..2023-11-30"),
        ("last_month", "2023-10-01..2023-10-31"),
        ("this_quarter", "2023-10-01..2023-12-31"),
        ("this_year", "2023-01-01..2023-12-31"),
        ("last_12_months", "2022-12-01..2023-11-30"),
        ("all", "2020-01-01..2023-11-30"),
        ("2023-02", "2023-02-01..2023-02-28"),
        ("2020-02", "2020-02-01..2020-02-29"),
        ("2023-03..2023-09", "2023-03-01..2023-09-30"),
        ("2022-12..2023-01", "2022-12-01..2023-01-31"),
        ("2023-11..2023-11", "2023-11-01..2023-11-30"),
        ("2023-W47", "2023-11-20..2023-11-26"),
        ("2020-W01", "2019-12-30..2020-01-05"),
        ("2020-W53", "2020-12-28..2021-01-03"),
        ("2021-W01", "2021-01-04..2021-01-10"),
    ],
)
def test_a_code_is_a_period(code, days):
    assert span(code) == days


@pytest.mark.parametrize(
    "code",
    [
        *("", "yesterday", "2023", "2023-13", "2023-00", "2023-1", "2023-11-01", "23-11", "2023-11..", "..2023-11"),
        *("2023-09..2023-03", "2023-09..2023-13", "2023-03..2023-09..2023-10", "2023-W54", "2021-W53", "2023-W00"),
        *("2023-W47..2023-W48", "0000-01", "0001-01", "9999-12", "9999-W52", "２０２３-11", "2023-W４７", "2023-11 "),
        *("2019-12", "2023-12", "2019-W52", "2023-W49", "2019-01..2023-11", "2023-11..2024-01", "' OR 1=1"),
    ],
)
def test_what_is_no_code_or_not_to_be_chosen_is_no_period(code):
    assert span(code) is None


@given(st.text(max_size=20))
def test_any_text_in_the_url_is_a_period_or_none(code):
    assert periods.span(code, BOUNDS) is None or code in periods.PRESETS


def test_the_data_date_and_not_the_end_of_the_day_after_decides_what_is_now():
    evening = Bounds(date(2020, 1, 1), date(2023, 11, 30), datetime(2023, 11, 30, 17), datetime(2023, 11, 30, 17, 1))
    assert span("this_month", evening) == "2023-11-01..2023-11-30"
    new_year = Bounds(date(2020, 1, 1), date(2023, 12, 31), datetime(2023, 12, 31, 9), datetime(2024, 1, 1))
    assert span("this_year", new_year) == "2023-01-01..2023-12-31"
    assert span("this_quarter", new_year) == "2023-10-01..2023-12-31"
    assert span("last_month", new_year) == "2023-11-01..2023-11-30"


@pytest.mark.parametrize(
    ("code", "first_weekday", "days"),
    [
        ("2023-W47", FRIDAY, "2023-11-17..2023-11-23"),
        ("this_week", FRIDAY, "2023-11-24..2023-11-30"),
        ("last_week", FRIDAY, "2023-11-17..2023-11-23"),
        ("2023-W47", 3, "2023-11-23..2023-11-29"),
        ("2023-W47", 6, "2023-11-19..2023-11-25"),
        ("2020-W53", FRIDAY, "2020-12-25..2020-12-31"),
        ("2020-W53", 2, "2020-12-30..2021-01-05"),
    ],
)
def test_a_week_may_begin_on_another_day_and_is_named_by_its_fourth(code, first_weekday, days):
    assert span(code, first_weekday=first_weekday) == days


@pytest.mark.parametrize("first_weekday", range(7))
def test_every_week_has_one_name_and_no_day_is_left_out(first_weekday):
    codes = periods.weeks(BOUNDS, first_weekday)
    assert len(set(codes)) == len(codes)
    spans = [periods.span(code, BOUNDS, first_weekday) for code in reversed(codes)]
    starts, ends = zip(*[found for found in spans if found], strict=True)
    assert len(starts) == len(codes)
    assert {start.weekday() for start in starts} == {first_weekday}
    assert starts[0] <= BOUNDS.first
    assert ends[-1] >= BOUNDS.newest_opening.date() >= starts[-1]
    assert list(starts[1:]) == [end + timedelta(days=1) for end in ends[:-1]]
    assert [week_name(start) for start in starts] == codes[::-1]


def test_the_months_to_choose_hold_openings():
    assert periods.months(BOUNDS)[0] == "2023-11"
    assert periods.months(BOUNDS)[-1] == "2020-01"
    assert len(periods.months(BOUNDS)) == 47
    closings_run_on = Bounds(date(2015, 1, 1), date(2016, 1, 30), datetime(2015, 6, 6), datetime(2016, 1, 31))
    assert periods.months(closings_run_on)[0] == "2015-06"
    assert span("2015-07", closings_run_on) is None
    assert span("this_month", closings_run_on) == "2016-01-01..2016-01-31"


def test_one_day_of_data_is_a_month_and_a_week():
    day = Bounds(date(2023, 11, 15), date(2023, 11, 15), datetime(2023, 11, 15, 9), datetime(2023, 11, 15, 9, 0, 1))
    assert periods.months(day) == ["2023-11"]
    assert periods.weeks(day) == ["2023-W46"]
    assert span("latest", day) == span("all", day) == "2023-11-01..2023-11-30"


@pytest.mark.parametrize("code", ["latest", "2023-07", "2023-07..2023-09", "2023-W47", "all"])
@pytest.mark.parametrize("first_weekday", [0, FRIDAY])
def test_the_first_day_is_that_of_the_period(code, first_weekday):
    found = periods.span(code, BOUNDS, first_weekday)
    assert found is not None
    assert periods.first_day(code, BOUNDS, first_weekday) == found[0]


def test_the_month_or_week_that_holds_a_day():
    assert periods.holding(date(2024, 2, 29), "month") == (date(2024, 2, 1), date(2024, 2, 29))
    assert periods.holding(date(2023, 11, 26), "week") == (date(2023, 11, 20), date(2023, 11, 26))
    assert periods.holding(date(2023, 11, 24), "week", FRIDAY) == (date(2023, 11, 24), date(2023, 11, 30))


def test_buckets_are_months_or_weeks_that_end_with_the_period():
    assert [f"{start:%Y-%m-%d}" for start in periods.buckets(days("2023-01-01", "2023-02-28"), 3)] == [
        "2022-12-01",
        "2023-01-01",
        "2023-02-01",
    ]
    assert [f"{start:%Y-%m-%d}" for start in periods.buckets(days("2021-01-01", "2021-01-07"), 2)] == [
        "2020-12-25",
        "2021-01-01",
    ]
    assert [f"{start:%Y-%m-%d}" for start in periods.buckets(days("2021-02-01", "2021-02-28"), 1)] == ["2021-02-01"]
