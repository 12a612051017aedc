"""Questions about terms: what is due soon, and which records are overdue for longest."""

from datetime import timedelta

from sqlalchemy import ColumnElement, DateTime, Select, Table, func, literal, not_, or_, select

from queries.aggregate import dimension, stood
from queries.dialects import days_between
from queries.filters import Filters, matching
from queries.measures import PENDING
from queries.measures.parts import OVERDUE

SOON = 7  # days


def due_soon(table: Table, filters: Filters, *by: str) -> Select:
    """One row per combination of ``by``: n, pending at the end of the period, not overdue, due within 7 days."""
    dims = [dimension(table, name) for name in by]
    due = table.c.due_at
    return (
        select(*dims, func.count().label("n"))
        .where(
            *matching(table, filters),
            _not_closed_by_then(table, filters),
            stood(PENDING, table, filters),
            not_(func.coalesce(stood(OVERDUE, table, filters), literal(False))),
            due >= filters.until,
            due < filters.until + timedelta(days=SOON),
        )
        .group_by(*dims)
    )


def longest_overdue(table: Table, filters: Filters, limit: int) -> Select:
    """The records overdue at the end of the period, the longest first: id, street, community, category, opened_at,
    due_at, days_over (null where the source says overdue and gives no due time), days_open."""
    end = literal(filters.until, DateTime)
    over: ColumnElement = days_between(table.c.due_at, end)
    key = next(iter(table.primary_key.columns))
    columns = (table.c[name] for name in ("street", "community", "category", "opened_at", "due_at"))
    return (
        select(
            key.label("id"), *columns, over.label("days_over"), days_between(table.c.opened_at, end).label("days_open")
        )
        .where(*matching(table, filters), _not_closed_by_then(table, filters), stood(OVERDUE, table, filters))
        .order_by(over.desc().nulls_last(), table.c.opened_at, key)
        .limit(limit)
    )


def _not_closed_by_then(table: Table, filters: Filters) -> ColumnElement[bool]:
    """Follows from standing at the end, and spares most rows its arithmetic."""
    return or_(table.c.closed_at.is_(None), table.c.closed_at >= filters.until)
