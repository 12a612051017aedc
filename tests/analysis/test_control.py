import time

import numpy as np
import pandas as pd
import pytest

from cockpit.analysis.holidays import overlap
from tests.signals import signals

MONTHS = pd.date_range("2020-01-01", "2023-11-01", freq="MS")
ENDS = MONTHS + pd.offsets.MonthBegin()
DIP = np.array([0.45, 0.15])
STREETS = 10


def levels(mean, dip=DIP, starts=MONTHS, ends=ENDS):
    """Expected counts: by days, with a dip in 春节 and in 国庆."""
    return mean * (ends - starts).days.to_numpy() / 30.4 * (1 - overlap(starts, ends) @ dip)


def frame(counts, starts=MONTHS):
    counts = np.asarray(counts).reshape(len(starts), -1)
    groups = [f"s{i}" for i in range(counts.shape[1])]
    return pd.DataFrame({"period": starts.repeat(len(groups)), "group": groups * len(starts), "count": counts.ravel()})


def rates(numerators, denominators):
    numerator = frame(numerators).rename(columns={"count": "numerator"})
    return numerator.assign(denominator=np.asarray(denominators).ravel())


def only(judged, month, group="s0"):
    return judged[(judged["period"] == month) & (judged["group"] == group)].iloc[0]


@pytest.mark.parametrize(("mean", "noise"), [(120, 0), (120, 0.1), (30, 0), (5, 0), (1, 0), (0.2, 0), (1200, 0)])
def test_at_most_one_false_alarm_in_ten_street_years(mean, noise):
    rng = np.random.default_rng(11)
    runs, alarms = 60, 0
    for _ in range(runs):
        level = np.repeat(levels(mean)[:, None], STREETS, axis=1)
        level = level * rng.gamma(1 / noise**2, noise**2, level.shape) if noise else level
        alarms += (signals(frame(rng.poisson(level)))["signal"] != 0).sum()
    assert alarms / (runs * STREETS * len(MONTHS) / 12) * 10 <= 1


def test_a_jump_of_60_percent_is_found_in_its_month():
    rng = np.random.default_rng(12)
    ordinary = np.flatnonzero(overlap(MONTHS, ENDS).sum(axis=1) == 0)
    found = 0
    for month in rng.choice(ordinary[ordinary >= 13], 100):
        level = np.repeat(levels(120)[:, None], STREETS, axis=1)
        level[month, 3] *= 1.6
        judged = signals(frame(rng.poisson(level)))
        found += only(judged, MONTHS[month], "s3")["signal"] == 1
    assert found >= 95


def test_a_holiday_is_judged_by_its_own_kind():
    counts = levels(300).round()
    calm = signals(frame(counts))
    assert set(calm["signal"]) == {0}
    assert only(calm, "2023-01-01")["expected"] == pytest.approx(counts[36], rel=0.03)
    assert only(calm, "2023-10-01")["expected"] == pytest.approx(counts[45], rel=0.03)
    without_dip = counts.copy()
    without_dip[36] = levels(300, DIP * 0)[36]
    assert only(signals(frame(without_dip)), "2023-01-01")["signal"] == 1


def test_without_holidays_the_same_dip_is_a_signal():
    counts = levels(300).round()
    judged = signals(frame(counts), holidays=False)
    assert only(judged, "2023-01-01")["signal"] == -1
    assert (judged["reason"].dropna() == "history").all()


def test_in_a_month_with_the_whole_week_the_effect_is_the_ratio_of_the_earlier_one():
    counts = 100 * (ENDS - MONTHS).days.to_numpy() / 30
    counts[9] *= 0.7  # October 2020
    october = only(signals(frame(counts)), "2021-10-01")
    assert october["expected"] == pytest.approx(counts[21] * 0.7)


def test_what_cannot_be_judged_says_why():
    judged = signals(frame(levels(120).round()))
    reasons = judged.set_index("period")["reason"]
    assert (reasons["2020-01-01":"2020-09-01"] == "history").all()  # eight usable months begin with October
    assert reasons["2020-10-01"] == "holiday"
    assert reasons["2020-11-01":"2021-01-01"].isna().all()
    assert reasons["2021-02-01"] == "holiday"  # January 2020 had no baseline of its own
    assert reasons["2021-03-01":].drop(pd.Timestamp("2022-01-01")).isna().all()
    unjudged = judged[judged["reason"].notna()]
    assert unjudged[["expected", "lower", "upper"]].isna().all(axis=None)
    assert (unjudged["signal"] == 0).all()


