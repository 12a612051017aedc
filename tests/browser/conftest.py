"""A real browser and real servers for the tests of this folder."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from cockpit import chromium
from tests.browser.needs import require
from tests.browser.visit import Visit, visit
from tests.server import Server, serve

OpenPage = Callable[..., Visit]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    require("chromium")
    with chromium.browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def demonstration_server(demonstration_url, tmp_path_factory) -> Iterator[Server]:
    with serve(demonstration_url, tmp_path_factory.mktemp("log") / "demonstration.log") as server:
        yield server


@pytest.fixture(scope="session")
def boston_server(boston_url, tmp_path_factory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("log") / "boston.log"
    with serve(boston_url, log, COCKPIT_OPEN="1", COCKPIT_CHINESE_HOLIDAYS="0") as server:
        yield server


@pytest.fixture
def open_page(browser) -> Iterator[Callable[..., Visit]]:
    """``open_page(server, path, phone=…, lang=…)``: the visit is closed when the test ends."""
    visits: list[Visit] = []

    def open_one(server: Server, path: str, **options) -> Visit:
        visits.append(visit(browser, server.url, path, **options))
        visits[-1].log = server.log
        return visits[-1]

    yield open_one
    for opened in visits:
        opened.page.context.close()
