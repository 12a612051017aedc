"""Versions: every publish is one, an older one can be read and brought back, and a kill never leaves half of one."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from cockpit import clock, database, headline, i18n, version_list, versions
from cockpit.__main__ import cli
from cockpit.errors import AlreadyLoaded, DatabaseError, IntakeError
from cockpit.intake import run
from cockpit.intake.publishing import keep
from cockpit.intake.publishing.claim import claim
from cockpit.settings import settings
from queries.tables import complaints, loads, metadata
from tests.conftest import PROJECT
from tests.intake.files import HEADER, as_csv, invented, row, rows_of, take

DATA = [name for name in metadata.tables if name != "versions"]


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    i18n.use("en")
    yield
    i18n.use("zh")
    versions.look_at(None)
    settings.cache_clear()


@pytest.fixture(params=["file", "server"])
def url(request, tmp_path) -> str:
    """Each engine in turn, without a row."""
    if request.param == "file":
        return f"duckdb:///{tmp_path / 'facts.duckdb'}"
    server = request.getfixturevalue("postgresql_url")
    writer = database.create(server)
    with writer.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.delete())
    writer.dispose()
    keep.forget(server)
    return server


def state(url: str) -> dict[str, list[tuple]]:
    return {name: rows_of(url, name) for name in DATA}


def test_every_publish_is_a_version(tmp_path, url):
    before = clock.now()
    take(tmp_path, url, [row(), row(编号="A2", 办结时间="", 状态="在办")], by="王芳")
    take(tmp_path, url, [row(编号="A2"), row(编号="A3"), row(编号="")])
    second, first = versions.listed(url)
    assert (first.number, first.published_by, first.kind, first.added, first.changed) == (1, "王芳", "import", 2, 0)
    assert before <= first.published_at <= second.published_at <= clock.now()
    assert (second.number, second.added, second.changed, second.kept) == (2, 1, 1, True)
    (file,) = second.files
    assert (file["file"], file["mapping"], file["table"]) == ("file.csv", "mapping", "complaints")
    assert [second.sum(what) for what in ("read", "kept", "rejected", "superseded")] == [3, 2, 1, 0]
    assert first.measures["complaints"]["received"] == 2
    assert first.change["complaints"]["received"] == 2
    assert second.change["complaints"] == {"received": 1, "closed": 2, "pending": -1}
    assert [load.version for load in _loads(url)] == [1, 2]


def _loads(url: str) -> list:
    with database.connect(url) as connection:
        return list(connection.execute(select(loads).order_by(loads.c.loaded_at)))


def test_the_headline_measures_are_those_of_the_pages(tmp_path, url):
    take(tmp_path, url, [row(), row(编号="A2", 办结时间="2023-11-11 09:00")])
    (only,) = versions.listed(url)
    asked = headline.headline(lambda question, *arguments: database.fetch(question(*arguments), url))
    assert only.measures == asked
    assert only.measures["complaints"]["median_days"] == pytest.approx((1.625 + 10) / 2)


def test_an_older_version_is_read_as_it_was(tmp_path, url):
    take(tmp_path, url, [row()])
    then = state(url)
    take(tmp_path, url, [row(街道="福永街道"), row(编号="A2")])
    old = versions.url_of(url, 1)
    assert state(old) == then
    assert versions.url_of(url, 2) == url
    assert rows_of(url, "complaints", "complaint_id", "street") == [("A1", "福永街道"), ("A2", "西乡街道")]
    assert database.data_version(old) != database.data_version(url)


def test_a_rollback_brings_a_version_back_as_a_new_one(tmp_path, url):
    take(tmp_path, url, [row(), row(编号="")])
    then, measures = state(url), versions.listed(url)[0].measures
    take(tmp_path, url, [row(街道="福永街道"), row(编号="A2")])
    wrong, known = state(url), database.data_version(url)
    assert versions.rollback(url, 1, "李强") == 3
    assert state(url) == then
    newest, undone, _first = versions.listed(url)
    assert (newest.kind, newest.restores, newest.published_by, newest.measures) == ("rollback", 1, "李强", measures)
    assert undone.files[0]["kept"] == 2, "what was taken back stays in the list"
    assert database.data_version(url) != known
    assert versions.rollback(url, 2) == 4
    assert state(url) == wrong
    assert [one.number for one in versions.listed(url)] == [4, 3, 2, 1]


def test_what_was_taken_back_can_be_loaded_again(tmp_path, url):
    take(tmp_path, url, [row()])
    take(tmp_path, url, [row(编号="A2")])
    with pytest.raises(AlreadyLoaded):
        take(tmp_path, url, [row(编号="A2")])
    versions.rollback(url, 1)
    assert take(tmp_path, url, [row(编号="A2")]).added == 1


def test_only_the_newest_are_kept(tmp_path, url, monkeypatch):
    monkeypatch.setenv("COCKPIT_VERSIONS", "3")
    settings.cache_clear()
    for number in range(5):
        take(tmp_path, url, [row(编号=f"A{number}")])
    assert [(one.number, one.kept) for one in versions.listed(url)] == [
        (5, True), (4, True), (3, True), (2, False), (1, False),
    ]  # fmt: skip
    assert database.versions_kept(url) == {3, 4, 5}
    for number in (2, 9, 0):
        with pytest.raises(DatabaseError, match=f"Version {number} of the data is not kept. Kept are: 3, 4, 5"):
            versions.rollback(url, number)
    with pytest.raises(IntakeError, match="what readers see already"):
        versions.rollback(url, 5)
    assert len(rows_of(versions.url_of(url, 3), "complaints")) == 3


def test_there_is_no_version_before_the_first(tmp_path, url):
    database.create(url).dispose()
    assert versions.listed(url) == []
    with pytest.raises(DatabaseError, match="there is none yet"):
        versions.url_of(url, 1)


def test_several_files_are_one_version(tmp_path, url):
    take(tmp_path, url, [row()])
    from cockpit import intake

    prepared = []
    for name, rows in {"one": [row(编号="A2")], "two": [row(编号="A2", 人数="7"), row(编号="A3")]}.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"{name}.csv").write_text(as_csv([HEADER, *rows]), "utf-8")
        prepared += intake.prepare(folder / f"{name}.csv", tmp_path / "mapping.toml", url, folder, name="热线")
    result = intake.publish(url, prepared)
    assert (result.version, result.read, result.kept, result.added, result.changed) == (2, 3, 3, 2, 1)
    assert rows_of(url, "complaints", "complaint_id", "people_count") == [("A1", 3), ("A2", 7), ("A3", 3)]
    newest = versions.listed(url)[0]
    assert [(file["file"], file["mapping"]) for file in newest.files] == [("one.csv", "热线"), ("two.csv", "热线")]
    with pytest.raises(AlreadyLoaded):
        intake.publish(url, prepared)


def test_a_publish_that_fails_half_way_changes_nothing(tmp_path, url):
    from cockpit import intake

    take(tmp_path, url, [row()])
    before, list_before = state(url), rows_of(url, "versions")
    (tmp_path / "two.csv").write_text(as_csv([HEADER, row(编号="A2")]), "utf-8")
    (tmp_path / "work").mkdir()
    prepared = intake.prepare(tmp_path / "two.csv", tmp_path / "mapping.toml", url, tmp_path / "work")

    def cancel(stage: str, done: int, total: int | None) -> None:
        if stage == "publishing" and done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        intake.publish(url, prepared, progress=cancel)
    assert (state(url), rows_of(url, "versions")) == (before, list_before)
    assert database.versions_kept(url) == {1}
    assert intake.publish(url, prepared).version == 2


def test_real_data_replace_the_demonstration_which_can_come_back(tmp_path, url):
    invented(url)
    shown = state(url)
    with pytest.raises(IntakeError, match="--replace-demonstration"):
        take(tmp_path, url, [row()])
    result = take(tmp_path, url, [row()], replace=True)
    assert (result.version, result.added) == (2, 1)
    assert rows_of(url, "complaints", "complaint_id") == [("A1",)]
    assert [load.load_id for load in _loads(url)] == [result.load_id]
    _second, first = versions.listed(url)
    assert (first.kind, first.kept, first.added, first.measures["complaints"]["received"]) == (
        "demonstration", True, 1, 1,
    )  # fmt: skip
    assert take(tmp_path, url, [row(编号="A2")], replace=True).added == 1
    assert len(rows_of(url, "complaints")) == 2, "real data are never replaced"
    versions.rollback(url, 1)
    assert state(url) == shown


def test_the_list_of_a_demonstration_that_was_replaced_begins_with_it(tmp_path, url):
    invented(url)
    for _week in range(2):
        with claim(url, demonstration=True) as folder, keep.draft(url, folder, "invented", "import"):
            pass
    assert take(tmp_path, url, [row()], replace=True).version == 3
    assert [(one.number, one.kind, one.kept) for one in versions.listed(url)] == [
        (3, "import", True), (2, "demonstration", True),
    ]  # fmt: skip
    assert rows_of(versions.url_of(url, 2), "complaints", "complaint_id") == [("D1",)]


# --- a file -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def file_url(tmp_path) -> str:
    return f"duckdb:///{tmp_path / 'facts.duckdb'}"


def test_a_version_is_a_second_name_and_takes_no_room(tmp_path, file_url):
    take(tmp_path, file_url, [row()])
    assert (tmp_path / "facts.duckdb").samefile(tmp_path / "facts.versions" / "0001.duckdb")
    take(tmp_path, file_url, [row(编号="A2")])
    assert not (tmp_path / "facts.duckdb").samefile(tmp_path / "facts.versions" / "0001.duckdb")


def test_where_there_are_no_links_versions_are_copies(tmp_path, file_url, monkeypatch):
    def no_links(*_paths: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", no_links)
    take(tmp_path, file_url, [row()])
    take(tmp_path, file_url, [row(编号="A2")])
    assert database.versions_kept(file_url) == {1, 2}
    assert rows_of(versions.url_of(file_url, 1), "complaints", "complaint_id") == [("A1",)]


def test_a_version_whose_second_name_is_missing_gets_it_before_the_next(tmp_path, file_url):
    """So it is after a kill between the two names, and when a backup was put in place of the file."""
    take(tmp_path, file_url, [row()])
    shutil.rmtree(tmp_path / "facts.versions")
    assert versions.listed(file_url)[0].kept, "it is what everybody reads"
    take(tmp_path, file_url, [row(编号="A2")])
    assert rows_of(versions.url_of(file_url, 1), "complaints", "complaint_id") == [("A1",)]


def test_a_version_that_the_database_does_not_know_is_no_version(tmp_path, file_url):
    take(tmp_path, file_url, [row()])
    shutil.copy(tmp_path / "facts.duckdb", tmp_path / "facts.versions" / "0002.duckdb")
    shutil.copy(tmp_path / "facts.duckdb", tmp_path / "facts.versions" / "0007.duckdb")
    with pytest.raises(DatabaseError, match="Kept are: 1"):
        versions.url_of(file_url, 7)
    take(tmp_path, file_url, [row(编号="A2")])
    assert database.versions_kept(file_url) == {1, 2}
    assert len(rows_of(file_url, "complaints")) == 2


def test_versions_without_a_database_are_not_lost(tmp_path, file_url):
    for number in range(2):
        take(tmp_path, file_url, [row(编号=f"A{number}")])
    (tmp_path / "facts.duckdb").unlink()
    with pytest.raises(IntakeError, match=r"facts\.versions"):
        take(tmp_path, file_url, [row()])
    shutil.copy(tmp_path / "facts.versions" / "0002.duckdb", tmp_path / "facts.duckdb")
    assert take(tmp_path, file_url, [row(编号="B")]).version == 3


def test_a_database_of_before_gets_what_the_import_writes_now(tmp_path, file_url):
    writer = database.create(file_url)
    with writer.begin() as connection:
        for table in ("versions", "history", "flags", "load_fields", "area_aliases"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        for column in ("mapping", "mapping_text", "version"):
            connection.exec_driver_sql(f"ALTER TABLE loads DROP COLUMN {column}")
        connection.exec_driver_sql("ALTER TABLE rejects DROP COLUMN record")
        connection.exec_driver_sql("ALTER TABLE rejects DROP COLUMN corrected_by")
    writer.dispose()
    assert take(tmp_path, file_url, [row()]).version == 1
    assert [one.number for one in versions.listed(file_url)] == [1]


def test_a_version_that_nobody_can_read_any_more_is_closed(tmp_path, file_url, monkeypatch):
    """An open file would hold its room on the disk until the server ends."""
    monkeypatch.setenv("COCKPIT_VERSIONS", "1")
    settings.cache_clear()
    take(tmp_path, file_url, [row()])
    old = database.version_url(file_url, 1)
    assert len(rows_of(old, "complaints")) == 1
    take(tmp_path, file_url, [row(编号="A2")])
    assert len(rows_of(file_url, "complaints")) == 2
    held = [path.resolve() for path in Path("/proc/self/fd").iterdir() if path.exists()]
    assert not [path for path in held if "(deleted)" in str(path) and str(tmp_path) in str(path)]


# --- a server ---------------------------------------------------------------------------------------------------------


def test_readers_of_a_server_see_before_or_after(tmp_path, postgresql_url):
    writer = database.create(postgresql_url)
    with writer.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.delete())
    writer.dispose()
    take(tmp_path, postgresql_url, [row(编号=f"A{i}") for i in range(3)])
    take(tmp_path, postgresql_url, [row(编号="B")])
    counted = select(func.count()).select_from(complaints)
    with claim(postgresql_url) as folder, keep.draft(postgresql_url, folder, "-", "rollback", 1, 1) as draft:
        assert draft.connection.scalar(counted) == 3
        with database.connect(postgresql_url) as reader:
            assert reader.scalar(counted) == 4
    with database.connect(postgresql_url) as reader:
        assert reader.scalar(counted) == 3


# --- the command line -------------------------------------------------------------------------------------------------


def command(*arguments: str) -> str:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_line_lists_shows_and_brings_back(tmp_path, url, monkeypatch):
    monkeypatch.setenv("COCKPIT_DATABASE_URL", url)
    settings.cache_clear()
    take(tmp_path, url, [row()])
    take(tmp_path, url, [row(编号="A2"), row(编号="")])
    second, first = json.loads(command("versions", "--format", "json"))
    assert (first["version"], first["kind"], first["complaints.received"], first["available"]) == (1, "import", 1, True)
    assert (second["files"], second["mappings"], second["read"], second["rejected"]) == ("file.csv", "mapping", 2, 1)
    assert "complaints.received +1" in second["change"]
    assert len(command("versions", "--format", "csv").splitlines()) == 3
    (shown,) = json.loads(command("measure", "received", "--version", "1", "--format", "json"))
    assert shown["value"] == 1
    versions.look_at(None)
    assert "as version 3" in command("rollback", "1")
    (shown,) = json.loads(command("measure", "received", "--format", "json"))
    assert shown["value"] == 1
    assert version_list.kind(versions.listed(url)[0]) == "Rollback to version 1"


def test_the_list_is_told_in_words(tmp_path, file_url):
    take(tmp_path, file_url, [row()])
    take(tmp_path, file_url, [row(编号="A2", 办结时间="2023-11-13 09:00")])
    newest = versions.listed(file_url)[0]
    assert version_list.phrases(newest.change)[:2] == ["Complaints Number received +1", "Complaints Number closed +1"]
    assert "Complaints Median days to close +5.2 days" in version_list.phrases(newest.change)
    i18n.use("zh")
    said = version_list.records(file_url, spoken=True)[0]
    assert said["方式"] == "导入"


def test_the_import_command_takes_the_same_file_only_when_told(tmp_path, file_url, monkeypatch):
    monkeypatch.setenv("COCKPIT_DATABASE_URL", file_url)
    settings.cache_clear()
    take(tmp_path, file_url, [row()])
    arguments = ("import", str(tmp_path / "file.csv"), "--mapping", str(tmp_path / "mapping.toml"))
    assert isinstance(CliRunner().invoke(cli, arguments).exception, AlreadyLoaded)
    said = command(*arguments, "--again")
    assert "Version 2 of the data: 0 records added, 0 changed" in said


def test_a_real_file_is_a_version_too(boston_url):
    (only,) = versions.listed(boston_url)
    assert (only.number, only.added, only.sum("read")) == (1, 50_000, 50_000)
    assert (PROJECT / "sample_data" / "mappings" / f"{only.files[0]['mapping']}.toml").exists()


def test_a_draft_that_nobody_fills_changes_nothing_but_the_list(tmp_path, url):
    take(tmp_path, url, [row()])
    before = state(url)
    with claim(url) as folder, keep.draft(url, folder, "王芳", "aliases"):
        pass
    assert state(url) == before
    assert [one.kind for one in versions.listed(url)] == ["aliases", "import"]
    with pytest.raises(AlreadyLoaded):
        run(tmp_path / "file.csv", tmp_path / "mapping.toml", url)
