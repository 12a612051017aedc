"""What a row becomes: nulls, values, times, numbers, places, and the reasons for which it is not taken."""

import json
from datetime import datetime

import h3
import pytest

from cockpit import export
from cockpit.intake import contract, run
from tests.intake.files import HEADER, MAPPING, as_csv, row, rows_of, take

CELL = h3.latlng_to_cell(22.58, 113.86, 8)


def one(tmp_path, url, *columns, read="", more="", **changes):
    """These columns of the row that the good row with changes becomes."""
    result = take(tmp_path, url, [row(**changes)], read, more)
    assert (result.read, result.kept) == (1, 1)
    found = rows_of(url, "complaints", *columns)
    assert len(found) == 1
    return found[0] if len(columns) > 1 else found[0][0]


def refused(tmp_path, url, read="", more="", **changes):
    """The reason for which the good row with changes is not taken."""
    result = take(tmp_path, url, [row(**changes)], read, more)
    assert (result.read, result.kept, result.rejected) == (1, 0, 1)
    ((line, reason, raw),) = rows_of(url, "rejects", "line", "reason", "raw")
    assert line == 2
    assert json.loads(raw) == dict(zip(HEADER, row(**changes), strict=True))
    return reason


def test_a_good_row_becomes_what_it_says(tmp_path, url):
    assert one(
        tmp_path, url, "complaint_id", "district", "street", "opened_at", "closed_at", "status", "satisfied",
        "people_count", "lon", "lat", "cell", "category", "channel", "backlog", "overdue",
    ) == (
        "A1", "宝安区", "西乡街道", datetime(2023, 11, 1, 9), datetime(2023, 11, 3), "closed", True,
        3, 113.86, 22.58, CELL, "噪声", "12345", False, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2019/4/25 9:32:09", datetime(2019, 4, 25, 9, 32, 9)),
        ("2016-07-13 15:11:07+00:00", datetime(2016, 7, 13, 23, 11, 7)),
        ("2016-07-13T15:11:07.25+08:00", datetime(2016, 7, 13, 15, 11, 7, 250_000)),
        ("2016-07-13T15:11:07Z", datetime(2016, 7, 13, 23, 11, 7)),
        ("2016-07-13 15:11:07.1234567", datetime(2016, 7, 13, 15, 11, 7, 123_456)),
        ("2016-07-13 15:11", datetime(2016, 7, 13, 15, 11)),
        ("2016.7.3", datetime(2016, 7, 3)),
        ("2016年7月3日", datetime(2016, 7, 3)),
        ("2016年7月3日 8时05分", datetime(2016, 7, 3, 8, 5)),
        ("20160703", datetime(2016, 7, 3)),
        ("20160703081500", datetime(2016, 7, 3, 8, 15)),
        ("\u3000 2016-07-03\t", datetime(2016, 7, 3)),
    ],
)
def test_times_in_the_usual_forms_are_read_on_the_clock_of_the_cockpit(tmp_path, file_url, written, meant):
    assert one(tmp_path, file_url, "opened_at", 登记时间=written) == meant


def test_formats_are_tried_in_their_order(tmp_path, file_url):
    more = '[formats]\nopened_at = ["%m/%d/%Y %I:%M:%S %p", "%d/%m/%Y"]'
    assert one(tmp_path, file_url, "opened_at", more=more, 登记时间="01/02/2015 09:08:42 PM") == datetime(
        2015, 1, 2, 21, 8, 42
    )
    assert one(tmp_path, file_url, "opened_at", more=more, 登记时间="31/01/2015") == datetime(2015, 1, 31)


