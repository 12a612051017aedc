"""What records were before: which values changed, and by which import."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select

from queries.tables import history


def changed_by_field(load_ids: Sequence[str]) -> Select:
    """One row per table and field that these imports changed: target, field, records; most frequent first."""
    asked = select(history.c.target, history.c.field, func.count().label("records"))
    grouped = asked.where(history.c.load_id.in_(load_ids)).group_by(history.c.target, history.c.field)
    return grouped.order_by(func.count().desc(), history.c.target, history.c.field)


def changes(load_ids: Sequence[str], limit: int | None = None, offset: int = 0) -> Select:
    """One row per changed value of these imports: target, record, field, old, new, changed_at; by record."""
    columns = [column for column in history.columns if column.name != "load_id"]
    order = (history.c.target, history.c.record, history.c.field)
    return select(*columns).where(history.c.load_id.in_(load_ids)).order_by(*order).limit(limit).offset(offset)
