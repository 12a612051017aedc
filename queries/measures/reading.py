"""Which columns of a fact table a measure reads, and for what: asked of its terms, so that it is written once."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Column, ColumnElement, Table
from sqlalchemy.sql import visitors
from sqlalchemy.sql.functions import coalesce

from queries.filters import Filters
from queries.measures.parts import PENDING
from queries.measures.terms import Flow, Measure, Stock, Term

ANY = Filters(date(2000, 1, 1), date(2000, 1, 31), datetime(2000, 2, 1))
"""Conditions need a period to be written; which one changes no column."""


def reads(measure: Measure, table: Table) -> frozenset[str]:
    """Every column of the table that the measure looks at."""
    return (
        judged_by(measure, table)
        | summed(measure)
        | _columns(table, [*_dates(measure, table), *_leaving(measure, table)])
    )


def dated_by(measure: Measure, table: Table) -> frozenset[str]:
    """The columns that say to which period a record belongs; what takes the place of a missing one is not asked."""
    return _columns(table, map(_first, _dates(measure, table)))


def judged_by(measure: Measure, table: Table) -> frozenset[str]:
    """The columns that decide whether a record of the period counts."""
    return _columns(table, (term.where(table, ANY) for term in measure.terms if term.where is not None))


def summed(measure: Measure) -> frozenset[str]:
    """The columns whose values are added up."""
    return frozenset(term.column for term in measure.terms if isinstance(term, Flow) and term.column)


def _dates(measure: Measure, table: Table) -> list[ColumnElement]:
    if measure.quantile is not None:
        return [table.c.opened_at, table.c.closed_at] if measure.of == "closed" else [table.c.opened_at]
    return [term.on(table) if isinstance(term, Flow) else term.enters(table) for term in measure.terms]


def _first(date: ColumnElement) -> ColumnElement:
    return next(iter(date.clauses)) if isinstance(date, coalesce) else date


def _leaving(measure: Measure, table: Table) -> Iterable[ColumnElement]:
    terms: tuple[Term, ...] = (PENDING,) if measure.of == "pending" else measure.terms
    for term in terms:
        if isinstance(term, Stock):
            yield from (of(table) for of in (term.leaves, term.now) if of is not None)


def _columns(table: Table, expressions: Iterable[ColumnElement]) -> frozenset[str]:
    parts = (part for expression in expressions for part in visitors.iterate(expression))
    return frozenset(part.name for part in parts if isinstance(part, Column) and part.table is table)
