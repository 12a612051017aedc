"""No choice of filters breaks a page: narrow ones that leave a handful of rows, and ones that leave none."""

import random

import pytest

from cockpit.header import STANDING
from cockpit.periods import PRESETS
from tests.app.test_pages import SCRIPTS, failed, open_script
from tests.browser.visit import REPORTS

KEYS = ("district", "street", "period", "category", "channel")
CHANGES = 12
PERIODS = (*PRESETS, "months", "week")


def values(box) -> list[str]:
    """What the box chooses among, as the page knows it; what it shows is in the reader's language."""
    if box.key == "period":
        return list(PERIODS)
    return box.options if box.key == "district" else ["", *box.options[1:]]


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("url", ["demonstration_url", "boston_url"])
def test_a_page_survives_any_choice(start, request, script, url):
    page = open_script(start(request.getfixturevalue(url)), script)
    chance, path = random.Random(f"{script} {url}"), []
    for _ in range(CHANGES):
        boxes = [box for box in page.selectbox if box.key in KEYS]
        box = chance.choice(boxes)
        box.set_value(chance.choice(values(box)))
        path.append(f"{box.key}={box.value}")
        page.run()
        assert failed(page) == [], path


@pytest.mark.parametrize("script", [script for page, script in REPORTS.items() if page not in STANDING])
def test_a_page_survives_every_period(start, demonstration_url, script):
    page = open_script(start(demonstration_url), script)
    for period in PERIODS:
        page.selectbox(key="period").set_value(period)
        page.run()
        assert failed(page) == [], period
