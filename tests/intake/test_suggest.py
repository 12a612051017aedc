"""The proposal for a file is what a person would have chosen; what nobody can tell is asked, never guessed."""

import csv
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.intake import contract, mapping
from cockpit.intake.checking.known import Area
from cockpit.intake.suggesting import suggest
from cockpit.intake.suggesting.draft import Draft
from cockpit.intake.suggesting.look import Found, look
from cockpit.intake.suggesting.proposal import COORDINATES, DAY_MONTH, WORDS, Proposal
from tests.intake import exports

AREAS = [
    Area("1", "district", "宝安区"),
    *(Area(f"1{i}", "street", name, "1") for i, name in enumerate(exports.STREETS)),
    *(Area(f"2{i}", "community", name, "10") for i, name in enumerate(exports.COMMUNITIES)),
]


def proposed(file, areas: Iterable[Area] = AREAS) -> tuple[Found, Proposal]:
    found = look(file)
    return found, suggest.suggest(found, list(areas))


def columns(proposal: Proposal) -> dict[str, str]:
    return {one.ours: one.theirs for one in proposal.suggestions if one.theirs}


def option(proposal: Proposal, key: str) -> object:
    return next((one.value for one in proposal.read if one.key == key), None)


def test_a_hotline_export(tmp_path):
    _, proposal = proposed(exports.text(tmp_path, "12345工单.csv", exports.HOTLINE, "gb18030"))
    assert (proposal.table, proposal.sure > 0.8) == ("complaints", True)
    assert columns(proposal) == {
        "complaint_id": "工单编号", "district": "诉求区域", "street": "所属街道", "community": "所属社区",
        "channel": "受理渠道",
        "category": "一级分类", "subcategory": "二级分类", "nature": "诉求类型", "organisation": "承办单位",
        "opened_at": "来电时间",
        "due_at": "办理时限", "closed_at": "办结时间", "overdue": "是否超期", "status": "工单状态",
        "contacted": "是否先行联系",
        "solved": "是否解决", "satisfied": "满意度",
    }  # fmt: skip
    assert proposal.of("status").values == {"已办结": "closed", "*": "open"}
    assert proposal.of("satisfied").values == {"满意": "true", "不满意": "false", "*": ""}
    assert proposal.of("solved").values == {"已解决": "true", "未解决": "false"}
    assert not proposal.of("overdue").values, "是 and 否 are read as they are"
    assert set(proposal.personal) == {"来电人", "联系电话"}
    assert option(proposal, "null") == ["", "-"]
    assert not proposal.questions
    assert all(len(one.examples) in (2, 3) or one.ours == "district" for one in proposal.suggestions if one.theirs)


def test_a_petition_register_with_groups_over_its_names(tmp_path):
    _, proposal = proposed(exports.workbook(tmp_path, "信访台账.xlsx", 台账=exports.PETITIONS))
    assert proposal.table == "complaints"
    assert columns(proposal) == {
        "complaint_id": "登记信息 信访件编号", "channel": "登记信息 信访形式", "people_count": "登记信息 人数",
        "organisation": "办理信息 责任单位", "opened_at": "登记信息 登记日期", "closed_at": "办理信息 办结日期",
        "status": "办理信息 状态", "sponsor": "包案领导",
    }  # fmt: skip
    assert (option(proposal, "header"), option(proposal, "header_rows")) == (4, 2)
    assert [(one.ours, one.value) for one in proposal.constants] == [("district", "宝安区"), ("category", None)]


MEDIATION = {
    "case_id": "案件编号", "category": "纠纷类型", "opened_at": "受理日期", "closed_at": "结案日期",
    "outcome": "调解结果",
    "amount_claimed": "涉案金额（元）", "street": "所属街道", "organisation_id": "调解组织", "mediator_id": "调解员",
}  # fmt: skip


def test_mediation_cases_with_a_row_of_codes_behind_a_cover(tmp_path):
    book = exports.workbook(tmp_path, "周报.xlsx", 封面=exports.COVER, 说明=exports.NOTES, 明细=exports.MEDIATIONS)
    for file in (book, exports.text(tmp_path, "调解.csv", exports.MEDIATIONS)):
        found, proposal = proposed(file)
        assert proposal.table == "cases"
        assert {ours: str(theirs).split()[0] for ours, theirs in columns(proposal).items()} == MEDIATION
        assert proposal.of("outcome").values == {
            "调解成功": "mediated", "调解失败": "failed", "撤回": "withdrawn", "*": "unknown"
        }  # fmt: skip
        assert proposal.of("opened_at").formats == ()
        assert {name.split()[0] for name in proposal.personal} == {"申请人", "身份证号"}
        assert option(proposal, "sheet") == ("明细" if found.workbook else None)


