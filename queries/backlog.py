"""Cases of long standing (积案): who is in charge, how old they are, which of them were cleared.

When a petition became one is not recorded, so it counts as one from its receipt on: a stock of its own, at the end of
the period, never mixed with the petitions received in it.
"""

from sqlalchemy import ColumnElement, DateTime, Select, case, func, literal, or_, select

from queries.aggregate import age
from queries.dialects import days_between, quantile
from queries.filters import Filters, matching
from queries.records import left_on, listed
from queries.tables import complaints

AGES = (0, 90, 180, 365, 730, 1095)
"""Days at which a bucket of ages begins: under 3 months, 3—6, 6—12, 1—2 years, 2—3 years, over 3 years."""


def sponsors(filters: Filters) -> Select:
    """One row per leader in charge (null: nobody named), who has the oldest pending case first: total, cleared and
    pending at the end of the period, oldest and median age of the pending ones in days (null: none pending)."""
    pending, days = _pending(filters), age(complaints, filters)
    oldest = func.max(case((pending, days)))
    return (
        select(
            complaints.c.sponsor,
            func.count().label("total"),
            func.count(case((_cleared(filters), 1))).label("cleared"),
            func.count(case((pending, 1))).label("pending"),
            oldest.label("oldest"),
            quantile(0.5, days, pending).label("median"),
        )
        .where(*_stood(filters))
        .group_by(complaints.c.sponsor)
        .order_by(oldest.desc().nulls_last(), complaints.c.sponsor)
    )


def ages(filters: Filters) -> Select:
    """One row per bucket of ``AGES`` that holds a pending case: bucket (its place), n."""
    days = age(complaints, filters)
    bucket = case(*((days >= start, place) for place, start in reversed(list(enumerate(AGES)))), else_=0)
    asked = select(bucket.label("bucket"), func.count().label("n")).where(*_stood(filters), _pending(filters))
    return asked.group_by(bucket).order_by(bucket)


def rows(filters: Filters, limit: int, offset: int = 0) -> Select:
    """One row per case, pending ones first and the oldest before the others: complaint_id, sponsor, street, category,
    organisation, opened_at, due_at, closed_at (null: pending at the end of the period), days (age, or days it took).
    Accusations (检举控告) stay out."""
    told = ("complaint_id", "sponsor", "street", "category", "organisation", "opened_at", "due_at")
    pending = _pending(filters)
    closed = case((_cleared(filters), left_on(complaints)))
    days = days_between(complaints.c.opened_at, func.coalesce(closed, _known(filters)))
    return (
        select(*(complaints.c[name] for name in told), closed.label("closed_at"), days.label("days"))
        .where(*_stood(filters), listed(complaints))
        .order_by(case((pending, 0), else_=1), complaints.c.opened_at, complaints.c.complaint_id)
        .limit(limit)
        .offset(offset)
    )


def row_count(filters: Filters) -> Select:
    """One row, n: how many cases ``rows`` has."""
    return select(func.count().label("n")).select_from(complaints).where(*_stood(filters), listed(complaints))


def _stood(filters: Filters) -> list[ColumnElement[bool]]:
    return [*matching(complaints, filters), complaints.c.backlog.is_(True), complaints.c.opened_at < filters.until]


def _cleared(filters: Filters) -> ColumnElement[bool]:
    return left_on(complaints) < filters.until


def _pending(filters: Filters) -> ColumnElement[bool]:
    left = left_on(complaints)
    return or_(left.is_(None), left >= filters.until)


def _known(filters: Filters) -> ColumnElement:
    """The end of the period, as far as it is known: nothing ages beyond the data date."""
    return literal(filters.known_until, DateTime)
