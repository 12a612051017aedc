"""What a text says as a number, as yes or no, and as a word of the mapping."""

from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.intake.checking import casts, texts
from cockpit.intake.checking.numbers import number
from tests.intake.files import row, rows_of, take


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as connection:
        yield connection


def said(engine, expression, text):
    return engine.execute(f"SELECT {expression} FROM (SELECT ?::VARCHAR AS v)", [text]).fetchone()[0]


MONEY = "DECIMAL(18, 2)"


@pytest.mark.parametrize(("written", "meant"), [
    ("1234.5", "1234.50"), ("1,234.5", "1234.50"), ("1，234，567", "1234567"),
    ("¥1,234", "1234"), ("￥1，234．50", "1234.50"),
    ("$5", "5"), ("CNY 500", "500"), ("rmb500", "500"),
    ("人民币500元整", "500"), ("1234元", "1234"), ("3.5万", "35000"),
    ("3.45678万元", "34567.80"), ("1.2亿元", "120000000"), ("１２．５ 万", "125000"), ("-¥5", "-5"), ("¥-5", "-5"),
    ("−5", "-5"), ("＋7", "7"), ("1e5", "100000"), (".5", "0.50"), ("1.", "1"), ("0", "0"),
])  # fmt: skip
def test_amounts(engine, written, meant):
    assert said(engine, number("v", ".", MONEY), written) == Decimal(meant)
    assert said(engine, number("v", ".", "DOUBLE"), written) == pytest.approx(float(meant), rel=1e-6)


@pytest.mark.parametrize("text", [
    "50%", "1,23", "12,34,567", "abc", "", "--5", "¥", "万", "1.2.3", "nan", "inf", "1e999", "1/2", "3 4", "5美元",
    "99999999999999999999",
])  # fmt: skip
def test_what_is_no_amount(engine, text):
    assert said(engine, number("v", ".", MONEY), text) is None


@pytest.mark.parametrize(("written", "meant"), [("1.234,5", 1234.5), ("1.234", 1234), ("5,0", 5), ("-12", -12)])
def test_a_comma_before_the_fraction(engine, written, meant):
    assert said(engine, number("v", ",", "DOUBLE"), written) == meant


@pytest.mark.parametrize(("written", "meant"), [
    ("3.0", 3), ("1,234", 1234), ("1.2万", 12000), ("2147483647", 2147483647), ("2147483648", None), ("1.5", None),
    ("3人", None), ("＋7", 7),
])  # fmt: skip
def test_whole_numbers(engine, written, meant):
    assert said(engine, number("v", ".", "INTEGER"), written) == meant


@settings(max_examples=100, deadline=None)
@given(value=st.decimals(-(10**12), 10**12, places=2), grouped=st.booleans(), wide=st.booleans())
def test_every_amount_is_read_back(engine, value, grouped, wide):
    text = f"{value:,.2f}" if grouped else f"{value:.2f}"
    text = text.translate(str.maketrans(texts.NARROW[:94], texts.WIDE[:94])) if wide else text
    assert said(engine, number("v", ".", MONEY), text) == value


@pytest.mark.parametrize(("written", "meant"), [
    ("是", True), ("Yes", True), ("ＹＥＳ", True), ("１", True), ("FALSE", False),
    ("ｎ", False), ("也许", None), ("", None),
])  # fmt: skip
def test_yes_and_no_in_any_width(engine, written, meant):
    assert said(engine, casts.yes_no("v"), written) is meant


def test_words_are_looked_up_as_they_stand_before_they_are_narrowed(engine):
    found = casts.mapped("v", {"A类": "a", "Ａ类": "wide", "无": "", "(结)": "closed"}, "*")
    assert [said(engine, found, text) for text in ("A类", "Ａ类", "无", "（结）", "其他", None)] == [
        "a", "wide", None, "closed", "其他", None,
    ]  # fmt: skip
    rest = casts.mapped("v", {"A类": "a", "*": "other"}, "*")
    assert [said(engine, rest, text) for text in ("A类", "Ａ类", "Ｂ类", "B", None)] == [
        "a",
        "a",
        "other",
        "other",
        None,
    ]


SPACED = st.text(st.sampled_from([*texts.SPACES, "a", "1", "西", "\u00a3", "\u3001", "\ufefe", "!", "~"]), max_size=8)


@settings(max_examples=300, deadline=None)
@given(text=SPACED)
def test_white_space_goes_from_both_ends_and_nowhere_else(engine, text):
    assert said(engine, texts.trimmed("v"), text) == text.strip(texts.SPACES)


def test_free_text_keeps_its_width_and_typed_columns_do_not_mind_theirs(tmp_path, file_url):
    wide = {"人数": "１２", "满意": "ＹＥＳ", "登记时间": "２０２３－１１－０１", "经度": "１１３．８６"}
    take(tmp_path, file_url, [row(类别="ＡＢＣ　类", **wide)])
    asked = ("complaints", "category", "people_count", "satisfied", "lon")
    assert rows_of(file_url, *asked) == [("ＡＢＣ　类", 12, True, 113.86)]
