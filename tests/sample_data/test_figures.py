"""The published figures as the cockpit's own queries answer them from the rows; and what stands behind them."""

import re
from datetime import date, datetime

import pandas as pd
import pytest
from sqlalchemy import func, select

from cockpit import figures
from cockpit.figures import PUBLISHED
from queries import funnel
from queries.filters import Filters
from queries.tables import case_steps, cases, complaints, mediators
from sample_data import longwan
from tests.conftest import PROJECT

DATA_DATE = datetime(2023, 12, 1)
FINANCE = (longwan.FINANCE.name,)
START, END = date(2023, 2, 1), date(2023, 11, 30)
YEAR_START = date(2023, 1, 1)
BUILT = [place for place, figure in enumerate(PUBLISHED) if figure.compute]
PRINTED = PROJECT.parent / "shared" / "published-figures.md"


@pytest.fixture(scope="module")
def found(fetch) -> list[figures.Judged]:
    return list(figures.judged(lambda question, *arguments: fetch(question(*arguments))))


@pytest.mark.parametrize("place", BUILT, ids=lambda place: f"{PUBLISHED[place].id} {PUBLISHED[place].printed}")
def test_a_published_figure_holds(found, place):
    assert found[place].state == "holds", found[place].computed


def test_the_figures_of_these_mechanisms_are_built():
    built = {PUBLISHED[place].id for place in BUILT}
    assert built >= {"B1", "B2", "B3", "B4", "L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8", "L10", "L11", "L13"}
    assert built >= {"X1", "X2", "X3", "N1", "M1"}


def test_every_printed_figure_is_in_the_registry():
    if not PRINTED.is_file():
        pytest.skip("the table of published figures is no part of the project")
    printed = re.findall(r"^\| ([A-Z]\d+) \|", PRINTED.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(printed) == {figure.id for figure in PUBLISHED}


@pytest.fixture(scope="module")
def count(fetch):
    """How many rows a condition leaves: count(cases, cases.c.outcome == "filed")."""
    return lambda table, *where: fetch(select(func.count().label("n")).select_from(table).where(*where))["n"].item()


@pytest.fixture(scope="module")
def moves(fetch):
    """Where the cases of the cohort went from each step, as the funnel page asks for it."""

    def since(first: date) -> pd.DataFrame:
        chosen = Filters(first, END, DATA_DATE, "龙湾区")
        frame = fetch(funnel.steps(chosen, longwan.PROGRAMME, "cohort", compared=False))
        return frame[frame["whole"] == 0]

    return since


def test_nothing_of_B1_was_opened_before_its_period(count):
    assert count(cases, cases.c.district == "宝安区", cases.c.opened_at < date(2020, 1, 1)) == 0


def test_L5_is_lost_at_two_steps_and_nothing_is_in_progress(moves, measure):
    frame = moves(START)
    lost = frame[frame["place"] == funnel.UNKNOWN].groupby("step")["cases"].sum()
    assert dict(lost) == {longwan.PRESERVATION: 444, longwan.ORDER: 39}
    assert not (frame["place"] == funnel.IN_PROGRESS).any()
    assert measure("pretrial_resolution_rate", "龙湾区", START, END) == (1_108 + 403) / 2_000


def test_L6_falls_from_a_thousand(measure):
    before = measure("filed", "龙湾区", date(2022, 2, 1), date(2022, 11, 30), categories=FINANCE)
    now = measure("filed", "龙湾区", START, END, categories=FINANCE)
    assert (before, now) == (1_000, 379)


def test_L7_is_all_that_the_district_says_was_paid(measure):
    assert round(measure("amount_paid", "龙湾区", START, END), 2) == 33_677_100.00
    assert round(measure("amount_waived", "龙湾区", START, END), 2) == 5_053_500.00


def test_L8_speaks_of_708_mediated_cases(moves):
    frame = moves(START)
    assert frame.loc[frame["place"] == "mediated", "cases"].sum() == 708


def test_L10_is_the_whole_of_what_was_screened(moves):
    frame = moves(date(2022, 11, 1))
    assert frame.loc[frame["step"] == longwan.SCREENING, "cases"].sum() == 2_030
    assert moves(date(2020, 1, 1))["cases"].sum() == frame["cases"].sum()


def test_X2_is_said_of_240_old_cases_while_others_are_open(count):
    backlog = complaints.c.district == "新罗区", complaints.c.backlog.is_(True)
    assert count(complaints, *backlog) == 240
    assert count(complaints, complaints.c.district == "新罗区", complaints.c.status == "open") > 0


def test_N1_is_as_many_complaints_as_disputes(measure, count):
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
