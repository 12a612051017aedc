"""What else a mapping needs, guessed from the file: constants, options of reading, words that follow from others."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Column, Table

from cockpit.intake import contract
from cockpit.intake.checking import casts
from cockpit.intake.mapping import ANY
from cockpit.intake.reading import delimited
from cockpit.intake.suggesting import meanings, moments
from cockpit.intake.suggesting.evidence import CHINA, Places
from cockpit.intake.suggesting.look import Found
from cockpit.intake.suggesting.profile import Profile
from cockpit.intake.suggesting.proposal import COORDINATES, OFFSETS, Constant, Option, Suggestion
from queries.words import N_

SAYABLE = (
    "district", "kind", "role", "status", "tier", "level", "programme", "channel", "category", "step", "letter",
    "target", "visitor", "change",
)  # fmt: skip
"""Columns of which one value may hold for a whole file."""
SIGNS = {
    "complaints": r"12345|311|信访|诉求|投诉|工单|留言|热线|来电|来信|来访|complaint|service.?request|enquiry|agency|"
    r"department|neighbou?rhood|on.?time|citizen|满意|反映人|承办单位|责任单位",
    "cases": r"调解|纠纷|矛盾|调处|当事人|申请人|被申请人|案由|调委会|涉案|mediat|dispute|petition|hearing|"
    r"plaintiff|respondent|claim|court|arbitrat|employer|outcome|closing.?method|nlrb",
    "mediators": r"调解员|人员|姓名|专兼职|mediator|执业证|聘",
    "organisations": r"调委会|机构|组织|organi[sz]ation|平台",
    "areas": r"区划|人口|上级|population|area|行政",
    "case_steps": r"环节|步骤|节点|step|stage|流程",
    "complaint_steps": r"听证|评理|复查|复核|转送|交办",
    "letters": r"函|督查|督办|问责|letter",
    "whistles": r"哨|报到|到场|whistle",
    "follow_ups": r"回访|follow.?up",
    "term_changes": r"中止|延长|延期|期限变更|extension",
    "payment_orders": r"支付令|督促程序|保全|债务人|payment.?order",
}
MOST_SIGNS = 4
ADDED = {"complaints": 0.4, "cases": 0.4}
CHANNELS = {
    "12345": "12345热线",
    "信访": "信访",
    "网格": "网格上报",
    "留言": "网上",
    "来访": "来访",
    "来信": "来信",
    "311": "311",
}
TURNED = re.compile(r"按时|按期|on.?time|within|时限内", re.IGNORECASE)
PERSONS = re.compile(
    r"电话|手机|身份证|证件号|联系方式|姓名|来电人|信访人|投诉人|申请人|当事人|反映人|住址|phone|mobile|e-?mail|identity",
    re.IGNORECASE,
)
CAPITALS = re.compile(r"[A-Z][A-Z '.&/-]{3,}")
KINDS = ("street",)
NAME_SAYS = (("gcj02", re.compile(r"gcj|高德|腾讯|火星|amap", re.I)), ("bd09", re.compile(r"bd.?09|百度|baidu", re.I)),
             ("wgs84", re.compile(r"wgs|gps|cgcs|2000", re.I)))  # fmt: skip
ZERO = {"Z", "UTC", "GMT", "+00:00", "+0000", "+00", "-00:00"}
NIGHT = range(1, 5)
HOUR = re.compile(r"[ T](\d{1,2}):\d\d")

ONLY_ONE, FROM_FILE = N_("The only district the cockpit knows"), N_("By the name of the file")
SEEN_NOTHING, SEEN_TWICE = N_("Words for nothing, seen in the file"), N_("Identifiers come again; the last row counts")
DOMESTIC, BY_NAME = N_("Domestic systems mostly write GCJ-02; ask who sends the file"), N_("By the name of the column")
LOCAL = N_("The clock beside the zero offset has its quiet hours at night, so it is the local one")
FOUND = N_("As found in the file")


def signs(table: str, found: Found) -> float:
    """How much in the file's name and its columns' names belongs to one table alone."""
    texts = [found.file, found.sheet or "", *found.names]
    form = re.compile(SIGNS.get(table, "$^"), re.IGNORECASE)
    return ADDED.get(table, 0.15) * min(MOST_SIGNS, sum(bool(form.search(text)) for text in texts))


def constants(found: Found, table: Table, mapped: Collection[str], places: Places) -> Iterator[Constant]:
    """For each column that may be said once and that no column of the file holds: its value, where there is one."""
    must = contract.must_be_mapped(table)
    for name in SAYABLE:
        if name in table.c and name not in mapped and (name in must or name in contract.UNKNOWN):
            value, why = _constant(name, table, found, places)
            yield Constant(name, value, name in must, why)


def _constant(name: str, table: Table, found: Found, places: Places) -> tuple[str | None, str]:
    texts = f"{found.file} {found.sheet or ''}"
    if name == "district":
        known = places.names.get("district", frozenset())
        if said := next((one for one in sorted(known) if one in texts), None):
            return said, FROM_FILE
        return (next(iter(known)), ONLY_ONE) if len(known) == 1 else (None, "")
    if name == "channel":
        return next(((channel, FROM_FILE) for sign, channel in CHANNELS.items() if sign in texts), (None, ""))
    return ("active", "") if (table.name, name) == ("mediators", "status") else (None, "")


def options(found: Found, table: Table, suggestions: Sequence[Suggestion]) -> Iterator[Option]:
    """The keys of [read] that should differ from their defaults."""
    yield from (Option(key, value, FOUND) for key, value in _as_found(found))
    taken = {one.ours: one for one in suggestions if one.theirs is not None}
    columns = {one.name: one for one in found.profiles}
    used = {ours: columns[str(one.theirs)] for ours, one in taken.items()}
    if nothing := _nothing(used.values(), suggestions):
        yield Option("null", ["", *nothing], SEEN_NOTHING)
    keys = contract.keys(table)
    if len(keys) == 1 and keys[0] in used and used[keys[0]].unique < 1:
        yield Option("duplicates", "last", SEEN_TWICE)
    if "lon" in used:
        system, why = _system(used["lon"], used["lat"])
        if system != "wgs84" or why == BY_NAME:
            yield Option("coordinates", system, why, COORDINATES if why == DOMESTIC else None)
    if (offset := _offset(used)) is not None:
        yield Option("offset", offset, LOCAL if offset == "drop" else "", OFFSETS if offset != "drop" else None)


def _as_found(found: Found) -> Iterator[tuple[str, object]]:
    """How the file is written, where the defaults would not read it so; what the person said stands as they said it."""
    said = found.overrides
    if said.encoding:
        yield "encoding", found.encoding
    contested = any(sign in name for name in found.names for sign in delimited.DELIMITERS)
    if not found.workbook and (said.delimiter or found.delimiter != "," or contested):
        yield "delimiter", found.delimiter
    if found.sheet is not None and found.sheet != found.sheets[0]:
        yield "sheet", found.sheet
    for key, default in (("header", 1), ("header_rows", 1), ("decimal", ".")):
        if getattr(found, key) != default:
            yield key, getattr(found, key)


def _nothing(profiles: Iterable[Profile], suggestions: Sequence[Suggestion]) -> list[str]:
    """Words for nothing in the columns that are taken, except where one of them is an answer."""
    seen = dict.fromkeys(word for profile in profiles for word in profile.nothing)
    answers = {word for one in suggestions for word in one.values}
    return [word for word in seen if word not in answers]


def _system(lon: Profile, lat: Profile) -> tuple[str, str]:
    """The system of the coordinates; of those in China that do not say it, the commonest."""
    names = " ".join((*lon.parts, *lat.parts))
    if said := next((system for system, form in NAME_SAYS if form.search(names)), None):
        return said, BY_NAME
    inside = all(
        sum(CHINA[name][0] <= degree <= CHINA[name][1] for degree in one.degrees) > 0.8 * max(len(one.degrees), 1)
        for name, one in (("lon", lon), ("lat", lat))
    )
    return ("gcj02", DOMESTIC) if inside and lon.degrees else ("wgs84", "")


def _offset(used: Mapping[str, Profile]) -> str | None:
    """``drop`` where a zero offset stands beside a clock that sleeps at night; ``convert`` where it may be UTC; None
    where nothing has to be said."""
    profile = used.get("opened_at")
    if profile is None or not profile.moments.offsets or not set(profile.moments.offsets) <= ZERO:
        return None
    hours = [int(found[1]) for text in profile.counts.elements() if (found := HOUR.search(text))]
    quiet = sum(hour in NIGHT for hour in hours)
    return "drop" if len(hours) >= 48 and quiet < len(hours) / 24 * len(NIGHT) * 0.6 else "convert"


def never(profile: Profile) -> dict[str, str]:
    """Texts in a column of times that mean that it has not happened: 9999-12-31, 未办结. They become nothing."""
    return dict.fromkeys((text for text in profile.counts if moments.is_never(text)), "")


def of_persons(profile: Profile) -> bool:
    """Whether a column says who somebody is or how to reach them, by its name or its values."""
    return profile.personal > 0.5 or any(PERSONS.search(part) for part in profile.parts[-profile.own :])


def turned(name: str, profile: Profile) -> bool:
    """Whether yes means no: 是否按时办结 for what is late."""
    return name == "overdue" and any(TURNED.search(part) for part in profile.parts[-profile.own :])


def needed(target: Column, known: Mapping[str, str], profile: Profile, flag: bool, unknown: bool) -> dict[str, str]:
    """The words that have to be mapped: those that the import does not read by itself, and what any other becomes."""
    own = set(contract.vocabulary(target) or ())

    def read_as_is(word: str) -> bool:
        return word.casefold() in (*casts.YES, *casts.NO) and not turned(target.name, profile) if flag else word in own

    if all(map(read_as_is, profile.counts)):
        return {}
    rest = meanings.rest(target.name, unknown) if contract.derives_status(target.table) else {}
    if not rest:
        return {word: ours for word, ours in known.items() if not read_as_is(word)}
    said = {word: word for word in own & set(profile.counts)} | dict(known)
    return {word: ours for word, ours in said.items() if ours != rest[ANY]} | rest


def spelling(name: str, profile: Profile) -> dict[str, str]:
    """Places in capitals, as their usual spelling: BROOKLYN is Brooklyn."""
    texts = profile.counts
    if name not in KINDS or not 0 < len(texts) <= 40 or not all(CAPITALS.fullmatch(text) for text in texts):
        return {}
    return {text: text.title() for text in sorted(texts)}
