"""Any file → the same records: encodings, quoting, headers, workbooks, and what is broken in them."""

import codecs
import csv
import gzip
import io
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.errors import IntakeError
from cockpit.intake.mapping import Reading
from cockpit.intake.reading.arrival import arrive
from cockpit.intake.reading.read import read

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "big5", "cp950"]
CHINESE = {
    "gb18030": "编号,街道,诉求内容\n1,西乡街道,反映小区物业管理混乱，电梯经常故障\n2,新安街道,请求解决拖欠工资问题\n",
    "gbk": "姓名,电话\n张三,138\n李四,139\n",
    "big5": "編號,區域,陳情內容\n1,三重區,請求改善路燈不亮的問題\n2,板橋區,鄰居噪音擾民\n",
    "utf-8": "编号,街道\n1,西乡街道\n",
}


def records(data: bytes, **options) -> tuple[tuple[str, ...], list[list[str]], dict[str, int]]:
    """Names, numbered records and notes of a file with these bytes."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        file.write_bytes(data)
        found = read(arrive(file, Path(folder))[0], Reading(**options), Path(folder), lambda *_: None)
        with duckdb.connect() as connection:
            found.into(connection)
            rows = connection.execute("FROM records ORDER BY line").fetchall()
    return found.names, [[str(row[0]), *(cell or "" for cell in row[1:])] for row in rows], found.noted


def cells(data: bytes, **options) -> list[list[str]]:
    return [record[2:] for record in records(data, **options)[1]]


def encodable(encoding: str) -> st.SearchStrategy[str]:
    plain = codecs.lookup(encoding).name.removesuffix("-sig")
    pieces = st.sampled_from([*"aé中町街 ,\"'\n\t=|", "\r\n", "街道", "\u3000"]) | st.characters(
        codec="utf-8", exclude_characters="\0"
    )
    return st.lists(pieces, max_size=5).map(lambda parts: "".join(parts).encode(plain, "ignore").decode(plain))


def written(rows, encoding: str, **style) -> bytes:
    text = io.StringIO()
    csv.writer(text, **style).writerows(rows)
    return text.getvalue().encode(encoding)


STYLES = st.fixed_dictionaries({
    "delimiter": st.sampled_from(",;\t|"),
    "lineterminator": st.sampled_from(["\n", "\r\n"]),
    "quoting": st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
})  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(data=st.data(), encoding=st.sampled_from(ENCODINGS), style=STYLES, width=st.integers(2, 4))
def test_any_table_comes_back_as_it_was_written(data, encoding, style, width):
    table = data.draw(st.lists(st.lists(encodable(encoding), min_size=width, max_size=width), max_size=6))
    file = written([[f"c{i}" for i in range(width)], *table], encoding, **style)
    assert cells(file, encoding=encoding, delimiter=style["delimiter"]) == [row for row in table if any(row)]


@settings(max_examples=40, deadline=None)
@given(table=st.lists(encodable("utf-8"), max_size=6))
def test_one_column_comes_back_too(table):
    file = written([["c"], *([cell] for cell in table)], "utf-8", quoting=csv.QUOTE_ALL)
    assert cells(file, encoding="utf-8") == [[cell] for cell in table if cell]


SIMPLIFIED = [
    "反映小区物业管理混乱",
    "请求解决拖欠工资问题",
    "邻居噪音扰民",
    "西乡街道",
    "电梯经常故障，多次报修",
    "己办结",
]
TRADITIONAL = ["請求改善路燈不亮的問題", "鄰居噪音擾民", "三重區", "人行道破損，影響通行", "違規停車檢舉", "已結案"]
TOLD = {
    "utf-8": SIMPLIFIED, "utf-8-sig": TRADITIONAL, "gb18030": SIMPLIFIED, "gbk": SIMPLIFIED, "big5": TRADITIONAL,
    "utf-16": SIMPLIFIED, "utf-16-le": SIMPLIFIED, "utf-16-be": TRADITIONAL,
}  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(data=st.data(), encoding=st.sampled_from(sorted(TOLD)), style=STYLES)
def test_encoding_and_delimiter_of_a_longer_text_are_found(data, encoding, style):
    extra = st.sampled_from(["", "a", '"', "\n", ",", ";", "\t", "|", "12345", "2023-11-01"])
    cell = st.builds(lambda a, word, b: a + word + b, extra, st.sampled_from(TOLD[encoding]), extra)
    table = data.draw(st.lists(st.lists(cell, min_size=3, max_size=3), min_size=8, max_size=20))
    assert cells(written([["id", "name", "text"], *table], encoding, **style)) == table


@pytest.mark.parametrize("encoding", CHINESE)
@pytest.mark.parametrize("packed", [False, True])
def test_the_encoding_is_found(encoding, packed):
    data = CHINESE[encoding].encode(encoding)
    expected = [line.split(",") for line in CHINESE[encoding].splitlines()[1:]]
    assert cells(gzip.compress(data) if packed else data) == expected


def test_accents_are_no_chinese():
    text = "name,city\nRené,Montréal\nJosé,São Paulo\nMüller,Zürich\n"
    assert cells(text.encode("cp1252")) == [line.split(",") for line in text.splitlines()[1:]]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8-sig", "utf-32"])
def test_marks_and_sixteen_bits_are_seen(encoding):
    assert cells("id,name\n1,西乡\n".encode(encoding)) == [["1", "西乡"]]


def test_chinese_that_comes_late_decides_the_encoding():
    text = "id,name\n" + "".join(f"{i},plain ascii text\n" for i in range(20_000)) + "x,西乡街道办事处\n"
    assert cells(text.encode("gbk"))[-1] == ["x", "西乡街道办事处"]


def test_a_cell_may_hold_line_breaks_and_quotes_and_the_next_row_is_the_next_number():
    names, found, _ = records(b'a,b\n1,"x\ny"\n2,"say ""no"""\n')
    assert names == ("a", "b")
    assert found == [["2", "", "1", "x\ny"], ["3", "", "2", 'say "no"']]


