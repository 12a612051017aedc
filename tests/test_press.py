"""The queue of what Chromium draws, on a real Chromium: order, limit, what ends it, and what it says then."""

import os
import signal
import threading
import time
from collections.abc import Iterator

import psutil
import pytest
from playwright.sync_api import Error as PlaywrightError

from cockpit import chromium, i18n
from cockpit.errors import DatabaseError, RenderError
from cockpit.press import Press
from cockpit.settings import settings
from tests.browser.needs import needs_chromium

pytestmark = needs_chromium


OTHERS: set[int] = set()
"""Browsers of other tests of this process."""


@pytest.fixture
def queue() -> Iterator[Press]:
    OTHERS.clear()
    OTHERS.update(process.pid for process in browsers())
    queue = Press(most=2, patience=20, idle=0.5)
    yield queue
    until(lambda: not browsers(), "the browser is ended")


def browsers() -> list[psutil.Process]:
    """The browsers that the test has started, by their own process."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            line, state = process.cmdline(), process.status()
        except psutil.Error:
            continue
        if (
            process.pid not in OTHERS
            and state != psutil.STATUS_ZOMBIE
            and "--remote-debugging-pipe" in line
            and not any(part.startswith("--type=") for part in line)
        ):
            found.append(process)
    return found


def until(true, what: str, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


def picture(browser) -> bytes:
    page = browser.new_page()
    page.set_content("<h1>治理</h1>")
    data = page.screenshot()
    page.close()
    return data


def test_a_file_is_drawn_and_the_browser_is_kept_for_the_next(queue):
    first = queue.ask(picture)
    assert first.result(30).startswith(b"\x89PNG")
    kept = browsers()
    assert queue.ask(picture).result(30).startswith(b"\x89PNG")
    assert browsers() == kept
    assert len(kept) == 1
    assert first.done
    assert first.place == 0


def test_without_work_the_browser_ends_and_comes_back(queue):
    queue.ask(picture).result(30)
    until(lambda: not browsers(), "an idle browser ends")
    assert queue.ask(picture).result(30)


def test_each_knows_its_place_and_one_too_many_is_told_so(queue):
    go = threading.Event()
    held = queue.ask(lambda browser: b"1" if go.wait(15) else b"")
    until(lambda: queue._waiting.count(held) == 0, "the first is being made")
    second, third = queue.ask(lambda browser: b"2"), queue.ask(lambda browser: b"3")
    assert [job.place for job in (held, second, third)] == [0, 1, 2]
    assert [job.done for job in (held, second, third)] == [False] * 3
    with pytest.raises(RenderError, match="2 files are waiting"):
        queue.ask(picture)
    go.set()
    assert [job.result(30) for job in (held, second, third)] == [b"1", b"2", b"3"]
    assert third.place == 0


@pytest.mark.alone
def test_asking_does_not_wait(queue):
    started = time.monotonic()
    job = queue.ask(picture)
    assert time.monotonic() - started < 0.2
    job.result(30)


def test_a_file_is_made_in_the_language_in_which_it_was_asked_for(queue):
    i18n.use("en")
    english = queue.ask(lambda browser: i18n._("Overview").encode())
    i18n.use("zh")
    chinese = queue.ask(lambda browser: i18n._("Overview").encode())
    assert (english.result(30), chinese.result(30)) == (b"Overview", "总览".encode())


def test_a_browser_that_is_killed_is_replaced_and_the_file_made_all_the_same(queue):
    tries = []

    def killed_once(browser) -> bytes:
        tries.append(browser)
        if len(tries) == 1:
            os.kill(chromium.pid(browser), signal.SIGKILL)
        return picture(browser)

    assert queue.ask(killed_once).result(30).startswith(b"\x89PNG")
    assert len(tries) == 2


def test_a_browser_that_dies_twice_is_said_and_the_next_file_is_made(queue):
    def killed(browser) -> bytes:
        os.kill(chromium.pid(browser), signal.SIGKILL)
        return picture(browser)

    with pytest.raises(RenderError, match="Chromium ended while it drew"):
        queue.ask(killed).result(30)
    assert queue.ask(picture).result(30)


def test_a_browser_that_dies_between_two_files_is_replaced(queue):
    queue.idle = 5
    queue.ask(picture).result(30)
    for process in browsers():
        process.kill()
    assert queue.ask(picture).result(30)
    queue.idle = 0.1
    queue.ask(picture).result(30)


def test_a_file_that_takes_too_long_is_ended_and_the_next_is_made(queue):
    queue.ask(picture).result(30)
    queue.patience = 1.5

    def endless(browser) -> bytes:
        browser.new_page().evaluate("() => new Promise(() => {})")
        return b""

    def stuck(browser) -> bytes:
        time.sleep(4)
        return b"late"

    for make in (endless, stuck):
        slow = queue.ask(make)
        until(lambda: not queue._waiting, "it is being made")
        queue.patience = 20
        after = queue.ask(picture)
        with pytest.raises(RenderError, match="not drawn within"):
            slow.result(10)
        assert after.result(30).startswith(b"\x89PNG")
        queue.patience = 1.5


def test_what_breaks_is_a_sentence_with_a_number_and_the_log_has_the_rest(queue, caplog):
    with pytest.raises(RenderError, match=r"number [0-9a-f]{8}") as failed:
        queue.ask(lambda browser: 1 / 0).result(30)
    assert "ZeroDivisionError" in caplog.text
    assert str(failed.value.values["reference"]) in caplog.text
    own = RenderError("not this")
    with pytest.raises(RenderError) as told:
        queue.ask(lambda browser: (_ for _ in ()).throw(own)).result(30)
    assert told.value is own


def test_a_sentence_of_another_part_reaches_who_asked(queue):
    locked = DatabaseError("the register is locked")

    def unwritten(browser) -> bytes:
        raise locked

    with pytest.raises(DatabaseError) as told:
        queue.ask(unwritten).result(30)
    assert told.value is locked


def test_a_browser_that_dies_is_replaced_where_its_error_was_put_into_words(queue):
    tries = []

    def killed_once(browser) -> bytes:
        tries.append(browser)
        if len(tries) == 1:
            os.kill(chromium.pid(browser), signal.SIGKILL)
        try:
            return picture(browser)
        except PlaywrightError as problem:
            raise RenderError("the block was not drawn") from problem

    assert queue.ask(killed_once).result(30).startswith(b"\x89PNG")
    assert len(tries) == 2


@pytest.mark.parametrize(
    ("program", "said"), [("/bin/false", "does not start"), ("/nowhere/chromium", "no program that can be started")]
)
def test_a_browser_that_does_not_start_is_said(queue, monkeypatch, program, said):
    monkeypatch.setenv("COCKPIT_CHROMIUM", program)
    settings.cache_clear()
    try:
        with pytest.raises(RenderError, match=said):
            queue.ask(picture).result(40)
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert queue.ask(picture).result(30)
