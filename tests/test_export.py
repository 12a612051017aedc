"""Files that leave the house: readable by Excel, harmless, numbers as numbers, marked where rows are invented."""

import csv as plain_csv
import io
from datetime import datetime
from urllib.parse import urlparse

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from cockpit import database, export, i18n
from cockpit.settings import settings
from tests.asking import november

FORMULAS = ["=1+1", "+1+1", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠x", "=cmd|' /C calc'!A0"]
HARMLESS = [
    "西乡街道",
    "1-2",
    "-1",
    "+1,234.5",
    "a=b",
    "",
    " =1",
    "'=1",
    "12345",
    "2023-11-01",
    "<b>x</b>",
    'say "x", y',
    "two\nlines",
    "x\r=1+1",
]


@pytest.fixture(params=["real", "demonstration"])
def invented(request, monkeypatch) -> bool:
    """Both kinds of database behind the file."""
    if request.param == "demonstration":
        url = request.getfixturevalue("demonstration_url")
    else:
        url = f"duckdb:///{request.getfixturevalue('tmp_path') / 'real.duckdb'}"
        database.create(url).dispose()
    monkeypatch.setenv("COCKPIT_DATABASE_URL", url)
    settings.cache_clear()
    i18n.use("zh")
    yield request.param == "demonstration"
    settings.cache_clear()


@pytest.fixture
def real(tmp_path, monkeypatch):
    url = f"duckdb:///{tmp_path / 'real.duckdb'}"
    database.create(url).dispose()
    monkeypatch.setenv("COCKPIT_DATABASE_URL", url)
    settings.cache_clear()
    i18n.use("zh")
    yield
    settings.cache_clear()


def read_csv(data: bytes) -> list[list[str]]:
    return list(plain_csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def read_xlsx(data: bytes) -> list[list]:
    rows = load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)
    return [[unescape(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


FRAME = pd.DataFrame(
    {
        "街道": ["西乡街道", None],
        "受理量": [1234, 5],
        "化解率": [0.968, np.nan],
        "受理": [datetime(2023, 11, 1, 8), datetime(2023, 11, 2)],
    }
)


def test_excel_knows_the_encoding_and_the_table_is_whole(invented):
    data = export.csv(FRAME)
    assert data.startswith(b"\xef\xbb\xbf")
    note = [["说明", "演示数据·虚构", "演示数据·虚构"][place] for place in range(3)] if invented else None
    rows = read_csv(data)
    assert [row[:4] for row in rows] == [
        ["街道", "受理量", "化解率", "受理"],
        ["西乡街道", "1234", "0.968", "2023-11-01 08:00:00"],
        ["", "5", "", "2023-11-02 00:00:00"],
    ]
    assert [row[4:] for row in rows] == ([[cell] for cell in note] if note else [[], [], []])


def test_the_workbook_opens_with_numbers_and_dates_and_says_what_it_is(invented):
    data = export.xlsx(FRAME, export.about("街道表", november(streets=("=西乡街道",))))
    rows = read_xlsx(data)
    assert [row[:4] for row in rows] == [
        ["街道", "受理量", "化解率", "受理"],
        ["西乡街道", 1234, 0.968, datetime(2023, 11, 1, 8)],
        [None, 5, None, datetime(2023, 11, 2)],
    ]
    assert all(row[4:] == (["演示数据·虚构"] if invented else []) for row in rows[1:])
    table, about = load_workbook(io.BytesIO(data)).worksheets
    assert (table.title, about.title) == ("表", "说明页")
    said = {row[0]: row[1] for row in about.iter_rows(values_only=True)}
    assert "=西乡街道" in said["所选条件"]
    assert said["数据截至"] == "2023年11月30日 24:00"
    assert ("演示数据·虚构" in said.values()) == invented


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_text_in_cells_and_headings(real, text):
    frame = pd.DataFrame({text: [text, "x"], "n": [1, 2]})
    for rows in (read_csv(export.csv(frame)), read_xlsx(export.xlsx(frame, {text: text}))):
        assert rows[0][0].startswith("'")
        assert rows[1][0].startswith("'")
        assert rows[1][0].lstrip("'").split() == text.split()
    book = load_workbook(io.BytesIO(export.xlsx(frame, {text: text})))
    assert {cell.data_type for sheet in book for row in sheet for cell in row} <= {"s", "n"}


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_is_left_alone(real, text):
    frame = pd.DataFrame({"街道": [text, "x"]})
    assert read_csv(export.csv(frame))[1] == [text]
    assert read_xlsx(export.xlsx(frame, {}))[1] == [text or None]


def test_numbers_stay_numbers_even_below_zero(real):
    frame = pd.DataFrame({"变化": [-3, 4], "率": [-0.5, 0.25]})
    assert read_csv(export.csv(frame))[1] == ["-3", "-0.5"]
    assert read_xlsx(export.xlsx(frame, {}))[1:] == [[-3, -0.5], [4, 0.25]]


def test_addresses_are_no_links(real):
    book = load_workbook(io.BytesIO(export.xlsx(pd.DataFrame({"x": ["http://evil.example", "mailto:a@b.c"]}), {})))
    assert not [cell for row in book.worksheets[0] for cell in row if cell.hyperlink]
    assert urlparse(str(book.worksheets[0]["A2"].value)).netloc == "evil.example"


def test_an_empty_table_has_its_headings(real):
    assert read_csv(export.csv(FRAME.head(0))) == [["街道", "受理量", "化解率", "受理"]]
    assert read_xlsx(export.xlsx(FRAME.head(0), {})) == [["街道", "受理量", "化解率", "受理"]]


@given(st.text(max_size=20))
def test_no_text_that_begins_like_a_formula_leaves_the_house(text):
    assert not str(export.harmless(text)).startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    assert str(export.harmless(text)).removeprefix("'") == text.removeprefix("'")


def test_a_file_made_later_speaks_the_language_of_the_offer():
    i18n.use("en")
    make = export.later(lambda: i18n._("Overview").encode())
    i18n.use("zh")
    assert make() == b"Overview"
    i18n.use("zh")
