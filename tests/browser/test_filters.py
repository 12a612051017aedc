"""A choice lives in the URL: it survives other pages and a reload, and a link with it opens the same view."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest

from cockpit.header import STANDING
from tests.browser.visit import REPORTS


@pytest.fixture(scope="module")
def streets(demonstration_url) -> list[str]:
    from sqlalchemy import select

    from cockpit.database import fetch
    from queries.tables import cases

    found = select(cases.c.street).where(cases.c.district == "示范区", cases.c.street.is_not(None)).distinct()
    return sorted(fetch(found, demonstration_url)["street"])


def query(page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.page.url).query)


def test_a_chosen_street_stays_on_every_page_and_after_a_reload(open_page, demonstration_server, streets):
    page = open_page(demonstration_server, "")
    page.choose("street", streets[0])
    assert query(page)["street"] == [streets[0]]
    for path in [*REPORTS][1:]:
        page.go(path)
        assert query(page)["street"] == [streets[0]], path
        assert page.shown("street") == streets[0], path
    page.page.reload()
    page.wait()
    assert page.shown("street") == streets[0]
    assert page.inspect() == []


@pytest.mark.parametrize(
    "path", ["", "resolution", "deadlines", "petitions", "follow-ups"]
)  # with choices of their own
def test_a_link_opens_the_same_view_for_someone_else(open_page, demonstration_server, streets, path):
    mine = open_page(demonstration_server, path)
    mine.choose("street", streets[1])
    theirs = open_page(demonstration_server, mine.page.url.split("/", 3)[3])
    assert theirs.shown("street") == streets[1]
    assert theirs.text() == mine.text()


@pytest.mark.parametrize("path", ["", "brief", "deadlines"])  # a header by months, one by weeks, one without a period
def test_unknown_values_are_dropped_with_a_notice(open_page, demonstration_server, path):
    unknown = "无此<b>*值*"
    keys = ("street", "category", "channel", *(["period"] if path not in STANDING else []))
    page = open_page(demonstration_server, f"{path}?{'&'.join(f'{key}={quote(unknown + key)}' for key in keys)}")
    assert [key for key in keys if f"{unknown}{key}" not in page.text()] == []
    assert page.inspect() == []
    plain = open_page(demonstration_server, path)
    assert [page.shown(key) for key in keys] == [plain.shown(key) for key in keys]


def test_each_filter_narrows_what_is_shown(open_page, demonstration_server):
    page = open_page(demonstration_server, "")
    for key in ("street", "category", "channel"):
        before = page.text()
        box = page.field(key).get_by_role("combobox")
        box.click()
        option = page.page.get_by_role("option").nth(1).inner_text()
        page.page.keyboard.press("Escape")
        page.choose(key, option)
        assert query(page)[key] == [option]
        assert page.text() != before, key
    assert page.inspect() == []


def test_the_language_is_chosen_in_the_footer_and_stays(open_page, demonstration_server):
    page = open_page(demonstration_server, "")
    assert "总览" in page.text()
    page.speak("English")
    assert query(page)["lang"] == ["en"]
    assert "Overview" in page.text()
    page.go("funnel")
    assert "Funnel" in page.text()
    page.page.reload()
    page.wait()
    assert "Funnel" in page.text()
    assert page.inspect() == []
