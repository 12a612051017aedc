"""The state database is made on first use, shared by processes, and every bad day of it ends in a sentence."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, inspect, select

from cockpit import database, state
from cockpit.errors import DatabaseError
from cockpit.settings import settings
from queries.tables import metadata as facts

PROJECT = Path(__file__).resolve().parent.parent


# --- where it is ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "beside"),
    [
        ("duckdb:////srv/cockpit/data.duckdb", "sqlite:////srv/cockpit/data.state.sqlite"),
        ("duckdb:///data.duckdb", "sqlite:///data.state.sqlite"),
        ("duckdb:////srv/data.v2", "sqlite:////srv/data.v2.state.sqlite"),
        ("duckdb:///:memory:", "sqlite:///state.sqlite"),
        ("postgresql+psycopg://u:p@host/facts", "sqlite:///state.sqlite"),
    ],
)
def test_without_a_setting_it_is_beside_the_data(given, beside):
    assert state.default(given) == beside


def test_the_setting_says_where(monkeypatch, tmp_path):
    monkeypatch.setenv("COCKPIT_STATE_URL", f"sqlite:///{tmp_path / 'elsewhere.sqlite'}")
    settings.cache_clear()
    with state.begin():
        pass
    settings.cache_clear()
    assert (tmp_path / "elsewhere.sqlite").is_file()


def test_facts_do_not_get_its_tables_nor_it_theirs(state_url):
    with state.begin(state_url) as connection:
        assert set(inspect(connection).get_table_names()) == set(state.metadata.tables)
    assert not set(state.metadata.tables) & set(facts.tables)


def test_the_demonstration_keeps_its_state_out_of_version_control():
    names = ["sample_data/demonstration.state.sqlite", "sample_data/demonstration.state.sqlite-wal", "state.sqlite"]
    ignored = subprocess.run(["git", "check-ignore", *names], cwd=PROJECT, capture_output=True, text=True)
    if ignored.returncode == 128:
        pytest.skip("not a checkout of git")
    assert ignored.stdout.split() == names


# --- what it does -----------------------------------------------------------------------------------------------------


def test_what_failed_half_way_was_not_written(state_url):
    def half():
        with state.begin(state_url) as connection:
            connection.execute(state.about.insert().values(version=1))
            raise KeyError("half way")

    with pytest.raises(KeyError):
        half()
    with state.begin(state_url) as connection:
        assert connection.scalar(select(func.count()).select_from(state.about)) == 1


WRITE = """
import sys
from cockpit import state
for _ in range(40):
    with state.begin(sys.argv[1]) as connection:
        found = connection.scalar(state.select(state.func.max(state.about.c.version)))
        n = connection.scalar(state.select(state.func.count()).select_from(state.about))
        connection.execute(state.about.insert().values(version=state.VERSION - n))
"""


def test_processes_that_write_at_once_from_the_first_use_on_lose_nothing(state_url):
    """Each reads, then writes what it read: a lost update would leave a number twice."""
    processes = [subprocess.Popen([sys.executable, "-c", WRITE, state_url], cwd=PROJECT) for _ in range(3)]
    assert [process.wait(120) for process in processes] == [0, 0, 0]
    with state.begin(state_url) as connection:
        written = sorted(state.VERSION - n for n in connection.scalars(select(state.about.c.version)))
    assert written == list(range(3 * 40 + 1))


def test_a_reader_in_another_program_does_not_stop_a_writer(tmp_path):
    url = f"sqlite:///{tmp_path / 'state.sqlite'}"
    with state.begin(url):
        pass
    other = sqlite3.connect(tmp_path / "state.sqlite")
    other.execute("BEGIN")
    other.execute("SELECT * FROM cockpit_state").fetchall()
    with state.begin(url) as connection:
        connection.execute(state.about.insert().values(version=0))
    other.close()


# --- bad days ---------------------------------------------------------------------------------------------------------


def refused(url: str) -> str:
    with pytest.raises(DatabaseError) as problem, state.begin(url):
        pass
    assert "\n" not in str(problem.value)
    return str(problem.value)


def test_one_of_a_newer_version_is_left_alone(state_url):
    with state.begin(state_url) as connection:
        connection.execute(state.about.update().values(version=state.VERSION + 1))
    assert f"is of version {state.VERSION + 1}, and this cockpit knows version {state.VERSION}" in refused(state_url)


def test_a_database_of_facts_is_refused_and_not_changed(postgresql_url):
    database.create(postgresql_url).dispose()
    assert "holds facts" in refused(postgresql_url)
    engine = create_engine(postgresql_url)
    assert not set(inspect(engine).get_table_names()) & set(state.metadata.tables)
    engine.dispose()


def test_a_file_that_is_no_database(tmp_path):
    (tmp_path / "state.sqlite").write_text("这不是数据库\n" * 1000, encoding="utf-8")
    assert "state.sqlite is not a state database" in refused(f"sqlite:///{tmp_path / 'state.sqlite'}")


def test_a_folder_that_is_not_there_is_named(tmp_path):
    said = refused(f"sqlite:///{tmp_path / 'nowhere' / 'state.sqlite'}")
    assert f"There must be a folder {tmp_path / 'nowhere'} that this user may write to" in said
    assert not (tmp_path / "nowhere").exists()


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """To root nothing is read-only."""
    before = os.geteuid()
    os.seteuid(before or 65534)
    yield
    os.seteuid(before)


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_that_may_only_be_read_is_named(there, request):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'state.sqlite'}"
        if there:
            with state.begin(url):
                pass
            (folder / "state.sqlite").chmod(0o444)
        folder.chmod(0o555)
        request.getfixturevalue("ordinary_user")
        said = refused(url)
        os.seteuid(os.getuid())
        folder.chmod(0o755)
    assert "cannot be written" in said
    assert f"a folder {folder} that this user may write to" in said


def test_one_that_another_program_holds_is_locked(tmp_path, monkeypatch):
    monkeypatch.setattr(state, "PATIENCE", 0.2)
    url = f"sqlite:///{tmp_path / 'state.sqlite'}"
    with state.begin(url):
        pass
    other = sqlite3.connect(tmp_path / "state.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert "state.sqlite is locked" in refused(url)
    other.close()
    with state.begin(url):
        pass


def test_a_server_that_does_not_answer_is_named_without_the_password():
    said = refused("postgresql+psycopg://cockpit:geheim@127.0.0.1:1/state")
    assert "127.0.0.1:1/state cannot be used: " in said
    assert "geheim" not in said


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("state.sqlite", "is not a database URL"),
        ("//cockpit:geheim@host", "is not a database URL"),
        ("sqlite://", "expected a file of sqlite or postgresql"),
        ("sqlite:///:memory:", "expected a file of sqlite or postgresql"),
        ("duckdb:///x.duckdb", "expected a file of sqlite or postgresql"),
        ("mysql://cockpit:geheim@host/x", r"expected a file of sqlite or postgresql"),
    ],
)
def test_an_address_that_cannot_be_one(url, said):
    found = refused(url)
    assert said in found
    assert "geheim" not in found
