"""The briefing of the demonstration: its figures are those of ``measure``, its sentences say them, its hash holds."""

import json
import re
from dataclasses import replace
from datetime import date, datetime

import pytest

from cockpit import database, i18n, masking, session
from cockpit.answers import answer
from cockpit.briefing import register, summary, wording
from cockpit.briefing.compose import NAMES, compose
from cockpit.briefing.document import Briefing, Chart, Figure, Kpis, Table, Words, name_parts, plain
from cockpit.briefing.facts import Facts
from cockpit.settings import settings
from queries.catalogue import values_of
from queries.filters import Filters, before
from queries.measures import MEASURES
from queries.tables import FACTS, complaints, organisations
from tests.app.test_small_numbers import FEW

NOW = datetime(2023, 12, 4, 8, 30)
WEEK, MONTH = (date(2023, 11, 20), date(2023, 11, 26)), (date(2023, 11, 1), date(2023, 11, 30))


def chosen(period=WEEK, district="示范区", **more) -> Filters:
    return Filters(*period, session.reach().data_date, district, **more)


def made(*args, **more) -> Briefing:
    briefing = compose(chosen(*args, **more), NOW)
    assert briefing is not None
    return briefing


def block(briefing: Briefing, key: str):
    return next(block for block in briefing.blocks if block.key == key)


def measured(key: str, table: str, filters: Filters, by: str | None = None) -> list[dict]:
    return answer(
        lambda ask, *args: database.fetch(ask(*args), settings().database_url), key, FACTS[table], filters, by
    )


CHOICES = [
    {},
    {"period": MONTH},
    {"district": "宝安区"},
    {"streets": ("青禾街道",)},
    {"categories": ("劳动争议",), "channels": ("12345热线",)},
    {"district": "龙湾区", "streets": ("永中街道",)},
]


LATE, SOON = "超期（法定期限或来源期限）", "7 日内到期"
OWN = ("late", "due_soon", "standing", "cluster", "cluster_expected", "unplaced")  # figures that are no measures


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_every_figure_is_that_of_the_measure(demonstration, choice):
    briefing = made(**choice)
    checked = 0
    for figure in briefing.figures:
        name, *parts = figure.name.split("@")
        table, _dot, key = name.partition(".")
        at = dict(part.split("=") for part in parts)
        if key in OWN or table in ("funnel", "letters", "deadlines") or "limits" in at:
            continue
        filters = before(briefing.filters) if at.pop("when", "") else briefing.filters
        if "bucket" in at:
            start = date.fromisoformat(at.pop("bucket"))
            end = start + (briefing.filters.end - briefing.filters.start) if filters.is_week else None
            filters = replace(filters, start=start, end=end or _month_end(start))
        by = next(iter(at), None)
        rows = measured(key, table, filters, by)
        row = next((row for row in rows if not by or (row[by] or "") == at[by]), {"value": 0})
        assert figure.value == pytest.approx(row["value"], abs=1e-6), figure.name
        if figure.denominator is not None:
            assert (figure.numerator, figure.denominator) == (row["numerator"], row["denominator"]), figure.name
        checked += 1
    assert checked > 20


def _month_end(start: date) -> date:
    return date.fromordinal(
        start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1).toordinal() - 1
    )


def test_the_week_has_every_block_in_order(demonstration):
    assert [block.key for block in made().blocks] == list(NAMES)


def test_the_headline_says_figures_periods_and_denominators(demonstration):
    (words,) = block(made(), "headline").parts
    said = [plain(text) for text in words.paragraphs]
    week, previous = (measured("received", "cases", f)[0]["value"] for f in (chosen(), before(chosen())))
    assert f"示范区受理纠纷 {week} 件，较第46周 {previous} 件" in said[0]
    assert re.search(r"此前 12 个月波动范围 \d+—\d+", said[0])
    rate = measured("mediation_success_rate", "cases", chosen())[0]
    assert "（95% 区间 " in said[1]
    assert f"n={rate['denominator']}）" in said[1]
    assert "期末超期在办" in said[2]


