"""``python -m cockpit sample`` builds whole databases and never writes over real data."""

import pandas as pd
import pytest
from sqlalchemy import create_engine, func, select

from cockpit import bulk, database
from cockpit.errors import DatabaseError
from queries.tables import cases, loads, metadata
from sample_data import content_hash
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
    bulk.write(engine, loads, pd.DataFrame([row | counts]))


def test_a_database_with_imported_data_is_left_alone(tmp_path):
    file = tmp_path / "real.duckdb"
    url = f"duckdb:///{file}"
    imported(database.create(url), "2023-11")
    before = file.read_bytes()
    with pytest.raises(DatabaseError, match=r"real\.duckdb"):
        make(url)
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["real.duckdb"]


def test_a_demonstration_is_replaced_and_readers_see_the_new_one(tmp_path, capsys):
    file = tmp_path / "demonstration.duckdb"
    url = f"duckdb:///{file}"
    imported(database.create(url), "demonstration")
    version = database.data_version(url)
    make(url)
    assert database.data_version(url) != version
    assert database.fetch(select(func.count().label("n")).select_from(cases), url)["n"].item() > 250_000
    assert [path.name for path in tmp_path.iterdir()] == ["demonstration.duckdb"]
    assert "20231130" in capsys.readouterr().err


def test_a_server_gets_the_same_rows(postgresql_url, demonstration_url):
    make(postgresql_url, force=True)
    server = database.create(postgresql_url)
    assert content_hash(server) == content_hash(create_engine(demonstration_url, connect_args={"read_only": True}))
    with server.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    server.dispose()
