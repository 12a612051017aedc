"""The briefing as slides: one a block, its charts and tables native, so that whoever presents it can edit them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.enum.text import PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.shapes.autoshape import Shape
from pptx.slide import Slide
from pptx.text.text import TextFrame, _Paragraph

from cockpit.briefing import office
from cockpit.briefing.document import Block, Briefing, Chart, Kpis, Part, Picture, Table, Words
from cockpit.briefing.office import FACE, clean
from cockpit.briefing.slide_parts import Beside, Drawing, Grid, Piece, Plate, Strip, Text, grid, tall, text
from cockpit.briefing.slide_text import bare, number_field, paragraphs, points, rule, say
from cockpit.i18n import _
from cockpit.theme import PRINT

WIDTH, HEIGHT, MARGIN = 960, 540, 40  # points, 16:9
ROOM = WIDTH - 2 * MARGIN
HEADING, NOTE, FOOT = 28, 14, 10  # points, sizes of type
SCALES = (1.2, 1.0, 0.875, 0.75)  # the largest only without a drawing, which needs the room
DRAWN = (0.62, 0.54, 0.46)  # of the width, beside a table
WORDS, FINE, CELLS = 24, 16, 16  # points at scale 1


def pptx(briefing: Briefing, pictures: Mapping[tuple[str, int], bytes]) -> bytes:
    """A presentation. ``pictures``: a PNG for each Picture, by block and place of the part; those of charts are not
    used. Raises: RenderError, where the PNG of a map is missing."""
    deck = _deck(briefing)
    sheets = [sheet for block in briefing.blocks or (_empty(briefing),) for sheet in _sheets(block, briefing, pictures)]
    for number, sheet in enumerate(sheets, 1):
        _draw(deck, sheet, briefing, number, len(sheets))
    file = BytesIO()
    deck.save(file)
    return file.getvalue()


def _empty(briefing: Briefing) -> Block:
    return Block("", briefing.title, ())


@dataclass(frozen=True)
class Sheet:
    """What one slide shows."""

    block: Block
    pieces: tuple[Piece, ...]
    continued: bool

    @property
    def heading(self) -> str:
        heading = clean(self.block.heading)
        return _("{heading} (continued)").format(heading=heading) if self.continued else heading


# --- what goes on which slide -----------------------------------------------------------------------------------------


def _top(block: Block) -> float:
    """Where the body begins."""
    heading = tall(_("{heading} (continued)").format(heading=block.heading), HEADING, ROOM)
    return 26 + heading + (tall(block.note, NOTE, ROOM) + 4 if block.note else 0) + 14


def _foot(briefing: Briefing) -> float:
    """Where the footer begins."""
    return HEIGHT - 14 - sum(tall(line, FOOT, ROOM - 200) for line in _footer(briefing))


def _footer(briefing: Briefing) -> tuple[str, str]:
    return f"{clean(briefing.title)} · {clean(briefing.scope)}", office.known(briefing)


def _sheets(block: Block, briefing: Briefing, pictures: Mapping[tuple[str, int], bytes]) -> list[Sheet]:
    """The arrangement with the fewest slides, and among those the largest type."""
    room = _foot(briefing) - 16 - _top(block)
    tried = []
    drawn = any(isinstance(part, Chart | Picture) for part in block.parts)
    for scale in SCALES[drawn:]:
        pieces = list(_pieces(block, briefing, pictures, scale, room))
        tried += [_filled(arranged, room) for arranged in (_paired(pieces, room), pieces)]
    pages = min(tried, key=lambda pages: (len(pages), sum(_squeezed(piece) for page in pages for piece in page)))
    return [Sheet(block, tuple(page), continued=place > 0) for place, page in enumerate(pages)]


def _squeezed(piece: Piece) -> bool:
    return isinstance(piece, Grid) and piece.squeezed


def _pieces(block: Block, briefing: Briefing, pictures: office.Pictures, scale: float, room: float) -> Iterator[Piece]:
    for place, part in enumerate(block.parts):
        yield from _piece(part, place, block, briefing, pictures, scale, room)
    if not any(not isinstance(part, Words) or part.paragraphs for part in block.parts):
        yield text((_("None"),), WORDS * scale, ROOM, room)
    if block.remark:
        yield text((office.remark(block),), FINE * scale, ROOM, room, ink=PRINT.ink2)


def _piece(
    part: Part, place: int, block: Block, briefing: Briefing, pictures: office.Pictures, scale: float, room: float
) -> Iterator[Piece]:
    name = clean(block.heading)
    if isinstance(part, Words) and part.paragraphs:
        glyphs = [f"{glyph} " for glyph in part.glyphs] + [""] * (len(part.paragraphs) - len(part.glyphs))
        said = [glyph + one for glyph, one in zip(glyphs, part.paragraphs, strict=False)]
        yield text(said, (FINE if part.small else WORDS) * scale, ROOM, room)
    elif isinstance(part, Kpis):
        yield from (Strip(part.items[at : at + 4], ROOM) for at in range(0, len(part.items), 4))
    elif isinstance(part, Table):
        yield grid(part, CELLS * scale, ROOM, room)
    elif isinstance(part, Chart):
        if part.categories and part.series:
            unit = _("Unit: {unit}").format(unit=part.unit) if part.unit and part.unit not in block.note else ""
            yield Drawing(part, name, ROOM, briefing.made_at, unit)
        else:
            yield text((_("None"),), WORDS * scale, ROOM, room)
    elif isinstance(part, Picture):
        yield Plate(office.picture(pictures, block, place), part.alt, name, ROOM)


def _paired(pieces: list[Piece], room: float) -> list[Piece]:
    """Drawing and table side by side, where the table is narrow and short enough."""
    paired: list[Piece] = []
    for piece in pieces:
        before = paired[-1] if paired else None
        if isinstance(piece, Grid) and isinstance(before, Drawing | Plate):
            beside = _beside(before, piece, room)
            if beside:
                paired[-1] = beside
                continue
        paired.append(piece)
    return paired


def _beside(drawing: Drawing | Plate, piece: Grid, room: float) -> Beside | None:
    """The drawing as wide as the table lets it be."""
    for part in DRAWN:
        beside = Beside(
            replace(drawing, width=ROOM * part - 12), grid(piece.table, piece.size, ROOM * (1 - part) - 12, room)
        )
        if not beside.table.squeezed and beside.table.height <= room:
            return beside
    return None


def _filled(pieces: list[Piece], room: float) -> list[list[Piece]]:
    """Pieces in order onto as many slides as they need."""
    pages: list[list[Piece]] = [[]]
    left = room
    waiting: list[Piece] = list(reversed(pieces))
    while waiting:
        piece = waiting.pop()
        if piece.height <= left or not (pages[-1] or isinstance(piece, Text | Grid)):
            pages[-1].append(piece)
            left -= piece.height
            continue
        first, rest = piece.split(left) if not pages[-1] or left > room / 3 else (None, piece)
        if first:
            pages[-1].append(first)
        if rest:
            waiting.append(rest)
            pages.append([])
            left = room
    return pages


# --- drawing ----------------------------------------------------------------------------------------------------------


def _draw(deck: Deck, sheet: Sheet, briefing: Briefing, number: int, total: int) -> None:
    layout = deck.slide_layouts[0]
    slide = deck.slides.add_slide(layout)
    top, foot = _top(sheet.block), _foot(briefing)
    _title(slide, sheet)
    spare = foot - 16 - top - sum(piece.height for piece in sheet.pieces)
    growing = sum(piece.grows for piece in sheet.pieces)
    for piece in sheet.pieces:
        height = piece.height + (spare / growing if piece.grows else 0)
        piece.draw(slide, MARGIN, top, height)
        top += height
    _feet(slide, briefing, foot, number, total)


def _title(slide: Slide, sheet: Sheet) -> None:
    title: Any = slide.shapes.title
    title.left, title.top, title.width, title.height = points(MARGIN, 26, ROOM, _top(sheet.block) - 26 - 14)
    box = bare(title.text_frame)
    say(_left(box), sheet.heading, HEADING, bold=True)
    if sheet.block.note:
        say(_left(box), sheet.block.note, NOTE, PRINT.ink2)


def _left(box: TextFrame) -> _Paragraph:
    paragraph = paragraphs(box)
    paragraph.alignment = PP_ALIGN.LEFT
    return paragraph


def _feet(slide: Slide, briefing: Briefing, foot: float, number: int, total: int) -> None:
    rule(slide, MARGIN, foot - 5, ROOM, 0, PRINT.border, 0.75)
    offered: Any = slide.slide_layout.placeholders
    for placeholder in offered:
        if placeholder.placeholder_format.idx in (11, 12):
            slide.shapes.clone_placeholder(placeholder)
    footer, page = (shape for shape in slide.placeholders if shape.placeholder_format.idx in (11, 12))
    box = _placed(footer, MARGIN, foot, ROOM - 200)
    for line in _footer(briefing):
        say(_left(box), line, FOOT, PRINT.ink2)
    box = _placed(page, WIDTH - MARGIN - 190, foot, 190)
    if briefing.mark:
        mark = paragraphs(box)
        say(mark, briefing.mark, FOOT, PRINT.ink, bold=True)
        mark.alignment = PP_ALIGN.RIGHT
    count = paragraphs(box)
    count.alignment = PP_ALIGN.RIGHT
    number_field(count, number, FOOT, PRINT.ink2)
    say(count, f"/{total}", FOOT, PRINT.ink2)


def _placed(shape: Shape, x: float, y: float, width: float) -> TextFrame:
    shape.left, shape.top, shape.width, shape.height = points(x, y, width, HEIGHT - 10 - y)
    return bare(shape.text_frame)


# --- the file ---------------------------------------------------------------------------------------------------------


def _deck(briefing: Briefing) -> Deck:
    """An empty presentation with one layout, in the greys and the face of the house."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = points(WIDTH, HEIGHT)
    for layout in list(deck.slide_layouts):
        if layout.name != "Title Only":
            deck.slide_layouts.remove(layout)
    _retheme(deck)
    office.describe(deck.core_properties, briefing)
    return deck


def _retheme(deck: Deck) -> None:
    """What somebody adds to the slides later looks like them."""
    part = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = parse_xml(part.blob)
    greys = dict(zip((f"accent{n}" for n in range(1, 7)), (PRINT.ink, *PRINT.sequence[::-1]), strict=True))
    for name, grey in {**greys, "dk2": PRINT.ink2, "lt2": PRINT.second, "hlink": PRINT.ink}.items():
        theme.find(f".//{qn(f'a:{name}')}/{qn('a:srgbClr')}").set("val", grey.lstrip("#"))
    for family in ("a:majorFont", "a:minorFont"):
        for script in ("a:latin", "a:ea"):
            theme.find(f".//{qn(family)}/{qn(script)}").set("typeface", FACE)
    part._blob = serialize_part_xml(theme)