def test_the_jump_that_was_planted_is_what_moved(demonstration):
    (words,) = block(made(period=MONTH), "attention").parts
    assert words.glyphs[0] == "◐"
    assert "松岭街道" in words.paragraphs[0]
    moved = block(made(period=MONTH), "monday").parts[0].rows[-1]
    assert moved[1:] == ("1", "松岭街道")


def test_inside_a_street_the_communities_are_told(demonstration):
    table = block(made(streets=("青禾街道",)), "streets").parts[0]
    assert table.head[0] == "社区"
    received = sum(int(row[1].replace(",", "")) for row in table.rows)
    assert received == measured("received", "cases", chosen(streets=("青禾街道",)))[0]["value"]


def test_the_chart_holds_the_numbers_of_the_last_thirteen_weeks(demonstration):
    (chart,) = block(made(), "trend").parts
    assert len(chart.categories) == 13
    assert chart.categories[-1] == "第47周"
    assert chart.series[0].values[-1] == measured("received", "cases", chosen())[0]["value"]


@pytest.mark.parametrize(
    ("received", "said"), [(0.0, "这几周没有受理。"), (None, "这几周各为零或件数过少，不予显示。")]
)
@pytest.mark.parametrize("hole", [False, True])
def test_weeks_without_a_number_to_draw_are_words_and_no_chart(demonstration, monkeypatch, received, said, hole):
    weekly = session.trend

    def flat(*arguments, **more):
        frame = weekly(*arguments, **more)
        column = [received] * len(frame)
        return frame.assign(received=[*column[:-1], 0.0] if hole else column) if "received" in frame else frame

    monkeypatch.setattr(session, "trend", flat)
    trend = block(made(streets=("青禾街道",)), "trend")
    assert trend.parts == (Words((said,)),)
    assert "控制限" not in trend.note


def test_english_says_the_same_figures_and_has_no_chinese_of_ours(demonstration):
    chinese = made()
    i18n.use("en")
    english = made()
    assert english.hash == chinese.hash
    texts = " ".join(_texts(english))
    data = {"示范区", "12345热线", *_data_words()}
    for word in sorted(data, key=len, reverse=True):
        texts = texts.replace(word, "")
    assert re.findall(r"[\u4e00-\u9fff]+", texts) == []


def _data_words() -> set[str]:
    offered = session.choices()
    steps = {"登记", "分流", "评估鉴定", "调解", "司法确认", "诉前联调"}
    communities = {
        f"{street.removesuffix('街道')}第{n}社区" for street in offered.streets["示范区"] for n in "一二三四五六七八"
    }
    bodies = {*session.load(values_of, organisations, "name")["value"]}
    bodies |= {*session.load(values_of, complaints, "organisation")["value"]}
    return {*offered.streets["示范区"], *offered.kinds["category", "示范区"], *steps, *communities, *bodies}


def _texts(briefing: Briefing):
    yield from (briefing.title, briefing.scope)
    for one in briefing.blocks:
        yield from (one.heading, one.note)
        for part in one.parts:
            if isinstance(part, Words):
                yield from part.paragraphs
            if isinstance(part, Table):
                yield from (part.caption, *part.head, *(text for row in part.rows for text in row))
            if isinstance(part, Kpis):
                yield from (text for kpi in part.items for text in vars(kpi).values())
            if isinstance(part, Chart):
                yield from (part.alt, part.unit, *part.categories, *(line.name for line in part.series))


def test_the_hash_is_of_the_figures_and_of_nothing_else(demonstration):
    first = made()
    assert first.hash == made().hash == replace(first, title="x", blocks=(), made_at=datetime(2030, 1, 1)).hash
    revised = replace(first.figures[0], value=first.figures[0].value + 1)
    assert replace(first, figures=(revised, *first.figures[1:])).hash != first.hash
    assert made(streets=("青禾街道",)).hash != first.hash
    assert len({figure.name for figure in first.figures}) == len(first.figures)


