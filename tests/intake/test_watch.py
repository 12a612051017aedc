"""A folder that is watched: what is taken, when, where it goes, and what is said of it."""

import fcntl
import gzip
import io
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cockpit import database, i18n
from cockpit.errors import Busy
from cockpit.intake.inbox import Inbox
from cockpit.intake.publishing.claim import claim
from cockpit.intake.watch import Watch, watch
from queries.tables import areas
from tests.intake.files import HEADER, MAPPING, as_csv, row, rows_of

PROJECT = Path(__file__).resolve().parents[2]
EVERY = 0.1


@pytest.fixture
def inbox(tmp_path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


@pytest.fixture
def plan(tmp_path) -> Path:
    file = tmp_path / "plan.toml"
    file.write_text(MAPPING.format(read="", more=""), "utf-8")
    return file


def csv_of(*ids: str, **changes: str) -> str:
    return as_csv([HEADER, *(row(编号=one, **changes) for one in ids)])


def put(folder: Path, name: str, text: str | bytes, age: float = 60) -> Path:
    """A file that was written some time ago."""
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    os.utime(file, (time.time() - age,) * 2)
    return file


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if not file.name.startswith("."))


def ids(url: str) -> list[str]:
    return [id_ for (id_,) in rows_of(url, "complaints", "complaint_id")]


@contextmanager
def watching(one: Watch) -> Iterator[None]:
    thread = threading.Thread(target=lambda: (i18n.use("en"), one.run(forever=True)))
    thread.start()
    try:
        yield
    finally:
        one.stop.set()
        thread.join(20)
        assert not thread.is_alive()


def until(true, patience: float = 20) -> None:
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_file_is_imported_and_moved_with_its_report(inbox, plan, url):
    put(inbox, "week.csv", csv_of("A1", "A2", ""))
    assert watch(inbox, [plan], url, EVERY, once=True)
    assert ids(url) == ["A1", "A2"]
    assert names(inbox) == ["done", "taking"]
    assert names(inbox / "done") == ["week.csv", "week.csv.report.txt"]
    report = (inbox / "done" / "week.csv.report.txt").read_text("utf-8").splitlines()
    assert report[0].startswith("week.csv · ")
    assert "3 read = 2 kept + 1 rejected + 0 superseded" in report
    assert "Mapping plan.toml" in report
    assert names(inbox / "taking") == []


def test_the_report_speaks_the_language_of_the_setting(inbox, plan, file_url):
    i18n.use("zh")
    put(inbox, "week.csv", csv_of("A1"))
    watch(inbox, [plan], file_url, EVERY, once=True)
    assert "读取 1" in (inbox / "done" / "week.csv.report.txt").read_text("utf-8")


def test_what_cannot_be_imported_goes_to_failed_with_the_next_step(inbox, plan, file_url, capsys):
    put(inbox, "other.csv", "a,b\n1,2\n")
    put(inbox, "good.csv", csv_of("A1"))
    assert not watch(inbox, [plan], file_url, EVERY, once=True)
    assert names(inbox / "failed") == ["other.csv", "other.csv.report.txt"]
    report = (inbox / "failed" / "other.csv.report.txt").read_text("utf-8")
    assert "The mapping does not fit the file. The file has no column '编号'." in report
    assert ids(file_url) == ["A1"]
    assert "other.csv → failed/other.csv: The mapping does not fit" in capsys.readouterr().out


def test_a_damaged_file_holds_up_no_other(inbox, plan, file_url):
    put(inbox, "a.xlsx", b"PK\x03\x04 no workbook", age=90)
    put(inbox, "b.csv.gz", gzip.compress(csv_of("A1").encode())[:-9], age=80)
    put(inbox, "c.csv", csv_of("A2"), age=70)
    watch(inbox, [plan], file_url, EVERY, once=True)
    assert ids(file_url) == ["A2"]
    assert names(inbox / "failed") == ["a.xlsx", "a.xlsx.report.txt", "b.csv.gz", "b.csv.gz.report.txt"]


def test_compressed_files_and_archives_are_taken(inbox, plan, file_url):
    put(inbox, "a.csv.gz", gzip.compress(csv_of("A1").encode()))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("x.csv", csv_of("A2"))
        out.writestr("y.csv", csv_of("A3"))
    put(inbox, "b.zip", archive.getvalue())
    assert watch(inbox, [plan], file_url, EVERY, once=True)
    assert ids(file_url) == ["A1", "A2", "A3"]


def test_hidden_and_partial_files_are_left_alone(inbox, plan, file_url, capsys):
    left = [".x.csv", "~$x.xlsx", "x.csv.part", "x.csv.tmp", "x.crdownload", "x.csv~", "notes.pdf"]
    for name in left:
        put(inbox, name, csv_of("A1"))
    (inbox / "folder.csv").mkdir()
    (inbox / "link.csv").symlink_to(put(inbox.parent, "elsewhere.csv", csv_of("A1")))
    watch(inbox, [plan], file_url, EVERY, once=True)
    assert {*left, "folder.csv", "link.csv"} <= {file.name for file in inbox.iterdir()}
    assert capsys.readouterr().out.count("notes.pdf is left alone") == 1