def test_a_quote_inside_a_cell_is_text():
    assert cells('a,b\n1,他说"不"\n2,"甲"乙\n'.encode()) == [["1", '他说"不"'], ["2", "甲乙"]]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_line_end_is_one(newline):
    assert cells(newline.join(["a,b", "1,2", "3,4"]).encode()) == [["1", "2"], ["3", "4"]]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    assert cells(f"a{delimiter}b\n1,5{delimiter}2\n".encode()) == [["1,5", "2"]]


def test_a_delimiter_can_be_given():
    assert cells(b"a,b^c\n1,2^3\n", delimiter="^") == [["1,2", "3"]]


def test_the_header_may_stand_below_a_title():
    names, found, _ = records("信访台账,,\n2023年11月,,\n编号,街道,\n1,西乡,\n".encode(), header=3)
    assert names == ("编号", "街道", "column_3")
    assert found == [["4", "", "1", "西乡", ""]]


def test_blank_and_repeated_names_get_names_of_their_own():
    assert records(b"id,,name,name,id_2,id\n")[0] == ("id", "column_2", "name", "name_2", "id_2", "id_3")


def test_short_rows_are_filled_and_surplus_cells_kept_apart():
    _, found, _ = records(b"a,b\n1\n1,2,3,4\n1,2,,\n")
    assert found == [["2", "", "1", ""], ["3", '["3", "4"]', "1", "2"], ["4", "", "1", "2"]]


def test_blank_rows_are_counted_and_numbered_but_not_read():
    _, found, noted = records(b"a,b\n\n1,2\n,\n3,4\n\n")
    assert [record[0] for record in found] == ["3", "5"]
    assert noted == {"blank_rows": 3}


def test_nul_bytes_are_left_out_and_counted():
    _, found, noted = records(b"a,b\n" + b"1\0,x\0y\n" + b"p,q\n" * 2000, encoding="utf-8")
    assert found[0][2:] == ["1", "xy"]
    assert noted == {"nul_bytes": 2}


def test_a_few_broken_characters_are_counted():
    for encoding in ("gb18030", "utf-8"):
        data = b"a,b\n" + "1,西乡街道\n".encode(encoding) * 100 + b"2,\xff\xff\n"
        _, found, noted = records(data)
        assert found[0][2:] == ["1", "西乡街道"]
        assert found[-1][2:] == ["2", "��"]
        assert noted == {"damaged_characters": 2}


def test_the_wrong_encoding_is_refused():
    with pytest.raises(IntakeError, match=r"ascii.*gb18030"):
        records(CHINESE["gb18030"].encode("gb18030"), encoding="ascii")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'a,b\n1,"2\n3,4\n', "Row 2 .* never closed"),
        (b'a,b\n1,2\n"', "Row 3 .* never closed"),
        (b"\x00\x01\x02\x03\x04,\x05\n" * 10, "control characters"),
        (",".join(map(str, range(501))).encode(), "501 columns, more than 500"),
        (b"", "is empty"),
        (b"\n\n", "holds no column names"),
        (gzip.compress(b"a,b\n1,2\n" * 1000)[:-20], "damaged"),
        (b'a,b\n1,"' + b"x\n" * 600_000, "never closed"),
        (b"x" * (1 << 21), "no table"),
        (b"PK\x03\x04 and nothing else", "damaged"),
    ],
)
def test_a_file_that_is_none_is_refused(data, words):
    with pytest.raises(IntakeError, match=words):
        records(data)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(IntakeError, match=r"nowhere\.csv"):
        arrive(tmp_path / "nowhere.csv", tmp_path)


def workbook(rows, sheet="数据集1") -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "default_date_format": "yyyy/m/d h:mm"})
    book.add_worksheet("说明").write(0, 0, "not this one")
    page = book.add_worksheet(sheet)
    for i, cells_ in enumerate(rows):
        page.write_row(i, 0, cells_)
    book.close()
    return out.getvalue()


def test_a_workbook_is_read_as_its_cells_are():
    rows = [
        ["台账"],
        ["编号", "时间", "金额", "是否", "文字"],
        [2549, datetime(2019, 4, 25, 9, 32, 9), 3.25, True, "=1+1"],
        [],
        ["00017", datetime(2019, 4, 26), 1e6, False, "行一\n行二"],
    ]
    names, found, noted = records(workbook(rows), sheet="数据集1", header=2)
    assert names == ("编号", "时间", "金额", "是否", "文字")
    assert found == [
        ["3", "", "2549", "2019-04-25 09:32:09", "3.25", "true", "=1+1"],
        ["5", "", "00017", "2019-04-26", "1000000", "false", "行一\n行二"],
    ]
    assert noted == {"blank_rows": 1}


def test_a_date_without_a_clock_is_a_date():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet()
    page.write_row(0, 0, ["a", "b"])
    page.write_datetime(1, 0, date(2019, 4, 26), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    assert cells(out.getvalue())[0][0].startswith("2019-04-26")


def test_a_sheet_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(IntakeError, match=r"'数据集2'.*'数据集1'"):
        records(workbook([["a"]]), sheet="数据集2")
