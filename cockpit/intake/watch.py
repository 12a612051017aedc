"""``python -m cockpit watch``: takes the files that arrive in a folder, each exactly once.

A kill at any moment loses nothing and loads nothing twice: a file is moved to ``taking`` before it is imported, and
from there after it was published. What lies there at the start was being imported; ``loads`` says whether it was.
"""

import hashlib
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import func, select

from cockpit import clock, database, i18n
from cockpit.errors import AlreadyLoaded, Busy, CockpitError, DatabaseError, IntakeError, Unfit, Unready
from cockpit.i18n import _
from cockpit.intake import command, mapping, run
from cockpit.intake.inbox import DONE, FAILED, Inbox, look
from queries.tables import loads

log = logging.getLogger(__name__)

LONGEST_PAUSE = 300

T = TypeVar("T")
Outcome = tuple[str, list[str]]
"""``done`` or ``failed``, and the sentences of the report."""


class _Stopped(BaseException):
    """Somebody ended the watch while a file was being imported."""


def watch(folder: Path, mappings: Sequence[Path], url: str, every: float, once: bool = False) -> bool:
    """Take what arrives in ``folder`` until SIGTERM or Ctrl-C, or ``once``; returns whether nothing failed.

    ``mappings`` are tried in their order: the first whose columns the file has. ``every`` is the pause in seconds
    between two looks; a file that is the same in both is complete. Raises Busy where another process watches.
    """
    one = Watch(folder, mappings, url, every)
    with _ended_by(one.stop):
        one.run(forever=not once)
    return not one.failed


@contextmanager
def _ended_by(stop: threading.Event) -> Iterator[None]:
    """While this lasts, SIGTERM and Ctrl-C only say that it is time to end."""
    ours: dict[int, Any] = dict.fromkeys((signal.SIGTERM, signal.SIGINT), lambda *_: stop.set())
    ours[signal.SIGIO] = signal.SIG_IGN  # a writer who comes while inbox.is_written asks
    before = {number: signal.signal(number, handler) for number, handler in ours.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass
class Watch:
    """One folder being watched, and what was said of it."""

    folder: Path
    mappings: Sequence[Path]
    url: str
    every: float
    stop: threading.Event = field(default_factory=threading.Event)
    told: set[str] = field(default_factory=set)
    failed: int = 0

    def __post_init__(self) -> None:
        self.inbox = Inbox(self.folder, self._once)

    def run(self, forever: bool) -> None:
        self._plans()
        with self.inbox.held():
            _say(_("Watching {folder}").format(folder=self.folder))
            self._patiently(self._round)
            while not self.stop.wait(self.every):
                self._patiently(self._round)
                if not forever:
                    break
            for file in [] if forever else self.inbox.waiting:
                _say(_("{file} stays for the next time").format(file=file.name))
        _say(_("The watch has ended"))

    def _once(self, text: str) -> None:
        if text not in self.told:
            self.told.add(text)
            _say(text)

    def _plans(self) -> None:
        """Every mapping is one, now; an edit that breaks it is not the fault of the files."""
        for path in self.mappings:
            mapping.load(path)

    def _round(self) -> None:
        """Take what was left behind and what is complete; raises OSError where the folder cannot be used."""
        for taken in self.inbox.left():
            self._take(taken)
        for file in self.inbox.ready():
            if not self.stop.is_set() and (moved := self.inbox.take(file)):
                self._take(moved)

    def _take(self, taken: Path) -> None:
        before = look(taken)
        try:
            outcome = self._patiently(lambda: self._outcome(taken), taken.name)
        except _Stopped:
            outcome = None
        if outcome is None or look(taken) != before:
            self.inbox.put_back(taken)
            return
        place, lines = outcome
        target = self.inbox.settle(taken, place, *_report(taken, lines))
        self.failed += place == FAILED
        _say(f"{taken.name} → {place}/{target.name}: {lines[0]}")

    def _outcome(self, taken: Path) -> Outcome:
        """Import it. Raises Unready or DatabaseError where not the file is at fault."""
        try:
            self._plans()
        except IntakeError as problem:
            raise Unready(problem.text, **problem.values) from problem
        unfit = []
        for path in self.mappings:
            try:
                return self._imported(taken, path)
            except Unfit as problem:
                unfit += [_mapping(path), _said(problem)]
        return FAILED, [_("No mapping fits this file"), *unfit] if len(self.mappings) > 1 else unfit[::-1]

    def _imported(self, taken: Path, path: Path) -> Outcome:
        try:
            result = run(taken, path, self.url, self._go_on)
        except AlreadyLoaded as problem:
            return DONE, [_said(problem), *_counted(self.url, problem.values.get("version")), _mapping(path)]
        except (Unready, Unfit, DatabaseError):
            raise
        except CockpitError as problem:
            return FAILED, [_said(problem), _mapping(path)]
        except Exception as problem:
            log.exception("the import of %s broke off", taken)
            return FAILED, [_broke_off(problem), _mapping(path)]
        return DONE, [*command.report(result), _mapping(path)]

    def _go_on(self, _stage: str, _done: int, _total: int | None) -> None:
        if self.stop.is_set():
            raise _Stopped

    def _patiently(self, act: Callable[[], T], name: str = "") -> T | None:
        """Its answer; while database or disk are not ready, again after growing pauses. None where stopped."""
        pause, said = self.every, ""
        while not self.stop.is_set():
            try:
                return act()
            except (Unready, DatabaseError, OSError) as problem:
                why = _said(problem) if isinstance(problem, CockpitError) else str(problem)
                if why != said:
                    _say(_("{file} waits: {why}").format(file=name or self.folder, why=why))
                said = why
                self.stop.wait(pause)
                pause = self.every if isinstance(problem, Busy) else min(2 * pause, LONGEST_PAUSE)
        return None


def _say(text: str) -> None:
    """A line for a terminal, or for a journal, which has a clock of its own."""
    stamp = "" if "JOURNAL_STREAM" in os.environ else f"{clock.now():%Y-%m-%d %H:%M:%S} "
    print(f"{stamp}{text}", flush=True)


def _said(problem: CockpitError) -> str:
    return i18n.say(problem.text, problem.values)


def _counted(url: str, version: object) -> list[str]:
    """What became of the rows when they were loaded: whoever was killed before the report has not said it."""
    counts = (loads.c.rows_read, loads.c.rows_kept, loads.c.rows_rejected, loads.c.rows_superseded)
    with database.connect(url) as connection:
        found = connection.execute(select(*map(func.sum, counts)).where(loads.c.version == version)).one()
    return [command.balance(*map(int, found))] if None not in found else []


def _mapping(path: Path) -> str:
    return _("Mapping {file}").format(file=path.name)


def _broke_off(problem: Exception) -> str:
    return _("The import broke off: {why}. Nothing was imported. Please report this with the file.").format(
        why=f"{type(problem).__name__}: {problem}".partition("\n")[0]
    )


def _report(taken: Path, lines: list[str]) -> tuple[str, str]:
    """The text of the report, and the content hash by which it knows its file."""
    with taken.open("rb") as raw:
        sha256 = hashlib.file_digest(raw, "sha256").hexdigest()
    return "\n".join([f"{taken.name} · {clock.now():%Y-%m-%d %H:%M:%S}", *lines, f"SHA-256 {sha256}", ""]), sha256
