"""A briefing made by hand (every kind of part, what may not be shown, names meant to break a file), and databases."""

import shutil
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime

import duckdb
import pytest

from cockpit import i18n
from cockpit.briefing.document import (
    Block,
    Briefing,
    Chart,
    Figure,
    Kpi,
    Kpis,
    Picture,
    Series,
    Table,
    Words,
    strong,
)
from cockpit.settings import settings
from queries.filters import Filters

HOSTILE = "<b>a & b</b> \"'\x00\x07\x1b\ufffe\u202e =cmd()|\U0001f600" + "长" * 60
SHOWN = "<b>a & b</b> \"' =cmd()|\U0001f600" + "长" * 60
FORMULA = "=1+1"
LINK = "https://example.org/"

TEXTS = {
    "zh": {
        "title": "矛盾纠纷治理周报",
        "mark": "演示数据·虚构",
        "headline": "概要",
        "said": ("西乡街道受理 {n}，较第46周 300 件增 ", "4.0%", "，在近 13 周波动范围内；办结 298 件。"),
        "kpis": "主要指标",
        "trend": "近13周：受理纠纷",
        "trend_note": "件/周 · 此前 12 个月的控制限 245—335 件",
        "unit": "件/周",
        "attention": "变动与未变动",
        "monday": "本周须办",
        "longest": "超期最久：10 件，共 86 件",
        "streets": "各街道",
        "streets_note": "按受理量排序 · 区间重叠的街道不作高低比较",
        "funnel": "漏斗：诉前调解",
        "clusters": "聚集",
        "definitions": "口径与来源",
        "defined": "化解件数 ÷ 当期办结件数，不含在办；撤回、移送不计入。",
        "remark": "国庆期间值班安排已另行下发。\n请各街道周三前反馈。",
        "week": "第{n}周",
        "record": "号",
        "street": "街道",
    },
    "en": {
        "title": "Weekly briefing on disputes and complaints",
        "mark": "Demonstration data · invented",
        "headline": "In short",
        "said": ("西乡街道: disputes received {n}, up ", "4.0%", " against 300 in W46, within the limits; closed 298."),
        "kpis": "Key figures",
        "trend": "The last 13 weeks: disputes received",
        "trend_note": "records a week · control limits of the 12 months before 245—335",
        "unit": "records a week",
        "attention": "What moved, and what did not",
        "monday": "To act on this week",
        "longest": "Overdue for longest: 10 of 86",
        "streets": "Streets",
        "streets_note": "by number received · streets whose intervals overlap are not ranked",
        "funnel": "Funnel: mediation before trial",
        "clusters": "Clusters",
        "definitions": "Definitions and source",
        "defined": "Of the cases that ended in mediation, the share that succeeded; withdrawn stay out.",
        "remark": "The rota for the holidays was sent separately.\nStreets answer by Wednesday.",
        "week": "W{n}",
        "record": "Record",
        "street": "Street",
    },
}
VALUES = (287.0, 302.0, 288.0, 334.0, 315.0, None, 305.0, 358.0, 321.0, 347.0, 312.0, 300.0, 312.0)
BAND = (245.4, 335.0)
STEPS = ("登记", "诉前调解", FORMULA, "立案")
STREETS = [f"{name}街道" for name in ("西乡", "新安", "沙井", "松岗", "福永", "福海", "石岩", "航城", "新桥", "燕罗")]


