"""Which formats the times of a column are written in, and whether their day and month can be told apart."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import normalize

import duckdb

from cockpit.intake import times

CLOCK = (
    r"(?P<gap>[ T]| *, *|)(?P<hour>\d{1,2}):\d{1,2}(?P<seconds>:\d{1,2})?(?P<fraction>\.\d{1,6})?"
    r"(?P<half> ?[AaPp][Mm])?(?P<offset> ?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?))?"
)
YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})(?P<sign>[-/.])\d{{1,2}}(?P=sign)\d{{1,2}}(?:{CLOCK})?")
YEAR_LAST = re.compile(
    rf"(?P<first>\d{{1,2}})(?P<sign>[-/.])(?P<second>\d{{1,2}})(?P=sign)(?P<year>\d{{4}}|\d{{2}})(?:{CLOCK})?"
)
MONTH_NAMED = re.compile(
    r"(?P<before>\d{1,2}[- ])?(?P<month>[A-Za-z]{3,9})(?P<after> \d{1,2})?(?P<comma>,?[- ])(?P<year>\d{4})"
    rf"(?:{CLOCK})?"
)
CHINESE = re.compile(r"\d{4}年\d{1,2}月(\d{1,2}日)?")
NEVER = re.compile(r"(9999|2999|3000|1900|1899|0001|0000)([-/.年]?\d.*)?|\D*")
FEW = 5
DIGITS = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(\d{6})?")
OFFSET = re.compile(r"\d:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)$")
SERIAL = re.compile(times.SERIAL)
SURE = 0.95


@dataclass(frozen=True)
class Moments:
    """``share`` of the texts are times. ``formats``: those they are written in; none where the usual ones read all.
    ``other``: the formats with day and month changed over, where nothing tells which is meant. ``offsets``: those
    written beside the clock."""

    share: float = 0.0
    formats: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    offsets: tuple[str, ...] = ()


NONE = Moments()


def of(texts: Sequence[str], reader: duckdb.DuckDBPyConnection) -> Moments:
    """What is known of these texts as times; cheap where they are none. A few words among them, and days that stand for
    never, do not count."""
    texts = [normalize("NFKC", text) for text in texts]
    times = [text for text in texts if not is_never(text)]
    if len(texts) - len(times) <= min(FEW, len(times)):
        texts = times
    if not _likely(texts[:40]):
        return NONE
    offsets = tuple(sorted({found[1] for text in texts if (found := OFFSET.search(text))}))
    usual = _read(texts, None, reader)
    if usual == len(texts):
        return Moments(1.0, offsets=offsets)
    first, second = _formats(texts)
    read = [(_read(texts, formats, reader) if formats else 0, formats) for formats in (first, second)]
    best, formats = max(read, key=lambda one: one[0])
    if not formats or usual >= best:
        return Moments(usual / len(texts), offsets=offsets)
    other = min(read, key=lambda one: one[0]) if read[0][0] != read[1][0] else read[1]
    decided = first == second or (other[0] < best and best >= SURE * len(texts))
    return Moments(best / len(texts), formats, () if decided else other[1], offsets)


def is_never(text: str) -> bool:
    """Whether a text in a column of times says that something did not happen: a word, or a day outside all years."""
    return NEVER.fullmatch(text) is not None


def _likely(texts: Sequence[str]) -> bool:
    """Numbers of days, as spreadsheets count them, are times only beside others that are written out."""
    dated = sum(map(_dated, texts))
    return dated > 0 and (dated + sum(SERIAL.fullmatch(text) is not None for text in texts)) * 2 >= len(texts)


def _dated(text: str) -> bool:
    return any(form.match(text) for form in (YEAR_FIRST, YEAR_LAST, CHINESE)) or bool(
        DIGITS.fullmatch(text) or MONTH_NAMED.fullmatch(text)
    )


def _read(texts: Iterable[str], formats: Sequence[str] | None, reader: duckdb.DuckDBPyConnection) -> int:
    """How many of the texts the import reads as times."""
    moment = times.moment("text", list(formats) if formats else None)
    found = reader.execute(f"SELECT count({moment}) FROM (SELECT unnest(?) AS text)", [list(texts)]).fetchone()
    return found[0] if found else 0


def _formats(texts: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The formats with the month first, and those with the day first, the commonest at the front."""
    found: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    for text in texts:
        for counter, form in zip(found, _both(text), strict=True):
            if form:
                counter[form] += 1
    month, day = (tuple(form for form, _n in counter.most_common()) for counter in found)
    return month, day


def _both(text: str) -> tuple[str | None, str | None]:
    """The format of one text with the month first, and with the day first."""
    if (form := YEAR_LAST.fullmatch(text)) is not None:
        year = "%Y" if len(form["year"]) == 4 else "%y"
        clock, sign = _clock(form), form["sign"]
        first, second = int(form["first"]), int(form["second"])
        month = f"%m{sign}%d{sign}{year}{clock}" if first <= 12 and second <= 31 else None
        day = f"%d{sign}%m{sign}{year}{clock}" if first <= 31 and second <= 12 else None
        return month, day
    fixed = _fixed(text)
    return fixed, fixed


def _fixed(text: str) -> str | None:
    if (form := YEAR_FIRST.fullmatch(text)) is not None:
        return f"%Y{form['sign']}%m{form['sign']}%d{_clock(form)}"
    if (form := MONTH_NAMED.fullmatch(text)) is not None and (form["before"] or form["after"]):
        before = f"%d{form['before'][-1]}" if form["before"] else ""
        month = "%b" if len(form["month"]) == 3 else "%B"
        return f"{before}{month}{' %d' if form['after'] else ''}{form['comma']}%Y{_clock(form)}"
    return None


def _clock(form: re.Match[str]) -> str:
    if form["hour"] is None:
        return ""
    half = form["half"] and (" %p" if form["half"].startswith(" ") else "%p")
    seconds = f"{':%S' if form['seconds'] else ''}{'.%f' if form['fraction'] else ''}"
    return f"{form['gap']}%{'I' if half else 'H'}:%M{seconds}{half or ''}{'%z' if form['offset'] else ''}"
