"""One answer for a choice, whole or by a dimension: every row in exactly one group, the missing ones too."""

import pytest

from queries.aggregate import DIMENSIONS, summary
from queries.measures import MEASURES
from queries.sources import SOURCES
from queries.tables import FACTS, cases, complaints
from tests.asking import days, november, plain, told

ROWS = """
    street    community  category  subcategory  channel  track      organisation_id  mediator_id  opened_at   closed_at   outcome
    西乡街道  固戍社区   邻里纠纷  噪声         来访     people     O1               M1           2023-11-01  2023-11-03  mediated
    西乡街道  -          邻里纠纷  -            12345    judicial   O1               M2           2023-11-02  2023-11-04  failed
    福永街道  -          劳动争议  欠薪         来访     people     O2               M1           2023-11-03  2023-11-13  mediated
    -         -          劳动争议  -            来访     -          -                -            2023-11-04  -           -"""  # noqa: E501


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("district", {"示范区": 4}),
        ("street", {"西乡街道": 2, "福永街道": 1, None: 1}),
        ("community", {"固戍社区": 1, None: 3}),
        ("category", {"邻里纠纷": 2, "劳动争议": 2}),
        ("subcategory", {"噪声": 1, "欠薪": 1, None: 2}),
        ("channel", {"来访": 3, "12345": 1}),
        ("track", {"people": 2, "judicial": 1, None: 1}),
        ("organisation", {"O1": 2, "O2": 1, None: 1}),
        ("mediator", {"M1": 2, "M2": 1, None: 1}),
    ],
)
def test_a_dimension_puts_every_case_into_one_group(database, by, expected):
    assert by in DIMENSIONS["cases"]
    database.add_cases(ROWS)
    assert told(database, "received", by=(by,)) == expected


def test_the_responsible_body_of_a_complaint_is_its_organisation(database):
    database.add_complaints("organisation\n城管局\n城管局\n-")
    assert told(database, "received", table="complaints", by=("organisation",)) == {"城管局": 2, None: 1}


def test_two_dimensions_give_one_row_a_combination_that_occurs(database):
    database.add_cases(ROWS)
    assert told(database, "mediation_success_rate", by=("street", "category")) == {
        ("西乡街道", "邻里纠纷"): (1, 2),
        ("福永街道", "劳动争议"): (1, 1),
        (None, "劳动争议"): (0, 0),
    }


def test_a_street_without_rows_in_the_period_says_zero_and_one_without_any_row_says_nothing(database):
    database.add_cases(ROWS)
    later = days("2023-12-01", "2023-12-31", data_date="2024-01-01")
    assert told(database, "received", later, by=("street",)) == {"西乡街道": 0, "福永街道": 0, None: 0}
    assert told(database, "received", november(streets=("西乡街道",)), by=("street",)) == {"西乡街道": 2}


def test_durations_by_street_leave_out_the_others_rows(database):
    database.add_cases(ROWS)
    assert told(database, "median_days", by=("street",)) == {"西乡街道": 2, "福永街道": 10}


def test_a_median_is_the_same_alone_and_among_other_measures(database):
    database.add_cases(ROWS)
    frame = database.frame(summary(["received", "median_days", "p90_days"], cases, november(), ("street",)))
    among = {plain(row["street"]): plain(row["median_days"]) for row in frame.to_dict("records")}
    assert among == {"西乡街道": 2, "福永街道": 10, None: None}


@pytest.mark.parametrize("table", FACTS)
def test_all_measures_fit_into_one_answer(database, table):
    database.add(table, "street    opened_at   closed_at\n西乡街道  2023-11-01  2023-11-03\n-  2023-11-01  -")
    keys = [key for key, measure in MEASURES.items() if table in measure.tables]
    together = database.frame(summary(keys, FACTS[table], november(), ("street",)))
    for key in keys:
        alone = told(database, key, table=table, by=("street",))
        for row in together.to_dict("records"):
            name = plain(row["street"])
            pair = (plain(row.get(f"{key}_n")), plain(row.get(f"{key}_d")))
            assert alone.get(name) == (pair if MEASURES[key].is_ratio else plain(row[key])), key


def test_hostile_names_are_names(database):
    database.add_complaints("street\n<b>西乡</b>\n';DROP--\n=cmd|'/C'!A0")
    assert set(told(database, "received", table="complaints", by=("street",))) == {
        "<b>西乡</b>",
        "';DROP--",
        "=cmd|'/C'!A0",
    }
    assert told(database, "received", november(streets=("';DROP--",)), table="complaints") == 1


def test_values_are_numbers_that_json_and_charts_can_take(database):
    database.add_cases("closed_at  amount_paid\n2023-11-02  12.50")
    (row,) = database.frame(summary(["closed", "amount_paid", "clearance_rate"], cases, november())).to_dict("records")
    assert {name: type(value) for name, value in row.items()} == {
        "closed": int,
        "amount_paid": float,
        "clearance_rate": float,
        "clearance_rate_n": int,
        "clearance_rate_d": int,
    }


def test_complaints_have_no_measure_of_disputes():
    assert {name for key in MEASURES for name in MEASURES[key].tables} == set(SOURCES)
    assert "complaints" not in MEASURES["mediated"].tables
    assert complaints.name not in MEASURES["resolution_rate"].tables
