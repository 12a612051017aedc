"""Steps beside the ordinary handling of petitions: transfer, hearing, reasoning, review; and their results."""

from sqlalchemy import ColumnElement, Select, case, func, select, tuple_

from queries.dialects import days_between, quantile
from queries.filters import Filters, matching
from queries.records import listed
from queries.tables import complaint_steps, complaints


def results(filters: Filters) -> Select:
    """One row per step entered in the period and result (null: none known), and one per step in all (``whole`` = 1):
    n, done (by the data date), median_days from entering to done."""
    step, result = complaint_steps.c.step, case((_done(filters), complaint_steps.c.result))
    inner = (
        select(
            step,
            result.label("result"),
            case((_done(filters), 1)).label("done"),
            days_between(complaint_steps.c.entered_at, complaint_steps.c.left_at).label("days"),
        )
        .select_from(_joined())
        .where(*_entered(filters))
        .subquery("entered")
    )
    done = inner.c.done.is_not(None)
    return (
        select(
            inner.c.step,
            inner.c.result,
            func.grouping(inner.c.result).label("whole"),
            func.count().label("n"),
            func.count(inner.c.done).label("done"),
            quantile(0.5, inner.c.days, done).label("median_days"),
        )
        .group_by(func.grouping_sets(tuple_(inner.c.step, inner.c.result), tuple_(inner.c.step)))
        .order_by(inner.c.step, inner.c.result)
    )


def rows(filters: Filters, steps: tuple[str, ...], limit: int, offset: int = 0) -> Select:
    """One row per step of these kinds entered in the period, those not yet done first and the longest waiting before
    the others: step, complaint_id, street, category, organisation, entered_at, left_at, result. Accusations (检举控告)
    stay out."""
    columns, done = complaint_steps.c, _done(filters)
    told = [complaints.c[name] for name in ("complaint_id", "street", "category", "organisation")]
    known = [case((done, columns[name])).label(name) for name in ("left_at", "result")]
    return (
        select(columns.step, *told, columns.entered_at, *known)
        .select_from(_joined())
        .where(*_entered(filters), columns.step.in_(steps), listed(complaints))
        .order_by(case((done, 1), else_=0), columns.entered_at, columns.complaint_id, columns.position)
        .limit(limit)
        .offset(offset)
    )


def row_count(filters: Filters, steps: tuple[str, ...]) -> Select:
    """One row, n: how many steps ``rows`` has."""
    chosen = (*_entered(filters), complaint_steps.c.step.in_(steps), listed(complaints))
    return select(func.count().label("n")).select_from(_joined()).where(*chosen)


def _joined():
    return complaint_steps.join(complaints, complaints.c.complaint_id == complaint_steps.c.complaint_id)


def _entered(filters: Filters) -> list[ColumnElement[bool]]:
    return matching(complaints, filters, complaint_steps.c.entered_at)


def _done(filters: Filters) -> ColumnElement[bool]:
    return complaint_steps.c.left_at < filters.data_date
