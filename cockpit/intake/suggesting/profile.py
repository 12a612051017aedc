"""What the values of one column of a foreign file look like, before anybody says what they mean."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from cockpit.intake.checking.texts import SPACES
from cockpit.intake.suggesting import moments
from cockpit.intake.suggesting.moments import Moments

NOTHING = frozenset(
    [
        "-",
        "--",
        "---",
        "—",
        "——",
        "/",
        "\\",
        ".",
        "n/a",
        "na",
        "#n/a",
        "#null!",
        "null",
        "(null)",
        "none",
        "nil",
        "nan",
        "nat",
        "unspecified",
        "无",
        "空",
        "暂无",
        "不详",
        "未填",
        "未填写",
        "无数据",
        "未提供",
    ]
) | {"not specified", "0 unspecified", "not available"}
"""Words that stand for nothing in any column, in lower case."""
NUMBER = re.compile(r"[-+¥￥$]? ?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?(e[-+]?\d+)?(元|万元|万|亿|亿元)?", re.IGNORECASE)
PLAIN = re.compile(r"-?\d{1,3}\.\d+|-?\d{1,3}|-?\d{1,3},\d{3,}")
PHONE = re.compile(r"(\+?86[- ]?)?1[3-9][\d*]{9}|0\d{2,3}-?\d{7,8}(-\d+)?|\(\d{3}\) ?\d{3}-\d{4}")
IDENTITY = re.compile(
    r"[1-8]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}[\dXx]|[1-8]\d{2,5}\*{4,15}[\dXx*]{0,4}|\d{3}-\d{2}-\d{4}"
)
COMMA, POINT = re.compile(r"-?\d+,(\d{1,2}|\d{4,})"), re.compile(r"-?\d*\.\d+")
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.\w+")
LOOKED_AT, DATED = 400, 2000
LONGEST_EXAMPLE = 80


@dataclass(frozen=True)
class Profile:
    """One column, as its sample shows it. ``parts``: the names above it, from the top; ``own``: how many of the lowest
    of them are its own and not those of a group. ``counts``: text → rows, blanks and words for nothing left out, white
    space at the ends too. Shares are of the different texts: 0 to 1."""

    name: str
    parts: tuple[str, ...] = ()
    own: int = 1
    place: int = 0
    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    nothing: tuple[str, ...] = ()
    moments: Moments = moments.NONE
    numbers: float = 0.0
    degrees: tuple[float, ...] = ()
    personal: float = 0.0
    length: float = 0.0
    comma: bool = False

    @property
    def filled(self) -> int:
        return sum(self.counts.values())

    @property
    def distinct(self) -> int:
        return len(self.counts)

    @property
    def unique(self) -> float:
        """Different texts for each filled row; 0 where no row is."""
        return self.distinct / self.filled if self.filled else 0.0

    @property
    def examples(self) -> tuple[str, ...]:
        """Three texts of the column: the commonest where texts repeat, else some from the sample."""
        return tuple(text[:LONGEST_EXAMPLE] for text, _n in self.counts.most_common(3))


def profiles(
    names: Sequence[str], parts: Sequence[Sequence[str]], own: Sequence[int], sample: Sequence[Sequence[str]]
) -> tuple[Profile, ...]:
    """A profile for each column of the sample."""
    columns = list(zip(*sample, strict=True)) if sample else [()] * len(names)
    counts = [Counter(cell.strip(SPACES) for cell in cells) for cells in columns]
    nothing = [tuple(text for text in one if text and plain(text) in NOTHING) for one in counts]
    for one, words in zip(counts, nothing, strict=True):
        for text in ("", *words):
            del one[text]
    read = moments.of([_spread(list(one), DATED) for one in counts])
    return tuple(
        _profile(
            Profile(name, tuple(parts[place]), own[place], place, len(sample), counts[place], nothing[place]), moment
        )
        for place, (name, moment) in enumerate(zip(names, read, strict=True))
    )


def _profile(bare: Profile, read: Moments) -> Profile:
    """With what its texts look like."""
    texts = _spread(list(bare.counts))
    folded = [unicodedata.normalize("NFKC", text) for text in texts]
    return replace(
        bare,
        moments=read,
        numbers=_share(NUMBER, folded),
        degrees=tuple(float(text.replace(",", ".")) for text in folded if PLAIN.fullmatch(text)),
        personal=max(_share(form, folded) for form in (PHONE, IDENTITY, MAIL)),
        comma=_share(COMMA, folded) > 0.5 and not _share(POINT, folded),
        length=sum(map(len, texts)) / len(texts) if texts else 0.0,
    )


def plain(text: str) -> str:
    """As words are compared: half-width, lower case, without white space at the ends."""
    return unicodedata.normalize("NFKC", text).strip(SPACES).casefold()


def _spread(texts: list[str], most: int = LOOKED_AT) -> list[str]:
    return texts[:: -(-len(texts) // most)] if texts else []


def _share(form: re.Pattern[str], texts: Sequence[str]) -> float:
    return sum(form.fullmatch(text) is not None for text in texts) / len(texts) if texts else 0.0
