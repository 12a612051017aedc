"""The calls of streets to departments one by one, on both engines."""

import pytest

from queries.whistles import calls, listed
from tests.asking import days, november


@pytest.fixture
def called(database):
    database.add("whistles", """
        whistle_id street   opened_at     arrive_by     arrived_at    due_at     closed_at
        w1         西乡街道 2023-11-01T08 2023-11-02T08 2023-11-01T14 2023-11-11 2023-11-05T08
        w2         西乡街道 2023-11-02T08 2023-11-03T08 2023-11-04T08 2023-11-12 2023-11-20T08
        w3         福永街道 2023-11-03T08 2023-11-04T08 -             2023-11-13 -
        w4         福永街道 2023-11-30T20 2023-12-01T20 -             2023-12-10 -
        w5         福永街道 2023-10-10T08 2023-10-11    2023-11-15    2023-10-20 2023-11-16""")  # fmt: skip
    return database


def test_durations_are_counted_from_the_call(called):
    frame = called.frame(calls(november())).sort_values("watched")
    assert len(frame) == 4
    assert frame["arrived"].tolist()[-1] == 0.25
    assert frame["solved"].dropna().tolist() == [18, 4]
    assert frame["watched"].iloc[0] == pytest.approx(4 / 24)


def ids(database, *asked):
    return database.frame(listed(*asked))["whistle_id"].tolist()


def test_those_who_never_came_stand_before_the_slowest(called):
    assert ids(called, november(), "slow", 10) == ["w3", "w2"]
    assert ids(called, november(streets=("西乡街道",)), "slow", 10) == ["w2"]
    assert ids(called, november(), "slow", 1, 1) == ["w2"]


def test_who_is_waiting_is_told_at_the_end_of_the_period(called):
    october = days("2023-10-01", "2023-10-31")
    assert ids(called, november(), "waiting", 10) == ["w3"]
    assert ids(called, october, "waiting", 10) == ["w5"]
    assert ids(called, november(), "unsolved", 10) == ["w3"]
    assert ids(called, october, "unsolved", 10) == ["w5"]
