"""The fast road: a CSV file that is regular in every row, read by DuckDB.

Regular: quotation marks only around whole cells, doubled inside; one kind of line end; no blank lines but at the end,
no NULs. A scan of the bytes holds the file to that and counts its records, while DuckDB reads it strictly. Where the
scan objects, DuckDB does, or the two counts differ, nothing is taken, and the file goes the way of any other.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import numpy as np

from cockpit.intake.checking.casts import literal
from cockpit.intake.reading import store
from cockpit.intake.reading.delimited import LONGEST

BLOCK = BUFFER = 4 << 20
QUOTE, LF, CR = b'"\n\r'


@dataclass(frozen=True)
class Body:
    """The records of a UTF-8 file: below ``lines`` lines, which end at byte ``start``; of ``width`` cells each.

    The first of them has the number ``first``.
    """

    path: Path
    lines: int
    start: int
    width: int
    first: int
    delimiter: str


class Irregular(Exception):
    """The file is not for this road."""


def load(connection: duckdb.DuckDBPyConnection, body: Body, alive: Callable[[float], None]) -> tuple[int, int]:
    """Make the table ``records``; how many there are, and how many blank lines behind them.

    Raises Irregular, and then nothing was made.
    ``alive`` is called with the share that is done, from 0 to 1; what it raises ends the reading.
    """
    if body.width < 2 or not body.delimiter.isascii() or body.delimiter in ' "':
        raise Irregular
    scan, blocks = Scan(ord(body.delimiter)), _blocks(body)
    scan.take(next(blocks, b""))
    size = max(body.path.stat().st_size - body.start, 1)
    with store.running(connection, _statement(body, plain=scan.crlf is False)) as loaded:
        alive(scan.taken / size / 2)
        for block in blocks:
            scan.take(block)
            alive((scan.taken / size + store.share(connection)) / 2)
        scan.finish()
        while not loaded.done():
            alive((1 + store.share(connection)) / 2)
            store.wait(loaded)
        count = _result(loaded)
    if count != scan.records:
        connection.execute("DROP TABLE records")
        raise Irregular
    return count, scan.blank


def _blocks(body: Body) -> Iterator[bytes]:
    with body.path.open("rb", buffering=0) as file:
        file.seek(body.start)
        yield from iter(partial(file.read, BLOCK), b"")


def _result(loaded: Future) -> int:
    try:
        return loaded.result()[0]
    except (duckdb.InvalidInputException, UnicodeDecodeError) as problem:  # the latter from a message cut in two
        raise Irregular from problem


def _statement(body: Body, plain: bool) -> str:
    """One thread reads, so that the rows come in the order of the file and can be numbered as they come.

    DuckDB takes the line end from the first one it sees, which may be inside a cell. So a plain one is said; with the
    other one said, DuckDB 1.5 finds no rows at all.
    """
    newline = r", new_line = '\n'" if plain else ""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(body.width))
    return (
        f"CREATE TABLE records AS SELECT row_number() OVER () + {body.first - 1} AS line, NULL::VARCHAR AS surplus, * "
        f"FROM read_csv({literal(str(body.path))}, auto_detect = false, columns = {{{columns}}}, header = false, "
        f"skip = {body.lines}, delim = {literal(body.delimiter)}, quote = '\"', escape = '\"', strict_mode = true, "
        f"null_padding = false, max_line_size = {LONGEST}, buffer_size = {BUFFER}, parallel = false{newline})"
    )


class Scan:
    """Counts the records of a stream of bytes, and the blank lines behind them; raises Irregular for what is not so."""

    def __init__(self, delimiter: int) -> None:
        self.records, self.blank, self.taken, self.rest = 0, 0, 0, b""
        self.crlf: bool | None = None
        self.around = np.zeros(256, bool)
        self.around[[delimiter, QUOTE, LF]] = True

    def take(self, block: bytes) -> None:
        """Whole records are checked; what begins another one waits for the next block."""
        self.taken += len(block)
        block = self.rest + block
        signs = np.frombuffer(block, np.uint8)
        quotes, ends = np.flatnonzero(signs == QUOTE), np.flatnonzero(signs == LF)
        ends = ends[_outside(ends, quotes)]
        cut = int(ends[-1]) + 1 if len(ends) else 0
        self.rest = block[cut:]
        if len(self.rest) > 2 * LONGEST or b"\0" in block:
            raise Irregular
        if cut:
            self._check(signs[:cut], quotes[quotes < cut], ends)

    def finish(self) -> None:
        """The last record may lack its line end, not its closing quotation mark."""
        if self.rest:
            self.take(b"\r\n" if self.crlf else b"\n")
        if self.rest:
            raise Irregular

    def _check(self, signs: np.ndarray, quotes: np.ndarray, ends: np.ndarray) -> None:
        """``signs`` begin and end with a record; so what stands before the first of them may be read off the last."""
        opening, closing = quotes[0::2], quotes[1::2]
        beyond = signs[closing + 1]
        if not self.around[signs[opening - 1]].all() or not (self.around[beyond] | (beyond == CR)).all():
            raise Irregular
        self._check_ends(signs, quotes, ends)
        blank = np.diff(ends, prepend=-1) == 1 + bool(self.crlf)
        if (self.blank and not blank.all()) or (np.diff(blank.astype(np.int8)) < 0).any():
            raise Irregular
        self.blank += int(blank.sum())
        self.records += int((~blank).sum())

    def _check_ends(self, signs: np.ndarray, quotes: np.ndarray, ends: np.ndarray) -> None:
        """Every line ends alike."""
        returns = np.flatnonzero(signs == CR)
        returns = returns[_outside(returns, quotes)]
        if self.crlf is None:
            self.crlf = len(returns) > 0
        if not np.array_equal(returns, ends - 1 if self.crlf else ends[:0]):
            raise Irregular


def _outside(places: np.ndarray, quotes: np.ndarray) -> np.ndarray:
    """Which of the places do not stand within quotation marks."""
    return np.searchsorted(quotes, places) % 2 == 0
