"""Whoever looks after the data, at the import page in a real browser: each click and choice is counted."""

from pathlib import Path

from playwright.sync_api import Locator

from tests.browser.visit import Visit

LONG = 60_000  # ms
WRONG = "[data-testid=stAlertContentError]"
IDLE = """() => document.querySelector('[data-testid="stApp"]')?.getAttribute('data-test-script-state')
  === 'notRunning'"""


class Clerk:
    """``acts``: files chosen, options chosen, values typed and buttons pressed since the last file."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.page, self.acts = visit, visit.page, 0

    def bring(self, *files: Path) -> None:
        """Choose files, and wait until it says what was found or what is wrong."""
        self.acts += 1
        self.page.locator(".drop input[type=file]").set_input_files([str(file) for file in files])
        self.see(".st-key-intake_meaning, [data-testid=stAlert], .said:not(:empty)")
        self.settle()

    def choose(self, ours: str, option: str) -> None:
        """An option of the select box that ends in this key; what is typed that is none becomes one."""
        self.acts += 1
        box = self.box(ours)
        box.click()
        box.fill(option)
        self.page.get_by_role("option").first.wait_for()
        self.page.keyboard.press("Enter")
        self.page.wait_for_timeout(200)
        self.settle()

    def box(self, ours: str) -> Locator:
        return self.page.locator(f"[class*='_{ours} ']").get_by_role("combobox")

    def press(self, key: str) -> None:
        self.acts += 1
        self.page.locator(f".st-key-{key} button").click()

    def check(self) -> None:
        self.press("intake_check")
        self._until("intake_publish")

    def publish(self) -> None:
        self.press("intake_publish")
        self._until("intake_published")

    def _until(self, key: str) -> None:
        """The part of the page with this key is there; AssertionError with what the page says instead."""
        self.see(f".st-key-{key}, {WRONG}")
        self.settle()
        wrong = self.page.locator(WRONG).all_inner_texts()
        assert not wrong, wrong

    def next(self) -> None:
        """Once more from the beginning."""
        self.press("intake_more")
        self.see(".drop")
        self.settle()
        self.acts = 0

    def see(self, selector: str) -> Locator:
        found = self.page.locator(selector).first
        found.wait_for(timeout=LONG)
        return found

    def settle(self) -> None:
        """The script has ended; a page that looks again every half second is never quiet for longer."""
        self.page.wait_for_timeout(100)
        self.page.wait_for_function(IDLE, timeout=LONG)

    def text(self) -> str:
        return self.page.get_by_test_id("stMain").inner_text()