def test_codes_alone_are_enough_where_the_captions_say_nothing(tmp_path):
    rows = [("甲", "乙", "丙", "丁"), ("SR_ID", "OPEN_DATE", "CLOSE_DATE", "STATUS"),
            *((f"A{i}", exports.day(i), exports.day(i, 12), "结案") for i in range(20))]  # fmt: skip
    _, proposal = proposed(exports.text(tmp_path, "x.csv", rows))
    assert columns(proposal) == {"complaint_id": "甲 SR_ID", "opened_at": "乙 OPEN_DATE",
                                 "closed_at": "丙 CLOSE_DATE", "status": "丁 STATUS"}  # fmt: skip


def test_coordinates_in_china_are_asked_about(tmp_path):
    _, proposal = proposed(exports.text(tmp_path, "网格事件.csv", exports.GRID))
    assert columns(proposal) == {
        "complaint_id": "事件编号", "category": "事件类别", "opened_at": "上报时间", "channel": "事件来源",
        "lon": "经度", "lat": "纬度",
        "community": "所属社区", "status": "处置状态", "closed_at": "办结时间", "organisation": "处置部门",
    }  # fmt: skip
    assert option(proposal, "coordinates") == "gcj02"
    assert [one.question for one in proposal.questions] == [COORDINATES]


@pytest.mark.parametrize(
    ("names", "system"), [(("WGS84经度", "WGS84纬度"), "wgs84"), (("百度经度", "百度纬度"), "bd09")]
)
def test_coordinates_that_say_their_system_are_not_asked_about(tmp_path, names, system):
    header = [names[("经度", "纬度").index(cell)] if cell in ("经度", "纬度") else cell for cell in exports.GRID[0]]
    _, proposal = proposed(exports.text(tmp_path, "x.csv", [header, *exports.GRID[1:]]))
    assert option(proposal, "coordinates") == system
    assert not proposal.questions


def test_coordinates_under_each_others_names_are_told_by_their_values(tmp_path):
    header = [{"经度": "纬度", "纬度": "经度"}.get(cell, cell) for cell in exports.GRID[0]]
    _, proposal = proposed(exports.text(tmp_path, "x.csv", [header, *exports.GRID[1:]]))
    assert (proposal.of("lon").theirs, proposal.of("lat").theirs) == ("纬度", "经度")


def test_day_and_month_are_asked_where_no_value_tells(tmp_path):
    _, proposal = proposed(exports.text(tmp_path, "x.csv", exports.AMBIGUOUS))
    opened = proposal.of("opened_at")
    assert (opened.question, opened.formats) == (DAY_MONTH, ())
    assert (opened.month_first, opened.day_first) == (("%m/%d/%Y %H:%M",), ("%d/%m/%Y %H:%M",))
    assert proposal.of("closed_at").question == DAY_MONTH


def test_one_value_beyond_the_twelfth_decides_for_its_column_alone(tmp_path):
    rows = [*exports.AMBIGUOUS, ("A999", "25/11/2023 08:00", "26/11/2023", "西乡街道", "噪声", "满意")]
    _, proposal = proposed(exports.text(tmp_path, "x.csv", rows))
    assert proposal.of("opened_at").formats == ("%d/%m/%Y %H:%M",)
    assert proposal.of("closed_at").formats == ("%d/%m/%Y",)
    rows = [*exports.AMBIGUOUS, ("A999", "25/11/2023 08:00", "", "西乡街道", "噪声", "满意")]
    _, proposal = proposed(exports.text(tmp_path, "x.csv", rows))
    assert proposal.of("closed_at").question == DAY_MONTH, "it is written otherwise, so by another hand"


