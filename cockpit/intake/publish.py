"""Staged rows → the database that people read: all of them, or none."""
import os
import shutil
from collections.abc import Mapping as Values
from pathlib import Path
from typing import Any

import duckdb
from psycopg import sql
from sqlalchemy import Column, Connection, MetaData, Select, Table, inspect, literal, select
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import insert

from cockpit import database
from cockpit.errors import IntakeError
from cockpit.i18n import _
from cockpit.intake import casts, contract
from cockpit.intake.check import MEMORY, Checked
from queries.tables import loads, rejects

BATCH = 10_000


def publish(url: str, target: Table, checked: Checked, load: Values[str, Any], folder: Path) -> None:
    """Write the staged rows, the rejects and the load into ``url``; readers see all of it at once."""
    if database.is_file(database.parse(url)):
        _publish_file(database.file_of(url), target, checked, load, folder)
    else:
        _publish_server(url, target, checked, load)


def _publish_file(path: Path, target: Table, checked: Checked, load: Values[str, Any], folder: Path) -> None:
    """Into a copy of the file, which then takes its name: readers keep the old one until they look again."""
    copy = folder / "copy.duckdb"
    if path.exists():
        shutil.copyfile(path, copy)
    writer = database.create(f"duckdb:///{copy}")
    with writer.connect() as connection:
        connection.exec_driver_sql(f"SET memory_limit = '{MEMORY}'")
        connection.exec_driver_sql(f"ATTACH {casts.literal(str(checked.database))} AS scratch (READ_ONLY)")
        _write(connection, target, checked, load, schema="scratch")
        connection.commit()
        connection.exec_driver_sql("CHECKPOINT")
    writer.dispose()
    _replace(copy, path)


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
    writer = database.create(url)
    with writer.begin() as connection:
        for table in _staged(target, checked, schema=None):
            table.create(connection)
            _copy(connection, table, checked.database)
        _write(connection, target, checked, load, schema=None)
    writer.dispose()


def _staged(target: Table, checked: Checked, schema: str | None) -> tuple[Table, Table]:
    """The two tables of the scratch database that are published."""
    options: dict[str, Any] = {"schema": schema} if schema else {
        "prefixes": ["TEMPORARY"], "postgresql_on_commit": "DROP"}
    columns = [Column(name, target.c[name].type) for name in checked.columns]
    refused = [Column(name, rejects.c[name].type) for name in ("line", "reason", "raw")]
    return Table("staged", MetaData(), *columns, **options), Table("refused", MetaData(), *refused, **options)


def _copy(connection: Connection, table: Table, scratch: Path) -> None:
    """Rows from the scratch database into a temporary table of the server, a batch at a time."""
    names = [column.name for column in table.columns]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names)))
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    with duckdb.connect(str(scratch), read_only=True) as source, cursor.copy(statement) as out:
        rows = source.execute(f"SELECT {', '.join(map(casts.name, names))} FROM {table.name}")
        while batch := rows.fetchmany(BATCH):
            for row in batch:
                out.write_row(row)


def _write(connection: Connection, target: Table, checked: Checked, load: Values[str, Any], schema: str | None) -> None:
    """The same statements for every engine, in the caller's transaction."""
    _require_columns(connection, target, checked)
    staged, refused = _staged(target, checked, schema)
    connection.execute(_upsert(target, staged))
    connection.execute(plain_insert(rejects).from_select(
        ["load_id", "line", "reason", "raw"], select(literal(load["load_id"]), *refused.columns)))
    connection.execute(plain_insert(loads).values(**load))


def _require_columns(connection: Connection, target: Table, checked: Checked) -> None:
    present = {column["name"] for column in inspect(connection).get_columns(target.name)}
    if missing := [name for name in checked.columns if name not in present]:
        raise IntakeError(_("The database is of an older version: its table {table} has no {columns}. Import into a "
                            "new one, or see docs/databases.md.").format(table=target.name, columns=", ".join(missing)))


def _upsert(target: Table, staged: Table):
    """New rows are added; of known ones the columns that the mapping fills are replaced, the others stay."""
    names, keys = staged.columns.keys(), contract.keys(target)
    statement = insert(target).from_select(names, _in_order(target, staged))
    replaced = {name: statement.excluded[name] for name in names if name not in keys}
    if not replaced:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=replaced)


def _in_order(target: Table, staged: Table) -> Select:
    """By opening time where there is one: a reader of one month then skips most of a DuckDB file."""
    rows = select(*staged.columns)
    return rows.order_by(staged.c.opened_at) if "opened_at" in staged.c else rows
