"""Calls of streets to departments, and visits after closing: by hand on both engines, and once more in plain Python."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from cockpit import database as databases
from queries.aggregate import summary
from queries.filters import Filters
from queries.measures import MEASURES, MECHANISMS
from queries.sources import SOURCES, VISITS
from queries.tables import whistles
from tests.asking import days, november, plain
from tests.oracle import due_until

KNOWN = datetime(2023, 12, 1)


def told(database, key, filters=None, by=()):
    """As tests.asking.told, of the table that the measure is for."""
    frame = database.frame(summary([key], SOURCES[MEASURES[key].tables[0]], filters or november(), by))
    names = [f"{key}_n", f"{key}_d"] if MEASURES[key].is_ratio else [key]
    rows = [tuple(plain(row[name]) for name in names) for row in frame.to_dict("records")]
    numbers = [row if len(row) > 1 else row[0] for row in rows]
    return dict(zip(frame[by[0]], numbers, strict=True)) if by else numbers[0]


@pytest.fixture
def called(database):
    database.add("whistles", """
        whistle_id street   organisation opened_at        arrive_by        arrived_at       due_at     closed_at
        w1         西乡街道 城管局       2023-11-01T08 2023-11-02T08 2023-11-01T12 2023-11-11 2023-11-05
        w2         西乡街道 住建局       2023-11-02T08 2023-11-03T08 2023-11-03T09 2023-11-12 2023-11-20
        w3         福永街道 住建局       2023-11-03T08 2023-11-04T08 -                2023-11-13 -
        w4         福永街道 住建局       2023-11-30T20 2023-12-01T20 -                2023-12-10 -
        w5         福永街道 城管局       2023-11-10T08 -                2023-11-10T09 -          2023-11-12
        w6         福永街道 城管局       2023-10-10T08 2023-10-11    2023-11-15   2023-10-20 2023-11-16""")  # fmt: skip
    return database


def test_what_has_not_come_and_whose_time_has_run_is_late(called):
    assert told(called, "whistled") == 5
    assert told(called, "arrived_late_rate") == (2, 3)  # w2, w3; w4 may still come, w5 has no term
    assert told(called, "arrived_late_rate", by=("organisation",)) == {"住建局": (2, 2), "城管局": (0, 1)}
    assert told(called, "solved_late_rate") == (2, 3)  # w2, w3


def test_what_stands_overdue_is_counted_at_the_end_of_the_period(called):
    assert (told(called, "arrival_overdue"), told(called, "call_overdue")) == (1, 1)  # w3
    october = days("2023-10-01", "2023-10-31")
    assert (told(called, "arrival_overdue", october), told(called, "call_overdue", october)) == (1, 1)  # w6


@pytest.fixture
def visited(database):
    database.add_cases("""
        case_id street   opened_at  closed_at  outcome
        c1      西乡街道 2023-09-01 2023-10-05 mediated
        c2      西乡街道 2023-09-01 2023-10-10 mediated
        c3      福永街道 2023-09-01 2023-10-20 mediated
        c4      福永街道 2023-09-01 2023-11-20 mediated""")  # fmt: skip
    database.add_complaints("complaint_id street opened_at closed_at\nc1 石岩街道 2023-09-01 2023-10-06")
    database.add("follow_ups", """
        follow_up_id target     record visitor    due_at     done_at    result
        f1           cases      c1     网格员     2023-11-05 2023-11-02 stable
        f2           cases      c2     网格员     2023-11-10 2023-11-12 relapsed
        f3           cases      c3     平安志愿者 2023-11-20 -          -
        f4           cases      c4     平安志愿者 2023-12-21 2023-11-25 unreached
        f5           complaints c1     网格员     2023-11-06 2023-11-06 stable
        f6           cases      gone   网格员     2023-11-06 2023-11-06 stable""")  # fmt: skip
    return database


def test_visits_are_counted_by_the_day_they_are_due(visited):
    assert told(visited, "visits_due") == 4  # f4 is due later; the record of f6 is not there
    assert told(visited, "visited_rate") == (3, 4)
    assert told(visited, "visited_on_time_rate") == (2, 4)
    assert told(visited, "visited_on_time_rate", by=("visitor",)) == {"网格员": (2, 3), "平安志愿者": (0, 1)}
    assert told(visited, "visits_overdue") == 1


def test_what_they_found_is_counted_by_the_day_they_were_paid(visited):
    assert told(visited, "reached_rate") == (3, 4)
    assert told(visited, "relapse_rate") == (1, 3)
    assert told(visited, "relapse_rate", by=("street",)) == {
        "西乡街道": (1, 2),
        "福永街道": (0, 0),
        "石岩街道": (0, 1),
    }


def test_a_visit_has_the_place_and_kind_of_its_own_record(visited):
    """A case and a complaint may have the same number."""
    rows = visited.frame(select(VISITS)).set_index("follow_up_id")
    assert rows["street"].to_dict()["f1"] == "西乡街道"
    assert rows["street"].to_dict()["f5"] == "石岩街道"
    assert rows.loc["f5", "target"] == "complaints"
    assert len(rows) == 5


# --- once more in plain Python ----------------------------------------------------------------------------------------


def late(term, done):
    return term is not None and (done > term if done else term < KNOWN)


def judged(term, done):
    return term is not None and (done is not None or term < KNOWN)


def stood(times, end):
    return sum(run is not None and run < end and (when is None or when >= end) for run, when in times)


def plainly(rows, period):
    inside = [r for r in rows if period.since <= r.opened_at < period.until]
    return {
        "whistled": len(inside),
        "arrived_late_rate_n": sum(late(r.arrive_by, r.arrived_at) for r in inside),
        "arrived_late_rate_d": sum(judged(r.arrive_by, r.arrived_at) for r in inside),
        "solved_late_rate_n": sum(late(due_until(r), r.closed_at) for r in inside),
        "solved_late_rate_d": sum(judged(due_until(r), r.closed_at) for r in inside),
        "arrival_overdue": stood([(r.arrive_by, r.arrived_at) for r in rows], period.until),
        "call_overdue": stood([(due_until(r), r.closed_at) for r in rows], period.until),
    }


def plainly_visited(rows, period):
    def inside(moment):
        return moment is not None and period.since <= moment < period.until

    due, paid = [r for r in rows if inside(r.due_at)], [r for r in rows if inside(r.closed_at)]
    met = [r for r in paid if r.result in ("stable", "relapsed")]
    return {
        "visits_due": len(due),
        "visited_rate_n": sum(r.closed_at is not None for r in due),
        "visited_rate_d": len(due),
        "visited_on_time_rate_n": sum(r.closed_at is not None and r.closed_at <= due_until(r) for r in due),
        "visited_on_time_rate_d": len(due),
        "visits_overdue": stood([(due_until(r), r.closed_at) for r in rows], period.until),
        "reached_rate_n": len(met),
        "reached_rate_d": len(paid),
        "relapse_rate_n": sum(r.result == "relapsed" for r in met),
        "relapse_rate_d": len(met),
    }


@pytest.mark.parametrize("period", [(date(2023, 11, 1), date(2023, 11, 30)), (date(2023, 3, 1), date(2023, 8, 31))])
@pytest.mark.parametrize(("table", "count"), [(whistles, plainly), (VISITS, plainly_visited)])
def test_the_demonstration_says_the_same(demonstration_url, table, count, period):
    chosen = Filters(*period, KNOWN, "示范区")
    keys = [measure.key for measure in MECHANISMS if table.name in measure.tables]
    (said,) = databases.fetch(summary(keys, table, chosen), demonstration_url).to_dict("records")
    with databases.connect(demonstration_url) as connection:
        rows = connection.execute(select(table).where(table.c.district == "示范区")).all()
    expected = count(rows, chosen)
    assert min(expected.values()) > 0
    assert {name: said[name] for name in expected} == expected
    assert set(expected) >= {name for name in said if name not in keys or not MEASURES[name].is_ratio}