def png(width: int, height: int) -> bytes:
    """A grey rectangle."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = b"".join(b"\x00" + b"\xcf" * width for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _nothing(_tokens) -> dict:
    return {}


def _trend(say: dict) -> Chart:
    weeks = tuple(say["week"].format(n=n) for n in range(35, 48))
    alt = f"{say['trend']} {HOSTILE}"
    return Chart("columns", weeks, (Series(say["trend"], VALUES),), say["unit"], alt, _nothing, 12, BAND)


def _stacked(say: dict) -> Chart:
    series = (
        Series("已化解", (0.0, 120.0, 33.0, 5.0)),
        Series(HOSTILE, (300.0, 140.0, None, 0.5)),
        Series("在办", (12.0, 40.0, 7.0, 90.0)),
    )
    return Chart("stacked", STEPS, series, say["unit"], say["funnel"], _nothing)


def _street_table(say: dict) -> Table:
    head = (say["street"], "受理", "较第46周", "每万人", "化解率（95% 区间）", "n", "超期")
    names = [*STREETS, HOSTILE, FORMULA, *(f"第{n}社区" for n in range(13))]
    rows = tuple(
        (
            name,
            f"{163 - place * 3}",
            f"+{place}",
            f"{9.7 - place / 10:.1f}",
            "95.9%（94.1—97.2%）",
            f"{140 - place}",
            "1—4",
        )
        for place, name in enumerate(names)
    )
    return Table(head, rows, frozenset({1, 2, 3, 5, 6}), (2.2, 1.1, 1.3, 1.2, 2.8, 1, 1.2))


def _monday(say: dict) -> tuple[Table, Table]:
    first = Table(
        ("事项", "件数", "最多"),
        (("超期", "86", "西乡街道 31、新安街道 12"), ("7 日内到期", "14", "—"), ("动向异常的街道", "1", "西乡街道")),
        frozenset({1}),
        (2.4, 1, 5),
    )
    rows = tuple(
        (f"2023-{n:06}", STREETS[n % 10], "婚姻家庭", "2023年3月1日", "2023年4月1日", f"{240 - n}") for n in range(10)
    )
    return first, Table(
        (say["record"], say["street"], "类型", "受理日期", "到期", "超期天数"),
        rows,
        frozenset({5}),
        (2.4, 2, 2, 2.2, 2.2, 1.2),
        say["longest"],
    )


def _clusters() -> Table:
    rows = tuple(
        (f"{n}", f"{STREETS[n]}·{HOSTILE[:20] if n == 2 else '固戍社区'}", "31", "12.4", "2.5", "4")
        for n in range(1, 6)
    )
    return Table(
        ("序号", "位置", "件数", "期望", "倍数", "格"), rows, frozenset({2, 3, 4, 5}), (0.9, 3.6, 1, 1, 1, 0.8)
    )


def blocks(say: dict) -> tuple[Block, ...]:
    before, moved, after = say["said"]
    sentence = before.format(n=strong("312 件")) + strong(moved) + after
    kpis = Kpis(
        (
            Kpi("受理", "312", "件", "↑ +4.0%", "第46周：300 件", ""),
            Kpi("调解成功率", "96.9", "%", "+0.1 个百分点", "第46周：96.8%", "n=291 · 变化不显著"),
            Kpi("办结用时中位数", "11.0", "天", "↓ −0.5 天", "第46周：11.5 天", ""),
            Kpi("超期在办", "1—4", "", "", "", "仅知数据日期当日"),
        )
    )
    moved_words = Words(
        (
            f"{strong('西乡街道受理 312 件')}　超出此前 12 个月的控制限 245—305；预期 274 件。",
            f"{strong(HOSTILE)}　未超出 3—12。",
        ),
        ("◐", "○"),
    )
    fine = Words(tuple(f"{strong(f'指标{n}')}　{say['defined']}" for n in range(8)), small=True)
    return (
        Block("headline", say["headline"], (Words((sentence, sentence, sentence)),), remark=say["remark"]),
        Block("kpis", say["kpis"], (kpis,)),
        Block("trend", say["trend"], (_trend(say),), say["trend_note"]),
        Block("attention", say["attention"], (moved_words,)),
        Block("monday", say["monday"], _monday(say)),
        Block("streets", say["streets"], (_street_table(say),), say["streets_note"]),
        Block("funnel", say["funnel"], (Words((sentence,)), _stacked(say), _clusters()), say["streets_note"]),
        Block("clusters", say["clusters"], (Picture(f"map {HOSTILE}", str), _clusters()), say["streets_note"], HOSTILE),
        Block("empty", "空表", (Table(("街道", "件数"), (), frozenset({1})),)),
        Block("definitions", say["definitions"], (fine,)),
    )


def briefing_in(language: str) -> Briefing:
    say = TEXTS[language]
    filters = Filters(date(2023, 11, 20), date(2023, 11, 26), datetime(2023, 11, 27), "示范区", ("西乡街道",))
    figures = (Figure("cases.received", 312.0), Figure("cases.overdue", None))
    return Briefing(say["title"], filters, blocks(say), figures, "v1.0", say["mark"], datetime(2023, 11, 27, 8, 30))


PICTURES = {("trend", 0): png(1368, 420), ("funnel", 1): png(1368, 420), ("clusters", 0): png(1368, 900)}


@pytest.fixture
def pictures() -> dict[tuple[str, int], bytes]:
    return PICTURES


@pytest.fixture(params=["zh", "en"])
def briefing(request) -> Iterator[Briefing]:
    """The whole briefing, in the language that is spoken."""
    i18n.use(request.param)
    yield briefing_in(request.param)
    i18n.use("zh")


@pytest.fixture
def only(briefing) -> Callable[..., Briefing]:
    """The same briefing with these blocks alone."""

    def chosen(*blocks: Block | str) -> Briefing:
        own = {block.key: block for block in briefing.blocks}
        return replace(briefing, blocks=tuple(own[one] if isinstance(one, str) else one for one in blocks))

    return chosen


@pytest.fixture
def on(monkeypatch):
    """``on(url)``: the database that everything asks."""

    def choose(url: str) -> None:
        monkeypatch.setenv("COCKPIT_DATABASE_URL", url)
        settings.cache_clear()

    i18n.use("zh")
    yield choose
    settings.cache_clear()
    i18n.use("zh")


@pytest.fixture
def demonstration(on, demonstration_url):
    on(demonstration_url)


@pytest.fixture
def changed(on, demonstration_url, tmp_path):
    """``changed(sql)``: the demonstration after a statement."""

    def change(statement: str) -> None:
        file = tmp_path / "changed.duckdb"
        shutil.copy(demonstration_url.removeprefix("duckdb:///"), file)
        with duckdb.connect(str(file)) as connection:
            connection.execute(statement)
        on(f"duckdb:///{file}")

    return change