def test_limits_are_the_u_charts_where_nothing_widens_them():
    """Ten a day: Poisson variance of the month and of the baseline (half an event added), and 4/3 for skewness."""
    starts = pd.date_range("2021-01-01", periods=12, freq="MS")
    days = (starts + pd.offsets.MonthBegin() - starts).days.to_numpy()
    last = only(signals(frame(days * 10, starts), holidays=False), "2021-12-01")
    sigma = np.sqrt(310 + 310**2 * (days[:11].sum() * 10 + 0.5) / (days[:11].sum() * 10) ** 2)
    assert last["expected"] == pytest.approx(310)
    assert last["upper"] == pytest.approx(310 + 3 * sigma + 4 / 3)
    assert last["lower"] == pytest.approx(310 - 3 * sigma + 4 / 3)


def test_limits_are_the_p_charts_where_nothing_widens_them():
    starts = pd.date_range("2021-01-01", periods=12, freq="MS")
    table = frame(np.full(12, 80), starts).rename(columns={"count": "numerator"}).assign(denominator=100)
    last = only(signals(table, holidays=False), "2021-12-01")
    known = (880 + 0.5) / (1100 + 1)
    sigma = np.sqrt(0.8 * 0.2 / 100 + known * (1 - known) / 1100)
    assert last["observed"] == last["expected"] == pytest.approx(0.8)
    assert last["upper"] == pytest.approx(min(1, 0.8 + 3 * sigma - 4 / 3 * 0.6 / 100))
    assert last["lower"] == pytest.approx(0.8 - 3 * sigma - 4 / 3 * 0.6 / 100)


def test_overdispersion_widens_the_limits():
    starts = pd.date_range("2021-01-01", periods=12, freq="MS")
    restless = frame(np.tile([200, 400], 6), starts)
    judged = only(signals(restless, holidays=False), "2021-12-01")
    assert judged["upper"] > 500
    assert judged["signal"] == 0


def test_a_falling_rate_is_found_and_chance_is_not():
    rng = np.random.default_rng(13)
    alarms = 0
    for _ in range(40):
        concluded = rng.poisson(120, (len(MONTHS), STREETS))
        mediated = rng.binomial(concluded, 0.98)
        mediated[30, 2] = round(concluded[30, 2] * 0.88)
        judged = signals(rates(mediated, concluded))
        assert only(judged, MONTHS[30], "s2")["signal"] == -1
        alarms += (judged["signal"] != 0).sum() - 1
    assert alarms / (40 * STREETS * len(MONTHS) / 12) * 10 <= 1


def test_rates_of_few_cases_are_not_judged():
    judged = signals(rates(np.full(len(MONTHS), 20), np.full(len(MONTHS), 29)))
    assert set(judged["reason"]) == {"few"}


def test_a_baseline_of_100_percent_allows_a_failure():
    concluded = np.full(len(MONTHS), 200)
    mediated = concluded - (np.arange(len(MONTHS)) == 40)
    assert set(signals(rates(mediated, concluded))["signal"]) == {0}


def test_a_street_that_never_had_any_may_have_one_but_not_twenty():
    counts = np.zeros(len(MONTHS))
    counts[40] = 1
    assert set(signals(frame(counts))["signal"]) == {0}
    counts[40] = 20
    assert only(signals(frame(counts)), MONTHS[40])["signal"] == 1


@pytest.mark.parametrize("first", ["2019-12-30", "2020-01-03"])
def test_weeks_have_a_baseline_of_52(first):
    weeks = pd.date_range(first, periods=200, freq="7D")
    rng = np.random.default_rng(14)
    level = levels(120, DIP, weeks, weeks + pd.Timedelta(weeks=1))
    counts = rng.poisson(np.repeat(level[:, None], STREETS, axis=1))
    counts[150, 4] = level[150] * 2.5
    judged = signals(frame(counts, weeks), unit="week")
    assert only(judged, weeks[150], "s4")["signal"] == 1
    assert (judged["signal"] != 0).sum() - 1 <= 2 * 200 / 52 * STREETS / 10
    assert (judged[judged["period"] < weeks[35]]["reason"] == "history").all()
    assert judged[judged["period"] >= weeks[53]]["reason"].isna().mean() > 0.95


def test_a_single_month_has_no_history():
    one = signals(frame([5], pd.DatetimeIndex(["2023-11-01"])))
    assert one[["observed", "signal", "reason"]].to_dict("records") == [
        {"observed": 5, "signal": 0, "reason": "history"}
    ]


@pytest.mark.alone
def test_ten_streets_over_47_months_take_milliseconds():
    table = frame(np.random.default_rng(1).poisson(np.repeat(levels(120)[:, None], STREETS, axis=1)))
    signals(table)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        signals(table)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.05
