"""The tables of a scratch database, as the connection that publishes sees them.

A file attaches the scratch database. A server gets temporary copies, which end with its transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text

from cockpit import bulk
from cockpit.intake import contract
from cockpit.intake.checking import casts
from cockpit.intake.checking.check import MEMORY, Checked
from cockpit.intake.reading.read import Records
from queries.tables import flags, load_fields, rejects

BATCH = 50_000


@dataclass(frozen=True)
class Staged:
    """rows: those to keep, one for each key. refused, doubts and fields: what becomes of rejects, flags and
    load_fields. returned: load and line of rejects that the file brings back."""

    rows: Table
    refused: Table
    doubts: Table
    fields: Table
    returned: Table

    @property
    def tables(self) -> tuple[Table, ...]:
        return self.rows, self.refused, self.doubts, self.fields, self.returned


def note_returned(records: Records, checked: Checked) -> None:
    """Make the table ``returned`` in the scratch database: empty where the file names no rejects that it corrects."""
    with duckdb.connect(str(checked.database)) as connection:
        connection.execute("CREATE TABLE returned (load_id VARCHAR, line BIGINT)")
        if set(contract.REJECTED_COLUMNS) <= set(records.names):
            load, line = (f"c{records.names.index(name)}" for name in contract.REJECTED_COLUMNS)
            connection.execute(f"SET memory_limit = '{MEMORY}'")
            records.into(connection)
            connection.execute(
                f"INSERT INTO returned SELECT DISTINCT trim({load}), try_cast(trim({line}) AS BIGINT) FROM records "
                f"WHERE {load} IS NOT NULL AND try_cast(trim({line}) AS BIGINT) IS NOT NULL"
            )


@contextmanager
def staged(connection: Connection, target: Table, checked: Checked) -> Iterator[Staged]:
    """While this lasts, ``connection`` can read the scratch database of ``checked``."""
    if connection.dialect.name == "duckdb":
        connection.exec_driver_sql(f"ATTACH {casts.literal(str(checked.database))} AS scratch (READ_ONLY)")
        yield _tables(target, checked, schema="scratch")
        connection.commit()
        connection.exec_driver_sql("DETACH scratch")
        return
    copies = _tables(target, checked, prefixes=["TEMPORARY"])
    for table in copies.tables:
        table.create(connection)
        _copy(connection, table, checked.database)
        connection.exec_driver_sql(f"ANALYZE {casts.name(table.name)}")
    yield copies
    for table in copies.tables:
        table.drop(connection)


def _tables(target: Table, checked: Checked, **options: Any) -> Staged:
    def of(name: str, table: Table, columns: tuple[str, ...]) -> Table:
        return Table(name, MetaData(), *(Column(column, table.c[column].type) for column in columns), **options)

    return Staged(
        rows=of("staged", target, checked.columns),
        refused=of("refused", rejects, ("line", "reason", "raw", "record")),
        doubts=of("doubts", flags, ("record", "field", "reason", "value")),
        fields=of("fields", load_fields, ("field", "rows", "filled", "valid", "flagged")),
        returned=Table("returned", MetaData(), Column("load_id", Text), Column("line", BigInteger), **options),
    )


def _copy(connection: Connection, table: Table, scratch: Path) -> None:
    """As text, which the server reads as its own types."""
    names = ", ".join(f"{casts.name(column.name)}::VARCHAR AS {casts.name(column.name)}" for column in table.columns)
    with duckdb.connect(str(scratch), read_only=True) as source:
        source.execute(f"SET memory_limit = '{MEMORY}'")
        bulk.pour(connection, table, source.execute(f"SELECT {names} FROM {table.name}").to_arrow_reader(BATCH))
