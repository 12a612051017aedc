"""Many rows into a table at once, by the fastest road each driver has."""

import io

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


def _from_memory(driver, target: str, names: list[str], rows: pa.Table) -> None:
    """A driver that reads frames where they lie."""
    driver.register(ARRIVING, rows)
    driver.execute(f"INSERT INTO {target} SELECT {', '.join(names)} FROM {ARRIVING}")
    driver.unregister(ARRIVING)


def _by_copy(driver, target: str, rows: pa.Table) -> None:
    """A driver that takes a stream of CSV; nulls are empty there, texts are quoted."""
    stream = io.BytesIO()
    pyarrow.csv.write_csv(rows, stream, pyarrow.csv.WriteOptions(include_header=False))
    with driver.cursor().copy(f"COPY {target} FROM STDIN (FORMAT csv)") as copy:
        copy.write(stream.getvalue())
