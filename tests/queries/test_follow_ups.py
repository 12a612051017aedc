"""Whether a resolution held, and the visits that found out, on both engines."""

import pytest

from queries.follow_ups import lasting, visit_count, visits
from tests.asking import days, november


@pytest.fixture
def closed(database):
    database.add_cases("""
        case_id street   opened_at  closed_at  outcome       reopened_at
        c1      西乡街道 2023-06-01 2023-06-11 mediated      2023-07-01T12
        c2      西乡街道 2023-06-01 2023-06-01 payment_order -
        c3      福永街道 2023-06-01 2023-07-01 failed        2023-07-05
        c4      福永街道 2023-05-01 2023-05-31 written_off   2023-05-01
        c5      福永街道 2023-05-01 -          mediated      2023-06-01""")  # fmt: skip
    database.add_cases("case_id district closed_at outcome\nc6 别处区 2023-06-20 mediated")
    return database


def test_what_was_resolved_is_followed_from_its_closing(closed):
    frame = closed.frame(lasting("示范区"))
    assert frame["street"].tolist() == ["福永街道", "西乡街道", "西乡街道"]
    assert frame["again"].tolist()[2] == 20.5
    assert frame["again"].isna().tolist() == [True, True, False]  # a time before the closing says nothing
    assert len(closed.frame(lasting(None))) == 4


@pytest.fixture
def visited(database):
    database.add_cases("""
        case_id street   opened_at  closed_at  outcome
        c1      西乡街道 2023-09-01 2023-10-05 mediated
        c2      西乡街道 2023-09-01 2023-10-10 mediated
        c3      福永街道 2023-09-01 2023-10-20 mediated""")  # fmt: skip
    database.add("follow_ups", """
        follow_up_id target record visitor    due_at     done_at    result
        f1           cases  c1     网格员     2023-11-05 -          -
        f2           cases  c2     网格员     2023-11-10 2023-11-12 relapsed
        f3           cases  c3     平安志愿者 2023-10-20 2023-12-02 relapsed
        f4           cases  c3     平安志愿者 2023-12-05 -          -""")  # fmt: skip
    return database


def ids(frame):
    return frame["follow_up_id"].tolist()


def test_visits_that_stood_overdue_at_the_end_of_the_period(visited):
    frame = visited.frame(visits(november(), "overdue", 10))
    assert ids(frame) == ["f3", "f1"]  # f3 was paid later than that
    assert ids(visited.frame(visits(november(), "overdue", 1, 1))) == ["f1"]
    assert ids(visited.frame(visits(november(streets=("西乡街道",)), "overdue", 10))) == ["f1"]
    assert frame["record"].tolist() == ["c3", "c1"]


def test_visits_that_found_it_flaring_up_again(visited):
    assert ids(visited.frame(visits(november(), "relapsed", 10))) == ["f2"]
    assert ids(visited.frame(visits(days("2023-12-01", "2023-12-31"), "relapsed", 10))) == ["f3"]


def test_visits_after_what_is_or_was_an_accusation_stand_in_no_list(visited):
    visited.add_complaints("""
        complaint_id nature   closed_at
        c1           检举控告 2023-10-01
        p2           申诉求决 2023-10-01
        p3           -        2023-10-01""")
    visited.add("follow_ups", """
        follow_up_id target     record visitor due_at     done_at
        g1           complaints c1     网格员  2023-11-01 -
        g2           complaints p2     网格员  2023-11-02 -
        g3           complaints p3     网格员  2023-11-03 -""")  # fmt: skip
    visited.add(
        "history",
        """
        target     record field  old      new      load_id
        complaints p2     nature 检举控告 申诉求决 L1
        cases      c1     nature 检举控告 申诉求决 L1
        complaints p3     nature 申诉求决 -        L1""",
    )
    assert ids(visited.frame(visits(november(), "overdue", 10))) == ["f3", "g3", "f1"]
    assert visited.rows(visit_count(november(), "overdue")) == [(3,)]
    assert visited.rows(visit_count(november(), "relapsed")) == [(1,)]
