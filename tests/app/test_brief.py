"""周报 as a reader meets it: its period, its blocks, its layouts, and who sees what."""

from datetime import date, datetime

import pytest

from cockpit.briefing import register
from cockpit.briefing.command import revised
from cockpit.briefing.document import Briefing, Figure
from queries.filters import Filters
from tests.app.test_pages import open_script

SCRIPT = "pages/briefing/brief.py"


@pytest.fixture
def brief(start, tmp_path):
    """``brief(url, period=…)``: the page, without an error; layouts are kept in a folder of the test."""

    def run(url: str, **query: str):
        page = open_script(start(url, {"COCKPIT_LAYOUTS": str(tmp_path / "layouts")}, **query), SCRIPT)
        assert [error.value for error in page.error] == []
        assert not page.exception
        return page

    return run


def texts(page) -> str:
    return "\n".join(element.value for element in (*page.markdown, *page.caption))


def test_without_a_period_it_is_the_newest_full_week(brief, demonstration_url):
    said = texts(brief(demonstration_url))
    assert "2023年第47周（11月20日—26日）" in said
    assert "矛盾纠纷治理周报" in said
    assert "较第46周" in said.replace("\\", "")


def test_other_pages_keep_the_newest_month(brief, demonstration_url):
    page = brief(demonstration_url)
    assert "2023年11月" in texts(page.switch_page("pages/situation/overview.py").run())


@pytest.mark.parametrize(("code", "title"), [("2023-11", "月报"), ("2023-W40", "周报")])
def test_a_week_or_a_month_of_ones_own(brief, demonstration_url, code, title):
    assert f"矛盾纠纷治理{title}" in texts(brief(demonstration_url, period=code))


def test_a_year_is_no_briefing_and_the_way_out_leads_to_one(brief, demonstration_url):
    page = brief(demonstration_url, period="this_year")
    assert "周报只针对一周或一个月" in texts(page)
    next(button for button in page.button if button.label == "最新整周").click()
    assert "矛盾纠纷治理周报" in texts(page.run())


def test_a_scope_without_records_says_so(brief, demonstration_url):
    page = brief(demonstration_url, period="2020-W02", street="南塬街道", category="医疗纠纷", channel="信访转办")
    assert "没有记录" in texts(page) or "矛盾纠纷治理周报" in texts(page)


def test_the_headline_can_be_pasted(brief, demonstration_url):
    (code,) = [element for element in brief(demonstration_url).code if "受理纠纷" in element.value]
    assert "数据截至 2023年11月30日 24:00" in code.value
    assert "*" not in code.value


def test_rows_are_only_for_those_who_may_see_them(brief, demonstration_url, real_url):
    assert "超期最久" in texts(brief(demonstration_url))
    assert "超期最久" not in texts(brief(real_url))


def test_a_layout_is_chosen_by_the_link(brief, demonstration_url, tmp_path):
    folder = tmp_path / "layouts"
    folder.mkdir()
    (folder / "short.toml").write_text('blocks = ["streets", "headline"]\n[remarks]\nstreets = "**看** 这里"\n')
    page = brief(demonstration_url, layout="short")
    said = texts(page)
    assert "主要指标" not in said
    assert said.index("各街道") < said.index("摘要")
    assert "\\*\\*看\\*\\* 这里" in said


def test_a_layout_that_does_not_exist_is_dropped_and_said(brief, demonstration_url):
    page = brief(demonstration_url, layout="没有这个")
    assert any("没有版式" in warning.value for warning in page.warning)
    assert "主要指标" in texts(page)


def test_a_broken_layout_file_is_said_and_the_standard_one_shown(brief, demonstration_url, tmp_path):
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "odd.toml").write_text("blocks = [")
    page = brief(demonstration_url, layout="odd")
    assert any("不是 TOML" in warning.value.replace("\\", "") for warning in page.warning)
    assert "主要指标" in texts(page)


def test_blocks_are_hidden_moved_remarked_saved_and_undone(brief, demonstration_url, tmp_path):
    page = brief(demonstration_url)
    page.button(key="brief_change").click().run()
    page.checkbox(key="brief_show_kpis_True").uncheck().run()
    page.button(key="brief_change").click().run()
    page.button(key="brief_arrow_downward_headline").click().run()
    page.button(key="brief_change").click().run()
    page.text_input(key="brief_remark_trend").set_value("国庆值班").run()
    said = texts(page)
    assert "主要指标" not in said
    assert "备注：国庆值班" in said
    assert said.index("近 13 周受理纠纷") < said.index("**摘要**")
    assert "有改动，尚未保存" in said
    page.button(key="brief_change").click().run()
    page.text_input(key="brief_save_as").set_value("周例会")
    page.button(key="brief_save").click().run()
    assert not page.exception
    saved = (tmp_path / "layouts" / "周例会.toml").read_text(encoding="utf-8")
    assert "kpis" not in saved
    assert "国庆值班" in saved
    assert "备注：国庆值班" in texts(brief(demonstration_url, layout="周例会"))


def test_what_was_issued_can_be_looked_up(brief, demonstration_url):
    page = brief(demonstration_url)
    page.button(key="brief_issued").click().run()
    assert not page.exception
    assert [error.value for error in page.error] == []


def test_figures_issued_with_small_counts_are_not_compared_for_those_who_may_not_see_them(
    brief, real_url, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("COCKPIT_STATE_URL", f"sqlite:///{tmp_path / 'state.sqlite'}")
    page = brief(real_url)
    week = Filters(date(2023, 11, 20), date(2023, 11, 26), datetime(2023, 12, 1), "示范区")
    figures = (Figure("cases.overdue@street=云溪街道", 3.0),)
    number = register.issue(Briefing("周报", week, (), figures, "v1.0", "", datetime(2023, 11, 27), rows=True), ["pdf"])
    page.button(key="brief_issued").click().run()
    assert not page.exception
    assert f"第 {number} 号出具时含小件数" in texts(page)
    assert not [frame for frame in page.dataframe if "before" in frame.value]
    revised(number)
    printed = capsys.readouterr().out
    assert "不作比对" in printed
    assert "云溪街道" not in printed
