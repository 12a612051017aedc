"""Prepared files → the next version of the data, with what is known of each file: all of it, or nothing."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Table,
    and_,
    delete,
    exists,
    func,
    insert,
    inspect,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from cockpit import clock, database
from cockpit.errors import AlreadyLoaded
from cockpit.intake import mapping
from cockpit.intake.checking.check import Checked
from cockpit.intake.publishing import keep, rows
from cockpit.intake.publishing.history import note, record
from cockpit.intake.publishing.staging import Staged, staged
from cockpit.intake.reading.arrival import Arrival, Progress
from cockpit.intake.reading.read import Records
from queries.tables import area_aliases, flags, history, load_fields, loads, rejects
from queries.words import N_

GROWING = (rejects, flags, history)
"""Tables of the import itself that may become large."""


@dataclass(frozen=True)
class Prepared:
    """A file that was read and checked. ``name``: that of its mapping, ``text``: the mapping as it was, TOML;
    ``aliases``: other names of areas that come with it, alias → ``area_id``."""

    plan: mapping.Mapping
    arrival: Arrival
    records: Records
    checked: Checked
    name: str
    text: str
    aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Load:
    """What became of one file in the version ``version``."""

    load_id: str
    version: int
    added: int
    changed: int
    flagged: int


def publish(
    url: str, prepared: Sequence[Prepared], by: str, folder: Path, progress: Progress, replace: bool = False
) -> list[Load]:
    """Write the files into ``url`` as one version; readers see all of it at once.

    ``folder`` is that of ``claim.claim``. ``replace``: the version begins without a row. ``progress`` is told of the
    last row before readers see it, and may still raise.
    """
    total, done = sum(one.checked.kept for one in prepared), 0
    with keep.draft(url, folder, by, "import", keep.NOTHING if replace else None) as draft:
        made = []
        for one in prepared:
            _learn(draft.connection, one.aliases)
            progress("publishing", done, total)
            load = _write(draft.connection, draft.number, one)
            draft.added += load.added
            draft.changed += load.changed
            draft.files.append(_told(load, one))
            made.append(load)
            done += one.checked.kept
        progress("publishing", total, total)
    return made


def _learn(connection: Connection, aliases: Mapping[str, str]) -> None:
    """The areas that these names mean from now on."""
    if aliases:
        connection.execute(delete(area_aliases).where(area_aliases.c.alias.in_(aliases)))
        rows = [{"alias": alias, "area_id": area} for alias, area in aliases.items()]
        connection.execute(insert(area_aliases), rows)


def refuse_known(url: str, files: Sequence[tuple[Arrival, str]]) -> list[int]:
    """Places of the files (with the table each goes to) that were not loaded before; raises AlreadyLoaded where all of
    them were, as far as readers see now."""
    if database.is_file(database.parse(url)) and not database.file_of(url).exists():
        return list(range(len(files)))
    with database.reader(url).connect() as connection:
        known = [_loaded(connection, arrival.sha256, target) for arrival, target in files]
    new = [place for place, load in enumerate(known) if load is None]
    if files and not new:
        raise _already(files[0][0].name, known[0])
    return new


def _loaded(connection: Connection, sha256: str, target: str) -> Any:
    """When and as which version this content was loaded; None where it was not, or nobody wrote that down yet."""
    inspector = inspect(connection)
    there = inspector.get_columns(loads.name) if inspector.has_table(loads.name) else []
    if loads.c.version.name not in {column["name"] for column in there}:
        return None
    newest = loads.c.loaded_at.desc()
    asked = select(loads.c.loaded_at, loads.c.version).where(loads.c.sha256 == sha256, loads.c.target == target)
    return connection.execute(asked.order_by(newest).limit(1)).first()


def _already(file: str, load: Any) -> AlreadyLoaded:
    when = f"{load.loaded_at:%Y-%m-%d %H:%M}"
    if load.version is None:
        return AlreadyLoaded(
            N_("{file} was loaded on {when}; nothing was changed. --again loads it all the same."), file=file, when=when
        )
    return AlreadyLoaded(
        N_("{file} was loaded on {when} as version {version}; nothing was changed. --again loads it all the same."),
        file=file,
        when=when,
        version=load.version,
    )


def _write(connection: Connection, number: int, one: Prepared) -> Load:
    target, now = one.plan.target, clock.now()
    load_id = f"{now:%Y%m%d%H%M%S}-{secrets.token_hex(4)}"
    with staged(connection, target, one.checked) as tables:
        rows.require_columns(connection, target, tables.rows)
        _unindex(connection)
        added, changed = note(connection, target, tables.rows, one.checked.replaced, load_id, now)
        _correct(connection, target, tables, load_id)
        if added or changed:
            rows.write(connection, target, tables.rows, one.checked.replaced, known=added < one.checked.kept)
        flagged = _flag(connection, target, tables, one.checked.columns, load_id)
        for table, source in ((rejects, tables.refused), (load_fields, tables.fields)):
            connection.execute(
                insert(table).from_select(
                    ["load_id", *source.columns.keys()], select(literal(load_id), *source.columns)
                )
            )
        connection.execute(insert(loads).values(**_row(one, load_id, number, now)))
    return Load(load_id, number, added, changed, flagged)


def _unindex(connection: Connection) -> None:
    """Of a file, the key of a table would be held in memory (see ``rows.without_key``)."""
    if connection.dialect.name == "duckdb":
        for table in GROWING:
            if rows.has_key(connection, table):
                rows.without_key(connection, table)


def _correct(connection: Connection, target: Table, tables: Staged, load_id: str) -> None:
    """Rejects that this load brings after all: by the identifier of a row it keeps, or because the file names them."""
    same_table = rejects.c.load_id.in_(select(loads.c.load_id).where(loads.c.target == target.name))
    kept = exists().where(record(target, tables.rows) == rejects.c.record)
    named = tuple_(rejects.c.load_id, rejects.c.line).in_(select(tables.returned.c.load_id, tables.returned.c.line))
    brought = or_(and_(rejects.c.record.is_not(None), same_table, kept), named)
    connection.execute(update(rejects).where(rejects.c.corrected_by.is_(None), brought).values(corrected_by=load_id))


def _flag(connection: Connection, target: Table, tables: Staged, columns: Sequence[str], load_id: str) -> int:
    """The doubts of this load, in the place of earlier ones about the same fields of its records; on how many."""
    connection.execute(
        delete(flags).where(
            flags.c.target == target.name,
            flags.c.field.in_(columns),
            exists().where(record(target, tables.rows) == flags.c.record),
        )
    )
    names, doubts = ("record", "field", "reason", "value"), tables.doubts
    coming = select(literal(target.name), literal(load_id), *(doubts.c[name] for name in names))
    connection.execute(insert(flags).from_select(["target", "load_id", *names], coming))
    counted = select(doubts.c.record).distinct().subquery()
    return connection.scalar(select(func.count()).select_from(counted)) or 0


def _told(load: Load, one: Prepared) -> dict[str, Any]:
    """The file in the list of versions, where it stays when a rollback takes its load away."""
    return {
        "file": one.arrival.name,
        "table": one.plan.table,
        "mapping": one.name,
        "load_id": load.load_id,
        "read": one.records.count,
        "kept": one.checked.kept,
        "rejected": one.checked.rejected,
        "superseded": one.checked.superseded,
    }


def _row(one: Prepared, load_id: str, number: int, now: datetime) -> dict[str, Any]:
    return {
        "load_id": load_id,
        "target": one.plan.table,
        "file": one.arrival.name,
        "sha256": one.arrival.sha256,
        "rows_read": one.records.count,
        "rows_kept": one.checked.kept,
        "rows_rejected": one.checked.rejected,
        "rows_superseded": one.checked.superseded,
        "loaded_at": now,
        "as_of": one.plan.read.as_of,
        "mapping": one.name,
        "mapping_text": one.text,
        "version": number,
    }
