"""Questions about terms: what is open, since when, and what moved its terms.

``since``: also what was open at this moment or later; None: what is open now. Every answer names its ``record``.
"""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    Table,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from queries.records import listed
from queries.tables import (
    case_steps,
    cases,
    complaint_steps,
    complaints,
    organisations,
    payment_orders,
    term_changes,
)

_PLACE = ("street", "community", "category", "channel")
_TIMES = ("opened_at", "accepted_at", "due_at", "closed_at")
CONFIRMING, MEDIATING = "司法确认", ("调解", "人民调解", "诉前调解")
"""Steps of disputes."""
COLUMNS = {
    "cases": (*_PLACE, "track", *_TIMES, "filed_at", "mediated_at"),
    "complaints": (*_PLACE, "nature", "procedure", *_TIMES, "transferred_at"),
    "case_steps": (*_PLACE, "track", "programme", "step", "entered_at", "left_at"),
    "complaint_steps": (*_PLACE, "nature", "procedure", "step", "entered_at", "left_at"),
    "payment_orders": (
        *_PLACE,
        "opened_at",
        "debtor_reachable",
        "preservation_at",
        "applied_at",
        "accepted_at",
        "issued_at",
        "served_at",
        "objected_at",
        "filed_at",
        "entered_at",
    ),
}
"""What a rule may name of each answer; each also has ``record``, ``body`` (the one that is responsible) and, of steps
and requests, ``settled_at``: when the record was closed."""


def dated(table: Table, district: str | None) -> Select:
    """One row, dated: how many records of the district (None: of all) have a due time."""
    return select(func.count(table.c.due_at).label("dated")).where(*_within(table, district))


def open_cases(district: str | None, since: datetime | None = None) -> Select:
    """One row per open dispute: record, body, the columns of ``COLUMNS``, overdue (the source's flag). mediated_at:
    when it first left mediation, or went on to judicial confirmation."""
    columns = [cases.c[name] for name in COLUMNS["cases"] if name != "mediated_at"]
    return (
        select(cases.c.case_id.label("record"), _body(), *columns, _mediated(), cases.c.overdue)
        .select_from(_handled())
        .where(*_within(cases, district), _open(cases, since))
        .order_by(cases.c.case_id)
    )


def open_complaints(district: str | None, since: datetime | None = None) -> Select:
    """One row per open complaint or petition: record, body, the columns of ``COLUMNS``, overdue (the source's flag),
    listed (may it stand in a list?)."""
    transferred = (
        select(func.min(complaint_steps.c.entered_at))
        .where(complaint_steps.c.complaint_id == complaints.c.complaint_id, complaint_steps.c.step == "transfer")
        .scalar_subquery()
        .label("transferred_at")
    )
    columns = [complaints.c[name] for name in COLUMNS["complaints"] if name != "transferred_at"]
    return (
        select(_complaint(), complaints.c.organisation.label("body"), *columns, transferred, complaints.c.overdue)
        .add_columns(listed(complaints).label("listed"))
        .where(*_within(complaints, district), _open(complaints, since))
        .order_by(complaints.c.complaint_id)
    )


def open_case_steps(district: str | None, since: datetime | None = None) -> Select:
    """One row per step in which a dispute stands: record, body, the columns of ``COLUMNS``."""
    place = [cases.c[name] for name in (*_PLACE, "track")]
    steps = [case_steps.c[name] for name in ("programme", "step", "entered_at", "left_at")]
    return (
        select(cases.c.case_id.label("record"), _body(), *place, *steps, cases.c.closed_at.label("settled_at"))
        .select_from(_handled().join(case_steps, case_steps.c.case_id == cases.c.case_id))
        .where(*_within(cases, district), _running(case_steps, cases, since))
        .order_by(cases.c.case_id, case_steps.c.position)
    )


def open_complaint_steps(district: str | None, since: datetime | None = None) -> Select:
    """One row per step in which a petition stands, reviews of closed ones too: record, body, the columns of
    ``COLUMNS``, listed (may it stand in a list?)."""
    place = [complaints.c[name] for name in (*_PLACE, "nature", "procedure")]
    steps = [complaint_steps.c[name] for name in ("step", "entered_at", "left_at")]
    settled = complaints.c.closed_at.label("settled_at")
    return (
        select(_complaint(), complaints.c.organisation.label("body"), *place, *steps, settled)
        .add_columns(listed(complaints).label("listed"))
        .select_from(complaints.join(complaint_steps, complaint_steps.c.complaint_id == complaints.c.complaint_id))
        .where(*_within(complaints, district), _running(complaint_steps, complaints, since))
        .order_by(complaints.c.complaint_id, complaint_steps.c.position)
    )


