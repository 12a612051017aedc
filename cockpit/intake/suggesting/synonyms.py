"""What foreign systems call our columns, and how near a name comes to that."""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

TOLD = tomllib.loads(Path(__file__).with_name("synonyms.toml").read_text("utf-8"))
SYNONYMS = {
    column: tuple((float(sure), name) for sure, listed in names.items() for name in listed)
    for column, names in TOLD.items()
}
"""Our column, with its table where tables differ → how sure a name makes it, and the name."""

MOMENT = frozenset(["date", "time", "dt", "datetime", "timestamp", "day", "ts"])
SHORT = {
    "no": "number", "num": "number", "nbr": "number", "nr": "number", "org": "organisation", "dept": "department",
    "organization": "organisation", "desc": "description", "descr": "description", "addr": "address", "cat": "category",
    "stat": "status", "tel": "phone", "neighbourhood": "neighborhood", "req": "request", "loc": "location",
    "src": "source", "subcat": "subcategory", "cd": "code",
}  # fmt: skip
REMARK = re.compile(r"[(\[【（{<][^)\]】）}>]*[)\]】）}>]")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
WORDS = re.compile(r"[a-z]+|\d+")
NOT_A_NAME = re.compile(r"[\W_]+")
ENDING = re.compile(r"(?<=\w{3})(ing|ed|es|e|s)$")
FILLER = frozenset(
    ENDING.sub("", word)
    for word in ("case", "request", "sr", "ticket", "complaint", "incident", "service", "record", "open", "data",
                 "code", "the", "of", "in")
)  # fmt: skip


def names(table: str, column: str) -> tuple[tuple[float, str], ...]:
    """How sure, and the name, of everything that the column is called elsewhere."""
    return ((1.0, f"={column}"), *(SYNONYMS.get(f"{table}.{column}") or SYNONYMS.get(column, ())))


def nearness(parts: Sequence[str], own: int, table: str, column: str) -> float:
    """How near a column comes to one of ours by its names: 0 to 1. ``parts`` and ``own`` as in profile.Profile."""
    return max((_best(name, names(table, column)) for name in _readings(tuple(parts), own)), default=0.0)


def otherwise(parts: Sequence[str], own: int) -> float:
    """How near it comes to a column that is none of ours."""
    return max((_best(name, SYNONYMS["none"]) for name in _readings(tuple(parts), own)), default=0.0)


def _readings(parts: tuple[str, ...], own: int) -> tuple[str, ...]:
    """Each name of its own, and the lowest one with its group before it."""
    groups = [re.sub("(信息|情况|资料|内容)$", "", part.strip()) for part in parts[:-own]]
    grouped = (f"{groups[-1]}{' ' if groups[-1].isascii() else ''}{parts[-1]}",) if groups and parts[-1] else ()
    return tuple(part for part in (*parts[-own:], *grouped) if part.strip())


def _best(name: str, listed: Sequence[tuple[float, str]]) -> float:
    return max((sure * _likeness(name, synonym) for sure, synonym in listed), default=0.0)


def _likeness(name: str, synonym: str) -> float:
    if _squeezed(name) == _squeezed(synonym):
        return 1.0
    if synonym.startswith("="):
        return 0.0
    if synonym.isascii():
        return _shared(_tokens(name), _tokens(synonym))
    return _inside(_squeezed(name), _squeezed(synonym))


@lru_cache(8192)
def _squeezed(name: str) -> str:
    """Without case, width, spaces, signs, and remarks in brackets."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return NOT_A_NAME.sub("", REMARK.sub("", plain)) or NOT_A_NAME.sub("", plain)


@lru_cache(8192)
def _tokens(name: str) -> frozenset[str]:
    """The English words of a name, their endings off; every word for a time is one."""
    spaced = CAMEL.sub(" ", REMARK.sub("", unicodedata.normalize("NFKC", name)))
    words = WORDS.findall(spaced.casefold())
    if words and words[-1] in ("at", "on"):
        words[-1] = "date"
    return frozenset("date" if word in MOMENT else ENDING.sub("", SHORT.get(word, word)) for word in words)


def _shared(name: frozenset[str], synonym: frozenset[str]) -> float:
    """All words of the synonym are in the name; what more there is makes it less sure, fillers hardly."""
    if not synonym or not synonym <= name:
        return 0.0
    more = name - synonym
    fillers = sum(word in FILLER for word in more)
    return len(synonym) / (len(synonym) + (len(more) - fillers) * 0.7 + fillers * 0.1)


def _inside(name: str, synonym: str) -> float:
    if len(synonym) < 2 or synonym not in name:
        return 0.0
    return (0.6 if name.endswith(synonym) else 0.4) + 0.35 * len(synonym) / len(name)
