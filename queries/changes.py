"""What moves a rate without a case being solved: records changed between versions, and closings nobody asked about.

Facts only: every one of these happens for good reasons too.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    Table,
    and_,
    case,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)

from queries.filters import Filters, matching
from queries.records import answered, closed_on, listed, resolved
from queries.tables import follow_ups, history, organisations, versions

Kind = Literal["merged", "redated", "reclassified", "reopened"]
DATES = ("opened_at", "accepted_at", "due_at", "closed_at")
CLASSES = (
    "category", "nature", "procedure", "channel", "street", "organisation", "organisation_id", "backlog",
)  # fmt: skip
_OLD, _NEW, _FIELD = history.c.old, history.c.new, history.c.field
_EMPTIED = and_(_OLD.is_not(None), _NEW.is_(None))
KINDS: dict[Kind, ColumnElement[bool]] = {
    "merged": and_(_FIELD == "repeat_of", _OLD.is_(None), _NEW.is_not(None)),
    "redated": and_(_FIELD.in_(DATES), _OLD.is_not(None), or_(_NEW.is_not(None), _FIELD != "closed_at")),
    "reclassified": and_(_FIELD.in_(CLASSES), _OLD.is_not(None)),
    "reopened": or_(
        and_(_FIELD == "status", _OLD == "closed", _NEW == "open"), and_(_FIELD == "closed_at", _EMPTIED)
    ),
}  # fmt: skip
"""What a changed value means. One that was empty and is filled in is the ordinary life of a record, not a change."""


def versions_published() -> Select:
    """One row per version of the data, the newest first: version, published_at."""
    return select(versions.c.version, versions.c.published_at).order_by(versions.c.version.desc())


def by_body(table: Table, filters: Filters, since: datetime | None = None) -> Select:
    """One row per responsible body with a changed record: body (null: not stated), and for each kind of ``KINDS`` how
    many of its records changed so, each once, whatever the period. ``since``: only what was published after it."""
    changed = _changed(table, filters, since)
    counts = (
        func.count(case((changed.c[kind] == 1, changed.c.record)).distinct()).label(kind) for kind in KINDS
    )  # fmt: skip
    return select(changed.c.body, *counts).group_by(changed.c.body).order_by(changed.c.body)


def values(
    table: Table, kind: Kind, filters: Filters, since: datetime | None = None, limit: int | None = None, offset: int = 0
) -> Select:
    """One row per changed value of a kind, the newest first: record, body, street, category, field, old, new,
    changed_at. Accusations (检举控告) stay out of every list, and so does what was one."""
    columns = (body(table).label("body"), table.c.street, table.c.category)
    asked = select(history.c.record, *columns, _FIELD, _OLD, _NEW, history.c.changed_at)
    asked = _joined(asked, table).where(*_of_kind(table, kind, filters, since))
    return asked.order_by(history.c.changed_at.desc(), history.c.record, _FIELD).limit(limit).offset(offset)


def value_count(table: Table, kind: Kind, filters: Filters, since: datetime | None = None) -> Select:
    """One row, n: how many rows ``values`` has."""
    asked = _joined(select(func.count().label("n")), table)
    return asked.where(*_of_kind(table, kind, filters, since))


def _of_kind(table: Table, kind: Kind, filters: Filters, since: datetime | None) -> list[ColumnElement[bool]]:
    return [KINDS[kind], *_chosen(table, filters, since), listed(table)]


def _changed(table: Table, filters: Filters, since: datetime | None) -> Subquery:
    """One row per changed value that is of any kind: record, body, and 1 or 0 for each kind."""
    kinds = (case((condition, 1), else_=0).label(kind) for kind, condition in KINDS.items())
    asked = _joined(select(history.c.record, body(table).label("body"), *kinds), table)
    return asked.where(or_(*KINDS.values()), *_chosen(table, filters, since)).subquery()


def _joined(asked: Select, table: Table) -> Select:
    (key,) = table.primary_key.columns
    return with_bodies(asked.join_from(history, table, key == history.c.record), table)


def _chosen(table: Table, filters: Filters, since: datetime | None) -> list[ColumnElement[bool]]:
    after = [] if since is None else [history.c.changed_at > since]
    return [history.c.target == table.name, *after, *matching(table, filters)]


# --- responsible bodies -----------------------------------------------------------------------------------------------


def body(table: Table) -> ColumnElement[str]:
    """The responsible body's name, its number where nobody knows the name; for statements that ``with_bodies`` made."""
    if "organisation" in table.c:
        return table.c.organisation
    return func.coalesce(organisations.c.name, table.c.organisation_id)


