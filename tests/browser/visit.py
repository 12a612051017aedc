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
    "resolution": "pages/casework/resolution.py",
    "funnel": "pages/casework/funnel.py",
    "hotspots": "pages/situation/hotspots.py",
    "mediators": "pages/people/mediators.py",
    "brief": "pages/briefing/brief.py",
    "changes": "pages/data/changes.py",
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

    def links(self) -> dict[str, Locator]:
        """The navigation: url_path → link."""
        links = self.page.get_by_test_id("stTopNavLink").all()
        return {urlsplit(link.get_attribute("href") or "").path.strip("/"): link for link in links}

    def go(self, path: str) -> None:
        """Follow the navigation's link to another page."""
        self.links()[path].click()
        self.page.wait_for_timeout(200)
        self.wait()


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
