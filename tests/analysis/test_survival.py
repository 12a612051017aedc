"""Kaplan–Meier and log-rank against lifelines, and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test, multivariate_logrank_test
from lifelines.utils import median_survival_times

from cockpit.analysis.survival import kaplan_meier, log_rank

MOMENTS = [1, 30, 90, 180]


def drawn(seed, n=400, events=0.2, groups=4):
    """Durations with many ties, whether it happened, and the group; every fourth group lasts less long."""
    chance = np.random.default_rng(seed)
    group = chance.integers(0, groups, n)
    days = np.ceil(chance.exponential(np.where(group == 0, 90, 200)) * 2) / 2
    return days, chance.random(n) < events, group


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("events", [0.05, 0.5, 1.0])
def test_the_curve_and_its_limits_are_those_of_lifelines(seed, events):
    days, happened, _group = drawn(seed, events=events)
    ours, theirs = kaplan_meier(days, happened), KaplanMeierFitter().fit(days, happened)
    known = ours.at_risk(ours.times) > 1  # lifelines gives no interval where the curve is at zero
    assert np.allclose(ours.at(MOMENTS), theirs.survival_function_at_times(MOMENTS))
    limits = theirs.confidence_interval_survival_function_.loc[ours.times].to_numpy()
    lower, upper = ours.limits(ours.times)
    assert np.allclose(np.stack([lower, upper], 1)[known], limits[known])
    table = theirs.event_table.loc[ours.times]
    assert ours.at_risk(ours.times).tolist() == table["at_risk"].tolist()
    assert ours.happened(ours.times).tolist() == table["observed"].cumsum().tolist()


@pytest.mark.parametrize("seed", range(5))
def test_the_median_is_that_of_lifelines(seed):
    days, happened, _group = drawn(seed, events=0.7)
    assert kaplan_meier(days, happened).quantile() == median_survival_times(KaplanMeierFitter().fit(days, happened))


def test_a_curve_that_never_falls_so_far_has_no_median():
    assert np.isnan(kaplan_meier([5, 10, 20], [True, False, False]).quantile())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("groups", [2, 3, 10])
def test_the_log_rank_test_is_that_of_lifelines(seed, groups):
    days, happened, group = drawn(seed, groups=groups)
    ours, theirs = log_rank(days, happened, group, groups), multivariate_logrank_test(days, group, happened)
    assert ours.freedom == theirs.degrees_of_freedom == groups - 1
    assert ours.statistic == pytest.approx(theirs.test_statistic)
    assert ours.p == pytest.approx(theirs.p_value)


@pytest.mark.parametrize("seed", range(4))
def test_each_group_is_held_against_all_the_others(seed):
    days, happened, group = drawn(seed)
    ours = log_rank(days, happened, group, 4)
    for one, p in enumerate(ours.p_each):
        inside = group == one
        theirs = logrank_test(days[inside], days[~inside], happened[inside], happened[~inside])
        assert p == pytest.approx(theirs.p_value)
    assert ours.observed.sum() == pytest.approx(ours.expected.sum())


def test_a_group_that_nothing_could_happen_to_does_not_count():
    days, happened, group = drawn(1, groups=2)
    more = log_rank([*days, 0.1], [*happened, False], [*group, 2], 3)
    fewer = log_rank(days, happened, group, 2)
    assert (more.freedom, more.statistic) == (1, pytest.approx(fewer.statistic))
    assert np.isnan(more.p_each[2])


@pytest.mark.parametrize(("days", "happened"), [([], []), ([5, 6], [False, False]), ([np.nan, -1], [True, True])])
def test_without_an_event_nothing_is_judged(days, happened):
    found = log_rank(days, happened, np.zeros(len(days), int), 2)
    assert np.isnan([found.statistic, found.p]).all()
    assert np.isnan(found.p_each).all()


def test_by_hand():
    """Five cases; one flares up on day 10 of five at risk, one on day 30 of three."""
    curve = kaplan_meier([10, 20, 30, 40, 50], [True, False, True, False, False])
    assert curve.at([0, 9, 10, 30, 50]) == pytest.approx([1, 1, 0.8, 0.8 * 2 / 3, 0.8 * 2 / 3])
    assert curve.at_risk([0, 10, 11, 30, 31]).tolist() == [5, 5, 4, 3, 2]
    assert curve.happened([9, 10, 30]).tolist() == [0, 1, 2]
    assert np.isnan(curve.at([51])).all()


def test_without_any_event_the_limit_is_the_exact_one():
    curve = kaplan_meier(np.full(100, 200.0), np.zeros(100, bool))
    lower, upper = curve.limits([90])
    assert (curve.at([90]).item(), upper.item()) == (1, 1)
    assert lower.item() == pytest.approx(0.025 ** (1 / 100))  # 0 of 100, Clopper and Pearson


def test_nothing_is_known_of_nobody():
    curve = kaplan_meier([], [])
    assert np.isnan(curve.at([0, 30])).all()
    assert np.isnan(curve.limits([0, 30])).all()
    assert curve.at_risk([0]).tolist() == [0]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=40))
def test_the_curve_falls_and_its_limits_hold_it(drawn_):
    days, happened = zip(*drawn_, strict=True)
    curve, moments = kaplan_meier(days, happened), np.arange(max(days) + 1)
    survival, (lower, upper) = curve.at(moments), curve.limits(moments)
    assert (np.diff(survival) <= 1e-12).all()
    inside = curve.at_risk(moments) > 1
    assert ((lower <= survival + 1e-9) & (survival <= upper + 1e-9))[inside].all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 100), st.booleans()), min_size=1, max_size=40))
def test_where_everybody_was_followed_long_enough_it_is_the_plain_share(drawn_):
    """Nobody censored before day 50: S(50) = 1 − (events by day 50) ÷ all."""
    rows = [(days if happened else days + 50, happened) for days, happened in drawn_]
    days, happened = np.array(rows).T
    expected = 1 - ((days <= 50) & (happened == 1)).mean()
    assert kaplan_meier(days, happened == 1).at([50]).item() == pytest.approx(expected)
