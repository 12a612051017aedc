"""The weekly files as an office would send them: their columns and words, and the mapping that reads them."""

import numpy as np
import pandas as pd
from sqlalchemy import Boolean, Column, DateTime, Float, Integer, Numeric, Table

from cockpit.intake.mapping import Mapping, Reading

NAMES = {"complaints": "12345工单", "cases": "矛盾纠纷台账"}
FILES = {"complaints": "12345工单_2023年第{week}周.xlsx", "cases": "矛盾纠纷台账_2023年第{week}周.csv"}
LATEST_COUNTS = 44
"""From this week on a record that stands twice in a file counts as it stands last; before, the second was refused."""
COLUMNS = {
    "complaints": {
        "complaint_id": "工单编号",
        "district": "所属区",
        "street": "街道",
        "community": "社区",
        "lon": "经度",
        "lat": "纬度",
        "channel": "诉求来源",
        "category": "诉求类别",
        "subcategory": "诉求细类",
        "nature": "诉求性质",
        "people_count": "涉及人数",
        "organisation": "责任单位",
        "opened_at": "受理时间",
        "accepted_at": "接办时间",
        "due_at": "办结期限",
        "closed_at": "办结时间",
        "overdue": "是否超期",
        "status": "办理状态",
        "contacted": "是否联系",
        "solved": "是否解决",
        "satisfied": "是否满意",
        "repeat_of": "重复工单编号",
    },
    "cases": {
        "case_id": "纠纷编号",
        "district": "区县",
        "street": "镇街",
        "community": "村居",
        "lon": "经度",
        "lat": "纬度",
        "category": "纠纷类型",
        "subcategory": "纠纷细类",
        "channel": "来源渠道",
        "track": "调解类型",
        "organisation_id": "调解组织编号",
        "mediator_id": "调解员编号",
        "opened_at": "登记日期",
        "accepted_at": "受理日期",
        "due_at": "应结日期",
        "closed_at": "结案日期",
        "overdue": "是否超期",
        "status": "办理状态",
        "outcome": "办理结果",
        "amount_claimed": "涉案金额",
        "amount_paid": "给付金额",
        "amount_waived": "减免金额",
        "amount_written_off": "核销金额",
        "filed_at": "立案日期",
        "filing_no": "案号",
        "performed_at": "履行日期",
        "enforcement_at": "申请执行日期",
        "reopened_at": "反复日期",
    },
}
"""Ours → theirs, in the order of the file."""
WORDS = {
    "complaints": {"status": {"已办结": "closed", "办理中": "open"}},
    "cases": {
        "track": {"人民调解": "people", "行政调解": "administrative", "司法调解": "judicial"},
        "status": {"结案": "closed", "在办": "open"},
        "outcome": {
            "调解成功": "mediated",
            "调解不成": "failed",
            "撤回": "withdrawn",
            "移送": "transferred",
            "支付令": "payment_order",
            "核销": "written_off",
            "已立案": "filed",
            "去向不明": "unknown",
        },
    },
}
"""Theirs → ours."""
TIME = "%Y-%m-%d %H:%M:%S"


def plan(table: str, week: int, as_of: pd.Timestamp) -> Mapping:
    """How the file of a week is read."""
    reading = Reading(duplicates="last" if week >= LATEST_COUNTS else "reject", as_of=as_of.to_pydatetime())
    formats = {"opened_at": [TIME], "closed_at": [TIME]} if table == "complaints" else {}
    return Mapping(table=table, read=reading, columns=COLUMNS[table], formats=formats, values=WORDS[table])


def text(column: Column, values: pd.Series) -> np.ndarray:
    """Values as the import writes them into its own tables; None where there is none."""
    known = values.notna().to_numpy()
    result = np.full(len(values), None, object)
    if isinstance(column.type, DateTime):
        times = np.datetime_as_string(values[known].to_numpy("datetime64[s]")).tolist()
        result[known] = [time.replace("T", " ") for time in times]
    else:
        result[known] = [_told(column, value) for value in values[known].to_numpy(object)]
    return result


def _told(column: Column, value) -> str:
    if isinstance(column.type, Boolean):
        return "true" if value else "false"
    if isinstance(column.type, Float):
        return str(value).removesuffix(".0")
    if isinstance(column.type, Numeric):
        return f"{value:.2f}"
    return str(int(value)) if isinstance(column.type, Integer) else str(value)


def cells(table: Table, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows as the file has them: every cell a text, under our names."""
    return pd.DataFrame({name: _cell(table, name, rows[name]) for name in COLUMNS[table.name]}, dtype=object)


def _cell(table: Table, name: str, values: pd.Series) -> np.ndarray:
    words = {ours: theirs for theirs, ours in WORDS[table.name].get(name, {}).items()}
    words |= {"true": "是", "false": "否"} if isinstance(table.c[name].type, Boolean) else {}
    return np.array(["" if said is None else words.get(said, said) for said in text(table.c[name], values)], object)
