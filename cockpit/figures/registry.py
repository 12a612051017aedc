"""What a newspaper page of December 2023 printed about each mechanism, number by number, and what answers it.

Places, mechanisms and printed words are quotations. What the cockpit has no rows for yet has no answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cockpit.figures import answers as a
from cockpit.figures.answers import Compute
from cockpit.figures.rules import Rule, at_least, equal, rounded, within
from queries.filters import Filters

FIRST, NOVEMBER = date(2020, 1, 1), date(2023, 11, 30)
YEAR = date(2023, 1, 1)


@dataclass(frozen=True)
class Figure:
    """One printed number. ``unit`` as of queries.measures; no ``rule`` and no ``compute``: not yet built."""

    id: str
    place: str
    mechanism: str
    printed: str
    since: date | None = None
    until: date | None = None
    rule: Rule | None = None
    compute: Compute | None = None
    unit: str = "count"


def _answered(
    id: str, place: str, mechanism: str, filters: Filters | None, *parts: tuple[str, Rule, Compute] | tuple
) -> Iterator[Figure]:
    """The numbers that one figure is made of, each with its words, its rule, its answer and (if no count) its unit;
    ``filters`` None: what stands, without a period."""
    since, until = (None, None) if filters is None else (filters.start, filters.end)
    for printed, rule, compute, *unit in parts:
        yield Figure(id, place, mechanism, printed, since, until, rule, compute, *unit)


def _unbuilt(id: str, place: str, mechanism: str, *printed: str) -> Iterator[Figure]:
    return (Figure(id, place, mechanism, one) for one in printed)


BAOAN = a.span("宝安区", FIRST, NOVEMBER)


def _baoan() -> Iterator[Figure]:
    place = "深圳 宝安"
    yield from _answered(
        "B1", place, "三调联动", BAOAN,
        ("化解矛盾纠纷14.46万件", rounded(144_600, 100), a.measured("mediated", BAOAN)),
    )  # fmt: skip
    yield from _answered(
        "B2", place, "三调联动", BAOAN,
        ("调解成功率98%以上", at_least(0.98), a.measured("mediation_success_rate", BAOAN), "share"),
    )  # fmt: skip
    yield from _answered(
        "B3", place, "1+5+N", None,
        ("1个区级中心", equal(1), a.bodies("宝安区", "district_centre")),
        ("5个街道级分中心", equal(5), a.bodies("宝安区", "street_centre")),
        ("N个社区站", at_least(1), a.bodies("宝安区", "community_station")),
    )  # fmt: skip
    yield from _answered(
        "B4", place, "1+5+N", None,
        ("15家单位入驻", equal(15), a.bodies("宝安区", "agency")),
        ("6个专业调解平台", equal(6), a.bodies("宝安区", "platform")),
        ("4个专业调解团队", equal(4), a.bodies("宝安区", "team")),
        ("3个非诉解纷服务窗口", equal(3), a.bodies("宝安区", "window")),
    )  # fmt: skip
    yield from _answered("B5", place, "品牌", None, ("10个个人品牌调解工作室", equal(10), a.bodies("宝安区", "studio")))
    yield from _unbuilt("B5", place, "品牌", "十大金牌调解员、十大金牌调解室、十大优秀案例")


LONGWAN = a.span("龙湾区", date(2023, 2, 1), NOVEMBER)
FINANCE = a.span("龙湾区", date(2023, 2, 1), NOVEMBER, ["金融纠纷"])
SCREENED = a.span("龙湾区", date(2022, 11, 1), NOVEMBER)
ONE_N, SCREENING, PRESERVATION = "金融1+N", "查废筛查", "以保促调"
RECEIVED = a.entered(LONGWAN, ONE_N, "接收")


def _longwan() -> Iterator[Figure]:
    place = "温州 龙湾"
    for id, printed, n, exits in (
        ("L2", "诉前化解1108件", 1_108, ("written_off", "mediated")),
        ("L3", "督促程序化解403件", 403, ("payment_order",)),
        ("L4", "仅立6个诉讼案号", 6, ("filed",)),
        ("L5", "（未公布）去向不明483件", 483, ("unknown",)),
    ):
        if id == "L2":
            yield from _answered("L1", place, ONE_N, LONGWAN, ("接收金融纠纷2000件", equal(2_000), RECEIVED))
        yield from _answered(id, place, ONE_N, LONGWAN, (printed, equal(n), a.left(LONGWAN, ONE_N, *exits)))
    yield from _answered(
        "L6", place, "金融案件", FINANCE,
        ("金融案件立案数同比下降62.1%", rounded(-0.621, 0.001), a.grown("filed", FINANCE), "share"),
    )  # fmt: skip
    yield from _answered(
        "L7", place, ONE_N, LONGWAN,
        ("督促履行债务3367.71万元", rounded(33_677_100, 100), a.left(LONGWAN, ONE_N, what="amount_paid"), "cny"),
        ("减免505.35万元", rounded(5_053_500, 100), a.left(LONGWAN, ONE_N, what="amount_waived"), "cny"),
    )  # fmt: skip
    yield from _answered(
        "L8", place, ONE_N, LONGWAN,
        ("调解成功的案件无一进入执行", equal(0), a.enforced(LONGWAN, ONE_N)),
    )  # fmt: skip
    yield from _unbuilt("L9", place, "在线赋强公证", "办结761件", "涉9.377亿元", "仅两笔出具执行证书")
    yield from _screened(place)
    yield from _unbuilt("L12", place, "驾驶舱", "1名员额法官、2名法官助理", "压缩90%解纷用时")
    yield from _answered("L13", place, "车贷追偿", None, ("成功调解188件", equal(188), a.settled("车贷追偿")))


def _screened(place: str) -> Iterator[Figure]:
    """What the two screens before the court let through; L10 since the measure was created."""
    out = a.left(SCREENED, ONE_N, "written_off", step=SCREENING)
    amount = a.left(SCREENED, ONE_N, "written_off", step=SCREENING, what="amount_written_off")
    settled = a.left(LONGWAN, ONE_N, "mediated", step=PRESERVATION)
    yield from _answered(
        "L10", place, "查废证明", SCREENED,
        ("出具407份", equal(407), out),
        ("核销1191.56万元", rounded(11_915_600, 100), amount, "cny"),
        ("过滤20%至30%", within(0.2, 0.3), a.part(out, a.entered(SCREENED, ONE_N, SCREENING)), "share"),
    )  # fmt: skip
    yield from _answered(
        "L11", place, PRESERVATION, LONGWAN,
        ("再过滤40%至60%", within(0.4, 0.6), a.part(settled, a.entered(LONGWAN, ONE_N, PRESERVATION)), "share"),
    )  # fmt: skip


XINLUO = a.span("新罗区", YEAR, NOVEMBER)


def _xinluo() -> Iterator[Figure]:
    place, screening = "龙岩 新罗", "排查化解"
    yield from _answered(
        "X1", place, screening, XINLUO,
        ("排查13696件", equal(13_696), a.measured("received", XINLUO)),
        ("化解11767件", equal(11_767), a.measured("resolution_rate_n", XINLUO)),
        ("（未公布）化解率85.9%", rounded(0.859, 0.001), a.measured("resolution_rate", XINLUO), "share"),
    )  # fmt: skip
    yield from _answered(
        "X2", place, "信访积案", XINLUO,
        ("积案化解率达100%", equal(1), a.measured("backlog_cleared_rate", XINLUO, "complaints"), "share"),
    )  # fmt: skip
    yield from _answered(
        "X3", place, "三函", XINLUO,
        ("督查办函", at_least(1), a.letters(XINLUO, "supervision")),
        ("风险提示函", at_least(1), a.letters(XINLUO, "risk")),
        ("问责建议书", at_least(1), a.letters(XINLUO, "accountability")),
    )  # fmt: skip


NANHAI = a.span("南海区", YEAR, NOVEMBER)


def _others() -> Iterator[Figure]:
    court = "北京 朝阳"
    yield from _unbuilt("C1", court, "执行", "近三年执结18万余件", "执行到位约466亿元")
    yield from _unbuilt("C2", court, "督促履行", "限制消费37505人次", "纳入失信2014人次", "拘留62人次")
    yield from _unbuilt("C3", court, "信用修复", "1741人次退出失信名单")
    yield from _unbuilt("C4", court, "保全", "1—11月新收财产保全9512件")
    yield from _unbuilt("C5", court, "培训", "培训200余人次")
    yield from _answered(
        "N1", "佛山 南海", "访调对接", NANHAI,
        ("调处化解信访事项1.38万件", rounded(13_800, 100), a.measured("settled_by_mediation", NANHAI, "complaints")),
    )  # fmt: skip
    yield from _unbuilt("W1", "西安 未央", "高校反诈联盟", "4所高校", "每校宣防队5至10人")
    yield from _unbuilt(
        "Y1", "义乌", "知识产权海关保护",
        "云参观25万人", "连续10年", "巡查展位8000余个（次）", "年均咨询200余次", "备案较2009年近百倍",
    )  # fmt: skip
    yield from _answered(
        "M1", "大连 林茂", "小巷管家", None,
        ("10余年未发生上访", at_least(3_653), a.days_since_visit("林茂社区"), "whole_days"),
    )  # fmt: skip
    yield from _unbuilt("H1", "长沙 洪山", "一网三重", "超万人活动零发案", "零事故", "零投诉")
    yield from _unbuilt("D1", "雷山 达地", "宿村夜话", "（无数字）")
    yield from _unbuilt("S1", "宁波 海曙", "法治见习", "20名小学生")


PUBLISHED = (*_baoan(), *_longwan(), *_xinluo(), *_others())
