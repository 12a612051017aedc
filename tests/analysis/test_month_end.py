"""What the end of a month would have closed, and who is told apart from it."""

import numpy as np
import pytest

from cockpit.analysis import month_end
from cockpit.analysis.month_end import AFTER, OFF, ORDINARY
from cockpit.deadlines.calendar import working

WEEKENDS = np.busdaycalendar(weekmask="1111100")
NOVEMBER = month_end.days_of(np.datetime64("2023-11-01"), np.datetime64("2023-12-01"))


def test_the_last_two_days_of_each_month():
    days = month_end.days_of(np.datetime64("2023-12-30"), np.datetime64("2024-03-01"))
    ends = days[month_end.at_end(days)]
    assert [str(day) for day in ends] == [
        "2023-12-30", "2023-12-31", "2024-01-30", "2024-01-31", "2024-02-28", "2024-02-29",
    ]  # fmt: skip


def test_days_are_of_three_kinds():
    days = month_end.days_of(np.datetime64("2023-09-28"), np.datetime64("2023-10-11"))
    national_day = [ORDINARY, *[OFF] * 8, AFTER, ORDINARY, ORDINARY, ORDINARY]  # 7 and 8 October were made up
    assert month_end.kinds(days, working()).tolist() == national_day
    week = month_end.days_of(np.datetime64("2023-11-03"), np.datetime64("2023-11-08"))
    assert month_end.kinds(week, WEEKENDS).tolist() == [ORDINARY, OFF, OFF, AFTER, ORDINARY]


def test_days_that_are_all_alike_give_the_share_of_days():
    last, kind = month_end.at_end(NOVEMBER), np.full(30, ORDINARY)
    assert month_end.expected_share(np.full(30, 7), last, kind) == pytest.approx(2 / 30)


def test_each_kind_has_its_own_mean():
    """Worked by hand: 20 ordinary days of 10 but the last two, four Mondays of 30, eight days off of 1."""
    kind, last = month_end.kinds(NOVEMBER, WEEKENDS), month_end.at_end(NOVEMBER)
    counts = np.select([kind == OFF, kind == AFTER], [1, 30], 10)
    counts[last] = 500
    ordinary = (kind == ORDINARY).sum()
    whole = 1 * (kind == OFF).sum() + 30 * (kind == AFTER).sum() + 10 * ordinary
    assert month_end.expected_share(counts, last, kind) == pytest.approx(20 / whole)


def test_a_kind_of_day_that_only_the_end_has_is_given_the_mean():
    last, kind = month_end.at_end(NOVEMBER), np.full(30, ORDINARY)
    kind[last] = AFTER
    assert month_end.expected_share(np.full(30, 4), last, kind) == pytest.approx(2 / 30)


@pytest.mark.parametrize("start", ["2023-11-01", "2023-11-29"])
def test_without_closings_or_other_days_nothing_is_expected(start):
    days = month_end.days_of(np.datetime64(start), np.datetime64("2023-12-01"))
    counts = np.zeros(len(days)) if len(days) > 2 else np.ones(len(days))
    assert np.isnan(month_end.expected_share(counts, month_end.at_end(days), month_end.kinds(days, WEEKENDS)))


def test_who_is_told_apart():
    k, n = [40, 5, 0, 29, np.nan], [100, 50, 400, 29, 100]
    assert month_end.apart(k, n, 0.1).tolist() == [1, 0, -1, 0, 0]
    assert month_end.apart(k, n, float("nan")).tolist() == [0] * 5


def test_of_bodies_that_do_as_the_days_do_few_are_told_apart():
    rng = np.random.default_rng(7)
    found = [month_end.apart(rng.binomial(300, 0.09, 40), np.full(40, 300), 0.09) for _ in range(200)]
    assert np.mean([(one != 0).any() for one in found]) < 0.08
