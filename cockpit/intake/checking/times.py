"""Text → moment, as expressions of DuckDB: which day and hour are written, and on whose clock."""

from dataclasses import dataclass

from cockpit.intake.checking.texts import half_width, listed, literal, once
from queries.tables import YEARS


@dataclass(frozen=True)
class Clock:
    """Whose clock a file shows. ``zone``: of times without an offset, None for that of the cockpit; ``home``: that of
    the cockpit, into which they are turned; ``convert``: whether offsets are applied, or only the clock is read."""

    home: str = "UTC"
    zone: str | None = None
    convert: bool = False


AS_WRITTEN = Clock()
ZERO = ("Z", "UTC", "GMT")
OFFSET = r"Z|UTC|GMT|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?"
WITH_OFFSET = rf"^(.*\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[AaPp][Mm])?) *({OFFSET})$"
PLAIN = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?"
"""What the engine reads by itself, once the strokes are hyphens."""
FORENOON, EVENING, NOON = ("上午", "早上", "早晨", "凌晨", "AM"), ("下午", "傍晚", "晚上", "PM"), "中午"
NIGHT = "晚上"
HALVES = "|".join((*FORENOON[:-1], *EVENING[:-1], NOON, r"[AP]\.?M\.?"))
DATE = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
WEEKDAY = r"(?:\(?(?:星期|周)[一二三四五六日天]\)?)?"
TIME = r"(\d{1,2})(?:[:时点](\d{1,2})|[时点])(?:[:分](\d{1,2})(\.\d+)?秒?|分)?"
USUAL = rf"(?i)^{DATE}[ T]*{WEEKDAY} *(?:({HALVES})? *{TIME} *({HALVES})?)? *({OFFSET})?$"
PARTS = ("y", "mo", "d", "before", "h", "mi", "s", "f", "after", "zone")
DIGITS = r"^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))$", r"\1-\2-\3 \4:\5:\6"
DAY = r"^(\d{4})(\d\d)(\d\d)($|[ T])", r"\1-\2-\3\4"
SERIAL = r"[2-7]\d{4}(\.\d+)?"
"""A day as a spreadsheet counts it, from 1954 to 2118."""
UNCLEAR = r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}(\D.*)?"


def moment(text: str, formats: list[str] | None, clock: Clock = AS_WRITTEN) -> str:
    """A time on the cockpit's clock, by the formats in their order, else by the usual forms; null outside YEARS."""
    if formats:
        return _within_years(_by_formats(text, formats, clock))
    iso = f"{text} LIKE '____-__-__ __:__:__' AND {text} >= '{YEARS[0]}' AND {text} < '{YEARS[1] + 1}'"
    plain = _at_home("try_cast(replace(t, '/', '-') AS TIMESTAMP)", clock)
    other = once(half_width("t"), "w", _serial_or("w", _any("w", clock), clock))
    read = _within_years(f"CASE WHEN regexp_full_match(t, {literal(PLAIN)}) THEN {plain} ELSE {other} END")
    return (
        f"CASE WHEN {iso} THEN {_at_home(f'try_cast({text} AS TIMESTAMP)', clock)} "
        f"WHEN {text} IS NOT NULL THEN {once(text, 't', read)} END"
    )


def _within_years(moment: str) -> str:
    since, until = f"TIMESTAMP '{YEARS[0]}-01-01'", f"TIMESTAMP '{YEARS[1] + 1}-01-01'"
    return once(moment, "x", f"CASE WHEN x >= {since} AND x < {until} THEN x END")


def unclear(text: str) -> str:
    """Whether a text is a day of which nobody can tell if the day or the month comes first."""
    return f"regexp_full_match({half_width(text)}, {literal(UNCLEAR)})"


