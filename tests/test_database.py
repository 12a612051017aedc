"""Bad days of a database end in a sentence; a replaced file is read whole, and never old rows under a new label."""

import os
import shutil
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import func, select

from cockpit import database
from cockpit.errors import DatabaseError
from queries.tables import areas, cases, loads
from tests.rows import Rows

COUNT = select(func.count().label("n")).select_from(cases)


def ask(url: str) -> int:
    return int(database.fetch(COUNT, url)["n"].item())


@pytest.fixture
def empty(tmp_path) -> Path:
    file = tmp_path / "facts.duckdb"
    database.create(f"duckdb:///{file}").dispose()
    return file


# --- bad days ---------------------------------------------------------------------------------------------------------


def test_a_database_that_is_not_there_is_named_with_the_next_step(tmp_path):
    url = f"duckdb:///{tmp_path / 'nowhere.duckdb'}"
    for question in (ask, database.data_version):
        with pytest.raises(DatabaseError, match=r"no database at .*nowhere\.duckdb.*python -m cockpit sample"):
            question(url)
    assert not (tmp_path / "nowhere.duckdb").exists()


HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


def test_a_file_that_another_program_writes_is_locked_until_it_ends(empty):
    url = f"duckdb:///{empty}"
    command = [sys.executable, "-c", HOLD, str(empty)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(DatabaseError, match=r"facts\.duckdb is locked: another program"):
            ask(url)
        other.stdin.close()
        other.wait(20)
    assert ask(url) == 0


@pytest.mark.parametrize("name", ["text.duckdb", "locked.duckdb"])
def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path, name):
    (tmp_path / name).write_text("这不是数据库\n" * 1000, encoding="utf-8")
    with pytest.raises(DatabaseError, match=rf"{name} is not a DuckDB database"):
        ask(f"duckdb:///{tmp_path / name}")


def test_a_folder_is_no_database(tmp_path):
    with pytest.raises(DatabaseError, match="is not a DuckDB database"):
        ask(f"duckdb:///{tmp_path}")


def test_a_database_of_an_old_version_is_named_with_what_it_lacks(empty):
    with duckdb.connect(str(empty)) as old:
        old.execute("ALTER TABLE cases DROP COLUMN reopened_at")
        old.execute("DROP TABLE rejects")
    with pytest.raises(DatabaseError, match=r"another version of the cockpit: rejects, cases\.reopened_at is missing"):
        ask(f"duckdb:///{empty}")


def test_a_database_of_others_is_not_taken_for_ours(tmp_path):
    with duckdb.connect(str(tmp_path / "other.duckdb")) as other:
        other.execute("CREATE TABLE customers (id INTEGER)")
    with pytest.raises(DatabaseError, match="holds no tables of the cockpit"):
        ask(f"duckdb:///{tmp_path / 'other.duckdb'}")


def test_a_server_that_does_not_answer_is_named_without_the_password():
    with pytest.raises(DatabaseError, match=r"127\.0\.0\.1:1/cockpit does not answer") as problem:
        ask("postgresql+psycopg://cockpit:geheim@127.0.0.1:1/cockpit")
    assert "geheim" not in str(problem.value)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "is not a database URL"),
        ("data.duckdb", "is not a database URL"),
        ("oracle://scott@host/x", "starts with 'oracle'; expected duckdb, postgresql"),
        ("sqlite:///x.db", "starts with 'sqlite'"),
    ],
)
def test_an_address_that_cannot_be_one_is_named(url, said):
    with pytest.raises(DatabaseError, match=said):
        ask(url)


def test_the_plain_name_of_an_engine_means_its_driver():
    assert database.parse("postgresql://u@h/x").drivername == "postgresql+psycopg"


def test_after_a_bad_day_the_same_process_reads_again(empty, tmp_path):
    target = tmp_path / "later.duckdb"
    url = f"duckdb:///{target}"
    target.write_text("nothing")
    with pytest.raises(DatabaseError):
        ask(url)
    target.unlink()
    with pytest.raises(DatabaseError):
        ask(url)
    shutil.copy(empty, target)
    assert ask(url) == 0


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("duckdb:///{folder}/none/x.duckdb", r"x\.duckdb cannot be made: there must be a folder .*none"),
        ("duckdb:///{folder}/text.duckdb", r"text\.duckdb is not a DuckDB database"),
        ("postgresql://u:geheim@127.0.0.1:1/x", r"127\.0\.0\.1:1/x does not answer"),
    ],
)
def test_what_cannot_be_written_is_named(tmp_path, url, said):
    (tmp_path / "text.duckdb").write_text("这不是数据库\n" * 1000, encoding="utf-8")
    with pytest.raises(DatabaseError, match=said) as problem:
        database.create(url.format(folder=tmp_path))
    assert "geheim" not in str(problem.value)


