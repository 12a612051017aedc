"""Working days against the decrees of the State Council, and against weekends where there is none yet."""

from datetime import date, timedelta

import chinese_calendar
import numpy as np
import pytest

from cockpit.deadlines import calendar


def days(*texts: str) -> np.ndarray:
    return np.array(texts, "datetime64[D]")


def test_every_day_of_the_known_years_is_as_the_package_says():
    first, last = calendar.known_years()
    every = np.arange(np.datetime64(f"{first}-01-01"), np.datetime64(f"{last + 1}-01-01"))
    ours = np.is_busday(every, busdaycal=calendar.working())
    theirs = [chinese_calendar.is_workday(day.item()) for day in every]
    assert ours.tolist() == theirs


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2023-10-01", False),  # 国办发明电〔2022〕16号: 29 September to 6 October
        ("2023-10-07", True),
        ("2023-10-08", True),
        ("2024-02-09", True),  # 国办发明电〔2023〕7号: 除夕 is no holiday
        ("2024-02-17", False),
        ("2024-02-18", True),
        ("2023-11-30", True),
        ("2023-12-02", False),
    ],
)
def test_days_that_were_decreed(day, works):
    assert bool(np.is_busday(days(day), busdaycal=calendar.working())[0]) is works


def test_a_year_that_is_not_known_has_weekends_alone_and_says_so():
    unknown = calendar.known_years()[1] + 2
    spring = [date(unknown, 2, 1) + timedelta(days=n) for n in range(28)]
    works = np.is_busday(np.array(spring, "datetime64[D]"), busdaycal=calendar.working())
    assert works.tolist() == [day.weekday() < 5 for day in spring]
    assert calendar.is_known(days("2023-05-01", f"{unknown}-05-01", "1999-05-01")).tolist() == [True, False, False]


def test_working_days_are_counted_from_the_day_after():
    found = calendar.working_days_after(days("2023-11-30", "2023-12-02", "2023-09-28"), 1)
    assert found.tolist() == [date(2023, 12, 1), date(2023, 12, 4), date(2023, 10, 7)]


def test_working_days_between_leave_the_first_day_out_and_take_the_last_in():
    assert calendar.working_days_between(days("2023-09-28")[0], days("2023-10-09")[0]) == 3


def test_a_day_off_moves_on_and_a_working_day_stays():
    found = calendar.next_working_day(days("2023-09-30", "2023-10-07", "2023-12-03", "2023-12-01"))
    assert found.tolist() == [date(2023, 10, 7), date(2023, 10, 7), date(2023, 12, 4), date(2023, 12, 1)]


def test_months_end_where_the_month_ends():
    """民法典 202."""
    found = calendar.months_after(days("2023-01-31", "2024-01-31", "2023-03-31", "2023-10-15", "2023-12-31"), 1)
    ends = [date(2023, 2, 28), date(2024, 2, 29), date(2023, 4, 30), date(2023, 11, 15), date(2024, 1, 31)]
    assert found.tolist() == ends