def _any(text: str, clock: Clock) -> str:
    """The other usual forms: 年月日, 12 hours, offsets, digits without signs."""
    spread = text
    for pattern, replacement in (DIGITS, DAY):
        spread = f"regexp_replace({spread}, {literal(pattern)}, {literal(replacement)})"
    parts = f"regexp_extract({spread}, {literal(USUAL)}, [{listed(PARTS)}])"
    half = "replace(upper(m.before || m.after), '.', '')"
    at = f"try_cast(m.y || '-' || m.mo || '-' || m.d || ' ' || {_hour(half)} || ':' || {_or_zero('m.mi')} || ':' || "
    at += f"{_or_zero('m.s')} || left(m.f, 7) AS TIMESTAMP)"
    return once(parts, "m", _with_offset(at, "upper(m.zone)", clock))


def _or_zero(digits: str) -> str:
    return f"CASE WHEN {digits} = '' THEN '0' ELSE {digits} END"


def _hour(half: str) -> str:
    """The hour of the day; null where the half of the day and the hour contradict each other or say too little."""
    hour = f"try_cast({_or_zero('m.h')} AS INTEGER)"
    return (
        f"CASE WHEN {half} = '' THEN {hour} "
        f"WHEN {half} IN ({listed(FORENOON)}) THEN CASE WHEN {hour} < 12 THEN {hour} WHEN {hour} = 12 THEN 0 END "
        f"WHEN {half} = {literal(NIGHT)} AND {hour} = 12 THEN NULL "
        f"WHEN {half} IN ({listed(EVENING)}) THEN CASE WHEN {hour} < 12 THEN {hour} + 12 ELSE {hour} END "
        f"WHEN {half} = {literal(NOON)} THEN CASE WHEN {hour} < 3 THEN {hour} + 12 WHEN {hour} < 15 THEN {hour} END END"
    )


def _by_formats(text: str, formats: list[str], clock: Clock) -> str:
    bare = listed(one.replace("%z", "").strip() for one in formats)

    def read(source: str) -> str:
        return f"try_strptime({source}, [{bare}])"

    found = _at_home(read(text), clock)
    if any("%z" in one for one in formats):
        split = f"regexp_extract(t, {literal(WITH_OFFSET)}, ['at', 'zone'])"
        at = f"coalesce({read('m.at')}, {read('t')})"
        found = once(text, "t", once(split, "m", _with_offset(at, "m.zone", clock)))
    halves = "replace(replace(w, '上午', 'AM'), '下午', 'PM')"
    other = once(half_width("t"), "w", _serial_or("w", _at_home(read(halves), clock), clock))
    return f"coalesce({found}, CASE WHEN {text} IS NOT NULL THEN {once(text, 't', other)} END)"


def _serial_or(text: str, other: str, clock: Clock) -> str:
    days = f"CAST(round(CAST({text} AS DOUBLE) * 86400000) AS BIGINT)"
    serial = f"TIMESTAMP '1899-12-30' + to_milliseconds({days})"
    return f"CASE WHEN regexp_full_match({text}, {literal(SERIAL)}) THEN {_at_home(serial, clock)} ELSE {other} END"


def _at_home(at: str, clock: Clock) -> str:
    """A clock without an offset, turned into the cockpit's zone; ICU knows when summer time was."""
    if clock.zone in (None, clock.home):
        return at
    return f"timezone({literal(clock.home)}, timezone({literal(str(clock.zone))}, {at}))"


def _with_offset(at: str, zone: str, clock: Clock) -> str:
    if not clock.convert:
        return _at_home(at, clock)
    digits = f"replace({zone}[2:], ':', '')"
    minutes = (
        f"CASE WHEN {zone} IN ({listed(ZERO)}) THEN 0 ELSE CASE WHEN {zone}[1] = '-' THEN -1 ELSE 1 END * "
        f"(60 * try_cast({digits}[1:2] AS INTEGER) + coalesce(try_cast({digits}[3:4] AS INTEGER), 0)) END"
    )
    turned = f"timezone({literal(clock.home)}, timezone('UTC', {at} - to_minutes({minutes})))"
    return f"CASE WHEN coalesce({zone}, '') = '' THEN {_at_home(at, clock)} ELSE {turned} END"
