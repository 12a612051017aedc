"""A figure is asked of the rows and judged by its rule, on both engines."""

from dataclasses import replace
from datetime import date
from math import isnan, nan

import pytest

from cockpit import figures, i18n
from cockpit.figures import PUBLISHED, Judged, answers
from cockpit.figures.registry import Figure
from cockpit.figures.rules import at_least, equal
from queries import backlog, letters, published

YEAR = answers.span("示范区", date(2023, 1, 1), date(2023, 11, 30))
FIGURE = Figure("Z1", "某地", "某机制", "办结2件", YEAR.start, YEAR.end, equal(2), answers.measured("closed", YEAR))


@pytest.fixture
def ask(database):
    """Asks the small database, and counts how often."""

    def asked(question, *arguments):
        asked.times += 1
        return database.frame(question(*arguments))

    asked.times = 0
    return asked


@pytest.fixture(autouse=True)
def chinese():
    i18n.use("zh")


def test_a_figure_holds_or_not_as_the_rows_say(database, ask):
    database.add_cases("closed_at\n2023-11-05\n2023-11-06\n2022-11-06")
    more = replace(FIGURE, rule=at_least(3))
    unbuilt = replace(FIGURE, rule=None, compute=None)
    found = list(figures.judged(ask, [FIGURE, more, unbuilt]))
    assert [one.state for one in found] == ["holds", "differs", "unbuilt"]
    assert [one.computed for one in found[:2]] == [2, 2]
    assert ask.times == 1


def test_questions_of_the_same_name_are_told_apart(database, ask):
    database.add("letters", "district letter organisation issued_at\n示范区 risk 住建局 2023-02-01")
    questions = (letters.row_count, backlog.row_count)
    computes = [lambda ask, question=question: float(ask(question, YEAR)["n"].iloc[0]) for question in questions]
    found = figures.judged(ask, [replace(FIGURE, compute=compute) for compute in computes])
    assert [one.computed for one in found] == [1, 0]


def test_no_figure_holds_without_rows(ask):
    states = [one.state for one in figures.judged(ask)]
    assert "holds" not in states


def test_bodies_are_counted_by_tier(database, ask):
    database.add("organisations", "tier district\nteam 示范区\nteam 示范区\nteam 宝安区\nwindow 示范区")
    assert answers.bodies("示范区", "team")(ask) == 2
    assert answers.bodies("示范区", "studio")(ask) == 0


def test_letters_count_where_they_have_dates_and_answers(database, ask):
    database.add("letters", """
        district  letter       organisation  issued_at   due_at      answered_at
        示范区    supervision  住建局        2023-02-01  2023-03-01  2023-02-20
        示范区    supervision  住建局        2023-02-02  -           -
        示范区    risk         住建局        2023-02-01  2023-03-01  -
        示范区    risk         住建局        2022-02-01  2022-03-01  2022-02-20""")  # fmt: skip
    assert answers.letters(YEAR, "supervision")(ask) == 2
    assert isnan(answers.letters(YEAR, "risk")(ask))
    assert isnan(answers.letters(YEAR, "accountability")(ask))


def test_a_petition_is_settled_by_the_dispute_that_it_names(database, ask):
    database.add_cases("case_id closed_at outcome\nA 2023-03-01 mediated\nB 2023-03-01 failed")
    database.add_complaints("closed_at case_id\n2023-03-02 A\n2023-03-02 B\n2023-03-02 -\n2022-03-02 A\n- A")
    assert answers.measured("settled_by_mediation", YEAR, "complaints")(ask) == 1


def test_days_count_from_the_newest_fact_to_the_data_date(database, ask):
    database.add("areas", "area_id level name\n1 community 林茂社区\n2 street 林茂社区")
    assert isnan(answers.days_since_visit("林茂社区")(ask))
    database.add(
        "milestones",
        """
        area_id  milestone   happened_at          source
        1        last_visit  2023-11-29T12:00:00  登记
        2        last_visit  2023-11-30           登记""",
    )
    assert answers.days_since_visit("林茂社区")(ask) == 1
    database.add_complaints("community channel opened_at\n林茂社区 来信 2023-11-30\n别的社区 来访 2023-11-30")
    assert answers.days_since_visit("林茂社区")(ask) == 1
    database.add_complaints("community channel opened_at\n林茂社区 来访 2023-11-30T09:00:00")
    assert answers.days_since_visit("林茂社区")(ask) == 0


