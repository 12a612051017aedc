"""Where records are kept until they are checked: a database file with one table, written once.

records   line (number of the row in the file), surplus (cells beyond the names, JSON), c0 … cn; null where nothing is
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from cockpit.intake.casts import literal

# In MB: of a usual file, and for each column more than that has. DuckDB holds two blocks a column while it writes.
MEMORY, USUAL, COLUMN = 64, 50, 1.2
CHARACTERS = 4_000_000
ATTACHED = "arrived"

Record = tuple[int, str | None, Sequence[str]]


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


def load(connection: duckdb.DuckDBPyConnection, width: int, records: Iterable[Record]) -> Iterator[int]:
    """Make the table of records that have ``width`` cells each; yields how many are in it after each batch."""
    names = [f"c{i}" for i in range(width)]
    columns = ", ".join(f"{name} VARCHAR" for name in names)
    connection.execute(f"CREATE TABLE records (line BIGINT, surplus VARCHAR, {columns})")
    cells = ", ".join(f"nullif({name}, '')" for name in names)
    connection.execute("BEGIN")
    count = 0
    for batch in _batches(records):
        count += len(batch)
        connection.register("batch", _table(batch, names))
        connection.execute(f"INSERT INTO records SELECT line, surplus, {cells} FROM batch")
        connection.unregister("batch")
        yield count
    connection.execute("COMMIT")


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    batch: list[Record] = []
    size = 0
    for record in records:
        batch.append(record)
        size += 50 + sum(map(len, record[2]))
        if size > CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _table(batch: list[Record], names: list[str]) -> pa.Table:
    lines, surplus, rows = zip(*batch, strict=True)
    columns = [pa.array(cells, pa.string()) for cells in zip(*rows, strict=True)]
    return pa.table(
        [pa.array(lines, pa.int64()), pa.array(surplus, pa.string()), *columns], ["line", "surplus", *names]
    )


def drop_blank(connection: duckdb.DuckDBPyConnection, width: int) -> int:
    """Take out the records without any cell; how many they were."""
    blank = " AND ".join(f"c{i} IS NULL" for i in range(width))
    found = connection.execute(f"SELECT count(*) FROM records WHERE {blank}").fetchone()
    count = found[0] if found else 0
    if count:
        connection.execute(f"DELETE FROM records WHERE {blank}")
    return count