def test_a_column_written_alike_is_told_by_the_other(tmp_path):
    rows = [("编号", "登记时间", "办结时间"), *((f"A{i}", "03/04/2023", "13/04/2023") for i in range(9))]
    _, proposal = proposed(exports.text(tmp_path, "x.csv", rows))
    assert proposal.of("opened_at").formats == ("%d/%m/%Y",)
    assert not proposal.questions


@pytest.mark.parametrize(
    ("text", "formats"),
    [("2023年11月3日 9时5分", ()), ("2023/11/3 9:05", ()), ("20231103090500", ()), ("2023-11-03T09:05:00+08:00", ()),
     ("2023/11/3 下午3:05", ()), ("２０２３－１１－０３", ()), ("11/23/2023 09:05:00 PM", ("%m/%d/%Y %I:%M:%S %p",)),
     ("23.11.2023", ("%d.%m.%Y",)), ("23 Nov 2023", ("%d %b %Y",)), ("November 23, 2023", ("%B %d, %Y",)),
     ("11/23/23 9:05", ("%m/%d/%y %H:%M",)), ("23-11-2023T09:05:00+0800", ("%d-%m-%YT%H:%M:%S%z",))],
)  # fmt: skip
def test_times_are_read_in_the_usual_forms_or_by_a_format(tmp_path, text, formats):
    rows = [("编号", "登记时间"), *((f"A{i}", text) for i in range(9))]
    _, proposal = proposed(exports.text(tmp_path, "x.csv", rows))
    assert (proposal.of("opened_at").theirs, proposal.of("opened_at").formats) == ("登记时间", formats)


def test_codes_in_english(tmp_path):
    _, proposal = proposed(exports.text(tmp_path, "export.csv", exports.CODES))
    assert columns(proposal) == {
        "complaint_id": "SR_ID", "street": "TOWN_CD", "lon": "LNG", "lat": "LAT", "channel": "SRC_CD",
        "category": "CAT_CD",
        "subcategory": "SUBCAT_CD", "organisation": "DEPT_CD", "opened_at": "OPENED_DT", "closed_at": "CLOSED_DT",
        "status": "STATUS_CD",
    }  # fmt: skip
    assert proposal.of("status").values == {"CLOSED": "closed", "*": "open"}
    assert option(proposal, "offset") is None


@pytest.mark.parametrize(
    ("rows", "table", "values"),
    [
        (exports.ROLL, "mediators", {"kind": {"专职": "full_time", "兼职": "part_time"},
                                     "role": {"人民调解员": "mediator", "律师": "legal_adviser"},
                                     "status": {"在岗": "active", "停用": "suspended"}}),
        (exports.AREAS, "areas", {"level": {"区": "district", "街道": "street", "社区": "community"}}),
        (exports.STEPS, "case_steps", {}),
        (exports.BODIES, "organisations", {"tier": {"街道级": "street_centre", "社区级": "community_station"}}),
    ],
)  # fmt: skip
def test_the_other_tables(tmp_path, rows, table, values):
    found, proposal = proposed(exports.text(tmp_path, "x.csv", rows))
    assert proposal.table == table
    assert {one.ours: one.values for one in proposal.suggestions if one.values} == values
    assert mapping.problems(Draft.suggested(found, AREAS).plan) == []
    assert set(contract.must_be_mapped(contract.TABLES[table])) <= columns(proposal).keys()


def test_words_that_turn_dates_that_never_come_and_streets_in_short(tmp_path):
    _, proposal = proposed(exports.text(tmp_path, "x.csv", exports.GLUED))
    assert proposal.of("overdue").values == {"是": "false", "否": "true"}
    assert proposal.of("closed_at").values == {"9999-12-31 00:00": "", "未办结": ""}
    assert proposal.of("street").theirs == "所属镇街"
    assert option(proposal, "null") == ["", "无", "不详"]


def test_received_and_accepted_by_what_else_there_is(tmp_path):
    for names, expected in (
        (("受理时间", "办结时间"), ("受理时间", None)),
        (("登记时间", "受理时间", "办结时间"), ("登记时间", "受理时间")),
        (("受理时间", "派单时间", "办结时间"), ("受理时间", "派单时间")),
    ):
        rows = [("诉求编号", *names), *((f"A{i}", *(exports.day(i + k) for k in range(len(names)))) for i in range(30))]
        _, proposal = proposed(exports.text(tmp_path, "x.csv", rows))
        assert (proposal.of("opened_at").theirs, proposal.of("accepted_at").theirs) == expected


