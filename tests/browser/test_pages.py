"""Every page in a real browser with every other host blocked: nothing asked outside, nothing failed, nothing empty."""

import re

import pytest

from cockpit import i18n
from cockpit.visit import is_blank
from tests.browser.visit import PAGES

SERVERS = ["demonstration_server", "boston_server"]
SENTENCE = re.compile(r"[A-Za-z]+ [a-z]+ [a-z]+")


@pytest.fixture(params=SERVERS)
def server(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_opens_without_a_complaint(open_page, server, path, lang):
    page = open_page(server, path, lang=lang)
    page.unfold()
    assert page.inspect() == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone(open_page, server, path):
    page = open_page(server, path, phone=True)
    page.unfold()
    assert page.inspect() == []


def test_the_navigation_leads_to_every_page_and_to_no_other(open_page, demonstration_server):
    page = open_page(demonstration_server, "")
    assert list(page.links()) == list(PAGES)
    for path in [*PAGES][1:]:
        page.go(path)
    page.go("")
    assert page.inspect() == []


def test_each_page_draws(open_page, demonstration_server):
    for path in PAGES:
        period = "2023-W47" if path == "brief" else "last_12_months"  # a briefing is about a week or a month
        page = open_page(demonstration_server, f"{path}?period={period}")
        charts = page.page.get_by_test_id("stPlotlyChart").all() + page.maps()
        assert charts, path
        assert not [chart for chart in charts if is_blank(chart)], path


@pytest.mark.parametrize("path", PAGES)
def test_no_english_sentence_is_left_in_the_chinese_page(open_page, demonstration_server, path):
    text = open_page(demonstration_server, path).text()
    messages = [str(message.id) for message in i18n.catalogue("zh") if message.id]
    assert [message for message in messages if SENTENCE.search(message) and message in text] == []


@pytest.mark.parametrize("path", PAGES)
def test_no_chinese_sentence_is_left_in_the_english_page(open_page, demonstration_server, path):
    text = open_page(demonstration_server, path, lang="en").text()
    messages = [str(message.string) for message in i18n.catalogue("zh") if message.id]
    assert [message for message in messages if len(message) >= 8 and message in text] == []


def test_the_browser_of_these_tests_notices_what_it_should(open_page, demonstration_server):
    page = open_page(demonstration_server, "")
    page.page.evaluate("""() => {
        fetch('https://tiles.example.org/1.png').catch(() => null);
        new WebSocket('wss://push.example.org/');
        document.querySelector('[data-testid="stMain"]').append(document.createElement('canvas'));
        document.querySelector('canvas:last-child').width = 0;
        const wide = document.createElement('div');
        wide.style = 'width: 5000px; height: 1px';
        document.querySelector('[data-testid="stMain"]').append(wide);
        setTimeout(() => { throw new Error('broken on purpose'); }, 0);
    }""")
    page.page.wait_for_timeout(1000)
    found = "\n".join(page.inspect())
    for expected in ("tiles.example.org", "push.example.org", "broken on purpose", "wider than", "canvas without"):
        assert expected in found
