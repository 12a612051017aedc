"""Rows of a file for a first look: its beginning, and some from all over it, without reading a large one whole."""

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from typing import BinaryIO

from cockpit.errors import IntakeError
from cockpit.i18n import say
from cockpit.intake.mapping import Reading
from cockpit.intake.reading import delimited, encodings, sheets
from cockpit.intake.reading.arrival import Arrival

HEAD = 60
MOST = 4000
WHOLE = 24 << 20
START = 2 << 20
BLOCK = 1 << 17
BLOCKS = 15
LINES = 1 << 16
# In these a byte 10 is always the end of a line, so that reading may begin anywhere.
SEEKABLE = ("utf-8", "utf-8-sig", "gb18030", "cp950", "cp1252", "big5hkscs", "big5")


@dataclass(frozen=True)
class Sample:
    """``head``: the first rows. ``rows``: at most MOST of the file, each with its number from 0 where it is known, else
    None. ``count``: its rows that have a cell filled."""

    head: list[list[str]]
    rows: list[tuple[int | None, list[str]]]
    count: int
    estimated: bool = False
    encoding: str = ""
    delimiter: str = ""
    damaged: bool = False
    problem: str = ""

    def body(self, header: int) -> list[list[str]]:
        """The rows below row ``header``, counted from 1."""
        return [row for number, row in self.rows if number is None or number >= header]


class _Thinned:
    """Every row at first; as they become too many every second of them, and so on: spread evenly, however many come."""

    def __init__(self) -> None:
        self.head: list[list[str]] = []
        self.kept: list[tuple[int | None, list[str]]] = []
        self.every, self.count, self.number = 1, 0, 0

    def add(self, row: list[str]) -> None:
        if len(self.head) < HEAD:
            self.head.append(row)
        if any(row):
            self.count += 1
            if self.number % self.every == 0:
                self.kept.append((self.number, row))
                if len(self.kept) > MOST:
                    self.kept, self.every = self.kept[::2], self.every * 2
        self.number += 1


def sheet_names(file: Path) -> list[str]:
    """The sheets of a workbook; empty for a text."""
    with delimited.opened(_arrival(file)) as (stream, compressed):
        return sheets.names(file, file.name) if not compressed and sheets.is_workbook(stream) else []


def head_of_sheet(file: Path, sheet: str) -> list[list[str]]:
    return list(islice(sheets.rows(file, file.name, sheet), HEAD))


def of_sheet(file: Path, sheet: str) -> Sample:
    thinned = _Thinned()
    for row in sheets.rows(file, file.name, sheet):
        thinned.add(row)
    return Sample(thinned.head, thinned.kept, thinned.count)


def of_text(file: Path, encoding: str | None, delimiter: str | None) -> Sample:
    """Rows of a file of text, gzip or not. A small one is read whole and its rows are counted; of a large one its
    beginning, and blocks from all over it where it is not packed."""
    encoding = encodings.widened(encoding) if encoding else _encoding(file)
    delimiter = delimiter or _delimiter(file, encoding)
    with delimited.opened(_arrival(file)) as (stream, compressed):
        size = file.stat().st_size
        taken = _taken(stream, encoding, delimiter, WHOLE if compressed or size <= WHOLE else START)
    if taken.position is None:
        return _sample(taken, encoding, delimiter, taken.thinned.count)
    more = _blocks(file, size, encoding, delimiter, taken) if not compressed and encoding in SEEKABLE else []
    count = taken.thinned.count * size // max(taken.position, 1)
    return _sample(taken, encoding, delimiter, count, more)


@dataclass
class _Taken:
    """``position``: how many bytes of the file were read; None where it was read to its end, or to a ``problem``."""

    thinned: _Thinned
    noted: Counter[str]
    position: int | None = None
    problem: str = ""


def _taken(stream: BinaryIO, encoding: str, delimiter: str, most: int) -> _Taken:
    taken = _Taken(_Thinned(), Counter())
    try:
        for row in _rows(stream, encoding, delimiter, taken.noted):
            taken.thinned.add(row)
            if taken.thinned.number % 500 == 0 and stream.tell() > most:
                taken.position = delimited.position(stream)
                return taken
    except IntakeError as problem:
        if not taken.thinned.head:
            raise
        taken.problem = say(problem.text, problem.values)
    return taken


def _sample(taken: _Taken, encoding: str, delimiter: str, count: int, more: Sequence[list[str]] = ()) -> Sample:
    """Half of the rows from the beginning where there are others from elsewhere."""
    start = taken.thinned
    kept = start.kept[::2] if more else start.kept
    rows = [*kept, *((None, row) for row in more)]
    estimated, damaged = taken.position is not None, taken.noted["damaged_characters"] > 0
    return Sample(start.head, rows, count, estimated, encoding, delimiter, damaged, taken.problem)


def _rows(stream: BinaryIO, encoding: str, delimiter: str, noted: Counter[str]) -> Iterator[list[str]]:
    return delimited.rows_of(stream, encoding, Reading(encoding=encoding, delimiter=delimiter), noted)


def _blocks(file: Path, size: int, encoding: str, delimiter: str, taken: _Taken) -> list[list[str]]:
    """Rows from places all over the file. The first line and the last row of a block are cut; a row of another width
    than the others began in the middle of a quoted text."""
    found, width = [], len(taken.thinned.head[-1])
    with file.open("rb") as stream:
        for place in range(1, BLOCKS + 1):
            stream.seek(START + (size - START - BLOCK) * place // BLOCKS)
            whole = stream.read(BLOCK).partition(b"\n")[2].rpartition(b"\n")[0]
            found += [row for row in _harmless(whole, encoding, delimiter)[:-1] if len(row) == width]
    return found[:: max(1, len(found) // (MOST // 2))]


def _harmless(block: bytes, encoding: str, delimiter: str) -> list[list[str]]:
    try:
        return list(_rows(io.BytesIO(block), encoding.removesuffix("-sig"), delimiter, Counter()))
    except IntakeError:
        return []


def _encoding(file: Path) -> str:
    with delimited.opened(_arrival(file)) as (stream, _compressed):
        return encodings.detect(_Limited(stream))  # type: ignore[arg-type]


class _Limited:
    """A stream that ends after as many bytes as a first look may read."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream, self.left = stream, WHOLE

    def read(self, size: int) -> bytes:
        block = self.stream.read(min(size, self.left))
        self.left -= len(block)
        return block


def _delimiter(file: Path, encoding: str) -> str:
    """The sign that parts the lines into most cells."""
    with delimited.opened(_arrival(file)) as (stream, _compressed):
        start = stream.read(LINES)

    def cells(delimiter: str) -> tuple[float, int]:
        """How many the usual line has, and how many lines have as many."""
        widths = [len(row) for row in islice(_harmless_start(start, encoding, delimiter), HEAD) if any(row)]
        return (median(widths), widths.count(int(median(widths)))) if widths else (0, 0)

    return max(delimited.DELIMITERS, key=cells)


def _harmless_start(start: bytes, encoding: str, delimiter: str) -> Iterator[Sequence[str]]:
    try:
        yield from _rows(io.BytesIO(start), encoding, delimiter, Counter())
    except IntakeError:
        return


def _arrival(file: Path) -> Arrival:
    return Arrival(file, file.name, "", file.stat().st_size)