@pytest.mark.parametrize(
    ("offset", "meant"), [("convert", datetime(2016, 7, 14, 6, 11, 7)), ("drop", datetime(2016, 7, 13, 15, 11, 7))]
)
def test_an_offset_in_a_format_is_applied_or_dropped(tmp_path, file_url, offset, meant):
    read, more = f'offset = "{offset}"', '[formats]\nopened_at = ["%Y-%m-%d %H:%M:%S%z"]'
    assert one(tmp_path, file_url, "opened_at", read=read, more=more, 登记时间="2016-07-13 15:11:07-07:00") == meant


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"编号": " "}, "missing: complaint_id"),
        ({"登记时间": ""}, "missing: opened_at"),
        ({"登记时间": "2023-13-45"}, "not a time: opened_at"),
        ({"登记时间": "infinity"}, "not a time: opened_at"),
        ({"登记时间": "19-4-25"}, "not a time: opened_at"),
        ({"登记时间": "1900-01-01"}, "not a time: opened_at"),
        ({"登记时间": "1949-12-31"}, "not a time: opened_at"),
        ({"办结时间": "9999-12-31"}, "not a time: closed_at"),
        ({"办结时间": "2101-01-01"}, "not a time: closed_at"),
        ({"办结时间": "不详"}, "not a time: closed_at"),
        ({"状态": "转办"}, "unknown value: status"),
        ({"满意": "一般"}, "not yes or no: satisfied"),
        ({"人数": "三人"}, "not a number: people_count"),
        ({"人数": "1.5"}, "not a number: people_count"),
        ({"人数": "99999999999"}, "not a number: people_count"),
        ({"经度": "nan"}, "not a number: lon"),
        ({"经度": "1e999"}, "not a number: lon"),
        ({"编号": "", "登记时间": "x"}, "missing: complaint_id; not a time: opened_at"),
    ],
)
def test_what_cannot_be_taken_is_kept_with_its_reason(tmp_path, file_url, changes, reason):
    assert refused(tmp_path, file_url, **changes) == reason


def test_the_reason_is_the_same_on_every_engine(tmp_path, url):
    assert refused(tmp_path, url, 状态="转办") == "unknown value: status"


def test_surplus_cells_are_refused_and_kept_with_the_row(tmp_path, file_url):
    result = take(tmp_path, file_url, [(*row(), "多", "余"), row(编号="A2")])
    assert (result.kept, result.rejected) == (1, 1)
    ((line, reason, raw),) = rows_of(file_url, "rejects", "line", "reason", "raw")
    assert (line, reason) == (2, "more cells than columns")
    assert json.loads(raw)["more cells than columns"] == ["多", "余"]
    assert json.loads(raw)["编号"] == "A1"


@pytest.mark.parametrize(
    ("status", "closing", "meant"),
    [("", "2023-11-03", "closed"), ("", "", "open"), ("在办", "2023-11-03", "open"), ("办结", "", "closed")],
)
def test_a_missing_status_is_told_by_the_closing_time(tmp_path, file_url, status, closing, meant):
    assert one(tmp_path, file_url, "status", 状态=status, 办结时间=closing) == meant


def test_nulls_are_recognised_before_values_are_mapped(tmp_path, file_url):
    read, more = 'null = ["", "-", "N/A"]', '[values.satisfied]\n"满意" = true\n"*" = false'
    assert one(tmp_path, file_url, "satisfied", read=read, more=more, 满意="-") is None
    assert one(tmp_path, file_url, "satisfied", read=read, more=more, 满意="满意") is True
    assert one(tmp_path, file_url, "satisfied", read=read, more=more, 满意="说不清") is False
    assert one(tmp_path, file_url, "closed_at", read=read, 办结时间=" N/A ") is None


def test_a_value_may_be_mapped_to_none(tmp_path, file_url):
    more = '[values.satisfied]\n"未评价" = ""'
    assert one(tmp_path, file_url, "satisfied", more=more, 满意="未评价") is None
    assert one(tmp_path, file_url, "satisfied", more=more, 满意="否") is False


@pytest.mark.parametrize(("written", "meant"), [
    ("true", True), ("No", False), ("Y", True), ("0", False), ("是", True), ("否", False), ("", None),
])  # fmt: skip
def test_yes_and_no(tmp_path, file_url, written, meant):
    assert one(tmp_path, file_url, "satisfied", 满意=written) is meant


@pytest.mark.parametrize(("written", "decimal", "meant"), [
    ("1,234", ".", 1234), ("3.0", ".", 3), ("+7", ".", 7), ("1.234", ",", 1234), ("5,0", ",", 5),
])  # fmt: skip
def test_numbers(tmp_path, file_url, written, decimal, meant):
    assert (
        one(tmp_path, file_url, "people_count", read=f'decimal = "{decimal}"', 人数=written, 经度="", 纬度="") == meant
    )


@pytest.mark.parametrize(
    ("lon", "lat"), [("0", "0.0"), ("113.9", ""), ("", "22.5"), ("113.9", "95"), ("1139", "22"), ("", "")]
)
def test_a_place_that_cannot_be_is_no_place(tmp_path, file_url, lon, lat):
    result = take(tmp_path, file_url, [row(经度=lon, 纬度=lat), row(编号="A2")])
    assert result.noted.get("coordinates_dropped", 0) == (1 if lon or lat else 0)
    assert rows_of(file_url, "complaints", "complaint_id", "lon", "lat", "cell") == [
        ("A1", None, None, None),
        ("A2", 113.86, 22.58, CELL),
    ]


