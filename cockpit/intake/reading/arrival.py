"""A file of somebody else's → private copies that nobody changes: one for each table in it, with name and hash."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from cockpit.errors import IntakeError
from cockpit.i18n import _
from cockpit.intake.reading import archive, kinds
from cockpit.intake.reading.archive import Stream
from queries.words import N_

Progress = Callable[[str, int, int | None], None]
BLOCK = 1 << 20


@dataclass(frozen=True)
class Arrival:
    """One table to read: text or a workbook, unpacked. ``path`` is the copy and ``size`` its bytes.

    ``name`` is what its sender calls it (``week.zip/cases.csv``), ``sha256`` the hash of the file as it came, of the
    member where it came in a ZIP; ``beside`` names what else was in that ZIP and is no table.
    """

    path: Path
    name: str
    sha256: str
    size: int
    beside: tuple[str, ...] = ()


def _silent(_stage: str, _done: int, _total: int | None) -> None:
    pass


def arrive(file: Path, folder: Path, progress: Progress = _silent) -> list[Arrival]:
    """Copy ``file`` into ``folder``, unpacked: one arrival, or one for each table of a ZIP.

    Raises IntakeError for what cannot be read, changes meanwhile, unpacks to too much, or is no table.
    """
    whole = _whole(Path(file), folder, progress)

    def alive() -> None:
        progress("reading", 0, whole.size)

    return list(_tables(whole, folder, alive))


def _whole(file: Path, folder: Path, progress: Progress) -> Arrival:
    try:
        source = file.open("rb")
    except OSError as problem:
        raise IntakeError(
            N_("{file} cannot be read: {why}. Check the path."), file=file, why=problem.strerror
        ) from problem
    with source:  # no space for the copy is not the fault of the file
        before = os.fstat(source.fileno())
        copy = _copied(source, file.name, folder, lambda: progress("reading", 0, before.st_size))
        if copy.size != before.st_size or not _same(before, os.fstat(source.fileno())) or not _same(before, file):
            raise IntakeError(
                N_("{file} changes while it is read. Start again when the program that writes it has ended."),
                file=file.name,
            )
    return copy


def _same(before: os.stat_result, now: os.stat_result | Path) -> bool:
    """Nobody wrote into the file, and none was put in its place."""
    try:
        now = now.stat() if isinstance(now, Path) else now
    except OSError:
        return False
    return (before.st_ino, before.st_size, before.st_mtime_ns) == (now.st_ino, now.st_size, now.st_mtime_ns)


def _copied(source: Stream, name: str, folder: Path, alive: Callable[[], None]) -> Arrival:
    """What is hashed is what is read: the hash is of what goes into the copy. ``alive`` is called for each block."""
    handle, path = tempfile.mkstemp(dir=folder, prefix="arrived-")
    digest, size = hashlib.sha256(), 0
    with open(handle, "wb", buffering=0) as copy:
        while block := source.read(BLOCK):
            alive()
            digest.update(block)
            copy.write(block)
            size += len(block)
    return Arrival(Path(path), name, digest.hexdigest(), size)


def _tables(arrival: Arrival, folder: Path, alive: Callable[[], None]) -> Iterator[Arrival]:
    """What is in one file, whatever its name says."""
    kind = kinds.of(arrival.path)
    if kind == kinds.ZIP:
        yield from _members(arrival, folder, alive)
    elif kind == kinds.GZIP:
        yield _single(_unpacked(arrival, folder, alive))
    else:
        yield _single(arrival, kind)


def _single(arrival: Arrival, kind: str | None = None) -> Arrival:
    """The arrival, where it is a table; raises IntakeError saying what it is instead."""
    kind = kind or kinds.of(arrival.path)
    if not arrival.size:
        raise IntakeError(N_("{file} is empty. Export it again."), file=arrival.name)
    if kind in (kinds.ZIP, kinds.GZIP):
        raise IntakeError(
            N_("{file} is an archive inside another one. Unpack it and import the files that it holds."),
            file=arrival.name,
        )
    if kind == kinds.WORKBOOK:
        archive.require_sound_workbook(arrival.path, arrival.name)
    elif kind != kinds.TEXT:
        raise IntakeError(
            N_("{file} seems to be {kind}, not a table. Open it where it was made and save the table as XLSX or CSV."),
            file=arrival.name,
            kind=_(kind),
        )
    return arrival


def _unpacked(arrival: Arrival, folder: Path, alive: Callable[[], None]) -> Arrival:
    with archive.gunzipped(arrival.path, arrival.name) as content:
        copy = _copied(content, arrival.name, folder, alive)
    arrival.path.unlink()
    return replace(copy, sha256=arrival.sha256)


def _members(arrival: Arrival, folder: Path, alive: Callable[[], None]) -> Iterator[Arrival]:
    """The tables of a ZIP in its order: what is named as one, else (where nothing is) whatever is one."""
    held = [
        (inner, _copied(content, f"{arrival.name}/{inner}", folder, alive))
        for inner, content in archive.members(arrival.path, arrival.name)
    ]
    named = [inner for inner, _copy in held if inner.lower().endswith(kinds.TABLES)]
    chosen = named or [inner for inner, copy in held if kinds.of(copy.path) in (kinds.TEXT, kinds.WORKBOOK)]
    if not chosen:
        raise IntakeError(
            N_("{file} holds no table: neither CSV nor XLSX. Pack the tables themselves into it."), file=arrival.name
        )
    beside = tuple(inner for inner, _copy in held if inner not in chosen)
    for inner, copy in held:
        if inner in chosen:
            table = _unpacked(copy, folder, alive) if kinds.of(copy.path) == kinds.GZIP else copy
            yield replace(_single(table), beside=beside)
        else:
            copy.path.unlink()
