"""Text on slides: runs in the face of the house for Latin and Chinese alike, lines of a known height, tables."""

from collections.abc import Sequence
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_CONNECTOR
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.slide import Slide
from pptx.table import _Cell
from pptx.text.text import Font, TextFrame, _Paragraph
from pptx.util import Emu, Pt

from cockpit.briefing.office import FACE, spans, tag
from cockpit.theme import PRINT

LEADING = 1.35  # height of a line in sizes of type; set exactly, so that every program breaks a slide alike


def points(*values: float) -> list[Emu]:
    return [Emu(round(value * 12700)) for value in values]


def colour(token: str) -> RGBColor:
    return RGBColor.from_string(token.lstrip("#"))


def child(parent: Any, name: str, **attributes: str) -> Any:
    """A new last element of ``parent``."""
    element = OxmlElement(name)
    for attribute, value in attributes.items():
        element.set(attribute, value)
    parent.append(element)
    return element


def face(font: Font, size: float, ink: str = PRINT.ink, bold: bool = False) -> None:
    """Sets the face for Chinese too, which a font's name alone leaves to chance."""
    font.size, font.bold = Pt(size), bold
    font.color.rgb = colour(ink)
    font.name = FACE
    properties = font._rPr
    for name in ("a:ea", "a:cs"):
        for old in properties.findall(qn(name)):
            properties.remove(old)
    last = properties.find(qn("a:latin"))
    for name in ("a:cs", "a:ea"):
        element = OxmlElement(name)
        element.set("typeface", FACE)
        last.addnext(element)


def say(paragraph: _Paragraph, text: str, size: float, ink: str = PRINT.ink, bold: bool = False) -> None:
    """Adds a sentence; its marked parts are bold."""
    for part, strong in spans(text):
        run = paragraph.add_run()
        run.text = part
        face(run.font, size, ink, bold or strong)
        run._r.get_or_add_rPr().set("lang", tag())
    paragraph.line_spacing = Pt(size * LEADING)


def number_field(paragraph: _Paragraph, number: int, size: float, ink: str) -> None:
    """The number of the slide, which follows when slides are moved."""
    run = paragraph.add_run()
    face(run.font, size, ink)
    field = child(paragraph._p, "a:fld", id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", type="slidenum")
    field.append(run._r.get_or_add_rPr())
    child(field, "a:t").text = str(number)
    paragraph._p.remove(run._r)


def frame(slide: Slide, x: float, y: float, width: float, height: float) -> TextFrame:
    """An empty box of text without insets."""
    box = slide.shapes.add_textbox(*points(x, y, width, height)).text_frame
    return bare(box)


def bare(box: TextFrame) -> TextFrame:
    box.margin_left = box.margin_right = box.margin_top = box.margin_bottom = Emu(0)
    box.word_wrap, box.auto_size = True, MSO_AUTO_SIZE.NONE
    box.vertical_anchor = MSO_ANCHOR.TOP
    return box


def paragraphs(box: TextFrame) -> _Paragraph:
    """The next empty paragraph of a box."""
    first = box.paragraphs[0]
    return first if not first.runs and len(box.paragraphs) == 1 else box.add_paragraph()


def rule(slide: Slide, x: float, y: float, width: float, height: float, token: str, weight: float) -> None:
    """A line; across where it has no height."""
    line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *points(x, y, x + width, y + height))
    line.line.color.rgb, line.line.width = colour(token), Pt(weight)
    line._element.remove(line._element.find(qn("p:style")))  # casts a shadow


# --- tables -----------------------------------------------------------------------------------------------------------

PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # no style, no grid
ASIDE, ABOVE = 7, 3  # points, margins in a cell


def table(
    slide: Slide,
    box: tuple[float, float, Sequence[float]],
    rows: Sequence[Sequence[str]],
    heights: Sequence[float],
    size: float,
    right: frozenset[int],
    name: str,
) -> None:
    """A table at x, y with columns of these widths; the first row is its head."""
    x, y, widths = box
    shape: Any = slide.shapes.add_table(len(rows), len(widths), *points(x, y, sum(widths), sum(heights)))
    shape._element.nvGraphicFramePr.cNvPr.set("descr", name)
    drawn = shape.table
    drawn._tbl.tblPr.find(qn("a:tableStyleId")).text = PLAIN
    drawn.horz_banding = False
    for column, width in zip(drawn.columns, points(*widths), strict=True):
        column.width = width
    for place, (row, height) in enumerate(zip(drawn.rows, points(*heights), strict=True)):
        row.height = height
        for column, text in enumerate(rows[place]):
            _cell(row.cells[column], text, size, head=place == 0, right=column in right)


def _cell(cell: _Cell, text: str, size: float, head: bool, right: bool) -> None:
    cell.margin_left, cell.margin_right, cell.margin_top, cell.margin_bottom = points(ASIDE, ASIDE, ABOVE, ABOVE)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    say(paragraph, text, size, PRINT.ink2 if head else PRINT.ink, bold=head)
    if not paragraph.runs:
        face(paragraph.font, size)
    _border(cell, "a:lnB", PRINT.ink if head else PRINT.grid, 1.25 if head else 0.75)
    if head:
        _border(cell, "a:lnT", PRINT.ink, 1.25)


def _border(cell: _Cell, side: str, token: str, weight: float) -> None:
    line = OxmlElement(side)
    line.set("w", str(int(weight * 12700)))
    child(child(line, "a:solidFill"), "a:srgbClr", val=token.lstrip("#"))
    properties = cell._tc.get_or_add_tcPr()
    place = 0 if side == "a:lnT" else len(properties.findall(qn("a:lnT")))
    properties.insert(place, line)
