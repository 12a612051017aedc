"""A setting that makes no sense is a sentence in the page, in the reader's language, and no trace."""

import pytest

from cockpit import database
from queries.tables import cases
from tests.app.test_pages import failed, texts
from tests.rows import Rows

WRONG = [("COCKPIT_WEEK_START", "xday"), ("COCKPIT_LANGUAGE", "klingon"), ("COCKPIT_OPEN", "maybe")]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_is_named_with_its_value(start, demonstration_url, name, value):
    page = start(demonstration_url, environment={name: value})
    assert [str(element.value) for element in page.exception] == []
    (said,) = failed(page)
    assert "设置有误" in said
    assert f"{name}='{value}'" in texts(page)


def test_the_sentence_speaks_the_readers_language(start, demonstration_url):
    page = start(demonstration_url, environment={"COCKPIT_WEEK_START": "xday"}, lang="en")
    assert "These settings cannot be used: COCKPIT_WEEK_START='xday'" in texts(page)


def test_a_setting_that_is_empty_is_not_set(start, demonstration_url):
    assert failed(start(demonstration_url, environment={"COCKPIT_WEEK_START": "", "COCKPIT_OPEN": ""})) == []


@pytest.mark.parametrize("code", ["0000-01", "9999-12", "2031-01", "2023-W99", "昨天"])
def test_a_period_that_cannot_be_chosen_is_dropped_with_a_notice(start, demonstration_url, code):
    page = start(demonstration_url, period=code)
    assert failed(page) == []
    assert f"没有“{code}”这个期间" in texts(page)
    assert page.selectbox(key="period").value == "latest"


def test_a_street_is_dropped_with_the_nearest_one_and_where_there_is_none_without(start, demonstration_url, tmp_path):
    assert "最接近的是“青禾街道”" in texts(start(demonstration_url, street="青禾"))
    url = f"duckdb:///{tmp_path / 'without.duckdb'}"
    writer = database.create(url)
    with writer.begin() as connection:
        connection.execute(cases.insert(), Rows().read("cases", "street  opened_at\n-  2023-11-01"))
    writer.dispose()
    page = start(url, street="青禾街道")
    assert failed(page) == []
    assert "“青禾街道”在这里不存在，已取消该筛选。" in texts(page)
    assert "None" not in texts(page)
