"""Every page in a real browser with every other host blocked: nothing asked outside, nothing failed, nothing empty."""

import re

import pytest

from cockpit import i18n
from cockpit.visit import is_blank
from tests.browser.visit import PAGES, REPORTS

SERVERS = ["demonstration_server", "boston_server"]
SENTENCE = re.compile(r"[A-Za-z]+ [a-z]+ [a-z]+")


REAL = ("", "deadlines", "petitions", "brief", "funnel", "changes", "definitions", "quality")
"""Pages that say something else where the data lack a part."""


@pytest.mark.parametrize(
    ("name", "path"), [*((SERVERS[0], path) for path in PAGES), *((SERVERS[1], path) for path in REAL)]
)
def test_a_page_opens_without_a_complaint_draws_and_speaks_one_language(open_page, request, name, path):
    drawn = name == SERVERS[0] and path in REPORTS and path != "definitions"  # which has words and tables alone
    period = "2023-W47" if path == "brief" else "last_12_months"  # a briefing is about a week or a month
    page = open_page(request.getfixturevalue(name), f"{path}?period={period}" if drawn else path, lang="zh")
    if drawn:
        charts = page.page.get_by_test_id("stPlotlyChart").all() + page.maps()
        assert charts
        assert not [chart for chart in charts if is_blank(chart)]
    for lang in ("zh", "en") if name == SERVERS[0] else ("zh",):
        if lang == "en":
            page.speak("English")
        page.unfold()
        assert page.inspect() == [], lang
        assert of_the_other_language(page.text(), lang) == [], lang


def of_the_other_language(text: str, lang: str) -> list[str]:
    """Sentences of ours that a page in ``lang`` should not say."""
    messages = [(str(one.id), str(one.string)) for one in i18n.catalogue("zh") if one.id]
    if lang == "zh":
        return [english for english, _chinese in messages if SENTENCE.search(english) and english in text]
    return [chinese for _english, chinese in messages if len(chinese) >= 8 and chinese in text]


@pytest.mark.parametrize(
    ("name", "path"),
    [*((SERVERS[0], path) for path in PAGES), *((SERVERS[1], path) for path in ("", "deadlines", "petitions"))],
)
def test_a_page_fits_a_phone(open_page, request, name, path):
    page = open_page(request.getfixturevalue(name), path, phone=True)
    page.unfold()
    assert page.inspect() == []


def test_the_navigation_leads_to_every_page_and_to_no_other(open_page, demonstration_server):
    page = open_page(demonstration_server, "")
    assert set(page.links()) == set(PAGES)
    for path in [*PAGES][1:]:
        page.go(path)
    page.go("")
    assert page.inspect() == []


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
