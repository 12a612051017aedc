"""Where the facts are: which engine, which version of the data, and how a statement becomes a frame. No Streamlit."""
import logging
from functools import cache
from pathlib import Path

import pandas as pd
from sqlalchemy import Engine, Index, Select, create_engine, func, inspect, select, union_all
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from cockpit.errors import DatabaseError
from queries.tables import FACTS, loads, metadata

log = logging.getLogger(__name__)

SUPPORTED = {"duckdb": "duckdb", "postgresql": "postgresql+psycopg"}
HELP = "See docs/databases.md."


def parse(url: str) -> URL:
    """Raises DatabaseError for a URL that is none or names an engine we do not have."""
    try:
        parsed = make_url(url)
    except ArgumentError as problem:
        raise DatabaseError(f"COCKPIT_DATABASE_URL={url!r} is not a database URL, for example "
                            f"duckdb:///data.duckdb. {HELP}") from problem
    if parsed.get_backend_name() not in SUPPORTED:
        raise DatabaseError(f"COCKPIT_DATABASE_URL starts with {parsed.drivername!r}; expected "
                            f"{' or '.join(SUPPORTED.values())}. {HELP}")
    if parsed.drivername == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def is_file(url: URL) -> bool:
    return url.get_backend_name() == "duckdb"


def file_of(url: str) -> Path:
    """The DuckDB file behind a URL."""
    return Path(parse(url).database or ":memory:")


def create(url: str) -> Engine:
    """An engine that writes, with every table of the contract there."""
    parsed = parse(url)
    writer = create_engine(parsed, poolclass=NullPool) if is_file(parsed) else create_engine(parsed)
    metadata.create_all(writer)
    if not is_file(parsed):
        _index(writer)
    return writer


def _index(writer: Engine) -> None:
    """Indexes for a row store; DuckDB keeps its own zone maps and would only be slowed down."""
    for table in FACTS.values():
        for name in ("opened_at", "closed_at"):
            Index(f"ix_{table.name}_{name}", table.c.district, table.c[name], _table=table).create(
                writer, checkfirst=True)


def data_version(url: str) -> str:
    """Changes exactly when the answers can: the file's identity, or the newest load."""
    parsed = parse(url)
    if is_file(parsed):
        stat = file_of(url).stat()
        return f"{stat.st_ino}-{stat.st_size}-{stat.st_mtime_ns}"
    with engine(url).connect() as connection:
        return str(connection.execute(select(func.max(loads.c.loaded_at), func.count()).select_from(loads)).one())


@cache
def _reader(url: str, _identity: str) -> Engine:
    parsed = parse(url)
    if is_file(parsed):
        return create_engine(parsed, connect_args={"read_only": True}, pool_size=4)
    return create_engine(parsed, pool_pre_ping=True)


def engine(url: str) -> Engine:
    """The engine that reads; a DuckDB file that was replaced gets a new one."""
    parsed = parse(url)
    if not is_file(parsed):
        return _reader(url, "")
    return _reader(url, f"{file_of(url).stat().st_ino}")


def fetch(statement: Select, url: str) -> pd.DataFrame:
    """Run one statement; times come as datetime64, money as float."""
    with engine(url).connect() as connection:
        result = connection.execute(statement)
        return pd.DataFrame(result.fetchall(), columns=list(result.keys()))
