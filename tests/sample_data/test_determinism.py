"""The same seed makes the same rows, on any day; another seed makes others."""

from sqlalchemy import create_engine, func, select

from cockpit import database as databases
from cockpit.intake.contract import OURS
from queries.tables import loads, metadata, versions
from sample_data import build, content_hash


def test_the_same_seed_makes_the_same_rows(demonstration_url, tmp_path):
    again = databases.create(f"duckdb:///{tmp_path / 'again.duckdb'}")
    with again.begin() as connection:
        rows = build(connection)
    assert content_hash(again) == content_hash(create_engine(demonstration_url, connect_args={"read_only": True}))
    with again.connect() as connection:
        told = connection.execute(select(loads).where(loads.c.load_id == "demonstration")).one()
        added = connection.scalar(select(func.sum(versions.c.added)))
    again.dispose()
    assert told.rows_kept == told.rows_read < added
    assert added == sum(n for name, n in rows.items() if name not in OURS)


def test_another_seed_makes_other_rows(demonstration_url, tmp_path):
    other = databases.create(f"duckdb:///{tmp_path / 'other.duckdb'}")
    with other.begin() as connection:
        build(connection, seed=1)
    assert content_hash(other) != content_hash(create_engine(demonstration_url, connect_args={"read_only": True}))
    other.dispose()


def test_the_hash_sees_every_value(database):
    empty = content_hash(database.engine)
    database.add_cases("""
        street    opened_at   outcome
        西乡街道  2023-11-01  mediated""")
    one = content_hash(database.engine)
    with database.engine.begin() as connection:
        connection.execute(metadata.tables["cases"].update().values(outcome="failed"))
    assert len({empty, one, content_hash(database.engine)}) == 3
