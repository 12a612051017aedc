"""Invented exports as the systems of a district write them: 12345, 信访, 调解, 网格, rolls."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

Rows = Sequence[Sequence[str]]
STREETS = ("西乡街道", "新安街道", "福永街道")
COMMUNITIES = ("流塘社区", "铁岗社区")


def text(folder: Path, name: str, rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows(rows)
    (folder / name).write_bytes(written.getvalue().encode(encoding))
    return folder / name


def workbook(folder: Path, name: str, **sheets: Rows) -> Path:
    book = xlsxwriter.Workbook(str(folder / name))
    for title, rows in sheets.items():
        sheet = book.add_worksheet(title)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    book.close()
    return folder / name


def day(place: int, month: int = 11) -> str:
    return f"2023-{month}-{place % 28 + 1:02d}"


HOTLINE = [
    ("工单编号", "来电人", "联系电话", "来电时间", "诉求类型", "一级分类", "二级分类", "诉求区域", "所属街道",
    "所属社区", "承办单位",
     "受理渠道", "工单状态", "办理时限", "办结时间", "是否超期", "是否先行联系", "是否解决", "满意度", "诉求内容",
     "更新时间"),
    *(
        (f"GD20231101{i:04d}", "张三", f"1380013{i:04d}", f"{day(i)} 09:{i:02d}:11", ("投诉", "咨询", "求助")[i % 3],
         ("城市管理", "劳动保障")[i % 2], ("占道经营", "欠薪", "噪声")[i % 3], "宝安区", STREETS[i % 3],
         COMMUNITIES[i % 2],
         ("城管局", "人社局")[i % 2], ("电话", "微信", "网站")[i % 3], ("已办结", "办理中")[i % 5 == 0], day(i, 12),
         "" if i % 5 == 0 else f"{day(i + 1)} 10:00:00", ("否", "是")[i % 7 == 0], ("是", "否")[i % 9 == 0],
         ("已解决", "未解决", "-")[i % 3], ("满意", "不满意", "未评价")[i % 3],
         f"市民来电反映某某路段夜间施工噪声扰民严重，希望有关部门尽快处理，第{i}次", f"{day(i, 12)} 12:00:00")
        for i in range(60)
    ),
]  # fmt: skip

PETITIONS = [
    ("2023年11月信访台账",),
    ("填报单位：西乡街道", "", "", "日期：2023-11-30"),
    ("序号", "登记信息", "", "", "", "办理信息", "", "", "包案领导"),
    ("", "信访件编号", "登记日期", "信访形式", "人数", "责任单位", "办结日期", "状态", ""),
    *(
        (str(i + 1), f"XF{i:05d}", f"2023/11/{i % 28 + 1}", ("来访", "来信", "网上信访")[i % 3], str(i % 7 + 1),
         ("信访局", "城管局")[i % 2], "" if i % 3 == 0 else f"2023/12/{i % 28 + 1}", ("在办", "办结", "办结")[i % 3],
         ("李某", "王某")[i % 2])
        for i in range(40)
    ),
]  # fmt: skip

MEDIATIONS = [
    ("案件编号", "纠纷类型", "受理日期", "结案日期", "调解结果", "涉案金额（元）", "所属街道", "调解组织", "调解员",
    "申请人", "身份证号"),
    ("AJBH", "JFLX", "SLRQ", "JARQ", "TJJG", "SAJE", "SSJD", "TJZZ", "TJY", "SQR", "SFZH"),
    *(
        (f"TJ〔2023〕{i:04d}", ("婚姻家庭", "邻里", "劳动争议")[i % 3], f"2023年11月{i % 28 + 1}日",
        f"2023年12月{i % 28 + 1}日",
         ("调解成功", "调解失败", "撤回")[i % 3], str(i * 1000), STREETS[i % 3], "西乡街道调委会", ("M01",
         "M02")[i % 2], "张三",
         "440306199001011234")
        for i in range(40)
    ),
]  # fmt: skip

COVER = [("宝安区矛盾纠纷周报",), ("编制单位", "宝安区综治中心"), ("日期", "2023-11-30")]
NOTES = [("填表说明",), ("一、本表每周五报送。",), ("二、金额以元为单位。",)]

GRID = [
    ("事件编号", "事件类别", "上报时间", "事件来源", "经度", "纬度", "所属网格", "所属社区", "处置状态", "办结时间",
    "处置部门"),
    *(
        (str(100000 + i), ("市容环境", "安全隐患")[i % 2], f"2023/11/{i % 28 + 1} 上午9:{i:02d}", "网格上报",
         f"{113.86 + i * 0.00123:.6f}", f"{22.57 + i * 0.00077:.6f}", f"西乡{i % 9}网格", COMMUNITIES[i % 2],
         ("已处置", "处置中")[i % 2], "" if i % 2 else f"2023/11/{i % 28 + 1} 下午3:05", ("城管局", "安监局")[i % 2])
        for i in range(40)
    ),
]  # fmt: skip

AMBIGUOUS = [
    ("编号", "登记时间", "办结时间", "街道", "类别", "满意度"),
    *(
        (f"A{i:03d}", f"{i % 12 + 1:02d}/{i * 5 % 12 + 1:02d}/2023 09:30",
        f"{i % 12 + 1:02d}/{i * 7 % 12 + 1:02d}/2023",
         STREETS[i % 3], "噪声", "满意")
        for i in range(24)
    ),
]  # fmt: skip

CODES = [
    ("SR_ID", "OPENED_DT", "CLOSED_DT", "STATUS_CD", "TOWN_CD", "SRC_CD", "CAT_CD", "SUBCAT_CD", "DEPT_CD", "LNG",
    "LAT"),
    *(
        (f"SR{i:06d}", f"{day(i)}T08:00:00+08:00", "" if i % 4 == 0 else f"{day(i, 12)}T08:00:00+08:00",
         ("OPEN", "CLOSED", "CLOSED", "CLOSED")[i % 4], ("XX", "XA", "FY")[i % 3], ("TEL", "APP")[i % 2], "AB"[i % 2],
         ("A1", "B2")[i % 2], ("D01", "D02")[i % 2], f"{113.86 + i * 0.00123:.6f}", f"{22.57 + i * 0.00077:.6f}")
        for i in range(40)
    ),
]  # fmt: skip

ROLL = [
    ("编号", "姓名", "性别", "专兼职", "人员类别", "所属调委会", "状态", "联系电话"),
    *(
        (f"M{i:03d}", f"张{i}", "男", ("专职", "兼职")[i % 2], ("人民调解员", "律师")[i % 2], "西乡街道调委会",
         ("在岗", "停用")[i % 5 == 0], f"1380013{i:04d}")
        for i in range(30)
    ),
]  # fmt: skip

AREAS = [
    ("区划代码", "名称", "级别", "上级代码", "常住人口", "经度", "纬度"),
    ("440306", "宝安区", "区", "", "4476554", "113.8831", "22.5537"),
    ("440306001", "西乡街道", "街道", "440306", "600000", "113.8607", "22.5879"),
    ("440306001001", "流塘社区", "社区", "440306001", "30000", "113.8659", "22.5821"),
]

STEPS = [
    ("案件编号", "流程", "序号", "环节", "进入时间", "离开时间", "结果"),
    *(
        (f"A{i // 3}", "调解", str(i % 3 + 1), ("登记", "分流", "调解")[i % 3], day(i), day(i + 1), "通过")
        for i in range(30)
    ),
]

BODIES = [
    ("机构编号", "机构名称", "机构类型", "所属区", "所属街道", "地址"),
    *(
        (f"O{i}", f"{STREETS[i % 3]}调委会", ("街道级", "社区级")[i % 2], "宝安区", STREETS[i % 3], "某路1号")
        for i in range(9)
    ),
]

GLUED = [
    ("工单号", "登记时间", "工单状态", "是否按时办结", "办结时间", "所属镇街", "问题分类"),
    *(
        (f"B{i:04d}", f"{day(i)} 08:00", ("结案", "在办", "退回")[i % 3], ("是", "否", "是")[i % 3],
         (f"{day(i, 12)} 10:00", "9999-12-31 00:00", "未办结")[i % 3], ("西乡", "新安", "无")[i % 3], ("噪声",
         "不详")[i % 2])
        for i in range(30)
    ),
]  # fmt: skip
