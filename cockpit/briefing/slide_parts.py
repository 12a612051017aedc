"""What stands on a slide, one piece each: how high it is, where it may be split, how it is drawn. In points."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from itertools import zip_longest
from typing import Any

from pptx.parts.image import Image
from pptx.slide import Slide

from cockpit import format
from cockpit.briefing import slide_charts
from cockpit.briefing.document import Chart, Kpi, Table, strong
from cockpit.briefing.office import clean, columns, ems, lines, spans, wanted
from cockpit.briefing.slide_text import ABOVE, ASIDE, LEADING, frame, paragraphs, points, rule, say, table
from cockpit.i18n import _
from cockpit.theme import PRINT

SAFE = 0.97  # of a line: punctuation that may not begin one pulls a character with it
GAP = 0.45  # between paragraphs, in sizes of type
KPI = (18, 20, 16, 14)  # points: label, change, what it is compared with, basis
INDENT = 14  # points, beside a headline figure


def tall(text: str, size: float, width: float) -> float:
    """Height of a paragraph."""
    return len(lines(clean(text), width * SAFE / size)) * size * LEADING


@dataclass(frozen=True)
class Text:
    """Paragraphs in one box."""

    texts: tuple[str, ...]
    size: float
    width: float
    ink: str = PRINT.ink
    bold: bool = False
    grows = False

    @property
    def height(self) -> float:
        return sum(tall(text, self.size, self.width) + self.size * GAP for text in self.texts)

    def split(self, room: float) -> tuple["Text | None", "Text | None"]:
        """What fits into ``room``, and the rest."""
        used, kept = 0.0, 0
        for text in self.texts:
            used += tall(text, self.size, self.width) + self.size * GAP
            if used > room:
                break
            kept += 1
        first, rest = self.texts[:kept], self.texts[kept:]
        return (replace(self, texts=first) if first else None, replace(self, texts=rest) if rest else None)

    def draw(self, slide: Slide, x: float, y: float, height: float) -> None:
        box = frame(slide, x, y, self.width, height)
        for text in self.texts:
            paragraph = paragraphs(box)
            say(paragraph, text, self.size, self.ink, self.bold)
            paragraph.space_after = points(self.size * GAP)[0]


def text(texts: Sequence[str], size: float, width: float, room: float, **look) -> Text:
    """Paragraphs; one that is longer than a slide becomes several."""
    most = max(int(room / (size * LEADING)) - 2, 1)
    return Text(tuple(part for one in texts for part in _cut(one, size, width, most)), size, width, **look)


def _cut(one: str, size: float, width: float, most: int) -> Iterator[str]:
    if len(lines(clean(one), width * SAFE / size)) <= most:
        yield one
        return
    for part, bold in spans(one):
        broken = lines(part, width * SAFE / size)
        for start in range(0, len(broken), most):
            chunk = "".join(broken[start : start + most])
            yield strong(chunk) if bold else chunk


@dataclass(frozen=True)
class Grid:
    """A table, or what of its rows stands on this slide; ``caption`` above it."""

    table: Table
    size: float
    width: float
    rows: tuple[tuple[str, ...], ...]
    grows = False

    @property
    def widths(self) -> list[float]:
        return columns(self.table, self.width, self.size, ASIDE)

    @property
    def squeezed(self) -> bool:
        """Would columns have to break what belongs on one line?"""
        return sum(wanted(self.table, self.size, ASIDE)) > self.width

    def _row(self, row: Sequence[str]) -> float:
        rooms = [max(width - 2 * ASIDE, self.size) for width in self.widths]
        return max(tall(cell, self.size, room) for cell, room in zip(row, rooms, strict=True)) + 2 * ABOVE

    @property
    def top(self) -> float:
        """Height of caption and head."""
        caption = tall(self.table.caption, self.size, self.width) + 4 if self.table.caption else 0
        return caption + self._row(self.table.head)

    @property
    def height(self) -> float:
        return self.top + sum(self._row(row) for row in self.rows) + 10

    def split(self, room: float) -> tuple["Grid | None", "Grid | None"]:
        """Rows in parts of about the same height, none of them higher than ``room``."""
        heights = [self._row(row) for row in self.rows]
        room -= self.top + 10
        if not heights or heights[0] > room:
            return None, self
        share = sum(heights) / -(-sum(heights) // room)
        kept, used = 0, 0.0
        while kept < len(heights) and used < share and used + heights[kept] <= room:
            used += heights[kept]
            kept += 1
        rest = self.rows[kept:]
        return replace(self, rows=self.rows[:kept]), replace(self, rows=rest) if rest else None

    def draw(self, slide: Slide, x: float, y: float, height: float) -> None:
        if self.table.caption:
            high = tall(self.table.caption, self.size, self.width)
            say(frame(slide, x, y, self.width, high).paragraphs[0], self.table.caption, self.size, bold=True)
            y += high + 4
        rows = (self.table.head, *self.rows)
        heights = [self._row(row) for row in rows]
        name = clean(self.table.caption) or " · ".join(clean(cell) for cell in self.table.head)
        table(slide, (x, y, self.widths), rows, heights, self.size, self.table.right, name)


def grid(shown: Table, size: float, width: float, room: float) -> Grid:
    """A table whose rows all fit on a slide: a cell that is longer goes on in the next row."""
    whole = Grid(shown, size, width, ())
    most = max(int((room - whole.top - 2 * ABOVE - 10) / (size * LEADING)), 1)
    rows = [part for row in shown.rows for part in _shortened(row, whole, most)]
    return replace(whole, rows=tuple(rows) or ((_("None"), *[""] * (len(shown.head) - 1)),))


def _shortened(row: Sequence[str], whole: Grid, most: int) -> Iterator[tuple[str, ...]]:
    rooms = [max(width - 2 * ASIDE, whole.size) * SAFE / whole.size for width in whole.widths]
    if all(len(lines(clean(cell), room)) <= most for cell, room in zip(row, rooms, strict=True)):
        yield tuple(row)
        return
    broken = [lines(clean(cell), room) for cell, room in zip(row, rooms, strict=True)]
    chunks = [["".join(cell[at : at + most]) for at in range(0, len(cell), most)] for cell in broken]
    yield from zip_longest(*chunks, fillvalue="")


@dataclass(frozen=True)
class Drawing:
    """A chart that can be edited, with its unit above and what it leaves out below. Takes what room there is."""

    chart: Chart
    name: str
    width: float
    made_at: datetime
    unit: str
    grows = True
    height: float = 190

    def split(self, room: float) -> tuple[None, "Drawing"]:
        return None, self

    def draw(self, slide: Slide, x: float, y: float, height: float) -> None:
        for line, at in ((self.unit, y), (self.left_out, y + height - 17)):
            if line:
                say(frame(slide, x, at, self.width, 17).paragraphs[0], line, 12, PRINT.ink3)
        above, below = 18 if self.unit else 0, 18 if self.left_out else 0
        box = (x, y + above, self.width, height - above - below)
        slide_charts.draw(slide, box, self.chart, self.name, self.made_at)

    @property
    def left_out(self) -> str:
        """Which categories have no value."""
        series = self.chart.series
        names = [
            name
            for place, name in enumerate(self.chart.categories)
            if any(format.missing(one.values[place]) for one in series)
        ]
        return _("No value, or not shown (×): {names}").format(names=_(", ").join(names)) if names else ""


@dataclass(frozen=True)
class Plate:
    """A picture in the middle of what room there is, undistorted."""

    png: bytes
    alt: str
    name: str
    width: float
    grows = True
    height: float = 270

    def split(self, room: float) -> tuple[None, "Plate"]:
        return None, self

    def draw(self, slide: Slide, x: float, y: float, height: float) -> None:
        across, down = Image.from_blob(self.png).size
        scale = min(self.width / across, height / down)
        at = x + (self.width - across * scale) / 2
        drawn: Any = slide.shapes.add_picture(BytesIO(self.png), *points(at, y, across * scale, down * scale))
        drawn.name = self.name
        drawn._element.nvPicPr.cNvPr.set("descr", clean(self.alt))


@dataclass(frozen=True)
class Beside:
    """A drawing to the left of a table that explains it."""

    drawing: "Drawing | Plate"
    table: Grid
    grows = True

    @property
    def height(self) -> float:
        return max(self.drawing.height, self.table.height)

    def split(self, room: float) -> tuple[None, "Beside"]:
        return None, self

    def draw(self, slide: Slide, x: float, y: float, height: float) -> None:
        self.drawing.draw(slide, x, y, height)
        self.table.draw(slide, x + self.drawing.width + 24, y, height)


@dataclass(frozen=True)
class Strip:
    """Up to four headline figures side by side, between two rules."""

    kpis: tuple[Kpi, ...]
    width: float
    large: float = 54
    grows = False

    @property
    def _each(self) -> float:
        return self.width / max(len(self.kpis), 3)

    @property
    def _size(self) -> float:
        """Of the values: the same for all, on one line."""
        wide = max(ems(clean(kpi.value)) + ems(f" {clean(kpi.unit)}") * 0.4 for kpi in self.kpis)
        return min(self.large, (self._each - 2 * INDENT) * 0.94 / wide)

    def _lines(self, kpi: Kpi) -> list[tuple[str, float, str]]:
        label, change, against, base = KPI
        value = f"{strong(kpi.value)}"
        said = [(kpi.label, label, PRINT.ink2), (value, self._size, PRINT.ink), (strong(kpi.change), change, PRINT.ink)]
        said += [(kpi.against, against, PRINT.ink2), (kpi.base, base, PRINT.ink3)]
        return [one for one in said if clean(one[0])]

    @property
    def height(self) -> float:
        room = self._each - 2 * INDENT
        return (
            max(sum(tall(text, size, room) + size * GAP / 2 for text, size, _ink in self._lines(k)) for k in self.kpis)
            + 28
        )

    def split(self, room: float) -> tuple[None, "Strip"]:
        return None, self

    def draw(self, slide: Slide, x: float, y: float, height: float) -> None:
        rule(slide, x, y, self.width, 0, PRINT.ink, 2)
        rule(slide, x, y + height, self.width, 0, PRINT.border, 1)
        for place, kpi in enumerate(self.kpis):
            left = x + place * self._each
            if place:
                rule(slide, left, y + 8, 0, height - 16, PRINT.border, 0.75)
            box = frame(slide, left + INDENT, y + 14, self._each - 2 * INDENT, height - 28)
            for text, size, ink in self._lines(kpi):
                paragraph = paragraphs(box)
                say(paragraph, text, size, ink)
                if text == strong(kpi.value) and kpi.unit:
                    say(paragraph, f" {kpi.unit}", size * 0.4, PRINT.ink2)
                    paragraph.line_spacing = points(size * LEADING)[0]
                paragraph.space_after = points(size * GAP / 2)[0]


Piece = Text | Grid | Drawing | Plate | Beside | Strip
