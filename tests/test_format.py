"""Numbers, dates and periods in words, in both languages; and text from files that stays text."""

import re
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cockpit import format, i18n
from tests.asking import days, november


@pytest.fixture(autouse=True)
def chinese():
    i18n.use("zh")
    yield
    i18n.use("zh")


@pytest.fixture
def english():
    i18n.use("en")


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (24.15, 1, "24.2"),
        (24.25, 1, "24.3"),
        (0.125, 2, "0.13"),
        (2.5, 0, "3"),
        (3.5, 0, "4"),
        (-2.5, 0, "−3"),
        (1.005, 2, "1.01"),
        (0.1 + 0.2, 1, "0.3"),
        (0.2415 * 100, 1, "24.2"),
        (-0.04, 1, "0.0"),
        (1234567, 0, "1,234,567"),
        (np.float64(12.25), 1, "12.3"),
        (np.int64(7), 0, "7"),
        (None, 0, "—"),
        (float("nan"), 1, "—"),
    ],
)
def test_numbers_are_rounded_half_up(value, decimals, shown):
    assert format.number(value, decimals) == shown


@given(st.decimals(-(10**6), 10**6, places=3))
def test_rounding_is_that_of_the_calculator(value):
    tenths = abs(value) * 10
    nearest = int(tenths) + (tenths - int(tenths) >= Decimal("0.5"))
    assert abs(format.half_up(float(value), 1)) == Decimal(nearest) / 10


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (4127, "4,127", "4,127"),
        (9999, "9,999", "9,999"),
        (10_000, "1.0 万", "10,000"),
        (144_600, "14.5 万", "144,600"),
        (99_999_999, "1.0 亿", "100.0m"),
        (940_000_000, "9.4 亿", "940.0m"),
        (999_999_999, "10.0 亿", "1.0bn"),
        (-144_600, "−14.5 万", "−144,600"),
        (0, "0", "0"),
        (0.5, "0.5", "0.5"),
        (None, "—", "—"),
    ],
)
def test_large_numbers_have_a_scale(value, zh, en):
    assert format.count(value) == zh
    i18n.use("en")
    assert format.count(value) == en


def test_amounts_have_their_unit():
    assert format.money(33_677_000) == ("3,367.7", "万元")
    assert format.money(940_000_000) == ("9.4", "亿元")
    assert format.money(1234.5) == ("1,234.5", "元")
    i18n.use("en")
    assert format.money(33_677_000) == ("33.7m", "CNY")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (144_600, "count", "14.5 万件"),
        (12, "count", "12 件"),
        (0.968, "share", "96.8%"),
        (1.1234, "share", "112.3%"),
        (11, "days", "11.0 天"),
        (0.21, "per_10k", "0.2 每万人"),
        (None, "share", "—"),
    ],
)
def test_a_value_stands_with_its_unit(value, unit, text):
    assert format.text(value, unit) == text


def test_shares_ranges_and_changes():
    assert format.share(0.96849) == "96.8%"
    assert format.share_range(0.7556, 0.997) == "75.6—99.7%"
    assert format.share_range(None, 0.997) == "—"
    assert [format.signed(value) for value in (4, -3, 0, -0.4, None)] == ["+4", "−3", "±0", "±0", "—"]
    assert format.change(110, 105) == "+4.8%"
    assert format.change(95, 100) == "−5.0%"
    assert format.change(100, 100) == "±0.0%"
    assert [format.change(*pair) for pair in ((1, 0), (None, 1), (1, None))] == ["—"] * 3


# --- dates and periods ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "zh", "en"),
    [
        ("2023-11-01", "2023-11-30", "2023年11月", "Nov 2023"),
        ("2024-02-01", "2024-02-29", "2024年2月", "Feb 2024"),
        ("2023-07-01", "2023-09-30", "2023年7—9月", "Jul 2023—Sep 2023"),
        ("2022-12-01", "2023-11-30", "2022年12月—2023年11月", "Dec 2022—Nov 2023"),
        ("2023-01-01", "2023-12-31", "2023年", "2023"),
        ("2020-01-01", "2023-12-31", "2020—2023年", "2020—2023"),
        ("2023-11-20", "2023-11-26", "2023年第47周（11月20日—26日）", "week 47 of 2023 (20 Nov–26 Nov)"),
        ("2020-12-28", "2021-01-03", "2020年第53周（12月28日—1月3日）", "week 53 of 2020 (28 Dec–3 Jan)"),
        ("2023-11-17", "2023-11-23", "2023年第47周（11月17日—23日）", "week 47 of 2023 (17 Nov–23 Nov)"),
        ("2023-11-15", "2023-11-15", "2023年11月15日", "15 Nov 2023"),
        ("2023-11-15", "2023-12-02", "2023年11月15日—2023年12月2日", "15 Nov 2023—2 Dec 2023"),
    ],
)
def test_a_period_is_said_as_a_person_would(start, end, zh, en):
    assert format.period(days(start, end)) == zh
    i18n.use("en")
    assert format.period(days(start, end)) == en


