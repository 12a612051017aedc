"""A database of an earlier cockpit: what it lacks is added, what it holds stays."""

from collections.abc import Iterator

import duckdb
import pytest
from typer.testing import CliRunner

from cockpit import database, versions
from cockpit.__main__ import cli
from cockpit.errors import DatabaseError
from cockpit.intake.publishing import keep
from cockpit.settings import settings
from tests.intake.files import row, rows_of, take


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    versions.look_at(None)
    settings.cache_clear()


@pytest.fixture(autouse=True)
def _nothing_kept(url) -> None:
    keep.forget(url)


def age(url: str) -> None:
    """As an earlier cockpit would have left it, its kept versions too."""
    kept = [database.version_url(url, number) for number in database.versions_kept(url)]
    if database.is_file(database.parse(url)):
        for file in {(file := database.file_of(one)).stat().st_ino: file for one in (url, *kept)}.values():
            with duckdb.connect(str(file)) as old:
                old.execute("ALTER TABLE complaints DROP COLUMN procedure")
                old.execute("DROP TABLE letters")
        return
    writer = database.create(url)
    with writer.begin() as connection:
        for schema in ("public", *(f"version_{number}" for number in database.versions_kept(url))):
            connection.exec_driver_sql(f"ALTER TABLE {schema}.complaints DROP COLUMN procedure")
            connection.exec_driver_sql(f"DROP TABLE {schema}.letters")
    writer.dispose()


def test_an_upgrade_adds_what_is_missing_and_keeps_every_record(tmp_path, url):
    take(tmp_path, url, [row(), row(编号="A2")])
    take(tmp_path, url, [row(编号="A3")])
    before = rows_of(url, "complaints")
    age(url)
    assert database.lacks(url) == ["letters", "complaints.procedure"]
    assert versions.upgrade(url, by="管理员") == 3
    assert rows_of(url, "complaints") == before
    assert rows_of(url, "letters") == []
    assert (versions.listed(url)[0].kind, versions.listed(url)[0].published_by) == ("upgrade", "管理员")
    assert versions.upgrade(url) is None
    assert versions.rollback(url, 1) == 4
    assert [one for (one,) in rows_of(url, "complaints", "complaint_id")] == ["A1", "A2"]


def test_an_import_upgrades_too(tmp_path, url):
    take(tmp_path, url, [row()])
    age(url)
    take(tmp_path, url, [row(编号="A2")])
    assert [one for (one,) in rows_of(url, "complaints", "complaint_id")] == ["A1", "A2"]
    assert rows_of(url, "letters") == []


def test_the_command_upgrades_and_says_so(tmp_path, url, monkeypatch):
    monkeypatch.setenv("COCKPIT_DATABASE_URL", url)
    settings.cache_clear()
    take(tmp_path, url, [row()])
    age(url)
    assert "as version 2" in CliRunner().invoke(cli, ["upgrade"]).output
    assert "Nothing is missing" in CliRunner().invoke(cli, ["upgrade"]).output
    monkeypatch.setenv("COCKPIT_DATABASE_URL", f"duckdb:///{tmp_path / 'none.duckdb'}")
    settings.cache_clear()
    missing = CliRunner().invoke(cli, ["upgrade"])
    assert isinstance(missing.exception, DatabaseError)
