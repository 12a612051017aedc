"""Delimited text → rows of cells, whatever is wrong with it; and what its columns are called."""

import codecs
import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from typing import BinaryIO

from cockpit.errors import IntakeError
from cockpit.intake.mapping import Reading
from cockpit.intake.reading.arrival import Arrival
from queries.words import N_

LONGEST = 1 << 20
DELIMITERS = ",;\t|"
DAMAGED = "\ufffd"


@contextmanager
def opened(arrival: Arrival) -> Iterator[tuple[BinaryIO, bool]]:
    """The file's bytes, unpacked where it is a gzip file whatever its name; trouble becomes a sentence."""
    try:
        with arrival.path.open("rb") as raw:
            if raw.peek(2)[:2] == b"\x1f\x8b":
                with gzip.open(raw) as unpacked:
                    yield unpacked, True  # type: ignore[misc]
            else:
                yield raw, False
    except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
        raise IntakeError(
            N_("{file} is damaged and cannot be unpacked: {why}. Fetch it again."), file=arrival.name, why=problem
        ) from problem


def position(stream: BinaryIO) -> int:
    packed = getattr(stream, "fileobj", None)
    return packed.tell() if packed else stream.tell()


def rows_of(
    stream: BinaryIO, encoding: str, options: Reading, noted: Counter[str], end: str | None = None
) -> Iterator[list[str]]:
    """The rows of a stream of text; ``end`` is read as one more line behind the last."""
    csv.field_size_limit(LONGEST)
    lines = lines_of(decoded(stream, encoding, noted), noted)
    first = list(islice(lines, options.header))
    more = [] if end is None else [end]
    yield from parsed(
        chain(first, lines, more), options.delimiter if options.delimiter != "auto" else delimiter_of(first)
    )


def parsed(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        yield from reader
    except csv.Error as problem:
        raise IntakeError(
            N_(
                "Line {line} cannot be read: {why}. A quotation mark before it was probably never closed; "
                "put it right in the file."
            ),
            line=reader.line_num,
            why=problem,
        ) from problem


def decoded(stream: BinaryIO, encoding: str, noted: Counter[str]) -> io.TextIOWrapper:
    codecs.register_error("count_damaged", partial(_damaged, noted))
    return io.TextIOWrapper(stream, encoding=encoding, errors="count_damaged", newline="")


def lines_of(text: io.TextIOWrapper, noted: Counter[str]) -> Iterator[str]:
    while line := text.readline(LONGEST):
        if len(line) >= LONGEST:
            raise IntakeError(
                N_(
                    "The file has a line of more than {n} characters; it is probably no table. "
                    "Check its encoding and format."
                ),
                n=LONGEST,
            )
        if "\0" in line:
            noted["nul_bytes"] += line.count("\0")
            line = line.replace("\0", "")
        yield line


def _damaged(noted: Counter[str], problem: UnicodeError) -> tuple[str, int]:
    """Stands in for "replace", and counts."""
    if not isinstance(problem, UnicodeDecodeError):
        raise problem
    noted["damaged_characters"] += 1
    return DAMAGED, problem.end


def delimiter_of(first: list[str]) -> str:
    """The sign that parts the last of the lines into most cells."""
    header = first[-1] if first else ""
    return max(DELIMITERS, key=lambda one: len(next(csv.reader([header], delimiter=one), [])))


def names_of(header: Iterable[str]) -> Iterator[str]:
    """Every column gets a name of its own: blank ones their place, repeated ones a number."""
    taken: set[str] = set()
    for place, cell in enumerate(header, 1):
        name = base = cell.strip().lstrip("\ufeff") or f"column_{place}"
        again = 1
        while name in taken:
            again += 1
            name = f"{base}_{again}"
        taken.add(name)
        yield name