def test_the_data_date_at_midnight_is_the_end_of_the_day_before():
    assert format.data_date(datetime(2023, 12, 1)) == "2023年11月30日 24:00"
    assert format.data_date(datetime(2023, 11, 30, 17, 5)) == "2023年11月30日 17:05"
    i18n.use("en")
    assert format.data_date(datetime(2023, 12, 1)) == "30 Nov 2023 24:00"


def test_weeks_have_short_names():
    assert format.week_name(date(2023, 11, 20)) == "2023年第47周"
    assert format.week_name(date(2020, 12, 28)) == "2020年第53周"
    assert format.week_number(date(2021, 1, 4)) == "第1周"
    i18n.use("en")
    assert format.week_name(date(2020, 12, 28)) == "2020 W53"


@pytest.mark.parametrize(
    ("then", "shown"),
    [
        (days("2023-10-01", "2023-10-31"), "10月"),
        (days("2022-11-01", "2022-11-30"), "2022年11月"),
        (days("2023-11-13", "2023-11-19"), "第46周"),
        (days("2022-11-21", "2022-11-27"), "2022年第47周"),
        (days("2023-07-01", "2023-09-30"), "2023年7—9月"),
    ],
)
def test_a_period_beside_another_is_said_shortly(then, shown):
    assert format.short_period(then, november()) == shown


def test_the_choice_in_words():
    assert format.describe(november(district="宝安区")) == "宝安区 · 2023年11月 · 全部街道 · 全部类型 · 全部渠道"
    chosen = november(streets=("西乡街道", "福永街道"), categories=("邻里纠纷",))
    assert format.describe(chosen).startswith("全部区县 · 2023年11月 · 西乡街道、福永街道 · 邻里纠纷")


# --- text from files --------------------------------------------------------------------------------------------------

COMMONMARK = MarkdownIt("commonmark").enable(["strikethrough", "table"])
HOSTILE = [
    "[click](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "**bold** _it_ ~~no~~ `code`",
    "# heading",
    "1. list",
    "- list",
    "> quote",
    "a | b",
    "$x^2$ :red[text] :material/home: :smile:",
    "&lt;b&gt; &#60;",
    "line\n\n# heading\r\n---",
    "\\[already\\](x)",
    "http://evil.example www.evil.example a@evil.example",
]


def plain(text: str) -> str:
    """One line, without the word joiners that keep addresses from becoming links."""
    return " ".join(text.split()).replace("\u2060", "")


def said(markdown: str) -> str | None:
    """What a reader sees of a paragraph, None where it is more than plain text."""
    tokens = COMMONMARK.parse(markdown)
    if [token.type for token in tokens] not in ([], ["paragraph_open", "inline", "paragraph_close"]):
        return None
    children = [child for token in tokens for child in token.children or []]
    if not {child.type for child in children} <= {"text", "text_special"}:
        return None
    return plain("".join(child.content for child in children))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_it_is(text):
    assert said(format.markdown(text)) == plain(text)


@pytest.mark.parametrize("text", ["http://a.cn", "HTTPS://a.cn/b?c", "www.a.cn", "x+y@a.cn", "见http://a.cn。"])
def test_an_address_is_no_link(text):
    found = re.compile(
        r"(https?://|www(?=\.))([-.\w]+)|[-.\w+]+@[-\w]+(\.[-\w]+)+", re.IGNORECASE
    )  # as the browser does
    assert found.search(text)
    assert not found.search(re.sub(r"\\(.)", r"\1", format.markdown(text)))


@given(st.text(max_size=60))
def test_any_text_is_shown_as_it_is(text):
    seen = said(format.markdown(text))
    assert seen is not None
    assert seen.replace("\ufffd", "\0") == plain(text).replace("\ufffd", "\0")


@given(st.text(alphabet="[]()!<>*_`~#:$\\ab/.@&;-+|=0\n", max_size=40))
def test_any_heap_of_marks_is_shown_as_it_is(text):
    assert said(format.markdown(text)) == plain(text)


@given(st.text(alphabet=":$[]a\\", max_size=20))
def test_the_marks_of_streamlit_are_always_escaped(text):
    escaped = format.markdown(text)
    bare = [place for place, mark in enumerate(escaped) if mark in ":$[" and escaped[place - 1 : place] != "\\"]
    assert bare == []
