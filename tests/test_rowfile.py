"""Rows as files: by slices, in words, safe for a spreadsheet."""

import io
from datetime import datetime

import pandas as pd
import pytest

from cockpit import i18n, rowfile
from cockpit.casework import decoded, encoded
from queries.casework import Mark


@pytest.fixture(autouse=True)
def chinese():
    i18n.use("zh")


def disputes(n: int) -> pd.DataFrame:
    row = {
        "case_id": "=1+1", "street": None, "community": "甲", "category": "劳动", "subcategory": None,
        "channel": "来访", "track": "judicial", "opened_at": datetime(2023, 11, 1, 9, 30), "due_at": pd.NaT,
        "closed_at": datetime(2023, 11, 3), "status": "closed", "outcome": "mediated", "late": False, "days": 1.604,
    }  # fmt: skip
    return pd.DataFrame([row] * max(n, 1)).iloc[:n]


def asking(total: int, asked: list):
    def rows(limit: int, offset: int) -> pd.DataFrame:
        asked.append((limit, offset))
        return disputes(total).iloc[offset : offset + limit]

    return rows


@pytest.fixture
def real(monkeypatch):
    """Not the demonstration: its files have a column more."""
    monkeypatch.setattr("cockpit.export.mark", str)


def test_rows_are_read_by_slices(monkeypatch):
    monkeypatch.setattr(rowfile, "SLICE", 4)
    asked: list = []
    assert [len(frame) for frame in rowfile.slices(asking(10, asked), 100)] == [4, 4, 2]
    assert asked == [(4, 0), (4, 4), (4, 8)]


def test_a_file_ends_at_its_limit(monkeypatch):
    monkeypatch.setattr(rowfile, "SLICE", 4)
    assert sum(len(frame) for frame in rowfile.slices(asking(100, []), 10)) == 10


def test_csv_is_in_words_and_harmless(real, monkeypatch):
    monkeypatch.setattr(rowfile, "SLICE", 2)
    text = rowfile.csv(asking(3, []))
    assert text.startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(io.BytesIO(text), encoding="utf-8-sig")
    assert len(frame) == 3
    assert frame.loc[0, ["编号", "街道", "调解类型", "结果", "状态", "超期办结", "天数"]].tolist() == [
        "'=1+1", "未标明街道", "司法调解", "调解成功", "办结", "否", 1.6,
    ]  # fmt: skip


def test_an_empty_file_has_its_header(real):
    assert "编号" in rowfile.csv(asking(0, [])).decode("utf-8-sig")


def test_xlsx_holds_text_that_is_no_formula(real):
    book = pd.read_excel(io.BytesIO(rowfile.xlsx(asking(2, []), {"a": "=b"})), sheet_name=None, engine="calamine")
    table, about = book.values()
    assert table["编号"].tolist() == ["'=1+1"] * 2
    assert table["收到日期"].tolist() == [pd.Timestamp(2023, 11, 1, 9, 30)] * 2
    assert "'=b" in about.to_string() + str(list(about.columns))


@pytest.mark.parametrize(
    "mark",
    [
        Mark("pending", age=0),
        Mark("resolution_rate", (("street", None), ("category", '"]<b>'))),
        Mark("on_time_rate", (), (datetime(2023, 1, 1).date(), datetime(2023, 1, 31).date()), part="others"),
    ],
)
def test_a_mark_survives_the_chart(mark):
    assert decoded(encoded(mark)) == mark