def test_disputes_of_a_district_office_are_cases(tmp_path):
    rows = [("序号", "矛盾纠纷编号", "所属镇街", "所属村居", "纠纷类别", "来源方式", "上报时间", "化解时限",
    "化解时间", "化解状态", "责任人"),
            *((str(i + 1), f"MD{i:05d}", exports.STREETS[i % 3], exports.COMMUNITIES[i % 2], ("邻里纠纷",
            "家庭纠纷")[i % 2],
               ("网格排查", "群众上报")[i % 2], f"{exports.day(i)} 8:05", exports.day(i, 12),
               f"{exports.day(i, 12)} 9:00",
               ("已化解", "化解中")[i % 2], "张三") for i in range(30))]  # fmt: skip
    _, proposal = proposed(exports.text(tmp_path, "综治.csv", rows))
    assert proposal.table == "cases"
    assert columns(proposal) == {
        "case_id": "矛盾纠纷编号", "street": "所属镇街", "community": "所属村居", "category": "纠纷类别",
        "channel": "来源方式", "opened_at": "上报时间", "due_at": "化解时限", "closed_at": "化解时间",
        "status": "化解状态",
    }  # fmt: skip


def test_streets_in_short_are_told_by_the_areas_the_cockpit_knows(tmp_path):
    rows = [
        ("编号", "登记时间", "甲"),
        *((f"A{i}", exports.day(i), ("西乡", "新安", "福永")[i % 3]) for i in range(30)),
    ]
    file = exports.text(tmp_path, "x.csv", rows)
    assert proposed(file)[1].of("street").theirs == "甲"
    assert proposed(file, ())[1].of("street").theirs is None


def test_a_workbook_of_texts_is_proposed_like_its_csv(tmp_path):
    _, book = proposed(exports.workbook(tmp_path, "12345.xlsx", 数据=exports.HOTLINE))
    _, file = proposed(exports.text(tmp_path, "12345.csv", exports.HOTLINE))
    assert book.suggestions == file.suggestions


def test_values_without_a_telling_name(tmp_path):
    rows = [("一", "二", "三", "四", "五"),
            *((f"A{i:04d}", exports.day(i), exports.STREETS[i % 3], ("办结", "在办")[i % 2],
            f"说明{i}") for i in range(30))]  # fmt: skip
    _, proposal = proposed(exports.text(tmp_path, "x.csv", rows))
    assert columns(proposal) == {"complaint_id": "一", "opened_at": "二", "street": "三", "status": "四"}
    assert proposal.of("complaint_id").sure < 0.4 < proposal.of("street").sure < 0.8


@pytest.mark.parametrize("cell", ["13800138000", "440306199001011234", "138****8000", "someone@example.com"])
def test_data_of_persons_are_never_suggested(tmp_path, cell):
    rows = [("编号", "登记时间", "类别", "街道"), *((f"A{i}", exports.day(i), cell, cell) for i in range(30))]
    _, proposal = proposed(exports.text(tmp_path, "x.csv", rows))
    assert columns(proposal).keys() == {"complaint_id", "opened_at"}


def test_long_texts_are_neither_category_nor_street(tmp_path):
    rows = [("编号", "登记时间", "问题类型", "街道"),
            *((f"A{i}", exports.day(i), f"市民反映某某路段第{i}次出现积水情况请核实处理",
            f"某某路{i}号某某花园小区门口的人行道上") for i in range(30))]  # fmt: skip
    _, proposal = proposed(exports.text(tmp_path, "x.csv", rows))
    assert columns(proposal).keys() == {"complaint_id", "opened_at"}


def test_words_of_which_none_is_known_are_asked(tmp_path):
    rows = [("编号", "登记时间", "状态"), *((f"A{i}", exports.day(i), ("甲", "乙")[i % 2]) for i in range(30))]
    _, proposal = proposed(exports.text(tmp_path, "x.csv", rows))
    status = proposal.of("status")
    assert (status.question, dict(status.words), status.values) == (WORDS, {"甲": 15, "乙": 15}, {})


def test_a_file_of_open_records_alone_is_not_asked_about(tmp_path):
    rows = [("编号", "登记时间", "状态"), *((f"A{i}", exports.day(i), ("在办", "已受理")[i % 2]) for i in range(30))]
    _, proposal = proposed(exports.text(tmp_path, "x.csv", rows))
    assert (proposal.of("status").question, proposal.of("status").values) == (None, {"*": "open"})


