"""Many rows into a table at once, by the fastest road each driver has."""

import io
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv
from sqlalchemy import Connection, Table

ARRIVING = "arriving"


def write(connection: Connection, table: Table, frame: pd.DataFrame) -> int:
    """Append the rows of ``frame``, in its order, in the connection's transaction; returns how many.

    Columns that the table does not know are left out, those the frame lacks become null. A missing value of any kind
    (None, NaN, NaT, NA) becomes null.
    """
    names = [column.name for column in table.columns if column.name in frame.columns]
    rows = pa.Table.from_pandas(frame[names], preserve_index=False)
    driver = connection.connection.driver_connection
    quote = connection.dialect.identifier_preparer.quote
    target = f"{quote(table.name)} ({', '.join(map(quote, names))})"
    if hasattr(driver, "register"):
        _from_memory(driver, target, names, rows)
    else:
        _by_copy(driver, target, rows)
    return len(frame)


def pour(connection: Connection, table: Table, rows: pa.RecordBatchReader) -> None:
    """Append ``rows`` to a table of a server as they come, in the connection's transaction; names are the table's."""
    quote = connection.dialect.identifier_preparer.quote
    target = f"{quote(table.name)} ({', '.join(map(quote, rows.schema.names))})"
    driver: Any = connection.connection.driver_connection
    with driver.cursor().copy(f"COPY {target} FROM STDIN (FORMAT csv)") as copy:
        for batch in rows:
            copy.write(_as_csv(batch))


def _from_memory(driver, target: str, names: list[str], rows: pa.Table) -> None:
    """A driver that reads frames where they lie."""
    driver.register(ARRIVING, rows)
    driver.execute(f"INSERT INTO {target} SELECT {', '.join(names)} FROM {ARRIVING}")
    driver.unregister(ARRIVING)


def _by_copy(driver, target: str, rows: pa.Table) -> None:
    """A driver that takes a stream of CSV; nulls are empty there, texts are quoted."""
    with driver.cursor().copy(f"COPY {target} FROM STDIN (FORMAT csv)") as copy:
        copy.write(_as_csv(rows))


def _as_csv(rows: pa.Table | pa.RecordBatch) -> bytes:
    stream = io.BytesIO()
    pyarrow.csv.write_csv(rows, stream, pyarrow.csv.WriteOptions(include_header=False))
    return stream.getvalue()
