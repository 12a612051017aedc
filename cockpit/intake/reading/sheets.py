"""Workbooks: XLSX and its relatives → rows of text, read by a process of its own (``workbook.py``)."""

import csv
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from cockpit.errors import IntakeError
from cockpit.intake.mapping import suggestion
from cockpit.intake.reading import workbook
from cockpit.intake.reading.delimited import LONGEST
from queries.words import N_

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SCRIPT = Path(workbook.__file__)
BLOCK = 1 << 20
WORKBOOK = "XLSX"


def is_workbook(stream: BinaryIO) -> bool:
    return stream.peek(4).startswith((ZIP, OLE))  # type: ignore[attr-defined]


def names(path: Path, name: str) -> list[str]:
    """The sheets of a workbook, in its order."""
    with _asked(path, name, None, "names", "of") as answer:
        said = answer.read()
    return json.loads(said)


def rows(path: Path, name: str, sheet: str | None) -> Iterator[list[str]]:
    """The rows of one sheet, the first by default. Times come as ISO text, whole numbers without a decimal point."""
    csv.field_size_limit(LONGEST)
    with (
        _asked(path, name, sheet, *_chosen(sheet)) as answer,
        io.TextIOWrapper(answer, encoding="utf-8", newline="") as text,
    ):
        yield from csv.reader(text)


def save(path: Path, name: str, sheet: str | None, to: Path, alive: Callable[[], None]) -> None:
    """The same rows as a CSV file in UTF-8. ``alive`` is called for each block of it."""
    with _asked(path, name, sheet, *_chosen(sheet)) as answer, to.open("wb") as out:
        while block := answer.read(BLOCK):
            alive()
            out.write(block)


def _chosen(sheet: str | None) -> list[str]:
    return [] if sheet is None else [sheet]


@contextmanager
def _asked(path: Path, name: str, sheet: str | None, *words: str) -> Iterator[IO[bytes]]:
    """The output of the script, read to its end; what it could not do becomes a sentence. Who stops reading ends it."""
    command = [sys.executable, "-I", str(SCRIPT), str(path), *words]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said)
        with process:
            try:
                yield cast(IO[bytes], process.stdout)
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            said.seek(0)
            raise _problem(process.returncode, said.read().decode("utf-8", "replace").strip(), name, sheet)


def _problem(code: int, said: str, name: str, sheet: str | None) -> IntakeError:
    if code == workbook.UNKNOWN:
        return IntakeError(
            N_("{file} has no sheet {sheet!r}. {suggestion}"),
            file=name,
            sheet=sheet,
            suggestion=suggestion(sheet or "", json.loads(said)),
        )
    if code == workbook.PROTECTED:
        return IntakeError(
            N_("{file} is protected by a password. Save it without one, or save the sheet as CSV."), file=name
        )
    if code < 0 or said.endswith("MemoryError"):
        return IntakeError(
            N_(
                "{file} needs more memory than a workbook may have; often something stands far below or right of the "
                "table. Delete that, or save the sheet as CSV."
            ),
            file=name,
        )
    return IntakeError(
        N_("{file} is no workbook that can be read: {why}. Save it again as XLSX or CSV."),
        file=name,
        why=said.rpartition("\n")[2],
    )
