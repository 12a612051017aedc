"""What a briefing is, whatever it is drawn as: blocks of words, figures, tables, charts and maps."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from urllib.parse import unquote

from cockpit import format
from cockpit.theme import Tokens
from queries.filters import Filters

STRONG, END = "\ue000", "\ue001"  # private characters: data cannot pass for them, see ``strong``


def strong(text: str) -> str:
    """A part of a sentence that every drawing prints in bold."""
    return f"{STRONG}{plain(text)}{END}"


def plain(text: str) -> str:
    """Text without marks of our own, for data and for what has no bold."""
    return text.replace(STRONG, "").replace(END, "")


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a sentence, and whether each is bold."""
    for place, part in enumerate(text.split(STRONG)):
        bold, end, rest = part.partition(END)
        if place and end:
            yield bold, True
            part = rest
        if part:
            yield part, False


def name_of(key: str, **at: str) -> str:
    """The name of a figure: cases.received@street=西乡街道; ``when="previous"`` is the period before. In values @, =
    and % are percent-encoded."""
    parts = [
        f"{name}={re.sub('[%@=]', lambda found: f'%{ord(found.group()):02X}', value)}" for name, value in at.items()
    ]
    return "@".join([key, *parts])


def name_parts(name: str) -> tuple[str, list[tuple[str, str]]]:
    """What ``name_of`` put together: the key, and each further part with its value."""
    key, *parts = name.split("@")
    return key, [(what, unquote(value)) for what, _is, value in (part.partition("=") for part in parts)]


@dataclass(frozen=True)
class Figure:
    """One number of the briefing as ``python -m cockpit measure`` answers it; None where it may not be shown or is not
    defined. ``name`` says which: received, cases.received, cases.received@when=previous."""

    name: str
    value: float | None
    numerator: float | None = None
    denominator: float | None = None

    @classmethod
    def of(cls, name: str, key: str, row: dict[str, Any]) -> "Figure":
        """From a row of ``session.figures``."""
        return cls(name, _number(row.get(key)), _number(row.get(f"{key}_n")), _number(row.get(f"{key}_d")))


def counted(name: str, value: Any) -> Figure:
    """The figure of a count as the viewer may see it."""
    return Figure(name, _number(value))


def _number(value: Any) -> float | None:
    return None if format.missing(value) else round(float(value), 9)


# --- what stands in a block -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Words:
    """Paragraphs; parts made by ``strong`` are bold. ``glyphs``: one before each, ◐ or ○, for what may want a look."""

    paragraphs: tuple[str, ...]
    glyphs: tuple[str, ...] = ()
    small: bool = False


@dataclass(frozen=True)
class Kpi:
    """A headline figure: all texts, ready to print. ``change`` is empty where there is nothing to compare with."""

    label: str
    value: str
    unit: str
    change: str
    against: str
    base: str


@dataclass(frozen=True)
class Kpis:
    items: tuple[Kpi, ...]


@dataclass(frozen=True)
class Table:
    """Texts in rows; the heads repeat on every page. ``right``: the places of columns of numbers. ``widths``: parts of
    the width, one a column."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()
    widths: tuple[float, ...] = ()
    caption: str = ""


@dataclass(frozen=True)
class Series:
    """One line or set of bars: a value a category, None where it may not be shown."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Chart:
    """Numbers by category, for programs that draw them themselves, and the same as a figure of Plotly.

    ``kind``: columns over time; stacked bars, one a row from the top. ``subject``: the place of the category that the
    briefing is about. ``band``: the limits that stand behind columns. ``unit``: of the values, in words. ``figure``:
    tokens of the theme (and ``narrow``, for a phone) → figure.
    """

    kind: Literal["columns", "stacked"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    alt: str
    figure: Callable[..., dict]
    subject: int | None = None
    band: tuple[float, float] | None = None


@dataclass(frozen=True)
class Picture:
    """A map. ``svg``: tokens of the theme → SVG, 684 px wide at most."""

    alt: str
    svg: Callable[[Tokens], str]


Part = Words | Kpis | Table | Chart | Picture


@dataclass(frozen=True)
class Block:
    """A section with a heading, what stands in it, and the remark that somebody gave it."""

    key: str
    heading: str
    parts: tuple[Part, ...]
    note: str = ""
    remark: str = ""


Made = tuple[Block | None, list[Figure]]
"""A block, where it has something to say, and its figures."""


@dataclass(frozen=True)
class Briefing:
    """The document. ``mark``: 演示数据·虚构, or empty. ``figures``: the numbers
    of all blocks, also of hidden ones, that do not follow from each other or from population; records are not listed.
    Its hash does not depend on layout or language. ``rows``: made for a viewer who
    may see rows, so that no small count is hidden."""

    title: str
    filters: Filters
    blocks: tuple[Block, ...]
    figures: tuple[Figure, ...]
    version: str
    mark: str
    made_at: datetime
    rows: bool = True

    @property
    def scope(self) -> str:
        """示范区 · 2023年第47周（11月20日—26日） · 全部街道 · 全部类型."""
        return format.describe(self.filters)

    @property
    def known(self) -> str:
        return format.data_date(self.filters.data_date)

    @property
    def hash(self) -> str:
        """The first 12 digits of the SHA-256 of scope, period and figures; the same as long as no figure is revised."""
        chosen = self.filters
        scope = [chosen.district, chosen.streets, chosen.categories, chosen.channels, chosen.scope]
        period = [chosen.start.isoformat(), chosen.end.isoformat()]
        numbers = {one.name: [one.value, one.numerator, one.denominator] for one in self.figures}
        text = json.dumps([scope, period, numbers], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def showing(self, blocks: Sequence[Block]) -> "Briefing":
        return replace(self, blocks=tuple(blocks))
