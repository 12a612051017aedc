"""Numbers, dates and periods in words, in the reader's language. One place, used by pages, tooltips and files."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from cockpit.i18n import _, language
from queries.filters import Filters, add_months

MINUS, DASH = "−", "—"
FEW = f"1{DASH}4"  # a count so small that it may not be shown
HIDDEN = "×"  # one that is so small, or that would give such a one away


def missing(value) -> bool:
    return value is None or bool(pd.isna(value))


def half_up(value: float, decimals: int = 1) -> Decimal:
    """四舍五入: 24.15 becomes 24.2, as on the reader's calculator; zero has no sign."""
    return Decimal(repr(round(float(value), 9))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0


def number(value, decimals: int = 0) -> str:
    """1,234 or 12.5; — where there is none."""
    return DASH if missing(value) else f"{half_up(value, decimals):,}".replace("-", MINUS)


def told(value, say: Callable[..., str] = number) -> str:
    """A figure in words, by ``number`` or another of these functions; × where it may not be told."""
    return HIDDEN if missing(value) else say(value)


def scaled(value, decimals: int = 1) -> tuple[str, str]:
    """The number and its scale: from 1万 in 万, from 1亿 in 亿; in English with thousands and millions."""
    if missing(value):
        return DASH, ""
    steps = ((1e8, 1e4, "亿"), (1e4, 1, "万")) if language() == "zh" else ((1e9, 1e6, "bn"), (1e6, 1, "m"))
    for size, smaller, word in steps:
        if half_up(abs(value) / smaller, decimals) >= size / smaller:  # 99,999,999 is 1.0亿 and not 10,000.0万
            return number(value / size, decimals), word
    return number(value, 0 if float(value).is_integer() else decimals), ""


def count(value) -> str:
    """4,127 or 14.5 万, without a unit."""
    shown, scale = scaled(value)
    return f"{shown} {scale}" if scale and language() == "zh" else f"{shown}{scale}"


def share(value, decimals: int = 1) -> str:
    """A fraction as 96.8%."""
    return DASH if missing(value) else f"{number(value * 100, decimals)}%"


def share_range(lower, upper, decimals: int = 1) -> str:
    """75.6—99.7%."""
    return (
        DASH
        if missing(lower) or missing(upper)
        else f"{number(lower * 100, decimals)}{DASH}{number(upper * 100, decimals)}%"
    )


def signed(value, decimals: int = 0) -> str:
    """+4, −3, ±0."""
    if missing(value):
        return DASH
    rounded = half_up(value, decimals)
    sign = "+" if rounded > 0 else MINUS if rounded < 0 else "±"
    return f"{sign}{abs(rounded):,}"


def money(value) -> tuple[str, str]:
    """Amount and unit: 3,367.7 万元, 9.4 亿元."""
    shown, scale = scaled(value)
    return (shown, f"{scale}元") if language() == "zh" else (f"{shown}{scale}", "CNY")


def valued(value, unit: str) -> tuple[str, str]:
    """A measure's value and its unit in words, by the unit of queries.measures; no unit where there is no value."""
    if missing(value):
        return DASH, ""
    if unit == "count":
        shown, scale = scaled(value)
        return (shown, f"{scale}件") if language() == "zh" else (f"{shown}{scale}", "")
    if unit in ("persons", "visits"):
        shown, scale = scaled(value)
        word = _("persons") if unit == "persons" else _("visits")
        return (shown, f"{scale}{word}") if language() == "zh" else (f"{shown}{scale}", word)
    if unit == "share":
        return number(value * 100, 1), "%"
    if unit == "days":
        return number(value, 1), _("days")
    return money(value) if unit == "cny" else (number(value, 1), _("per 10,000"))


def text(value, unit: str) -> str:
    """Value and unit in one string: 96.8%, 11.0 天."""
    shown, word = valued(value, unit)
    return f"{shown}{word}" if word in ("", "%") else f"{shown} {word}"


def columns(text: str) -> int:
    """How many columns a text takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def day(moment: date) -> str:
    if language() == "zh":
        return f"{moment.year}年{moment.month}月{moment.day}日"
    return f"{moment.day} {moment:%b %Y}"


def day_pattern(minutes: bool = False) -> str:
    """How a table writes a day, as ``day`` does; with ``minutes`` the time too."""
    return ("YYYY年M月D日" if language() == "zh" else "D MMM YYYY") + (" HH:mm" if minutes else "")


def month(moment: date) -> str:
    return f"{moment.year}年{moment.month}月" if language() == "zh" else f"{moment:%b %Y}"


def short_month(moment: date) -> str:
    return f"{moment.month}月" if language() == "zh" else f"{moment:%b}"


def data_date(moment: datetime) -> str:
    """The moment up to which the data know; midnight is the end of the day before."""
    if moment.hour == moment.minute == moment.second == 0:
        return f"{day(moment - timedelta(days=1))} 24:00"
    return f"{day(moment)} {moment:%H:%M}"


def moment(at: datetime) -> str:
    """2023年12月1日 09:30."""
    return f"{day(at)} {at:%H:%M}"


def made_at(moment: datetime) -> str:
    """When a file was made, by the server's clock."""
    return _("made {day} {time}").format(day=day(moment), time=f"{moment:%H:%M}")


def week(start: date) -> str:
    """2023年第47周（11月20日—26日）."""
    middle, end = start + timedelta(days=3), start + timedelta(days=6)
    iso = middle.isocalendar()
    if language() == "en":
        return f"week {iso.week} of {iso.year} ({start.day} {start:%b}–{end.day} {end:%b})"
    until = f"{end.day}日" if start.month == end.month else f"{end.month}月{end.day}日"
    return f"{iso.year}年第{iso.week}周（{start.month}月{start.day}日{DASH}{until}）"


def period(filters: Filters) -> str:
    """The period of a choice as a person would say it."""
    start, end = filters.start, filters.end
    if filters.whole_months:
        if add_months(start, 1) > end:
            return month(start)
        if start.month == 1 and end.month == 12:
            years = f"{start.year}" if start.year == end.year else f"{start.year}{DASH}{end.year}"
            return f"{years}年" if language() == "zh" else years
        if start.year == end.year and language() == "zh":
            return f"{start.year}年{start.month}{DASH}{end.month}月"
        return f"{month(start)}{DASH}{month(end)}"
    if filters.is_week:
        return week(start)
    return day(start) if start == end else f"{day(start)}{DASH}{day(end)}"


def describe(filters: Filters, when: str = "") -> str:
    """The choice in words: 示范区 · 2023年11月 · 西乡街道 · 全部类型. Stands in the header, in files and on paper.
    ``when``: what stands in the place of the period."""
    parts = [filters.district or _("All districts"), when or period(filters)]
    for chosen, every in (
        (filters.streets, _("All streets")),
        (filters.categories, _("All categories")),
        (filters.channels, _("All channels")),
    ):
        parts.append("、".join(chosen) if chosen else every)
    return " · ".join(parts)


# The browser makes links of bare addresses even where they are escaped; a word joiner, which nobody sees, prevents it.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # marks that would turn our own words round
ADDRESS = re.compile(r"https?:(?=//)|www(?=\.)|[-.\w+](?=@)", re.IGNORECASE)


def markdown(value: str) -> str:
    """Text from a file as plain text in Markdown: nothing in it links, loads or formats."""
    text = ADDRESS.sub("\\g<0>\u2060", " ".join(TURNING.sub("", str(value)).split()))
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~$:@&^=])", r"\\\1", text)


def year(moment: date) -> str:
    return f"{moment.year}年" if language() == "zh" else f"{moment.year}"


def week_number(start: date) -> str:
    """第47周, by the ISO week of its fourth day."""
    number_ = (start + timedelta(days=3)).isocalendar().week
    return f"第{number_}周" if language() == "zh" else f"W{number_}"


def change(value, previous) -> str:
    """Relative change as +4.6%; — where there is nothing to compare with."""
    if missing(value) or missing(previous) or not previous:
        return DASH
    return f"{signed((value / previous - 1) * 100, 1)}%"


def short_period(then: Filters, now: Filters) -> str:
    """A period as short as the reader of ``now`` understands it: 10月, 2022年11月, 第46周."""
    if then.is_month:
        return short_month(then.start) if then.start.year == now.start.year else month(then.start)
    if then.is_week:
        name = week_number(then.start)
        return name if then.start.year == now.start.year else f"{year(then.start)}{name}"
    return period(then)


def week_name(start: date) -> str:
    """2023年第47周; short enough for a select box."""
    year_ = (start + timedelta(days=3)).isocalendar().year
    return f"{year_}年{week_number(start)}" if language() == "zh" else f"{year_} {week_number(start)}"
