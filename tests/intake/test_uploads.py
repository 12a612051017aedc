"""Files that a browser sends: whole or not there, under their own name, and gone when nobody needs them."""

import asyncio
import gc
import os
import subprocess
import sys

import pytest

from cockpit.intake import uploads
from cockpit.intake.uploads import Upload, receive, sweep


@pytest.fixture
def url(tmp_path) -> str:
    return f"duckdb:///{tmp_path / 'data.duckdb'}"


async def _blocks(*blocks: bytes):
    for block in blocks:
        yield block


def send(upload: Upload, name: str, *blocks: bytes) -> tuple[int, str]:
    return asyncio.run(receive(upload.token, name, _blocks(*blocks)))


def test_files_arrive_in_their_order_beside_the_database(url, tmp_path):
    upload = Upload(url, 100)
    assert send(upload, "b.csv", b"a,", b"b")[0] == 201
    assert send(upload, "a.csv", b"c") == (201, '{"files": 2}')
    assert [(path.name, path.read_bytes()) for path in upload.files()] == [("b.csv", b"a,b"), ("a.csv", b"c")]
    assert upload.folder.parent == tmp_path


def test_more_than_the_limit_is_refused_and_leaves_nothing(url):
    upload = Upload(url, 3)
    assert send(upload, "x.csv", b"12", b"34")[0] == 413
    assert list(upload.folder.iterdir()) == []
    assert send(upload, "x.csv", b"123")[0] == 201


def test_an_interrupted_file_leaves_nothing(url):
    async def broken():
        yield b"1"
        raise ConnectionError

    upload = Upload(url, 100)
    with pytest.raises(ConnectionError):
        asyncio.run(upload.take("x.csv", broken()))
    assert upload.files() == []
    assert list(upload.folder.iterdir()) == []


def test_a_full_disk_is_said(url):
    upload = Upload(url, 100)
    upload.folder.chmod(0o500)
    try:
        if os.access(upload.folder, os.W_OK):
            upload.folder.rmdir()  # root may write anywhere, but not into what is not there
        assert send(upload, "x.csv", b"1")[0] == 507
    finally:
        if upload.folder.exists():
            upload.folder.chmod(0o700)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a/b\\c.csv", "a_b_c.csv"),
        ("%E8%AF%89%E6%B1%82.csv", "诉求.csv"),
        ("", "file"),
        ("...", "file"),
        ("x\0\n.csv", "x__.csv"),
    ],
)
def test_a_name_claims_no_folder(url, name, kept):
    upload = Upload(url, 100)
    assert send(upload, name, b"1")[0] == 201
    (path,) = upload.files()
    assert path.name == kept
    assert path.resolve().is_relative_to(upload.folder)


def test_a_long_name_keeps_its_ending(url):
    upload = Upload(url, 100)
    assert send(upload, "诉" * 300 + ".xlsx", b"1")[0] == 201
    (path,) = upload.files()
    assert path.suffix == ".xlsx"
    assert len(path.name.encode()) <= uploads.LONGEST_NAME


def test_nobody_sends_to_a_page_that_is_closed(url):
    upload = Upload(url, 100)
    token, folder = upload.token, upload.folder
    del upload
    gc.collect()
    assert asyncio.run(receive(token, "x.csv", _blocks(b"1")))[0] == 404
    assert not folder.exists()


def test_the_folders_of_a_server_that_was_killed_are_swept_and_those_of_others_stay(url, tmp_path):
    upload = Upload(url, 100)
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    left = tmp_path / f"data.duckdb.upload-{dead.stdout.strip()}-abc"
    left.mkdir()
    sweep(url)
    assert not left.exists()
    assert upload.folder.exists()


def test_without_a_file_of_facts_it_is_where_the_system_keeps_such_files():
    upload = Upload("postgresql+psycopg://nobody@localhost/none", 100)
    assert upload.folder.is_dir()
    assert upload.folder.name.startswith("cockpit.upload-")
