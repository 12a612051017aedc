"""The published figures, each by its id, as the cockpit's own queries answer them from the rows."""

from datetime import date

import pytest
from sqlalchemy import and_, func, select

from queries.tables import case_steps, cases, complaints, mediators, organisations
from sample_data import longwan

FINANCE = (longwan.FINANCE.name,)
START, END = date(2023, 2, 1), date(2023, 11, 30)
LOST = "去向未公布"
YEAR_START = date(2023, 1, 1)
COHORT = and_(cases.c.programme == longwan.PROGRAMME, cases.c.opened_at >= START, cases.c.opened_at < date(2023, 12, 1))


@pytest.fixture(scope="module")
def count(fetch):
    """How many rows a condition leaves: count(cases, cases.c.outcome == "filed")."""
    return lambda table, *where: fetch(select(func.count().label("n")).select_from(table).where(*where))["n"].item()


@pytest.fixture(scope="module")
def tiers(fetch):
    by_tier = select(organisations.c.tier, func.count().label("n")).where(organisations.c.district == "宝安区")
    return fetch(by_tier.group_by(organisations.c.tier)).set_index("tier")["n"]


@pytest.fixture(scope="module")
def exits(fetch):
    """How many of the cohort left the funnel at a step, by exit; LOST where nobody knows how."""
    last = case_steps.join(cases, cases.c.case_id == case_steps.c.case_id)
    result = func.coalesce(case_steps.c.result, LOST)
    left = fetch(
        select(case_steps.c.step, result.label("result"), func.count().label("n"))
        .select_from(last)
        .where(COHORT, result != "passed")
        .group_by(case_steps.c.step, result)
    )
    return {(row.step, row.result): row.n for row in left.itertuples()}


@pytest.fixture(scope="module")
def entered(fetch):
    """How many of the cohort entered each step."""
    steps = case_steps.join(cases, cases.c.case_id == case_steps.c.case_id)
    found = fetch(
        select(case_steps.c.step, func.count().label("n")).select_from(steps).where(COHORT).group_by(case_steps.c.step)
    )
    return found.set_index("step")["n"]


def test_B1(measure, count):
    assert measure("mediated", "宝安区") == 144_600
    assert count(cases, cases.c.district == "宝安区", cases.c.opened_at < date(2020, 1, 1)) == 0


def test_B2(measure):
    assert 0.98 <= measure("mediation_success_rate", "宝安区") < 1


def test_B3(tiers):
    assert (tiers["district_centre"], tiers["street_centre"]) == (1, 5)
    assert tiers["community_station"] > 0


def test_B4(tiers):
    assert [tiers[tier] for tier in ("agency", "platform", "team", "window")] == [15, 6, 4, 3]


def test_B5(tiers):
    assert tiers["studio"] == 10


def test_L1(entered):
    assert entered[longwan.INTAKE] == 2_000


def test_L2(exits):
    by_exit = [n for (_, result), n in exits.items() if result in ("written_off", "mediated")]
    assert sum(by_exit) == 1_108


def test_L3(exits):
    assert exits[longwan.ORDER, "payment_order"] == 403


def test_L4(exits):
    assert sum(n for (_, result), n in exits.items() if result == "filed") == 6


def test_L5(exits, count):
    lost = {step: n for (step, result), n in exits.items() if result == LOST}
    assert lost == {longwan.PRESERVATION: 444, longwan.ORDER: 39}
    closed_without_a_time = cases.c.closed_at.is_(None), cases.c.status == "closed"
    assert count(cases, COHORT, cases.c.outcome == "unknown", *closed_without_a_time) == 483


def test_L6(measure):
    before = measure("filed", "龙湾区", date(2022, 2, 1), date(2022, 11, 30), categories=FINANCE)
    now = measure("filed", "龙湾区", START, END, categories=FINANCE)
    assert (before, now) == (1_000, 379)
    assert round(now / before - 1, 3) == -0.621


def test_L7(fetch, measure):
    sums = select(func.sum(cases.c.amount_paid).label("paid"), func.sum(cases.c.amount_waived).label("waived"))
    paid, waived = fetch(sums.where(COHORT)).iloc[0]
    assert (float(paid), float(waived)) == (33_677_100.00, 5_053_500.00)
    assert measure("amount_paid", "龙湾区", START, END, categories=FINANCE) == pytest.approx(33_677_100.00, abs=0.001)
    assert measure("amount_waived", "龙湾区", START, END, categories=FINANCE) == pytest.approx(5_053_500.00, abs=0.001)


def test_L8(measure, count):
    assert count(cases, COHORT, cases.c.outcome == "mediated") == 708
    assert measure("enforcement_rate", "龙湾区", START, END, categories=FINANCE) == 0


def test_L10(measure, count):
    screened = case_steps.c.programme == longwan.PROGRAMME, case_steps.c.step == longwan.SCREENING
    total, left = count(case_steps, *screened), count(case_steps, *screened, case_steps.c.result == "written_off")
    assert (left, total) == (407, 2_030)
    assert 0.20 <= left / total <= 0.30
    assert measure("amount_written_off", "龙湾区", categories=FINANCE) == pytest.approx(11_915_600.00, abs=0.001)


def test_L11(entered, exits):
    assert entered[longwan.PRESERVATION] == 900
    assert 0.40 <= exits[longwan.PRESERVATION, "mediated"] / entered[longwan.PRESERVATION] <= 0.60


def test_L13(count):
    assert count(cases, cases.c.programme == longwan.CAR_LOANS, cases.c.outcome == "mediated") == 188


def test_X1(measure):
    assert measure("received", "新罗区", YEAR_START, END) == 13_696
    assert measure("resolution_rate", "新罗区", YEAR_START, END) == 11_767 / 13_696
    assert round(11_767 / 13_696, 3) == 0.859


def test_X2(measure, count):
    backlog = complaints.c.district == "新罗区", complaints.c.backlog.is_(True)
    assert count(complaints, *backlog) == 240
    assert count(complaints, complaints.c.district == "新罗区", complaints.c.status == "open") > 0
    assert measure("backlog_cleared_rate", "新罗区", table="complaints") == 1


def test_N1(measure, count):
    assert measure("closed", "南海区", YEAR_START, END, "complaints") == 13_800
    assert measure("resolved", "南海区", YEAR_START, END) == 13_800
    settled = complaints.c.district == "南海区", complaints.c.closed_at >= YEAR_START, complaints.c.solved.is_(True)
    assert count(complaints, *settled, complaints.c.case_id.is_not(None)) == 13_800


def test_no_case_takes_preservation_and_a_payment_order(count):
    ordered = case_steps.alias("ordered")
    both = case_steps.join(ordered, ordered.c.case_id == case_steps.c.case_id)
    assert count(both, case_steps.c.step == longwan.PRESERVATION, ordered.c.step == longwan.ORDER) == 0


def test_every_mediator_of_a_real_district_is_on_a_roll(count):
    assert count(mediators, mediators.c.organisation_id.is_(None)) == 0
