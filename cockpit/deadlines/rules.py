"""The rulebook: terms by law as data, in versions; rules.toml holds it, a place's own file adds to it."""

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from cockpit.errors import RulesError
from cockpit.i18n import language
from cockpit.settings import settings
from queries.deadlines import COLUMNS
from queries.words import N_

KNOWN = COLUMNS | {"payment_orders": (*COLUMNS["payment_orders"], "barred")}
"""What a rule may name of each table; barred: why the procedure cannot be taken, as cockpit.payment_orders has it, else
no."""
BOOK = Path(__file__).with_name("rules.toml")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Entry):
    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh if language() == "zh" else self.en


class Law(_Entry):
    """One text version of a law: in force from ``since``, and before ``until`` (None: still)."""

    name: Text
    text: Text
    since: date
    until: date | None = None
    source: str

    @model_validator(mode="after")
    def _in_order(self) -> "Law":
        if self.until is not None and self.until <= self.since:
            raise ValueError("until must lie after since")
        return self


class Basis(_Entry):
    """``part``: paragraph and item of the article, as they are cited."""

    law: str
    article: str
    part: Text | None = None


class Rule(_Entry):
    """A term. ``length`` in ``unit``; ``extension``: at most so many days more, or without limit by consent or as
    granted; ``extends`` says it in the words of the article.

    kind: a duty that can be overdue; a right, whose end has legal effect; unsanctioned: a duty, and the law does not
    say what follows when it is late. usual: the time that it takes as a rule. start and ends: columns of ``table`` (the
    first end counts). applies: column → values, of which one set must agree; empty: every row. unless: column → values
    that none may have.
    excludes: steps of the record whose time does not count. pauses: time in which it is suspended does not count.
    rolls: a last day off work moves to the next working day. yields: counts only where the source sets no time of its
    own. unbound: why nothing in the contract can start it.
    """

    key: str = Field(pattern=r"^[a-z_]+\.[a-z_0-9]+$")
    name: Text
    basis: tuple[Basis, ...] = Field(min_length=1)
    length: int = Field(ge=1, le=3660)
    unit: Literal["calendar", "working", "months"] = "calendar"
    extension: int | Literal["consent", "granted"] = 0
    extends: Text | None = None
    kind: Literal["duty", "right", "unsanctioned"] = "duty"
    usual: bool = False
    rolls: bool = False
    yields: bool = False
    table: str = ""
    start: str = ""
    ends: tuple[str, ...] = ()
    applies: tuple[dict[str, tuple[str, ...]], ...] = ()
    unless: dict[str, tuple[str, ...]] = {}
    excludes: tuple[str, ...] = ()
    pauses: bool = False
    unbound: Text | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _bound(self) -> "Rule":
        if self.unbound is not None:
            if self.table:
                raise ValueError("either unbound or a table")
            return self
        known = KNOWN.get(self.table)
        if known is None:
            raise ValueError(f"table is one of {', '.join(KNOWN)}")
        named = {self.start, *self.ends, *(column for choice in (*self.applies, self.unless) for column in choice)}
        if unknown := sorted(named - set(known)):
            raise ValueError(f"{self.table} has no column {', '.join(repr(name) for name in unknown)}")
        if not self.ends:
            raise ValueError("ends names the column that ends it")
        return self


class Book(_Entry):
    """Laws and rules; ``pauses``: keys of rules of another book that stand still here while a matter is suspended."""

    laws: dict[str, Law] = {}
    rules: tuple[Rule, ...] = ()
    pauses: tuple[str, ...] = ()


class Version(NamedTuple):
    """A rule by one text of its law: it counts for terms that began in [since, until)."""

    rule: Rule
    law: Law
    article: str
    part: Text | None
    since: date
    until: date | None


def versions(book: Book) -> tuple[Version, ...]:
    """Every version of every rule, in the order of the book."""
    return tuple(
        Version(rule, law, basis.article, basis.part, law.since, law.until)
        for rule in book.rules
        for basis in rule.basis
        for law in [book.laws[basis.law]]
    )


def version_of(place: int, known: Sequence[Version]) -> Version | None:
    """What the column ``version`` of a term points to; None: the term that the source itself set."""
    return None if place < 0 else known[place]


def book() -> Book:
    """The rulebook, with the rules of the place that COCKPIT_RULES names; raises RulesError."""
    return _book(settings().rules)


@lru_cache(maxsize=4)
def _book(own: Path | None) -> Book:
    common = read(BOOK)
    return joined(common, read(own), own) if own else common


def read(file: Path) -> Book:
    """A rulebook from a TOML file; raises RulesError that names the entry."""
    try:
        return Book.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError as problem:
        raise RulesError(N_("{file} cannot be read: {problem}"), file=file, problem=problem.strerror) from problem
    except ValidationError as problem:
        raise RulesError(N_("{file}: {problem}"), file=file, problem=_said(problem)) from problem
    except ValueError as problem:  # not TOML, or not UTF-8
        raise RulesError(N_("{file} is not TOML: {problem}"), file=file, problem=problem) from problem


def _said(problem: ValidationError) -> str:
    return "; ".join(f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}" for error in problem.errors())


def joined(common: Book, own: Book, file: Path | None) -> Book:
    """Both books; raises RulesError where they do not fit each other."""
    paused = [rule.model_copy(update={"pauses": True}) if rule.key in own.pauses else rule for rule in common.rules]
    both = Book(laws=common.laws | own.laws, rules=(*paused, *own.rules), pauses=own.pauses)
    for problem in problems(both):
        raise RulesError(N_("{file}: {problem}"), file=file, problem=problem)
    return both


def problems(whole: Book) -> list[str]:
    """What does not fit: laws and keys that nobody defines, two versions of one rule in force at once."""
    unknown = [
        f"{rule.key}: law {basis.law!r}" for rule in whole.rules for basis in rule.basis if basis.law not in whole.laws
    ]
    unknown += [f"pauses: no rule {key!r}" for key in sorted(set(whole.pauses) - {rule.key for rule in whole.rules})]
    if unknown:
        return unknown
    return [
        f"{one.rule.key}: {one.since} and {other.since} overlap"
        for one, other in combinations(versions(whole), 2)
        if one.rule.key == other.rule.key
        and one.since < (other.until or date.max)
        and other.since < (one.until or date.max)
    ]
