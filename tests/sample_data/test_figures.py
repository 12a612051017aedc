"""The published figures, each by its id, as the cockpit's own queries answer them from the rows."""

from datetime import date, datetime

import pandas as pd
import pytest
from sqlalchemy import func, select

from queries import funnel
from queries.filters import Filters
from queries.tables import case_steps, cases, complaints, mediators, organisations
from sample_data import longwan

DATA_DATE = datetime(2023, 12, 1)
FINANCE = (longwan.FINANCE.name,)
START, END = date(2023, 2, 1), date(2023, 11, 30)
YEAR_START = date(2023, 1, 1)


@pytest.fixture(scope="module")
def count(fetch):
    """How many rows a condition leaves: count(cases, cases.c.outcome == "filed")."""
    return lambda table, *where: fetch(select(func.count().label("n")).select_from(table).where(*where))["n"].item()


@pytest.fixture(scope="module")
def tiers(fetch):
    by_tier = select(organisations.c.tier, func.count().label("n")).where(organisations.c.district == "宝安区")
    return fetch(by_tier.group_by(organisations.c.tier)).set_index("tier")["n"]


@pytest.fixture(scope="module")
def moves(fetch):
    """Where the cases of the cohort went from each step, as the funnel page asks for it."""

    def since(first: date) -> pd.DataFrame:
        chosen = Filters(first, END, DATA_DATE, "龙湾区")
        frame = fetch(funnel.steps(chosen, longwan.PROGRAMME, "cohort", compared=False))
        parts = frame[frame["whole"] == 0]
        return parts.assign(out=~parts["place"].isin([funnel.PASSED, funnel.IN_PROGRESS]))

    return since


@pytest.fixture(scope="module")
def entered(moves):
    """How many of the cohort entered each step."""
    return moves(START).groupby("step")["cases"].sum()


@pytest.fixture(scope="module")
def exits(moves):
    """How many of the cohort left the funnel by each exit."""
    frame = moves(START)
    return frame[frame["out"]].groupby("place")["cases"].sum()


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
    assert exits["written_off"] + exits["mediated"] == 1_108


def test_L3(exits):
    assert exits["payment_order"] == 403


def test_L4(exits):
    assert exits["filed"] == 6


def test_L5(exits, moves, measure):
    assert exits[funnel.UNKNOWN] == 2_000 - 1_108 - 403 - 6 == 483
    frame = moves(START)
    lost = frame[frame["place"] == funnel.UNKNOWN].groupby("step")["cases"].sum()
    assert dict(lost) == {longwan.PRESERVATION: 444, longwan.ORDER: 39}
    assert not (frame["place"] == funnel.IN_PROGRESS).any()
    assert measure("pretrial_resolution_rate", "龙湾区", START, END) == (1_108 + 403) / 2_000


def test_L6(measure):
    before = measure("filed", "龙湾区", date(2022, 2, 1), date(2022, 11, 30), categories=FINANCE)
    now = measure("filed", "龙湾区", START, END, categories=FINANCE)
    assert (before, now) == (1_000, 379)
    assert round(now / before - 1, 3) == -0.621


def test_L7(moves, measure):
    paid, waived = moves(START)[["amount_paid", "amount_waived"]].sum()
    assert (round(paid, 2), round(waived, 2)) == (33_677_100.00, 5_053_500.00)
    assert round(measure("amount_paid", "龙湾区", START, END), 2) == 33_677_100.00
    assert round(measure("amount_waived", "龙湾区", START, END), 2) == 5_053_500.00


def test_L8(exits, measure):
    assert exits["mediated"] == 708
    assert measure("enforcement_rate", "龙湾区", START, END) == 0


def test_L10(moves):
    frame = moves(date(2022, 11, 1))
    screened = frame[frame["step"] == longwan.SCREENING]
    left = screened[screened["place"] == "written_off"]
    assert (left["cases"].sum(), screened["cases"].sum()) == (407, 2_030)
    assert 0.20 <= 407 / 2_030 <= 0.30
    assert round(left["amount_written_off"].sum(), 2) == 11_915_600.00
    assert moves(date(2020, 1, 1))["cases"].sum() == frame["cases"].sum(), "nothing was screened before"


def test_L11(entered, moves):
    frame = moves(START)
    settled = frame[(frame["step"] == longwan.PRESERVATION) & (frame["place"] == "mediated")]["cases"].sum()
    assert entered[longwan.PRESERVATION] == 900
    assert 0.40 <= settled / 900 <= 0.60


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
