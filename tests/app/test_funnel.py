"""The funnel page: its own choices, the published figures on the screen, and its bad days."""

import shutil

import duckdb
import pytest

from tests.app.test_pages import failed, open_script, texts

SCRIPT = "pages/casework/funnel.py"
CAMPAIGN = {"district": "龙湾区", "period": "2023-02..2023-11"}


@pytest.fixture
def opened(start, demonstration_url):
    return lambda url=demonstration_url, **query: open_script(start(url, **query), SCRIPT)


def cards(page) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def everything(page) -> str:
    metrics = [
        f"{metric.label} {metric.value} {metric.delta} {metric.proto.delta_description}" for metric in page.metric
    ]
    tables = [frame.value.to_string() for frame in page.dataframe]
    return "\n".join([texts(page), *metrics, *tables])


def test_longwan_shows_the_range_and_where_the_residual_is(opened):
    page = opened(**CAMPAIGN)
    assert failed(page) == []
    shown = cards(page)
    assert shown["接收"].startswith("2,000 ")
    assert shown["非诉化解率（可能范围）"] == "75.6—99.7%"
    assert shown["诉讼立案"].startswith("6 ")
    assert "2,000 − 708 − 403 − 400 − 6" in texts(page)
    assert "1,994" in everything(page)
    assert "funnel_residual" in [button.key for button in page.get("download_button")]


def test_the_filings_of_the_whole_court_stand_on_no_card(opened):
    """L6 counts suits outside the programme too: no base gives −62.1% with 6."""
    assert "62.1" not in everything(opened(**CAMPAIGN))


def test_the_basis_lives_in_the_url(opened):
    page = opened(**CAMPAIGN, basis="period")
    assert page.segmented_control(key="funnel_basis").value == "period"
    assert "了结 2,000 件" in texts(page)
    page.segmented_control(key="funnel_basis").set_value("cohort").run()
    assert failed(page) == []
    assert "basis" not in page.query_params
    assert "去向未公布" in texts(page)


def test_what_does_not_exist_is_dropped_and_said(opened):
    page = opened(**CAMPAIGN, basis="sideways", funnel_programme="无此项目")
    assert failed(page) == []
    said = "\n".join(warning.value for warning in page.warning)
    assert "sideways" in said
    assert "无此项目" in said
    assert cards(page)["接收"].startswith("2,000 ")


def test_another_district_shows_its_own_programme(opened):
    page = opened(district="示范区")
    assert page.selectbox(key="funnel_programme").value == "诉前联调"
    page.selectbox(key="district").set_value("龙湾区").run()
    assert failed(page) == []
    assert page.selectbox(key="funnel_programme").value == "金融1+N"
    assert not page.warning
    assert "诉前联调" not in texts(page)


def test_a_district_without_steps_names_those_that_have_some(opened):
    page = opened(district="宝安区")
    assert failed(page) == []
    assert "示范区、龙湾区" in texts(page)
    next(button for button in page.button if button.label == "龙湾区").click().run()
    assert failed(page) == []
    assert page.selectbox(key="district").value == "龙湾区"
    assert page.metric


def test_the_name_of_a_district_is_no_markup_on_its_button(opened, demonstration_url, tmp_path):
    file = tmp_path / "changed.duckdb"
    shutil.copy(demonstration_url.removeprefix("duckdb:///"), file)
    with duckdb.connect(str(file)) as connection:
        connection.execute("UPDATE cases SET district = '*龙湾* :red[区]' WHERE district = '龙湾区'")
    page = opened(f"duckdb:///{file}", district="宝安区")
    assert failed(page) == []
    labels = [button.label for button in page.button]
    assert r"\*龙湾\* \:red\[区\]" in labels
    next(button for button in page.button if "龙湾" in button.label).click().run()
    assert failed(page) == []
    assert page.selectbox(key="district").value == "*龙湾* :red[区]"


def test_data_without_any_steps_say_what_the_page_needs(opened, boston_url):
    page = opened(boston_url)
    assert failed(page) == []
    assert "case_steps.case_id" in texts(page)


def test_a_month_without_cases_offers_the_whole_period(opened):
    page = opened(district="龙湾区", period="2022-03")
    assert failed(page) == []
    assert "2022年11月" in texts(page)
    next(button for button in page.button if button.key.startswith("empty_")).click().run()
    assert cards(page)["接收"].startswith("2,030 ")


def test_all_cases_of_the_programme_are_one_click_away(opened):
    page = opened(district="龙湾区")
    page.button(key="funnel_all").click().run()
    assert failed(page) == []
    assert cards(page)["接收"].startswith("2,030 ")


def test_whoever_may_not_see_rows_gets_no_list_and_no_small_number(opened, real_url):
    page = opened(real_url, district="示范区")
    assert failed(page) == []
    assert "funnel_residual" not in [button.key for button in page.get("download_button")]
    for table in page.dataframe:
        counts = table.value.select_dtypes("number")
        for name in counts.columns.intersection(["cases", "before", "timed"]):
            assert not counts[name].between(1, 4).any()
