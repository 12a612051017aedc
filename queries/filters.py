"""The reader's choice as one frozen value, and the one place where it becomes SQL."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Table


@dataclass(frozen=True)
class Filters:
    """What the reader chose. How it is drawn (chart type, top N) does not belong here."""

    start: date
    end: date  # the last day, included
    data_date: datetime  # what happened before this moment is known
    district: str | None = None  # None: every district
    streets: tuple[str, ...] = ()  # empty: every street in scope
    categories: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    scope: tuple[str, ...] | None = None  # the streets the viewer may see; None: all

    @property
    def since(self) -> datetime:
        """First moment of the period."""
        return datetime.combine(self.start, time())

    @property
    def until(self) -> datetime:
        """First moment after the period."""
        return datetime.combine(self.end + timedelta(days=1), time())

    @property
    def known_until(self) -> datetime:
        """First moment after the period, or the data date where that comes sooner: what stands is told as of then."""
        return min(self.until, self.data_date)

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def whole_months(self) -> bool:
        return self.start.day == 1 and (self.end + timedelta(days=1)).day == 1

    @property
    def is_week(self) -> bool:
        """Seven days; no month is so short."""
        return self.days == 7

    @property
    def is_month(self) -> bool:
        return self.whole_months and self.days <= 31

    def chosen(self) -> list[tuple[str, tuple[str, ...]]]:
        """Columns inside the district that are narrowed, and to which values: a record must agree with each."""
        lists = (("street", self.streets), ("category", self.categories), ("channel", self.channels))
        within = [] if self.scope is None else [("street", self.scope)]  # an empty scope: no street at all
        return within + [(column, values) for column, values in lists if values]

    @property
    def is_over(self) -> bool:
        """Do the data know all of the period?"""
        return self.until <= self.data_date

    @property
    def level(self) -> Literal["street", "community"]:
        """The areas that a table goes by: streets; inside a single street its communities."""
        return "community" if len(self.streets) == 1 else "street"

    @property
    def is_current(self) -> bool:
        """Does the period reach the data date, so that its end is what stands now?"""
        return self.until >= self.data_date


def months_between(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def add_months(day: date, months: int) -> date:
    """First day of the month that lies ``months`` after the month of ``day``."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def shifted(filters: Filters, months: int) -> Filters:
    """The same whole months, ``months`` later (negative: earlier)."""
    start, after = add_months(filters.start, months), add_months(filters.end, months + 1)
    return replace(filters, start=start, end=after - timedelta(days=1))


def before(filters: Filters) -> Filters:
    """The period of equal length just before: whole months by months, anything else by days."""
    if filters.whole_months:
        return shifted(filters, -months_between(filters.start, filters.end) - 1)
    back = timedelta(days=filters.days)
    return replace(filters, start=filters.start - back, end=filters.end - back)


def year_before(filters: Filters) -> Filters:
    """The same months a year before; other periods 52 weeks before, so that weekdays agree."""
    if filters.whole_months:
        return shifted(filters, -12)
    back = timedelta(weeks=52)
    return replace(filters, start=filters.start - back, end=filters.end - back)


def last_months(filters: Filters, months: int) -> Filters:
    """The ``months`` calendar months that end with the month of ``filters.end``."""
    start, after = add_months(filters.end, 1 - months), add_months(filters.end, 1)
    return replace(filters, start=start, end=after - timedelta(days=1))


def last_year(filters: Filters) -> Filters:
    """The twelve months that end with the last day of the period."""
    after = filters.end + timedelta(days=1)
    back = add_months(after, -12)
    leap = after.month == 2 and after.day == 29
    return replace(filters, start=date(back.year, 3, 1) if leap else back.replace(day=after.day))


def matching(table: Table, filters: Filters, on: ColumnElement | None = None) -> list[ColumnElement[bool]]:
    """The WHERE clauses of a choice: place, kind, channel, the viewer's scope and, by ``on``, the period."""
    columns = table.c
    clauses = [columns.district == filters.district] if filters.district is not None else []
    clauses += [columns[column].in_(values) for column, values in filters.chosen()]
    if on is not None:
        clauses += [on >= filters.since, on < filters.until]
    return clauses
