"""What is open, in which step, and what moves its terms; on both engines."""

from datetime import datetime

import pytest

from queries.deadlines import (
    COLUMNS,
    changes,
    dated,
    excluded,
    open_case_steps,
    open_cases,
    open_complaint_steps,
    open_complaints,
    open_orders,
)
from queries.tables import FACTS, cases

EVER = datetime(1950, 1, 1)
HERE = "示范区"
QUESTIONS = {
    "cases": open_cases,
    "complaints": open_complaints,
    "case_steps": open_case_steps,
    "complaint_steps": open_complaint_steps,
    "payment_orders": open_orders,
}


@pytest.fixture
def records(database):
    database.add("organisations", "organisation_id name\no1 石桥调委会")
    database.add_cases("""
        case_id organisation_id opened_at  due_at     closed_at  status overdue outcome
        open    o1              2023-10-01 2023-10-31 -          open   yes     -
        elsewho o9              2023-10-02 -          -          open   -       -
        shut    o1              2023-10-01 2023-10-31 2023-10-20 closed -       failed
        undated o1              2023-10-01 -          -          closed -       unknown
        odd     o1              2023-10-01 -          2023-10-15 open   -       -""")
    database.add_complaints("""
        complaint_id organisation opened_at  accepted_at closed_at  procedure
        pending      城管局       2023-10-01 2023-10-05  -          petition
        answered     城管局       2023-08-01 2023-08-05  2023-09-20 petition
        other        -            2023-10-10 -           -          -""")
    return database


def told(database, question, *more) -> list[str]:
    return database.frame(question(*more))["record"].tolist()


def test_what_is_or_was_an_accusation_is_open_and_not_listed(database):
    database.add_complaints("""
        complaint_id nature   opened_at
        accused      检举控告 2023-10-01
        appeal       申诉求决 2023-10-01
        former       申诉求决 2023-10-01
        unnamed      -        2023-10-01""")
    database.add("complaint_steps", """
        complaint_id position step     entered_at
        former       1        transfer 2023-10-02
        appeal       1        transfer 2023-10-02""")  # fmt: skip
    database.add("history", """
        target     record field  old      new      load_id
        complaints former nature 检举控告 申诉求决 L1
        cases      appeal nature 检举控告 申诉求决 L1""")  # fmt: skip
    shown = {"accused": False, "appeal": True, "former": False, "unnamed": True}
    assert database.frame(open_complaints(HERE)).set_index("record")["listed"].to_dict() == shown
    steps = database.frame(open_complaint_steps(HERE)).set_index("record")["listed"]
    assert steps.to_dict() == {"appeal": True, "former": False}


@pytest.mark.parametrize(("district", "n"), [(HERE, 2), (None, 2), ("别处", 0)])
def test_due_times_are_counted_by_district(records, district, n):
    assert records.rows(dated(cases, district)) == [(n,)]


def test_open_is_what_is_closed_by_neither_time_nor_status(records):
    assert told(records, open_cases, HERE) == ["elsewho", "open"]
    assert told(records, open_complaints, HERE) == ["other", "pending"]
    assert told(records, open_cases, "别处") == []


def test_what_was_open_later_than_a_moment_comes_too_but_nothing_closed_without_a_time(records):
    assert told(records, open_cases, HERE, EVER) == ["elsewho", "odd", "open", "shut"]
    assert told(records, open_cases, HERE, datetime(2023, 10, 18)) == ["elsewho", "open", "shut"]


def test_the_body_has_its_name_else_its_number(records):
    frame = records.frame(open_cases(HERE)).set_index("record")
    assert frame["body"].to_dict() == {"open": "石桥调委会", "elsewho": "o9"}
    assert frame.loc["open", "overdue"] in (True, 1)


def test_a_complaint_says_when_it_was_first_transferred(records):
    records.add("complaint_steps", """
        complaint_id position step     entered_at
        pending      1        hearing  2023-10-02
        pending      2        transfer 2023-10-09
        pending      3        transfer 2023-10-20""")  # fmt: skip
    frame = records.frame(open_complaints(HERE)).set_index("record")
    assert str(frame.loc["pending", "transferred_at"])[:10] == "2023-10-09"
    assert frame["transferred_at"].isna().to_dict() == {"pending": False, "other": True}


