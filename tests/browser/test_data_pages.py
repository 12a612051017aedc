"""质量 and 版本 in a real browser, and who may see what of them."""

from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from cockpit import versions
from cockpit.theme import ROW
from tests.browser.visit import Visit
from tests.intake.files import row, take
from tests.server import Server, serve


def records(n: int, **changes: str) -> list[tuple[str, ...]]:
    return [row(编号=f"A{i}", 登记时间=f"2023-11-{i % 28 + 1:02d} 09:00", **changes) for i in range(n)]


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> str:
    """Forty complaints, sixty more, and three rows that could not be taken."""
    folder = tmp_path_factory.mktemp("versions")
    made = f"duckdb:///{folder / 'data.duckdb'}"
    take(folder, made, records(40), read='as_of = "2023-12-01"')
    bad = [row(编号=f"X{i}", 登记时间="") for i in range(3)]
    take(folder, made, [*records(100), *bad], read='as_of = "2023-12-01"')
    return made


@pytest.fixture(scope="module")
def server(url, tmp_path_factory) -> Iterator[Server]:
    with serve(url, tmp_path_factory.mktemp("log") / "open.log", COCKPIT_OPEN="1") as server:
        yield server


@pytest.fixture(scope="module")
def closed_server(url, tmp_path_factory) -> Iterator[Server]:
    """The same data, where nobody is known to be the owner."""
    with serve(url, tmp_path_factory.mktemp("log") / "closed.log") as server:
        yield server


def choose_row(page: Visit, key: str, place: int) -> None:
    """Tick a row of a table; tables are drawn, so there is nothing but a point to click at."""
    page.page.locator(f"[class*=st-key-{key}] .dvn-scroller").click(position={"x": 18, "y": ROW * (place + 1.5)})
    page.page.wait_for_timeout(300)
    page.wait()


def received(page: Visit) -> str:
    """The first figure of the overview."""
    return page.page.get_by_test_id("stMetricValue").first.inner_text().removesuffix(" 件")


def test_a_version_that_is_not_kept_gives_way_to_the_newest(open_page, server):
    page = open_page(server, "?version=77&period=2023-11")
    assert "数据版本 77 未保留" in page.text()
    assert received(page) == "100"
    assert page.inspect() == []


def test_the_rows_behind_a_number_are_shown_to_the_owner_alone(open_page, server, closed_server):
    mine, theirs = open_page(server, "quality"), open_page(closed_server, "quality")
    assert mine.page.locator(".st-key-rejects_CSV").count() == 1
    assert theirs.page.locator(".st-key-rejects_CSV, .st-key-rejects_XLSX").count() == 0
    assert "明细只向有明细权限的人显示" in theirs.text()
    assert mine.inspect() + theirs.inspect() == []


def test_only_the_owner_imports_and_brings_back(open_page, closed_server):
    page = open_page(closed_server, "versions")
    assert "intake" not in page.links()
    choose_row(page, "versions_table", 1)
    assert page.page.get_by_text("查看此版本").count() == 1
    assert page.page.locator("[class*=st-key-rollback_]").count() == 0
    assert page.inspect() == []
    gone = open_page(closed_server, "intake")
    assert "Page not found" in gone.page.locator("body").inner_text()
    assert gone.page.locator(".drop").count() == 0


def test_nobody_sends_a_file_without_a_page_that_waits_for_it(closed_server):
    with pytest.raises(HTTPError, match="404"):
        urlopen(Request(f"{closed_server.url}/cockpit/upload/anything?name=a.csv", b"a,b", method="POST"))


def test_an_older_version_is_looked_at_and_left_again(open_page, server):
    page = open_page(server, "?period=2023-11")
    assert received(page) == "100"
    page.go("versions")
    choose_row(page, "versions_table", 1)
    page.page.get_by_text("查看此版本").click()
    page.page.locator(".st-key-version_strip").wait_for()
    page.wait()
    assert "您正在查看数据版本 1" in page.text()
    assert received(page) == "40"
    page.go("quality")
    assert "数据版本 1" in page.text()
    page.page.locator(".st-key-version_newest button").click()
    page.page.locator(".st-key-version_strip").wait_for(state="detached")
    assert "version=" not in page.page.url
    page.go("")
    assert received(page) == "100"
    assert page.inspect() == []


def test_a_version_is_brought_back(open_page, server, url):
    """The last of these tests: afterwards the newest data are those of the first version."""
    page = open_page(server, "versions")
    choose_row(page, "versions_table", 1)
    page.page.locator(".st-key-rollback_1 button").click()
    page.page.get_by_role("dialog").locator(".st-key-rollback_now button").click()
    page.page.get_by_role("dialog").wait_for(state="detached")
    page.wait()
    newest = versions.listed(url)[0]
    assert (newest.number, newest.kind, newest.restores) == (3, "rollback", 1)
    assert "所有人现在看到的就是这个版本。" in page.text()
    page.go("")
    assert received(page) == "40"
    assert page.inspect() == []
