"""A first look at a file: how it is written, which rows name its columns, what is in them. Nothing is decided by it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cockpit.i18n import _
from cockpit.intake.reading import delimited, headers
from cockpit.intake.suggesting import sampling
from cockpit.intake.suggesting.profile import Profile, profiles
from cockpit.intake.suggesting.sampling import Sample

PREVIEW = 20
WIDE = 3


@dataclass(frozen=True)
class Overrides:
    """What the person says about the file; None: as it was found."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header: int | None = None
    header_rows: int | None = None


@dataclass(frozen=True)
class Found:
    """What a file looks like.

    ``encoding`` and ``delimiter`` are empty for a workbook, ``sheets`` for a text. ``header`` is the row of the lowest
    names, from 1, ``header_rows`` how many rows they take. ``count``: rows below them that have any cell filled;
    ``estimated`` where the file is too large to count them at once. ``preview``: the first rows of the file as read,
    those above the header too. ``sample``: rows below the header from all over the file, a cell for each name.
    ``overrides``: what of this was said, not found.
    """

    file: str
    encoding: str
    delimiter: str
    sheets: tuple[str, ...]
    sheet: str | None
    header: int
    header_rows: int
    decimal: str
    names: tuple[str, ...]
    count: int
    estimated: bool
    preview: tuple[tuple[str, ...], ...]
    sample: tuple[tuple[str, ...], ...] = field(repr=False)
    profiles: tuple[Profile, ...] = field(repr=False)
    warnings: tuple[str, ...] = ()
    overrides: Overrides = Overrides()

    @property
    def workbook(self) -> bool:
        return bool(self.sheets)


def look(file: Path, options: Overrides = Overrides(), name: str | None = None) -> Found:
    """What is found in ``file``, which its sender calls ``name``. Raises IntakeError for what cannot be read at all."""
    sheets = sampling.sheet_names(file)
    if sheets:
        sheet = options.sheet or (sheets[0] if len(sheets) == 1 else _table_among(file, sheets))
        sample = sampling.of_sheet(file, sheet)
    else:
        sheet, sample = None, sampling.of_text(file, options.encoding, options.delimiter)
    return _found(name or file.name, sample, tuple(sheets), sheet, options)


def _table_among(file: Path, sheets: Sequence[str]) -> str:
    """The first sheet that looks like a table, which a cover does not; else the one that has most filled cells."""
    heads = {sheet: sampling.head_of_sheet(file, sheet) for sheet in sheets}
    for sheet, rows in heads.items():
        header = headers.find(rows)
        if header.sure and _table_size(rows, header) >= WIDE * 2:
            return sheet
    return max(heads, key=lambda sheet: sum(bool(cell.strip()) for row in heads[sheet] for cell in row))


def _table_size(rows: headers.Rows, header: headers.Header) -> int:
    """Cells of the rows that fill a good part of at least three named columns."""
    named = sum(bool(cell.strip()) for cell in rows[header.last - 1])
    filled = (sum(bool(cell.strip()) for cell in row) for row in rows[header.last :])
    return sum(count for count in filled if count * 2 >= named) if named >= WIDE else 0


def _found(file: str, sample: Sample, sheets: tuple[str, ...], sheet: str | None, options: Overrides) -> Found:
    header = _header(sample.head, options)
    above = sample.head[header.last - header.rows : header.last]
    parts = headers.parts(above)
    names = tuple(delimited.names_of(headers.joined(above)))
    body = [_fitted(row, len(names)) for row in sample.body(header.last) if any(map(str.strip, row))]
    columns = profiles(names, parts, headers.own(parts), body)
    return Found(
        file=file,
        encoding=sample.encoding,
        delimiter=sample.delimiter,
        sheets=sheets,
        sheet=sheet,
        header=header.last,
        header_rows=header.rows,
        decimal="," if any(column.comma for column in columns) else ".",
        names=names,
        count=max(0, sample.count - sum(any(map(str.strip, row)) for row in sample.head[: header.last])),
        estimated=sample.estimated,
        preview=tuple(tuple(row) for row in sample.head[:PREVIEW]),
        sample=tuple(body),
        profiles=columns,
        warnings=tuple(_warnings(sample, header, names, body, options)),
        overrides=options,
    )


def _header(head: headers.Rows, options: Overrides) -> headers.Header:
    found = headers.find(head)
    last = min(options.header, max(len(head), 1)) if options.header else found.last
    rows = options.header_rows or (found.rows if last == found.last else headers.depth(head, last))
    return headers.Header(last, min(rows, last), found.sure or options.header is not None)


def _fitted(row: Sequence[str], width: int) -> tuple[str, ...]:
    return (*row[:width], *[""] * (width - len(row)))


def _warnings(sample: Sample, header: headers.Header, names: Sequence[str], body: Sequence, options: Overrides):
    """What the person should look at before going on, a sentence each."""
    if not header.sure:
        yield _("No row looks like the names of columns; row {row} was taken.").format(row=header.last)
    if header.last - header.rows > 0 and options.header is None:
        yield _("The names are in row {row}; what stands above is passed over.").format(row=header.last)
    if not body:
        yield _("There is no row below the names of the columns.")
    if sample.damaged:
        yield _("Characters cannot be read as {encoding}; another encoding may fit.").format(encoding=sample.encoding)
    if sample.problem:
        yield sample.problem
