"""Which formats the times of a column are written in, and whether their day and month can be told apart."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import normalize

import duckdb

from cockpit.intake.checking import times

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


def of(columns: Sequence[Sequence[str]]) -> list[Moments]:
    """What is known of the texts of each column as times; cheap for those that are none."""
    cleaned = [_cleaned(texts) for texts in columns]
    likely = [place for place, texts in enumerate(cleaned) if _likely(texts[:40])]
    with duckdb.connect(":memory:") as reader:
        found = dict(zip(likely, _of([cleaned[place] for place in likely], reader), strict=True))
    return [found.get(place, NONE) for place in range(len(columns))]


def _cleaned(texts: Sequence[str]) -> list[str]:
    """In half width. A few words, and days that stand for never, do not count."""
    texts = [normalize("NFKC", text) for text in texts]
    said = [text for text in texts if not is_never(text)]
    return said if len(texts) - len(said) <= min(FEW, len(said)) else texts


def _of(columns: Sequence[list[str]], reader: duckdb.DuckDBPyConnection) -> list[Moments]:
    """Of columns that may be times. Each set of formats is asked about once, for all the columns that have it."""
    usual = _read(columns, (), reader)
    pairs = [_formats(texts) if n < len(texts) else ((), ()) for texts, n in zip(columns, usual, strict=True)]
    asked = defaultdict(list)
    for place, pair in enumerate(pairs):
        for formats in {*pair} - {()}:
            asked[formats].append(place)
    told: Counter[tuple[int, tuple[str, ...]]] = Counter()
    for formats, places in asked.items():
        read = _read([columns[place] for place in places], formats, reader)
        told.update({(place, formats): n for place, n in zip(places, read, strict=True)})
    return [
        _judged(texts, usual[place], [(told[place, formats], formats) for formats in pairs[place]])
        for place, texts in enumerate(columns)
    ]


def _judged(texts: Sequence[str], usual: int, read: Sequence[tuple[int, tuple[str, ...]]]) -> Moments:
    """``usual``: how many texts the usual forms read; ``read``: how many the formats with the month first read, and how
    many those with the day first."""
    offsets = tuple(sorted({found[1] for text in texts if (found := OFFSET.search(text))}))
    (month, month_first), (day, day_first) = read
    best, formats, other = (month, month_first, day_first) if month >= day else (day, day_first, month_first)
    if not formats or usual >= best:
        return Moments(usual / len(texts), offsets=offsets)
    decided = month_first == day_first or (month != day and best >= SURE * len(texts))
    return Moments(best / len(texts), formats, () if decided else other, offsets)


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


def _read(columns: Sequence[Sequence[str]], formats: tuple[str, ...], reader: duckdb.DuckDBPyConnection) -> list[int]:
    """How many texts of each column the import reads as times."""
    moment = times.moment("text", list(formats) or None)
    places = [place for place, texts in enumerate(columns) for _text in texts]
    found = reader.execute(
        f"SELECT place, count({moment}) FROM (SELECT unnest(?) AS place, unnest(?) AS text) GROUP BY place",
        [places, [text for texts in columns for text in texts]],
    ).fetchall()
    return [dict(found).get(place, 0) for place in range(len(columns))]


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
