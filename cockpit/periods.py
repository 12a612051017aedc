"""The periods a reader can choose, as codes for the URL: 2023-11, 2023-W47, 2023-03..2023-09, this_year, all."""

from datetime import date, datetime, time, timedelta
from typing import Literal

from cockpit.answers import week_name
from cockpit.choice import Bounds, newest_full_month, newest_full_week
from queries.filters import Filters, add_months
from queries.words import N_

Unit = Literal["month", "week"]
LATEST = "latest"
LATEST_WEEK = "latest_week"  # what stands for the newest period where weeks are the rule
PRESETS = {
    LATEST: N_("Newest full month"),
    "this_week": N_("This week"),
    "last_week": N_("Last week"),
    "this_month": N_("This month"),
    "last_month": N_("Last month"),
    "this_quarter": N_("This quarter"),
    "this_year": N_("This year"),
    "last_12_months": N_("Last 12 months"),
    "all": N_("All"),
}


def _month(start: date, months: int = 1) -> tuple[date, date]:
    return start, add_months(start, months) - timedelta(days=1)


def _week(day: date, first_weekday: int) -> tuple[date, date]:
    start = day - timedelta(days=(day.weekday() - first_weekday) % 7)
    return start, start + timedelta(days=6)


def span(code: str, bounds: Bounds, first_weekday: int = 0) -> tuple[date, date] | None:
    """First and last day of a code, counted from the data and never from the clock; None if it is no code, or that of a
    month or week without openings to choose from.

    'This' week, month, quarter and year are those of the data date.
    """
    today = (bounds.data_date - timedelta(microseconds=1)).date()
    month = add_months(today, 0)
    quarter = add_months(month, -((month.month - 1) % 3))
    named = {
        LATEST: lambda: _month(newest_full_month(bounds)),
        LATEST_WEEK: lambda: _week(newest_full_week(bounds, first_weekday), first_weekday),
        "this_week": lambda: _week(today, first_weekday),
        "last_week": lambda: _week(today - timedelta(days=7), first_weekday),
        "this_month": lambda: _month(month),
        "last_month": lambda: _month(add_months(month, -1)),
        "this_quarter": lambda: _month(quarter, 3),
        "this_year": lambda: _month(date(today.year, 1, 1), 12),
        "last_12_months": lambda: _month(add_months(newest_full_month(bounds), -11), 12),
        "all": lambda: (_month(add_months(bounds.first, 0))[0], _month(add_months(bounds.last, 0))[1]),
    }
    if code in named:
        return named[code]()
    if code in weeks(bounds, first_weekday):
        return _iso_week(code, first_weekday)
    first, dots, last = code.partition("..")
    last = last if dots else first
    if first <= last and {first, last} <= set(months(bounds)):
        return _month_start(first), _month(_month_start(last))[1]
    return None


def _month_start(code: str) -> date:
    return date.fromisoformat(f"{code}-01")


def _iso_week(code: str, first_weekday: int) -> tuple[date, date]:
    """The week whose fourth day lies in an ISO week."""
    monday = date.fromisocalendar(int(code[:4]), int(code[6:]), 1)
    start = monday + timedelta(days=first_weekday - (7 if first_weekday > 3 else 0))
    return start, start + timedelta(days=6)


def months(bounds: Bounds) -> list[str]:
    """Codes of the months that hold openings, newest first."""
    month, codes = add_months(bounds.newest_opening.date(), 0), []
    while month >= add_months(bounds.first, 0):
        codes.append(f"{month:%Y-%m}")
        month = add_months(month, -1)
    return codes


def weeks(bounds: Bounds, first_weekday: int = 0) -> list[str]:
    """Codes of the weeks that hold openings, newest first."""
    start, _ = _week(bounds.newest_opening.date(), first_weekday)
    codes = []
    while start > bounds.first - timedelta(days=7):
        codes.append(week_name(start))
        start -= timedelta(days=7)
    return codes


def first_day(code: str, bounds: Bounds, first_weekday: int = 0) -> date:
    """First day of a code that is known to be one."""
    if "W" in code:
        return _iso_week(code, first_weekday)[0]
    if code not in (*PRESETS, LATEST_WEEK):
        return _month_start(code[:7])
    found = span(code, bounds, first_weekday)
    assert found is not None
    return found[0]


def holding(day: date, unit: str, first_weekday: int = 0) -> tuple[date, date]:
    """First and last day of the month or week that holds a day."""
    return _month(add_months(day, 0)) if unit == "month" else _week(day, first_weekday)


def unit(filters: Filters) -> Unit:
    """What a row of periods that ends with this one is counted in: weeks, where it is a week."""
    return "week" if filters.is_week else "month"


def buckets(filters: Filters, n: int) -> list[datetime]:
    """The starts of the ``n`` months that end with the period; of weeks, where the period is a week."""
    if filters.is_week:
        return [datetime.combine(filters.start - timedelta(weeks=back), time()) for back in reversed(range(n))]
    return [datetime.combine(add_months(filters.end, -back), time()) for back in reversed(range(n))]
