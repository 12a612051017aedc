"""Where records are kept until they are checked: a database file with one table, written once.

records   line (number of the row in the file), surplus (cells beyond the names, JSON), c0 … cn; null where nothing is
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from cockpit.errors import IntakeError
from cockpit.intake.checking.casts import literal
from queries.words import N_

# In MB: of a usual file, and for each column more than that has. DuckDB holds two blocks a column while it writes.
MEMORY, USUAL, COLUMN = 64, 50, 1.2
# Characters of one record, as it stands in the file that is loaded.
LONGEST = 1 << 21
MOMENT = 0.1
ATTACHED = "arrived"

Record = tuple[int, str, Sequence[str]]


@contextmanager
def writing(path: Path, width: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A new database at ``path`` for records of ``width`` cells. Nothing is compressed: it is soon thrown away."""
    memory = MEMORY + COLUMN * max(0, width - USUAL)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"SET memory_limit = '{memory:.0f}MB'")
        connection.execute(f"SET temp_directory = {literal(f'{path}.spill')}")
        connection.execute("SET threads = 1")
        connection.execute("PRAGMA force_compression = 'uncompressed'")
        connection.execute("SET enable_progress_bar = true")
        connection.execute("SET enable_progress_bar_print = false")
        yield connection


def show(path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``records`` visible to ``connection``, which is of another database."""
    connection.execute(f"ATTACH IF NOT EXISTS {literal(str(path))} AS {ATTACHED} (READ_ONLY)")
    connection.execute(f"CREATE OR REPLACE TEMPORARY VIEW records AS FROM {ATTACHED}.records")


def load(
    connection: duckdb.DuckDBPyConnection, width: int, records: Iterable[Record], file: Path, alive: Callable[[], None]
) -> int:
    """Make the table of records that have ``width`` cells each, by way of ``file``; how many they are.

    ``alive`` is called now and then; what it raises ends the loading.
    """
    count = 0
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for count, (line, surplus, cells) in enumerate(records, 1):
            if writer.writerow((line, surplus, *cells)) > LONGEST:
                raise _too_long(line)
            if not count % 10_000:
                alive()
    with running(connection, _statement(file, width)) as loaded:
        while not loaded.done():
            alive()
            wait(loaded)
        loaded.result()
    file.unlink()
    return count


def _too_long(line: int) -> IntakeError:
    return IntakeError(
        N_("Row {row} holds more than {n} characters. A quotation mark is probably missing there."), row=line, n=LONGEST
    )


def _statement(file: Path, width: int) -> str:
    types = {"line": "BIGINT", "surplus": "VARCHAR"} | {f"c{i}": "VARCHAR" for i in range(width)}
    columns = ", ".join(f"'{column}': '{type_}'" for column, type_ in types.items())
    # A character takes up to four bytes, and a quotation mark is doubled.
    longest = 5 * LONGEST
    return (
        f"CREATE TABLE records AS FROM read_csv({literal(str(file))}, auto_detect = false, columns = {{{columns}}}, "
        f"header = false, delim = ',', quote = '\"', escape = '\"', new_line = '\\n', max_line_size = {longest}, "
        f"buffer_size = {2 * longest}, parallel = false)"
    )


@contextmanager
def running(connection: duckdb.DuckDBPyConnection, statement: str) -> Iterator[Future]:
    """The statement in a thread of its own; stopped, and its table gone, where the block is left by an exception."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(lambda: connection.execute(statement).fetchone())
        try:
            yield future
        except BaseException:
            while not future.done():
                connection.interrupt()
                wait(future)
            connection.execute("DROP TABLE IF EXISTS records")
            raise


def wait(future: Future) -> None:
    with suppress(TimeoutError):
        future.exception(MOMENT)


def share(connection: duckdb.DuckDBPyConnection) -> float:
    return min(max(connection.query_progress(), 0), 100) / 100


def drop_blank(connection: duckdb.DuckDBPyConnection, width: int) -> int:
    """Take out the records without any cell; how many they were."""
    blank = " AND ".join(f"c{i} IS NULL" for i in range(width))
    found = connection.execute(f"SELECT count(*) FROM records WHERE {blank}").fetchone()
    count = found[0] if found else 0
    if count:
        connection.execute(f"DELETE FROM records WHERE {blank}")
    return count