def test_category_and_channel_that_are_missing_are_said_to_be(tmp_path, file_url):
    result = take(tmp_path, file_url, [row(类别="", 渠道=" ")])
    assert rows_of(file_url, "complaints", "category", "channel") == [("未分类", "未知")]
    assert result.noted == {"category_unknown": 1, "channel_unknown": 1}


@pytest.mark.parametrize(("mode", "kept", "counts", "lines"), [
    ("reject", "first", (1, 2, 0), [3, 4]), ("first", "first", (1, 0, 2), []), ("last", "third", (1, 0, 2), []),
])  # fmt: skip
def test_a_repeated_id(tmp_path, url, mode, kept, counts, lines):
    rows = [row(街道=street) for street in ("first", "second", "third")]
    result = take(tmp_path, url, rows, read=f'duplicates = "{mode}"')
    assert (result.kept, result.rejected, result.superseded) == counts
    assert rows_of(url, "complaints", "street") == [(kept,)]
    assert rows_of(url, "rejects", "line", "reason") == [(line, "repeated: complaint_id") for line in lines]


def test_a_row_that_is_refused_does_not_stand_in_the_way_of_its_repetition(tmp_path, file_url):
    result = take(tmp_path, file_url, [row(登记时间=""), row()])
    assert (result.kept, result.rejected) == (1, 1)


HOSTILE = [
    "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "'; DROP TABLE complaints; --", "{{7*7}} {x} %s \\n",
    "a\nb\r\nc", '"quoted"', "\u202eright to left", "👩‍👩‍👧 𠮷", "\\N", "NULL", "\\.", "\x01\x1f",
]  # fmt: skip


def test_hostile_text_is_stored_as_it_came(tmp_path, url):
    take(tmp_path, url, [row(编号=f"A{i:02d}", 街道=text, 类别=text) for i, text in enumerate(HOSTILE)])
    assert rows_of(url, "complaints", "complaint_id", "street", "category") == [
        (f"A{i:02d}", text, text) for i, text in enumerate(HOSTILE)
    ]


def test_hostile_names_and_values_in_a_mapping_are_only_text(tmp_path, file_url):
    name = 'o\'clock "x"; DROP TABLE records; --'
    (tmp_path / "file.csv").write_text(as_csv([[name, "时间"], ["it's", "2023-11-01"]]), "utf-8")
    (tmp_path / "mapping.toml").write_text(
        f"""
        table = "complaints"
        [columns]
        complaint_id = '''{name}'''
        opened_at = "时间"
        [constants]
        district = "D'Or"
        [values.complaint_id]
        "it's" = "that's"
        """,
        "utf-8",
    )
    assert run(tmp_path / "file.csv", tmp_path / "mapping.toml", file_url).kept == 1
    assert rows_of(file_url, "complaints", "complaint_id", "district") == [("that's", "D'Or")]


def test_every_table_of_the_contract_can_be_filled(tmp_path, url):
    (tmp_path / "file.csv").write_text(
        "case,step,n,in,result\nC1,调解,1,2023-01-01,passed\nC1,立案,2,2023-01-09,\nC1,立案,2,2023-01-09,\n", "utf-8"
    )
    (tmp_path / "mapping.toml").write_text(
        """
        table = "case_steps"
        [columns]
        case_id = "case"
        step = "step"
        position = "n"
        entered_at = "in"
        result = "result"
        [constants]
        programme = "以保促调"
        """,
        "utf-8",
    )
    result = run(tmp_path / "file.csv", tmp_path / "mapping.toml", url)
    assert (result.kept, result.rejected) == (2, 1)
    assert rows_of(url, "case_steps", "position", "case_id", "programme", "result") == [
        (1, "C1", "以保促调", "passed"),
        (2, "C1", "以保促调", None),
    ]


@pytest.mark.parametrize("returned", [True, False])
def test_a_file_of_rejects_comes_back_without_the_apostrophes_of_the_download(tmp_path, url, returned):
    more = contract.REJECTED_COLUMNS if returned else ("other", "columns")
    file, mapping = tmp_path / "file.csv", tmp_path / "mapping.toml"
    file.write_text(as_csv([[*HEADER, *more], [*row(类别=export.harmless("=噪声")), "L1", "2"]]), "utf-8")
    mapping.write_text(MAPPING.format(read="", more=""), "utf-8")
    run(file, mapping, url)
    assert rows_of(url, "complaints", "category") == [("=噪声" if returned else "'=噪声",)]
