"""A briefing as files: PDF and PNG drawn by Chromium from one sheet, PPTX and DOCX with what it drew.

Names of files are suffixes: .pdf, .pptx, .docx, .png (all of it) and _1_headline.png (one a block).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import orjson
import plotly
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from playwright.sync_api import Browser, Page, PdfMargins, ViewportSize
from playwright.sync_api import Error as PlaywrightError

from cockpit import format
from cockpit.briefing.document import Block, Briefing, Chart, Part, Picture, Table, Words, runs
from cockpit.briefing.pictures import picture
from cockpit.briefing.report import docx
from cockpit.briefing.slides import pptx
from cockpit.charts.ready import Ready
from cockpit.errors import RenderError
from cockpit.i18n import _, language
from cockpit.paper import foot
from cockpit.theme import FONT, PRINT, SHEET
from queries.words import N_

FORMATS = ("pdf", "png", "pptx", "docx")
EDGE = 38  # px of white beside the sheet in a picture
PICTURE = 1920  # px, width of a PNG
MARGINS: PdfMargins = {"top": "13mm", "bottom": "17mm", "left": "14.5mm", "right": "14.5mm"}
SHORT = 14  # lines
PATIENCE = 20_000  # ms until the sheet must be drawn
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
Pictures = dict[tuple[str, int], bytes]

DRAW = """async ([name, figure]) => {
  const place = document.querySelector(`[data-part="${name}"]`);
  await Plotly.newPlot(place, figure.data, figure.layout, {staticPlot: true, displayModeBar: false});
}"""
# Every chart and map has marks in it that take up room; axes and frames are none.
EMPTY = """() => [...document.querySelectorAll('[data-part]')].filter(place => ![...place.querySelectorAll(
  '.main-svg .mlayer path, svg:not(.main-svg) path')].some(mark => {
    const box = mark.getBoundingClientRect(); return box.width > 0 || box.height > 0; }))
  .map(place => place.dataset.part.split(' ')[0])"""
ONLY = """key => { document.body.toggleAttribute('data-only', key !== null);
  document.querySelectorAll('section').forEach(one => one.classList.toggle('only', one.id === key)); }"""


def files(briefing: Briefing, formats: Sequence[str], browser: Browser) -> dict[str, bytes]:
    """The files by suffix. Raises RenderError, naming the block where one is to blame; then there is no file."""
    made: dict[str, bytes] = {}
    size: ViewportSize = {"width": SHEET + 2 * EDGE, "height": 1123}
    scale = PICTURE / size["width"]
    with (
        _drawing(_("The briefing")),
        browser.new_context(viewport=size, device_scale_factor=scale, offline=True) as context,
    ):
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        draw(page, briefing)
        if "pdf" in formats:
            with _drawing("PDF"):
                made[".pdf"] = _pdf(page, briefing)
        if "png" in formats:
            made |= _png(page, briefing)
        drawn = _drawn(page, briefing) if {"pptx", "docx"} & set(formats) else {}
    writers: dict[str, Callable[[Briefing, Pictures], bytes]] = {"pptx": pptx, "docx": docx}
    return made | {f".{name}": write(briefing, drawn) for name, write in writers.items() if name in formats}


@contextmanager
def _drawing(what: str) -> Iterator[None]:
    """Errors of the browser as a sentence that names what was being drawn."""
    try:
        yield
    except PlaywrightError as problem:
        raise RenderError(
            N_("{what} could not be drawn: {problem}"), what=what, problem=str(problem).splitlines()[0]
        ) from problem


def _block(block: Block) -> str:
    return _("The block “{block}”").format(block=block.heading)


def draw(page: Page, briefing: Briefing) -> None:
    """The sheet with all its charts, or RenderError."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.set_content(sheet(briefing), wait_until="load")
    page.add_script_tag(path=PLOTLY)
    for block in briefing.blocks:
        for place, part in enumerate(block.parts):
            if isinstance(part, Chart):
                _chart(page, block, place, part)
    page.evaluate("document.fonts.ready")
    empty = page.evaluate(EMPTY)
    if empty:
        raise RenderError(N_("Nothing was drawn in the block “{block}”."), block=_heading(briefing, empty[0]))
    if wrong:
        raise RenderError(N_("The browser could not draw the briefing: {problem}"), problem=wrong[0])


def _chart(page: Page, block: Block, place: int, part: Chart) -> None:
    figure = Ready(part.figure(PRINT)).to_dict()
    figure = figure | {"layout": figure["layout"] | {"width": SHEET}}
    text = orjson.dumps(figure, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS, default=str)
    with _drawing(_block(block)):
        page.evaluate(DRAW, [f"{block.key} {place}", orjson.loads(text)])


def _heading(briefing: Briefing, key: str) -> str:
    return next(block.heading for block in briefing.blocks if block.key == key)


def sheet(briefing: Briefing) -> str:
    """The document as HTML, its charts still to be drawn; text from data is escaped."""
    return _template().render(
        briefing=briefing,
        t=PRINT,
        font=FONT,
        width=SHEET,
        language=language(),
        known=_("Data to {moment}").format(moment=briefing.known),
        remark=_("Remark: "),
        ending=ending(briefing),
        together=_together(briefing),
        runs=runs,
    )


def _together(briefing: Briefing) -> set[int]:
    """Places of the blocks that no page break may part: the short ones."""
    return {place for place, block in enumerate(briefing.blocks) if sum(map(_lines, block.parts)) <= SHORT}


def _lines(part: Part) -> int:
    """About how many lines of text a part takes up."""
    if isinstance(part, Words):
        return len(part.paragraphs)
    return len(part.rows) + 1 if isinstance(part, Table) else 12 if isinstance(part, Chart | Picture) else 4


def ending(briefing: Briefing) -> str:
    """Version, content hash and time of making, as they stand at the end of every form of the briefing."""
    return _("Definitions {version} · content {hash}").format(version=briefing.version, hash=briefing.hash) + (
        f" · {format.made_at(briefing.made_at)}"
    )


@cache
def _template():
    folder = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=folder, autoescape=True, undefined=StrictUndefined).get_template("sheet.html")


def _pdf(page: Page, briefing: Briefing) -> bytes:
    left = tuple(filter(None, (briefing.scope, briefing.hash, briefing.mark)))
    return page.pdf(
        format="A4",
        margin=MARGINS,
        print_background=True,
        display_header_footer=True,
        header_template="<span></span>",
        footer_template=foot(left, _("Page {page} of {pages}")),
        tagged=True,
        outline=True,
    )


def _png(page: Page, briefing: Briefing) -> dict[str, bytes]:
    """All of it, and each block under the title."""
    wide = SHEET + 2 * EDGE
    with _drawing("PNG"):
        made = {".png": picture(page, wide)}
    for place, block in enumerate(briefing.blocks, 1):
        with _drawing(_block(block)):
            page.evaluate(ONLY, block.key)
            made[f"_{place}_{block.key}.png"] = picture(page, wide)
    page.evaluate(ONLY, None)
    return made


def _drawn(page: Page, briefing: Briefing) -> Pictures:
    """Each chart and map as PNG, by block and place."""
    made = {}
    for block in briefing.blocks:
        for place, part in enumerate(block.parts):
            if isinstance(part, Chart | Picture):
                with _drawing(_block(block)):
                    made[block.key, place] = page.locator(f'[data-part="{block.key} {place}"]').screenshot()
    return made