# --- versions ---------------------------------------------------------------------------------------------------------


def test_readers_cannot_write(empty):
    with database.connect(f"duckdb:///{empty}") as connection, pytest.raises(Exception, match="read-only"):
        connection.execute(cases.delete())


def test_an_import_is_a_new_version_on_every_engine(database_with_load):
    url, add = database_with_load
    before = database.data_version(url)
    assert database.data_version(url) == before
    add()
    assert database.data_version(url) != before


@pytest.fixture(params=["file", "server"])
def database_with_load(request, tmp_path):
    """A database and a way to import something into it, as each kind of engine does it."""
    row = Rows().row("loads", load_id="new", loaded_at=datetime(2023, 12, 2))
    if request.param == "server":
        url = request.getfixturevalue("postgresql_url")
        engine = database.create(url)

        def add() -> None:
            with engine.begin() as connection:
                connection.execute(loads.insert(), [row])

        yield url, add
        with engine.begin() as connection:
            connection.execute(loads.delete())
        engine.dispose()
        return
    file = tmp_path / "facts.duckdb"
    database.create(f"duckdb:///{file}").dispose()

    def replace() -> None:
        copy = file.with_suffix(".new")
        shutil.copy(file, copy)
        engine = database.create(f"duckdb:///{copy}")
        with engine.begin() as connection:
            connection.execute(loads.insert(), [row])
        engine.dispose()
        os.replace(copy, file)

    yield f"duckdb:///{file}", replace


ROWS, REPLACED, READERS, PATIENCE = 500, 20, 4, 20


def numbered(base: Path, number: int) -> Path:
    """A copy of the file in which every row says the number of its version."""
    copy = base.with_suffix(f".{number}")
    shutil.copy(base, copy)
    with duckdb.connect(str(copy)) as connection:
        rows = f"SELECT i, 'street', i, {number} FROM range({ROWS}) numbers(i)"
        connection.execute(f"INSERT INTO areas (area_id, level, name, population) {rows}")
    return copy


def test_under_load_nobody_reads_half_a_file_or_old_rows_under_a_new_label(empty, tmp_path):
    """Readers take the label first and the rows after it, as the cache does, while the file is replaced."""
    target = tmp_path / "live.duckdb"
    url, versions, seen, problems = f"duckdb:///{target}", {}, [], []
    done = threading.Event()

    def publish(number: int) -> None:
        copy = numbered(empty, number)
        versions[database.data_version(f"duckdb:///{copy}")] = number
        os.replace(copy, target)

    def read() -> None:
        while not done.is_set():
            label = database.data_version(url)
            try:
                with database.connect(url) as connection:
                    found = [number for (number,) in connection.execute(select(areas.c.population))]
                    done.wait(0.005)  # a slow reader: others come while its connection is open
                seen.append((label, len(found), min(found), max(found)))
            except Exception as problem:
                problems.append(problem)

    publish(0)
    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    for number in range(1, REPLACED + 1):
        publish(number)
    deadline = time.monotonic() + PATIENCE
    while not (seen and seen[-1][2] == REPLACED) and not problems and time.monotonic() < deadline:
        done.wait(0.01)
    done.set()
    for reader in readers:
        reader.join(30)
    assert problems == []
    assert {n for _, n, _, _ in seen} == {ROWS}
    assert [row for row in seen if row[2] != row[3]] == []
    assert [row for row in seen if row[2] < versions[row[0]]] == []
    assert seen[-1][2] == REPLACED


# --- answers ----------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["file", "server"])
def filled(request, tmp_path):
    """The address of a database with two cases."""
    url = (
        f"duckdb:///{tmp_path / 'two.duckdb'}" if request.param == "file" else request.getfixturevalue("postgresql_url")
    )
    engine = database.create(url)
    rows = Rows().read("cases", "amount_paid  street\n12.50  西乡街道\n-  -")
    with engine.begin() as connection:
        connection.execute(cases.delete())
        connection.execute(cases.insert(), rows)
    engine.dispose()
    yield url
    if request.param == "server":  # it is shared
        with engine.begin() as connection:
            connection.execute(cases.delete())
        engine.dispose()


def test_an_answer_without_rows_has_its_columns(filled):
    nothing = select(cases.c.case_id, cases.c.street).where(cases.c.street == "别处")
    assert list(database.fetch(nothing, filled).columns) == ["case_id", "street"]


def test_money_comes_as_numbers(filled):
    frame = database.fetch(select(cases.c.amount_paid, cases.c.amount_waived, cases.c.lon), filled)
    assert [str(kind) for kind in frame.dtypes] == ["float64"] * 3  # two of them without a single value
    assert frame["amount_paid"].sum() == 12.5
