"""What moved beyond the control limits of the twelve months before.

u-chart for counts (per day), p-chart for rates, three sigma, widened for overdispersion (D. B. Laney, "Improved control
charts for attributes", Quality Engineering 14 (2002) 531-537) and for the baseline being an estimate itself, with the
correction for skewness that small counts need (A. Winterbottom, "Simple adjustments to improve control limits on
attribute charts", Quality and Reliability Engineering International 9 (1993) 105-109).

春节 and 国庆 are judged by their own kind. They stay out of every baseline; a period that holds them is judged on its
baseline times 1 − effect × (share of the holiday week in the period), the effect measured on the same holiday in the
earlier years: in a month that held the whole week, exactly the ratio of that month to its baseline.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.analysis.holidays import SEASONS, overlap

SIGMAS = 3.0
YEAR = {"month": 12, "week": 52}
USABLE = 2 / 3
"""Share of the baseline that must be usable: 8 of 12 months, 35 of 52 weeks."""
FEWEST = 30
"""A rate of a smaller denominator is not judged."""
SEEN = 0.5
"""Of the holiday week: earlier years that saw less of it say nothing about its effect."""
HISTORY, HOLIDAY, FEW = "history", "holiday", "few"


@dataclass(frozen=True)
class Series:
    """One row a period, one column a group: x ÷ size is what the chart shows. share: of each holiday, by period."""

    starts: pd.DatetimeIndex
    x: np.ndarray
    size: np.ndarray
    share: np.ndarray
    is_rate: bool

    def variance(self, level: np.ndarray) -> np.ndarray:
        """Of one day, or of one case, at this level."""
        return level * (1 - level) if self.is_rate else level


@dataclass(frozen=True)
class Baseline:
    """The year before each period without its holidays: mean level, size, sigma z; NaN where it is too short."""

    level: np.ndarray
    size: np.ndarray
    spread: np.ndarray

    def certain(self, series: Series) -> np.ndarray:
        """Variance of the level itself. The half event keeps a baseline of 0% or 100% from being taken as certain."""
        level = (self.level * self.size + 0.5) / (self.size + series.is_rate)
        return self.spread**2 * series.variance(level) / self.size


def limits(
    starts: pd.DatetimeIndex, x: np.ndarray, size: np.ndarray | None = None, unit: str = "month", holidays: bool = True
) -> dict[str, np.ndarray]:
    """Was it beyond the limits of the twelve months before? Matrices with one row a period and one column a group.

    ``starts``: the periods' first days without a gap, months or weeks; ``x``: counts or numerators; ``size``: the
    denominators of rates, None for counts; ``holidays`` is False outside China.

    observed, size (denominator; days for counts), expected, lower, upper (counts as counts, rates as fractions), signal
    (−1, 0, 1), reason: empty where judged, else (limits NaN, signal 0) ``history``: fewer than 8 usable months before;
    ``holiday``: no earlier year of the holiday to compare with; ``few``: a denominator under 30.
    """
    series = _series(starts, x, size, unit, holidays)
    baseline = _baseline(series, YEAR[unit])
    factor, doubt, days = np.ones_like(series.x), np.zeros_like(series.x), np.ones_like(series.x)
    for share in series.share.T:
        effect, variance, seen = _effect(series, baseline, share)
        factor, doubt = factor - share[:, None] * effect, doubt + share[:, None] ** 2 * variance
        days = np.where(share[:, None] > 0, seen, days)
    return _judged(series, baseline, np.maximum(factor, 0), doubt, days)


def _series(starts: pd.DatetimeIndex, x: np.ndarray, size: np.ndarray | None, unit: str, holidays: bool) -> Series:
    step = pd.offsets.MonthBegin() if unit == "month" else pd.Timedelta(weeks=1)
    ends = starts + step
    days = np.repeat((ends - starts).days.to_numpy(float)[:, None], x.shape[1], axis=1)
    share = overlap(starts, ends) if holidays else np.zeros((len(starts), len(SEASONS)))
    return Series(starts, x, days if size is None else size, share, size is not None)


def _baseline(series: Series, year: int) -> Baseline:
    ordinary = np.flatnonzero(series.share.sum(axis=1) == 0)
    now = np.arange(len(series.starts))
    first, end = np.searchsorted(ordinary, now - year), np.searchsorted(ordinary, now)
    place = end[:, None] - year + np.arange(year)
    usable = (place >= first[:, None])[..., None]
    rows = np.append(ordinary, 0)[np.maximum(place, 0)]
    x, size = np.where(usable, series.x[rows], 0), np.where(usable, series.size[rows], 0)
    enough = (size > 0).sum(axis=1) >= USABLE * year
    total = np.where(enough, size.sum(axis=1), np.nan)
    level = x.sum(axis=1) / total
    return Baseline(level, total, _spread(series, x, size, level))


def _spread(series: Series, x: np.ndarray, size: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Laney's sigma z: the standard deviation of the standardised values, never below 1, that would narrow the limits.

    Not from moving ranges as on an endless chart: of ten values they say less, and holidays leave gaps between them.
    """
    sigma = np.sqrt(size * series.variance(level)[:, None])
    z = np.divide(x - size * level[:, None], sigma, out=np.zeros_like(x), where=sigma > 0)
    return np.maximum(np.sqrt((z**2).sum(axis=1) / np.maximum((size > 0).sum(axis=1) - 1, 1)), 1)


