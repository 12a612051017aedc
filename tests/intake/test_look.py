"""A first look at a file finds how it is written, and raises nothing for a table that is odd."""

import gzip
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.intake.mapping import Reading
from cockpit.intake.reading import headers, read
from cockpit.intake.reading.arrival import arrive
from cockpit.intake.suggesting import sampling
from cockpit.intake.suggesting.look import Overrides, look
from tests.intake import exports

PLAIN = [("编号", "时间", "街道"), *((f"A{i}", exports.day(i), "西乡街道") for i in range(30))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "big5", "utf-16"])
@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_encoding_and_delimiter_are_found(tmp_path, encoding, delimiter):
    rows = [[cell.replace("编号", "編號").replace("时间", "時間").replace("乡", "鄉") for cell in row] for row in PLAIN]
    found = look(exports.text(tmp_path, "x.csv", rows, encoding, delimiter))
    assert found.names == ("編號", "時間", "街道")
    assert (found.delimiter, found.count, found.estimated) == (delimiter, 30, False)
    assert found.sample[0] == ("A0", "2023-11-01", "西鄉街道")


def test_numbers_with_a_comma_are_told_from_the_delimiter(tmp_path):
    rows = [("编号", "经度", "纬度"), *((str(i), f"113,86{i:02d}", "22,5879") for i in range(20))]
    found = look(exports.text(tmp_path, "x.csv", rows, delimiter=";"))
    assert (found.delimiter, found.decimal, found.names) == (";", ",", ("编号", "经度", "纬度"))


def test_titles_above_groups_over_captions_are_passed_over(tmp_path):
    found = look(exports.workbook(tmp_path, "台账.xlsx", 台账=exports.PETITIONS))
    assert (found.header, found.header_rows, found.count) == (4, 2, 40)
    assert found.names[:3] == ("序号", "登记信息 信访件编号", "登记信息 登记日期")
    assert found.names[-1] == "包案领导"
    assert found.preview[0][0] == "2023年11月信访台账"
    assert any("4" in warning for warning in found.warnings)


def test_codes_below_captions_and_captions_below_codes_are_names(tmp_path):
    captions, codes, *rows = exports.MEDIATIONS
    for order in ([captions, codes], [codes, captions]):
        found = look(exports.text(tmp_path, "x.csv", [*order, *rows]))
        assert (found.header, found.header_rows, found.count) == (2, 2, 40)
        assert set(found.names[0].split()) == {"案件编号", "AJBH"}


def test_three_rows_of_names(tmp_path):
    captions, codes, *rows = exports.MEDIATIONS
    groups = ["案件信息", "", "", "办理结果", "", "", "归属", "", "", "当事人", ""]
    found = look(exports.text(tmp_path, "x.csv", [groups, captions, codes, *rows]))
    assert (found.header, found.header_rows) == (3, 3)
    assert found.names[4] == "办理结果 调解结果 TJJG"


def test_rows_of_short_words_are_no_second_row_of_names(tmp_path):
    rows = [
        ("姓名", "类别", "街道", "状态"),
        *(("张三", "噪声", "西乡街道", "办结"), ("李四", "欠薪", "新安街道", "在办")) * 9,
    ]
    assert look(exports.text(tmp_path, "x.csv", rows)).header_rows == 1


@pytest.mark.parametrize("rows", [exports.PETITIONS, exports.MEDIATIONS, exports.HOTLINE, exports.GRID])
def test_the_names_are_those_of_the_import(tmp_path, rows):
    for file in (exports.text(tmp_path, "x.csv", rows), exports.workbook(tmp_path, "x.xlsx", 表=rows)):
        found = look(file)
        work = tmp_path / file.suffix
        work.mkdir()
        (arrival,) = arrive(file, work)
        options = Reading(header=found.header, header_rows=found.header_rows)
        records = read.read(arrival, options, work, lambda *_: None)
        assert (records.names, records.count) == (found.names, found.count)


