"""Versions of the data: how the next one comes to be while everybody reads the newest, and how many stay.

A file     the next version is written into a copy, which takes the name; a second name (a hard link) keeps it
A server   all in one transaction; a schema of its own keeps a copy of every table
"""

import errno
import getpass
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, delete, func, insert, inspect, select

from cockpit import clock, database
from cockpit.headline import headline
from cockpit.intake.checking import casts
from cockpit.intake.publishing.claim import DEMONSTRATION
from cockpit.settings import settings
from queries.tables import FACTS, loads, metadata, versions

NOTHING = 0
"""The number of the version that holds no row: what real data begin with when they replace the demonstration."""
MEMORY = "160MB"
"""Enough to put any number of rows in order (4 million: 385 MB for the whole process); ``rows`` takes more to join."""
THREADS = 1
"""Two put a million rows in order no sooner than one, and where memory is short they take twice the time."""
CANNOT_LINK = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV, errno.ENOSYS)

Row = Mapping[str, Any]


@dataclass
class Draft:
    """The next version while it is written, by one connection; nobody reads it yet."""

    connection: Connection
    number: int
    added: int = 0
    changed: int = 0
    files: list[Row] = field(default_factory=list)


def user() -> str:
    """Who runs this process; by number where the system has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


@contextmanager
def draft(
    url: str, folder: Path, by: str, kind: str, start: int | None = None, restores: int | None = None
) -> Iterator[Draft]:
    """The next version: readers see it when the block has ended, and never where it raises.

    ``folder`` is that of ``claim.claim``. ``start``: the kept version that it begins with; default: what readers see.
    """
    first = _demonstration(url, by) if start == NOTHING else None
    with (
        _file(url, folder, start, first)
        if database.is_file(database.parse(url))
        else _server(url, start, first) as connection
    ):
        writing = Draft(connection, newest(connection) + 1)
        yield writing
        row = _row(writing.number, by, kind, writing.added, writing.changed, restores)
        files = json.dumps(writing.files, ensure_ascii=False)
        connection.execute(insert(versions).values(**row, files=files, measures=_measures(connection)))


def _complete(connection: Connection) -> None:
    """A database of before gets the columns that the contract has gained since."""
    inspector = inspect(connection)
    for table in metadata.tables.values():
        present = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.nullable and column.name not in present:
                kind = column.type.compile(connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {casts.name(table.name)} ADD COLUMN {column.name} {kind}")


def forget(url: str) -> None:
    """Remove every kept version; for whoever has replaced everything in ``url`` and holds its lock."""
    if database.is_file(database.parse(url)):
        shutil.rmtree(database.versions_folder(url), ignore_errors=True)
        return
    writer = database.create(url)
    with writer.begin() as connection:
        _drop(connection, _schemas(connection))
    writer.dispose()


def newest(connection: Connection) -> int:
    """Number of the newest version that the database knows; 0 where it knows none."""
    return connection.scalar(select(func.max(versions.c.version))) or 0


def _row(number: int, by: str, kind: str, added: int = 0, changed: int = 0, restores: int | None = None) -> Row:
    return {
        "version": number,
        "published_at": clock.now(),
        "published_by": by,
        "kind": kind,
        "restores": restores,
        "added": added,
        "changed": changed,
    }


def _measures(connection: Connection) -> str:
    found = headline(lambda question, *arguments: database.frame_of(connection.execute(question(*arguments))))
    return json.dumps(found, ensure_ascii=False)


def _demonstration(url: str, by: str) -> Row:
    """The row of a demonstration that real data replace, so that it is kept as a version. The list begins with it: what
    was before is as invented as the data."""
    with database.connect(url) as connection:
        kept, when = connection.execute(select(func.sum(loads.c.rows_kept), func.max(loads.c.loaded_at))).one()
        new = connection.scalar(select(func.sum(versions.c.added)))  # without what was kept again because it changed
        row = _row(max(newest(connection), 1), by, DEMONSTRATION, added=int(new or kept or 0))
        return {**row, "published_at": when or row["published_at"], "measures": _measures(connection)}


# --- a file -----------------------------------------------------------------------------------------------------------


@contextmanager
def _file(url: str, folder: Path, start: int | None, first: Row | None) -> Iterator[Connection]:
    path, copy = database.file_of(url), folder / "copy.duckdb"
    source = path if start is None else database.version_file(url, start)
    if source.exists():
        shutil.copyfile(source, copy)
    writer = database.create(f"duckdb:///{copy}")
    try:
        with writer.connect() as connection:
            connection.exec_driver_sql(f"SET memory_limit = '{MEMORY}'")
            connection.exec_driver_sql(f"SET threads = {THREADS}")
            connection.exec_driver_sql("SET enable_progress_bar = false")
            _complete(connection)
            if first:
                connection.execute(insert(versions).values(**first))
            elif start is not None:
                _take_over_versions(connection, path)
            yield connection
            number = newest(connection)
            connection.commit()
            connection.exec_driver_sql("CHECKPOINT")
    finally:
        writer.dispose()
    _put(url, copy, number, folder)


def _take_over_versions(connection: Connection, path: Path) -> None:
    """The list of versions goes on, whatever the data begin with."""
    connection.exec_driver_sql(f"ATTACH {casts.literal(str(path))} AS current_facts (READ_ONLY)")
    current = versions.to_metadata(MetaData(), schema="current_facts")
    connection.execute(delete(versions))
    connection.execute(insert(versions).from_select(versions.columns.keys(), select(current)))
    connection.commit()
    connection.exec_driver_sql("DETACH current_facts")


def _put(url: str, copy: Path, number: int, folder: Path) -> None:
    """Rename, with both ends of it on the disk before and after; then the old versions go."""
    path = database.file_of(url)
    _flush(copy)
    _keep_file(url, number - 1, folder)
    database.version_file(url, number).unlink(missing_ok=True)
    os.replace(copy, path)
    _flush(path.parent)
    _keep_file(url, number, folder)
    for old in database.versions_kept(url):
        if not _stays(old, number):
            database.version_file(url, old).unlink(missing_ok=True)


def _stays(old: int, number: int) -> bool:
    return number - settings().versions < old <= number


def _keep_file(url: str, number: int, folder: Path) -> None:
    """A second name for what readers see, under which it stays when the next version takes the first.

    Asked again before that: a kill may have come between, and a restored backup has the first name only.
    """
    path, kept = database.file_of(url), database.version_file(url, number)
    if number == NOTHING or kept.exists() or not path.exists():
        return
    kept.parent.mkdir(exist_ok=True)
    half = folder / kept.name
    try:
        os.link(path, half)
    except OSError as problem:
        if problem.errno not in CANNOT_LINK:
            raise
        shutil.copyfile(path, half)
        _flush(half)
    os.replace(half, kept)
    _flush(kept.parent)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- a server ---------------------------------------------------------------------------------------------------------


@contextmanager
def _server(url: str, start: int | None, first: Row | None) -> Iterator[Connection]:
    """Nothing is truncated: that would make readers wait, and show those whose question began before an empty table."""
    writer = database.create(url)
    try:
        with writer.begin() as connection:
            _complete(connection)
            if first:
                connection.execute(delete(versions))
                connection.execute(insert(versions).values(**first))
            _keep_schema(connection, newest(connection))
            if start is not None:
                _restore(connection, start)
            yield connection
            number = newest(connection)
            _drop(connection, {number, *(old for old in _schemas(connection) if not _stays(old, number))})
            _keep_schema(connection, number)
    finally:
        writer.dispose()


def _schemas(connection: Connection) -> set[int]:
    return database.versions_among(inspect(connection).get_schema_names())


def _drop(connection: Connection, numbers: set[int]) -> None:
    for number in numbers & _schemas(connection):
        connection.exec_driver_sql(f"DROP SCHEMA {database.version_schema(number)} CASCADE")


def _keep_schema(connection: Connection, number: int) -> None:
    if number == NOTHING or number in _schemas(connection):
        return
    schema = database.version_schema(number)
    connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    for name in metadata.tables:
        copy = f"{schema}.{casts.name(name)}"
        like = f"(LIKE {casts.name(name)} INCLUDING DEFAULTS INCLUDING COMMENTS)"
        connection.exec_driver_sql(f"CREATE TABLE {copy} {like}")
        connection.exec_driver_sql(f"INSERT INTO {copy} SELECT * FROM {casts.name(name)}")
        for column in ("opened_at", "closed_at") if name in FACTS else ():
            connection.exec_driver_sql(f"CREATE INDEX ON {copy} (district, {column})")
        connection.exec_driver_sql(f"ANALYZE {copy}")


def _restore(connection: Connection, number: int) -> None:
    """Every table but the list of versions as that version has it; what an older contract lacked stays empty."""
    schema, inspector = database.version_schema(number), inspect(connection)
    there = set() if number == NOTHING else set(inspector.get_table_names(schema))
    for table in (table for table in metadata.tables.values() if table is not versions):
        connection.execute(delete(table))
        if table.name in there:
            names = [column["name"] for column in inspector.get_columns(table.name, schema)]
            kept = table.to_metadata(MetaData(), schema=schema)
            connection.execute(insert(table).from_select(names, select(*(kept.c[name] for name in names))))
