"""One measure as plain records, for people who script."""

from datetime import date
from itertools import cycle, islice, pairwise

import pytest

from cockpit import database as databases
from cockpit.answers import PERIODS, answer, months_of, week_name, weeks_of
from cockpit.errors import UnknownValue
from queries.aggregate import DIMENSIONS
from queries.measures import MEASURES
from queries.tables import FACTS, cases, complaints
from tests.asking import days, november

ROWS = """
    street    opened_at   closed_at   outcome
    西乡街道  2023-11-01  2023-11-03  mediated
    西乡街道  2023-11-02  2023-11-04  failed
    -         2023-11-30  -           -
    福永街道  2023-10-31  2023-11-13  mediated"""


@pytest.fixture
def ask(database):
    database.add_cases(ROWS)
    return lambda question, *arguments: database.frame(question(*arguments))


def test_without_a_dimension_there_is_one_record(ask):
    assert answer(ask, "received", cases, november()) == [{"value": 3}]
    assert answer(ask, "mediation_success_rate", cases, november()) == [
        {"value": pytest.approx(2 / 3), "numerator": 2, "denominator": 3}
    ]
    assert answer(ask, "median_days", cases, november()) == [{"value": 2.0}]


def test_what_has_no_value_is_null(ask):
    before = days("2020-01-01", "2020-01-31")
    assert answer(ask, "median_days", cases, before) == [{"value": None}]
    assert answer(ask, "clearance_rate", cases, before) == [{"value": None, "numerator": 0, "denominator": 0}]
    assert answer(ask, "received", complaints, november()) == [{"value": 0}]
    assert answer(ask, "received", complaints, november(), "street") == []


def test_the_missing_street_is_null_and_last(ask):
    found = answer(ask, "received", cases, november(), "street")
    assert found == [
        {"street": "福永街道", "value": 0},
        {"street": "西乡街道", "value": 2},
        {"street": None, "value": 1},
    ]
    assert [list(record) for record in found] == [["street", "value"]] * 3


def test_numbers_have_the_types_that_json_knows(ask):
    (record,) = answer(ask, "mediation_success_rate", cases, november())
    assert [type(value) for value in record.values()] == [float, int, int]
    assert type(answer(ask, "received", cases, november())[0]["value"]) is int
    assert type(answer(ask, "amount_paid", cases, november())[0]["value"]) is float


def test_by_month_every_month_of_the_period_is_there(ask):
    period = days("2023-09-15", "2023-12-02", data_date="2024-01-01")
    assert answer(ask, "received", cases, period, "month") == [
        {"month": "2023-09", "value": 0},
        {"month": "2023-10", "value": 1},
        {"month": "2023-11", "value": 3},
        {"month": "2023-12", "value": 0},
    ]
    assert [record["value"] for record in answer(ask, "pending", cases, period, "month")] == [0, 1, 1, 1]
    assert [record["value"] for record in answer(ask, "median_days", cases, period, "month")] == [None, None, 2.0, None]


def test_a_month_is_cut_to_the_period(ask):
    assert [
        record["value"] for record in answer(ask, "received", cases, days("2023-10-31", "2023-11-01"), "month")
    ] == [
        1,
        1,
    ]


def test_by_week_weeks_are_named_as_iso_does(ask):
    found = answer(ask, "received", cases, days("2023-10-30", "2023-11-30"), "week")
    assert [(record["week"], record["value"]) for record in found] == [
        ("2023-W44", 3),
        ("2023-W45", 0),
        ("2023-W46", 0),
        ("2023-W47", 0),
        ("2023-W48", 1),
    ]
    fridays = answer(ask, "received", cases, days("2023-10-30", "2023-11-02"), "week", 4)
    assert fridays == [{"week": "2023-W44", "value": 3}]  # Friday 27 October to Thursday 2 November


def test_pieces_make_up_the_period():
    period = days("2020-12-15", "2021-02-03")
    for pieces in (months_of(period), weeks_of(period), weeks_of(period, 4)):
        spans = [(piece.start, piece.end) for _, piece in pieces]
        assert spans[0][0] == period.start
        assert spans[-1][1] == period.end
        assert all((after[0] - before[1]).days == 1 for before, after in pairwise(spans))
    assert [name for name, _ in weeks_of(period)][2:5] == ["2020-W53", "2021-W01", "2021-W02"]
    assert week_name(date(2024, 12, 30)) == "2025-W01"


@pytest.mark.parametrize(
    ("key", "table", "by", "said"),
    [
        ("recieved", cases, None, "Unknown measure 'recieved'; did you mean received?"),
        ("received", cases, "sreet", "Unknown dimension 'sreet'; did you mean street?"),
        ("received", complaints, "mediator", "Unknown dimension 'mediator'"),
        ("received", cases, "Month", "did you mean month?"),
        ("mediated", complaints, None, "mediated is not defined for complaints; it is for cases."),
        ("repeat_rate", cases, None, "repeat_rate is not defined for cases; it is for complaints."),
    ],
)
def test_what_is_unknown_is_named_with_the_nearest(key, table, by, said):
    with pytest.raises(UnknownValue) as problem:
        answer(lambda *_: pytest.fail("asked"), key, table, november(), by)
    assert said in str(problem.value)


@pytest.mark.parametrize("table", FACTS)
def test_every_measure_and_every_dimension_of_the_demonstration(demonstration_url, table):
    def ask(question, *arguments):
        return databases.fetch(question(*arguments), demonstration_url)

    period, dimensions = days("2023-10-30", "2023-11-12", district="示范区"), cycle((*DIMENSIONS[table], *PERIODS))
    for key in [key for key, measure in MEASURES.items() if table in measure.tables]:
        parts = {"value", "numerator", "denominator"} if MEASURES[key].is_ratio else {"value"}
        (whole,) = answer(ask, key, FACTS[table], period)
        assert set(whole) == parts
        for by in islice(dimensions, 4):
            records = answer(ask, key, FACTS[table], period, by)
            assert records, (key, by)
            assert all(set(record) == parts | {by} and next(iter(record)) == by for record in records), (key, by)
            names = [record[by] for record in records]
            assert len(set(names)) == len(names)
            assert None not in names[:-1]
            if MEASURES[key].unit == "count" and by not in PERIODS:
                assert sum(record["value"] for record in records) == whole["value"], (key, by)