def _effect(series: Series, baseline: Baseline, share: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the whole holiday week took from the baseline in earlier years, as a fraction; its variance; weeks seen."""
    expected = series.size * baseline.level
    usable = (share[:, None] > 0) & (expected > 0)
    noise = baseline.spread**2 * series.size * series.variance(series.x / np.maximum(series.size, 1))
    noise += series.size**2 * baseline.certain(series)
    year = series.starts.year.to_numpy()
    earlier = (year[:, None] > year).astype(float)
    dose, missing, variance, seen = (
        earlier @ np.where(usable, values, 0)
        for values in (share[:, None] * expected, expected - series.x, noise, share[:, None])
    )
    dose = np.where(dose > 0, dose, np.nan)
    return np.nan_to_num(missing / dose), np.nan_to_num(variance / dose**2), seen


def _judged(
    series: Series, baseline: Baseline, factor: np.ndarray, doubt: np.ndarray, seen: np.ndarray
) -> dict[str, np.ndarray]:
    size = np.where(series.size > 0, series.size, np.nan)
    centre = np.minimum(baseline.level * factor, 1 if series.is_rate else np.inf)
    within = (baseline.spread**2) * series.variance(centre) / size
    sigma = np.sqrt(within + factor**2 * baseline.certain(series) + baseline.level**2 * doubt)
    skew = (SIGMAS**2 - 1) / 6 * baseline.spread**2 * (1 - 2 * centre if series.is_rate else 1) / size
    few = series.is_rate & (series.size < FEWEST)
    reason = np.select([few, np.isnan(baseline.level), seen < SEEN], [FEW, HISTORY, HOLIDAY], "")
    judged = np.where(reason == "", 1, np.nan)
    lower, upper = centre - SIGMAS * sigma + skew, centre + SIGMAS * sigma + skew
    rare = SIGMAS**2 / 4 * baseline.spread**2 / size  # below, the correction itself would leave no room for a zero
    lower = np.where(centre < rare, 0, lower)
    upper = np.where(series.is_rate & (1 - centre < rare), 1, upper)
    return _values(series, centre * judged, lower * judged, upper * judged, reason)


def _values(
    series: Series, centre: np.ndarray, lower: np.ndarray, upper: np.ndarray, reason: np.ndarray
) -> dict[str, np.ndarray]:
    y = np.divide(series.x, series.size, out=np.full_like(series.x, np.nan), where=series.size > 0)
    unit = 1 if series.is_rate else series.size
    return {
        "observed": y * unit,
        "size": series.size,
        "expected": centre * unit,
        "lower": np.maximum(lower, 0) * unit,
        "upper": np.minimum(upper, 1) if series.is_rate else upper * unit,
        "signal": (y > upper).astype(int) - (y < lower),
        "reason": reason,
    }
