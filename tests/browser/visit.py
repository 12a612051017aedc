"""One page of the cockpit in a real browser, and everything the browser had to complain about."""

import re
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator

from cockpit import visit as product
from cockpit.visit import DESKTOP

# url_path → script; the start page has no url_path of its own.
REPORTS = {  # those with filters, which can be printed
    "": "pages/situation/overview.py",
    "deadlines": "pages/casework/deadlines.py",
    "resolution": "pages/casework/resolution.py",
    "funnel": "pages/casework/funnel.py",
    "whistles": "pages/casework/whistles.py",
    "follow-ups": "pages/casework/follow_ups.py",
    "hotspots": "pages/situation/hotspots.py",
    "mediators": "pages/people/mediators.py",
    "brief": "pages/briefing/brief.py",
    "petitions": "pages/casework/petitions.py",
    "changes": "pages/data/changes.py",
    "definitions": "pages/about/definitions.py",
}
PAGES = REPORTS | {name: f"pages/data/{name}.py" for name in ("intake", "quality", "versions")}
PHONE = (390, 844)
PHONE_AGENT = "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


@dataclass
class Visit(product.Visit):
    """An open page, and what the browser and the eye have to complain about."""

    seconds: float = float("nan")
    log: Path | None = None  # of the server

    def inspect(self) -> list[str]:
        """Every complaint so far, each once."""
        faults = [str(fault) for fault in self.faults()]
        said = any("error" in fault for fault in faults) and self.log
        tail = [self.log.read_text(errors="replace")[-3000:]] if said and self.log else []
        return list(dict.fromkeys(self.complaints + faults + tail))

    def text(self) -> str:
        return self.page.get_by_test_id("stApp").inner_text()

    def field(self, key: str) -> Locator:
        """The element of the widget with this key."""
        return self.page.locator(f".st-key-{key}").first

    def shown(self, key: str) -> str:
        """What a select box shows as chosen."""
        return self.field(key).get_by_role("combobox").input_value()

    def choose(self, key: str, option: str) -> None:
        """Choose an option of a select box as a person does: open, type, click."""
        box = self.field(key).get_by_role("combobox")
        box.click()
        box.fill(option)
        self.page.get_by_role("option", name=option, exact=True).first.click()
        self.page.wait_for_timeout(200)
        self.wait()

    def speak(self, language: str) -> None:
        """Choose the language in the footer, by its own name."""
        self.page.locator(".st-key-footer").get_by_text(language).click()
        self.page.wait_for_timeout(200)
        self.wait()

    def links(self) -> dict[str, str]:
        """The navigation: url_path → name of the section that its link stands in; empty where it stands alone."""
        found = {_path(link): "" for link in self.page.get_by_test_id("stTopNavLink").all()}
        for section in self.page.get_by_test_id("stTopNavSection").all():
            section.click()
            found |= {_path(link): section.inner_text() for link in self._dropped()}
            self.page.keyboard.press("Escape")
        return found

    def go(self, path: str) -> int:
        """Follow the navigation's link to another page, as a person does; how many clicks that took."""
        alone = [link for link in self.page.get_by_test_id("stTopNavLink").all() if _path(link) == path]
        link = alone[0] if alone else self._unfolded(path)
        link.click()
        self.page.wait_for_timeout(200)
        self.wait()
        return 1 if alone else 2

    def _unfolded(self, path: str) -> Locator:
        """The link of a page inside a section, which is open then."""
        for section in self.page.get_by_test_id("stTopNavSection").all():
            section.click()
            found = [link for link in self._dropped() if _path(link) == path]
            if found:
                return found[0]
            self.page.keyboard.press("Escape")
        raise AssertionError(f"no link to {path!r} in the navigation")

    def _dropped(self) -> list[Locator]:
        links = self.page.get_by_test_id("stTopNavDropdownLink")
        links.first.wait_for()
        return links.all()


def _path(link: Locator) -> str:
    return urlsplit(link.get_attribute("href") or "").path.strip("/")


def visit(
    browser: Browser, url: str, path: str, *, phone: bool = False, lang: str | None = None, dark: bool = False
) -> Visit:
    """Open one path and wait until it is ready; the caller closes ``visit.page.context``."""
    width, height = PHONE if phone else DESKTOP
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        device_scale_factor=2 if phone else 1,
        is_mobile=phone,
        has_touch=phone,
        user_agent=PHONE_AGENT if phone else None,
        color_scheme="dark" if dark else "light",
    )
    opened = Visit(context.new_page(), width, height)
    started = time.monotonic()
    query = (("&" if "?" in path else "?") + f"lang={lang}") if lang else ""
    opened.open(f"{url.rstrip('/')}/{path}{query}")
    opened.seconds = time.monotonic() - started
    return opened


def filename(path: str) -> str:
    return re.sub(r"[^\w]+", "_", path).strip("_") or "start"
