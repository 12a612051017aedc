"""How long something lasts when not everything has ended yet: Kaplan–Meier curves, and whether groups differ.

What has not happened by the data date is censored, not left out and not counted as never: a case resolved forty days
ago says something about the first forty days and nothing about the rest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from cockpit.analysis.intervals import Z95

TAIL = 0.025  # each side of a 95% interval


@dataclass(frozen=True)
class Curve:
    """The product-limit estimate S(t), a step down at each time of an event.

    times: of the events, each once, in order; survival, spread: S and the sum of Greenwood's formula after each;
    durations: of all subjects, in order; events: of each of ``times``, how many.
    """

    times: np.ndarray
    survival: np.ndarray
    spread: np.ndarray
    events: np.ndarray
    durations: np.ndarray

    def at(self, moments: ArrayLike) -> np.ndarray:
        """S at each moment; NaN beyond the last observation, where nobody is left to tell."""
        moments = np.asarray(moments, float)
        return np.where(self._told(moments), self._step(self.survival, moments, 1.0), np.nan)

    def limits(self, moments: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        """95% limits of S at each moment, on the scale of log(−log S), which keeps them within 0 and 1.

        J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time Data (1980), section 1.3. Before
        the first event that scale has no value; there the limit is the exact one of no event among those at risk.
        """
        moments = np.asarray(moments, float)
        survival, spread = self.at(moments), self._step(self.spread, moments, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            wide = np.exp(Z95 * np.sqrt(spread) / np.abs(np.log(survival)))
            lower, upper = survival**wide, survival ** (1 / wide)
            exact = TAIL ** (1 / self.at_risk(moments))
        ended = survival == 0
        lower, upper = np.where(ended, 0.0, lower), np.where(ended, 0.0, upper)
        whole = survival == 1
        return np.where(whole, exact, lower), np.where(whole, 1.0, upper)

    def at_risk(self, moments: ArrayLike) -> np.ndarray:
        """How many are still followed at each moment, those included to whom it happens just then."""
        return len(self.durations) - self.durations.searchsorted(np.asarray(moments, float), "left")

    def happened(self, moments: ArrayLike) -> np.ndarray:
        """Events up to each moment, itself included."""
        before = self.times.searchsorted(np.asarray(moments, float), "right")
        return np.append(0, self.events.cumsum())[before]

    def quantile(self, q: float = 0.5) -> float:
        """The first moment by which the event has come to the share ``q``; NaN where the curve never falls so far."""
        fallen = np.flatnonzero(self.survival <= 1 - q + 1e-12)
        return float(self.times[fallen[0]]) if len(fallen) else np.nan

    def _step(self, values: np.ndarray, moments: np.ndarray, first: float) -> np.ndarray:
        return np.append(first, values)[self.times.searchsorted(moments, "right")]

    def _told(self, moments: np.ndarray) -> np.ndarray:
        """The curve ends with the last observation, unless it ends at zero."""
        if not len(self.durations):
            return np.zeros(moments.shape, bool)
        return (moments <= self.durations[-1]) | bool(len(self.survival) and self.survival[-1] == 0)


def kaplan_meier(durations: ArrayLike, happened: ArrayLike) -> Curve:
    """``durations`` until the event, or until the observation ended (``happened`` false); NaN and negative stay out.

    E. L. Kaplan and P. Meier, Journal of the American Statistical Association 53 (1958) 457-481; variance after
    M. Greenwood (1926).
    """
    durations, happened = _known(durations, happened)
    times, events = np.unique(durations[happened], return_counts=True)
    ordered = np.sort(durations)
    risk = len(ordered) - ordered.searchsorted(times, "left")
    with np.errstate(divide="ignore"):
        terms = events / (risk * (risk - events))
    return Curve(times, np.cumprod(1 - events / risk), np.cumsum(terms), events, ordered)


@dataclass(frozen=True)
class LogRank:
    """Do the groups have one curve? statistic (χ²), freedom and p of all groups; of each group: events observed and
    expected under one curve, and p against the rest. NaN where no event allows a judgement."""

    statistic: float
    freedom: int
    p: float
    observed: np.ndarray
    expected: np.ndarray
    p_each: np.ndarray


def log_rank(durations: ArrayLike, happened: ArrayLike, groups: ArrayLike, size: int) -> LogRank:
    """The log-rank test of the groups 0 … ``size`` − 1, ties with the hypergeometric variance.

    N. Mantel, Cancer Chemotherapy Reports 50 (1966) 163-170; R. Peto and J. Peto, Journal of the Royal Statistical
    Society A 135 (1972) 185-207.
    """
    times, events = _known(durations, happened)
    kept = np.asarray(groups)[_is_known(durations)]
    moments = np.unique(times[events])
    at_risk = _by_group(times, kept, size, moments)
    died = _deaths(times[events], kept[events], size, moments)
    n, d = at_risk.sum(axis=1, keepdims=True), died.sum(axis=1, keepdims=True)
    share = at_risk / np.maximum(n, 1)
    observed, expected = died.sum(axis=0), (share * d).sum(axis=0)
    weight = (d * (n - d) / np.maximum(n - 1, 1))[:, 0]
    covariance = np.diag(weight @ share) - (share * weight[:, None]).T @ share
    return LogRank(
        *_overall(observed - expected, covariance), observed, expected, _each(observed - expected, covariance)
    )


def _overall(difference: np.ndarray, covariance: np.ndarray) -> tuple[float, int, float]:
    """Statistic, degrees of freedom, p; groups that nothing could happen to do not count."""
    counted = np.flatnonzero(np.diag(covariance) > 1e-12)
    if len(counted) < 2:
        return np.nan, 0, np.nan
    kept = counted[:-1]  # the differences add up to nothing, so one group follows from the others
    statistic = float(difference[kept] @ np.linalg.pinv(covariance[np.ix_(kept, kept)]) @ difference[kept])
    return statistic, len(kept), float(chdtrc(len(kept), statistic))


def _each(difference: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """p of each group against all the others together."""
    variance = np.diag(covariance)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(variance > 1e-12, difference**2 / variance, np.nan)
    return chdtrc(1, statistic)


def _by_group(times: np.ndarray, groups: np.ndarray, size: int, moments: np.ndarray) -> np.ndarray:
    """At risk at each moment by group: moment × group."""
    counts = np.zeros((len(moments), size))
    for group in range(size):
        own = np.sort(times[groups == group])
        counts[:, group] = len(own) - own.searchsorted(moments, "left")
    return counts


def _deaths(times: np.ndarray, groups: np.ndarray, size: int, moments: np.ndarray) -> np.ndarray:
    """Events at each moment by group: moment × group."""
    counts = np.zeros((len(moments), size))
    np.add.at(counts, (moments.searchsorted(times), groups), 1)
    return counts


def _known(durations: ArrayLike, happened: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    kept = _is_known(durations)
    return np.asarray(durations, float)[kept], np.asarray(happened, bool)[kept]


def _is_known(durations: ArrayLike) -> np.ndarray:
    return np.asarray(durations, float) >= 0
