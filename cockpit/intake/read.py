"""A file of any kind → one plain UTF-8 CSV of numbered records, in memory that does not grow with the file."""

import codecs
import csv
import gzip
import io
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

import duckdb

from cockpit.errors import IntakeError
from cockpit.intake import encodings, sheets
from cockpit.intake.arrival import Arrival, Progress
from cockpit.intake.casts import literal
from cockpit.intake.mapping import Reading
from queries.words import N_

LONGEST = 1 << 20
LONGEST_RECORD = 1 << 22
DELIMITERS = ",;\t|"
DAMAGED = "\ufffd"


@dataclass(frozen=True)
class Records:
    """A file, read. ``path`` holds one record a row: its number, surplus cells as JSON, then a cell for each name."""

    path: Path
    names: tuple[str, ...]
    count: int
    sha256: str
    encoding: str
    noted: dict[str, int]

    def into(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make the table ``records``: line, surplus, c0 … cn."""
        columns = {"line": "BIGINT", "surplus": "VARCHAR"} | {f"c{i}": "VARCHAR" for i in range(len(self.names))}
        types = ", ".join(f"{literal(column)}: {literal(type_)}" for column, type_ in columns.items())
        connection.execute(
            f"CREATE TABLE records AS FROM read_csv({literal(str(self.path))}, auto_detect = false, "
            f"columns = {{{types}}}, header = false, delim = ',', quote = '\"', escape = '\"', "
            f"max_line_size = {LONGEST_RECORD}, buffer_size = {2 * LONGEST_RECORD}, parallel = false)"
        )


def read(arrival: Arrival, options: Reading, folder: Path, progress: Progress) -> Records:
    """Read what arrived into ``folder``. Raises IntakeError for a file that is none, or whose text cannot be decoded.

    A record's number is its row in the file, so that the header of ``header = 1`` is 1 and the first record 2; a
    cell with line breaks counts as one row, as in a spreadsheet. Rows without any cell filled are numbered, not read.
    """
    noted: Counter[str] = Counter()
    with _opened(arrival) as (stream, compressed):
        total = arrival.size
        workbook = not compressed and sheets.is_workbook(stream)
        encoding = "XLSX" if workbook else _encoding(arrival, options)
        rows = (
            sheets.rows(arrival.path, arrival.name, options.sheet)
            if workbook
            else _csv_rows(stream, encoding, options, noted)
        )
        names = tuple(_names(_header(rows, options, arrival)))
        path, count = folder / "records.csv", 0
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
            for count, record in enumerate(_numbered(rows, len(names), options.header + 1, noted), 1):
                writer.writerow(record)
                if not count % 10_000:
                    progress("reading", total if workbook else _position(stream), total)
    _refuse_garbage(arrival, encoding, count, noted)
    progress("reading", total, total)
    return Records(path, names, count, arrival.sha256, encoding, dict(noted))


@contextmanager
def _opened(arrival: Arrival) -> Iterator[tuple[BinaryIO, bool]]:
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


def _position(stream: BinaryIO) -> int:
    packed = getattr(stream, "fileobj", None)
    return packed.tell() if packed else stream.tell()


def _encoding(arrival: Arrival, options: Reading) -> str:
    if options.encoding != "auto":
        return encodings.widened(options.encoding)
    with _opened(arrival) as (stream, _compressed):
        return encodings.detect(stream)


def _csv_rows(stream: BinaryIO, encoding: str, options: Reading, noted: Counter[str]) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST)
    codecs.register_error("count_damaged", partial(_damaged, noted))
    lines = _lines(io.TextIOWrapper(stream, encoding=encoding, errors="count_damaged", newline=""), noted)
    first = list(islice(lines, options.header))
    reader = csv.reader(chain(first, lines), delimiter=_delimiter(options, first))
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


def _lines(text: io.TextIOWrapper, noted: Counter[str]) -> Iterator[str]:
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


def _delimiter(options: Reading, first: list[str]) -> str:
    if options.delimiter != "auto":
        return options.delimiter
    header = first[-1] if first else ""
    return max(DELIMITERS, key=lambda one: len(next(csv.reader([header], delimiter=one), [])))


def _header(rows: Iterator[list[str]], options: Reading, arrival: Arrival) -> list[str]:
    header = next(islice(rows, options.header - 1, None), None)
    if not header or not any(header):
        raise IntakeError(
            N_("Row {row} of {file} holds no column names. Set header under [read] to the row that does."),
            row=options.header,
            file=arrival.name,
        )
    return header


def _names(header: Iterable[str]) -> Iterator[str]:
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


def _numbered(rows: Iterable[list[str]], width: int, first: int, noted: Counter[str]) -> Iterator[list]:
    for number, row in enumerate(rows, first):
        if not any(row):
            noted["blank_rows"] += 1
        elif len(row) <= width:
            yield [number, "", *row, *[""] * (width - len(row))]
        else:
            surplus = row[width:]
            yield [number, json.dumps(surplus, ensure_ascii=False) if any(surplus) else "", *row[:width]]


def _refuse_garbage(arrival: Arrival, encoding: str, count: int, noted: Counter[str]) -> None:
    """A few broken characters are told; a file that is full of them was read in the wrong encoding."""
    if noted["damaged_characters"] * 20 > count:
        raise IntakeError(
            N_(
                "{n} characters of {file} cannot be read as {encoding}. Set encoding under [read], for "
                "example to gb18030."
            ),
            n=noted["damaged_characters"],
            file=arrival.name,
            encoding=encoding,
        )
