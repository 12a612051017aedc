"""A figure against the one before: the words, and whether the difference means anything."""

from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit import i18n
from cockpit.change import Change, compare, separate
from queries.measures import MEASURES

SUCCESS, REPEAT, CLEARANCE = (MEASURES[key] for key in ("mediation_success_rate", "repeat_rate", "clearance_rate"))


@pytest.fixture(autouse=True)
def chinese():
    i18n.use("zh")


def rate(measure, k: float, n: float) -> dict:
    return {measure.key: k / n if n else nan, f"{measure.key}_n": k, f"{measure.key}_d": n}


def one(key: str, now: float, then: float) -> Change:
    return compare(MEASURES[key], {key: now}, {key: then})


def test_counts_change_in_percent_and_are_neither_good_nor_bad():
    assert one("received", 115, 110) == Change("+4.5%", arrow="up")
    assert one("received", 105, 110) == Change("−4.5%", arrow="down")
    assert one("received", 110, 110) == Change("±0.0%")
    assert one("received", 5, 0) == Change("")
    assert one("amount_paid", 3.0, 2.0) == Change("+50.0%", arrow="up")


def test_durations_change_in_days():
    assert one("median_days", 12.5, 11) == Change("+1.5 天", arrow="up")
    assert one("median_days", 11.0, 11.04) == Change("±0.0 天")


@pytest.mark.parametrize(("now", "then"), [(nan, 1), (1, nan), (None, 1), (nan, nan)])
@pytest.mark.parametrize("key", ["received", "median_days"])
def test_what_is_missing_is_compared_with_nothing(key, now, then):
    assert one(key, now, then) == Change("")


def test_a_rate_has_changed_only_where_the_intervals_stay_apart():
    certain = compare(SUCCESS, rate(SUCCESS, 980, 1000), rate(SUCCESS, 930, 1000))
    assert certain == Change("+5.0 个百分点", "green", "up")
    assert compare(SUCCESS, rate(SUCCESS, 930, 1000), rate(SUCCESS, 980, 1000)).colour == "red"
    doubtful = compare(SUCCESS, rate(SUCCESS, 98, 100), rate(SUCCESS, 93, 100))
    assert doubtful == Change("+5.0 个百分点", certain=False)


def test_less_is_better_where_the_measure_says_so():
    more = compare(REPEAT, rate(REPEAT, 300, 1000), rate(REPEAT, 100, 1000))
    assert (more.colour, more.arrow) == ("red", "up")
    less = compare(REPEAT, rate(REPEAT, 100, 1000), rate(REPEAT, 300, 1000))
    assert (less.colour, less.arrow) == ("green", "down")


def test_a_rate_of_nothing_is_compared_with_nothing():
    assert compare(SUCCESS, rate(SUCCESS, 0, 0), rate(SUCCESS, 9, 10)) == Change("")


def test_a_quotient_above_one_has_no_interval_and_no_certainty():
    change = compare(CLEARANCE, rate(CLEARANCE, 1200, 1000), rate(CLEARANCE, 500, 1000))
    assert change == Change("+70.0 个百分点", certain=False)


def test_hidden_parts_leave_it_open():
    hidden = {SUCCESS.key: 0.98, f"{SUCCESS.key}_n": nan, f"{SUCCESS.key}_d": nan}
    assert not separate(SUCCESS, hidden, rate(SUCCESS, 1, 1000))


@given(st.integers(0, 500), st.integers(1, 500), st.integers(0, 500), st.integers(1, 500))
def test_certainty_does_not_depend_on_the_order(k, n, l, m):  # noqa: E741
    now, then = rate(SUCCESS, min(k, n), n), rate(SUCCESS, min(l, m), m)
    assert separate(SUCCESS, now, then) == separate(SUCCESS, then, now)
    assert not separate(SUCCESS, now, now)
