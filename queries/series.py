"""Measures by month or week: what each bucket adds to them; and how long each record stayed.

Additive measures are asked as moves: what happened in a bucket, and what entered a stock there less what left it.
Summed up over time they are the measures of queries.aggregate for any row of buckets; cockpit/cube.py does that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    Table,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from queries.aggregate import condition, dimension, total
from queries.dialects import later, month_of, week_of
from queries.filters import Filters, matching
from queries.measures import MEASURES, Flow, Stock, Term
from queries.records import days_open, left_on, timed


def bucket_of(moment: ColumnElement, unit: str, first_weekday: int = 0) -> ColumnElement:
    return month_of(moment) if unit == "month" else week_of(moment, first_weekday)


def stays(table: Table, filters: Filters, by: Sequence[str]) -> Select:
    """One row per record that has a duration or is still open, by time of closing, the open ones last. Columns:
    opened_at, closed_at, days (null while open), the dimensions."""
    return (
        select(
            table.c.opened_at,
            table.c.closed_at,
            days_open(table).label("days"),
            *(dimension(table, name) for name in by),
        )
        .where(*matching(table, filters), or_(timed(table), left_on(table).is_(None)))
        .order_by(table.c.closed_at.nulls_last())
    )


def moves(
    keys: Sequence[str],
    table: Table,
    filters: Filters,
    now: datetime,
    unit: str,
    by: tuple[str, ...],
    first_weekday: int = 0,
) -> Select:
    """The additive parts of measures, not yet summed over time: one row per bucket and combination of ``by`` in which
    anything happened, columns t0, t1 … as ``terms_of`` orders them. Stocks are gains less losses. ``now`` is the first
    moment of the bucket that holds the data date."""
    terms = terms_of(keys)
    events = union_all(*_Moves(terms, table, filters, now, unit, by, first_weekday).selects()).subquery("events")
    dims = [events.c[name] for name in by]
    sums = [func.sum(events.c[f"t{i}"]).label(f"t{i}") for i in range(len(terms))]
    return select(events.c.bucket, *dims, *sums).group_by(events.c.bucket, *dims)


def terms_of(keys: Sequence[str]) -> list[Term]:
    """Each term of the measures once; a stock at the start moves as the one at the end does."""
    return list(dict.fromkeys(moving(term) for key in keys for term in MEASURES[key].terms))


def moving(term: Term) -> Term:
    """The term under which its moves stand."""
    return replace(term, at="end") if isinstance(term, Stock) else term


class _Moves:
    """The selects that are laid under each other: bucket, dimensions, and what each term gains (or a stock loses)."""

    def __init__(
        self,
        terms: Sequence[Term],
        table: Table,
        filters: Filters,
        now: datetime,
        unit: str,
        by: Sequence[str],
        first_weekday: int,
    ):
        self.terms, self.table, self.filters, self.now = terms, table, filters, literal(now, DateTime)
        self.dims = [dimension(table, name) for name in by]
        self.bucket_of = lambda moment: bucket_of(moment, unit, first_weekday)

    def selects(self) -> Iterable[Select]:
        flows = [term for term in self.terms if isinstance(term, Flow)]
        for on in dict.fromkeys(term.on for term in flows):
            yield self._flows(on(self.table), [term for term in flows if term.on is on])
        for stock in (term for term in self.terms if isinstance(term, Stock)):
            yield from self._moves(stock)

    def _select(self, bucket: ColumnElement, gains: dict[Term, ColumnElement], *clauses: ColumnElement) -> Select:
        # Grouped by its label: spelt out again, its parameters would be others and PostgreSQL would not know it.
        columns = [gains.get(term, literal(0)).label(f"t{i}") for i, term in enumerate(self.terms)]
        return (
            select(bucket.label("bucket"), *self.dims, *columns)
            .where(*matching(self.table, self.filters), *clauses)
            .group_by("bucket", *self.dims)
        )

    def _flows(self, on: ColumnElement, terms: Sequence[Flow]) -> Select:
        gains: dict[Term, ColumnElement] = {term: self._gain(term) for term in terms}
        return self._select(self.bucket_of(on), gains, on < self.filters.until)

    def _gain(self, term: Flow) -> ColumnElement:
        return total(condition(term, self.table, self.filters), self.table.c[term.column] if term.column else None)

    def _moves(self, stock: Stock) -> Iterable[Select]:
        """Entries and exits; what left before it entered was never there."""
        entered, left = self._times(stock)
        stayed = [or_(left.is_(None), entered < left)] if left is not None else []
        for sign, moment in ((1, entered), (-1, left)):
            if moment is not None:
                yield self._select(
                    self.bucket_of(moment),
                    {stock: sign * func.count()},
                    moment < self.filters.until,
                    condition(stock, self.table, self.filters),
                    entered.is_not(None),
                    *stayed,
                )

    def _times(self, stock: Stock) -> tuple[ColumnElement, ColumnElement | None]:
        """When a record enters and leaves; from the bucket of the data date on, what the source says decides."""
        entered, left = stock.enters(self.table), stock.leaves(self.table) if stock.leaves else None
        if stock.by_term:
            entered = case((entered < self.filters.data_date, entered))
        if stock.now is None or left is None or not self.filters.is_current:
            return entered, left
        said, now = stock.now(self.table), self.now
        return (
            case(
                (entered < now, entered),
                (said.is_(True), later(self.table.c.opened_at, now)),
                (said.is_(None), entered),
            ),
            case((and_(said.is_(False), or_(left.is_(None), left > now)), now), else_=left),
        )