def test_the_oldest_comes_first(inbox, plan, file_url):
    put(inbox, "a.csv", csv_of("A1", 街道="新安街道"), age=10)
    put(inbox, "b.csv", csv_of("A1", 街道="福永街道"), age=20)
    put(inbox, "c.csv", csv_of("A1", 街道="石岩街道"), age=30)
    watch(inbox, [plan], file_url, EVERY, once=True)
    assert rows_of(file_url, "complaints", "street") == [("新安街道",)]
    assert [name for name, _ in sorted(rows_of(file_url, "loads", "file", "loaded_at"), key=lambda one: one[1])] == [
        "c.csv", "b.csv", "a.csv",
    ]  # fmt: skip


def test_the_first_mapping_whose_columns_are_there_is_taken(inbox, plan, tmp_path, file_url):
    other = tmp_path / "other.toml"
    other.write_text(MAPPING.format(read="", more="").replace('"编号"', '"单号"'), "utf-8")
    put(inbox, "a.csv", csv_of("A1"))
    put(inbox, "b.csv", csv_of("B1").replace("编号", "单号"))
    put(inbox, "c.csv", "x,y\n1,2\n")
    watch(inbox, [other, plan], file_url, EVERY, once=True)
    assert ids(file_url) == ["A1", "B1"]
    assert "Mapping plan.toml" in (inbox / "done" / "a.csv.report.txt").read_text("utf-8")
    assert "Mapping other.toml" in (inbox / "done" / "b.csv.report.txt").read_text("utf-8")
    assert "No mapping fits this file" in (inbox / "failed" / "c.csv.report.txt").read_text("utf-8")


def test_what_is_in_done_already_stays(inbox, plan, file_url):
    for round_, one in enumerate(("A1", "A2", "A3")):
        put(inbox, "week.csv", csv_of(one), age=60 + round_)
        watch(inbox, [plan], file_url, EVERY, once=True)
    assert [name for name in names(inbox / "done") if name.endswith(".csv")] == [
        "week (2).csv", "week (3).csv", "week.csv",
    ]  # fmt: skip
    assert "A1" in (inbox / "done" / "week.csv").read_text("utf-8")
    assert "A3" in (inbox / "done" / "week (3).csv").read_text("utf-8")
    assert ids(file_url) == ["A1", "A2", "A3"]


def test_the_number_stands_before_the_ending(inbox, plan, file_url):
    for one in ("A1", "A2"):
        put(inbox, "2023.11.CSV.gz", gzip.compress(csv_of(one).encode()))
        watch(inbox, [plan], file_url, EVERY, once=True)
    assert names(inbox / "done")[:3] == ["2023.11 (2).CSV.gz", "2023.11 (2).CSV.gz.report.txt", "2023.11.CSV.gz"]


def test_a_name_in_gbk_becomes_text(inbox, plan, file_url):
    (inbox / os.fsdecode("一周.csv".encode("gbk"))).write_text(csv_of("A1"), "utf-8")
    assert watch(inbox, [plan], file_url, EVERY, once=True)
    assert names(inbox / "done") == ["一周.csv", "一周.csv.report.txt"]
    assert rows_of(file_url, "loads", "file") == [("一周.csv",)]


def test_content_that_was_loaded_before_is_done_and_says_so(inbox, plan, file_url):
    put(inbox, "a.csv", csv_of("A1"))
    watch(inbox, [plan], file_url, EVERY, once=True)
    put(inbox, "b.csv", csv_of("A1"))
    assert watch(inbox, [plan], file_url, EVERY, once=True)
    assert len(rows_of(file_url, "loads")) == 1
    report = (inbox / "done" / "b.csv.report.txt").read_text("utf-8").splitlines()
    assert "b.csv was loaded on" in report[1]
    assert report[2] == "1 read = 1 kept + 0 rejected + 0 superseded"


def test_what_was_taken_otherwise_than_it_came_is_said(inbox, plan, file_url):
    writer = database.create(file_url)
    with writer.begin() as connection:
        for id_, level, name, parent in (("1", "district", "宝安区", None), ("2", "street", "西乡街道", "1")):
            connection.execute(areas.insert().values(area_id=id_, level=level, name=name, parent_id=parent))
    writer.dispose()
    put(inbox, "week.csv", csv_of("A1", 街道="西乡"))
    assert watch(inbox, [plan], file_url, EVERY, once=True)
    assert "1 rows wrote their street otherwise" in (inbox / "done" / "week.csv.report.txt").read_text("utf-8")


# --- complete or not --------------------------------------------------------------------------------------------------


def test_a_file_that_grows_is_waited_for(inbox, plan, file_url):
    one = Watch(inbox, [plan], file_url, 0.3)
    text = csv_of(*(f"A{i}" for i in range(12)))
    lines = text.splitlines(keepends=True)
    with watching(one):
        for line in lines:
            with (inbox / "slow.csv").open(
                "a", encoding="utf-8", newline=""
            ) as out:  # closed between, as over a network
                out.write(line)
            time.sleep(0.12)
        until(lambda: (inbox / "done" / "slow.csv").exists())
    assert len(ids(file_url)) == 12
    assert len(rows_of(file_url, "loads")) == 1


