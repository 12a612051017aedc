"""Were more records closed at the end of a month than its days would lead one to expect?

The expectation is each body's own: what it closed on days of one kind would lie evenly on all days of this kind. Kinds
are days off, the first working day after days off (on which what had waited is closed), and the others; so who works at
weekends is compared with weekends, and a month that ends on a holiday expects little.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom

from cockpit.analysis.multiple import benjamini_hochberg

LAST = 2
"""Days at the end of a calendar month."""
FEWEST = 30
"""Closings, below which a body is not judged."""
OFF, AFTER, ORDINARY = KINDS = (0, 1, 2)
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


def expected_share(counts: ArrayLike, kind: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Of the closings of each body, the share that the last days should have; NaN where nothing was closed, or where
    all days are last ones, or none.

    counts: one row a body, one column for each of KINDS; kind and last: of every day of the period.
    """
    counts = np.atleast_2d(np.asarray(counts, float))
    days, ends = (np.array([(chosen & (kind == one)).sum() for one in KINDS]) for chosen in (last | ~last, last))
    if not last.any() or last.all():
        return np.full(len(counts), np.nan)
    share = ends / np.maximum(days, 1)
    total = counts.sum(axis=1)
    return np.divide(counts @ share, total, out=np.full(len(counts), np.nan), where=total > 0)


def apart(k: ArrayLike, n: ArrayLike, share: ArrayLike) -> np.ndarray:
    """Which bodies closed at the end of the month more (1) or less (−1) than expected; 0: not told apart.

    Two-sided binomial tests of k of n against each body's own ``share``, Benjamini-Hochberg 5% over the bodies of at
    least FEWEST closings. The days of a kind have a share of their own, so the tests are a little too careful: a sum of
    unequal trials varies less than equal ones of the same mean (W. Hoeffding, Annals of Mathematical Statistics 27
    (1956) 713-721).
    """
    k, n, share = (np.asarray(values, float) for values in (k, n, share))
    judged = (n >= FEWEST) & ~np.isnan(k) & ~np.isnan(share)
    tails = np.minimum(binom.cdf(k, n, share), binom.sf(k - 1, n, share))
    found = benjamini_hochberg(np.where(judged, np.minimum(2 * tails, 1), np.nan))
    return np.where(found & judged, np.sign(k - n * share), 0).astype(int)
