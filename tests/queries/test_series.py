"""What happens by month and week: medians of what was closed in each, and the moves that measures are summed from."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from queries.measures import MEASURES
from queries.measures.parts import PENDING_AT_START
from queries.series import bucket_of, moves, moving, stays, terms_of
from queries.tables import cases
from tests.asking import november, plain

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


def test_stays_come_in_order_of_closing_and_the_open_ones_last(database):
    database.add_cases("""
        street    opened_at   closed_at            status
        西乡街道  2023-10-01  2023-10-05           closed
        -         2023-10-01  2023-10-02           closed
        福永街道  2023-11-20  2023-11-19           closed
        福永街道  2023-11-20  -                    closed
        西乡街道  2023-11-20  -                    open
        福永街道  2023-11-20  2023-12-01T12:00:00  closed""")
    frame = database.frame(stays(cases, november(), ("street",)))
    assert [(plain(row.days), plain(row.street)) for row in frame.itertuples()] == [
        (1.0, None),
        (4.0, "西乡街道"),
        (11.5, "福永街道"),
        (None, "西乡街道"),
    ]


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
