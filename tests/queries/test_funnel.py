"""Every case of a programme is in exactly one place, on both engines, for any data and any choice."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cockpit import database as databases
from cockpit.analysis.discretion import masked
from cockpit.analysis.funnel import read, resolution
from queries import funnel
from queries.aggregate import summary
from queries.filters import Filters
from queries.tables import OUTCOMES, RESOLVED, cases, metadata
from tests.rows import DISTRICT, Rows

PROGRAMME = "诉前调解"
NOVEMBER = Filters(date(2023, 11, 1), date(2023, 11, 30), datetime(2023, 12, 31), DISTRICT)


def places(database, filters=NOVEMBER, basis="cohort") -> dict:
    """(step, place) → cases of this period."""
    found = read(database.frame(funnel.steps(filters, PROGRAMME, basis)))
    return {(step.name, place): n for step in found.steps for place, n in step.places.items()}


# --- one rule at a time -----------------------------------------------------------------------------------------------


def test_steps_branches_and_exits(database):
    database.add_cases("""
        case_id  closed_at   outcome        amount_paid
        A        2023-11-09  written_off    -
        B        2023-11-20  mediated       100.50
        C        2023-11-25  payment_order  200
        D        -           -              -""")
    database.add("case_steps", """
        case_id  position  step  entered_at  left_at     result
        A        1         筛查  2023-11-01  2023-11-09  written_off
        B        1         筛查  2023-11-02  2023-11-05  passed
        B        2         保全  2023-11-05  2023-11-20  mediated
        C        1         筛查  2023-11-03  2023-11-04  passed
        C        2         督促  2023-11-04  2023-11-25  payment_order
        D        1         筛查  2023-11-28  -           -""")  # fmt: skip
    found = read(database.frame(funnel.steps(NOVEMBER, PROGRAMME)))
    assert [(step.name, step.sources) for step in found.steps] == [
        ("筛查", {None: 4}),
        ("保全", {"筛查": 1}),
        ("督促", {"筛查": 1}),
    ]
    assert found.steps[0].places == {"written_off": 1, "in_progress": 1, "passed": 2}
    assert found.exits == {"mediated": 1, "payment_order": 1, "written_off": 1, "in_progress": 1}
    assert (found.received, found.residual, found.resolved) == (4, 1, 3)
    assert found.amount("amount_paid") == 300.5
    assert found.steps[1].median_days == 15
    assert found.steps[0].timed == 3


@pytest.mark.parametrize(
    ("case", "result", "place"),
    [
        ("closed_at 2023-11-20 outcome mediated", "failed", "failed"),  # the step's own exit
        ("closed_at 2023-11-20 outcome mediated", "-", "mediated"),  # else the outcome
        ("closed_at 2023-11-20 outcome mediated", "passed", "mediated"),  # passed on to nowhere
        ("closed_at - outcome withdrawn", "-", "withdrawn"),  # closed without a time
        ("filed_at 2023-11-20 outcome -", "-", "filed"),  # else the filing
        ("closed_at 2023-11-20 outcome unknown", "-", "unknown"),
        ("closed_at 2023-11-20 outcome -", "unknown", "unknown"),
        ("closed_at - outcome -", "-", "in_progress"),
        ("closed_at 2024-01-01 outcome mediated", "-", "in_progress"),  # after the data date
        ("filed_at 2024-01-01 outcome -", "-", "in_progress"),
    ],
)
def test_where_a_case_is_when_its_last_step_is_over(database, case, result, place):
    words = case.split()
    database.add_cases(" ".join(["case_id", *words[::2]]) + "\n" + " ".join(["A", *words[1::2]]))
    database.add("case_steps", f"case_id position entered_at result\nA 1 2023-11-02 {result}")
    assert places(database) == {("委派", place): 1}


def test_a_cohort_is_of_those_that_came_and_a_period_of_what_happened(database):
    database.add_cases("case_id closed_at outcome\nA 2023-11-10 mediated\nB 2023-12-10 failed\nC - -")
    database.add("case_steps", """
        case_id  position  step  entered_at  left_at     result
        A        1         登记  2023-10-01  2023-10-02  passed
        A        2         调解  2023-10-02  2023-11-10  mediated
        B        1         登记  2023-11-01  2023-11-02  passed
        B        2         调解  2023-11-02  2023-12-10  failed
        C        1         登记  2023-12-01  -           -""")  # fmt: skip
    assert places(database) == {("登记", "passed"): 1, ("调解", "failed"): 1}
    assert places(database, basis="period") == {
        ("登记", "passed"): 1,
        ("调解", "mediated"): 1,
        ("调解", "in_progress"): 1,
    }
    found = read(database.frame(funnel.steps(NOVEMBER, PROGRAMME, "period")))
    assert [(step.name, step.carried, step.entered) for step in found.steps] == [("登记", 0, 1), ("调解", 1, 1)]
    assert resolution(found, "period").lower == 1


def test_last_year_is_seen_as_it_stood_a_year_ago(database):
    database.add_cases("case_id closed_at outcome\nA 2022-12-01 mediated\nB 2023-06-01 mediated")
    database.add("case_steps", """
        case_id  position  entered_at  left_at     result
        A        1         2022-11-02  2022-12-01  mediated
        B        1         2022-11-03  2023-06-01  mediated""")  # fmt: skip
    frame = database.frame(funnel.steps(NOVEMBER, PROGRAMME))
    assert read(frame).total == 0
    assert read(frame, 1).exits == {"mediated": 1, "in_progress": 1}


def test_two_years_are_not_compared_with_themselves():
    assert funnel.last_year(Filters(date(2022, 1, 1), date(2023, 6, 30), datetime(2023, 12, 1))) is None
    year = funnel.last_year(Filters(date(2023, 1, 1), date(2023, 12, 31), datetime(2024, 3, 1)))
    assert (year.start, year.end, year.data_date) == (date(2022, 1, 1), date(2022, 12, 31), datetime(2023, 3, 1))
    leap = funnel.last_year(Filters(date(2024, 2, 1), date(2024, 2, 29), datetime(2024, 2, 29, 12)))
    assert (leap.end, leap.data_date) == (date(2023, 2, 28), datetime(2023, 2, 28, 12))


def test_only_the_chosen_street_and_channel_are_counted(database):
    database.add_cases("case_id street channel\nA 西乡街道 来访\nB 福永街道 来访\nC 西乡街道 网上")
    database.add("case_steps", "case_id position\nA 1\nB 1\nC 1")
    chosen = Filters(NOVEMBER.start, NOVEMBER.end, NOVEMBER.data_date, DISTRICT, ("西乡街道",), channels=("来访",))
    assert places(database, chosen) == {("委派", "in_progress"): 1}
    assert len(database.rows(funnel.residual(chosen, PROGRAMME))) == 1
    nobody = Filters(NOVEMBER.start, NOVEMBER.end, NOVEMBER.data_date, DISTRICT, scope=())
    assert database.frame(funnel.steps(nobody, PROGRAMME)).empty


def test_resolved_after_filing_is_no_resolution_without_trial(database):
    database.add_cases("""
        case_id  closed_at   outcome   filed_at
        A        2023-11-20  mediated  2023-11-10
        B        2023-11-20  mediated  2023-11-25""")
    database.add("case_steps", """
        case_id  position  entered_at  left_at     result
        A        1         2023-11-02  2023-11-20  mediated
        B        1         2023-11-02  2023-11-20  mediated""")  # fmt: skip
    found = read(database.frame(funnel.steps(NOVEMBER, PROGRAMME)))
    assert (found.exits, found.resolved, found.filed_later) == ({"mediated": 2}, 1, 2)


def test_the_residual_says_which_cases_they_are(database):
    database.add_cases("case_id status outcome\nA closed unknown\nB open -\nC closed mediated")
    database.add("case_steps", "case_id position result\nA 1 -\nB 1 -\nC 1 mediated")
    rows = database.frame(funnel.residual(NOVEMBER, PROGRAMME))
    assert list(zip(rows["case_id"], rows["place"], strict=True)) == [("A", "unknown"), ("B", "in_progress")]


def test_programmes_by_place_and_kind(database):
    database.add_cases("case_id street\nA 西乡街道\nB 西乡街道\nC -")
    database.add("case_steps", """
        case_id  position  programme  entered_at
        A        1         甲         2023-01-01
        B        1         甲         2023-03-01
        B        2         甲         2023-04-01
        C        1         乙         2023-02-01""")  # fmt: skip
    found = database.frame(funnel.programmes()).set_index("programme")
    assert found.loc["甲", ["street", "cases", "first", "last"]].tolist() == [
        "西乡街道",
        2,
        pd.Timestamp(2023, 1, 1),
        pd.Timestamp(2023, 3, 1),
    ]
    assert pd.isna(found.loc["乙", "street"])


def test_no_case_no_row(database):
    assert database.frame(funnel.steps(NOVEMBER, PROGRAMME)).empty
    assert read(database.frame(funnel.steps(NOVEMBER, PROGRAMME))).total == 0
    assert database.frame(funnel.programmes()).empty


# --- any data, any choice ---------------------------------------------------------------------------------------------

START = datetime(2023, 1, 1)
MOMENTS = st.integers(0, 60).map(lambda half_days: START + timedelta(hours=12 * half_days))
EXITS = st.sampled_from([None, "passed", "unknown", *OUTCOMES, "另行处理"])
STEP = st.fixed_dictionaries(
    {
        "step": st.sampled_from(["甲", "乙", "丙"]),
        "entered_at": MOMENTS,
        "left_at": st.none() | MOMENTS,
        "result": EXITS,
    }
)
CASE = st.fixed_dictionaries(
    {
        "street": st.sampled_from([None, "西乡街道", "福永街道"]),
        "opened_at": MOMENTS,
        "closed_at": st.none() | MOMENTS,
        "filed_at": st.none() | MOMENTS,
        "status": st.sampled_from(["open", "closed"]),
        "outcome": st.none() | st.sampled_from(OUTCOMES),
        "steps": st.lists(STEP, max_size=4),
    }
)
DAYS = st.integers(0, 31).map(lambda day: date(2023, 1, 1) + timedelta(days=day))
CHOICES = st.builds(
    lambda one, other, data_date, streets: Filters(
        min(one, other), max(one, other), data_date, DISTRICT, streets, scope=None
    ),
    DAYS,
    DAYS,
    MOMENTS,
    st.sampled_from([(), ("西乡街道",), ("西乡街道", "福永街道")]),
)


def path_of(case: dict) -> list[tuple]:
    """(step, step before, entered, place it leads to, when) as the definition says, walked through by hand."""
    path, moment = [], datetime.min
    for step in case["steps"]:
        moment = max(moment, step["entered_at"])
        path.append((step["step"], path[-1][0] if path else None, moment))
    walked = [(*now, "passed", following[2]) for now, following in pairwise(path)]
    if not path:
        return []
    last, (name, origin, entered) = case["steps"][-1], path[-1]
    place, when = ending(case, last, entered)
    return [*walked, (name, origin, entered, place, max(when, entered) if when else None)]


def ending(case: dict, last: dict, entered: datetime) -> tuple:
    closed = case["closed_at"] or (case["opened_at"] if case["status"] == "closed" else None)
    if last["result"] not in (None, "passed", "unknown"):
        return last["result"], last["left_at"] or case["closed_at"] or entered
    if closed and case["outcome"] not in (None, "unknown"):
        return case["outcome"], last["left_at"] or closed
    if case["filed_at"]:
        return "filed", case["filed_at"]
    return ("unknown", last["left_at"] or closed) if closed else (None, None)


def expected(disputes: list[dict], filters: Filters, basis: str) -> Counter:
    """How many are where: (step, step before, carried, place)."""
    found: Counter = Counter()
    for case in disputes:
        if filters.streets and case["street"] not in filters.streets:
            continue
        path = path_of(case)
        since, end = filters.since, min(filters.until, filters.data_date)
        if basis == "cohort":
            if not path or not filters.since <= path[0][2] < filters.until:
                continue
            since, end = datetime.min, filters.data_date
        for step, origin, entered, place, when in path:
            if entered < end and (when is None or when >= since):
                carried = basis == "period" and entered < since
                found[step, origin, carried, place if when is not None and when < end else "in_progress"] += 1
    return found


def fill(database, disputes: list[dict]) -> None:
    database.empty()
    rows, written, steps = Rows(), [], []
    for number, case in enumerate(disputes):
        known = {name: value for name, value in case.items() if name != "steps"}
        written.append(rows.row("cases", case_id=f"C{number}", **known))
        for position, step in enumerate(case["steps"], 1):
            steps.append(rows.row("case_steps", case_id=f"C{number}", programme=PROGRAMME, position=position, **step))
    with database.engine.begin() as connection:
        for name, table in (("cases", written), ("case_steps", steps)):
            if table:
                connection.execute(metadata.tables[name].insert(), table)


ANY_DATA = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@ANY_DATA
@given(disputes=st.lists(CASE, max_size=12), filters=CHOICES, basis=st.sampled_from(["cohort", "period"]))
def test_every_case_has_exactly_one_place(database, disputes, filters, basis):
    fill(database, disputes)
    frame = database.frame(funnel.steps(filters, PROGRAMME, basis))
    this = frame[(frame["back"] == 0) & (frame["whole"] == 0)] if len(frame) else frame
    counted = {
        (row.step, None if pd.isna(row.origin) else row.origin, bool(row.carried), row.place): row.cases
        for row in this.itertuples()
    }
    assert counted == dict(expected(disputes, filters, basis))

    found = read(frame)
    assert found.total == sum(found.exits.values())  # entered (and found) = exits + residual
    for step in found.steps:
        assert step.handled == step.passed + sum(step.left.values())
        onward = sum(other.sources.get(step.name, 0) for other in found.steps)
        assert step.passed == onward
    listed = database.frame(funnel.residual(filters, PROGRAMME, basis))
    assert len(listed) == found.residual == listed["case_id"].nunique()
    clear = resolution(found, basis)
    assert not clear.base or 0 <= clear.lower <= clear.upper <= 1


@ANY_DATA
@given(disputes=st.lists(CASE, max_size=40), filters=CHOICES, basis=st.sampled_from(["cohort", "period"]))
def test_nothing_small_is_left_to_whoever_may_not_see_rows(disputes, filters, basis, database):
    fill(database, disputes)
    whole = read(database.frame(funnel.steps(filters, PROGRAMME, basis)))
    seen = masked(whole, 5)
    assert seen.total == (whole.total if whole.total >= 5 else 0)
    assert seen.received in (whole.received, 0) or np.isnan(seen.received)
    assert seen.total == sum(seen.exits.values()) == sum(sum(step.left.values()) for step in seen.steps)
    clear = resolution(seen, basis)
    numbers = [n for step in seen.steps for n in (step.carried, *step.sources.values(), *step.places.values())]
    numbers += [*seen.exits.values(), *map(seen.count, OUTCOMES), seen.residual, seen.filed_later, clear.unclear]
    numbers += [step.timed for step in seen.steps] + [seen.received, seen.total - seen.received]
    assert not [n for n in numbers if 0 < n < 5]
    for step in seen.steps:
        assert step.handled == step.passed + sum(step.left.values())


# --- the published figures, as the page answers them ------------------------------------------------------------------

LONGWAN = Filters(date(2023, 2, 1), date(2023, 11, 30), datetime(2023, 12, 1), "龙湾区")
FINANCE = "金融1+N"


@pytest.fixture(scope="module")
def longwan(demonstration_url):
    return read(databases.fetch(funnel.steps(LONGWAN, FINANCE), demonstration_url))


def test_L1(longwan):
    assert longwan.received == longwan.total == 2_000


def test_L2(longwan):
    mediation = {step.name: step for step in longwan.steps}
    left = {name: mediation[name].left for name in ("查废筛查", "以保促调", "诉前调解")}
    assert [left["查废筛查"]["written_off"], left["以保促调"]["mediated"], left["诉前调解"]["mediated"]] == [
        400,
        450,
        258,
    ]


def test_L3(longwan):
    assert longwan.exits["payment_order"] == 403


def test_L4(longwan):
    assert longwan.exits["filed"] == 6


def test_L5(longwan):
    assert longwan.exits["unknown"] == longwan.residual == 483
    assert {step.name: n for step in longwan.steps if (n := step.left.get("unknown"))} == {
        "以保促调": 444,
        "督促程序": 39,
    }
    clear = resolution(longwan, "cohort")
    assert (round(clear.lower, 4), round(clear.upper, 3)) == (0.7555, 0.997)


def test_L7(longwan):
    assert longwan.amount("amount_paid") == pytest.approx(33_677_100, abs=0.005)
    assert longwan.amount("amount_waived") == pytest.approx(5_053_500, abs=0.005)


def test_L10(demonstration_url):
    ever = Filters(date(2020, 1, 1), date(2023, 11, 30), LONGWAN.data_date, "龙湾区")
    found = read(databases.fetch(funnel.steps(ever, FINANCE), demonstration_url))
    screening = next(step for step in found.steps if step.name == "查废筛查")
    assert screening.left["written_off"] == 407
    assert 0.2 <= 407 / screening.entered <= 0.3
    assert found.amount("amount_written_off") == pytest.approx(11_915_600, abs=0.005)


def test_L11(longwan):
    preservation = next(step for step in longwan.steps if step.name == "以保促调")
    assert 0.4 <= preservation.left["mediated"] / preservation.entered <= 0.6


def test_branches_lie_in_the_order_of_their_positions(longwan):
    assert [step.name for step in longwan.steps] == ["接收", "查废筛查", "以保促调", "诉前调解", "督促程序"]


@pytest.mark.parametrize("programme", ["金融1+N", "诉前联调"])
def test_the_range_begins_with_the_measure(demonstration_url, programme):
    """pretrial_resolution_rate counts what is known to be resolved, so it is the lower limit of the range."""
    filters = (
        LONGWAN if programme == FINANCE else Filters(date(2023, 3, 1), date(2023, 8, 31), LONGWAN.data_date, "示范区")
    )
    found = read(databases.fetch(funnel.steps(filters, programme), demonstration_url))
    rate = databases.fetch(summary(["pretrial_resolution_rate"], cases, filters), demonstration_url).iloc[0]
    assert resolution(found, "cohort").lower == pytest.approx(rate["pretrial_resolution_rate"])
    assert sum(found.exits.get(place, 0) for place in RESOLVED) == rate["pretrial_resolution_rate_n"]
