"""The headline measures of the facts as they were at a time, asked of a database in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pandas as pd
from sqlalchemy import Boolean, Column, Connection, DateTime, MetaData, Table, Text, delete, insert

from cockpit import bulk, database
from cockpit.headline import KEYS, Headline, headline
from queries.measures import MEASURES
from queries.measures.reading import reads
from queries.tables import FACTS, loads


class Measured:
    """Facts of which some stay as they are, and some change from one question to the next."""

    def __init__(self, connection: Connection, still: dict[str, pd.DataFrame]):
        self.connection = connection
        schema = MetaData()
        self.facts = {name: _slim(FACTS[name], schema) for name in still}
        self.loads = Table(loads.name, schema, Column("target", Text), Column("as_of", DateTime))
        schema.create_all(connection)
        self._write(still, moving=False)

    def at(self, as_of: pd.Timestamp, moving: dict[str, pd.DataFrame]) -> Headline:
        """Of all that stays and of ``moving``, with ``as_of`` as the data date."""
        for table in (*self.facts.values(), self.loads):
            gone = delete(table).where(table.c.moving) if "moving" in table.c else delete(table)
            self.connection.execute(gone)
        self._write(moving, moving=True)
        self.connection.execute(insert(self.loads).values(target="all", as_of=as_of.to_pydatetime()))
        return headline(lambda question, *about: database.frame_of(self.connection.execute(question(*about))))

    def _write(self, frames: dict[str, pd.DataFrame], moving: bool) -> None:
        for name, frame in frames.items():
            bulk.write(self.connection, self.facts[name], frame.assign(moving=moving))


def _slim(table: Table, schema: MetaData) -> Table:
    columns = [Column(name, table.c[name].type) for name in read_of(table)]
    return Table(table.name, schema, *columns, Column("moving", Boolean))


@cache
def read_of(table: Table) -> list[str]:
    """The columns that the headline measures read."""
    needed = set().union(*(reads(MEASURES[key], table) for key in KEYS[table.name]))
    return [column.name for column in table.columns if column.name in needed]


@contextmanager
def measured(still: dict[str, pd.DataFrame]) -> Iterator[Measured]:
    engine = database.in_memory()
    with engine.connect() as connection:
        yield Measured(connection, still)
    engine.dispose()
