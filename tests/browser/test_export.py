"""The export menu in a browser: the link, the queue, the files; and what others notice of it."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest

from queries.measures import VERSION
from tests.browser import pdf
from tests.browser.visit import Visit
from tests.server import serve

PDF, PNG = "打印版 A4 PDF", "本页图片 PNG"


def menu(visit: Visit) -> None:
    visit.page.get_by_role("button", name="导出").click()
    visit.page.locator(
        "[data-testid=stPopoverBody] :is([data-testid=stButton], [data-testid=stDownloadButton])"
    ).first.wait_for()
    visit.wait()


def press(visit: Visit, name: str):
    return visit.page.get_by_role("button", name=name, exact=True)


def test_the_link_is_copied_and_opens_the_same_view(open_page, demonstration_server):
    mine = open_page(demonstration_server, "funnel?basis=period&period=2023-10", lang="en")
    mine.choose("street", "云溪街道")
    mine.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    mine.page.get_by_role("button", name="Export").click()
    block = mine.page.locator("[data-testid=stPopoverBody] [data-testid=stCode]")
    block.hover()
    block.get_by_role("button").click()
    link = mine.page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{demonstration_server.url}/funnel?")
    chosen = {"street": ["云溪街道"], "basis": ["period"], "period": ["2023-10"], "lang": ["en"]}
    assert parse_qs(urlsplit(link).query) == chosen
    mine.page.keyboard.press("Escape")
    theirs = open_page(demonstration_server, link.split("/", 3)[3])
    assert theirs.page.locator("h1").inner_text() == "Funnel"
    assert theirs.page.locator("main").inner_text() == mine.page.locator("main").inner_text()


@pytest.mark.alone
def test_a_file_is_asked_for_waited_for_and_saved_while_others_go_on(
    open_page, demonstration_server, tmp_path, poppler
):
    mine, theirs = (open_page(demonstration_server, path) for path in ("resolution", ""))
    usual = []
    for street in ("云溪街道", "松岭街道", "金穗街道"):
        usual.append(seconds(lambda street=street: theirs.choose("street", street)))
    menu(mine)
    press(mine, PDF).click()
    press(mine, PNG).click()
    mine.page.get_by_text("排队中，前面还有 1 份").wait_for(timeout=20_000)
    assert mine.page.get_by_text("正在生成…").count() == 1
    during = seconds(lambda: theirs.choose("street", "望桥街道"))
    assert press(mine, f"保存{PNG}").count() == 0, "the other page was ready before the files"
    assert during < 3 * max(usual) + 1
    saved = {}
    for name in (PDF, PNG):
        button = press(mine, f"保存{name}")
        button.wait_for(timeout=90_000)
        with mine.page.expect_download() as download:
            button.click()
        saved[name] = tmp_path / download.value.suggested_filename
        download.value.save_as(saved[name])
    assert {file.name for file in saved.values()} == {
        f"化解率_示范区_2023年11月_全部街道_全部类型_全部渠道.{kind}" for kind in ("pdf", "png")
    }
    said = pdf.squeezed(pdf.text(saved[PDF]))
    for part in (
        "化解率",
        "云溪街道",
        "演示数据·虚构",
        "数据截至2023年11月30日24:00",
        f"口径{VERSION}",
        "生成于",
        "第1页，共",
    ):
        assert part in said, part
    assert saved[PNG].read_bytes().startswith(b"\x89PNG")
    assert mine.inspect() == theirs.inspect() == []


def seconds(act) -> float:
    started = time.monotonic()
    act()
    return time.monotonic() - started


def test_a_file_of_another_choice_is_not_offered(open_page, demonstration_server):
    visit = open_page(demonstration_server, "mediators")
    menu(visit)
    press(visit, PDF).click()
    press(visit, f"保存{PDF}").wait_for(timeout=90_000)
    visit.page.keyboard.press("Escape")
    visit.choose("street", "云溪街道")
    menu(visit)
    assert press(visit, PDF).count() == 1
    assert press(visit, f"保存{PDF}").count() == 0


@pytest.mark.parametrize(
    ("program", "said"),
    [("/bin/false", "无法启动"), ("/nowhere/chromium", "不是可以启动的程序")],
    ids=["false", "none"],
)
def test_without_a_browser_a_sentence_and_no_file(open_page, demonstration_url, tmp_path, program, said):
    with serve(demonstration_url, tmp_path / "server.log", COCKPIT_CHROMIUM=program) as server:
        visit = open_page(server, "mediators")
        menu(visit)
        press(visit, PDF).click()
        visit.page.get_by_text("未生成文件").wait_for(timeout=60_000)
        told = visit.page.get_by_test_id("stAlertContentError").inner_text()
        assert said in told
        assert program in told
        assert press(visit, f"保存{PDF}").count() == 0
        assert press(visit, "再试一次").count() == 1


def test_the_server_takes_its_browser_with_it(open_page, demonstration_url, tmp_path):
    import psutil

    with serve(demonstration_url, tmp_path / "server.log") as server:
        visit = open_page(server, "mediators")
        menu(visit)
        press(visit, PDF).click()
        press(visit, f"保存{PDF}").wait_for(timeout=90_000)
        family = psutil.Process(server.pid).children(recursive=True)
        assert any("--remote-debugging-pipe" in process.cmdline() for process in family)
    _gone, alive = psutil.wait_procs(family, timeout=15)
    assert alive == []
