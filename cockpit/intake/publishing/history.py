"""What an import changes in records that were known: who is new, who changed, and what stood there before."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Float,
    MetaData,
    Table,
    Text,
    cast,
    func,
    insert,
    literal,
    select,
    union_all,
)

from cockpit.intake import contract
from cockpit.intake.publishing.rows import differs, same_key
from queries.tables import history


def note(
    connection: Connection, target: Table, staged: Table, replaced: Sequence[str], load_id: str, when: datetime
) -> tuple[int, int]:
    """Write into ``history`` what ``staged`` will change in ``target``; how many records are new, how many change.

    Before the rows themselves are written. What is computed (``cell``) has no history: it follows from the rest.
    """
    coming = connection.scalar(select(func.count()).select_from(staged)) or 0
    if not coming or connection.execute(select(target.c[contract.keys(target)[0]]).limit(1)).first() is None:
        return coming, 0
    both = target.join(staged, same_key(target, staged))
    known = connection.scalar(select(func.count()).select_from(both)) or 0
    fields = [name for name in replaced if name not in contract.COMPUTED]
    if not known or not fields:
        return coming - known, 0
    changes = _changes(fields)
    changes.create(connection)
    values = [column for name in fields for column in (as_text(target.c[name]), as_text(staged.c[name]))]
    asked = select(record(target), *values).select_from(both).where(differs(target, staged, fields))
    connection.execute(insert(changes).from_select(changes.columns.keys(), asked))
    changed = connection.scalar(select(func.count()).select_from(changes)) or 0
    if changed:
        _write(connection, changes, target.name, fields, load_id, when)
    changes.drop(connection)
    return coming - known, changed


def record(target: Table, rows: Table | None = None) -> ColumnElement[str]:
    """The identifier of a row of ``target`` as one text, read from ``rows`` where they are meant for it: the columns of
    the key with a slash between them."""
    parts = [cast((target if rows is None else rows).c[key], Text) for key in contract.keys(target)]
    return reduce(lambda text, part: text + "/" + part, parts[1:], parts[0])


def as_text(column: Column) -> ColumnElement[str]:
    """The value as text, the same on every engine: 113 and not 113.0."""
    text = cast(column, Text)
    return func.regexp_replace(text, r"\.0$", "") if isinstance(column.type, Float) else text


def _changes(fields: Sequence[str]) -> Table:
    """One row per record that changes, the old and the new text of each field beside each other."""
    pairs = [Column(f"{side}_{name}", Text) for name in fields for side in ("old", "new")]
    return Table("changes", MetaData(), Column("record", Text), *pairs, prefixes=["TEMPORARY"])


def _write(
    connection: Connection, changes: Table, target: str, fields: Sequence[str], load_id: str, when: datetime
) -> None:
    parts = []
    for name in fields:
        old, new = changes.c[f"old_{name}"], changes.c[f"new_{name}"]
        row = select(
            literal(load_id).label("load_id"),
            literal(target).label("target"),
            changes.c.record,
            literal(name).label("field"),
            old.label("old"),
            new.label("new"),
            literal(when).label("changed_at"),
        )
        parts.append(row.where(old.is_distinct_from(new)))
    every = union_all(*parts)
    connection.execute(insert(history).from_select(every.selected_columns.keys(), every))
