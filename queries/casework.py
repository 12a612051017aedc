"""The rows behind a mark of 化解率, which memory does not hold."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Table,
    and_,
    case,
    false,
    func,
    literal,
    not_,
    select,
    true,
    union,
)

from queries.aggregate import age, condition, dimension, stood
from queries.filters import Filters, matching
from queries.measures import MEASURES, Flow
from queries.measures.parts import PENDING
from queries.records import days_open, late, open_or_left_since, timed
from queries.tables import FACTS

QUANTILES = {"q25": 0.25, "q50": 0.5, "q75": 0.75, "q90": 0.9}
AGES = (0, 8, 16, 31, 61, 91)  # whole days at which a bucket of ages begins: 0—7, 8—15, 16—30, 31—60, 61—90, over 90


Part = Literal["all", "counted", "others"]


@dataclass(frozen=True)
class Mark:
    """What a mark of a chart stands for: the rows of ``measure`` (of a rate: its denominator) at some values.

    at: dimension → value, None where the record has none. period: first and last day, where the mark has its own.
    age: position in ``AGES``, for the measure ``pending``. part: of a rate, those counted in it or those that are not.
    """

    measure: str
    at: tuple[tuple[str, str | None], ...] = ()
    period: tuple[date, date] | None = None
    age: int | None = None
    part: Part = "all"


def districts() -> CompoundSelect:
    """One row per fact table and district that has records: kind (the table's name), district."""
    return union(*(select(literal(name).label("kind"), table.c.district).distinct() for name, table in FACTS.items()))


# --- the rows behind a mark -------------------------------------------------------------------------------------------

PLACE = ("street", "community", "category", "subcategory", "channel")
TIMES = ("opened_at", "due_at", "closed_at")
COLUMNS = {
    "cases": ("case_id", *PLACE, "track", *TIMES, "status", "outcome"),
    "complaints": ("complaint_id", *PLACE, "organisation", *TIMES, "status", "solved"),
}


def rows(table: Table, filters: Filters, mark: Mark, order: str, limit: int, offset: int = 0) -> Select:
    """The records behind a mark: ``COLUMNS``, late, and days to close (of pending ones: age at the end of the period).

    order: newest or oldest by opening, longest or shortest by days; records without days come last.
    """
    days = _days(table, _period(filters, mark), mark)
    columns = [table.c[name] for name in COLUMNS[table.name]]
    keys = {
        "newest": table.c.opened_at.desc(),
        "oldest": table.c.opened_at.asc(),
        "longest": days.desc().nulls_last(),
        "shortest": days.asc().nulls_last(),
    }
    return (
        select(*columns, late(table).label("late"), days.label("days"))
        .where(*_behind(table, filters, mark))
        .order_by(keys[order], columns[0])
        .limit(limit)
        .offset(offset)
    )


def row_count(table: Table, filters: Filters, mark: Mark) -> Select:
    """One row, n: how many records are behind a mark."""
    return select(func.count().label("n")).select_from(table).where(*_behind(table, filters, mark))


def _behind(table: Table, filters: Filters, mark: Mark) -> list[ColumnElement[bool]]:
    chosen = _period(filters, mark)
    at = [dimension(table, name).element.is_not_distinct_from(value) for name, value in mark.at]
    return [*matching(table, chosen), *at, *_counted(table, chosen, mark)]


def _period(filters: Filters, mark: Mark) -> Filters:
    return replace(filters, start=mark.period[0], end=mark.period[1]) if mark.period else filters


def _days(table: Table, filters: Filters, mark: Mark) -> ColumnElement:
    """Null where the times are missing or in the wrong order."""
    return age(table, filters) if mark.measure == "pending" else case((timed(table), days_open(table)))


def _counted(table: Table, filters: Filters, mark: Mark) -> list[ColumnElement[bool]]:
    if mark.measure == "pending":
        return [*_pending(table, filters), *_of_age(age(table, filters), mark.age)]
    if mark.measure == "median_days":
        return [timed(table), _within(table.c.closed_at, filters)]
    numerator, denominator = _terms(mark.measure)
    hit = func.coalesce(condition(numerator, table, filters), false())
    parts = {"all": true(), "counted": hit, "others": not_(hit)}
    return [_within(denominator.on(table), filters), condition(denominator, table, filters), parts[mark.part]]


def _terms(key: str) -> tuple[Flow, Flow]:
    """Numerator and denominator of a rate whose two flows go by the same date."""
    (numerator,), (denominator,) = MEASURES[key].numerator, MEASURES[key].denominator
    assert isinstance(numerator, Flow)
    assert isinstance(denominator, Flow)
    assert numerator.on is denominator.on
    return numerator, denominator


def _within(on: ColumnElement, filters: Filters) -> ColumnElement[bool]:
    return and_(on >= filters.since, on < filters.until)


def _pending(table: Table, filters: Filters) -> list[ColumnElement[bool]]:
    return [open_or_left_since(table, filters.until), stood(PENDING, table, filters)]


def _of_age(days: ColumnElement, position: int | None) -> list[ColumnElement[bool]]:
    if position is None:
        return []
    return [days >= AGES[position], *(days < limit for limit in AGES[position + 1 : position + 2])]
