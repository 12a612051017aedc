"""What a measure is made of: terms that add up over streets and months, and the measure as their quotient.

Flow   what happened in the period            counted by the date ``on``
Stock  what stood at the end (or the start)   counted from ``enters`` until ``leaves``
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Table

from queries.filters import Filters

Expression = Callable[[Table], ColumnElement]
Condition = Callable[[Table, Filters], ColumnElement]
Unit = Literal["count", "share", "days", "cny", "per_10k", "persons", "visits"]
BOTH, CASES, COMPLAINTS = ("cases", "complaints"), ("cases",), ("complaints",)


@dataclass(frozen=True)
class Flow:
    """Rows whose date ``on`` lies in the period; with ``column``, the sum of that column over them."""

    on: Expression
    where: Condition | None = None
    column: str | None = None


@dataclass(frozen=True)
class Stock:
    """Rows that had entered and not left at the end of the period (``at="start"``: at its start).

    ``now`` replaces the dates by what the source itself says, for the moment that the data date describes. ``by_term``:
    it enters by a time set beforehand; one that lies after the data date has not come.
    """

    enters: Expression
    leaves: Expression | None = None
    where: Condition | None = None
    now: Expression | None = None
    at: Literal["end", "start"] = "end"
    by_term: bool = False


Term = Flow | Stock


@dataclass(frozen=True)
class Measure:
    """A number with one meaning. Texts are English msgids."""

    key: str
    label: str
    unit: Unit
    on: str  # date basis, as docs/measures.md names it
    why: str  # what is counted over what, and what stays out
    numerator: tuple[Term, ...] = ()
    denominator: tuple[Term, ...] = ()  # empty: a count or a sum
    tables: tuple[str, ...] = BOTH
    after: str = ""  # standard or statute the definition follows
    per_days: bool = False  # times the days of the period
    per_population: bool = False  # over the residents instead of a denominator, times 10 000
    quantile: float | None = None  # a quantile of durations instead of a quotient
    of: Literal["closed", "pending"] = "closed"
    reads: tuple[str, ...] = ()  # tables beside the facts
    better: Literal[-1, 0, 1] = 0  # +1: more is better; 0: more is just more

    @property
    def is_ratio(self) -> bool:
        return bool(self.denominator) or self.per_population

    @property
    def terms(self) -> tuple[Term, ...]:
        return self.numerator + self.denominator