def test_a_step_runs_until_it_or_its_record_ends_and_a_review_by_itself(records):
    records.add("complaint_steps", """
        complaint_id position step     entered_at left_at
        pending      1        transfer 2023-10-06 2023-10-10
        pending      2        hearing  2023-10-11 -
        answered     1        transfer 2023-08-06 -
        answered     2        review   2023-10-01 -""")  # fmt: skip
    rows = records.frame(open_complaint_steps(HERE))
    assert list(zip(rows["record"], rows["step"], strict=True)) == [("answered", "review"), ("pending", "hearing")]
    ever = records.frame(open_complaint_steps(HERE, EVER))
    assert len(ever) == 4
    assert ever["settled_at"].notna().tolist() == [True, True, False, False]


def test_steps_of_disputes_come_with_their_programme(records):
    records.add("case_steps", """
        case_id position programme step     entered_at left_at
        open    1        诉前联调  登记     2023-10-01 2023-10-02
        open    2        诉前联调  司法确认 2023-10-20 -
        undated 1        诉前联调  司法确认 2023-10-20 -""")  # fmt: skip
    rows = records.frame(open_case_steps(HERE))
    assert rows[["record", "programme", "step"]].values.tolist() == [["open", "诉前联调", "司法确认"]]


def test_mediation_is_over_when_it_is_left_or_confirmation_begins(records):
    records.add("case_steps", """
        case_id position programme step     entered_at left_at
        open    1        诉前联调  登记     2023-10-01 2023-10-02
        open    2        诉前联调  调解     2023-10-02 2023-10-12
        open    3        诉前联调  调解     2023-10-14 2023-10-18
        elsewho 1        诉前联调  调解     2023-10-02 -
        elsewho 2        诉前联调  司法确认 2023-10-09 2023-10-20""")  # fmt: skip
    frame = records.frame(open_cases(HERE)).set_index("record")
    assert frame["mediated_at"].astype(str).str[:10].to_dict() == {"open": "2023-10-12", "elsewho": "2023-10-09"}
    records.add("case_steps", "case_id position programme step entered_at\nodd 1 诉前联调 调解 2023-10-02")
    assert records.frame(open_cases(HERE, EVER)).set_index("record")["mediated_at"].isna()["odd"]


def test_a_request_for_an_order_outlives_a_dispute_that_failed_before(records):
    records.add("payment_orders", """
        case_id preservation_at debtor_reachable applied_at accepted_at
        open    2023-10-05      -                -          -
        elsewho -               no               2023-10-05 2023-10-06
        shut    -               yes              2023-10-25 -
        odd     -               yes              2023-10-10 -
        undated -               -                2023-10-10 -""")  # fmt: skip
    assert told(records, open_orders, HERE) == ["elsewho", "open", "shut"]


def test_changes_are_those_of_open_records_and_of_closed_ones_under_review(records):
    records.add("complaint_steps", "complaint_id position step entered_at\nanswered 1 review 2023-10-01")
    records.add("term_changes", """
        target     record   change    started_at ended_at   days
        cases      open     pause     2023-10-05 2023-10-09 -
        cases      shut     pause     2023-10-05 -          -
        complaints pending  extension 2023-11-01 -          30
        complaints answered pause     2023-10-03 -          -
        complaints open     pause     2023-10-05 -          -""")  # fmt: skip
    found = records.frame(changes(HERE))
    assert sorted(found["record"]) == ["answered", "open", "pending"]
    assert "shut" in records.frame(changes(HERE, EVER))["record"].tolist()
    assert records.frame(changes("别处")).empty


def test_steps_whose_time_does_not_count_are_those_beside_an_unfinished_step(records):
    records.add("complaint_steps", """
        complaint_id position step          entered_at left_at
        answered     1        second_review 2023-10-01 -
        answered     2        hearing       2023-10-05 2023-10-12
        pending      1        hearing       2023-10-05 -""")  # fmt: skip
    rows = records.frame(excluded(("hearing",), HERE))
    assert rows[["target", "record", "change"]].values.tolist() == [["complaints", "answered", "hearing"]]


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_answer_has_the_columns_that_rules_may_name(database, name):
    frame = database.frame(QUESTIONS[name](HERE))
    assert frame.empty
    assert {"record", "body", *COLUMNS[name]} <= set(frame.columns)


@pytest.mark.parametrize("table", FACTS)
def test_filters_of_a_rulebook_name_columns_of_the_contract(table):
    assert set(COLUMNS[table]) - set(FACTS[table].c.keys()) <= {"transferred_at", "mediated_at"}
