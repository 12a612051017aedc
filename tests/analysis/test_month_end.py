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
    kind = np.full(30, ORDINARY)
    assert month_end.expected_share([0, 0, 210], kind, month_end.at_end(NOVEMBER)).tolist() == [2 / 30]


def test_each_body_is_held_against_its_own_kinds_of_days():
    """29 and 30 September 2023 were a Friday and a Saturday of the national holiday: two of ten days off."""
    days = month_end.days_of(np.datetime64("2023-09-01"), np.datetime64("2023-10-01"))
    kind, last = month_end.kinds(days, working()), month_end.at_end(days)
    off, after, ordinary = ((kind == one).sum() for one in (OFF, AFTER, ORDINARY))
    assert (off, after, ordinary) == (10, 4, 16)
    office, guard, both = [0, 40, 160], [100, 0, 0], [100, 50, 50]
    assert month_end.expected_share([office, guard, both], kind, last) == pytest.approx([0, 2 / 10, 0.1])


@pytest.mark.parametrize(
    ("first", "counts"), [("2023-11-01", [0, 0, 0]), ("2023-11-29", [1, 1, 9]), ("2023-11-01", None)]
)
def test_without_closings_or_other_days_nothing_is_expected(first, counts):
    days = month_end.days_of(np.datetime64(first), np.datetime64("2023-12-01" if counts else "2023-11-20"))
    shares = month_end.expected_share(counts or [1, 1, 9], month_end.kinds(days, WEEKENDS), month_end.at_end(days))
    assert np.isnan(shares).all()


def test_who_is_told_apart():
    k, n = [40, 5, 0, 29, np.nan, 180], [100, 50, 400, 29, 100, 1000]
    share = [0.1, 0.1, 0.1, 0.1, 0.1, 0.18]
    assert month_end.apart(k, n, share).tolist() == [1, 0, -1, 0, 0, 0]
    assert month_end.apart(k, n, np.full(6, np.nan)).tolist() == [0] * 6


def test_of_bodies_whose_days_are_all_alike_few_are_told_apart():
    rng = np.random.default_rng(7)
    found = [month_end.apart(rng.binomial(300, 0.09, 40), np.full(40, 300), np.full(40, 0.09)) for _ in range(200)]
    assert np.mean([(one != 0).any() for one in found]) < 0.08
