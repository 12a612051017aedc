"""How workers of one run wait for each other: tests marked ``alone`` have the machine to themselves."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn(folder: Path, alone: bool) -> Iterator[None]:
    """Beside the turns of other processes with this ``folder``, or with ``alone`` after them and before the next."""
    with (folder / "door").open("w") as door, (folder / "room").open("w") as room:
        # Whoever waits for an empty room keeps the door: nobody enters before.
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(door, fcntl.LOCK_UN)
        yield


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """One process at a time."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
