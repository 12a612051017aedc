"""How far the data reach, and the month that is shown first."""

from datetime import date, datetime

import pytest

from cockpit.choice import Bounds, bounds, newest_full_month
from queries.tables import cases, complaints, whistles


def asker(database):
    return lambda question, *arguments: database.frame(question(*arguments))


def test_without_a_record_there_are_no_bounds(database):
    assert bounds(asker(database)) is None
    database.add("loads", "load_id  as_of\n1  2023-12-01")
    assert bounds(asker(database)) is None


def test_a_database_of_wrong_dates_alone_has_no_bounds_and_one_among_others_does_not_move_them(database):
    database.add_cases("opened_at  closed_at\n1900-01-01  2023-11-02")
    assert bounds(asker(database)) is None
    database.add_cases("opened_at  closed_at\n2023-11-01  9999-12-31\n2023-11-03  2023-11-04")
    reach = bounds(asker(database))
    assert reach is not None
    assert (reach.first, reach.last, reach.newest_opening.date()) == (
        date(2023, 11, 1),
        date(2023, 11, 4),
        date(2023, 11, 3),
    )


def test_one_record_reaches_to_its_own_second(database):
    database.add_cases("opened_at\n2023-11-15T09:30:05")
    assert bounds(asker(database)) == Bounds(
        date(2023, 11, 15), date(2023, 11, 15), datetime(2023, 11, 15, 9, 30, 5), datetime(2023, 11, 15, 9, 30, 6)
    )


def test_both_tables_count_and_closings_run_on(database):
    database.add_cases("opened_at  closed_at\n2023-03-01  2023-12-24T18:00")
    database.add_complaints("opened_at  closed_at\n2023-05-01  2023-02-01")
    reach = bounds(asker(database))
    assert reach == Bounds(date(2023, 2, 1), date(2023, 12, 24), datetime(2023, 5, 1), datetime(2023, 12, 24, 18, 0, 1))
    only = bounds(asker(database), (complaints,))
    assert only is not None
    assert (only.first, only.last) == (date(2023, 2, 1), date(2023, 5, 1))


def test_the_data_date_of_an_import_goes_before_what_the_rows_say(database):
    database.add_cases("opened_at  closed_at\n2023-11-01  2020-01-01")
    database.add("loads", "load_id  target  as_of\n1  cases  2023-12-01\n2  complaints  2024-01-01")
    of_cases = bounds(asker(database), (cases,))
    assert of_cases is not None
    assert of_cases.data_date == datetime(2023, 12, 1)
    assert of_cases.last == date(2023, 11, 30)
    every = bounds(asker(database))
    assert every is not None
    assert every.data_date == datetime(2024, 1, 1)


def test_calls_are_told_as_of_the_newest_import_of_all(database):
    """As the pages tell them: an older import of calls would make nobody late since."""
    database.add("whistles", "opened_at  arrived_at\n2023-11-01  2023-11-02")
    database.add("loads", "load_id  target  as_of\n1  whistles  2023-10-01\n2  cases  2023-12-01")
    reach = bounds(asker(database), (whistles,))
    assert reach is not None
    assert reach.data_date == datetime(2023, 12, 1)


def test_rows_after_the_data_date_are_within_reach(database):
    database.add_cases("opened_at  closed_at\n2023-11-01  2031-01-01")
    database.add("loads", "load_id  target  as_of\n1  cases  2023-12-01")
    reach = bounds(asker(database))
    assert reach is not None
    assert reach.last == date(2031, 1, 1)
    assert reach.data_date == datetime(2023, 12, 1)


@pytest.mark.parametrize(
    ("newest_opening", "data_date", "month"),
    [
        ("2023-11-30T08:00", "2023-12-01", "2023-11-01"),
        ("2023-11-30T08:00", "2023-11-30T23:59:59", "2023-10-01"),
        ("2023-11-28T08:00", "2023-11-28T08:00:01", "2023-10-01"),
        ("2015-06-06T08:00", "2016-01-31", "2015-05-01"),
        ("2023-12-31T08:00", "2024-01-01", "2023-12-01"),
        ("2024-01-15T08:00", "2024-01-15T08:00:01", "2023-12-01"),
        ("2020-01-31T08:00", "2020-02-01", "2020-01-01"),
        ("2020-01-15T08:00", "2020-01-15T08:00:01", "2020-01-01"),  # the only month there is
    ],
)
def test_the_newest_full_month(newest_opening, data_date, month):
    opened, known = datetime.fromisoformat(newest_opening), datetime.fromisoformat(data_date)
    first = date(2015, 1, 10) if opened.year == 2015 else date(2020, 1, 10)
    assert newest_full_month(Bounds(first, opened.date(), opened, known)) == date.fromisoformat(month)
