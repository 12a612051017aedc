"""What the files for Word and PowerPoint share: clean text, how wide it is, and the lines that say where it is from."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC
from functools import lru_cache
from typing import Any

from cockpit import format
from cockpit.briefing.document import Block, Briefing, Kpis, Table, plain, runs
from cockpit.errors import RenderError
from cockpit.i18n import _, language
from cockpit.theme import FONT
from queries.words import N_

FACE = FONT.split(",")[0].strip(" '")
INSTEAD = FONT.split(",")[-2].strip(" '")  # what stands on most office computers
TAGS = {"zh": "zh-CN", "en": "en-US"}

SPACES = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
# No XML may hold these; and what turns the direction of writing would show a text other than it is.
FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069\u200e\u200f]")
MIXED = re.compile(r"(?<=[\u3400-\u9fff])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[\u3400-\u9fff])")
AUTOMATIC = 0.25  # ems that programs put between Chinese and Latin
WORDS = re.compile(r"\s+|[\u2e80-\U0010ffff]|[^\s\u2e80-\U0010ffff]+")

PROPERTY = 255  # characters
WIDEST = 28  # ems: no column asks for more

Pictures = Mapping[tuple[str, int], bytes]


def tag() -> str:
    """The reader's language as files name it."""
    return TAGS[language()]


def printable(text: str) -> str:
    """Text on one line, without characters that nobody sees."""
    return FORBIDDEN.sub("", SPACES.sub(" ", text))


def spans(text: str) -> list[tuple[str, bool]]:
    """The parts of a sentence, printable, and whether each is bold."""
    return [(printable(part), bold) for part, bold in runs(text)]


def clean(text: str) -> str:
    """A sentence as plain printable text."""
    return printable(plain(text))


# --- how much room text takes -----------------------------------------------------------------------------------------


def ems(text: str) -> float:
    """Width in multiples of the size of type, rather too wide than too narrow."""
    return sum(_em(character) for character in text) + AUTOMATIC * len(MIXED.findall(text))


def _em(character: str) -> float:
    if unicodedata.combining(character) or character == "\u200d":
        return 0
    if unicodedata.east_asian_width(character) in "WFA":
        return 1
    return 0.3 if character == " " else 0.7 if character.isupper() or character in "%@&" else 0.57


def lines(text: str, width: float) -> list[str]:
    """The lines that text breaks into, ``width`` in ems; joined they are the text again."""
    broken, line, used = [], "", 0.0
    for word in _pieces(text, width):
        wide = ems(line[-1:] + word) - ems(line[-1:])
        if line and used + wide > width and not word.isspace():
            broken.append(line)
            line, used = "", 0.0
        line, used = line + word, used + wide
    return [*broken, line]


def _pieces(text: str, width: float) -> Iterator[str]:
    """Words and Chinese characters; a word wider than the line by its characters."""
    for word in WORDS.findall(text):
        yield from word if ems(word) > width else (word,)


@lru_cache(64)
def natural(table: Table) -> list[float]:
    """What each column would like to have, in ems: its longest cell, but no more than a long name."""
    cells = zip(table.head, *table.rows, strict=True)
    return [min(max(ems(clean(cell)) for cell in column), WIDEST) for column in cells]


@lru_cache(64)
def least(table: Table) -> list[float]:
    """What each column must have, in ems: its longest word, and its longest number."""
    needs = []
    for place, column in enumerate(zip(table.head, *table.rows, strict=True)):
        words = [word for cell in column for word in WORDS.findall(clean(cell))]
        whole = [clean(cell) for cell in column[1:]] if place in table.right else []
        needs.append(min(max((ems(text) for text in (*words, *whole)), default=1), WIDEST))
    return needs


def wanted(table: Table, size: float, aside: float) -> list[float]:
    """The widths at which every cell stands on one line, with ``aside`` on either side of it, in points."""
    return [wide * size * 1.03 + 2 * aside for wide in natural(table)]


@lru_cache(64)
def columns(table: Table, width: float, size: float, aside: float) -> list[float]:
    """The widths of the columns: what they want and their part of what is left. In a narrow table the widest give way
    first, none to less than its longest word; where even that is too wide, each gets its part."""
    parts = list(table.widths) or [wide + 1 for wide in natural(table)]
    wants = wanted(table, size, aside)
    needs = [wide * size * 1.03 + 2 * aside for wide in least(table)]
    if sum(needs) > width:
        return [part / sum(parts) * width for part in parts]
    if sum(wants) > width:
        return _levelled(width, wants, needs)
    spare = (width - sum(wants)) / sum(parts)
    return [want + part * spare for want, part in zip(wants, parts, strict=True)]


def _levelled(width: float, wants: list[float], needs: list[float]) -> list[float]:
    """What each wants up to one level, which is as high as ``width`` allows."""
    low, high = 0.0, width
    while high - low > 0.01:
        level = (low + high) / 2
        fits = sum(max(need, min(want, level)) for want, need in zip(wants, needs, strict=True)) <= width
        low, high = (level, high) if fits else (low, level)
    return [max(need, min(want, low)) for want, need in zip(wants, needs, strict=True)]


# --- what every file says of itself -----------------------------------------------------------------------------------


def known(briefing: Briefing) -> str:
    """数据截至 2023年11月26日 24:00 · 版本 1.4 · 内容校验码 0123456789ab."""
    return " · ".join(
        (
            _("Data to {moment}").format(moment=briefing.known),
            _("Version {version}").format(version=clean(briefing.version)),
            _("Content hash {hash}").format(hash=briefing.hash),
        )
    )


def made(briefing: Briefing) -> str:
    """生成 2023年11月27日 08:30."""
    moment = briefing.made_at
    return _("Made {moment}").format(moment=f"{format.day(moment)} {moment:%H:%M}")


def describe(properties: Any, briefing: Briefing) -> None:
    """Fills the properties of a file, which hold 255 characters each; the text of the file says all of it."""
    said = {
        "title": clean(briefing.title),
        "subject": clean(briefing.scope),
        "keywords": known(briefing),
        "comments": clean(briefing.mark),
        "author": _("Governance cockpit"),
        "last_modified_by": _("Governance cockpit"),
        "language": tag(),
    }
    for name, value in said.items():
        setattr(properties, name, value if len(value) <= PROPERTY else f"{value[: PROPERTY - 1]}…")
    properties.created = properties.modified = briefing.made_at.astimezone(UTC).replace(tzinfo=None)


def remark(block: Block) -> str:
    return _("Remark: {text}").format(text=clean(block.remark))


def tabled(kpis: Kpis) -> Table:
    """Headline figures in rows, for a document that is read and not shown."""
    head = (_("Measure"), _("Value"), _("Change"), _("Compared with"), _("Basis"))
    rows = tuple((k.label, f"{k.value} {k.unit}".strip(), k.change, k.against, k.base) for k in kpis.items)
    return Table(head, rows, right=frozenset({1, 2}))


def picture(pictures: Pictures, block: Block, place: int) -> bytes:
    """The drawing of a part. Raises: RenderError, where it was not drawn."""
    try:
        return pictures[block.key, place]
    except KeyError:
        raise RenderError(N_("The picture of “{block}” was not drawn."), block=clean(block.heading)) from None
