"""Where the imports of these tests go: a DuckDB file and a PostgreSQL server, both empty."""

from collections.abc import Iterator

import pytest

from cockpit import database, i18n
from queries.tables import metadata


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    i18n.use("en")
    yield
    i18n.use("zh")


@pytest.fixture
def file_url(tmp_path) -> str:
    return f"duckdb:///{tmp_path / 'facts.duckdb'}"


@pytest.fixture(params=["duckdb", "postgresql"])
def url(request) -> str:
    """Each engine in turn, without a row."""
    if request.param == "duckdb":
        return request.getfixturevalue("file_url")
    server = request.getfixturevalue("postgresql_url")
    writer = database.create(server)
    with writer.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.delete())
    writer.dispose()
    return server
