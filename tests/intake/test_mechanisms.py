"""Registers of petitions' steps, letters, calls, visits, terms and payment orders: proposed, read and kept."""

from datetime import datetime

import pytest

from cockpit.intake import contract, mapping, run
from cockpit.intake.checking.known import Area
from cockpit.intake.suggesting.draft import Draft
from cockpit.intake.suggesting.look import look
from tests.intake import exports
from tests.intake.files import rows_of

AREAS = [Area("1", "district", "宝安区"), *(Area(f"1{i}", "street", n, "1") for i, n in enumerate(exports.STREETS))]
day = exports.day

STEPS = [
    ("信访编号", "序号", "环节", "开始时间", "完成时间", "结果"),
    *((f"XF{i:04d}", "1", ("听证", "评理", "复查")[i % 3], day(i, 10), day(i), ("达成一致", "不予支持")[i % 2])
      for i in range(30)),
]  # fmt: skip
LETTERS = [
    ("文号", "三函类型", "受函单位", "所属街道", "发函日期", "回复期限", "回函日期"),
    *((f"宝信督〔2023〕{i}号", ("督查办函", "风险提示函", "问责建议书")[i % 3], ("区城管局", "区住建局")[i % 2],
       exports.STREETS[i % 3], day(i, 10), day(i, 11), "" if i % 4 == 0 else day(i, 11)) for i in range(30)),
]  # fmt: skip
WHISTLES = [
    ("哨单编号", "吹哨街道", "事项类别", "报到部门", "吹哨时间", "应到场时间", "报到时间", "解决时间"),
    *((f"W{i:04d}", exports.STREETS[i % 3], ("噪声", "占道")[i % 2], ("城管局", "住建局")[i % 2], f"{day(i)} 09:00:00",
       f"{day(i)} 12:00:00", f"{day(i)} 10:30:00", "" if i % 5 == 0 else f"{day(i, 12)} 10:00:00") for i in range(30)),
]  # fmt: skip
VISITS = [
    ("回访编号", "案件编号", "回访人员类型", "应回访日期", "回访日期", "回访结果"),
    *((f"H{i:04d}", f"A{i}", ("网格员", "平安志愿者")[i % 2], day(i, 11), day(i, 12),
       ("稳定", "反复", "未联系上")[i % 3]) for i in range(30)),
]  # fmt: skip
CHANGES = [
    ("案件编号", "变更种类", "起始时间", "恢复时间", "延长天数", "中止事由"),
    *((f"A{i}", ("中止", "延长")[i % 2], day(i, 10), ("", day(i, 11))[i % 2 == 0], ("", "30")[i % 2],
       ("鉴定", "情况复杂")[i % 2]) for i in range(30)),
]  # fmt: skip
ORDERS = [
    ("案件编号", "申请保全日期", "能否送达", "申请支付令日期", "受理日期", "支付令签发日期", "支付令送达日期"),
    *((f"A{i}", ("", day(i, 9))[i % 5 == 0], ("是", "否")[i % 4 == 0], day(i, 10), day(i, 10), day(i, 11),
       "" if i % 4 == 0 else day(i, 12)) for i in range(30)),
]  # fmt: skip
REGISTERS = {
    "complaint_steps": ("信访环节.csv", STEPS),
    "letters": ("三函台账.csv", LETTERS),
    "whistles": ("吹哨报到台账.csv", WHISTLES),
    "follow_ups": ("矛盾纠纷回访台账.csv", VISITS),
    "term_changes": ("期限变更.csv", CHANGES),
    "payment_orders": ("支付令台账.csv", ORDERS),
}
SAID = {"letters": {"district": "宝安区"}, "whistles": {"district": "宝安区"}}
SAID |= {name: {"target": "cases"} for name in ("follow_ups", "term_changes")}
FIRST = {
    "complaint_steps": {"complaint_id": "XF0000", "step": "hearing", "result": "settled"},
    "letters": {"letter_id": "宝信督〔2023〕0号", "letter": "supervision",
                "organisation": "区城管局", "street": "西乡街道", "answered_at": None,
                "issued_at": datetime(2023, 10, 1), "district": "宝安区"},
    "whistles": {"whistle_id": "W0000", "organisation": "城管局",
                 "category": "噪声", "channel": "未知", "opened_at": datetime(2023, 11, 1, 9),
                 "arrive_by": datetime(2023, 11, 1, 12), "arrived_at": datetime(2023, 11, 1, 10, 30),
                 "closed_at": None},
    "follow_ups": {"target": "cases", "record": "A0", "visitor": "网格员", "result": "stable",
                   "done_at": datetime(2023, 12, 1)},
    "term_changes": {"record": "A0", "change": "pause", "days": None, "reason": "鉴定",
                     "started_at": datetime(2023, 10, 1), "ended_at": datetime(2023, 11, 1)},
    "payment_orders": {"case_id": "A0", "preservation_at": datetime(2023, 9, 1), "debtor_reachable": False,
                       "applied_at": datetime(2023, 10, 1), "served_at": None},
}  # fmt: skip


def draft_of(tmp_path, table: str) -> tuple:
    name, rows = REGISTERS[table]
    file = exports.text(tmp_path, name, rows, "gb18030")
    made = Draft.suggested(look(file), AREAS)
    return file, made


@pytest.mark.parametrize("table", REGISTERS)
def test_a_register_is_known_and_kept_as_it_stands(tmp_path, url, table):
    file, made = draft_of(tmp_path, table)
    assert made.table == table
    plan = made.plan
    plan = plan.model_copy(update={"constants": plan.constants | SAID.get(table, {})})
    assert mapping.problems(plan) == []
    result = run(file, plan, url)
    assert (result.read, result.kept) == (30, 30)
    first = FIRST[table]
    (row, *_others) = rows_of(url, table, *first)
    assert dict(zip(first, row, strict=True)) == first


@pytest.mark.parametrize("table", REGISTERS)
def test_every_column_of_a_register_is_proposed_but_what_nobody_can_know(tmp_path, table):
    _file, made = draft_of(tmp_path, table)
    theirs = {choice.theirs for choice in made.choices.values() if choice.theirs}
    assert theirs == set(REGISTERS[table][1][0])
    assert {name for name in contract.must_be_mapped(contract.TABLES[table]) if not made.choices[name].filled} <= set(
        SAID.get(table, {})
    )
