"""Workbooks: XLSX and its relatives → rows of text."""

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from cockpit.errors import IntakeError
from cockpit.intake.mapping import suggestion
from queries.words import N_

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def is_workbook(stream: BinaryIO) -> bool:
    return stream.peek(4).startswith((ZIP, OLE))  # type: ignore[attr-defined]


def names(path: Path, name: str) -> list[str]:
    """The sheets of a workbook, in its order."""
    try:
        return list(CalamineWorkbook.from_path(str(path)).sheet_names)
    except CalamineError as problem:
        raise IntakeError(
            N_("{file} is no workbook that can be read: {why}. Save it again as XLSX or CSV."), file=name, why=problem
        ) from problem


def rows(path: Path, name: str, sheet: str | None) -> Iterator[list[str]]:
    """The rows of one sheet, the first by default. Times come as ISO text, whole numbers without a decimal point."""
    try:
        book = CalamineWorkbook.from_path(str(path))
        if sheet is not None and sheet not in book.sheet_names:
            raise IntakeError(
                N_("{file} has no sheet {sheet!r}. {suggestion}"),
                file=name,
                sheet=sheet,
                suggestion=suggestion(sheet, book.sheet_names),
            )
        chosen = book.get_sheet_by_name(sheet) if sheet is not None else book.get_sheet_by_index(0)
        for row in chosen.iter_rows():
            yield [_text(cell) for cell in row]
    except CalamineError as problem:
        raise IntakeError(
            N_("{file} is no workbook that can be read: {why}. Save it again as XLSX or CSV."),
            file=name,
            why=problem,
        ) from problem


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell).replace("\0", "")