def test_identifiers_that_come_again(tmp_path):
    rows = [*exports.HOTLINE, exports.HOTLINE[1]]
    _, proposal = proposed(exports.text(tmp_path, "x.csv", rows))
    assert option(proposal, "duplicates") == "last"
    _, proposal = proposed(exports.text(tmp_path, "y.csv", exports.HOTLINE))
    assert option(proposal, "duplicates") is None


def test_a_zero_offset_beside_a_clock_that_never_sleeps_is_asked(tmp_path):
    rows = [("编号", "登记时间"), *((f"A{i}", f"{exports.day(i)}T{i % 24:02d}:00:00Z") for i in range(96))]
    _, proposal = proposed(exports.text(tmp_path, "x.csv", rows))
    assert [(one.key, one.value) for one in proposal.read if one.question] == [("offset", "convert")]
    rows = [("编号", "登记时间"), *((f"A{i}", f"{exports.day(i)}T{i % 14 + 8:02d}:00:00Z") for i in range(96))]
    _, proposal = proposed(exports.text(tmp_path, "y.csv", rows))
    assert option(proposal, "offset") == "drop"


def test_a_table_that_the_person_names(tmp_path):
    found = look(exports.text(tmp_path, "x.csv", exports.HOTLINE))
    proposal = suggest.suggest(found, table="cases")
    assert (proposal.table, proposal.sure) == ("cases", 1.0)
    assert proposal.of("case_id").theirs == "工单编号"


def test_a_column_that_the_person_names(tmp_path):
    found = look(exports.text(tmp_path, "x.csv", exports.AMBIGUOUS))
    made = suggest.column(found, "complaints", "due_at", "办结时间")
    assert (made.theirs, made.question, made.day_first) == ("办结时间", DAY_MONTH, ("%d/%m/%Y",))
    assert suggest.column(found, "complaints", "satisfied", "满意度").values == {"满意": "true"}
    assert suggest.column(found, "complaints", "due_at", None).theirs is None


def test_our_own_names_are_known(tmp_path):
    for name, table in contract.TABLES.items():
        ours = contract.writable(table)
        found = look(exports.text(tmp_path, "x.csv", [ours]))
        proposal = suggest.suggest(found, table=name)
        assert columns(proposal) == {column: column for column in ours}


@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n", b",,,\n,,\n", b"a\n", "编号\n1\n1\n".encode(), b"1,2\n3,4\n", bytes(range(256)) * 9,
     b'"a""b",<script>,=1+1,%s,\'; DROP TABLE\n1,2,3,4,5\n', b"a,a,,\n1,2,3,4,5,6,7\n", "经度\n113.1\n".encode()],
)  # fmt: skip
def test_odd_tables_raise_nothing(tmp_path, data):
    (tmp_path / "odd.csv").write_bytes(data)
    found = look(tmp_path / "odd.csv")
    for table in (None, *contract.TABLES):
        mapping.problems(Draft.suggested(found, AREAS, table).plan)


def test_many_columns_do_not_matter(tmp_path):
    rows = [[f"列{i}时间" for i in range(500)], *([exports.day(i * j) for i in range(500)] for j in range(20))]
    _, proposal = proposed(exports.text(tmp_path, "x.csv", rows))
    assert len(set(columns(proposal).values())) == len(columns(proposal))


CELL = st.sampled_from(
    ["编号", "登记时间", "2023-11-01", "03/04/2023", "", "-", "是", "113.8", "西乡街道", "办结", "0"]
) | st.text(max_size=5)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELL, min_size=1, max_size=5), min_size=1, max_size=8))
def test_whatever_the_table_a_proposal_keeps_its_promises(tmp_path_factory, rows):
    file = tmp_path_factory.mktemp("any") / "x.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    found, proposal = proposed(file)
    taken = list(columns(proposal).values())
    assert len(set(taken)) == len(taken)
    assert set(taken) <= set(found.names)
    assert all(0 <= one.sure <= 1 for one in proposal.suggestions)
    assert [one.ours for one in proposal.suggestions] == list(contract.writable(contract.TABLES[proposal.table]))
