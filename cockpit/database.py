"""Where the facts are: which engine, which version of the data, and how a statement becomes a frame. No Streamlit."""

import logging
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import (
    CompoundSelect,
    Connection,
    CursorResult,
    Engine,
    Index,
    MetaData,
    Select,
    create_engine,
    event,
    func,
    inspect,
    select,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import NullPool

from cockpit.errors import DatabaseError
from queries.tables import FACTS, loads, metadata, versions
from queries.words import N_

log = logging.getLogger(__name__)

ODD = frozenset(
    map(pd.api.types.pandas_dtype, ("boolean", "Int64", "Int32", "int32", "Int16", "int16", "Int8", "int8"))
)
POSTGRESQL_NUMBERS = (700, 701, 1700)  # oids of float4, float8, numeric
SUPPORTED = {"duckdb": "duckdb", "postgresql": "postgresql+psycopg"}


@lru_cache(maxsize=32)
def parse(url: str) -> URL:
    """Raises DatabaseError for a URL that is none or names an engine we do not have."""
    try:
        parsed = make_url(url)
    except ArgumentError as problem:
        raise DatabaseError(
            N_(
                "COCKPIT_DATABASE_URL={url} is not a database URL, for example duckdb:///data.duckdb. "
                "See docs/databases.md."
            ),
            url=repr(url),
        ) from problem
    if parsed.get_backend_name() not in SUPPORTED:
        raise DatabaseError(
            N_("COCKPIT_DATABASE_URL starts with {scheme}; expected {known}. See docs/databases.md."),
            scheme=repr(parsed.drivername),
            known=", ".join(SUPPORTED.values()),
        )
    if parsed.drivername == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def is_file(url: URL) -> bool:
    return url.get_backend_name() == "duckdb"


def file_of(url: str) -> Path:
    """The DuckDB file behind a URL."""
    return Path(parse(url).database or ":memory:")


def beside(url: str) -> Path:
    """The folder in which files belong that go with the facts of ``url``; of a server of facts the working folder."""
    return file_of(url).parent if is_file(parse(url)) else Path()


def create(url: str) -> Engine:
    """An engine that writes, with every table of the contract there; raises DatabaseError where it cannot."""
    parsed = parse(url)
    writer = create_engine(parsed, poolclass=NullPool) if is_file(parsed) else create_engine(parsed)
    try:
        metadata.create_all(writer)
        if not is_file(parsed):
            _index(writer)
    except OperationalError as problem:
        raise _unwritable(parsed, problem) from problem
    return writer


def in_memory() -> Engine:
    """An engine of its own without a file and without a table; all of it is gone when it is disposed."""
    return create_engine("duckdb:///:memory:", poolclass=NullPool)


def reader(url: str) -> Engine:
    """An engine that reads whatever is there now, of any version of the contract, and keeps no connection.

    A DuckDB file is attached to an instance of its own: opened by its name, a process that still reads the file of
    before would get that one.
    """
    parsed = parse(url)
    if not is_file(parsed):
        return create_engine(parsed, poolclass=NullPool)
    engine = create_engine("duckdb:///:memory:", poolclass=NullPool)
    path = str(parsed.database).replace("'", "''")

    def attach(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"ATTACH '{path}' AS facts (READ_ONLY)")
        cursor.execute("USE facts")

    event.listen(engine, "connect", attach)
    return engine


def _index(writer: Engine) -> None:
    """Indexes for a row store; DuckDB keeps its own zone maps and would only be slowed down."""
    for fact in FACTS.values():
        table = fact.to_metadata(MetaData())  # an index stays with its table: on ours every engine would get it
        for name in ("opened_at", "closed_at"):
            Index(f"ix_{table.name}_{name}", table.c.district, table.c[name]).create(writer, checkfirst=True)


def data_version(url: str) -> str:
    """Changes exactly when the answers can: the file's identity, or the newest load and version.

    Raises DatabaseError where there is no database.
    """
    if is_file(parse(url)):
        return _identity(file_of(url))
    with connect(url) as connection:
        newest = select(func.max(versions.c.version)).scalar_subquery()
        return str(
            tuple(
                connection.execute(select(func.max(loads.c.loaded_at), func.count(), newest).select_from(loads)).one()
            )
        )


def versions_folder(url: str) -> Path:
    """Where the kept versions of a file stand: ``data.versions`` beside ``data.duckdb``."""
    return file_of(url).with_suffix(".versions")


def version_file(url: str, number: int) -> Path:
    return versions_folder(url) / f"{number:04d}.duckdb"


def version_schema(number: int) -> str:
    return f"version_{number}"


def version_url(url: str, number: int) -> str:
    """Where a kept version is read, whether or not it is there."""
    parsed = parse(url)
    if is_file(parsed):
        return parsed.set(database=str(version_file(url, number))).render_as_string(hide_password=False)
    given = parsed.query.get("options", "")
    options = f"{given} -csearch_path={version_schema(number)}".strip()
    return parsed.update_query_dict({"options": options}).render_as_string(hide_password=False)


def versions_kept(url: str) -> set[int]:
    """Numbers of the versions that can be read beside the newest one."""
    if is_file(parse(url)):
        return {int(file.stem) for file in versions_folder(url).glob("*.duckdb") if file.stem.isdigit()}
    with connect(url) as connection:
        return versions_among(inspect(connection).get_schema_names())


def versions_among(schemas: Iterable[str]) -> set[int]:
    """Numbers of the versions that these schemas of a server keep."""
    return {int(found[1]) for name in schemas if (found := re.fullmatch(r"version_([1-9]\d*)", name))}


def _identity(file: Path) -> str:
    try:
        stat = file.stat()
    except FileNotFoundError as problem:
        raise DatabaseError(
            N_(
                "There is no database at {file}. Build the demonstration with “python -m cockpit "
                "sample”, import your own data, or set COCKPIT_DATABASE_URL."
            ),
            file=str(file),
        ) from problem
    return f"{stat.st_ino}-{stat.st_size}-{stat.st_mtime_ns}"


def _one_core(connection: Any, _record: Any) -> None:
    """A question takes one core and leaves the others to other readers; two would cost a third more for small ones."""
    connection.cursor().execute("SET threads = 1")


class _Reader:
    """The engine that reads one database.

    DuckDB keeps one instance a path in a process: as long as a single connection to a replaced file is open, a new one
    would still see the old rows. So a new version waits for the queries that run (milliseconds) and reopens then.
    """

    def __init__(self, url: str):
        self.url, self.version, self.active = parse(url), "", 0
        self.engine: Engine | None = None
        self.changed = threading.Condition()

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        engine = self._enter()
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            with self.changed:
                self.active -= 1
                self.changed.notify_all()

    def _enter(self) -> Engine:
        with self.changed:
            while self.engine is None or self._version() != self.version:
                if self.active:
                    self.changed.wait()
                else:
                    self._reopen(self._version())
            self.active += 1
            return self.engine

    def _version(self) -> str:
        return _identity(Path(self.url.database or "")) if is_file(self.url) else "server"

    def _reopen(self, version: str) -> None:
        if self.engine is not None:
            self.engine.dispose()
        _close_gone()
        options = {"connect_args": {"read_only": True}} if is_file(self.url) else {"pool_pre_ping": True}
        self.engine, self.version = create_engine(self.url, **options), ""
        if is_file(self.url):
            event.listen(self.engine, "connect", _one_core)
        _check_contract(self.engine, self.url)
        self.version = version


_readers: dict[str, _Reader] = {}


def _close_gone() -> None:
    """An old version that was removed would hold its room on the disk for as long as somebody has it open."""
    for url, old in list(_readers.items()):
        gone = is_file(old.url) and not Path(old.url.database or "").exists()
        if gone and old.changed.acquire(blocking=False):
            try:
                if not old.active and old.engine is not None:
                    old.engine.dispose()
                    del _readers[url]
            finally:
                old.changed.release()


@contextmanager
def connect(url: str) -> Iterator[Connection]:
    """A connection that reads; raises DatabaseError with the next step where none can be had."""
    try:
        with _readers.setdefault(url, _Reader(url)).connect() as connection:
            yield connection
    except OperationalError as problem:
        log.exception("database unreachable")
        raise _unreachable(parse(url), problem) from problem


def _unreachable(url: URL, problem: OperationalError) -> DatabaseError:
    if "could not set lock" in str(problem.orig).lower() and is_file(url):
        return DatabaseError(
            N_(
                "{file} is locked: another program holds it open for writing. Close that program, then reload the page."
            ),
            file=str(url.database),
        )
    if is_file(url):
        return DatabaseError(
            N_(
                "{file} is not a DuckDB database that this version can read. Import the data again, or "
                "set COCKPIT_DATABASE_URL."
            ),
            file=str(url.database),
        )
    return DatabaseError(
        N_("The database server {server} does not answer. Check that it runs and that COCKPIT_DATABASE_URL is right."),
        server=url.render_as_string(hide_password=True),
    )


def _unwritable(url: URL, problem: OperationalError) -> DatabaseError:
    file = Path(url.database or "")
    if not is_file(url) or file.is_file():
        return _unreachable(url, problem)
    return DatabaseError(
        N_("{file} cannot be made: there must be a folder {folder} that this user may write to."),
        file=str(file),
        folder=str(file.parent),
    )


def lacks(url: str) -> list[str]:
    """Tables and columns of the contract that the database does not have: ``letters``, ``complaints.procedure``."""
    engine = reader(url)
    try:
        return _lacking(engine)[0]
    finally:
        engine.dispose()


def _lacking(engine: Engine) -> tuple[list[str], bool]:
    """What is missing, and whether there is any table of ours."""
    inspector = inspect(engine)
    there = set(inspector.get_table_names())
    missing = [name for name in metadata.tables if name not in there]
    for table in metadata.tables.values():
        if table.name in there:
            columns = {column["name"] for column in inspector.get_columns(table.name)}
            missing += [f"{table.name}.{column.name}" for column in table.columns if column.name not in columns]
    return missing, bool(there & set(metadata.tables))


def _check_contract(engine: Engine, url: URL) -> None:
    """Every table and column of the contract must be there; raises DatabaseError naming what is missing."""
    missing, ours = _lacking(engine)
    if not ours:
        raise DatabaseError(
            N_("{database} holds no tables of the cockpit yet. Import a file, and they are made."),
            database=str(url.database),
        )
    if missing:
        raise DatabaseError(
            N_(
                "{database} was made by another version of the cockpit: {missing} is missing. “python -m cockpit "
                "upgrade” adds what is missing; so does the next import."
            ),
            database=str(url.database),
            missing=", ".join(missing[:5]),
        )


def fetch(statement: Select | CompoundSelect, url: str) -> pd.DataFrame:
    """Run one statement: one row of the frame per row of the answer, money as float."""
    with connect(url) as connection:
        return frame_of(connection.execute(statement))


def frame_of(result: CursorResult) -> pd.DataFrame:
    """The rest of an answer, the same types from every engine; money as float."""
    names = list(result.keys())
    if result.dialect.name != "duckdb":
        kinds = [column[1] for column in result.cursor.description]
        frame = pd.DataFrame(result.fetchall(), columns=names)
        numbers = {name: "float64" for name, kind in zip(names, kinds, strict=True) if kind in POSTGRESQL_NUMBERS}
        return frame.astype({name: kind for name, kind in numbers.items() if frame[name].dtype == "object"})
    whole = [str(column[1]) == "HUGEINT" for column in result.cursor.description]
    frame = result.cursor.df()  # whole columns, several times faster than row by row
    frame.columns = pd.Index(names)
    for place, kind in enumerate(frame.dtypes):
        if whole[place] or kind in ODD:
            frame.isetitem(place, _plain(frame.iloc[:, place]))
    return frame


def _plain(column: pd.Series) -> pd.Series:
    """Truth values with None for null, whole numbers with NaN for null."""
    if isinstance(column.dtype, pd.BooleanDtype):
        return column.astype(object).where(column.notna(), None)
    return column.astype("float64" if column.hasnans else "int64")
