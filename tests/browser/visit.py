"""One page of the cockpit in a real browser, and everything the browser had to complain about."""

import io
import re
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Playwright
from playwright.sync_api import TimeoutError as NotReady

# url_path → script; the start page has no url_path of its own.
PAGES = {
    "": "pages/situation/overview.py",
    "resolution": "pages/casework/resolution.py",
    "funnel": "pages/casework/funnel.py",
    "hotspots": "pages/situation/hotspots.py",
    "mediators": "pages/people/mediators.py",
}
DESKTOP, PHONE = (1920, 1080), (390, 844)
PHONE_AGENT = "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
TALLEST = 16_000
PATIENCE = 60_000

# The server is the only host that has a name: whatever asks for another one fails as on a closed network.
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]

# Ready: script idle, connected, nothing loading or stale, fonts there, charts and maps drawn, page quiet for 0.7 s.
READY = """() => {
  const all = s => [...document.querySelectorAll(s)], app = document.querySelector('[data-testid="stApp"]');
  if (!app || app.getAttribute('data-test-script-state') !== 'notRunning') return false;
  if (app.getAttribute('data-test-connection-state') !== 'CONNECTED') return false;
  if (all('[data-testid="stSkeleton"],[data-testid="stStatusWidget"],[data-testid="stSpinner"],[data-stale="true"]')
      .length) return false;
  if (document.fonts.status !== 'loaded') return false;
  if (all('[data-testid="stPlotlyChart"]').some(e => !e.querySelector('.main-svg'))) return false;
  if (all('[data-testid="stDeckGlJsonChart"],[data-testid="stDataFrame"]').some(e => !e.querySelector('canvas')))
    return false;
  const now = performance.now();
  if (!window.__quiet) {
    window.__last = now;
    window.__quiet = new MutationObserver(() => { window.__last = performance.now(); });
    window.__quiet.observe(document.body, {subtree: true, childList: true, attributes: true});
    return false;
  }
  return now - window.__last > 700;
}"""

# The page scrolls inside stMain, not in the document.
SIZE = """() => { const m = document.querySelector('[data-testid="stMain"]') || document.documentElement;
  return {height: m.scrollHeight, wide: m.scrollWidth > m.clientWidth + 1,
          lost: /Page not found/.test(document.body.innerText),
          flat: [...document.querySelectorAll('canvas')].filter(c => c.width < 2 || c.height < 2).length}; }"""


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)


@dataclass
class Visit:
    """An open page. ``complaints`` fills as the browser complains; ``inspect`` adds what is to be seen."""

    page: Page
    phone: bool
    seconds: float = float("nan")
    complaints: list[str] = field(default_factory=list)
    log: Path | None = None  # of the server

    def wait(self) -> None:
        try:
            self.page.wait_for_function(READY, timeout=PATIENCE, polling=150)
        except NotReady:
            self.complaints.append(f"not ready in {PATIENCE // 1000} s")

    def unfold(self) -> int:
        """Make the window as high as the page, so that a picture shows all of it; returns the height."""
        width, height = PHONE if self.phone else DESKTOP
        wanted = self.page.evaluate(SIZE)["height"]
        if wanted > height:
            self.page.set_viewport_size({"width": width, "height": min(wanted + 2, TALLEST)})
            self.wait()
        self.page.wait_for_timeout(500)  # WebGL paints a little after its canvas is there
        return wanted

    def inspect(self) -> list[str]:
        """Every complaint so far, each once."""
        size = self.page.evaluate(SIZE)
        errors = self.page.get_by_test_id("stAlertContentError").all_inner_texts()
        seen = [f"exception: {text[:300]}" for text in self.page.get_by_test_id("stException").all_inner_texts()]
        seen += [f"error: {text[:300]}" for text in errors]
        seen += [self.log.read_text(errors="replace")[-3000:]] if errors and self.log else []
        seen += ["Page not found"] * size["lost"] + ["wider than the window"] * size["wide"]
        seen += [f"{size['flat']} canvas without a size"] * bool(size["flat"])
        seen += ["a map that shows nothing" for chart in self.maps() if is_blank(chart)]
        return list(dict.fromkeys(self.complaints + seen))

    def maps(self) -> list[Locator]:
        return self.page.get_by_test_id("stDeckGlJsonChart").all()

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
    opened = Visit(context.new_page(), phone)
    listen(opened, urlsplit(url).netloc)
    started = time.monotonic()
    query = (("&" if "?" in path else "?") + f"lang={lang}") if lang else ""
    opened.page.goto(f"{url.rstrip('/')}/{path}{query}", wait_until="domcontentloaded")
    opened.wait()
    opened.seconds = time.monotonic() - started
    return opened


def listen(visit: Visit, host: str) -> None:
    """Note each outside request, console error and script error."""

    def asked(url: str) -> None:
        if urlsplit(url).scheme in ("http", "https", "ws", "wss") and urlsplit(url).netloc != host:
            visit.complaints.append(f"outside request: {url[:160]}")

    def said(message) -> None:
        # A deep link asks /page/_stcore/… first and gets 404: Streamlit's own way to find its root.
        if message.type == "error" and "/_stcore/" not in message.location.get("url", ""):
            visit.complaints.append(f"console: {message.text[:200]} {message.location.get('url', '')[:100]}")

    visit.page.on("request", lambda request: asked(request.url))
    visit.page.on("websocket", lambda socket: asked(socket.url))
    visit.page.on("console", said)
    visit.page.on("pageerror", lambda error: visit.complaints.append(f"script error: {str(error)[:200]}"))


def is_blank(element: Locator) -> bool:
    """Is the element of one colour?"""
    element.scroll_into_view_if_needed()
    picture = Image.open(io.BytesIO(element.screenshot())).convert("RGB")
    return len(picture.getcolors(maxcolors=1 << 24) or []) < 2


def filename(path: str) -> str:
    return re.sub(r"[^\w]+", "_", path).strip("_") or "start"
