"""One import at a time: who may write into a database now, and where it works until it publishes."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import func, inspect, select
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from cockpit import database
from cockpit.errors import Busy, IntakeError, Unready
from cockpit.i18n import _
from queries.tables import loads
from queries.words import N_

DEMONSTRATION = "demonstration"
ADVISORY_LOCK = 4_715_306


@contextmanager
def alone(url: str) -> Iterator[None]:
    """While this lasts, nobody else who asks for it writes into ``url``; raises IntakeError where somebody does."""
    with _lock(database.file_of(url)) if database.is_file(database.parse(url)) else _advisory_lock(url):
        yield


@contextmanager
def claim(url: str, demonstration: bool = False) -> Iterator[Path]:
    """A folder to work in, while no other import can write into ``url``; removed afterwards.

    Raises IntakeError when another import runs, the database cannot be opened, or holds the demonstration data, unless
    ``demonstration`` says that it may.
    """
    try:
        with _file(url) if database.is_file(database.parse(url)) else _server(url) as folder:
            if not demonstration:
                _refuse_demonstration(url)
            yield folder
    except SQLAlchemyError as problem:
        cause = str(getattr(problem, "orig", None) or problem).partition("\n")[0]
        later = isinstance(problem, OperationalError | InterfaceError)
        raise (Unready if later else IntakeError)(
            N_("The database {url} cannot be used: {why}. Nothing was imported. See docs/databases.md."),
            url=database.parse(url).render_as_string(),
            why=cause,
        ) from problem


@contextmanager
def _file(url: str) -> Iterator[Path]:
    """Beside a DuckDB file, so that publishing is a rename. The lock ends with the process that holds it."""
    target = database.file_of(url)
    if not target.name.strip(":") or str(target) == ":memory:":
        raise IntakeError(
            N_("COCKPIT_DATABASE_URL={url!r} names no file to import into, for example duckdb:///data.duckdb."), url=url
        )
    with alone(url):
        _sweep(target)
        _refuse_lost(url, target)
        _refuse_journal(target)
        with tempfile.TemporaryDirectory(prefix=f"{target.name}.import-", dir=target.parent) as folder:
            yield Path(folder)


@contextmanager
def _lock(target: Path) -> Iterator[None]:
    try:
        file = open(f"{target}.lock", "a+")  # noqa: SIM115
    except OSError as problem:
        raise Unready(
            N_("{path} cannot be written: {why}. Check the folder in COCKPIT_DATABASE_URL."),
            path=target,
            why=problem.strerror,
        ) from problem
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise _busy(file.read().strip()) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _busy(process: str) -> Busy:
    who = _(" (process {process})").format(process=process) if process else ""
    return Busy(N_("Another import into this database is running{who}. Start this one when it has ended."), who=who)


def _sweep(target: Path) -> None:
    """What killed imports left behind; nobody else can be using it while we hold the lock."""
    for left in target.parent.glob(f"{target.name}.import-*"):
        shutil.rmtree(left, ignore_errors=True)


def _refuse_lost(url: str, target: Path) -> None:
    """Versions without a database: somebody removed it. A new one would begin at 1 and take their places."""
    if not target.exists() and database.versions_kept(url):
        raise IntakeError(
            N_(
                "{file} is not there, but versions of it are, in {folder}. Copy the newest of them to {file}; or move "
                "the folder away, and the import begins anew."
            ),
            file=target,
            folder=database.versions_folder(url),
        )


def _refuse_journal(target: Path) -> None:
    """A file with a write-ahead log beside it is not whole, and its copy would not be either."""
    if target.with_name(f"{target.name}.wal").exists():
        raise Unready(
            N_(
                "{file} is being written by another program, or was left so: {file}.wal lies beside it. "
                "Close that program, or open and close the file once with it."
            ),
            file=target.name,
        )


def holds_demonstration(url: str) -> bool:
    """Are the data there invented? Not where there is no database yet."""
    if database.is_file(database.parse(url)) and not database.file_of(url).exists():
        return False
    with database.reader(url).connect() as connection:
        return bool(
            inspect(connection).has_table(loads.name)
            and connection.execute(select(loads.c.load_id).where(loads.c.load_id == DEMONSTRATION)).first()
        )


def _refuse_demonstration(url: str) -> None:
    if holds_demonstration(url):
        raise IntakeError(
            N_(
                "The database {url} holds the invented demonstration data, which is never mixed with real data. Set "
                "COCKPIT_DATABASE_URL to another one, for example duckdb:///data.duckdb, or let the real data replace "
                "the demonstration (--replace-demonstration)."
            ),
            url=database.parse(url).render_as_string(),
        )


@contextmanager
def _server(url: str) -> Iterator[Path]:
    with alone(url), tempfile.TemporaryDirectory(prefix="cockpit-import-") as folder:
        yield Path(folder)


@contextmanager
def _advisory_lock(url: str) -> Iterator[None]:
    """For PostgreSQL: a lock of the session, which the server releases when the connection ends."""
    writer = database.create(url)
    try:
        with writer.connect() as connection:
            if not connection.scalar(select(func.pg_try_advisory_lock(ADVISORY_LOCK))):
                raise _busy("")
            connection.commit()
            try:
                yield
            finally:
                with suppress(SQLAlchemyError):
                    connection.execute(select(func.pg_advisory_unlock(ADVISORY_LOCK)))
    finally:
        writer.dispose()
