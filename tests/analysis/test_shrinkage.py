import time

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import beta, betabinom, binom

from cockpit.analysis.shrinkage import leaderboard, mid_p, prior, rank_interval


def people(mediated, concluded):
    return pd.DataFrame(
        {"mediator_id": [f"m{i}" for i in range(len(mediated))], "mediated": mediated, "concluded": concluded}
    )


def planted(seed, good=114, weak=6):
    """120 people of about 300 cases: 98% succeed, with the last six 90%."""
    rng = np.random.default_rng(seed)
    concluded = rng.poisson(300, good + weak)
    return people(rng.binomial(concluded, np.repeat([0.98, 0.9], [good, weak])), concluded)


@pytest.mark.parametrize("seed", range(12))
def test_the_weak_are_found_and_hardly_anybody_else(seed):
    weak = {f"m{i}" for i in range(114, 120)}
    below = set(leaderboard(planted(seed)).query("block == 'below'")["mediator_id"])
    assert len(below & weak) >= 5
    assert len(below - weak) <= 1


def test_people_alike_are_not_told_apart():
    boards = [leaderboard(planted(seed, good=120, weak=0)) for seed in range(20)]
    assert sum((board["block"] != "same").any() for board in boards) <= 3
    assert all((board["upper"] - board["lower"]).max() < 0.03 for board in boards)


@pytest.mark.parametrize("shape", [(60, 1.3), (40, 8), (3, 2)])
def test_the_prior_is_the_maximum_of_scipys_likelihood(shape):
    rng = np.random.default_rng(4)
    n = rng.poisson(200, 150)
    k = rng.binomial(n, rng.beta(*shape, 150))

    def loss(point):
        return -betabinom.logpmf(k, n, *np.exp(point)).sum()

    best = minimize(loss, np.log(shape), method="Nelder-Mead")
    found = prior(k.astype(float), n.astype(float))
    assert loss(np.log(found)) <= best.fun + 1e-3
    assert np.allclose(np.log(found), best.x, atol=0.02)


def test_the_interval_is_the_posteriors():
    frame = planted(1)
    board = leaderboard(frame)
    a, b = prior(frame["mediated"].to_numpy(float), frame["concluded"].to_numpy(float))
    posterior = beta(a + board["mediated"], b + board["concluded"] - board["mediated"])
    assert np.allclose(board["shrunk"], posterior.mean())
    assert np.allclose(board["lower"], posterior.ppf(0.025))
    assert np.allclose(board["upper"], posterior.ppf(0.975))
    assert ((board["shrunk"] - board["mean"]).abs() <= (board["rate"] - board["mean"]).abs() + 1e-3).all()


def test_nine_of_ten_true_ranks_lie_in_their_interval():
    rng = np.random.default_rng(9)
    rates = rng.beta(40, 3, 80)
    n = np.full(80, 250)
    board = leaderboard(people(rng.binomial(n, rates), n)).set_index("mediator_id")
    rank = pd.Series(rates, [f"m{i}" for i in range(80)]).rank(ascending=False)
    assert rank.between(board["rank_lower"].reindex(rank.index), board["rank_upper"].reindex(rank.index)).mean() > 0.9
    assert board["rank_upper"].sub(board["rank_lower"]).max() < 79


def test_ranks_are_the_same_each_time_and_certain_where_they_are():
    wins, losses = np.array([9_990.0, 9_000.0, 5_000.0]), np.array([10.0, 1_000.0, 5_000.0])
    best, worst = rank_interval(wins, losses)
    assert best.tolist() == worst.tolist() == [1, 2, 3]
    first, again = leaderboard(planted(2)), leaderboard(planted(2))
    pd.testing.assert_frame_equal(first, again)


def test_mid_p_counts_half_of_the_observed():
    k, n = np.arange(0, 31, dtype=float), np.full(31, 30.0)
    upper = binom.sf(k, 30, 0.9) + binom.pmf(k, 30, 0.9) / 2
    lower = binom.cdf(k - 1, 30, 0.9) + binom.pmf(k, 30, 0.9) / 2
    assert np.allclose(mid_p(k, n, 0.9), np.minimum(1, 2 * np.minimum(upper, lower)))


def test_those_with_few_cases_count_for_the_mean_but_are_not_listed():
    frame = people([300, 290, 10], [300, 300, 29])
    board = leaderboard(frame)
    assert board["mediator_id"].tolist() == ["m0", "m1"]
    assert board["mean"].unique() == pytest.approx([600 / 629])
    assert leaderboard(frame, minimum=0)["mediator_id"].nunique() == 3


def test_blocks_come_in_order_and_by_caseload_within():
    board = leaderboard(planted(3).assign(name=[f"=cmd|{i}" for i in range(120)]))
    order = board["block"].map({"above": 0, "same": 1, "below": 2})
    assert order.is_monotonic_increasing
    assert board.groupby("block")["concluded"].apply(lambda caseload: caseload.is_monotonic_decreasing).all()
    assert board["name"].str.startswith("=cmd|").all()


@pytest.mark.parametrize(
    ("mediated", "concluded"),
    [([], []), ([0], [0]), ([30], [30]), ([0], [40]), ([50] * 5, [50] * 5), ([0] * 5, [50] * 5), ([50, 0], [50, 50]),
     ([31] * 50 + [3], [31] * 51), ([0, 40], [0, 41])],
)  # fmt: skip
def test_nothing_breaks_on_the_edges(mediated, concluded):
    board = leaderboard(people(mediated, concluded))
    assert len(board) == sum(n >= 30 for n in concluded)
    assert board[["lower", "shrunk", "upper"]].notna().all(axis=None)
    assert (board["lower"] <= board["shrunk"]).all()
    assert (board["shrunk"] <= board["upper"]).all()
    assert (board["rank_lower"] <= board["rank_upper"]).all()


def test_everybody_perfect_is_everybody_the_same():
    assert set(leaderboard(people([50] * 5, [50] * 5))["block"]) == {"same"}


@pytest.mark.alone
def test_120_people_take_milliseconds():
    frame = planted(0)
    leaderboard(frame)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        leaderboard(frame)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.05
