"""A folder in which files arrive: which are complete, which one is being taken, and where it goes afterwards.

folder/          what arrives
folder/taking/   the one that is being imported; after a kill, the one that was
folder/done/     imported, each with its report beside it
folder/failed/   not imported, each with the reason beside it
"""

import errno
import fcntl
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cockpit.errors import Busy, Unready
from cockpit.i18n import _
from queries.words import N_

TAKING, DONE, FAILED = "taking", "done", "failed"
KINDS = (".csv", ".tsv", ".txt", ".gz", ".zip", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", "~")
REPORT = ".report.txt"
EMPTY = 600
"""Seconds until an empty file is believed to stay empty: many exports make the file first and write minutes later."""

Look = tuple[int, int]


@dataclass
class Inbox:
    """One such folder. ``once`` is told what somebody should know of a file that stays where it is."""

    folder: Path
    once: Callable[[str], None]
    seen: dict[Path, Look] = field(default_factory=dict)

    @contextmanager
    def held(self) -> Iterator[None]:
        """While this lasts, no other process takes files here; raises Busy where one does."""
        try:
            file = open(self.folder / ".watch.lock", "a+")  # noqa: SIM115
        except OSError as problem:
            raise Unready(
                N_("{path} cannot be written: {why}. This user needs to write to the folder."),
                path=self.folder,
                why=problem.strerror,
            ) from problem
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise Busy(
                    N_("Process {process} watches {folder} already; one is enough."),
                    process=file.read().strip(),
                    folder=self.folder,
                ) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    def ready(self) -> list[Path]:
        """The files that are as they were at the last look and that nobody is writing, oldest first."""
        now = {file: found for file in self._arrived() if (found := look(file))}
        ready = [file for file, found in now.items() if self.seen.get(file) == found and self._complete(file, found)]
        self.seen = now
        return sorted(ready, key=lambda file: (now[file][1], file.name))

    @property
    def waiting(self) -> list[Path]:
        """What was there at the last look."""
        return [file for file in self.seen if file.exists()]

    def _arrived(self) -> Iterator[Path]:
        for file in sorted(self.folder.iterdir()):
            name = file.name.lower()
            if name.startswith((".", "~$")) or name.endswith(UNFINISHED) or not _is_plain(file):
                continue
            if name.endswith(KINDS):
                yield file
            else:
                self.once(
                    _("{file} is left alone: it is neither CSV nor a workbook nor a ZIP.").format(
                        file=readable(file.name)
                    )
                )

    def _complete(self, file: Path, found: Look) -> bool:
        if found[0] == 0 and time.time() - found[1] / 1e9 < EMPTY:
            self.once(_("{file} is empty so far; waiting for it.").format(file=readable(file.name)))
            return False
        try:
            written = is_written(file)
        except OSError as problem:
            self.once(
                _("{file} cannot be read: {why}. Check the path.").format(
                    file=readable(file.name), why=problem.strerror
                )
            )
            return False
        if written:
            self.once(_("{file} is still being written; waiting for it.").format(file=readable(file.name)))
        return not written

    def left(self) -> list[Path]:
        """What was being taken when the process before was killed."""
        folder = self.folder / TAKING
        there = folder.iterdir() if folder.is_dir() else ()
        return sorted(file for file in there if _is_plain(file) and not file.name.startswith("."))

    def take(self, file: Path) -> Path | None:
        """Move a ready file out of the way of the next delivery of its name; None where it changed meanwhile."""
        (self.folder / TAKING).mkdir(exist_ok=True)
        taken = self.folder / TAKING / readable(file.name)
        if taken.exists() or look(file) != self.seen.get(file):
            return None
        try:
            file.rename(taken)
        except OSError as problem:  # on a network drive, a program that has it open may hold it
            self.once(
                _("{file} cannot be moved: {why}. Waiting.").format(file=readable(file.name), why=problem.strerror)
            )
            return None
        if look(taken) == self.seen[file]:
            return taken
        self.put_back(taken)
        return None

    def put_back(self, taken: Path) -> None:
        """As it was; where the next delivery has its place by now, it stays and is taken first."""
        if not (self.folder / taken.name).exists():
            taken.rename(self.folder / taken.name)

    def settle(self, taken: Path, place: str, report: str, sha256: str) -> Path:
        """Move a taken file to ``done`` or ``failed``, its report beside it; what is there already stays."""
        (self.folder / place).mkdir(exist_ok=True)
        target = _free(self.folder / place / taken.name, sha256)
        _write(report_of(target), report)
        taken.rename(target)
        _flush(target.parent)
        return target


def readable(name: str) -> str:
    """A name as text: older systems write it in GBK, which is no text where names are UTF-8."""
    raw = os.fsencode(name)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def report_of(file: Path) -> Path:
    return file.with_name(file.name + REPORT)


def is_written(file: Path) -> bool:
    """Whether a process of this machine has the file open for writing, where the kernel can tell: it grants a lease for
    reading only when nobody has. Raises OSError for a file that cannot be opened."""
    with file.open("rb") as handle:
        try:
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except OSError as problem:
            return problem.errno == errno.EAGAIN
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False


def look(file: Path) -> Look | None:
    """Size and time of change: the same twice means that nobody writes; None where the file is gone."""
    with suppress(FileNotFoundError):
        found = file.stat()
        return found.st_size, found.st_mtime_ns
    return None


def _is_plain(file: Path) -> bool:
    """A file itself: no folder, and no link, which may lead anywhere."""
    with suppress(FileNotFoundError):
        return stat.S_ISREG(file.lstat().st_mode)
    return False


def _free(wanted: Path, sha256: str) -> Path:
    """The name, or the name with the first number that is not taken.

    A report without its file that names this very content was written just before a kill: its place is ours.
    """
    ending = re.search(r"((\.(csv|tsv|txt))?\.[^.]*)?$", wanted.name, re.IGNORECASE)[0]  # type: ignore[index]
    stem = wanted.name.removesuffix(ending)
    number, target = 1, wanted
    while target.exists() or (report_of(target).exists() and sha256 not in report_of(target).read_text("utf-8")):
        number += 1
        target = wanted.with_name(f"{stem} ({number}){ending}")
    return target


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    half = path.with_name(f".{path.name}.part")
    with half.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    half.replace(path)


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network drives cannot, and need not
            os.fsync(handle)
    finally:
        os.close(handle)
