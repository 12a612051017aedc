"""No count from 1 to 4 reaches whoever may not see rows: whatever the page, the choice, and the part of the page."""

import json
import re
from collections.abc import Iterator

import pandas as pd
import pytest

from cockpit.i18n import _
from queries.measures import MEASURES
from tests.app.test_pages import failed, open_script, texts
from tests.browser.visit import REPORTS

CHOICES = (
    {},
    {"street": "云溪街道", "category": "交通出行", "period": "2023-10"},
    {"street": "石桥湾街道", "category": "损害赔偿", "period": "2023-11"},
    {"category": "医疗纠纷", "period": "2023-07..2023-09", "minimum": "10"},
    {"district": "龙湾区", "period": "2023-W48"},
    {"district": "龙湾区", "street": "永中街道", "period": "2023-W47"},
)
VIEWS = (
    ("", {}),
    ("deadlines", {}),
    ("deadlines", {"kind": "complaints", "state": "soon"}),
    ("resolution", {}),
    ("resolution", {"table": "complaints"}),
    ("funnel", {}),
    ("funnel", {"basis": "period"}),
    ("hotspots", {}),
    ("hotspots", {"map": "rate", "table": "complaints", "question": "standing"}),
    ("mediators", {"minimum": "0"}),
    ("mediators", {"view": "organisations"}),
    ("brief", {}),
    ("follow-ups", {}),
    ("follow-ups", {"held_by": "category"}),
    ("whistles", {}),
    ("petitions", {}),
    ("petitions", {"part": "repeats", "scope": "petitions"}),
    ("petitions", {"part": "backlog"}),
    ("petitions", {"part": "mediation"}),
    ("petitions", {"part": "letters"}),
    ("petitions", {"part": "hearings"}),
    ("changes", {}),
    ("changes", {"table": "cases", "since": "newest"}),
    ("definitions", {}),
    ("definitions", {"table": "complaints"}),
    ("definitions", {"view": "measures"}),
    ("definitions", {"view": "measures", "of": "complaints"}),
    ("definitions", {"view": "measures", "of": "follow_ups"}),
    ("definitions", {"view": "published"}),
)
NO_RECORDS = re.compile(  # numbers that count no records
    "number|cells|organisations|active|mediators|days|rate|shrunk|per_10k|change"
    "|编号|格数|组织|有办件|在册调解员|常住人口|位（天）|率|%|中位数|每万人"
)
SHARES = {"按受理月份": ["化解", "办结", "其他方式办结", "在办"]}
PARTS = ("与上年同期相比", "funnel_year", "层级", "mediators_tiers", "纠纷类型", "诉求类型", "控增量·减存量·防变量")
"""Tables that leave rows out, or that add up what is hidden elsewhere: one hidden cell is no single count there."""
ALONE = ("reopened_d", "满90日件数")  # missing where it is 0, too
QUOTIENT = re.compile(r"(?<![\d.,])[1-4] ÷|÷ [1-4](?![\d.,])")
FEW = re.compile(r"(?<![\d.,—−+±])(?<!不到 )(?<!至 )(?<![增减] \*\*)(?<![增减] )[1-4] ?件|\bn ?= ?[1-4](?![\d,.—])")


def test_what_gives_a_small_number_away_is_found():
    assert FEW.search("受理 3 件")
    assert FEW.search("n=4 ")
    assert not FEW.search("较第46周 20 件减 **3 件** ；1 至 4 件")
    assert not FEW.search("1—4 件, 13 件, 2,004 件, n=45, n=×, 1—4, −3 件")
    assert QUOTIENT.search("3 ÷ 100")
    assert QUOTIENT.search("0 ÷ 4")
    assert not QUOTIENT.search("12 ÷ 2,004, × ÷ 40, 0 ÷ 0, 5.3 ÷ 1,498, 10 ÷ 3,000")
    assert list(given_away("x", pd.DataFrame({"n": [None, 20.0, 7.0]})))
    assert list(given_away("x", pd.DataFrame({"n": [3, 20, 7]})))
    assert not list(given_away("x", pd.DataFrame({"n": [None, None, 7.0]})))


