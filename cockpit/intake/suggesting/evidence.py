"""How well the values of a column fit one of ours, whatever it is called."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Boolean, Column, DateTime, Float, Integer, Numeric, Table

from cockpit.intake import contract
from cockpit.intake.suggesting import meanings
from cockpit.intake.suggesting.profile import Profile, plain

CHINA = {"lon": (73.0, 136.0), "lat": (3.0, 54.0)}
EARTH = {"lon": (-180.0, 180.0), "lat": (-90.0, 90.0)}
FEW = 40
LONG = 40
REFERENCES = ("mediator_id", "organisation_id", "repeat_of", "case_id", "parent_id", "filing_no", "area_id")
FREE = ("sponsor", "name", "alias")
PLACES = {
    "district": re.compile(r"[\u4e00-\u9fff]{1,8}((?<![社小园地])区|县|市|旗)"),
    "street": re.compile(r"[\u4e00-\u9fff]{1,8}(街道|镇|乡|街道办|街道办事处)"),
    "community": re.compile(r"[\u4e00-\u9fff]{1,12}(社区|村|居委会|村委会|社区居委会|小区|网格)"),
}
CHANNELS = re.compile(
    r".*(热线|来电|来访|来信|网上|微信|公众号|app|电话|信箱|走访|窗口|网格上报|邮箱|web|phone|mobile|online|email|walk.?in|call)"
    r".*|12345|110|邮件|电邮|短信",
    re.IGNORECASE,
)
BY_VALUE = {"street": 0.7, "community": 0.6, "district": 0.6, "channel": 0.45}
"""How sure the values alone make one of these columns."""


@dataclass(frozen=True)
class Fit:
    """``agrees``: how far the values allow the column, 0 to 1; None where there are none. ``alone``: how sure they make
    it without a name."""

    agrees: float | None
    alone: float = 0.0


NO = Fit(0.0)


@dataclass(frozen=True)
class Places:
    """The names of areas that the cockpit knows, by level."""

    names: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, areas: Collection) -> "Places":
        """From rows with ``level`` and ``name``."""
        levels = {area.level for area in areas}
        return cls({level: frozenset(area.name for area in areas if area.level == level) for level in levels})

    def share(self, level: str, texts: Collection[str]) -> float:
        known = self.names.get(level, frozenset())
        return sum(_named(text, known) for text in texts) / len(texts) if texts and known else 0.0


def _named(text: str, known: Collection[str]) -> bool:
    """By its name, or that without its last word: 西乡 is 西乡街道."""
    return text in known or (len(text) > 1 and any(name.startswith(text) for name in known))


def fit(column: Column, profile: Profile, places: Places) -> Fit:
    """How well ``profile`` fits ``column`` of the contract."""
    if not profile.counts:
        return Fit(None)
    if profile.personal > 0.5:
        return NO
    if isinstance(column.type, DateTime):
        return Fit(profile.moments.share, 0.2 * (column.name == "opened_at")) if profile.moments.share >= 0.5 else NO
    if column.name in EARTH:
        return _degrees(column.name, profile)
    if isinstance(column.type, Boolean) or contract.vocabulary(column):
        return _words(column, profile)
    if isinstance(column.type, Numeric | Float | Integer):
        return Fit(profile.numbers if profile.numbers >= 0.8 and profile.moments.share < 0.5 else 0.0)
    return _text(column, profile, places)


def _degrees(name: str, profile: Profile) -> Fit:
    low, high = EARTH[name]
    degrees = [degree for degree in profile.degrees if degree]
    if not degrees:
        return Fit(0.5 if profile.degrees else 0.0)
    within = sum(low <= degree <= high for degree in degrees) / max(len(degrees), profile.numbers and 1)
    low, high = CHINA[name]
    exact = sum(low <= degree <= high and degree != round(degree, 2) for degree in degrees) / len(degrees)
    return Fit(within if (within > 0.8 and profile.numbers > 0.5) or profile.numbers == 0 else 0.0, 0.5 * (exact > 0.9))


def _words(column: Column, profile: Profile) -> Fit:
    """Few words, of which some are known; only words that say of what they are the answer stand for themselves."""
    if profile.distinct > FEW or profile.length > 20 or profile.moments.share > 0.5:
        return NO
    table: Table = column.table
    known = meanings.known(table.name, column.name, isinstance(column.type, Boolean), profile.counts)
    share = sum(profile.counts[word] for word in known) / profile.filled
    telling = meanings.of(table.name, column.name)
    said = [word for word in known if plain(word) in telling and plain(word) not in meanings.ANSWERS]
    own = {*(contract.vocabulary(column) or ()), *(("true", "false") if isinstance(column.type, Boolean) else ())}
    if profile.distinct <= 4 and not known and not own & set(profile.counts):
        return Fit(0.3)
    return Fit(0.4 + 0.6 * share, 0.5 * (len(said) >= 2 and share > 0.8))


def _text(column: Column, profile: Profile, places: Places) -> Fit:
    if profile.moments.share > 0.5:
        return NO
    if column.name in contract.keys(column.table) and len(contract.keys(column.table)) == 1:
        return _identifier(profile)
    if column.name in (*REFERENCES, *FREE) or column.primary_key:
        return Fit(0.9 if profile.length <= LONG else 0.0)
    return _kind(column.name, profile, places)


def _identifier(profile: Profile) -> Fit:
    unique = profile.unique * profile.filled / max(profile.rows, 1)
    if profile.length > 64 or _fractions(profile):
        return NO
    coded = any(sign.isdigit() for sign in "".join(profile.examples)) and profile.length >= 3 and unique > 0.999
    return Fit(1.0 if unique > 0.98 else 0.7 if unique > 0.8 else 0.2, 0.25 * coded)


def _fractions(profile: Profile) -> bool:
    return profile.numbers > 0.9 and any("." in text for text in profile.examples)


def _kind(name: str, profile: Profile, places: Places) -> Fit:
    """A text of which there are few: a place, a kind, a channel, a body. Texts that hardly repeat are none of these."""
    if profile.length > LONG or (profile.length > 12 and profile.unique > 0.8 and profile.filled >= 20):
        return NO
    if (profile.unique > 0.9 and profile.filled >= 50) or _fractions(profile):
        return Fit(0.15)
    named = max(places.share(name, profile.counts), _suffixed(name, profile))
    elsewhere = max((_suffixed(other, profile) for other in PLACES if other != name), default=0.0)
    if name in PLACES and elsewhere > 0.7 and named < 0.3:
        return Fit(0.2)
    if profile.numbers > 0.9 and name not in ("community", "category", "subcategory"):
        return Fit(0.3)
    return Fit(1.0, BY_VALUE.get(name, 0.0) * (named > 0.7))


def _suffixed(name: str, profile: Profile) -> float:
    form = CHANNELS if name == "channel" else PLACES.get(name)
    return sum(form.fullmatch(text) is not None for text in profile.counts) / profile.distinct if form else 0.0
