"""Staged rows → the database that people read: all of them, or none."""

import os
import shutil
from collections.abc import Mapping as Values
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
from psycopg import sql
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DefaultClause,
    Executable,
    MetaData,
    Select,
    Table,
    and_,
    exists,
    func,
    inspect,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert

from cockpit import database
from cockpit.errors import IntakeError
from cockpit.intake import casts, contract
from cockpit.intake.check import MEMORY, Checked
from cockpit.intake.read import Progress
from queries.tables import loads, rejects
from queries.words import N_

BATCH = 10_000


def publish(
    url: str, target: Table, checked: Checked, load: Values[str, Any], folder: Path, progress: Progress
) -> None:
    """Write the staged rows, the rejects and the load into ``url``; readers see all of it at once."""
    if database.is_file(database.parse(url)):
        copy = _copied(database.file_of(url), folder)
        _extend(copy, target, checked, load)
        _replace(copy, database.file_of(url))
    else:
        _publish_server(url, target, checked, load)
    progress("publishing", checked.kept, checked.kept)


def _copied(path: Path, folder: Path) -> Path:
    copy = folder / "copy.duckdb"
    if path.exists():
        shutil.copyfile(path, copy)
    return copy


def _extend(copy: Path, target: Table, checked: Checked, load: Values[str, Any]) -> None:
    writer = database.create(f"duckdb:///{copy}")
    with writer.connect() as connection:
        connection.exec_driver_sql(f"SET memory_limit = '{MEMORY}'")
        connection.exec_driver_sql("SET enable_progress_bar = false")
        connection.exec_driver_sql(f"ATTACH {casts.literal(str(checked.database))} AS scratch (READ_ONLY)")
        staged, refused = _staged(target, checked, schema="scratch")
        _require_columns(connection, target, staged)
        _rewrite(connection, target, staged, checked.replaced)
        _record(connection, refused, load)
        connection.commit()
        connection.exec_driver_sql("CHECKPOINT")
    writer.dispose()


def _rewrite(connection: Connection, target: Table, staged: Table, replaced: Sequence[str]) -> None:
    """The whole table anew, in order of opening, so that a reader of one month skips most of the file.

    Without its primary key: DuckDB would hold the key's index in memory, which grows with the table (4 million rows:
    160 s with it, 20 s without). That each key is there once is sure from how the rows are put together.
    """
    columns = [
        Column(c.name, c.type, nullable=c.nullable, comment=c.comment, server_default=_default(c))
        for c in target.columns
    ]
    anew = Table(f"{target.name} anew", MetaData(), *columns, comment=target.comment)
    anew.create(connection)
    rows = union_all(_coming(target, staged, replaced), _staying(target, staged)).subquery()
    order = (rows.c.opened_at,) if "opened_at" in rows.c else tuple(rows.c[key] for key in contract.keys(target))
    connection.execute(insert(anew).from_select(target.columns.keys(), select(rows).order_by(*order)))
    target.drop(connection)
    connection.exec_driver_sql(f"ALTER TABLE {casts.name(anew.name)} RENAME TO {casts.name(target.name)}")


def _default(column: Column) -> str | None:
    return str(column.server_default.arg) if isinstance(column.server_default, DefaultClause) else None


def _coming(target: Table, staged: Table, replaced: Sequence[str]) -> Select:
    """The staged rows; what the file does not fill stays as the row of the same key has it."""
    taken = {*replaced, *contract.keys(target)}

    def value(column: Column) -> ColumnElement:
        new = staged.c[column.name] if column.name in staged.c else literal(_default(column))
        return new if column.name in taken else func.coalesce(column, new).label(column.name)

    return select(*map(value, target.columns)).select_from(staged.outerjoin(target, _same_key(target, staged)))


def _staying(target: Table, staged: Table) -> Select:
    return select(*target.columns).where(~exists().where(_same_key(target, staged)))


def _same_key(target: Table, staged: Table) -> ColumnElement[bool]:
    return and_(*(target.c[key] == staged.c[key] for key in contract.keys(target)))


def _replace(copy: Path, path: Path) -> None:
    """Rename, with both ends of it on the disk before and after."""
    _flush(copy)
    os.replace(copy, path)
    _flush(path.parent)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _publish_server(url: str, target: Table, checked: Checked, load: Values[str, Any]) -> None:
    """In one transaction of the server, by way of temporary tables."""
    writer = database.create(url)
    with writer.begin() as connection:
        staged, refused = _staged(target, checked, schema=None)
        _require_columns(connection, target, staged)
        for table in (staged, refused):
            table.create(connection)
            _copy(connection, table, checked.database)
        connection.execute(_upsert(target, staged, checked.replaced))
        _record(connection, refused, load)
    writer.dispose()


def _staged(target: Table, checked: Checked, schema: str | None) -> tuple[Table, Table]:
    """The two tables of the scratch database that are published."""
    options: dict[str, Any] = (
        {"schema": schema} if schema else {"prefixes": ["TEMPORARY"], "postgresql_on_commit": "DROP"}
    )
    columns = [Column(name, target.c[name].type) for name in checked.columns]
    refused = [Column(name, rejects.c[name].type) for name in ("line", "reason", "raw")]
    return Table("staged", MetaData(), *columns, **options), Table("refused", MetaData(), *refused, **options)


def _copy(connection: Connection, table: Table, scratch: Path) -> None:
    """Rows from the scratch database into a temporary table of the server, a batch at a time."""
    names = [column.name for column in table.columns]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    with duckdb.connect(str(scratch), read_only=True) as source, cursor.copy(statement) as out:
        rows = source.execute(f"SELECT {', '.join(map(casts.name, names))} FROM {table.name}")
        while batch := rows.fetchmany(BATCH):
            for row in batch:
                out.write_row(row)


def _record(connection: Connection, refused: Table, load: Values[str, Any]) -> None:
    """What was not taken, and that the import happened."""
    connection.execute(
        insert(rejects).from_select(
            ["load_id", *refused.columns.keys()], select(literal(load["load_id"]), *refused.columns)
        )
    )
    connection.execute(insert(loads).values(**load))


def _require_columns(connection: Connection, target: Table, staged: Table) -> None:
    present = {column["name"] for column in inspect(connection).get_columns(target.name)}
    if missing := [name for name in staged.columns.keys() if name not in present]:
        raise IntakeError(
            N_(
                "The database is of an older version: its table {table} has no {columns}. Import into a new one, "
                "or see docs/databases.md."
            ),
            table=target.name,
            columns=", ".join(missing),
        )


def _upsert(target: Table, staged: Table, replaced: Sequence[str]) -> Executable:
    """New rows are added; of known ones the columns that the file fills are replaced, the others stay."""
    keys = contract.keys(target)
    statement = insert(target).from_select(staged.columns.keys(), select(*staged.columns))
    if not replaced:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(
        index_elements=keys, set_={name: statement.excluded[name] for name in replaced}
    )
