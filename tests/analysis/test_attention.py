"""本月需要关注: what moved beyond its limits, what only looks so, and which of it is told first."""

import numpy as np
import pandas as pd
import pytest

from cockpit.analysis.attention import ENOUGH, Finding, Watch, Watched, findings, foremost

MONTHS = pd.date_range("2021-01-01", "2023-11-01", freq="MS")


def counts(**groups) -> Watched:
    """Each group 100 ± a little, or as given for the last months."""
    x = np.random.default_rng(1).poisson(100, (len(groups), len(MONTHS)))
    return Watched(list(groups), ending(x, groups))


def rates(**groups) -> Watched:
    """Each group 95% of 300, or as many of 300 as given for the last months."""
    x = np.random.default_rng(2).binomial(300, 0.95, (len(groups), len(MONTHS)))
    return Watched(list(groups), ending(x, groups), np.full_like(x, 300))


def ending(x: np.ndarray, groups: dict) -> np.ndarray:
    for row, last in zip(x, groups.values(), strict=True):
        row[len(row) - len(last) :] = last
    return x


def judged(watched: dict, starts: pd.DatetimeIndex = MONTHS, unit: str = "month") -> list[Finding]:
    return findings(watched, starts, unit, holidays=True)


STREETS, KINDS = Watch("received", "cases", "street"), Watch("received", "cases", "category")
REPEATS = Watch("repeat_rate", "complaints", "street")


def by_group(found: list[Finding]) -> dict[tuple[str, str], Finding]:
    return {(finding.measure, finding.group): finding for finding in found}


def test_a_jump_and_a_fall_are_signals_and_the_rest_is_not():
    watched = {STREETS: counts(西乡街道=[101, 180], 福永街道=[99, 104], 沙井街道=[100, 40])}
    found = by_group(judged(watched))
    assert {group: finding.signal for (_, group), finding in found.items()} == {
        "西乡街道": 1,
        "福永街道": 0,
        "沙井街道": -1,
    }
    jump = found["received", "西乡街道"]
    assert (jump.observed, jump.previous, jump.size) == (180, 101, 30)
    assert jump.lower < jump.expected < jump.upper < jump.observed
    assert jump.excess == pytest.approx(180 - jump.expected)


def test_counts_and_rates_of_several_tables_are_judged_each_for_itself():
    watched = {
        STREETS: counts(西乡街道=[180]),
        KINDS: counts(邻里纠纷=[100]),
        REPEATS: rates(西乡街道=[200]),
    }
    found = judged(watched)
    alone = [finding for watch, one in watched.items() for finding in judged({watch: one})]
    assert by_group(found) == by_group(alone)
    assert {(f.table, f.by, f.group, f.signal) for f in found} == {
        ("cases", "street", "西乡街道", 1),
        ("cases", "category", "邻里纠纷", 0),
        ("complaints", "street", "西乡街道", -1),
    }
    rate = by_group(found)["repeat_rate", "西乡街道"]
    assert rate.is_rate
    assert rate.observed == pytest.approx(200 / 300)
    assert rate.excess == pytest.approx((rate.expected - 200 / 300) * 300)


def test_records_without_a_street_are_no_finding():
    two = counts(西乡街道=[180], 福永街道=[180])
    found = judged({STREETS: Watched(["西乡街道", None], two.x)})
    assert [finding.group for finding in found] == ["西乡街道"]


def test_a_short_history_is_not_judged():
    one = counts(西乡街道=[180])
    assert judged({STREETS: Watched(one.names, one.x[:, -5:])}, MONTHS[-5:]) == []
    assert judged({STREETS: Watched(one.names, one.x[:, -1:])}, MONTHS[-1:]) == []
    assert judged({}) == []
    assert judged({STREETS: Watched([], np.zeros((0, len(MONTHS))))}) == []


def test_weeks_are_judged_as_weeks():
    starts = pd.date_range("2021-01-01", "2023-11-24", freq="7D")  # Fridays
    values = np.random.default_rng(3).poisson(50, (1, len(starts)))
    values[0, -1] = 110
    (finding,) = judged({STREETS: Watched(["西乡街道"], values)}, starts, "week")
    assert (finding.signal, finding.size, finding.observed) == (1, 7, 110)


# --- what is told first -----------------------------------------------------------------------------------------------


def finding(group: str, observed: float, expected: float, previous: float, signal: int, measure="received") -> Finding:
    return Finding(measure, "cases", "street", group, observed, 30, expected, 0, 0, previous, signal)


def told(*found: Finding, most: int = 4) -> list[str]:
    return [finding.group for finding in foremost(found, most)]


def test_signals_come_by_how_many_records_they_stand_for():
    assert told(finding("少", 20, 5, 6, 1), finding("多", 300, 200, 210, 1), finding("缺", 10, 90, 88, -1)) == [
        "多",
        "缺",
        "少",
    ]


def test_what_looks_like_a_signal_and_is_none_is_told_last_and_keeps_a_place():
    loud = [finding(f"信号{i}", 300 + i, 100, 100, 1) for i in range(6)]
    quiet = finding("平常", 120, 110, 100, 0)
    assert told(*loud, quiet) == ["信号5", "信号4", "信号3", "平常"]
    assert told(*loud) == ["信号5", "信号4", "信号3", "信号2"]
    assert told(quiet) == ["平常"]


@pytest.mark.parametrize(
    "unremarkable",
    [
        finding("小", ENOUGH - 1, 20, 10, 0),
        finding("稳", 110, 100, 100, 0),
        finding("率", 0.9, 0.5, 0.5, 0, "repeat_rate"),
        finding("新", 100, 100, 0, 0),
        finding("无", 100, 100, float("nan"), 0),
    ],
)
def test_what_nobody_would_remark_on_is_not_told(unremarkable):
    assert told(unremarkable) == []


def test_no_more_than_asked():
    many = [finding(f"{i}", 120 + i, 100, 50, i % 2) for i in range(20)]
    for most in range(1, 6):
        assert len(foremost(many, most)) == most