def test_who_may_not_see_rows_gets_no_small_count_and_no_record(on, real_url):
    on(real_url)
    for choice in CHOICES:
        briefing = made(**choice)
        assert [one for one in briefing.figures if _gives_away(one)] == []
        assert [text for text in _texts(briefing) if FEW.search(plain(text))] == []
        assert [cell for cell in _counts(briefing) if re.fullmatch("[1-4]", cell)] == []
        assert len(block(briefing, "monday").parts) == 1
        assert "SF-C" not in json.dumps(list(_texts(briefing)), ensure_ascii=False)


def _gives_away(figure: Figure) -> bool:
    key, parts = name_parts(figure.name)
    if dict(parts).get("limits") or key.endswith(("_expected", ".median_days")):
        return False
    counts = [figure.numerator, figure.denominator] if figure.denominator is not None else [figure.value]
    return any(count is not None and masking.small(count) for count in counts)


COUNTED = ("件数", "受理", "n", "超期", "曾到达", "进入", "在办", "7 日内到期")


def _counts(briefing: Briefing) -> list[str]:
    """The cells of all tables that are numbers of records."""
    return [
        row[place]
        for one in briefing.blocks
        for part in one.parts
        if isinstance(part, Table)
        for row in part.rows
        for place, head in enumerate(part.head)
        if (head in COUNTED or head[:1] in "●◐○") and row[0] != "超出波动范围的街道"
    ]


def test_records_without_coordinates_are_counted_for_those_who_may_see_rows(on, demonstration_url, real_url):
    told = []
    for url in (demonstration_url, real_url):
        on(url)
        words = block(made(district="龙湾区", streets=("永中街道",)), "clusters").parts[0]
        told.append(" ".join(words.paragraphs))
    assert "另有 3 件没有坐标" in told[0]
    assert "另有 × 件没有坐标" in told[1]


def _row(key: str, value, numerator, denominator) -> dict:
    return {key: value, f"{key}_n": numerator, f"{key}_d": denominator}


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "调解成功率：本期没有可计算的件。"),
        (12, "调解成功率 ×（n=12，件数过少，不予显示）。"),
        (None, "调解成功率 ×（n=×，件数过少，不予显示）。"),
    ],
)
def test_a_rate_that_is_hidden_is_none_that_does_not_exist(demonstration, n, said):
    key = "mediation_success_rate"
    assert wording.rate(key, _row(key, None, None, n), _row(key, 0.9, 90, 100), chosen()) == said


def test_a_hidden_rate_is_a_cross_in_its_card_too(on, real_url):
    on(real_url)
    week = chosen(district="龙湾区", streets=("永中街道",))
    facts = Facts(week)
    facts.__dict__["rows"] = tuple(row | _row("mediation_success_rate", None, None, 12) for row in facts.rows)
    (kpis,) = summary.kpis(facts)[0].parts
    assert (kpis.items[1].value, kpis.items[1].base) == ("×", "n=12")
    facts.__dict__["rows"] = tuple(row | _row("mediation_success_rate", None, 0, 0) for row in facts.rows)
    (kpis,) = summary.kpis(facts)[0].parts
    assert (kpis.items[1].value, kpis.items[1].base) == ("—", "n=0")


def test_few_records_change_by_records_and_not_in_percent(demonstration):
    for street, change in (("永中街道", r"↓ −5 件"), (None, r"[↑↓] [+−][\d.]+%")):
        briefing = made(district="龙湾区", streets=(street,) if street else ())
        (kpis,) = block(briefing, "kpis").parts
        assert re.fullmatch(change, kpis.items[0].change)


LAST = (date(2023, 11, 27), date(2023, 12, 3))


