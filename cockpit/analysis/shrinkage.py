"""Mediators without false ranks: shrunken success rates, rank intervals, and three blocks against the mean.

Every person's number of successes is binomial with a rate of their own, and the rates of all follow one Beta
distribution, fitted by maximum likelihood (empirical Bayes: B. Efron and C. Morris, JASA 70 (1975) 311-319; for
league tables H. Goldstein and D. Spiegelhalter, JRSS A 159 (1996) 385-443).
"""

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import bdtr, betaincinv, digamma, expit, gammaln, logit

from cockpit.analysis.multiple import benjamini_hochberg

DRAWS = 800
SEED = 2023
TAIL = 0.025
BLOCKS = ("above", "same", "below")


def leaderboard(frame: pd.DataFrame, minimum: int = 30) -> pd.DataFrame:
    """Those with at least ``minimum`` concluded cases, one row a person; by block, then caseload.

    ``frame``: mediator_id, mediated, concluded (= mediated + failed) and any further columns, which are kept. The prior
    and the mean come from all, those below the minimum included.

    Adds rate; mean (of all cases of all, the same in each row); shrunk, lower, upper (posterior mean and 95% interval);
    rank_lower, rank_upper (95% interval of the rank among those listed, 1 = highest rate); p (see ``mid_p``); block
    (above, same, below the mean, under Benjamini-Hochberg 5%).
    """
    k, n = frame["mediated"].to_numpy(float), frame["concluded"].to_numpy(float)
    a, b = prior(k, n)
    listed = frame[n >= max(minimum, 1)]
    k, n = listed["mediated"].to_numpy(float), listed["concluded"].to_numpy(float)
    mean = frame["mediated"].sum() / max(frame["concluded"].sum(), 1)
    wins, losses = a + k, b + n - k
    best, worst = rank_interval(wins, losses)
    p = mid_p(k, n, mean)
    found = listed.assign(
        rate=k / n,
        mean=mean,
        shrunk=wins / (wins + losses),
        lower=betaincinv(wins, losses, TAIL),
        upper=betaincinv(wins, losses, 1 - TAIL),
        rank_lower=best,
        rank_upper=worst,
        p=p,
        block=blocks(k / n, mean, p),
    )
    order = pd.Categorical(found["block"], BLOCKS, ordered=True).codes
    return found.iloc[np.lexsort((-n, order))].reset_index(drop=True)


def prior(k: np.ndarray, n: np.ndarray) -> tuple[float, float]:
    """Parameters a and b of the Beta prior, by maximum likelihood over all (k, n).

    Its weight a + b is at most the number of all cases: where people do not differ the likelihood grows without end,
    yet nobody's rate is surer than the mean of all. Neither parameter is under ½: where everybody always succeeds it
    would put all its weight on 100%. One person alone, who has nobody to be like, gets Jeffreys' prior (½, ½).
    """
    k, n = k[n > 0], n[n > 0]
    if len(n) < 2:
        return 0.5, 0.5
    total = n.sum()
    mean, extreme = (k.sum() + 0.5) / (total + 1), logit(1 - 0.25 / (total + 1))
    bounds = [(-extreme, extreme), (0, np.log(total))]
    # SLSQP, for L-BFGS-B wakes the threads of the linear algebra library for nothing: 40 ms of CPU on a busy machine
    fit = minimize(_loss, [logit(mean), np.log(n.mean())], (k, n), "SLSQP", jac=True, bounds=bounds, tol=1e-9)
    centre, weight = expit(fit.x[0]), np.exp(fit.x[1])
    return max(centre * weight, 0.5), max((1 - centre) * weight, 0.5)


def _loss(point: np.ndarray, k: np.ndarray, n: np.ndarray) -> tuple[float, np.ndarray]:
    """Minus the Beta-binomial log likelihood (without its constant) and its gradient in (logit mean, log weight)."""
    mean, weight = expit(point[0]), np.exp(point[1])
    a, b = mean * weight, (1 - mean) * weight
    value = gammaln(k + a) - gammaln(a) + gammaln(n - k + b) - gammaln(b) + gammaln(weight) - gammaln(n + weight)
    by_a, by_b = (digamma(k + a) - digamma(a)).sum(), (digamma(n - k + b) - digamma(b)).sum()
    by_weight = by_a * mean + by_b * (1 - mean) + (digamma(weight) - digamma(n + weight)).sum()
    return -value.sum(), -weight * np.array([(by_a - by_b) * mean * (1 - mean), by_weight])


def rank_interval(wins: np.ndarray, losses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Best and worst rank that each Beta(wins, losses) takes in 95% of the joint draws; the same draws every time."""
    people = len(wins)
    if not people:
        return np.zeros(0, int), np.zeros(0, int)
    order = np.argsort(-np.random.default_rng(SEED).beta(wins, losses, (DRAWS, people)), axis=1)
    ranks = np.empty((DRAWS, people), np.int32)
    np.put_along_axis(ranks, order, np.arange(1, people + 1, dtype=np.int32)[None], axis=1)
    ranks.sort(axis=0)
    outside = int(DRAWS * TAIL)
    return ranks[outside], ranks[-outside - 1]


def mid_p(k: np.ndarray, n: np.ndarray, rate: float) -> np.ndarray:
    """Two-sided mid-p value of the binomial test of k of n against a rate.

    Twice the smaller tail, k itself counted half: H. O. Lancaster, JASA 56 (1961) 223-234. Less conservative than the
    exact test, whose steps are coarse near 98%.
    """
    below = np.where(k > 0, bdtr(np.maximum(k - 1, 0), n.astype(int), rate), 0)
    upto = bdtr(k, n.astype(int), rate)
    tail = (below + upto) / 2
    return np.minimum(2 * np.minimum(tail, 1 - tail), 1)


def blocks(rate: np.ndarray, mean: float, p: np.ndarray) -> np.ndarray:
    """above, same or below the mean, for each person, under Benjamini-Hochberg 5%."""
    found = benjamini_hochberg(p)
    return np.select([found & (rate > mean), found & (rate < mean)], ["above", "below"], "same")
