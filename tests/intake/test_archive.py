"""A ZIP is its tables; what may not be unpacked is not."""

import gzip
import hashlib
import io
import stat
import struct
import warnings
import zipfile
import zlib

import pytest
import xlsxwriter

from cockpit.errors import IntakeError
from cockpit.intake.reading import archive
from cockpit.intake.reading.arrival import Arrival, arrive
from cockpit.settings import settings

TABLE = "编号,街道\n1,西乡街道\n".encode()
ZEROS = b"0" * 20_000_000


@pytest.fixture
def arrivals(tmp_path):
    def take(data: bytes, name: str = "周报.zip") -> list[Arrival]:
        (tmp_path / name).write_bytes(data)
        return arrive(tmp_path / name, tmp_path)

    return take


@pytest.fixture
def small(monkeypatch):
    """One MB is the most that may be unpacked."""
    monkeypatch.setenv("COCKPIT_UNPACKED_MB", "1")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def packed(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", method) as whole:
        warnings.simplefilter("ignore", UserWarning)
        for name, data in members:
            whole.writestr(name, data)
    return out.getvalue()


def named(raw: bytes) -> bytes:
    """A ZIP with one table, whose name has these bytes and no word about their encoding."""
    marker = "x" * len(raw)
    return packed((marker, TABLE)).replace(marker.encode(), raw)


def workbook(**parts: str) -> bytes:
    """A workbook, with some of its parts changed: what is in ``parts`` stands before their root element."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write_row(0, 0, ["编号", "街道"])
    with zipfile.ZipFile(out) as whole:
        members = [(entry.filename, whole.read(entry)) for entry in whole.infolist()]
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return packed(
        *(
            (name, data.replace(head, head + parts.get(name.rpartition("/")[2][:-4], "").encode()))
            for name, data in members
        )
    )


def test_each_table_of_a_zip_arrives_on_its_own(arrivals):
    found = arrivals(packed(("a/一.csv", TABLE), ("b/一.csv", TABLE * 2), ("二.xlsx", workbook()), ("a/", b"")))
    assert [one.name for one in found] == ["周报.zip/a/一.csv", "周报.zip/b/一.csv", "周报.zip/二.xlsx"]
    assert found[1].path.read_bytes() == TABLE * 2
    assert found[1].sha256 == hashlib.sha256(TABLE * 2).hexdigest()


def test_what_systems_add_is_passed_over_and_the_rest_is_named(arrivals):
    (found,) = arrivals(
        packed(
            ("__MACOSX/._表.csv", b"\0"),
            (".DS_Store", b"\0"),
            ("说明.pdf", b"%PDF-1.4"),
            ("readme.txt", b"x"),
            ("表.csv", TABLE),
        )
    )
    assert found.name == "周报.zip/表.csv"
    assert found.beside == ("说明.pdf", "readme.txt")


def test_where_no_name_says_table_the_content_does(arrivals):
    found = arrivals(packed(("data", TABLE), ("图.bin", b"\x89PNG\r\n\x1a\n")))
    assert [one.name for one in found] == ["周报.zip/data"]


def test_a_packed_table_inside_is_unpacked(arrivals):
    assert arrivals(packed(("表.csv.gz", gzip.compress(TABLE))))[0].path.read_bytes() == TABLE


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_chinese_names_are_read_as_they_were_written(arrivals, encoding):
    assert arrivals(named("宝安区台账.csv".encode(encoding)))[0].name == "周报.zip/宝安区台账.csv"


@pytest.mark.parametrize("name", ["../x.csv", "a/../../x.csv", "/etc/x.csv", "..\\x.csv", "C:\\x.csv"])
def test_names_that_lead_outside_are_refused(arrivals, name, tmp_path):
    with pytest.raises(IntakeError, match="outside the archive"):
        arrivals(packed((name, TABLE)))
    assert not list(tmp_path.rglob("*x.csv"))


def test_links_are_refused(arrivals):
    link = zipfile.ZipInfo("表.csv")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(IntakeError, match="outside the archive"):
        arrivals(packed((link, b"/etc/passwd")))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (packed(), "holds no table"),
        (packed(("说明.pdf", b"%PDF-1.4")), "holds no table"),
        (packed(("表.csv", b"%PDF-1.4")), r"周报.zip/表.csv seems to be a PDF"),
        (packed(("表.csv", b"")), r"周报.zip/表.csv is empty"),
        (packed(("表.csv", TABLE), ("表.csv", TABLE * 2)), "more than once"),
        (packed(("表.csv", packed(("内.csv", TABLE)))), "archive inside another"),
        (packed(("表.csv.gz", gzip.compress(gzip.compress(TABLE)))), "archive inside another"),
        (packed(*((f"{i}.csv", TABLE) for i in range(201))), "201 files, more than 200"),
        (packed(("表.csv", TABLE * 99))[:-40], "damaged"),
        (packed(("表.csv", TABLE * 99), method=zipfile.ZIP_STORED).replace(b"1,", b"2,"), "damaged.*CRC"),
        (b"PK\x03\x04 and nothing else", "damaged"),
        (gzip.compress(TABLE * 99)[:-20], "damaged"),
        (b"\x1f\x8b and nothing else", "damaged"),
        (b"\x1f\x8b", "damaged"),
    ],
)
def test_what_cannot_be_unpacked_is_refused(arrivals, data, words):
    with pytest.raises(IntakeError, match=words):
        arrivals(data)


def test_a_password_is_asked_of_nobody(arrivals):
    data = bytearray(packed(("表.csv", TABLE)))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    with pytest.raises(IntakeError, match="protected by a password"):
        arrivals(bytes(data))


@pytest.mark.parametrize("data", [
    packed(("表.csv", ZEROS)), gzip.compress(ZEROS), workbook(workbook=f"<!--{'0' * 20_000_000}-->"),
], ids=["zip", "gzip", "xlsx"])  # fmt: skip
def test_what_unpacks_a_hundredfold_is_refused_before_it_is_unpacked(arrivals, data, monkeypatch):
    monkeypatch.setattr(archive.Counted, "read", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(IntakeError, match="100 times its own size"):
        arrivals(data)


def test_what_unpacks_beyond_the_setting_is_refused_before_it_is_unpacked(arrivals, small, monkeypatch):
    monkeypatch.setattr(archive.Counted, "read", lambda *_: pytest.fail("it was unpacked"))
    noise = zlib.compress(bytes(range(256)) * 9_000)[:20] + bytes(hash((i, "x")) & 255 for i in range(1_200_000))
    for data in (packed(("表.csv", noise)), gzip.compress(noise)):
        with pytest.raises(IntakeError, match=r"more than 1 MB.*COCKPIT_UNPACKED_MB"):
            arrivals(data)


def test_a_gzip_file_that_says_less_than_it_holds_is_stopped_on_the_way(arrivals):
    """Of two parts only the last one's length stands at the end."""
    with pytest.raises(IntakeError, match="100 times"):
        arrivals(gzip.compress(ZEROS) + gzip.compress(b"x"))


def test_a_zip_that_says_less_than_it_holds_gives_no_more_than_it_says(arrivals):
    lie = packed(("表.csv", ZEROS)).replace(struct.pack("<I", len(ZEROS)), struct.pack("<I", 1_000))
    with pytest.raises(IntakeError, match="damaged"):
        arrivals(lie)


def test_small_files_may_shrink_as_they_like(arrivals):
    assert arrivals(gzip.compress(TABLE * 10_000))[0].size == len(TABLE) * 10_000


@pytest.mark.parametrize("part", ["workbook", "sheet1", "styles"])
@pytest.mark.parametrize("trick", ["<!DOCTYPE x>", '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'])
def test_a_workbook_with_entities_is_not_opened(arrivals, part, trick):
    assert arrivals(workbook())
    with pytest.raises(IntakeError, match="document type or entity"):
        arrivals(workbook(**{part: trick}))


def test_entities_in_sixteen_bits_are_seen_too(arrivals):
    sheet = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16")
    with pytest.raises(IntakeError, match="document type or entity"):
        arrivals(packed(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", sheet)))