def test_a_file_that_somebody_holds_open_for_writing_is_waited_for(inbox, plan, file_url, capsys):
    if not hasattr(fcntl, "F_SETLEASE"):
        pytest.skip("the system has no leases")
    one = Watch(inbox, [plan], file_url, EVERY)
    held = (inbox / "held.csv").open("w", encoding="utf-8", newline="")
    held.write(csv_of("A1"))
    held.flush()
    with watching(one):
        time.sleep(1)
        assert names(inbox) == ["held.csv"]
        held.write(csv_of("A2").partition("\r\n")[2])
        held.close()
        until(lambda: (inbox / "done" / "held.csv").exists())
    assert ids(file_url) == ["A1", "A2"]
    assert capsys.readouterr().out.count("held.csv is still being written") == 1


def test_an_empty_file_is_waited_for_but_not_for_ever(inbox):
    found = Inbox(inbox, print)
    young, old = put(inbox, "young.csv", "", age=5), put(inbox, "old.csv", "", age=3600)
    found.ready()
    assert found.ready() == [old]
    assert young.exists()


def test_a_file_that_comes_anew_while_the_old_one_is_taken_is_taken_next(inbox, plan, file_url):
    found = Inbox(inbox, print)
    file = put(inbox, "week.csv", csv_of("A1"))
    found.ready()
    taken = found.take(found.ready()[0])
    put(inbox, "week.csv", csv_of("A2"))
    found.put_back(taken)
    assert taken.exists(), "the name is taken by the new one"
    assert watch(inbox, [plan], file_url, EVERY, once=True)
    assert ids(file_url) == ["A1", "A2"]
    assert not file.exists()


def test_a_file_that_changed_since_the_look_is_not_taken(inbox):
    found = Inbox(inbox, print)
    file = put(inbox, "week.csv", csv_of("A1"))
    found.ready()
    found.ready()
    put(inbox, "week.csv", csv_of("A1", "A2"))
    assert found.take(file) is None
    assert file.exists()


# --- waiting, and ending ----------------------------------------------------------------------------------------------


def test_two_watches_of_one_folder_say_so(inbox, plan, file_url):
    with watching(Watch(inbox, [plan], file_url, EVERY)):
        until((inbox / ".watch.lock").exists)
        time.sleep(0.2)
        with pytest.raises(Busy, match=str(os.getpid())):
            watch(inbox, [plan], file_url, EVERY, once=True)


def test_it_waits_for_another_import_and_says_so_once(inbox, plan, url, capsys):
    put(inbox, "a.csv", csv_of("A1"))
    with claim(url):
        one = Watch(inbox, [plan], url, EVERY)
        thread = threading.Thread(target=lambda: (i18n.use("en"), one.run(forever=False)))
        thread.start()
        time.sleep(1.5)
        assert names(inbox / "taking") == ["a.csv"]
    thread.join(20)
    assert ids(url) == ["A1"]
    assert capsys.readouterr().out.count("Another import into this database is running") == 1


def test_a_mapping_that_is_broken_meanwhile_holds_up_the_files(inbox, plan, file_url):
    one = Watch(inbox, [plan], file_url, EVERY)
    good = plan.read_text("utf-8")
    with watching(one):
        until((inbox / ".watch.lock").exists)
        time.sleep(0.2)
        plan.write_text("table = ", "utf-8")
        put(inbox, "a.csv", csv_of("A1"))
        time.sleep(1)
        assert not (inbox / "failed").exists()
        plan.write_text(good, "utf-8")
        until(lambda: (inbox / "done" / "a.csv").exists())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_asked_and_leaves_everything_as_it_was(inbox, plan, tmp_path, file_url, number):
    put(inbox, "big.csv", csv_of(*(f"A{i}" for i in range(60_000))))
    process = start(inbox, plan, file_url)
    until((inbox / "taking" / "big.csv").exists)
    time.sleep(0.2)
    process.send_signal(number)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert said.splitlines()[-1].endswith("The watch has ended")
    assert [name for name in names(inbox) if name.endswith(".csv")] == ["big.csv"]
    assert not list(tmp_path.glob("facts.duckdb*import*"))
    assert not (tmp_path / "facts.duckdb").exists()


def start(folder: Path, plan: Path, url: str, *more: str) -> subprocess.Popen:
    """The command itself."""
    environment = os.environ | {"COCKPIT_DATABASE_URL": url, "COCKPIT_LANGUAGE": "en"}
    words = ["-m", "cockpit", "watch", str(folder), "--mapping", str(plan), "--every", str(EVERY), *more]
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_the_command_ends_with_1_where_a_file_failed(inbox, plan, file_url):
    put(inbox, "a.csv", csv_of("A1"))
    put(inbox, "b.csv", "x\n1\n")
    process = start(inbox, plan, file_url, "--once")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "a.csv → done/a.csv: 1 read = 1 kept + 0 rejected + 0 superseded" in said