@pytest.mark.parametrize("channel", ["走访", "到人民来访接待室", "Walk-in"])
def test_a_visit_is_what_the_measures_call_one(database, ask, channel):
    database.add_complaints(f"community channel opened_at\n林茂社区 {channel} 2023-11-29")
    assert answers.days_since_visit("林茂社区")(ask) == 2


def test_change_is_against_the_same_months_of_the_year_before(database, ask):
    database.add_cases("filed_at\n2022-03-01\n2022-04-01\n2022-12-15\n2023-03-01")
    assert answers.grown("filed", YEAR)(ask) == -0.5


def test_a_funnel_says_who_entered_and_who_left(database, ask):
    database.add_cases("case_id closed_at outcome amount_paid\nA 2023-03-05 mediated 100.10\nB 2023-03-06 unknown -")
    database.add("case_steps", """
        case_id  programme  position  step  entered_at  left_at     result
        A        甲         1         登记  2023-03-01  2023-03-02  passed
        A        甲         2         调解  2023-03-02  2023-03-05  mediated
        B        甲         1         登记  2023-03-01  2023-03-06  unknown""")  # fmt: skip
    assert answers.entered(YEAR, "甲", "登记")(ask) == 2
    assert answers.left(YEAR, "甲", "mediated")(ask) == 1
    assert answers.left(YEAR, "甲", "mediated", step="登记")(ask) == 0
    assert answers.left(YEAR, "甲", what="amount_paid")(ask) == 100.10
    assert answers.part(answers.left(YEAR, "甲", "unknown"), answers.entered(YEAR, "甲", "登记"))(ask) == 0.5


def test_enforced_counts_mediated_cases_of_the_programme(database, ask):
    enforced = answers.enforced(YEAR, "甲")
    database.add_cases("""
        programme closed_at  outcome  enforcement_at
        乙        2023-03-01 mediated 2023-04-01
        -         2023-03-01 mediated 2023-04-01
        甲        2023-03-01 failed   2023-04-01
        甲        2022-03-01 mediated 2023-04-01""")
    assert isnan(enforced(ask))
    database.add_cases(
        "programme closed_at outcome enforcement_at\n甲 2023-03-01 mediated -\n甲 2023-03-01 mediated 2023-12-01"
    )
    assert enforced(ask) == 0
    database.add_cases("programme closed_at outcome enforcement_at\n甲 2023-03-01 mediated 2023-11-30")
    assert enforced(ask) == 1


def test_settled_counts_the_mediated_cases_of_a_programme(database):
    database.add_cases("programme outcome\n车贷 mediated\n车贷 failed\n- mediated")
    assert database.rows(published.settled("车贷")) == [(1,)]


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("count", 144_600, "144,600"),
        ("share", 0.98434, "98.43%"),
        ("cny", 33_677_100, "3,367.71 万元"),
        ("whole_days", 3_726, "3,726 天"),
        ("count", nan, "—"),
        ("cny", nan, "—"),
    ],
)
def test_a_computed_value_is_told_digit_by_digit(unit, value, text):
    assert figures.told(Judged(replace(FIGURE, unit=unit), value)) == text


def test_a_period_is_told_where_there_is_one():
    assert figures.period(FIGURE) == "2023年1—11月"
    assert figures.period(replace(FIGURE, since=None, until=None)) == "—"


def test_each_printed_number_stands_once():
    numbers = [(one.id, one.printed) for one in PUBLISHED]
    assert len(numbers) == len(set(numbers))
    assert all((one.rule is None) == (one.compute is None) for one in PUBLISHED)
