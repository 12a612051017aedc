"""What whoever may not see rows gets to see of the demonstration, taken for real."""

import json
import re

import pytest

from cockpit import database
from queries.tables import metadata
from tests.app.test_pages import failed, open_script, texts
from tests.rows import Rows

HIDDEN = {"name", "status", "role", "mediator_id", "organisation_id", "mediated", "p", "mean"}
OVERVIEW = "pages/situation/overview.py"
HOTSPOTS = "pages/situation/hotspots.py"
MEDIATORS = "pages/people/mediators.py"


@pytest.fixture
def opened(start, real_url):
    return lambda script, **query: open_script(start(real_url, **query), script)


@pytest.mark.parametrize("view", ["people", "organisations"])
def test_no_table_carries_names_or_what_it_does_not_show(opened, view):
    page = opened(MEDIATORS, view=view, period="last_12_months")
    assert failed(page) == []
    assert len(page.dataframe) == 2
    for table in page.dataframe:
        assert not HIDDEN & set(table.value.columns)


def test_nothing_worth_a_look_names_a_small_number(opened):
    page = opened(OVERVIEW, district="龙湾区", period="2023-W48")
    assert failed(page) == []
    assert not re.search(r"(?<![\d.,—])[1-4] 件", texts(page))


def test_the_lines_of_streets_do_not_end_in_what_their_numbers_hide(opened, start, demonstration_url):
    (hidden,) = opened(OVERVIEW, district="龙湾区").dataframe
    (shown,) = start(demonstration_url, district="龙湾区").dataframe
    assert "recent" in shown.value
    assert "recent" not in hidden.value


def test_what_may_not_be_shown_does_not_pass_for_nothing(opened):
    hidden = {"street": "云溪街道", "period": "2023-10"}
    assert "未标记重复件" not in texts(opened(OVERVIEW, category="交通出行", **hidden))
    assert "数据没有时限" not in texts(opened(OVERVIEW, category="婚姻家庭", **hidden))


def test_no_rate_per_resident_gives_a_small_total_away(opened):
    few = {"street": "石桥湾街道", "category": "损害赔偿", "period": "2023-11"}
    page = opened(HOTSPOTS, **few)
    assert failed(page) == []
    assert "石桥湾街道 —" in texts(page)
    assert not re.search(r"石桥湾街道 [\d.]+ ", texts(page))


def test_the_board_tells_nobody_whom_the_table_hides(start, tmp_path):
    """Of 3, 12, 40 and 100 the 3 is not on the board; the 12 is, and would give it away."""
    url, rows = f"duckdb:///{tmp_path / 'four.duckdb'}", Rows()
    engine = database.create(url)
    people = [number for number, cases in enumerate((3, 12, 40, 100)) for _ in range(cases)]
    lines = [f"m{number} {'failed' if i % 2 else 'mediated'} 2023-11-01 2023-11-20" for i, number in enumerate(people)]
    with engine.begin() as connection:
        cases = rows.read("cases", "\n".join(["mediator_id outcome opened_at closed_at", *lines]))
        connection.execute(metadata.tables["cases"].insert(), cases)
    engine.dispose()
    page = open_script(start(url, period="all", minimum="10"), MEDIATORS)
    assert failed(page) == []
    table = page.dataframe[-1].value.set_index("person")["concluded"]
    assert table.isna().to_dict() == {"000": True, "001": True, "002": False, "003": False}
    (chart,) = page.get("plotly_chart")
    hover = [text for trace in json.loads(chart.proto.spec)["data"] for text in trace.get("hovertext", [])]
    assert {text.split("<br>")[0][3:6]: "×" in text for text in hover} == {"001": True, "002": False, "003": False}
