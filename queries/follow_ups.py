"""What became of a record after it was closed: whether it held, and the visits that found out."""

from typing import Literal

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from queries.dialects import days_between
from queries.filters import Filters, matching
from queries.records import due_until, names_none_accused, resolved, visit_arranged
from queries.sources import VISITS
from queries.tables import cases

Which = Literal["overdue", "relapsed"]
DIMENSIONS = ("street", "category", "channel", "track")


def lasting(district: str | None) -> Select:
    """One row per resolved dispute with a closing time, by that time: closed_at, again (days from closing until it
    flared up again; null: it did not, or says so of a time before its closing), arranged (was a visit?), the
    dimensions."""
    within = [] if district is None else [cases.c.district == district]
    days = case((cases.c.reopened_at >= cases.c.closed_at, days_between(cases.c.closed_at, cases.c.reopened_at)))
    told = (cases.c.closed_at, days.label("again"), visit_arranged(cases).label("arranged"))
    return (
        select(*told, *(cases.c[name] for name in DIMENSIONS))
        .where(resolved(cases), cases.c.closed_at.is_not(None), *within)
        .order_by(cases.c.closed_at)
    )


def visits(filters: Filters, which: Which, limit: int, offset: int = 0) -> Select:
    """The visits that were overdue at the end of the period, the longest first; or those paid in it that found the
    matter flaring up again, the newest first. Columns: follow_up_id, target, record, street, category, visitor,
    opened_at (the record was closed), due_at, closed_at (done). Visits after accusations (检举控告) stay out
    of the list."""
    told = ("follow_up_id", "target", "record", "street", "category", "visitor", "opened_at", "due_at", "closed_at")
    order = VISITS.c.due_at if which == "overdue" else VISITS.c.closed_at.desc()
    return (
        select(*(VISITS.c[name] for name in told))
        .where(*_listed(filters, which))
        .order_by(order, VISITS.c.follow_up_id)
        .limit(limit)
        .offset(offset)
    )


def visit_count(filters: Filters, which: Which) -> Select:
    """One row, n: how many rows ``visits`` has."""
    return select(func.count().label("n")).select_from(VISITS).where(*_listed(filters, which))


def _listed(filters: Filters, which: Which) -> list[ColumnElement[bool]]:
    shown = or_(VISITS.c.target != "complaints", names_none_accused(VISITS.c.record))
    return [*matching(VISITS, filters), *_chosen(filters, which), shown]


def _chosen(filters: Filters, which: Which) -> list[ColumnElement[bool]]:
    visit = VISITS.c
    if which == "relapsed":
        return [visit.result == "relapsed", visit.closed_at >= filters.since, visit.closed_at < filters.until]
    now = filters.known_until
    return [due_until(VISITS) < now, or_(visit.closed_at.is_(None), visit.closed_at >= now)]
