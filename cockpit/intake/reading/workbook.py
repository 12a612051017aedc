"""Run as a script: one sheet of a workbook → CSV on the output, or the names of its sheets as JSON.

A process of its own, because the library holds a whole sheet in memory, as a rectangle, and a workbook of two cells far
apart would end the process that opens it. It imports nothing of ours and so starts at once. Its exit code and one line
on the error stream say what went wrong.
"""

import csv
import io
import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

MEMORY = 4 << 30
BROKEN, UNKNOWN, PROTECTED = 3, 4, 5


def main(path: str, *sheet: str) -> None:
    """``sheet``: nothing for the first one, its name, or two words (``names of``) for the list."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        book = CalamineWorkbook.from_path(path)
        if len(sheet) == 2:
            print(json.dumps(book.sheet_names))
        elif sheet and sheet[0] not in book.sheet_names:
            _end(UNKNOWN, json.dumps(book.sheet_names))
        else:
            _write(_rows(book, *sheet))
    except PasswordError:
        _end(PROTECTED, "")
    except CalamineError as problem:
        _end(BROKEN, str(problem))


def _end(code: int, word: str) -> None:
    print(word, file=sys.stderr)
    sys.exit(code)


def _rows(book: CalamineWorkbook, name: str | None = None) -> Iterator[list[Any]]:
    sheet = book.get_sheet_by_name(name) if name is not None else book.get_sheet_by_index(0)
    return sheet.iter_rows()


def _write(rows: Iterator[list[Any]]) -> None:
    with io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="replace", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        for row in rows:
            writer.writerow(map(_text, row))


def _text(cell: Any) -> str:
    """Times as ISO text, whole numbers without a decimal point."""
    if isinstance(cell, str):
        return cell.replace("\0", "")
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, timedelta):
        return _duration(cell)
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _duration(span: timedelta) -> str:
    """Hours, minutes, seconds: 26:03:00, as a spreadsheet shows it."""
    seconds = round(span.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


if __name__ == "__main__":
    main(*sys.argv[1:])