def given_away(name: str, frame: pd.DataFrame) -> Iterator[str]:
    """Cells of a table that are small counts, or that the rest of their column tells."""
    for column in frame.select_dtypes("number").columns.drop(SHARES.get(name, []), errors="ignore"):
        values = frame[column]
        if NO_RECORDS.search(column) or not (values.dropna() % 1 == 0).all():
            continue
        if values.between(1, 4).any():
            yield f"{name}: {column} {values.tolist()}"
        if values.isna().sum() == 1 and (values > 0).any() and name not in PARTS and column not in ALONE:
            yield f"{name}: {column} has one hidden cell"


def drawn(name: str, spec: dict) -> Iterator[str]:
    """Marks and texts of a chart that are small counts."""
    shares = spec["layout"].get("xaxis", {}).get("range") == [0, 1]
    for trace in spec["data"]:
        if trace["type"] == "bar" and not shares:
            lengths = trace["x"] if trace.get("orientation") == "h" else trace["y"]
            yield from (f"{name}: bar {length}" for length in lengths if length in (1, 2, 3, 4))
        told = [*(trace.get("hovertext") or []), *(trace.get("text") or [])]
        yield from (f"{name}: {text}" for text in told if isinstance(text, str) and FEW.search(text))
    for note in spec["layout"].get("annotations", []):
        for line in re.sub(r"<(?!br)[^>]*>", "", note["text"]).split("<br>"):
            if FEW.search(line) or re.fullmatch("[1-4]", line):
                yield f"{name}: {line}"


def leaks(page) -> list[str]:
    tables = {frame.key: frame.value for frame in page.dataframe}
    tables |= {name: table() for name, table in page.session_state["tables"].items()}
    found = [leak for name, frame in tables.items() for leak in given_away(name, frame)]
    for name, frame in tables.items():
        if {"n", "90%"} <= set(frame):
            found += [f"{name}: quantiles"] * int((frame["n"].isna() & frame["90%"].notna()).sum())
    written = [*tables.values(), *(table.value for table in page.table)]
    cells = [str(cell) for frame in written for cell in frame.select_dtypes("str").to_numpy().ravel()]
    found += [cell for cell in cells if FEW.search(cell) or QUOTIENT.search(cell)]
    for chart in page.get("plotly_chart"):
        found += drawn(chart.proto.id[-40:], json.loads(chart.proto.spec))
    metrics = [f"{m.label} {m.value} {m.delta} {m.proto.delta_description} {m.help}" for m in page.metric]
    found += [line for line in [*metrics, *texts(page).splitlines()] if FEW.search(line.replace(":small[", ""))]
    return found


@pytest.mark.parametrize(
    ("name", "view", "choice"),  # every view with every other choice
    [(name, view, choice) for place, (name, view) in enumerate(VIEWS) for choice in CHOICES[place % 2 :: 2]],
)
def test_no_page_gives_a_small_number_away(start, real_url, name, view, choice):
    page = open_script(start(real_url, **choice | view), REPORTS[name])
    assert failed(page) == []
    assert leaks(page) == []


@pytest.mark.parametrize("name", ["", "resolution"])
def test_no_card_shows_the_median_of_a_few(start, demonstration_url, real_url, name):
    few = {"street": "金穗街道", "category": "医疗纠纷", "period": "2023-11"}  # 3 closed
    medians = []
    for url in (demonstration_url, real_url):
        page = open_script(start(url, **few), REPORTS[name])
        medians += [metric.value for metric in page.metric if metric.label == _(MEASURES["median_days"].label)]
    assert re.match(r"[\d.]+ ", medians[0])
    assert medians[1] == "—"
