"""Where the faults happen: a file and a server of their own, which tests may stop and break."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cockpit import i18n
from tests.faults import facts
from tests.faults.server import Server


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    i18n.use("en")
    yield
    i18n.use("zh")


@pytest.fixture
def file_url(tmp_path) -> str:
    (tmp_path / "data").mkdir()
    return f"duckdb:///{tmp_path / 'data' / 'facts.duckdb'}"


@pytest.fixture
def plan(tmp_path) -> Path:
    return facts.plan(tmp_path)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL that can be stopped and started."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        own = Server(Path(folder))
        yield own
        own.end()