def test_without_due_times_overdue_is_that_of_the_data_date_and_nothing_is_due_soon(changed):
    changed("UPDATE cases SET due_at = NULL, overdue = (opened_at < '2023-09-01')")
    overdue = measured("overdue", "cases", chosen(period=MONTH))[0]["value"]
    assert overdue > 0
    briefing = made(period=MONTH)
    said = next(text for text in block(briefing, "headline").parts[0].paragraphs if "超期" in text)
    assert plain(said).startswith(f"期末超期在办 {overdue} 件")
    assert "较" not in said
    assert [row[0] for row in block(briefing, "monday").parts[0].rows][:2] == [LATE, SOON]
    late = next(figure.value for figure in briefing.figures if figure.name == "deadlines.late")
    assert late >= overdue + measured("overdue", "complaints", chosen(period=MONTH))[0]["value"]
    kpi = block(briefing, "kpis").parts[0].items[3]
    assert (kpi.value, kpi.change, kpi.against) == (str(overdue), "", "")
    assert "只能判断数据日期当日" in kpi.base
    assert not any("超期" in text for text in block(made(), "headline").parts[0].paragraphs)


def test_what_has_due_times_and_nothing_overdue_is_not_undated(changed):
    changed("UPDATE cases SET due_at = '2024-06-01', overdue = NULL")
    briefing = made()
    assert "期末超期在办 0 件，较第46周末持平。" in [plain(t) for t in block(briefing, "headline").parts[0].paragraphs]
    assert [LATE, SOON] == [row[0] for row in block(briefing, "monday").parts[0].rows][:2]


def test_a_week_that_is_not_over_is_compared_with_nothing(demonstration):
    briefing = made(period=LAST)
    so_far = replace(chosen(period=LAST), end=date(2023, 11, 30))
    overdue = measured("overdue", "cases", so_far)[0]["value"]
    assert overdue == measured("overdue", "cases", chosen(period=LAST))[0]["value"]
    said = [plain(text) for text in block(briefing, "headline").parts[0].paragraphs]
    assert "（截至2023年11月30日 24:00，本期未结束，不作比较）" in said[0]
    assert any(text.startswith(f"截至2023年11月30日 24:00超期在办 {overdue} 件") for text in said)
    assert "第47周" not in " ".join([*said, *block(briefing, "streets").parts[0].head])
    assert block(briefing, "trend").parts[0].band is None
    assert "本期未结束" in block(briefing, "attention").parts[0].paragraphs[0]
    assert {(kpi.change, kpi.against) for kpi in block(briefing, "kpis").parts[0].items} == {("", "")}
    assert not [one.name for one in briefing.figures if "when" in one.name or "limits" in one.name]
    by_street = {row["street"]: row["value"] for row in measured("overdue", "cases", so_far, "street")}
    for figure in briefing.figures:
        if figure.name.startswith("cases.overdue@street="):
            assert figure.value == by_street[dict(name_parts(figure.name)[1])["street"] or None]


def test_every_figure_has_a_name_in_words(demonstration):
    keys = {name_parts(figure.name)[0].rpartition(".")[2] for choice in CHOICES for figure in made(**choice).figures}
    assert keys - set(MEASURES) - set(register.KEYS) == set()


def test_what_is_printed_by_street_is_among_the_figures(demonstration):
    briefing = made()
    figures = {figure.name: figure for figure in briefing.figures}
    rows = {row[0]: row for row in block(briefing, "monday").parts[0].rows}
    kept = {
        SOON: lambda street: figures[f"deadlines.due_soon@street={street}"].value,
        "新增重复诉求": lambda street: figures[f"complaints.repeat_rate@street={street}"].numerator,
    }
    for what, figure in kept.items():
        told = re.findall(r"(\w+街道) (\d+)", rows[what][2])
        assert told
        assert all(figure(street) == int(n) for street, n in told)
    for street, received, difference, *_rest in block(briefing, "streets").parts[0].rows:
        if street.endswith("街道"):
            before_ = figures[f"cases.received@street={street}@when=previous"].value
            assert int(received) - before_ == int(difference.replace("−", "-").replace("±", ""))
    *_map, table = block(briefing, "clusters").parts
    clusters = [figure for name, figure in figures.items() if "cluster_expected@" in name]
    assert [f"{figure.value:.1f}" for figure in clusters] == [row[3] for row in table.rows]
    assert figures["cases.unplaced"].value is not None


def test_a_scope_without_records_has_no_briefing(demonstration):
    assert compose(chosen(streets=("没有街道",)), NOW) is None
