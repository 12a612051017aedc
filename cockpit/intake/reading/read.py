"""A table that arrived, text or workbook → numbered records in a database, in memory that does not grow with the file.

Text in another encoding than UTF-8 is decoded into a file first, and a workbook written into one; then both go the same
way: the fast one of ``regular`` where the file allows it, else row by row.
"""

import codecs
import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import duckdb

from cockpit.errors import IntakeError
from cockpit.intake.mapping import Reading
from cockpit.intake.reading import delimited, encodings, headers, kinds, regular, sheets, store
from cockpit.intake.reading.arrival import Arrival, Progress
from queries.words import N_

WIDEST = 500
UTF8 = "utf-8-sig"
PLAIN = ("utf-8", UTF8)
# The cell that stands twice behind the last line: no line of a file has a NUL, because they are taken out.
END = "\0"

Alive = Callable[[float], None]


@dataclass(frozen=True)
class Records:
    """A file, read. ``path``: the database that holds them (``store``), with a cell for each name."""

    path: Path
    names: tuple[str, ...]
    count: int
    sha256: str
    encoding: str
    noted: dict[str, int]

    def into(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make ``records`` visible there: line, surplus, c0 … cn, null where nothing stands."""
        store.show(self.path, connection)


@dataclass(frozen=True)
class Heading:
    """What the first rows say: the names, and where in the text the records begin."""

    names: tuple[str, ...]
    delimiter: str
    lines: int
    start: int
    clean: bool


def read(arrival: Arrival, options: Reading, folder: Path, progress: Progress) -> Records:
    """Read what arrived into ``folder``. Raises IntakeError for what is no table, or whose text cannot be decoded.

    A record's number is its row in the file, so that the header of ``header = 1`` is 1 and the first record 2; a
    cell with line breaks counts as one row, as in a spreadsheet. Rows without any cell filled are numbered, not read.
    """
    _require_rows(options)
    noted: Counter[str] = Counter()
    reached = 0.0

    def alive(share: float) -> None:
        nonlocal reached
        reached = max(reached, share)
        progress("reading", int(arrival.size * reached), arrival.size)

    text, encoding, begun = _as_text(arrival, options, folder, noted, alive)
    if encoding == sheets.WORKBOOK:
        options = options.model_copy(update={"delimiter": ","})
    heading = _heading(text, options, arrival.name)
    path = folder / "records.duckdb"
    with store.writing(path, len(heading.names)) as connection:
        count = _loaded(connection, text, heading, options, noted, lambda share: alive(begun + share * (1 - begun)))
    if text != arrival.path:
        text.unlink()
    _refuse_garbage(arrival, encoding, count, noted)
    alive(1)
    return Records(path, heading.names, count, arrival.sha256, encoding, dict(noted))


def _require_rows(options: Reading) -> None:
    if options.header_rows > options.header:
        raise IntakeError(
            N_("header_rows = {n} needs more rows than there are: header = {row} is the last of them, counted from 1."),
            n=options.header_rows,
            row=options.header,
        )


def _as_text(
    arrival: Arrival, options: Reading, folder: Path, noted: Counter[str], alive: Alive
) -> tuple[Path, str, float]:
    """A file of UTF-8 with what arrived, the encoding it had, and the share of the work that is done by that."""
    if kinds.of(arrival.path) == kinds.WORKBOOK:
        text = folder / "sheet.csv"
        sheets.save(arrival.path, arrival.name, options.sheet, text, lambda: alive(0))
        return text, sheets.WORKBOOK, 0.7
    encoding = _encoding(arrival, options)
    if encoding in PLAIN:
        return arrival.path, encoding, 0
    text = folder / "text.csv"
    with arrival.path.open("rb") as stream, text.open("w", encoding="utf-8", errors="replace", newline="") as out:
        decoded = delimited.decoded(stream, encoding, noted)
        while block := decoded.read(delimited.LONGEST):
            out.write(block)
            alive(stream.tell() / arrival.size / 2)
    return text, encoding, 0.5


def _loaded(
    connection: duckdb.DuckDBPyConnection,
    text: Path,
    heading: Heading,
    options: Reading,
    noted: Counter[str],
    alive: Alive,
) -> int:
    """Make the table of records by the fast road or the other one; how many they are."""
    width, first = len(heading.names), options.header + 1
    body = regular.Body(text, heading.lines, heading.start, width, first, heading.delimiter)
    if heading.clean:
        try:
            count, blank = regular.load(connection, body, alive)
        except regular.Irregular:
            pass
        else:
            empty = store.drop_blank(connection, width)
            noted.update({"blank_rows": blank + empty} if blank + empty else {})
            return count - empty
    return _loaded_by_row(connection, body, noted, alive)


def _loaded_by_row(connection: duckdb.DuckDBPyConnection, body: regular.Body, noted: Counter[str], alive: Alive) -> int:
    size = body.path.stat().st_size
    with body.path.open("rb") as stream:
        end = f"{END}{body.delimiter}{END}"
        rows = delimited.rows_of(stream, UTF8, Reading(delimiter=body.delimiter), noted, end)
        below = islice(_whole(rows), body.first - 1, None)
        records = _numbered(below, body.width, body.first, noted)
        return store.load(
            connection,
            body.width,
            records,
            body.path.with_name("rows.csv"),
            lambda: alive(0.9 if stream.closed else 0.8 * stream.tell() / size),
        )


def _whole(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """The rows up to the one behind the last line, which is a part of theirs where a cell was never closed."""
    for number, row in enumerate(rows, 1):
        if row == [END, END]:
            return
        if row and row[-1].endswith(END):
            raise IntakeError(
                N_(
                    "Row {row} begins a cell with a quotation mark that is never closed; the file may have been cut "
                    "off. Put the row right, or fetch the file again."
                ),
                row=number,
            )
        yield row


def _encoding(arrival: Arrival, options: Reading) -> str:
    if options.encoding != "auto":
        return encodings.widened(options.encoding)
    with arrival.path.open("rb") as stream:
        return encodings.detect(stream)


def _heading(text: Path, options: Reading, file: str) -> Heading:
    """The names in the rows of the header. Raises IntakeError where there are none."""
    noted: Counter[str] = Counter()
    taken: list[str] = []
    with text.open("rb") as stream:
        marked = stream.peek(3).startswith(codecs.BOM_UTF8)
        lines = delimited.lines_of(delimited.decoded(stream, UTF8, noted), noted)
        first = list(islice(lines, options.header))
        delimiter = options.delimiter if options.delimiter != "auto" else delimited.delimiter_of(first)
        rows = delimited.parsed(_noted(chain(first, lines), taken), delimiter)
        above = list(islice(rows, options.header))[options.header - options.header_rows :]
    _require_header(above, options, file)
    names = tuple(delimited.names_of(headers.joined(above)))
    _refuse_no_names(names, file)
    start = len("".join(taken).encode()) + len(codecs.BOM_UTF8) * marked
    return Heading(names, delimiter, len(taken), start, not noted)


def _require_header(above: list[list[str]], options: Reading, file: str) -> None:
    if len(above) < options.header_rows or not any(map(str.strip, chain(*above))):
        raise IntakeError(
            N_("Row {row} of {file} holds no column names. Set header under [read] to the row that does."),
            row=options.header,
            file=file,
        )


def _noted(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _refuse_no_names(names: tuple[str, ...], file: str) -> None:
    if sum(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r" for sign in "".join(names)) > 1:
        raise IntakeError(
            N_("{file} is no text: its first row holds control characters. Save the table as XLSX or CSV."), file=file
        )
    if len(names) > WIDEST:
        raise IntakeError(
            N_("{file} has {n} columns, more than {most}. Delete those that are not needed."),
            file=file,
            n=len(names),
            most=WIDEST,
        )


def _numbered(rows: Iterable[list[str]], width: int, first: int, noted: Counter[str]) -> Iterator[store.Record]:
    for number, row in enumerate(rows, first):
        if not any(row):
            noted["blank_rows"] += 1
        elif len(row) <= width:
            yield number, "", row + [""] * (width - len(row))
        else:
            surplus = row[width:]
            yield number, json.dumps(surplus, ensure_ascii=False) if any(surplus) else "", row[:width]


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
