"""Styles, fields and tables of a document in Word, in the face of the house for Latin and Chinese alike."""

import re
from collections.abc import Mapping
from typing import Any

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from cockpit.briefing.document import Table
from cockpit.briefing.office import FACE, INSTEAD, clean, columns, lines, spans, wanted
from cockpit.theme import PRINT

TITLE, BODY, FINE, SUBTITLE, NOTE, SMALL = 22, 16, 12, 11, 10.5, 9  # points; 二号, 三号, 小四, 五号, 小五
LINE = 28  # points between the lines of the body
CELLS = (10.5, 9, 8)  # the largest at which every cell stands on one line; the middle one where none does
ASIDE = 6  # points, margins in a cell
SINGLE = 12  # rows: a table so short stays on one page


def prepare(document: Document) -> None:
    """Styles after GB/T 9704 as far as a report of tables and figures goes: sizes, indents, spaces."""
    _default(document)
    _style(document, "Normal", NOTE)
    title = _style(document, "Title", TITLE, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER, after=6, line=34)
    border = title.element.pPr.find(qn("w:pBdr"))
    title.element.pPr.remove(border)
    _style(document, "Subtitle", SUBTITLE, align=WD_ALIGN_PARAGRAPH.CENTER, after=2)
    _style(document, "Heading 1", BODY, bold=True, before=14, after=4, line=LINE)
    _indented(_style(document, "Body Text", BODY, line=LINE), BODY)
    _indented(_style(document, "Body Text 2", FINE, line=20), FINE)
    _style(document, "Body Text 3", NOTE, ink=PRINT.ink2, after=4)
    _style(document, "Caption", NOTE, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER, before=6, after=4)
    _style(document, "Header", SMALL, ink=PRINT.ink2)
    _style(document, "Footer", SMALL, ink=PRINT.ink2)


def _default(document: Document) -> None:
    properties = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    _faces(properties)
    language = properties.find(qn("w:lang"))
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    fonts = parse_xml(part.blob)
    font = OxmlElement("w:font", attrs={qn("w:name"): FACE})
    font.append(OxmlElement("w:altName", attrs={qn("w:val"): INSTEAD}))
    fonts.append(font)
    part._blob = serialize_part_xml(fonts)


def _faces(properties: Any) -> None:
    """One face for every script; names of a theme would come before it."""
    faces = properties.get_or_add_rFonts()
    faces.attrib.clear()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        faces.set(qn(f"w:{script}"), FACE)


def _style(
    document: Document,
    name: str,
    size: float,
    ink: str = PRINT.ink,
    bold: bool = False,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
    before: float = 0,
    after: float = 0,
    line: float | None = None,
) -> Any:
    style: Any = document.styles[name]
    _faces(style.element.get_or_add_rPr())
    for spacing in style.element.rPr.findall(qn("w:spacing")):
        style.element.rPr.remove(spacing)
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = RGBColor.from_string(ink.lstrip("#"))
    spaces = style.paragraph_format
    spaces.alignment, spaces.space_before, spaces.space_after = align, Pt(before), Pt(after)
    spaces.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    spaces.line_spacing = Pt(line or size * 1.5)
    return style


def _indented(style: Any, size: float) -> None:
    """Two characters into the first line."""
    style.paragraph_format.first_line_indent = Pt(2 * size)
    style.element.pPr.find(qn("w:ind")).set(qn("w:firstLineChars"), "200")


# --- sentences and fields ---------------------------------------------------------------------------------------------


def say(paragraph: Paragraph, text: str, bold: bool = False) -> Paragraph:
    """Adds a sentence; its marked parts are bold."""
    for part, strong in spans(text):
        run = paragraph.add_run(part)
        if bold or strong:
            run.bold = True
    return paragraph


