"""Working days in China: weekends, holidays and make-up working days, as the State Council gave them year by year."""

from functools import cache

import numpy as np
from chinese_calendar import constants

FIRST, LAST = np.datetime64("1950-01-01"), np.datetime64("2101-01-01")
DAY = np.timedelta64(1, "D")


def known_years() -> tuple[int, int]:
    """First and last year whose holidays are known; beyond them weekends alone are days off."""
    years = [day.year for day in constants.holidays]
    return min(years), max(years)


@cache
def working() -> np.busdaycalendar:
    """Every day is a working day but weekends that are not made up, and holidays."""
    days = np.arange(FIRST, LAST)
    weekday = (days.astype("datetime64[D]").astype(int) + 3) % 7
    off = np.union1d(days[weekday >= 5], np.array(list(constants.holidays), "datetime64[D]"))
    made_up = np.array(list(constants.workdays), "datetime64[D]")
    return np.busdaycalendar(weekmask="1111111", holidays=np.setdiff1d(off, made_up))


def working_days_after(start: np.ndarray, days: int) -> np.ndarray:
    """The ``days``-th working day after each day; the day itself does not count (民法典 201)."""
    return np.busday_offset(start, days, roll="backward", busdaycal=working())


def working_days_between(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """How many working days lie after ``start`` and not after ``end``."""
    return np.busday_count(start + DAY, end + DAY, busdaycal=working())


def next_working_day(days: np.ndarray) -> np.ndarray:
    """Each day, or the first working day after it where it is off (民事诉讼法 85)."""
    return np.busday_offset(days, 0, roll="forward", busdaycal=working())


def months_after(start: np.ndarray, months: int) -> np.ndarray:
    """The same day ``months`` later, or that month's last day where it has none (民法典 202)."""
    month = start.astype("datetime64[M]")
    of_month = start - month.astype("datetime64[D]")
    last = (month + months + 1).astype("datetime64[D]") - DAY
    return np.minimum((month + months).astype("datetime64[D]") + of_month, last)


def is_known(days: np.ndarray) -> np.ndarray:
    """Are the holidays of each day's year known?"""
    years = days.astype("datetime64[Y]").astype(int) + 1970
    first, last = known_years()
    return (years >= first) & (years <= last)