def open_orders(district: str | None, since: datetime | None = None) -> Select:
    """One row per request for a payment order, or preservation, that the end of its dispute has not settled: record,
    body, the columns of ``COLUMNS``."""
    orders, place = payment_orders, [cases.c[name] for name in (*_PLACE, "opened_at")]
    times = [orders.c[name] for name in COLUMNS["payment_orders"] if name in orders.c]
    began = func.coalesce(orders.c.applied_at, orders.c.preservation_at)
    settled = (cases.c.filed_at, began.label("entered_at"), cases.c.closed_at.label("settled_at"))
    return (
        select(cases.c.case_id.label("record"), _body(), *place, *times, *settled)
        .select_from(_handled().join(orders, orders.c.case_id == cases.c.case_id))
        .where(*_within(cases, district), _unsettled(cases, began, since))
        .order_by(cases.c.case_id)
    )


def changes(district: str | None, since: datetime | None = None) -> CompoundSelect:
    """One row per event that moves a term of an open record: target, record, change, started_at, ended_at, days."""
    parts = [
        _changes(cases, case_steps, "case_id", district, since),
        _changes(complaints, complaint_steps, "complaint_id", district, since),
    ]
    return union_all(*parts)


def excluded(steps: tuple[str, ...], district: str | None, since: datetime | None = None) -> Select:
    """One row per step of this name of a petition in which another step is unfinished: target, record, change (the
    step), started_at, ended_at, days (null)."""
    other = complaint_steps.alias("other")
    beside = select(other.c.complaint_id).where(other.c.step.not_in(steps), _unfinished(other, since))
    return (
        select(
            literal("complaints").label("target"),
            complaint_steps.c.complaint_id.label("record"),
            complaint_steps.c.step.label("change"),
            complaint_steps.c.entered_at.label("started_at"),
            complaint_steps.c.left_at.label("ended_at"),
            null().label("days"),
        )
        .select_from(complaint_steps.join(complaints, complaints.c.complaint_id == complaint_steps.c.complaint_id))
        .where(
            *_within(complaints, district),
            complaint_steps.c.step.in_(steps),
            complaint_steps.c.complaint_id.in_(beside),
        )
        .order_by(complaint_steps.c.complaint_id, complaint_steps.c.position)
    )


def _within(table: Table, district: str | None) -> list[ColumnElement[bool]]:
    return [] if district is None else [table.c.district == district]


def _open(table: Table, since: datetime | None) -> ColumnElement[bool]:
    """As the measure ``pending`` has it: a record closed without a time is not open at any moment."""
    never = and_(table.c.closed_at.is_(None), table.c.status == "open")
    return never if since is None else or_(never, table.c.closed_at >= since)


def _unfinished(steps: FromClause, since: datetime | None) -> ColumnElement[bool]:
    return steps.c.left_at.is_(None) if since is None else or_(steps.c.left_at.is_(None), steps.c.left_at >= since)


def _unsettled(records: Table, entered: ColumnElement, since: datetime | None) -> ColumnElement[bool]:
    """Not settled by the end of the record; what begins after that end (a review) runs by itself."""
    return or_(_open(records, since), records.c.closed_at <= entered)


def _running(steps: Table, records: Table, since: datetime | None) -> ColumnElement[bool]:
    return and_(_unfinished(steps, since), _unsettled(records, steps.c.entered_at, since))


def _changes(records: Table, steps: Table, key: str, district: str | None, since: datetime | None) -> Select:
    """Those of open records, and of closed ones in which a step is unfinished."""
    columns = [term_changes.c[name] for name in ("target", "record", "change", "started_at", "ended_at", "days")]
    stepping = records.c[key].in_(select(steps.c[key]).where(_unfinished(steps, since)))
    return (
        select(*columns)
        .select_from(term_changes.join(records, term_changes.c.record == records.c[key]))
        .where(term_changes.c.target == records.name, *_within(records, district), or_(_open(records, since), stepping))
    )


def _mediated() -> ColumnElement:
    step = case_steps.c.step
    moment = case((step == CONFIRMING, case_steps.c.entered_at), (step.in_(MEDIATING), case_steps.c.left_at))
    return (
        select(func.min(moment)).where(case_steps.c.case_id == cases.c.case_id).scalar_subquery().label("mediated_at")
    )


def _complaint() -> ColumnElement:
    return complaints.c.complaint_id.label("record")


def _body() -> ColumnElement:
    """The body's name; its number where the roll of bodies does not have it."""
    return func.coalesce(organisations.c.name, cases.c.organisation_id).label("body")


def _handled():
    return cases.outerjoin(organisations, organisations.c.organisation_id == cases.c.organisation_id)
