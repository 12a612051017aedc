"""The briefing as a document for Word, laid out as an official report after GB/T 9704—2012 as far as that goes."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as Report
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.image.image import Image
from docx.shared import Mm, Pt

from cockpit.briefing import office
from cockpit.briefing.document import Block, Briefing, Chart, Kpis, Part, Picture, Table, Words
from cockpit.briefing.office import clean
from cockpit.briefing.report_text import fill, prepare, rule, say, table
from cockpit.i18n import _, language

PAGE = (210, 297)  # mm, A4
TOP, LEFT, BOTTOM, RIGHT = 37, 28, 35, 26  # mm, the margins of GB/T 9704
WIDTH = PAGE[0] - LEFT - RIGHT
HIGHEST = 115  # mm, a figure
DIGITS = "零一二三四五六七八九"


def docx(briefing: Briefing, pictures: Mapping[tuple[str, int], bytes]) -> bytes:
    """A document. ``pictures``: a PNG of twice the resolution for each Chart and Picture, by block and place of the
    part. Raises: RenderError, where one is missing."""
    report = Document()
    prepare(report)
    office.describe(report.core_properties, briefing)
    _page(report, briefing)
    _title(report, briefing)
    body = _Body(report, pictures)
    for number, block in enumerate(briefing.blocks, 1):
        body.block(block, number)
    _colophon(report, briefing)
    file = BytesIO()
    report.save(file)
    return file.getvalue()


def numeral(number: int) -> str:
    """一, 十二, 二十, for numbers up to 99."""
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return f"{DIGITS[tens] if tens > 1 else ''}十{DIGITS[ones] if ones else ''}"


def _page(report: Report, briefing: Briefing) -> None:
    """Paper, and what stands on each page: the scope above; data date, version, hash, page and mark below."""
    section = report.sections[0]
    section.page_width, section.page_height = Mm(PAGE[0]), Mm(PAGE[1])
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance, section.footer_distance = Mm(20), Mm(20)
    above = say(section.header.paragraphs[0], f"{clean(briefing.title)} · {clean(briefing.scope)}")
    rule(above, "bottom")
    below = say(section.footer.paragraphs[0], office.known(briefing))
    rule(below, "top")
    if briefing.mark:
        say(below, f" · {briefing.mark}", bold=True)
    page = section.footer.add_paragraph(style="Footer")
    page.alignment = WD_ALIGN_PARAGRAPH.CENTER
    fill(page, _("Page {page} of {pages}"), {"page": ("PAGE", "1"), "pages": ("NUMPAGES", "1")})


def _title(report: Report, briefing: Briefing) -> None:
    say(report.add_paragraph(style="Title"), briefing.title)
    say(report.add_paragraph(style="Subtitle"), clean(briefing.scope))
    say(report.add_paragraph(style="Subtitle"), _("Data to {moment}").format(moment=briefing.known))
    if briefing.mark:
        say(report.add_paragraph(style="Subtitle"), briefing.mark, bold=True)


def _colophon(report: Report, briefing: Briefing) -> None:
    """Where the report is from."""
    said = [clean(briefing.scope), office.known(briefing), office.made(briefing), clean(briefing.mark)]
    for place, line in enumerate(filter(None, said)):
        paragraph = say(report.add_paragraph(style="Body Text 3"), line)
        if not place:
            paragraph.paragraph_format.space_before = Pt(18)
            rule(paragraph, "top")


class _Body:
    """The sections; figures and tables are counted through all of them."""

    def __init__(self, report: Report, pictures: office.Pictures) -> None:
        self.report, self.pictures = report, pictures
        self.counted = {"Figure": 0, "Table": 0}
        self.below_table = False  # a table has no space of its own below it

    def block(self, block: Block, number: int) -> None:
        shown = numeral(number) if language() == "zh" else str(number)
        heading = _("{number}. {heading}").format(number=shown, heading=clean(block.heading))
        self._add("Heading 1", heading)
        if block.note:
            self._add("Body Text 3", block.note).paragraph_format.keep_with_next = True
        for place, part in enumerate(block.parts):
            self._part(part, place, block)
        if not any(not isinstance(part, Words) or part.paragraphs for part in block.parts):
            self._add("Body Text", _("None"))
        if block.remark:
            self._add("Body Text 2", office.remark(block))

    def _add(self, style: str, text: str) -> Any:
        paragraph: Any = self.report.add_paragraph(style=style)
        if self.below_table:
            own = paragraph.style.paragraph_format.space_before or Pt(0)
            paragraph.paragraph_format.space_before = max(Pt(8), own)
            self.below_table = False
        return say(paragraph, text)

    def _part(self, part: Part, place: int, block: Block) -> None:
        if isinstance(part, Words):
            self._words(part, keep=_short(part) and _figure_after(block, place))
        elif isinstance(part, Kpis | Table):
            self._table(office.tabled(part) if isinstance(part, Kpis) else part, block)
        elif isinstance(part, Picture) or (part.categories and part.series):
            self._figure(part, place, block)
        else:
            self._add("Body Text", _("None"))

    def _words(self, words: Words, keep: bool) -> None:
        for place, text in enumerate(words.paragraphs):
            glyph = f"{words.glyphs[place]} " if place < len(words.glyphs) else ""
            added = self._add("Body Text 2" if words.small else "Body Text", glyph + text)
            added.paragraph_format.keep_with_next = keep or None

    def _table(self, shown: Table, block: Block) -> None:
        caption = self._caption("Table", _("Table {number}"), clean(shown.caption or block.heading))
        caption.paragraph_format.keep_with_next = True
        table(self.report, shown, _("None"), Mm(WIDTH).pt)
        self.below_table = True

    def _figure(self, part: Chart | Picture, place: int, block: Block) -> None:
        png = office.picture(self.pictures, block, place)
        paragraph = self._add("Caption", "")
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.line_spacing = 1.0
        drawn = paragraph.add_run().add_picture(BytesIO(png), width=Mm(_width(png)))
        drawn._inline.docPr.set("descr", clean(part.alt))
        text = clean(block.heading)
        if isinstance(part, Chart) and part.unit and part.unit not in block.note:
            text += _(" ({n})").format(n=_("Unit: {unit}").format(unit=clean(part.unit)))
        self._caption("Figure", _("Figure {number}"), text)

    def _caption(self, kind: str, label: str, text: str) -> Any:
        self.counted[kind] += 1
        paragraph = self._add("Caption", "")
        fill(paragraph, label, {"number": (f"SEQ {kind} \\* ARABIC", str(self.counted[kind]))})
        return say(paragraph, f"　{text}")


def _short(words: Words) -> bool:
    return len(words.paragraphs) <= 2


def _figure_after(block: Block, place: int) -> bool:
    return isinstance(next(iter(block.parts[place + 1 :]), None), Chart | Picture)


def _width(png: bytes) -> float:
    """Of a figure, in mm: as it was drawn, at most as wide as the text and no higher than leaves room for its table."""
    image = Image.from_blob(png)
    own = image.px_width / 2 * 25.4 / 96
    return min(own, WIDTH, HIGHEST * image.px_width / image.px_height)
