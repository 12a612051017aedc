"""三函: letters that urge a body to act, issued in the period; due, answered, overdue as far as the data know.

A letter belongs to a place; it has no category and no channel, so those choices do not narrow it.
"""

from dataclasses import replace

from sqlalchemy import ColumnElement, DateTime, Label, Select, and_, case, func, literal, select

from queries.dialects import days_between, quantile
from queries.filters import Filters, matching
from queries.records import due_until, names_none_accused
from queries.tables import letters


def by_kind(filters: Filters) -> Select:
    """One row per kind of letter: letter, and the columns of ``_counts``."""
    asked = select(letters.c.letter, *_counts(filters)).where(*_issued(filters))
    return asked.group_by(letters.c.letter).order_by(letters.c.letter)


def by_body(filters: Filters) -> Select:
    """One row per body and kind of letter: organisation, letter, and the columns of ``_counts``."""
    parts = (letters.c.organisation, letters.c.letter)
    return select(*parts, *_counts(filters)).where(*_issued(filters)).group_by(*parts).order_by(*parts)


def rows(filters: Filters, limit: int, offset: int = 0) -> Select:
    """One row per letter, those overdue first (the longest before the others), then those that wait: letter_id, letter,
    organisation, street, complaint_id, issued_at, due_at, answered_at, days_over (days begun after the last to be
    answered on, at the answer or, without one, at the data date; negative: early or days left; null: no such date).
    Letters about accusations (检举控告) stay out of the list."""
    over = _over(filters)
    order = (case((_overdue(filters), 0), (~_answered(filters), 1), else_=2), over.desc().nulls_last())
    told = ("letter_id", "letter", "organisation", "street", "complaint_id", "issued_at", "due_at")
    return (
        select(*(letters.c[name] for name in told), _answer(filters).label("answered_at"), over.label("days_over"))
        .where(*_listed(filters))
        .order_by(*order, letters.c.letter_id)
        .limit(limit)
        .offset(offset)
    )


def row_count(filters: Filters) -> Select:
    """One row, n: how many rows ``rows`` has."""
    return select(func.count().label("n")).select_from(letters).where(*_listed(filters))


def known(district: str | None) -> Select:
    """One row, n: how many letters the district (None: all) has, whatever the period."""
    within = [] if district is None else [letters.c.district == district]
    return select(func.count().label("n")).select_from(letters).where(*within)


def _issued(filters: Filters) -> list[ColumnElement[bool]]:
    return matching(letters, replace(filters, categories=(), channels=()), letters.c.issued_at)


def _listed(filters: Filters) -> list[ColumnElement[bool]]:
    return [*_issued(filters), names_none_accused(letters.c.complaint_id)]


def _counts(filters: Filters) -> list[Label]:
    """issued = answered + overdue + waiting. ``dated``: with a date to be answered by; ``due``: whose date has come;
    ``judged``: of those with a date, answered or overdue; ``on_time``: of these, answered by it; ``median_days`` from
    issue to answer."""
    answered, overdue, dated = _answered(filters), _overdue(filters), letters.c.due_at.is_not(None)
    judged = and_(dated, answered | overdue)
    parts = {
        "dated": dated,
        "due": due_until(letters) < filters.data_date,
        "answered": answered,
        "overdue": overdue,
        "waiting": ~(answered | overdue),
        "judged": judged,
        "on_time": and_(judged, answered, _answer(filters) <= due_until(letters)),
    }
    took = days_between(letters.c.issued_at, letters.c.answered_at)
    return [
        func.count().label("issued"),
        *(func.count(case((passes, 1))).label(name) for name, passes in parts.items()),
        quantile(0.5, took, answered).label("median_days"),
    ]


def _answered(filters: Filters) -> ColumnElement[bool]:
    return func.coalesce(letters.c.answered_at < filters.data_date, literal(False))


def _answer(filters: Filters) -> ColumnElement:
    """Null while it is not known."""
    return case((letters.c.answered_at < filters.data_date, letters.c.answered_at))


def _overdue(filters: Filters) -> ColumnElement[bool]:
    return and_(~_answered(filters), func.coalesce(due_until(letters) < filters.data_date, literal(False)))


def _over(filters: Filters) -> ColumnElement:
    known = func.coalesce(_answer(filters), literal(filters.data_date, DateTime))
    return func.ceil(days_between(due_until(letters), known))
