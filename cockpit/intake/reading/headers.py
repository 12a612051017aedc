"""Which rows of a table hold its names: titles above them are passed over, names may take two or three rows."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

SEARCHED = 40
LONGEST_NAME = 40
MOST_ROWS = 3
VALUE = re.compile(
    r"[-+¥$]?[\d.,]+%?|\d{4}[-/.年]\d{1,2}([-/.月].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*|.*\d{7,}.*|https?:.*|\d+:\d+.*|true|false",
    re.IGNORECASE,
)
SAYING = re.compile(r".*[:：].+|.*[。；！？].*")
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.$-]*")

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Header:
    """``last`` is the row of the lowest names, from 1; ``rows`` how many rows they take. ``sure``: whether anything
    there looks like names; without it the first row is taken."""

    last: int
    rows: int
    sure: bool


def find(rows: Rows) -> Header:
    """The header of a table of which ``rows`` are the first."""
    rows = rows[: SEARCHED + 2 * MOST_ROWS]
    width = _width(rows)
    first = next((place for place, row in enumerate(rows[:SEARCHED]) if _is_header(row, width)), None)
    if first is None:
        filled = next((place for place, row in enumerate(rows) if any(map(str.strip, row))), 0)
        return Header(filled + 1, 1, False)
    return _extended(rows, first)


def depth(rows: Rows, last: int) -> int:
    """How many rows the names take whose lowest is row ``last``."""
    above = (last - back for back in range(MOST_ROWS, 0, -1) if last - back >= 0)
    return next((last - first for first in above if _extended(rows, first).last == last), 1)


def _extended(rows: Rows, first: int) -> Header:
    """The names that begin in row ``first`` (from 0) or, as groups, in the one above."""
    top = last = first
    if first > 0 and _groups(rows[first - 1], rows[first]):
        top = first - 1
    while last - top + 1 < MOST_ROWS and last + 1 < len(rows) and _goes_on(rows, last):
        last += 1
    return Header(last + 1, last - top + 1, True)


def _goes_on(rows: Rows, last: int) -> bool:
    upper, lower, below = rows[last], rows[last + 1], rows[last + 2 : last + 32]
    return (_groups(upper, lower) or _codes(upper, lower) or _codes(lower, upper)) and _only_names(lower, below)


def _width(rows: Rows) -> int:
    """How many cells the usual row has filled."""
    filled = sorted(count for row in rows if (count := len(_filled(row))))
    return filled[len(filled) * 3 // 4] if filled else 0


def _filled(row: Sequence[str]) -> dict[int, str]:
    return {place: cell.strip() for place, cell in enumerate(row) if cell.strip()}


def _is_header(row: Sequence[str], width: int) -> bool:
    cells = list(_filled(row).values())
    if len(cells) < max(min(width, 2), width * 0.5):
        return False
    named = sum(map(_is_name, cells))
    said = sum(SAYING.fullmatch(cell) is not None for cell in cells)
    return named >= 0.8 * len(cells) and said * 2 < len(cells) and len(set(cells)) >= 0.5 * len(cells)


def _is_name(cell: str) -> bool:
    plain = unicodedata.normalize("NFKC", cell)
    return len(plain) <= LONGEST_NAME and not VALUE.fullmatch(plain) and any(sign.isalpha() for sign in plain)


def _groups(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """``upper`` names groups of columns and ``lower`` the columns: it fills what is blank or repeated above."""
    over, under = _filled(upper), _filled(lower)
    if not under or not all(map(_is_name, under.values())) or not all(map(_is_name, over.values())):
        return False
    if any(SAYING.fullmatch(cell) for cell in over.values()) or (len(over) < 2 and len(under) > 2):
        return False
    repeated = {place for place in over if over.get(place - 1) == over[place] or over.get(place + 1) == over[place]}
    gaps = [place for place in under if place not in over and place > min(over, default=0)]
    starts = {place for place in over if place + 1 in gaps}
    explained = repeated | starts | set(gaps)
    return bool(gaps or repeated) and (under.keys() <= explained or len(gaps) > len(over) / 2)


def _codes(captions: Sequence[str], codes: Sequence[str]) -> bool:
    """One row says in words what the other says in codes."""
    words, short = _filled(captions), _filled(codes)
    both = words.keys() & short.keys()
    if len(both) < max(2, 0.7 * max(len(words), len(short))) or len(set(short.values())) < len(short):
        return False
    coded = sum(CODE.fullmatch(short[place]) is not None for place in both)
    spoken = sum(not words[place].isascii() or " " in words[place] for place in both)
    return coded >= 0.9 * len(both) and spoken >= 0.6 * len(both)


def _only_names(row: Sequence[str], below: Rows) -> bool:
    """No cell of a row of names comes again among the values of its column."""
    cells = _filled(row)
    if not all(map(_is_name, cells.values())):
        return False
    return not any(
        other[place].strip() == cell for other in below for place, cell in cells.items() if place < len(other)
    )


def parts(above: Rows) -> tuple[tuple[str, ...], ...]:
    """What stands above each column in the rows of the header, from the top; a group's name above all its columns."""
    width = max(map(len, above), default=0)
    cells = [[cell.strip().lstrip("\ufeff") for cell in row] + [""] * (width - len(row)) for row in above]
    spread = [_spread(row, cells[place + 1 :]) for place, row in enumerate(cells)]
    return tuple(tuple(dict.fromkeys(row[place] for row in spread if row[place])) for place in range(width))


def joined(above: Rows) -> list[str]:
    """One name for each column: its parts with a space between them; empty where nothing stands above it."""
    return [" ".join(stack) for stack in parts(above)]


def own(stacks: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """How many of the lowest parts of each column are its own; what stands above several columns is a group's."""
    shared = Counter(part for stack in stacks for part in stack[:-1])
    return tuple(
        next((place for place, part in enumerate(reversed(stack)) if place and shared[part] > 1), max(len(stack), 1))
        for stack in stacks
    )


def _spread(row: Sequence[str], lower: Rows) -> list[str]:
    """A row of groups with each name above all of its columns; a row of names as it is."""
    under = {place for below in lower for place, cell in enumerate(below) if cell}
    named = {place for place, cell in enumerate(row) if cell}
    if len(named & under) >= 0.8 * len(named | under):
        return list(row)
    spread = list(row)
    for place in range(1, len(spread)):
        if not spread[place] and place in under:
            spread[place] = spread[place - 1]
    return spread
