"""A file of somebody else's → a private copy that nobody changes, with its name and hash."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cockpit.errors import IntakeError
from queries.words import N_

Progress = Callable[[str, int, int | None], None]
BLOCK = 1 << 20


@dataclass(frozen=True)
class Arrival:
    """One file to read. ``path`` is the copy, ``name`` what its sender calls it, ``sha256`` and ``size`` those of the
    bytes in the copy."""

    path: Path
    name: str
    sha256: str
    size: int


def _silent(_stage: str, _done: int, _total: int | None) -> None:
    pass


def arrive(file: Path, folder: Path, progress: Progress = _silent) -> list[Arrival]:
    """Copy ``file`` into ``folder``. Raises IntakeError for what cannot be read, or changes meanwhile."""
    try:
        source = file.open("rb")
    except OSError as problem:
        raise IntakeError(
            N_("{file} cannot be read: {why}. Check the path."), file=file, why=problem.strerror
        ) from problem
    with source:  # no space for the copy is not the fault of the file
        return [_whole(source, file, folder, progress)]


def _whole(source: BinaryIO, file: Path, folder: Path, progress: Progress) -> Arrival:
    before = _state(os.fstat(source.fileno()))
    arrival = copied(source, file.name, folder, lambda: progress("reading", 0, before[0]))
    if _state(os.fstat(source.fileno())) != before or arrival.size != before[0] or _state(file.stat()) != before:
        raise IntakeError(
            N_("{file} changes while it is read. Wait until the program that writes it has ended, then start again."),
            file=file.name,
        )
    return arrival


def _state(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def copied(source: BinaryIO, name: str, folder: Path, alive: Callable[[], None]) -> Arrival:
    """What is hashed is what is read: the hash is that of the copy. ``alive`` is called for each block."""
    handle, path = tempfile.mkstemp(dir=folder, prefix="arrived-")
    digest, size = hashlib.sha256(), 0
    with open(handle, "wb", buffering=0) as copy:
        while block := source.read(BLOCK):
            alive()
            digest.update(block)
            copy.write(block)
            size += len(block)
    return Arrival(Path(path), name, digest.hexdigest(), size)
