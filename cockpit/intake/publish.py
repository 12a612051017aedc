"""Staged rows → the database that people read: all of them, or none."""

import os
import shutil
from collections.abc import Mapping as Values
from pathlib import Path
from typing import Any

import duckdb
from psycopg import sql
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Executable,
    MetaData,
    Table,
    inspect,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import insert

from cockpit import database
from cockpit.errors import IntakeError
from cockpit.intake import casts, contract
from cockpit.intake.check import MEMORY, NUMBER, Checked
from cockpit.intake.read import Progress
from queries.tables import loads, rejects
from queries.words import N_

BATCH = 10_000
SLICE = 200_000


def publish(
    url: str, target: Table, checked: Checked, load: Values[str, Any], folder: Path, progress: Progress
) -> None:
    """Write the staged rows, the rejects and the load into ``url``; readers see all of it at once."""
    if database.is_file(database.parse(url)):
        copy = _copied(database.file_of(url), folder)
        _extend(copy, target, checked, load, progress)
        _replace(copy, database.file_of(url))
    else:
        _publish_server(url, target, checked, load, progress)


def _copied(path: Path, folder: Path) -> Path:
    copy = folder / "copy.duckdb"
    if path.exists():
        shutil.copyfile(path, copy)
    return copy


def _extend(copy: Path, target: Table, checked: Checked, load: Values[str, Any], progress: Progress) -> None:
    """The copy is nobody's yet, so it is written a slice at a time: a transaction keeps its index in memory."""
    writer = database.create(f"duckdb:///{copy}")
    with writer.connect() as connection:
        connection.exec_driver_sql(f"SET memory_limit = '{MEMORY}'")
        connection.exec_driver_sql(f"ATTACH {casts.literal(str(checked.database))} AS scratch (READ_ONLY)")
        staged, refused = _staged(target, checked, schema="scratch")
        _require_columns(connection, target, staged)
        for first in range(1, checked.kept + 1, SLICE):
            connection.execute(_upsert(target, staged, staged.c[NUMBER].between(first, first + SLICE - 1)))
            connection.commit()
            progress("publishing", min(first + SLICE - 1, checked.kept), checked.kept)
        _record(connection, refused, load)
        connection.commit()
        connection.exec_driver_sql("CHECKPOINT")
    writer.dispose()


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


def _publish_server(url: str, target: Table, checked: Checked, load: Values[str, Any], progress: Progress) -> None:
    """In one transaction of the server, by way of temporary tables."""
    writer = database.create(url)
    with writer.begin() as connection:
        staged, refused = _staged(target, checked, schema=None)
        _require_columns(connection, target, staged)
        for table in (staged, refused):
            table.create(connection)
            _copy(connection, table, checked.database)
        connection.execute(_upsert(target, staged, true()))
        _record(connection, refused, load)
    writer.dispose()
    progress("publishing", checked.kept, checked.kept)


def _staged(target: Table, checked: Checked, schema: str | None) -> tuple[Table, Table]:
    """The two tables of the scratch database that are published."""
    options: dict[str, Any] = (
        {"schema": schema} if schema else {"prefixes": ["TEMPORARY"], "postgresql_on_commit": "DROP"}
    )
    columns = [Column(NUMBER, BigInteger), *(Column(name, target.c[name].type) for name in checked.columns)]
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
    if missing := [name for name in _written(staged) if name not in present]:
        raise IntakeError(
            N_(
                "The database is of an older version: its table {table} has no {columns}. Import into a new one, "
                "or see docs/databases.md."
            ),
            table=target.name,
            columns=", ".join(missing),
        )


def _written(staged: Table) -> list[str]:
    return [name for name in staged.columns.keys() if name != NUMBER]


def _upsert(target: Table, staged: Table, slice_: ColumnElement[bool]) -> Executable:
    """New rows are added; of known ones the columns that the mapping fills are replaced, the others stay."""
    names, keys = _written(staged), contract.keys(target)
    rows = select(*(staged.c[name] for name in names)).where(slice_).order_by(staged.c[NUMBER])
    statement = insert(target).from_select(names, rows)
    replaced = {name: statement.excluded[name] for name in names if name not in keys}
    if not replaced:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=replaced)
