"""Districts, streets and communities as files write them → as the facts spell them."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import duckdb

from cockpit.boundary_file import Names
from cockpit.intake.checking.known import Area, Known

BATCH = 10_000
LEVELS = ("district", "street", "community")
NOTED = {"district": "districts_matched", "street": "streets_matched", "community": "communities_matched"}
ENDINGS = {
    "district": ("区", "县", "市"),
    "street": ("街道办事处", "街道办", "街办", "街道", "地区", "镇", "乡"),
    "community": ("社区居民委员会", "社区居委会", "社区工作站", "社区", "村民委员会", "村委会", "居委会", "村"),
}


class Spelling:
    """The canonical names of one level within one district, and what else means them.

    An exact name stands as it is; then an alias; then a short form, an office instead of its street, full-width signs
    and spaces. What could mean two areas means none.
    """

    def __init__(self, level: str, areas: Iterable[Area], aliases: Mapping[str, tuple[str, ...]], district: str = ""):
        here = {area.area_id: area.name for area in areas if area.level == level}
        self.exact, self.district = frozenset(here.values()), district
        self.short = Names(sorted(self.exact), ENDINGS[level])
        meant: dict[str, set[str]] = {}
        for alias, of in aliases.items():
            meant.setdefault(_plain(alias), set()).update(here[area] for area in of if area in here)
        self.aliases = {alias: found.pop() for alias, found in meant.items() if len(found) == 1}

    def of(self, text: str) -> str | None:
        """The canonical name that is meant; None where nobody can tell."""
        if text in self.exact:
            return text
        plain = _plain(text)
        inner = plain.removeprefix(_plain(self.district))
        return self.aliases.get(plain) or self.short.find(plain) or (self.short.find(inner) if inner else None)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


class Spellings:
    """Every spelling that a file can need, each made when it is first asked for."""

    def __init__(self, known: Known):
        self.known = known
        self.made: dict[tuple[str, str], Spelling] = {}

    def of(self, level: str, within: str, text: str) -> str | None:
        """The canonical name of an area of this level in the district that is written as ``within``."""
        if (level, within) not in self.made:
            home = "" if level == "district" else self.district(within)
            areas = self.known.inside(home) if home else self.known.areas
            self.made[level, within] = Spelling(level, areas, self.known.aliases, home)
        return self.made[level, within].of(text)

    def district(self, text: str) -> str:
        return self.of("district", "", text) or text


@dataclass(frozen=True)
class Written:
    """How a level is written in ``records``: its text, and the column of the file it is made of (None: a constant)."""

    text: str
    column: str | None


NOWHERE = Written("''", None)


def renamed(connection: duckdb.DuckDBPyConnection, texts: Mapping[str, Written], known: Known) -> tuple[str, ...]:
    """Make a table ``renamed_<level>`` (within, theirs, ours) for each level of which a name in ``records`` changes.

    ``texts``: level → how it is written, for the levels that the file names. Returns the levels changed.
    """
    spellings = Spellings(known)
    levels = [level for level in LEVELS if level in texts and known.areas]
    return tuple(
        level for level in levels if _table(connection, level, list(_changes(connection, level, texts, spellings)))
    )


def _changes(
    connection: duckdb.DuckDBPyConnection, level: str, texts: Mapping[str, Written], spellings: Spellings
) -> Iterator[tuple[str, str, str]]:
    within = texts.get("district", NOWHERE) if level != "district" else NOWHERE
    columns = ", ".join(dict.fromkeys(one.column for one in (within, texts[level]) if one.column))
    cells = f"SELECT DISTINCT {columns} FROM records" if columns else "SELECT 1"
    found = connection.execute(
        f"SELECT DISTINCT {within.text} AS within, {texts[level].text} AS theirs "
        f"FROM ({cells}) WHERE within IS NOT NULL AND theirs IS NOT NULL"
    )
    while pairs := found.fetchmany(BATCH):
        for district, theirs in pairs:
            ours = spellings.of(level, district, theirs)
            if ours and ours != theirs:
                yield district, theirs, ours


def _table(connection: duckdb.DuckDBPyConnection, level: str, rows: list[tuple[str, str, str]]) -> bool:
    if rows:
        connection.execute(f"CREATE TABLE renamed_{level} (within VARCHAR, theirs VARCHAR, ours VARCHAR)")
        connection.executemany(f"INSERT INTO renamed_{level} VALUES (?, ?, ?)", rows)
    return bool(rows)
