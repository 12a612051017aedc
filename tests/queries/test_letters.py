"""三函 and the steps beside ordinary handling, on both engines. The period is November 2023, known to its end."""

import pytest

from queries import letters, petition_steps
from tests.asking import days, november, plain

HERE = november(district="示范区")


def told(database, statement, *columns: str) -> list:
    frame = database.frame(statement)
    rows = [tuple(plain(row[name]) for name in columns) for row in frame.to_dict("records")]
    return [row[0] if len(columns) == 1 else row for row in rows]


@pytest.fixture
def issued(database):
    database.add(
        "letters",
        """
        letter_id letter         organisation issued_at  due_at     answered_at district street
        A         supervision    住建局       2023-11-01 2023-11-10 2023-11-09  示范区   西乡街道
        B         supervision    住建局       2023-11-01 2023-11-10 2023-11-12  示范区   西乡街道
        C         supervision    城管局       2023-11-02 2023-11-20 -           示范区   福永街道
        D         risk           城管局       2023-11-03 2023-12-05 -           示范区   -
        E         risk           城管局       2023-11-03 -          -           示范区   -
        F         accountability 住建局       2023-11-04 -          2023-11-06  示范区   -
        G         risk           住建局       2023-11-05 2023-11-25 2023-12-01  示范区   -
        H         risk           住建局       2023-10-31 2023-11-25 -           示范区   -
        I         risk           住建局       2023-11-05 2023-11-25 -           别处     -""",
    )
    return database


COUNTS = ("issued", "dated", "due", "answered", "overdue", "waiting", "judged", "on_time")


def test_letters_are_counted_by_kind_and_add_up(issued):
    rows = told(issued, letters.by_kind(HERE), "letter", *COUNTS)
    assert {row[0]: row[1:] for row in rows} == {
        "supervision": (3, 3, 3, 2, 1, 0, 3, 1),
        "risk": (3, 2, 1, 0, 1, 2, 1, 0),  # G was answered after the data date
        "accountability": (1, 0, 0, 1, 0, 0, 0, 0),
    }
    assert all(issued_ == answered + overdue + waiting for _l, issued_, _d, _u, answered, overdue, waiting, *_r in rows)


def test_the_days_to_the_answer_are_those_of_answered_letters(issued):
    rows = told(issued, letters.by_kind(HERE), "letter", "median_days")
    assert dict(rows) == {"supervision": 9.5, "risk": None, "accountability": 2}


def test_letters_are_counted_by_body_and_kind(issued):
    rows = told(issued, letters.by_body(HERE), "organisation", "letter", "issued", "overdue")
    assert rows == [
        ("住建局", "accountability", 1, 0),
        ("住建局", "risk", 1, 1),
        ("住建局", "supervision", 2, 0),
        ("城管局", "risk", 2, 0),
        ("城管局", "supervision", 1, 1),
    ]


def test_overdue_letters_come_first_then_those_that_wait(issued):
    rows = told(issued, letters.rows(HERE, 10), "letter_id", "days_over")
    assert rows == [("C", 11), ("G", 6), ("D", -4), ("E", None), ("B", 2), ("A", -1), ("F", None)]
    assert issued.rows(letters.row_count(HERE)) == [(7,)]
    assert told(issued, letters.rows(HERE, 2, 1), "letter_id") == ["G", "D"]


def test_a_letter_has_a_street_and_neither_category_nor_channel(issued):
    here = november(streets=("西乡街道",), categories=("噪声扰民",), channels=("来访",))
    assert sorted(told(issued, letters.rows(here, 10), "letter_id")) == ["A", "B"]


def test_letters_about_what_is_or_was_an_accusation_are_counted_and_stand_in_no_list(database):
    database.add_complaints("complaint_id nature\nA 检举控告\nB 申诉求决\nC -")
    database.add("history", "target record field old new load_id\ncomplaints B nature 检举控告 申诉求决 L1")
    database.add(
        "letters",
        """
        letter_id letter organisation issued_at  district complaint_id
        1         risk   住建局       2023-11-01 示范区   A
        2         risk   住建局       2023-11-01 示范区   B
        3         risk   住建局       2023-11-01 示范区   C
        4         risk   住建局       2023-11-01 示范区   X
        5         risk   住建局       2023-11-01 示范区   -""",
    )
    assert told(database, letters.rows(HERE, 10), "letter_id") == ["3", "4", "5"]
    assert database.rows(letters.row_count(HERE)) == [(3,)]
    assert told(database, letters.by_kind(HERE), "issued") == [5]


@pytest.mark.parametrize(("district", "n"), [("示范区", 8), (None, 9), ("没有", 0)])
def test_letters_are_known_by_district(issued, district, n):
    assert issued.rows(letters.known(district)) == [(n,)]


@pytest.fixture
def steps(database):
    database.add_complaints("""
        complaint_id street   nature
        A            西乡街道 申诉求决
        B            福永街道 申诉求决
        C            西乡街道 检举控告""")
    database.add(
        "complaint_steps",
        """
        complaint_id position step      entered_at left_at    result
        A            1        transfer  2023-11-01 2023-11-03 -
        A            2        hearing   2023-11-05 2023-11-15 settled
        B            1        hearing   2023-11-06 2023-11-26 partly
        B            2        hearing   2023-11-07 2023-12-01 rejected
        C            1        hearing   2023-11-04 -          -
        B            3        reasoning 2023-12-01 -          -""",
    )
    return database


def test_results_are_counted_as_far_as_the_data_know(steps):
    rows = told(steps, petition_steps.results(HERE), "step", "result", "whole", "n", "done")
    assert sorted(rows, key=str) == sorted(
        [
            ("hearing", "settled", 0, 1, 1),
            ("hearing", "partly", 0, 1, 1),
            ("hearing", None, 0, 2, 0),  # one without a result, one decided after the data date
            ("hearing", None, 1, 4, 2),
            ("transfer", None, 0, 1, 1),
            ("transfer", None, 1, 1, 1),
        ],
        key=str,
    )


def test_the_days_of_a_step_are_those_of_what_is_done(steps):
    rows = told(steps, petition_steps.results(HERE), "step", "whole", "median_days")
    assert {step: value for step, whole, value in rows if whole} == {"hearing": 15, "transfer": 2}


def test_steps_are_listed_without_accusations_those_not_done_first(steps):
    rows = told(steps, petition_steps.rows(HERE, ("hearing", "reasoning"), 10), "complaint_id", "result")
    assert rows == [("B", None), ("A", "settled"), ("B", "partly")]
    assert steps.rows(petition_steps.row_count(HERE, ("hearing", "reasoning"))) == [(3,)]
    assert steps.rows(petition_steps.row_count(days("2023-12-01", "2023-12-31"), ("reasoning",))) == [(1,)]
    assert steps.rows(petition_steps.row_count(november(streets=("西乡街道",)), ("hearing",))) == [(1,)]
