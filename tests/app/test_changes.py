"""变动 and 口径 without a browser: the lists behind the figures, what other data may see, and the published figures."""

import pytest

from cockpit.figures import PUBLISHED
from queries.measures import BESIDE
from tests.app.test_pages import failed, open_script, texts
from tests.intake.files import row, take

CHANGES, DEFINITIONS = "pages/data/changes.py", "pages/about/definitions.py"
OPEN = {"COCKPIT_OPEN": "1"}


@pytest.fixture(scope="module")
def taken_url(tmp_path_factory) -> str:
    """Real data in three versions: one record re-dated and re-classified, and the third without what the second had."""
    from cockpit import versions

    folder = tmp_path_factory.mktemp("taken")
    url = f"duckdb:///{folder / 'data.duckdb'}"
    good = [row(编号=f"A{i}", 办结时间="2023-11-29") for i in range(9)]
    take(folder, url, good)
    take(folder, url, [*good[1:], row(编号="A0", 办结时间="2023-11-28", 类别="物业"), row(编号="B1")])
    versions.rollback(url, 1)
    take(folder, url, [*good[1:], row(编号="A0", 办结时间="2023-11-28", 类别="物业"), row(编号="C1")])
    return url


def listed(page):
    """The list behind the figures, once it is open."""
    page.session_state["changes_lists"] = True
    page.run()
    assert failed(page) == []
    return page


def tables(page) -> list:
    return [frame.value for frame in page.dataframe if "record" in frame.value]


def test_the_records_behind_each_figure_are_listed_and_go_to_a_file(start, demonstration_url):
    page = listed(open_script(start(demonstration_url, period="2023-11"), CHANGES))
    (rows,) = tables(page)
    assert list(rows) == ["record", "body", "street", "field", "old", "new", "changed_at"]
    assert set(rows["field"]) == {"重复件的原编号"}
    assert len(rows) == 6  # of seven, one is an accusation
    assert "检举控告件只计数，不列入名单。" in texts(page)
    assert {button.label for button in page.get("download_button")} >= {"CSV", "XLSX"}
    for which, columns in (
        ("redated", "field"),
        ("reclassified", "field"),
        ("month_end", "closed_at"),
        ("unasked", "closed_at"),
    ):
        page.segmented_control(key="changes_list").set_value(which).run()
        (rows,) = tables(page)
        assert len(rows)
        assert columns in rows


def test_a_record_that_is_gone_is_counted_and_named(start, taken_url):
    page = listed(open_script(start(taken_url, OPEN), CHANGES))
    values = {metric.label: metric.value for metric in page.metric}
    assert (values["移除"], values["改期"], values["改类"]) == ("1 :small[件]", "1 :small[件]", "1 :small[件]")
    (rows,) = tables(page)
    assert rows[["record", "version"]].to_numpy().tolist() == [["B1", 2]]


def test_only_the_last_publication_is_another_question(start, taken_url):
    page = open_script(start(taken_url, OPEN, since="newest"), CHANGES)
    values = {metric.label: metric.value for metric in page.metric}
    assert (values["移除"], values["改期"]) == ("0 :small[件]", "1 :small[件]")


def test_an_older_version_speaks_of_what_came_before_it(start, taken_url):
    page = open_script(start(taken_url, OPEN, version="2"), CHANGES)
    assert failed(page) == []
    values = {metric.label: metric.value for metric in page.metric}
    assert (values["移除"], values["改期"]) == ("0 :small[件]", "1 :small[件]")


def test_nobody_sees_rows_or_small_counts_of_real_data(start, taken_url):
    page = listed(open_script(start(taken_url), CHANGES))
    values = {metric.label: metric.value for metric in page.metric}
    assert (values["移除"], values["改期"]) == ("× :small[件]", "× :small[件]")
    assert tables(page) == []
    assert page.get("download_button") == []


def test_figures_of_single_pages_have_their_definition_too(start, demonstration_url):
    page = open_script(start(demonstration_url, view="measures", of="single"), DEFINITIONS)
    assert failed(page) == []
    frame = page.session_state["tables"]["单页数字"]()
    assert set(frame["页面"]) == {"时限", "信访", "漏斗", "吹哨报到", "回访", "变动"}
    assert len(frame) == len(BESIDE)
    assert not frame.isin([""]).any().any()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("table", ["cases", "complaints"])
@pytest.mark.parametrize("view", ["rivals", "measures"])
def test_definitions_stand_beside_their_values(start, demonstration_url, view, table, language):
    page = open_script(start(demonstration_url, view=view, table=table, of=table, lang=language), DEFINITIONS)
    assert failed(page) == []
    assert len(page.table) >= (1 if view == "measures" else 5)
    assert all(len(one.value) for one in page.table)


def test_the_published_figures_are_on_the_page(start, demonstration_url):
    page = open_script(start(demonstration_url, view="published"), DEFINITIONS)
    (frame,) = [frame.value for frame in page.dataframe]
    assert frame["id"].tolist() == [figure.id for figure in PUBLISHED]
    assert set(frame["state"]) == {"○ 相符", "— 尚未建成"}


def test_other_data_are_not_held_against_a_newspaper(start, taken_url):
    page = open_script(start(taken_url, OPEN, view="published"), DEFINITIONS)
    assert failed(page) == []
    assert page.dataframe == [] or len(page.dataframe) == 0
    assert "公开数字只与演示数据核对" in texts(page)


def test_disputes_repeat_none_and_so_are_never_merged(start, demonstration_url):
    labels = {
        table: [metric.label for metric in open_script(start(demonstration_url, table=table), CHANGES).metric]
        for table in ("cases", "complaints")
    }
    assert labels["complaints"] == ["移除", "并入其他件", "改期", "改类", "办结后重开"]
    assert labels["cases"] == ["移除", "改期", "改类", "办结后重开"]
