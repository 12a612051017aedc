"""Real processes for the faults: each is forked from one that has imported the cockpit and opened nothing.

So a process that imports, reads or watches stands after a few milliseconds, and can be killed at any moment.
"""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import text

from cockpit import database, i18n, intake
from cockpit.errors import CockpitError
from cockpit.intake.watch import watch
from queries.tables import metadata
from tests.faults import facts

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])
PATIENCE = 60
BREATH = 0.01
"""Seconds between two questions of a reader, or the imports would hardly come to run on two cores."""


class Child:
    """A process that runs ``act(answers, *arguments)`` and sends what it has to say."""

    def __init__(self, act: Callable, *arguments: Any) -> None:
        self.answers, theirs = CONTEXT.Pipe(duplex=False)
        self.process = CONTEXT.Process(target=act, args=(theirs, *arguments))
        self.started = time.monotonic()
        self.process.start()
        theirs.close()

    def kill(self, after: float = 0) -> None:
        """SIGKILL, so many seconds after the start."""
        time.sleep(max(0.0, self.started + after - time.monotonic()))
        self.process.kill()
        self.process.join()

    def answer(self) -> Any:
        """The next thing it says; None where it ended without a word."""
        if not self.answers.poll(PATIENCE):
            raise TimeoutError("the process says nothing")
        try:
            return self.answers.recv()
        except EOFError:
            return None

    def until(self, said: Any) -> None:
        """Wait until it says this."""
        while (answer := self.answer()) != said:
            assert answer is not None, f"it ended without {said!r}"

    def end(self) -> Any:
        """Everything it says until it ends; returns the last of it."""
        last = None
        while (said := self.answer()) is not None:
            last = said
        self.process.join(PATIENCE)
        return last


def take(answers: Connection, file: Path, plan: Path, url: str, wait_at: str = "") -> None:
    """Import a file; says each stage, and at the end the counts or the sentence. ``wait_at``: there it waits."""
    i18n.use("en")
    told: list[str] = []

    def progress(stage: str, _done: int, _total: int | None) -> None:
        if stage not in told:
            told.append(stage)
            answers.send(("stage", stage))
        if stage == wait_at:
            time.sleep(PATIENCE)

    try:
        result = intake.run(file, plan, url, progress)
        answers.send(("loaded", result.kept))
    except CockpitError as problem:
        answers.send((type(problem).__name__, str(problem)))


def look_on(answers: Connection, url: str, ended: Any) -> None:
    """Open the database anew, ask, close it, until told to end; says how often, and what was not whole."""
    seen, wrong = 0, []
    while not ended.is_set():
        try:
            found = directly(url)
            wrong += [(found, fault) for fault in facts.faults(found)]
        except Exception as problem:
            wrong.append((type(problem).__name__, str(problem)))
        seen += 1
        time.sleep(BREATH)
    answers.send((seen, wrong[:5]))


def directly(url: str) -> facts.Seen:
    """What a program sees that opens the file itself; on a server, one that has its own connection."""
    if database.is_file(database.parse(url)):
        with duckdb.connect(str(database.file_of(url)), read_only=True) as connection:
            return facts.Seen(*connection.execute(facts.QUESTION).fetchone())
    return through_the_cockpit(url)


def through_the_cockpit(url: str) -> facts.Seen:
    with database.connect(url) as connection:
        return facts.Seen(*connection.execute(text(facts.QUESTION)).one())


def watch_folder(_answers: Connection, folder: Path, plan: Path, url: str) -> None:
    """The watch command, until it is killed."""
    i18n.use("en")
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    watch(folder, [plan], url, every=0.02)


def emptied(url: str) -> str:
    """The server's database without a row or a kept version."""
    writer = database.create(url)
    with writer.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.delete())
    with writer.begin() as connection:
        for number in database.versions_kept(url):
            connection.execute(text(f"DROP SCHEMA {database.version_schema(number)} CASCADE"))
    writer.dispose()
    return url


@contextmanager
def looked_on(url: str) -> Iterator[None]:
    """While this lasts, a process of its own reads the database all the time; whatever it sees must be whole."""
    ended = CONTEXT.Event()
    reader = Child(look_on, url, ended)
    try:
        yield
    finally:
        ended.set()
        seen, wrong = reader.end() or (0, ["the reader died"])
    assert wrong == []
    assert seen > 10
