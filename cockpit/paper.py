"""A page of the cockpit as a file: a picture of all of it, or its print view on A4.

The server opens its own pages on loopback; a fault on the page is an error, never a file.
"""

import logging
from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as NotReady

from cockpit import chromium
from cockpit.errors import RenderError
from cockpit.press import Make
from cockpit.theme import FONT, PRINT
from cockpit.visit import DESKTOP, PATIENCE, TALLEST, Visit
from queries.words import N_

log = logging.getLogger(__name__)

WILDCARDS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}
ASIDE = (
    ".st-key-header_filters",
    ".st-key-district",
    ".st-key-footer_language",
    *(f"[data-testid={name}]" for name in ("stHeader", "stToolbar", "stButton", "stPageLink", "stDownloadButton")),
)
"""What a picture leaves out: what can only be clicked."""
PRINT_VIEW = {"print": "1", "embed": "true", "embed_options": "light_theme"}
SHEET = {"width": 794, "height": 1123}  # px, A4
MARGINS: Any = {"top": "13mm", "bottom": "17mm", "left": "10mm", "right": "10mm"}

_address = ""


def serve_at(host: str, port: int, path: str = "") -> None:
    """Where this process can reach its own pages."""
    global _address
    host = WILDCARDS.get(host, host)
    host = f"[{host}]" if ":" in host else host
    chromium.reach(host)
    _address = "/".join(part for part in (f"http://{host}:{port}", path.strip("/")) if part)


def address(page: str, query: dict[str, str]) -> str:
    """A page of this server; raises RenderError where the process does not know its own address."""
    if not _address:
        raise RenderError(N_("Pages can be drawn only by a server started with “python -m cockpit serve”."))
    return f"{_address}/{page}?{urlencode(query)}"


def picture(page: str, query: dict[str, str]) -> Make:
    """The whole page as PNG, 1920 px wide, in light colours."""
    here = address(page, query)

    def make(browser: Browser) -> bytes:
        with browser.new_context(**_screen(dict(zip(("width", "height"), DESKTOP, strict=True)))) as context:
            visit = _opened(Visit(context.new_page()), here)
            visit.page.add_style_tag(content=f"{','.join(ASIDE)}{{display:none !important}}")
            height = visit.unfold()
            visit.check()
            if height > TALLEST:
                raise _too_high(height)
            return visit.page.screenshot()

    return make


def _too_high(height: int) -> RenderError:
    return RenderError(
        N_(
            "The page is {height} px high, and a picture can have {most} px. Choose less (one street, a shorter "
            "period) or take the print version."
        ),
        height=height,
        most=TALLEST,
    )


def sheets(page: str, query: dict[str, str], left: Sequence[str], right: str) -> Make:
    """The print view as A4 PDF. ``left`` and ``right`` stand at the foot of every page; {page} and {pages} in ``right``
    are its number and how many there are."""
    here = address(page, query | PRINT_VIEW)

    def make(browser: Browser) -> bytes:
        with browser.new_context(**_screen(SHEET)) as context:
            visit = _opened(Visit(context.new_page(), SHEET["width"], SHEET["height"]), here)
            visit.check()
            return visit.page.pdf(
                format="A4",
                margin=MARGINS,
                print_background=True,
                display_header_footer=True,
                header_template="<span></span>",
                footer_template=foot(left, right),
                tagged=True,
                outline=False,
            )

    return make


def foot(left: Sequence[str], right: str) -> str:
    """The foot of every sheet as Chromium's template; texts are shown as they are, and none is broken in two."""
    said = "　".join(f"<span style='display:inline-block'>{escape(part)}</span>" for part in left)
    numbered = escape(right).format(page="<span class='pageNumber'></span>", pages="<span class='totalPages'></span>")
    return (
        f'<div style="font-family:{FONT};font-size:8.5px;color:{PRINT.ink3};width:100%;margin:0 14mm;display:flex;'
        f'gap:12px;justify-content:space-between"><span>{said}</span>'
        f"<span style='white-space:nowrap'>{numbered}</span></div>"
    )


def _opened(visit: Visit, here: str) -> Visit:
    try:
        visit.open(here)
    except NotReady as problem:
        raise RenderError(N_("The page was not ready in {seconds} seconds."), seconds=PATIENCE // 1000) from problem
    except PlaywrightError as problem:
        if "net::" not in str(problem):
            raise
        log.exception("no page at %s", here)
        raise RenderError(N_("The server cannot reach its own pages. Tell the administrator.")) from problem
    return visit


def _screen(size: dict[str, int]) -> dict:
    return {
        "viewport": size,
        "locale": "zh-CN",
        "reduced_motion": "reduce",
        "color_scheme": "light",
        "device_scale_factor": 1,
    }
