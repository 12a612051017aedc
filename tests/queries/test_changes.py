"""What changed between versions, and which closings nobody asked about, by responsible body."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from queries import changes
from queries.filters import Filters
from queries.tables import cases, complaints
from tests.rows import DISTRICT

NOVEMBER = Filters(date(2023, 11, 1), date(2023, 11, 30), datetime(2023, 12, 1), DISTRICT)
FIRST, SECOND = datetime(2023, 11, 3), datetime(2023, 11, 10)


@pytest.fixture
def complained(database):
    database.add_complaints("""
        complaint_id  organisation  street  category  district
        C1            城管局        甲街道  噪声      示范区
        C2            城管局        乙街道  物业      示范区
        C3            -             甲街道  噪声      示范区
        C4            住建局        甲街道  噪声      宝安区""")
    return database


def noted(database, text: str) -> None:
    database.add("history", "target record field old new changed_at load_id\n" + text)


def kinds(database, table=complaints, **more) -> dict:
    """body → merged, re-dated, re-classified, reopened."""
    return {body: tuple(counts) for body, *counts in database.rows(changes.by_body(table, NOVEMBER, **more))}


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("repeat_of - C2", (1, 0, 0, 0)),
        ("repeat_of C2 C3", None),
        ("closed_at 2023-11-01 2023-11-02", (0, 1, 0, 0)),
        ("due_at 2023-11-01 2023-12-01", (0, 1, 0, 0)),
        ("due_at 2023-11-01 -", (0, 1, 0, 0)),
        ("due_at - 2023-12-01", None),  # filled in
        ("closed_at - 2023-11-02", None),  # closed
        ("category 噪声 物业", (0, 0, 1, 0)),
        ("backlog true false", (0, 0, 1, 0)),
        ("procedure - petition", None),
        ("procedure petition statutory", (0, 0, 1, 0)),
        ("street - 甲街道", None),
        ("status open closed", None),
        ("status closed open", (0, 0, 0, 1)),
        ("closed_at 2023-11-01 -", (0, 0, 0, 1)),
        ("satisfied true false", None),
    ],
)
def test_a_changed_value_is_of_one_kind_or_of_none(complained, line, counts):
    noted(complained, f"complaints C1 {line} 2023-11-03 L1")
    assert kinds(complained) == ({} if counts is None else {"城管局": counts})


def test_a_record_counts_once_and_belongs_to_its_body(complained):
    noted(
        complained,
        """
        complaints  C1  due_at    2023-11-01  2023-11-02  2023-11-03  L1
        complaints  C1  due_at    2023-11-02  2023-11-09  2023-11-10  L2
        complaints  C1  status    closed      open        2023-11-10  L2
        complaints  C2  category  噪声        物业        2023-11-10  L2
        complaints  C3  category  噪声        物业        2023-11-10  L2
        complaints  C4  category  噪声        物业        2023-11-10  L2
        cases       C1  category  噪声        物业        2023-11-10  L2""",
    )
    assert kinds(complained) == {"城管局": (0, 1, 1, 1), None: (0, 0, 1, 0)}
    assert kinds(complained, since=FIRST) == {"城管局": (0, 1, 1, 1), None: (0, 0, 1, 0)}
    assert kinds(complained, since=SECOND) == {}


def test_what_is_chosen_narrows_and_the_period_does_not(complained):
    noted(complained, "complaints C1 category 物业 噪声 2023-11-03 L1\ncomplaints C2 category 噪声 物业 2023-11-03 L1")
    chosen = replace(NOVEMBER, streets=("乙街道",), start=date(2020, 1, 1), end=date(2020, 1, 31))
    assert [row[0] for row in complained.rows(changes.by_body(complaints, chosen))] == ["城管局"]
    rows = complained.rows(changes.values(complaints, "reclassified", chosen))
    assert rows == [("C2", "城管局", "乙街道", "物业", "category", "噪声", "物业", FIRST)]


def test_the_newest_changes_come_first_page_by_page(complained):
    noted(
        complained,
        """
        complaints  C1  due_at    2023-11-01  2023-11-02  2023-11-03  L1
        complaints  C2  due_at    2023-11-01  2023-11-02  2023-11-10  L2
        complaints  C2  status    closed      open        2023-11-10  L2""",
    )
    rows = complained.rows(changes.values(complaints, "redated", NOVEMBER))
    assert [row[0] for row in rows] == ["C2", "C1"]
    assert complained.rows(changes.values(complaints, "redated", NOVEMBER, None, 1, 1)) == rows[1:]
    assert complained.rows(changes.values(complaints, "redated", NOVEMBER, FIRST)) == rows[:1]
    assert complained.rows(changes.value_count(complaints, "redated", NOVEMBER)) == [(2,)]


def test_a_dispute_has_the_name_of_its_body_or_its_number(database):
    database.add("organisations", "organisation_id name\nO1 甲调委会")
    database.add_cases("case_id organisation_id\nA O1\nB O9\nD -")
    noted(database, "\n".join(f"cases {record} category 物业 邻里 2023-11-03 L1" for record in "ABD"))
    assert kinds(database, cases) == {"甲调委会": (0, 0, 1, 0), "O9": (0, 0, 1, 0), None: (0, 0, 1, 0)}


def test_records_are_named_and_described(database):
    database.add("organisations", "organisation_id name\nO1 甲调委会")
    database.add_cases(
        "case_id organisation_id street category opened_at\nA O1 甲街道 物业 2023-11-02\nB - - 邻里 2023-11-03"
    )
    assert database.rows(changes.identifiers(cases)) == [("A",), ("B",)]
    (row,) = database.rows(changes.those(cases, ("A", "X")))
    assert row == ("A", "甲调委会", DISTRICT, "甲街道", "物业", "来访", datetime(2023, 11, 2), "open", True)


def test_closings_by_body_and_day_and_those_nobody_asked_about(database):
    database.add_complaints("""
        complaint_id  organisation  opened_at         closed_at         status  contacted  solved  satisfied
        C1            城管局        2023-11-01        2023-11-02T09:00  closed  -          -       -
        C2            城管局        2023-11-01        2023-11-02T17:00  closed  false      -       -
        C3            城管局        2023-11-01        2023-11-29        closed  -          -       -
        C4            城管局        2023-11-05        -                 closed  -          -       -
        C5            住建局        2023-11-05        -                 open    -          -       -
        C6            住建局        2023-11-05        2023-12-01        closed  -          -       -""")
    database.add("follow_ups", """
        target      record  visitor  due_at      done_at
        complaints  C3      网格员   2023-12-01  2023-11-30
        complaints  C1      网格员   2023-12-01  -
        cases       C1      网格员   2023-12-01  2023-11-30""")  # fmt: skip
    assert sorted(database.rows(changes.closings(complaints, NOVEMBER))) == [
        ("城管局", datetime(2023, 11, 2), 2, 2, 1),
        ("城管局", datetime(2023, 11, 5), 0, 1, 1),
        ("城管局", datetime(2023, 11, 29), 1, 1, 0),
    ]
    assert [row[0] for row in database.rows(changes.unasked_rows(complaints, NOVEMBER))] == ["C4", "C1"]
    days = (datetime(2023, 11, 29), datetime(2023, 11, 30))
    assert [row[0] for row in database.rows(changes.month_end_rows(complaints, NOVEMBER, days))] == ["C3"]


def test_a_resolved_dispute_is_asked_about_by_a_visit_alone(database):
    database.add("organisations", "organisation_id name\nO1 甲调委会")
    database.add_cases("""
        case_id  organisation_id  closed_at   outcome
        A        O1               2023-11-02  mediated
        B        O1               2023-11-02  payment_order
        C        O1               2023-11-02  withdrawn""")
    database.add("follow_ups", "target record visitor due_at done_at\ncases A 网格员 2023-12-01 2023-11-30")
    assert database.rows(changes.closings(cases, NOVEMBER)) == [("甲调委会", datetime(2023, 11, 2), 3, 2, 1)]
    assert [row[:2] for row in database.rows(changes.unasked_rows(cases, NOVEMBER))] == [("B", "甲调委会")]


def test_accusations_are_counted_and_stand_in_no_list(database):
    database.add_complaints("""
        complaint_id  organisation  nature    opened_at   closed_at
        C1            城管局        检举控告  2023-11-01  2023-11-29
        C4            城管局        -         2023-11-01  2023-11-29
        C2            城管局        申诉求决  2023-11-01  2023-11-29
        C3            城管局        -         2023-11-01  2023-11-29""")
    noted(
        database,
        """
        complaints  C1  category  噪声        物业        2023-11-03  L1
        complaints  C2  nature    检举控告    申诉求决    2023-11-03  L1
        complaints  C2  category  噪声        物业        2023-11-03  L1
        complaints  C2  due_at    2023-11-02  2023-11-09  2023-11-03  L1
        complaints  C2  repeat_of  -          C3          2023-11-03  L1
        complaints  C4  nature    申诉求决    -           2023-11-03  L1
        complaints  C3  category  噪声        物业        2023-11-03  L1""",
    )
    assert kinds(database) == {"城管局": (1, 1, 4, 0)}
    rows = database.rows(changes.values(complaints, "reclassified", NOVEMBER))
    assert [(row[0], row[4]) for row in rows] == [("C3", "category"), ("C4", "nature")]
    assert database.rows(changes.value_count(complaints, "reclassified", NOVEMBER)) == [(2,)]
    assert database.rows(changes.values(complaints, "redated", NOVEMBER)) == []
    assert database.rows(changes.value_count(complaints, "merged", NOVEMBER)) == [(0,)]
    day = (datetime(2023, 11, 29),)
    assert sum(row[2] for row in database.rows(changes.closings(complaints, NOVEMBER))) == 4
    for rows, count in (
        (changes.month_end_rows(complaints, NOVEMBER, day), changes.month_end_count(complaints, NOVEMBER, day)),
        (changes.unasked_rows(complaints, NOVEMBER), changes.unasked_count(complaints, NOVEMBER)),
    ):
        assert sorted(row[0] for row in database.rows(rows)) == ["C3", "C4"]
        assert database.rows(count) == [(2,)]
    told = {row[0]: row[-1] for row in database.rows(changes.those(complaints, ("C1", "C2", "C3", "C4")))}
    assert told == {"C1": False, "C2": False, "C3": True, "C4": True}


def test_versions_come_the_newest_first(database):
    database.add("versions", """
        version  published_at  published_by  kind    added  changed  measures
        1        2023-11-03    甲            import  1      0        {}
        2        2023-11-10    甲            import  1      0        {}""")  # fmt: skip
    assert database.rows(changes.versions_published()) == [(2, SECOND), (1, FIRST)]
