"""访调对接: from the petition to the dispute opened from it, to its result, and back; and what is lost on the way."""

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select

from queries.filters import Filters, matching
from queries.records import closed_on, listed
from queries.tables import cases, complaints

OPEN = "open"


def chain(filters: Filters) -> Select:
    """One row per fate of what was received in the period, as far as the data know: ``linked`` (names a dispute),
    ``found`` (the dispute is there), ``result`` (its outcome; open while it is pending, unknown where it says none),
    ``closed`` (the petition itself), ``solved`` (the callback's answer, null: none); n."""
    columns = {
        "linked": complaints.c.case_id.is_not(None),
        "found": cases.c.case_id.is_not(None),
        "result": _result(filters),
        "closed": func.coalesce(closed_on(complaints) < filters.data_date, literal(False)),
        "solved": complaints.c.solved,
    }
    named = [column.label(name) for name, column in columns.items()]
    asked = select(*named, func.count().label("n")).select_from(_joined()).where(*_received(filters))
    return asked.group_by(*named)


def unsettled(filters: Filters, limit: int, offset: int = 0) -> Select:
    """One row per petition received in the period whose dispute is not settled, the oldest first: complaint_id,
    case_id, street, category, organisation, opened_at, case_opened_at (null: the dispute is not there), result.
    Accusations (检举控告) stay out."""
    told = ("complaint_id", "case_id", "street", "category", "organisation", "opened_at")
    columns = [complaints.c[name] for name in told]
    return (
        select(*columns, cases.c.opened_at.label("case_opened_at"), _result(filters).label("result"))
        .select_from(_joined())
        .where(*_unsettled(filters))
        .order_by(complaints.c.opened_at, complaints.c.complaint_id)
        .limit(limit)
        .offset(offset)
    )


def unsettled_count(filters: Filters) -> Select:
    """One row, n: how many petitions ``unsettled`` has."""
    return select(func.count().label("n")).select_from(_joined()).where(*_unsettled(filters))


def named(district: str | None) -> Select:
    """One row, n: how many petitions of the district (None: of all) name a dispute."""
    within = [] if district is None else [complaints.c.district == district]
    return select(func.count(complaints.c.case_id).label("n")).where(*within)


def _joined():
    return complaints.outerjoin(cases, cases.c.case_id == complaints.c.case_id)


def _received(filters: Filters) -> list[ColumnElement[bool]]:
    return matching(complaints, filters, complaints.c.opened_at)


def _result(filters: Filters) -> ColumnElement:
    """Null where there is no dispute."""
    shut = closed_on(cases) < filters.data_date
    return case(
        (cases.c.case_id.is_(None), None), (shut, func.coalesce(cases.c.outcome, "unknown")), else_=literal(OPEN)
    )


def _unsettled(filters: Filters) -> list[ColumnElement[bool]]:
    result = _result(filters)
    lost = and_(complaints.c.case_id.is_not(None), or_(result.is_(None), result != "mediated"))
    return [*_received(filters), lost, listed(complaints)]
