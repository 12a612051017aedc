"""What arrives is copied, hashed as it is copied, and refused where it is no table: with words for what it is."""

import gzip
import hashlib
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from docx import Document

from cockpit.errors import IntakeError
from cockpit.intake.reading.arrival import Arrival, arrive

TABLE = "编号,街道\n1,西乡街道\n".encode()


@pytest.fixture
def arrivals(tmp_path):
    """What a file with this name and these bytes gives."""
    folder = tmp_path / "private"
    folder.mkdir()

    def take(data: bytes, name: str = "表.csv") -> list[Arrival]:
        (tmp_path / name).write_bytes(data)
        return arrive(tmp_path / name, folder)

    return take


def workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write_row(0, 0, ["编号", "街道"])
    return out.getvalue()


def document() -> bytes:
    out = io.BytesIO()
    Document().save(out)
    return out.getvalue()


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as packed:
        packed.addfile(tarfile.TarInfo("表.csv"))
    return out.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(name, data)
    return out.getvalue()


def test_the_copy_is_what_was_hashed(arrivals, tmp_path):
    (arrival,) = arrivals(TABLE)
    assert (arrival.name, arrival.size, arrival.beside) == ("表.csv", len(TABLE), ())
    assert arrival.path.parent == tmp_path / "private"
    assert arrival.path.read_bytes() == TABLE
    assert arrival.sha256 == hashlib.sha256(TABLE).hexdigest()


def test_a_gzip_file_arrives_unpacked_with_the_hash_of_what_came(arrivals):
    packed = gzip.compress(TABLE)
    (arrival,) = arrivals(packed, "没有后缀")
    assert arrival.path.read_bytes() == TABLE
    assert arrival.sha256 == hashlib.sha256(packed).hexdigest()


def test_a_workbook_is_no_archive(arrivals):
    (arrival,) = arrivals(workbook(), "表.zip")
    assert arrival.name == "表.zip"
    assert arrival.path.read_bytes() == workbook()


def test_a_packed_workbook_is_unpacked(arrivals):
    assert arrivals(gzip.compress(workbook()), "表.xlsx.gz")[0].path.read_bytes() == workbook()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (gzip.compress(b""), "is empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (document(), "a Word document"),
        (tar(), "an archive of a kind"),
        (gzip.compress(tar()), "an archive of a kind"),
        (b"Rar!\x1a\x07\x01\0", "an archive of a kind"),
        (b"SQLite format 3\0", "a database file"),
        ("\ufeff <!DOCTYPE html><table><tr><td>编号".encode(), "a web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "a Word document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (zipped("[Content_Types].xml", b"<Types/>"), "a file of an unknown kind"),
        (zipped("mimetype", b"application/vnd.oasis.opendocument.text"), "a Word document"),
    ],
)
def test_what_is_no_table_is_called_what_it_is(arrivals, data, words):
    with pytest.raises(IntakeError, match=words):
        arrivals(data)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(IntakeError, match=r"cannot be read.*[Dd]irectory"):
        arrive(tmp_path, tmp_path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(IntakeError, match=r"nowhere\.csv"):
        arrive(tmp_path / "nowhere.csv", tmp_path)


def appended(file: Path) -> None:
    with file.open("ab") as more:
        more.write(b"2,3\n")


def overwritten(file: Path) -> None:
    """As long as before, and as old to the second."""
    before = file.stat()
    with file.open("r+b") as same:
        same.write(b"x")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1))


def replaced(file: Path) -> None:
    other = file.with_name("other")
    other.write_bytes(file.read_bytes())
    os.replace(other, file)


def cut(file: Path) -> None:
    os.truncate(file, 100)


@pytest.mark.parametrize("change", [appended, overwritten, replaced, cut, Path.unlink])
def test_a_file_that_changes_while_it_is_copied_is_refused(tmp_path, change):
    file = tmp_path / "表.csv"
    file.write_bytes(TABLE * 100_000)
    done = []

    def meanwhile(*_reading) -> None:
        if not done:
            done.append(change(file))

    with pytest.raises(IntakeError, match=r"表\.csv changes while it is read"):
        arrive(file, tmp_path, meanwhile)
    assert done


def test_who_stops_it_stops_it(tmp_path):
    def stop(*_reading) -> None:
        raise KeyboardInterrupt

    (tmp_path / "表.csv").write_bytes(TABLE)
    with pytest.raises(KeyboardInterrupt):
        arrive(tmp_path / "表.csv", tmp_path, stop)