def fill(paragraph: Paragraph, text: str, fields: Mapping[str, tuple[str, str]]) -> Paragraph:
    """A sentence with {names} that are fields: code, and what stands there until Word counts anew."""
    for place, part in enumerate(re.split(r"\{(\w+)\}", text)):
        if place % 2:
            _field(paragraph, *fields[part])
        elif part:
            paragraph.add_run(part)
    return paragraph


def _field(paragraph: Paragraph, code: str, shown: str) -> None:
    for kind in ("begin", code, "separate", None, "end"):
        run = paragraph.add_run(shown if kind is None else None)
        if kind == code:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {code} "
            run._r.append(instruction)
        elif kind:
            character = OxmlElement("w:fldChar")
            character.set(qn("w:fldCharType"), kind)
            run._r.append(character)


def rule(paragraph: Paragraph, side: str) -> None:
    """A thin line above or below a paragraph: ``side`` is top or bottom."""
    border = OxmlElement("w:pBdr")
    border.append(_line(side, 6, PRINT.border, space=4))
    properties: Any = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


# --- tables -----------------------------------------------------------------------------------------------------------


def table(document: Document, shown: Table, none: str, width: float) -> None:
    """A table of ``width`` points between three rules; its head repeats, its rows stay whole. ``none``: what an empty
    one says."""
    rows = shown.rows or ((none, *[""] * (len(shown.head) - 1)),)
    size = next((size for size in CELLS if sum(wanted(shown, size, ASIDE)) <= width), CELLS[1])
    widths = columns(shown, width, size, ASIDE)
    drawn: Any = document.add_table(rows=len(rows) + 1, cols=len(widths))
    drawn.alignment, drawn.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _borders(drawn)
    for column, wide in zip(drawn.columns, widths, strict=True):
        column.width = Pt(wide)
    together = len(rows) <= SINGLE
    for place, (row, texts) in enumerate(zip(drawn.rows, (shown.head, *rows), strict=True)):
        _row(row, texts, widths, size, shown.right, place == 0, keep=place == 0 or (together and place < len(rows)))


def _row(
    row: Any, texts: tuple[str, ...], widths: list[float], size: float, right: frozenset[int], head: bool, keep: bool
) -> None:
    properties = row._tr.get_or_add_trPr()
    if all(len(lines(clean(text), wide / size)) < 20 for text, wide in zip(texts, widths, strict=True)):
        properties.append(OxmlElement("w:cantSplit"))  # a row higher than that would leave half a page empty
    if head:
        properties.append(OxmlElement("w:tblHeader"))
    for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        cell.width = Pt(widths[place])
        paragraph = cell.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if place in right else WD_ALIGN_PARAGRAPH.LEFT
        paragraph.paragraph_format.keep_with_next = keep
        paragraph.paragraph_format.line_spacing = Pt(size * 1.45)
        for run in say(paragraph, text, bold=head).runs:
            run.font.size = Pt(size)
        if head:
            _under(cell)


def _borders(drawn: Any) -> None:
    weights = {"top": (12, PRINT.ink), "bottom": (12, PRINT.ink), "insideH": (4, PRINT.grid)}
    borders = OxmlElement("w:tblBorders")
    for side, (weight, token) in weights.items():
        borders.append(_line(side, weight, token))
    margins = OxmlElement("w:tblCellMar")
    for side, wide in (("top", 1.5), ("left", ASIDE), ("bottom", 1.5), ("right", ASIDE)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(wide * 20)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = drawn._tbl.tblPr
    layout = properties.find(qn("w:tblLayout"))
    layout.addprevious(borders)
    layout.addnext(margins)


def _under(cell: Any) -> None:
    borders = OxmlElement("w:tcBorders")
    borders.append(_line("bottom", 6, PRINT.ink))
    cell._tc.get_or_add_tcPr().append(borders)


def _line(side: str, weight: int, token: str, space: int = 0) -> Any:
    look = {"val": "single", "sz": str(weight), "space": str(space), "color": token.lstrip("#")}
    return OxmlElement(f"w:{side}", attrs={qn(f"w:{name}"): value for name, value in look.items()})
