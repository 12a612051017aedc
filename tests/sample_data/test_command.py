"""``python -m cockpit sample`` builds whole databases and never writes over real data."""

import pandas as pd
import pytest
from sqlalchemy import create_engine, func, select

from cockpit import bulk, database
from cockpit.errors import DatabaseError, IntakeError
from cockpit.intake.publishing.claim import claim
from queries.tables import cases, loads, metadata
from sample_data import command, content_hash
from sample_data.build import TABLES, build
from sample_data.command import make


def imported(engine, load_id: str) -> None:
    counts = dict.fromkeys(("rows_read", "rows_kept", "rows_rejected", "rows_superseded"), 1)
    row = {
        "load_id": load_id,
        "target": "cases",
        "file": "a.csv",
        "sha256": "",
        "loaded_at": pd.Timestamp("2023-12-01"),
    }
    with engine.begin() as connection:
        bulk.write(connection, loads, pd.DataFrame([row | counts]))


def rows_in(table, url: str) -> int:
    return int(database.fetch(select(func.count()).select_from(table), url).iloc[0, 0])


def test_a_database_with_imported_data_is_left_alone(tmp_path):
    file = tmp_path / "real.duckdb"
    url = f"duckdb:///{file}"
    imported(database.create(url), "2023-11")
    before = file.read_bytes()
    with pytest.raises(DatabaseError, match=r"real\.duckdb"):
        make(url)
    assert file.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"real.duckdb", "real.duckdb.lock"}


def test_a_demonstration_is_replaced_and_readers_see_the_new_one(tmp_path, capsys):
    file = tmp_path / "demonstration.duckdb"
    url = f"duckdb:///{file}"
    imported(database.create(url), "demonstration")
    version = database.data_version(url)
    make(url)
    assert database.data_version(url) != version
    assert rows_in(cases, url) > 250_000
    assert {path.name for path in tmp_path.iterdir()} == {"demonstration.duckdb", "demonstration.duckdb.lock"}
    assert "20231130" in capsys.readouterr().err


@pytest.fixture
def server(postgresql_url):
    """A server without a row, and again afterwards."""
    engine = database.create(postgresql_url)
    for moment in ("before", "after"):
        with engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
        if moment == "before":
            yield engine
    engine.dispose()


def test_a_server_gets_the_same_rows(server, postgresql_url, demonstration_url):
    make(postgresql_url, force=True)
    assert content_hash(server) == content_hash(create_engine(demonstration_url, connect_args={"read_only": True}))


def test_readers_of_a_server_see_the_old_rows_until_all_new_ones_are_there(server, postgresql_url, monkeypatch):
    imported(server, "demonstration")
    seen = []

    def interrupted(connection, seed):
        def look(part):
            if part in TABLES:
                seen.append([rows_in(table, postgresql_url) for table in (loads, cases)])
            if part == TABLES[-1]:
                raise KeyboardInterrupt

        return build(connection, seed, look)

    monkeypatch.setattr(command, "build", interrupted)
    with pytest.raises(KeyboardInterrupt):
        make(postgresql_url)
    assert seen == [[1, 0]] * len(TABLES)
    assert [rows_in(table, postgresql_url) for table in (loads, cases)] == [1, 0]


def test_nothing_is_built_while_an_import_runs(server, postgresql_url, tmp_path):
    for url in (postgresql_url, f"duckdb:///{tmp_path / 'demonstration.duckdb'}"):
        with claim(url), pytest.raises(IntakeError):
            make(url)
    assert rows_in(cases, postgresql_url) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["demonstration.duckdb.lock"]
