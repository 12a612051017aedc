"""Were more records closed at the end of a month than its days would lead one to expect?

The expectation is the days' own: each of the last days counts as many closings as the other days of its kind had on
average. Kinds are days off, the first working day after days off (on which what had waited is closed), and the others.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom

from cockpit.analysis.multiple import benjamini_hochberg

LAST = 2
"""Days at the end of a calendar month."""
FEWEST = 30
"""Closings, below which a body is not judged."""
OFF, AFTER, ORDINARY = 0, 1, 2
DAY = np.timedelta64(1, "D")


def days_of(start: np.datetime64, after: np.datetime64) -> np.ndarray:
    """Every day from ``start`` to before ``after``."""
    return np.arange(start, after, dtype="datetime64[D]")


def at_end(days: np.ndarray) -> np.ndarray:
    """Which days are among the last of their month."""
    return (days + LAST * DAY).astype("datetime64[M]") != days.astype("datetime64[M]")


def kinds(days: np.ndarray, calendar: np.busdaycalendar) -> np.ndarray:
    """OFF, AFTER or ORDINARY for each day."""
    works, worked = (np.is_busday(moved, busdaycal=calendar) for moved in (days, days - DAY))
    return np.where(~works, OFF, np.where(worked, ORDINARY, AFTER))


def expected_share(counts: ArrayLike, last: np.ndarray, kind: np.ndarray) -> float:
    """Of all closings, the share that the last days would have if they were days like the others.

    counts: closings by day, of all bodies together; NaN where nothing was closed or there is no last day. A kind that
    is found at the end of the month alone is given the mean of all other days.
    """
    counts = np.asarray(counts, float)
    others = ~last
    if not last.any() or not others.any() or not counts[others].sum():
        return float("nan")
    mean = np.full(3, counts[others].mean())
    for one in (OFF, AFTER, ORDINARY):
        alike = others & (kind == one)
        mean[one] = counts[alike].mean() if alike.any() else mean[one]
    would = mean[kind]
    return float(would[last].sum() / would.sum())


def apart(k: ArrayLike, n: ArrayLike, share: float) -> np.ndarray:
    """Which bodies closed at the end of the month more (1) or less (−1) than expected; 0: not told apart.

    Two-sided exact binomial tests of k of n against ``share``, Benjamini-Hochberg 5% over the bodies of at least FEWEST
    closings.
    """
    k, n = np.asarray(k, float), np.asarray(n, float)
    judged = (n >= FEWEST) & ~np.isnan(k) & ~np.isnan(share)
    tails = np.minimum(binom.cdf(k, n, share), binom.sf(k - 1, n, share))
    found = benjamini_hochberg(np.where(judged, np.minimum(2 * tails, 1), np.nan))
    return np.where(found & judged, np.sign(k - n * share), 0).astype(int)
