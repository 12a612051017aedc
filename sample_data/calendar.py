"""When records arrive: weekdays, holidays, seasons and a slow trend, the same for every street of a district."""

import numpy as np

START, END = np.datetime64("2020-01-01"), np.datetime64("2023-12-01")
"""First day, and the first moment after the data: nothing happens later."""

WEEKDAYS = (1.14, 1.08, 1.03, 1.0, 0.95, 0.46, 0.36)  # Monday first
SPRING = (
    ("2020-01-24", "2020-02-02"),
    ("2021-02-11", "2021-02-17"),
    ("2022-01-31", "2022-02-06"),
    ("2023-01-21", "2023-01-27"),
)
"""春节"""
NATIONAL = (
    ("2020-10-01", "2020-10-08"),
    ("2021-10-01", "2021-10-07"),
    ("2022-10-01", "2022-10-07"),
    ("2023-09-29", "2023-10-06"),
)
"""国庆 (and 中秋 where they meet)"""
SHORT = (
    ("2020-01-01", "2020-01-01"),
    ("2020-04-04", "2020-04-06"),
    ("2020-05-01", "2020-05-05"),
    ("2020-06-25", "2020-06-27"),
    ("2021-01-01", "2021-01-03"),
    ("2021-04-03", "2021-04-05"),
    ("2021-05-01", "2021-05-05"),
    ("2021-06-12", "2021-06-14"),
    ("2021-09-19", "2021-09-21"),
    ("2022-01-01", "2022-01-03"),
    ("2022-04-03", "2022-04-05"),
    ("2022-04-30", "2022-05-04"),
    ("2022-06-03", "2022-06-05"),
    ("2022-09-10", "2022-09-12"),
    ("2022-12-31", "2023-01-02"),
    ("2023-04-05", "2023-04-05"),
    ("2023-04-29", "2023-05-03"),
    ("2023-06-22", "2023-06-24"),
)
"""元旦, 清明, 五一, 端午, 中秋"""
MADE_UP = """
2020-01-19 2020-04-26 2020-05-09 2020-06-28 2020-09-27 2020-10-10
2021-02-07 2021-02-20 2021-04-25 2021-05-08 2021-09-18 2021-09-26 2021-10-09
2022-01-29 2022-01-30 2022-04-02 2022-04-24 2022-05-07 2022-10-08 2022-10-09
2023-01-28 2023-01-29 2023-04-23 2023-05-06 2023-06-25 2023-10-07 2023-10-08"""
"""Weekends worked for a holiday (调休)."""
HOURS = np.array([1, 1, 0, 0, 0, 1, 3, 10, 55, 95, 100, 70, 32, 45, 90, 98, 80, 45, 20, 14, 12, 9, 5, 2], float)
TREND = 0.02
"""Growth a year."""

DAYS = np.arange(START, END)
MONTHS = DAYS.astype("datetime64[M]")


def day_weights() -> np.ndarray:
    """How busy each day from START to END is; a working Thursday of the first year is about 1."""
    weights = np.array(WEEKDAYS)[(DAYS.astype(int) + 3) % 7]
    weights[np.isin(DAYS, np.array(MADE_UP.split(), "datetime64[D]"))] = 0.95
    for first, last in SPRING:
        around = (DAYS >= np.datetime64(first) - 5) & (DAYS <= np.datetime64(last) + 4)
        weights[around] *= 0.8
    for first, last in SPRING + NATIONAL + SHORT:
        weights[(DAYS >= np.datetime64(first)) & (DAYS <= np.datetime64(last))] *= 0.22
    years = (DAYS - START).astype(float) / 365.25
    return weights * (1 + TREND * years) * (1 + 0.025 * np.sin(2 * np.pi * (years - 0.35)))


WEIGHTS = day_weights()


def between(first: str, after: str) -> np.ndarray:
    """Day weights with everything outside ``first`` … before ``after`` at zero."""
    return np.where((DAYS >= np.datetime64(first)) & (DAYS < np.datetime64(after)), WEIGHTS, 0)


def moments(rng: np.random.Generator, n: int, weights: np.ndarray = WEIGHTS) -> np.ndarray:
    """``n`` times of arrival, unordered, as datetime64[s]."""
    return DAYS[rng.choice(len(DAYS), n, p=weights / weights.sum())] + clock(rng, n)


def moments_before(rng: np.random.Generator, latest: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """One arrival for each record, on a day before its own latest one."""
    total = np.concatenate([[0], np.cumsum(weights)])
    limit = total[np.clip((latest.astype("datetime64[D]") - START).astype(int), 0, len(DAYS))]
    day = np.searchsorted(total, rng.random(len(latest)) * limit, side="right") - 1
    return DAYS[day] + clock(rng, len(latest))


def clock(rng: np.random.Generator, n: int) -> np.ndarray:
    """Time of day of arrivals, as timedelta64[s]."""
    hour = rng.choice(24, n, p=HOURS / HOURS.sum())
    return (hour * 3600 + rng.integers(0, 3600, n)).astype("timedelta64[s]")


def monthly(
    rng: np.random.Generator, expected: np.ndarray, factors: dict[tuple[int, str], float] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Poisson arrivals of several streets: (street, time), unordered.

    expected: records of each street over all the data. factors: (street, "2023-11") → times as many in that month.
    """
    months, month_of_day = np.unique(MONTHS, return_inverse=True)
    share = np.bincount(month_of_day, WEIGHTS) / WEIGHTS.sum()
    mean = np.outer(expected, share)
    for (place, name), factor in (factors or {}).items():
        mean[place, months == np.datetime64(name)] *= factor
    count = rng.poisson(mean)
    street = np.repeat(np.arange(len(expected)), count.sum(axis=1))
    month = np.repeat(np.tile(np.arange(len(months)), len(expected)), count.ravel())
    return street, _in_month(rng, month, month_of_day)


def _in_month(rng: np.random.Generator, month: np.ndarray, month_of_day: np.ndarray) -> np.ndarray:
    total = np.concatenate([[0], np.cumsum(WEIGHTS)])
    first = np.searchsorted(month_of_day, month)
    after = np.searchsorted(month_of_day, month, side="right")
    place = total[first] + rng.random(len(month)) * (total[after] - total[first])
    return DAYS[np.searchsorted(total, place, side="right") - 1] + clock(rng, len(month))


def office_time(rng: np.random.Generator, moment: np.ndarray) -> np.ndarray:
    """The same day, or the Monday after a weekend, between 9:00 and 17:30."""
    day = moment.astype("datetime64[D]")
    weekday = (day.astype(int) + 3) % 7
    day = day + np.where(weekday > 4, 7 - weekday, 0)
    return day + (9 * 3600 + rng.integers(0, 30_600, len(moment))).astype("timedelta64[s]")
