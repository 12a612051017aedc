"""What the columns of a case or a complaint say together. Each function: fact table → expression."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, Select, Table, and_, case, exists, func, or_, select, true

from queries.dialects import days_between, last_second, later, term_end
from queries.tables import NATURES, RESOLVED, case_steps, cases, complaints, follow_ups, history

ACCEPTANCE_DAYS = 15  # 信访工作条例 第22条
REPLY_DAYS = 60  # 信访工作条例 第34条
GROUP = 5  # persons from which a visit is one of a group (集体访)
VISITS = ("来访", "走访", "上访", "接访", "visit", "walk in", "walk-in")
"""Parts of the name of a channel by which people come in person."""


def opened_at(table: Table) -> ColumnElement:
    return table.c.opened_at


def closed_on(table: FromClause) -> ColumnElement:
    """When it was closed; a record closed without a time counts under its opening; null while open."""
    return func.coalesce(table.c.closed_at, case((table.c.status == "closed", table.c.opened_at)))


def left_on(table: Table) -> ColumnElement:
    """When it left the stock: a record closed before it was opened was never part of it."""
    return later(table.c.opened_at, closed_on(table))


def open_or_left_since(table: Table, moment: datetime) -> ColumnElement[bool]:
    """Follows from standing at a moment, and spares most rows the arithmetic of saying so."""
    return or_(table.c.closed_at.is_(None), table.c.closed_at >= moment)


def timed(table: Table) -> ColumnElement:
    """Has both times, in order: only such records have a duration."""
    return table.c.closed_at >= table.c.opened_at


def days_open(table: Table) -> ColumnElement:
    return days_between(table.c.opened_at, table.c.closed_at)


def outcome_is(*outcomes: str):
    return lambda table: table.c.outcome.in_(outcomes)


def resolved(table: Table) -> ColumnElement:
    return table.c.outcome.in_(RESOLVED)


def due_until(table: FromClause) -> ColumnElement:
    """The last second of its term as the source set it; null without one."""
    return last_second(table.c.due_at)


def late(table: Table) -> ColumnElement:
    """Closed too late: the source's own flag, else the due time; null where neither can tell."""
    return func.coalesce(table.c.overdue, table.c.closed_at > due_until(table))


def late_from(table: Table) -> ColumnElement:
    """When an open record became overdue by its due time."""
    return later(table.c.opened_at, due_until(table))


def entered_programme(table: Table) -> ColumnElement:
    """When the case entered the first step of its programme."""
    return (
        select(func.min(case_steps.c.entered_at))
        .where(case_steps.c.case_id == table.c.case_id, case_steps.c.position == 1)
        .scalar_subquery()
    )


def resolved_before_filing(table: Table) -> ColumnElement:
    return and_(resolved(table), or_(table.c.filed_at.is_(None), closed_on(table) <= table.c.filed_at))


def reply_deadline(table: Table) -> ColumnElement:
    """The source's due time, else 60 days from acceptance where the article says so; null where no term is known."""
    since = func.coalesce(table.c.accepted_at, table.c.opened_at)
    return func.coalesce(due_until(table), case((by_petition(table), term_end(since, REPLY_DAYS))))


def by_petition(table: Table) -> ColumnElement:
    """An appeal (申诉求决) that takes the petition procedure itself: the only ones that article 34 speaks of."""
    return and_(table.c.procedure == "petition", table.c.nature == NATURES["appeal"])


def accused(table: Table) -> ColumnElement[bool]:
    """检举控告: of these nothing but counts is shown."""
    return func.coalesce(table.c.nature, "") == NATURES["accusation"]


def listed(table: Table) -> ColumnElement[bool]:
    """May the record stand in a list? Of what is or was an accusation nothing but counts is shown."""
    if "nature" not in table.c:
        return true()
    (key,) = table.primary_key.columns
    return and_(~accused(table), key.not_in(_were_accused()))


def names_none_accused(record: ColumnElement) -> ColumnElement[bool]:
    """As ``listed``, for a row that names a complaint by its number or (null) none."""
    now = select(complaints.c.complaint_id).where(accused(complaints)).correlate(None)
    return or_(record.is_(None), and_(record.not_in(now), record.not_in(_were_accused())))


def _were_accused() -> Select:
    earlier = history.alias("earlier")
    nature = (earlier.c.field == "nature", earlier.c.old == NATURES["accusation"])
    return select(earlier.c.record).where(earlier.c.target == complaints.name, *nature)


def visit(table: Table) -> ColumnElement:
    """Made in person, by the name of its channel."""
    channel = func.lower(table.c.channel)
    return or_(*(channel.contains(name) for name in VISITS))


def group_visit(table: Table) -> ColumnElement:
    return and_(visit(table), table.c.people_count >= GROUP)


def visit_arranged(table: Table) -> ColumnElement:
    """A visit after its closing was arranged, whether or not it has been paid."""
    return table.c.case_id.in_(select(follow_ups.c.record).where(follow_ups.c.target == "cases"))


def returned(table: Table) -> ColumnElement:
    """The petition that it repeats had been closed when this one came."""
    return _repeats(table, lambda earlier: closed_on(earlier) <= table.c.opened_at)


def urged(table: Table) -> ColumnElement:
    """The petition that it repeats is on record and was not closed when this one came."""
    return _repeats(table, lambda earlier: or_(closed_on(earlier).is_(None), closed_on(earlier) > table.c.opened_at))


def _repeats(table: Table, how: Callable[[FromClause], ColumnElement[bool]]) -> ColumnElement:
    earlier = table.alias("earlier")
    return exists().where(earlier.c.complaint_id == table.c.repeat_of, how(earlier)).correlate(table)


def settled_by_mediation(table: Table) -> ColumnElement:
    """The dispute that it names was mediated (访调对接)."""
    return table.c.case_id.in_(select(cases.c.case_id).where(cases.c.outcome == "mediated"))


def answered(table: Table) -> ColumnElement:
    """At least one callback question has an answer."""
    return or_(*(table.c[name].is_not(None) for name in ("contacted", "solved", "satisfied")))