def test_a_cover_sheet_is_passed_over(tmp_path):
    found = look(
        exports.workbook(tmp_path, "周报.xlsx", 封面=exports.COVER, 说明=exports.NOTES, 明细=exports.MEDIATIONS)
    )
    assert (found.sheet, found.sheets, found.encoding) == ("明细", ("封面", "说明", "明细"), "")


def test_everything_can_be_overruled(tmp_path):
    book = exports.workbook(tmp_path, "周报.xlsx", 封面=exports.COVER, 明细=exports.MEDIATIONS)
    assert look(book, Overrides(sheet="封面")).sheet == "封面"
    assert look(book, Overrides(header=1, header_rows=1)).names[0] == "案件编号"
    assert look(book, Overrides(header=2)).header_rows == 2
    file = exports.text(tmp_path, "x.csv", PLAIN, "gb18030")
    assert look(file, Overrides(encoding="utf-16-le")).encoding == "utf-16-le"
    assert look(file, Overrides(delimiter=";")).names == ("编号,时间,街道",)
    assert look(file, Overrides(header=3)).names == ("A1", "2023-11-02", "西乡街道")


def test_a_row_below_the_end_is_no_header(tmp_path):
    found = look(exports.text(tmp_path, "x.csv", PLAIN[:3]), Overrides(header=99, header_rows=3))
    assert (found.count, found.sample) == (0, ())


def test_a_large_file_is_not_read_whole(tmp_path, monkeypatch):
    for name, size in (("WHOLE", 1 << 20), ("START", 1 << 18), ("BLOCK", 1 << 14)):
        monkeypatch.setattr(sampling, name, size)
    rows = [("编号", "时间", "内容"), *((str(i), exports.day(i), "第一行\n第二行，较长的内容") for i in range(60_000))]
    file = exports.text(tmp_path, "x.csv", rows)
    packed = tmp_path / "x.csv.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    for path, last in ((file, 50_000), (packed, 10_000)):
        found = look(path)
        assert found.estimated
        assert found.count == pytest.approx(60_000, rel=0.2)
        assert max(int(row[0]) for row in found.sample) > last
        assert {row[2] for row in found.sample} == {"第一行\n第二行，较长的内容"}


def test_boston_takes_less_than_a_second(real_data):
    started = time.perf_counter()
    found = look(real_data / "boston311_2015_first50k.csv.gz")
    assert time.perf_counter() - started < 5  # the machine may have other work; alone it is 0.4
    assert (found.count, len(found.names), found.estimated) == (50_000, 33, False)


def test_a_damaged_encoding_is_told(tmp_path):
    found = look(exports.text(tmp_path, "x.csv", PLAIN, "gb18030"), Overrides(encoding="utf-8"))
    assert any("utf-8" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n\n", b",,,\n,,,\n", b"a", "编号\n".encode(), b"\xef\xbb\xbf", b'"', b'a,b\n"1,2\n3',
    bytes(range(256)) * 9,
     b"1,2,3\n4,5,6\n", b'"a""b",<script>,=1+1,"x\ny",%s,\'; DROP TABLE\n1,2,3,4,5,6\n', b"a,a,,\n1,2,3,4,5,6,7\n",
     b"\0\0,1"],
)  # fmt: skip
def test_odd_tables_raise_nothing(tmp_path, data):
    (tmp_path / "odd.csv").write_bytes(data)
    found = look(tmp_path / "odd.csv")
    assert len(set(found.names)) == len(found.names)
    assert all(len(row) == len(found.names) for row in found.sample)


CELL = st.text(max_size=6) | st.sampled_from(["编号", "2023-11-01", "", "  ", "A1", "西乡街道", "3.5"])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELL, max_size=6), max_size=12))
def test_a_header_lies_within_the_table(rows):
    header = headers.find(rows)
    assert 1 <= header.rows <= min(header.last, headers.MOST_ROWS)
    assert header.last <= max(len(rows), 1)
    stacks = headers.parts(rows[header.last - header.rows : header.last])
    assert len(headers.own(stacks)) == len(stacks)
