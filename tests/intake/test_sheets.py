"""Workbooks as the programs that write them leave them, and names that take several rows."""

import csv
import io
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb
import openpyxl
import psutil
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from cockpit.errors import IntakeError
from cockpit.intake.mapping import Reading
from cockpit.intake.reading import sheets
from cockpit.intake.reading.arrival import arrive
from cockpit.intake.reading.read import Records, read
from cockpit.intake.suggesting.look import Overrides, look


@pytest.fixture
def table(tmp_path):
    """Names and numbered cells of a file, read by these options."""

    def of(file: Path, **options) -> tuple[tuple[str, ...], list[list[str | None]]]:
        records = taken(file, tmp_path, **options)
        with duckdb.connect() as connection:
            records.into(connection)
            rows = connection.execute("SELECT * EXCLUDE (surplus) FROM records ORDER BY line").fetchall()
        return records.names, [list(row) for row in rows]

    return of


def taken(file: Path, folder: Path, **options) -> Records:
    return read(arrive(file, folder)[0], Reading(**options), folder, lambda *_: None)


@pytest.fixture
def book(tmp_path):
    """A workbook by openpyxl; ``epoch``: the day its dates count from."""

    def save(rows, epoch=None) -> Path:
        made = openpyxl.Workbook()
        for row in rows:
            made.active.append(row)
        if epoch:
            made.epoch = epoch
        made.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    return save


MOMENT = datetime(2019, 4, 25, 9, 32, 9)


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904])
def test_times_are_the_same_in_both_calendars(book, table, epoch):
    rows = [["a", "b", "c"], [MOMENT, date(2019, 4, 25), datetime(2019, 4, 25, 23, 59, 59, 500000)]]
    assert table(book(rows, epoch))[1] == [[2, "2019-04-25 09:32:09", "2019-04-25", "2019-04-25 23:59:59.500000"]]


def test_the_calendar_of_1904_by_another_writer(tmp_path, table):
    with xlsxwriter.Workbook(tmp_path / "x.xlsx", {"date_1904": True}) as made:
        page = made.add_worksheet()
        page.write_row(0, 0, ["a", "b", "c"])
        for place, form in enumerate(["yyyy/m/d h:mm:ss", 'yyyy"年"m"月"d"日"', "[$-804]yyyy/m/d;@"]):
            page.write_datetime(
                1, place, MOMENT if not place else datetime(2019, 4, 25), made.add_format({"num_format": form})
            )
    assert table(tmp_path / "x.xlsx")[1] == [[2, "2019-04-25 09:32:09", "2019-04-25", "2019-04-25"]]


def test_a_column_may_hold_times_as_times_as_text_and_as_numbers(book, table):
    rows = [["时间", "号"], [MOMENT, 1], ["2019年4月25日", 2], [43580, 3], [43580.5, 4], ["2019/4/25 9:32", 5]]
    assert [row[1] for row in table(book(rows))[1]] == [
        "2019-04-25 09:32:09", "2019年4月25日", "43580", "43580.5", "2019/4/25 9:32"
    ]  # fmt: skip


def test_every_kind_of_cell(book, table):
    rows = [
        [*"abcdefgh"],
        [True, 3.0, 0.1, 1e20, timedelta(hours=26, minutes=3), time(8, 30), "#N/A text", "00017"],
        [False, -2, 12345678901, 1 / 3, timedelta(seconds=5), None, "行一\n行二", " x "],
    ]
    assert table(book(rows))[1] == [
        [2, "true", "3", "0.1", "1e+20", "26:03:00", "08:30:00", "#N/A text", "00017"],
        [3, "false", "-2", "12345678901", "0.3333333333333333", "00:00:05", None, "行一\n行二", " x "],
    ]


def test_a_cell_with_an_error_says_nothing(tmp_path, table):
    made = openpyxl.Workbook()
    made.active.append(["a", "b"])
    made.active.append(["#REF!", 1])
    made.active["A2"].data_type = "e"
    made.save(tmp_path / "x.xlsx")
    assert table(tmp_path / "x.xlsx")[1] == [[2, None, "1"]]


def test_rows_are_counted_from_the_top_of_the_sheet(tmp_path, table):
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as made:
        page = made.add_worksheet()
        page.write_row(2, 1, ["编号", "街道"])
        page.write_row(4, 1, ["1", "西乡街道"])
    assert table(tmp_path / "x.xlsx", header=3) == (("编号", "街道"), [[5, "1", "西乡街道"]])


