"""Questions about terms: what is overdue, and what is due soon."""

from datetime import timedelta

from sqlalchemy import DateTime, Select, Table, and_, func, literal, or_, select

from queries.aggregate import stood
from queries.dialects import days_between
from queries.filters import Filters, matching
from queries.measures import PENDING
from queries.measures.parts import OVERDUE
from queries.records import open_or_left_since

SOON = 7  # days


def dated(table: Table, district: str | None) -> Select:
    """One row, dated: how many records of the district (None: of all) have a due time."""
    within = [] if district is None else [table.c.district == district]
    return select(func.count(table.c.due_at).label("dated")).where(*within)


def due(table: Table, filters: Filters) -> Select:
    """One row per record pending at the end of the period that is overdue or due within 7 days, the longest overdue
    first: id, street, community, category, opened_at, due_at, over (whether overdue), days_over (negative: days left;
    null where the source says overdue and gives no due time)."""
    end, late = literal(filters.until, DateTime), func.coalesce(stood(OVERDUE, table, filters), literal(False))
    days_over = days_between(table.c.due_at, end)
    (key,) = table.primary_key.columns
    columns = (table.c[name] for name in ("street", "community", "category", "opened_at", "due_at"))
    soon = and_(table.c.due_at >= filters.until, table.c.due_at < filters.until + timedelta(days=SOON))
    return (
        select(key.label("id"), *columns, late.label("over"), days_over.label("days_over"))
        .where(
            *matching(table, filters),
            open_or_left_since(table, filters.until),
            stood(PENDING, table, filters),
            or_(late, soon),
        )
        .order_by(late.desc(), days_over.desc().nulls_last(), table.c.opened_at, key)
    )
