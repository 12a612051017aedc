"""What happens by month and week: medians of what was closed in each, and the moves that measures are summed from."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from queries.measures import MEASURES
from queries.measures.parts import PENDING_AT_START
from queries.series import bucket_of, days_of, days_series, moves, moving, terms_of
from queries.tables import cases
from tests.asking import days, november, plain

OPENED = """
    case_id  opened_at
    A        2023-11-05T23:59:59
    B        2023-11-06T00:00:00
    C        2023-11-09T23:59:59
    D        2023-11-10T00:00:00
    E        2023-12-01T00:00:00
    F        2024-12-30T12:00:00"""


@pytest.mark.parametrize(
    ("unit", "first_weekday", "starts"),
    [
        ("month", 0, ["2023-11-01"] * 4 + ["2023-12-01", "2024-12-01"]),
        ("week", 0, ["2023-10-30", "2023-11-06", "2023-11-06", "2023-11-06", "2023-11-27", "2024-12-30"]),
        ("week", 4, ["2023-11-03", "2023-11-03", "2023-11-03", "2023-11-10", "2023-12-01", "2024-12-27"]),
        ("week", 6, ["2023-11-05", "2023-11-05", "2023-11-05", "2023-11-05", "2023-11-26", "2024-12-29"]),
    ],
)
def test_a_bucket_begins_on_the_first_of_the_month_or_on_the_first_day_of_the_week(
    database, unit, first_weekday, starts
):
    database.add_cases(OPENED)
    statement = select(bucket_of(cases.c.opened_at, unit, first_weekday)).order_by(cases.c.case_id)
    assert [str(start)[:10] for (start,) in database.rows(statement)] == starts


def test_medians_by_month_of_closing(database):
    database.add_cases("""
        street    opened_at   closed_at            status
        西乡街道  2023-09-01  2023-09-03           closed
        西乡街道  2023-10-01  2023-10-02           closed
        西乡街道  2023-10-01  2023-10-05           closed
        福永街道  2023-10-01  2023-11-10           closed
        福永街道  2023-11-20  2023-11-19           closed
        福永街道  2023-11-20  -                    closed
        福永街道  2023-11-20  2023-12-01T00:00:00  closed""")
    since = datetime(2023, 10, 1)
    assert database.rows(days_series(0.5, cases, november(), since)) == [
        (datetime(2023, 10, 1), 2.5, 2),
        (datetime(2023, 11, 1), 40.0, 1),
    ]
    by_street = database.frame(days_series(0.5, cases, november(), since, "month", ("street",)))
    assert {(row.street, row.bucket.month): row.n for row in by_street.itertuples()} == {
        ("西乡街道", 10): 2,
        ("福永街道", 11): 1,
    }
    assert database.rows(days_series(0.9, cases, november(streets=("别处",)), since)) == []


def test_medians_of_several_periods_stand_in_their_order(database):
    database.add_cases("""
        opened_at   closed_at
        2023-09-30  2023-10-01T00:00:00
        2023-11-01  2023-11-30T23:59:59
        2023-11-01  2023-11-03
        2023-11-01  2023-12-01T00:00:00""")
    periods = (november(), days("2023-10-01", "2023-10-31"), days("2022-11-01", "2022-11-30"))
    frame = database.frame(days_of(0.5, cases, periods)).sort_values("place")
    assert [plain(value) for value in frame["days"]] == [pytest.approx((2 + 30) / 2, abs=1e-4), 1.0, None]


def moved(database, key: str, **choice) -> dict:
    """What each month adds to the first term of a measure."""
    frame = database.frame(moves([key], cases, november(**choice), datetime(2023, 11, 1), "month", ()))
    return {row.bucket.strftime("%Y-%m"): int(plain(row.t0)) for row in frame.itertuples() if row.t0}


def test_a_stock_moves_when_something_enters_and_when_it_leaves(database):
    database.add_cases("""
        opened_at   closed_at   status
        2023-09-10  2023-11-05  closed
        2023-09-11  -           open
        2023-10-01  2023-10-30  closed
        2023-10-05  -           closed
        2023-10-06  2023-09-01  closed
        2023-12-01  -           open""")
    assert moved(database, "pending") == {"2023-09": 2, "2023-11": -1}
    assert moved(database, "received") == {"2023-09": 2, "2023-10": 3}


def test_what_the_source_calls_overdue_counts_from_the_data_date_on(database):
    database.add_cases("""
        opened_at   due_at      overdue
        2023-09-10  2023-10-05  false
        2023-09-10  -           true
        2023-09-10  2023-10-05  -
        2023-09-10  2023-11-20  -""")
    assert moved(database, "overdue") == {"2023-10": 2, "2023-11": 1}  # in November one less, two more
    assert moved(database, "overdue", data_date="2024-01-01") == {"2023-10": 2, "2023-11": 1}


def test_before_the_data_date_only_the_due_time_counts(database):
    database.add_cases("opened_at  due_at  overdue\n2023-09-10  2023-10-05  false\n2023-09-10  -  true")
    assert moved(database, "overdue", data_date="2024-01-01") == {"2023-10": 1}
    assert moved(database, "overdue") == {"2023-10": 1}  # minus one and plus one in November


def test_a_term_that_several_measures_share_is_asked_once():
    keys = ("received", "closed", "clearance_rate", "closed_share", "case_closing_rate")
    terms = terms_of(keys)
    assert len(terms) == len(set(terms)) == 4  # received, closed, closed of those received, pending
    assert {moving(term) for key in keys for term in MEASURES[key].terms} == set(terms)
    assert terms_of(("pending", "case_closing_rate"))[0] == moving(PENDING_AT_START)


def test_a_choice_of_a_day_is_a_choice_of_its_bucket(database):
    database.add_cases("opened_at\n2023-11-10T12:00\n2023-11-11T00:00")
    one_day = november(start=date(2023, 11, 10), end=date(2023, 11, 10))
    frame = database.frame(moves(["received"], cases, one_day, datetime(2023, 11, 1), "month", ("street",)))
    assert [(row.bucket, row.t0) for row in frame.itertuples()] == [(datetime(2023, 11, 1), 1)]