def with_bodies(asked: Select, table: Table) -> Select:
    if "organisation" in table.c:
        return asked
    return asked.outerjoin(organisations, organisations.c.organisation_id == table.c.organisation_id)


# --- records that are gone --------------------------------------------------------------------------------------------


def identifiers(table: Table) -> Select:
    """One row per record: its key."""
    (key,) = table.primary_key.columns
    return select(key.label("record"))


def those(table: Table, records: Sequence[str]) -> Select:
    """These records as they stand: record, body, district, street, category, channel, opened_at, status, listed."""
    (key,) = table.primary_key.columns
    columns = (table.c[name] for name in ("district", "street", "category", "channel", "opened_at", "status"))
    shown = listed(table).label("listed")
    asked = select(key.label("record"), body(table).label("body"), *columns, shown).select_from(table)
    return with_bodies(asked, table).where(key.in_(records)).order_by(key)


# --- closings ---------------------------------------------------------------------------------------------------------


def closings(table: Table, filters: Filters) -> Select:
    """One row per responsible body and day on which it closed anything in the period: body, day, timed (closings with a
    closing time), owed (closings that a callback or a visit should follow; without a time under the opening), unasked
    (of these, nobody was asked)."""
    on = closed_on(table)
    day = func.date_trunc(literal_column("'day'"), on).label("day")
    counts = (
        func.count(table.c.closed_at).label("timed"),
        func.count(case((owed(table), 1))).label("owed"),
        func.count(case((and_(owed(table), unasked(table)), 1))).label("unasked"),
    )
    asked = with_bodies(select(body(table).label("body"), day, *counts).select_from(table), table)
    return asked.where(*matching(table, filters, on=on)).group_by(body(table), day)


def owed(table: Table) -> ColumnElement[bool]:
    """Somebody should ask: of every complaint, and of disputes that were resolved."""
    return resolved(table) if "outcome" in table.c else true()


def unasked(table: Table) -> ColumnElement[bool]:
    """No callback question has an answer, and no visit was paid."""
    (key,) = table.primary_key.columns
    visited = exists().where(
        follow_ups.c.target == table.name, follow_ups.c.record == key, follow_ups.c.done_at.is_not(None)
    )
    return not_(or_(answered(table), visited) if "contacted" in table.c else visited)


def unasked_rows(table: Table, filters: Filters, limit: int | None = None, offset: int = 0) -> Select:
    """The closings of the period that nobody asked about, the newest first: record, body, street, category, opened_at,
    closed_at."""
    asked = _closings(table).where(*_unasked(table, filters))
    return asked.order_by(closed_on(table).desc(), *table.primary_key).limit(limit).offset(offset)


def unasked_count(table: Table, filters: Filters) -> Select:
    """One row, n: how many rows ``unasked_rows`` has."""
    return select(func.count().label("n")).select_from(table).where(*_unasked(table, filters))


def month_end_rows(
    table: Table, filters: Filters, days: Sequence[datetime], limit: int | None = None, offset: int = 0
) -> Select:
    """The closings on these days, the newest first; columns as of ``unasked_rows``."""
    asked = _closings(table).where(*_month_end(table, filters, days))
    return asked.order_by(table.c.closed_at.desc(), *table.primary_key).limit(limit).offset(offset)


def month_end_count(table: Table, filters: Filters, days: Sequence[datetime]) -> Select:
    """One row, n: how many rows ``month_end_rows`` has."""
    return select(func.count().label("n")).select_from(table).where(*_month_end(table, filters, days))


def _unasked(table: Table, filters: Filters) -> list[ColumnElement[bool]]:
    return [owed(table), unasked(table), listed(table), *matching(table, filters, on=closed_on(table))]


def _month_end(table: Table, filters: Filters, days: Sequence[datetime]) -> list[ColumnElement[bool]]:
    day = func.date_trunc(literal_column("'day'"), table.c.closed_at)
    return [day.in_(days), listed(table), *matching(table, filters, on=table.c.closed_at)]


def _closings(table: Table) -> Select:
    (key,) = table.primary_key.columns
    columns = (table.c[name] for name in ("street", "category", "opened_at", "closed_at"))
    asked = select(key.label("record"), body(table).label("body"), *columns).select_from(table)
    return with_bodies(asked, table)
