"""What the cockpit itself remembers, in a small database of its own. Facts never go there. No Streamlit.

SQLite beside the data file unless COCKPIT_STATE_URL says otherwise; PostgreSQL in production.
"""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    func,
    inspect,
    select,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import DatabaseError as Refused
from sqlalchemy.pool import NullPool

from cockpit import database
from cockpit.errors import DatabaseError
from cockpit.settings import settings
from queries import tables
from queries.words import N_

log = logging.getLogger(__name__)

VERSION = 1  # of the tables below
PATIENCE = 10  # seconds that a writer waits for another
LOCK = 4_715_307
SUPPORTED = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}

metadata = MetaData()

about = Table(
    "cockpit_state",
    metadata,
    Column("version", Integer, nullable=False, comment="version of the tables of the state database"),
    comment="one row: what this database is",
)

briefings = Table(
    "briefings",
    metadata,
    Column("id", Integer, primary_key=True, comment="number in the register"),
    Column("issued_at", DateTime, nullable=False, comment="when, UTC"),
    Column("issued_by", Text, nullable=False, comment="user of the operating system, or schedule"),
    Column("district", Text, comment="null: all districts"),
    Column("streets", Text, nullable=False, comment="JSON list; empty: all"),
    Column("categories", Text, nullable=False, comment="JSON list; empty: all"),
    Column("channels", Text, nullable=False, comment="JSON list; empty: all"),
    Column("scope", Text, nullable=False, comment="JSON list of the streets that the viewer may see; null: all"),
    Column("rows", Boolean, nullable=False, comment="whether the figures are those of a viewer who may see rows"),
    Column("start", Date, nullable=False, comment="first day of the period"),
    Column("end", Date, nullable=False, comment="last day of the period"),
    Column("period", Text, nullable=False, comment="code of the period, such as 2023-W47"),
    Column("data_date", DateTime, nullable=False, comment="what happened before this moment was known"),
    Column("language", Text, nullable=False, comment="zh or en"),
    Column("version", Text, nullable=False, comment="of the cockpit"),
    Column("formats", Text, nullable=False, comment="JSON list: pdf, png, pptx, docx"),
    Column("hash", Text, nullable=False, index=True, comment="of scope, period and figures"),
    Column("figures", Text, nullable=False, comment="JSON: name → [value, numerator, denominator]"),
    Column("equals", Integer, comment="number of the first row with the same hash, scope and period"),
    comment="one briefing that was issued",
    sqlite_autoincrement=True,
)


def default(facts: str) -> str:
    """Beside a file of facts its name with .state.sqlite; for a server of facts, state.sqlite in the working folder."""
    parsed = database.parse(facts)
    file = Path(parsed.database or ":memory:")
    if not database.is_file(parsed) or str(file) == ":memory:":
        return "sqlite:///state.sqlite"
    return f"sqlite:///{file.with_name(file.name.removesuffix('.duckdb') + '.state.sqlite')}"


def parse(url: str) -> URL:
    """Raises DatabaseError for a URL that is none or names an engine that keeps no state."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        # The URL is not repeated: what cannot be read may hold a password anywhere.
        raise DatabaseError(
            N_("COCKPIT_STATE_URL is not a database URL, for example sqlite:///state.sqlite. See docs/databases.md.")
        ) from None
    engine = parsed.get_backend_name()
    if engine not in SUPPORTED or (engine == "sqlite" and (parsed.database or ":memory:") == ":memory:"):
        raise DatabaseError(
            N_("COCKPIT_STATE_URL names {scheme}; expected a file of sqlite or {known}. See docs/databases.md."),
            scheme=repr(parsed.render_as_string(hide_password=True)),
            known=SUPPORTED["postgresql"],
        )
    return parsed.set(drivername=SUPPORTED[engine])


@contextmanager
def begin(url: str | None = None) -> Iterator[Connection]:
    """A transaction on the state database, which is made on first use; of two at a time one waits.

    ``url``: default that of the settings. Raises DatabaseError where it cannot be used.
    """
    parsed = parse(url or settings().state_url or default(settings().database_url))
    try:
        with _engine(parsed).begin() as connection:
            _prepare(connection, parsed)
            yield connection
    except Refused as problem:
        log.exception("state database unusable")
        raise _unusable(parsed, problem) from problem


@lru_cache(maxsize=8)
def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _opened)
    event.listen(engine, "begin", _claim)
    return engine


def _opened(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where _claim says, not at the first statement that writes
    with suppress(sqlite3.OperationalError):  # another is just switching the file: then it need not be done here
        connection.execute("PRAGMA journal_mode = WAL")


def _claim(connection: Connection) -> None:
    """The lock for writing at once: a transaction that reads first and writes later would not wait, but fail."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _prepare(connection: Connection, url: URL) -> None:
    """The tables, where there are none yet. Raises DatabaseError for those of a newer version and for facts."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    there = set(inspect(connection).get_table_names())
    if about.name not in there:
        _refuse_facts(there, url)
        metadata.create_all(connection)
        connection.execute(about.insert().values(version=VERSION))
        return
    found = connection.scalar(select(func.max(about.c.version)))
    if found != VERSION:
        raise DatabaseError(
            N_(
                "The state database {database} is of version {found}, and this cockpit knows version {known}. Use the "
                "cockpit that wrote it, or set COCKPIT_STATE_URL to another one."
            ),
            database=_shown(url),
            found=found,
            known=VERSION,
        )


def _refuse_facts(there: set[str], url: URL) -> None:
    if there & set(tables.metadata.tables):
        raise DatabaseError(
            N_(
                "{database} holds facts, and the cockpit keeps what it issued apart from them. Set COCKPIT_STATE_URL "
                "to a database of its own."
            ),
            database=_shown(url),
        )


def _shown(url: URL) -> str:
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def _unusable(url: URL, problem: DBAPIError) -> DatabaseError:
    if url.get_backend_name() != "sqlite":
        return DatabaseError(
            N_(
                "The state database {server} cannot be used: {why}. Check that the server runs and that "
                "COCKPIT_STATE_URL is right."
            ),
            server=_shown(url),
            why=str(problem.orig).strip().partition("\n")[0],
        )
    code = getattr(problem.orig, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseError(
            N_("{file} is locked: another program has been writing into it for {n} seconds. Try again later."),
            file=_shown(url),
            n=PATIENCE,
        )
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR):
        return DatabaseError(
            N_(
                "{file} is not a state database that this version can read. Put a copy of it back, move it away, or "
                "set COCKPIT_STATE_URL."
            ),
            file=_shown(url),
        )
    return DatabaseError(
        N_(
            "{file} cannot be written ({why}): what the cockpit issues is kept there. There must be a folder {folder} "
            "that this user may write to, with space in it; or set COCKPIT_STATE_URL."
        ),
        file=_shown(url),
        folder=str(Path(str(url.database)).parent),
        why=problem.orig,
    )
