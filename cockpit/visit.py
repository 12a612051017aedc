"""One page of the cockpit in a browser: when it is really drawn, all of it, and what is wrong with it."""

import io
import logging
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as NotReady

from cockpit.errors import RenderError
from queries.words import N_

log = logging.getLogger(__name__)

DESKTOP = (1920, 1080)
TALLEST = 8_000  # px: from 8192 on Chromium repeats the picture from its top
PATIENCE = 45_000  # ms until a page must be ready

# Ready: script idle, connected, nothing loading or stale, fonts and pictures there, charts and maps drawn, page quiet
# for 0.7 s.
READY = """() => {
  const all = s => [...document.querySelectorAll(s)], app = document.querySelector('[data-testid="stApp"]');
  if (!app || app.getAttribute('data-test-script-state') !== 'notRunning') return false;
  if (app.getAttribute('data-test-connection-state') !== 'CONNECTED') return false;
  if (all('[data-testid="stSkeleton"],[data-testid="stStatusWidget"],[data-testid="stSpinner"],[data-stale="true"]')
      .length) return false;
  if (document.fonts.status !== 'loaded' || !all('img').every(i => i.complete)) return false;
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
SEEN = """() => { const m = document.querySelector('[data-testid="stMain"]') || document.documentElement;
  const count = (s, wrong) => [...document.querySelectorAll(s)].filter(wrong).length;
  return {height: m.scrollHeight, wide: m.scrollWidth > m.clientWidth + 1,
          lost: /Page not found/.test(document.body.innerText),
          flat: count('canvas', c => c.width < 2 || c.height < 2), broken: count('img', i => !i.naturalWidth)}; }"""

BOXES = ("[data-testid=stException]", "[data-testid=stAlertContentError] [data-testid=stMarkdownContainer]")


@dataclass
class Visit:
    """An open page. ``complaints`` fills as the browser complains; ``faults`` says what is to be seen."""

    page: Page
    width: int = DESKTOP[0]
    height: int = DESKTOP[1]
    patience: int = PATIENCE
    complaints: list[str] = field(default_factory=list)
    late: bool = False

    def open(self, address: str) -> None:
        """Go there and wait until the page is ready."""
        listen(self, urlsplit(address).netloc)
        self.page.goto(address, wait_until="domcontentloaded", timeout=self.patience)
        self.wait()

    def wait(self) -> None:
        try:
            self.page.wait_for_function(READY, timeout=self.patience, polling=150)
        except NotReady:
            self.late = True

    def unfold(self) -> int:
        """Make the window as high as the page, so that a picture shows all of it, up to ``TALLEST``; returns the page's
        own height."""
        wanted: int = self.page.evaluate(SEEN)["height"]
        if wanted > self.height:
            self.page.set_viewport_size({"width": self.width, "height": min(wanted + 2, TALLEST)})
            self.wait()
        self.page.wait_for_timeout(500)  # WebGL paints a little after its canvas is there
        return wanted

    def faults(self) -> list[RenderError]:
        """Why nobody should be handed this page."""
        seen = self.page.evaluate(SEEN)
        shown = [text[:300] for box in BOXES for text in self.page.locator(box).all_inner_texts()]
        blank = sum(is_blank(chart) for chart in self.maps())
        found = [RenderError(N_("The page shows an error: {problem}"), problem=text) for text in shown]
        if self.late:
            seconds = self.patience // 1000
            found.append(RenderError(N_("The page was not ready in {seconds} seconds."), seconds=seconds))
        if seen["lost"]:
            found.append(RenderError(N_("Page not found: there is no page at this address.")))
        if seen["wide"]:
            found.append(RenderError(N_("The page is wider than the window, so something would be cut off.")))
        if seen["flat"]:
            found.append(RenderError(N_("{n} canvas without a size: a table or map was not drawn."), n=seen["flat"]))
        if blank:
            found.append(RenderError(N_("{n} maps show nothing."), n=blank))
        if seen["broken"]:
            found.append(RenderError(N_("{n} pictures of the page are missing."), n=seen["broken"]))
        return found

    def check(self) -> None:
        """Raise the first fault; all of them, and what the browser complained about, go to the log."""
        faults = self.faults()
        for complaint in [*map(str, faults), *self.complaints]:
            log.warning("%s: %s", self.page.url, complaint)
        if faults:
            raise faults[0]

    def maps(self) -> list[Locator]:
        return self.page.get_by_test_id("stDeckGlJsonChart").all()


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