def open_document(folder: Path) -> Path:
    rows = [["编号", "街道"], ["1", "西乡街道"]]
    cells = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in row)
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text")
    )
    content = (
        f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="一">{cells}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(folder / "x.ods", "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("META-INF/manifest.xml", "<x/>")
        made.writestr("content.xml", content)
    return folder / "x.ods"


def test_an_open_document_is_read_too(tmp_path, table):
    assert table(open_document(tmp_path)) == (("编号", "街道"), [[2, "1", "西乡街道"]])


GROUPED = [
    ["2023年11月台账", "", "", "", "", ""],
    ["编号", "登记信息", "", "办理信息", "", "备注"],
    ["", "日期", "街道", "日期", "结果", ""],
    ["A1", "2023-11-01", "西乡街道", "2023-11-03", "办结", ""],
]
NAMES = ("编号", "登记信息 日期", "登记信息 街道", "办理信息 日期", "办理信息 结果", "备注")


def merged(folder: Path) -> Path:
    """With the cells of a group merged, and those that stand alone merged downwards."""
    made = openpyxl.Workbook()
    for row in GROUPED:
        made.active.append([cell or None for cell in row])
    for cells in ("A1:F1", "A2:A3", "B2:C2", "D2:E2", "F2:F3"):
        made.active.merge_cells(cells)
    made.save(folder / "merged.xlsx")
    return folder / "merged.xlsx"


def plain(folder: Path, rows=GROUPED) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    (folder / "plain.csv").write_text(text.getvalue(), "utf-8", newline="")
    return folder / "plain.csv"


@pytest.mark.parametrize("file", [merged, plain])
def test_names_that_take_two_rows(tmp_path, table, file):
    path = file(tmp_path)
    assert table(path, header=3, header_rows=2) == (
        NAMES, [[4, "A1", "2023-11-01", "西乡街道", "2023-11-03", "办结", None]]
    )  # fmt: skip
    assert look(path, Overrides(header=3, header_rows=2)).names == NAMES


def test_captions_over_codes_are_names_and_nothing_is_carried(tmp_path, table):
    rows = [["案件编号", "", "街道", "街道", "人", "状态"], ["AJBH", "SLRQ", "JD", "JD", "R", "ZT"], [*"123456"]]
    assert table(plain(tmp_path, rows), header=2, header_rows=2)[0] [:4] == (
        "案件编号 AJBH", "SLRQ", "街道 JD", "街道 JD_2"
    )  # fmt: skip


def test_three_rows_of_names(tmp_path, table):
    rows = [["甲", "", "", ""], ["子", "", "丑", ""], ["a", "b", "c", "d"], ["1", "2", "3", "4"]]
    assert table(plain(tmp_path, rows), header=3, header_rows=3)[0] == ("甲 子 a", "甲 子 b", "甲 丑 c", "甲 丑 d")


def test_names_need_as_many_rows_as_they_are_said_to_take(tmp_path):
    with pytest.raises(IntakeError, match=r"header_rows = 3.*header = 2"):
        taken(plain(tmp_path), tmp_path, header=2, header_rows=3)


def test_two_cells_far_apart_end_only_the_process_that_reads_them(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as made:
        page = made.add_worksheet()
        page.write(0, 0, "编号")
        page.write(1_048_575, 16_383, "x")
    with pytest.raises(IntakeError, match=r"x\.xlsx needs more memory.*far below or right"):
        taken(tmp_path / "x.xlsx", tmp_path)


def test_what_only_calls_itself_a_workbook_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("xl/workbook.xml", "<workbook><sheets>")
    with pytest.raises(IntakeError, match=r"x\.xlsx is no workbook that can be read: \w"):
        taken(tmp_path / "x.xlsx", tmp_path)


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children()}


def test_who_stops_reading_leaves_no_process(book):
    path = book([[i, "x" * 100] for i in range(20_000)])
    before = children()
    rows = sheets.rows(path, "book", None)
    assert next(rows)[0] == "0"
    assert children() - before
    rows.close()
    assert not children() - before


def test_the_sheets_are_named(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as made:
        for title in ("封面", "数据 1"):
            made.add_worksheet(title)
    assert sheets.names(tmp_path / "x.xlsx", "x") == ["封面", "数据 1"]
