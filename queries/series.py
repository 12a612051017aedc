"""Measures over a row of months or weeks: one row per bucket and combination of dimensions, zeros included.

Every date basis is grouped once; the groups are laid under each other and summed, and stocks are running sums of what
entered less what left. So a year of months costs a few scans and not one scan a month.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Float,
    Label,
    Select,
    Table,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    union_all,
    values,
)

from queries.aggregate import condition, dimension, nonzero, quotient, stood, total
from queries.dialects import month_of, quantile, week_of
from queries.filters import Filters, matching
from queries.measures import MEASURES, Flow, Measure, Stock, Term
from queries.records import days_open, timed


def bucket_of(moment: ColumnElement, unit: str, first_weekday: int = 0) -> ColumnElement:
    return month_of(moment) if unit == "month" else week_of(moment, first_weekday)


def series(
    keys: Sequence[str],
    table: Table,
    filters: Filters,
    buckets: Sequence[datetime],
    unit: str = "month",
    by: Sequence[str] = (),
    first_weekday: int = 0,
) -> Select:
    """Additive measures by bucket (its first moment). ``buckets``: the starts of consecutive months or weeks, the last
    of which holds the end of ``filters``; quantiles have ``days_series``. Columns as in ``aggregate``."""
    measures = [MEASURES[key] for key in keys]
    terms = terms_of(keys)
    build = _Branches(terms, table, filters, buckets, unit, by, first_weekday)
    events = union_all(*build.all()).subquery("events")
    dims = [events.c[name] for name in by]
    running = [
        _running(term, func.sum(events.c[f"t{i}"]), events.c.bucket, dims).label(f"t{i}")
        for i, term in enumerate(terms)
    ]
    summed = select(events.c.bucket, *dims, *running).group_by(events.c.bucket, *dims).subquery("summed")
    number = {term: summed.c[f"t{i}"] for i, term in enumerate(terms)}
    columns = [part for measure in measures for part in _value(measure, number)]
    return (
        select(summed.c.bucket, *(summed.c[name] for name in by), *columns)
        .where(summed.c.bucket >= buckets[0])
        .order_by(summed.c.bucket)
    )


def days_series(
    q: float,
    table: Table,
    filters: Filters,
    since: datetime,
    unit: str = "month",
    by: Sequence[str] = (),
    first_weekday: int = 0,
) -> Select:
    """Quantile of the days to close by bucket of closing, from ``since`` to the end of ``filters``; buckets without
    closings have no row. Columns: bucket, the dimensions, days, n."""
    bucket = bucket_of(table.c.closed_at, unit, first_weekday).label("bucket")
    dims = [dimension(table, name) for name in by]
    return (
        select(
            bucket,
            *dims,
            quantile(q, days_open(table), timed(table)).label("days"),
            func.count(case((timed(table), 1))).label("n"),
        )
        .where(*matching(table, filters), table.c.closed_at >= since, table.c.closed_at < filters.until)
        .group_by(bucket, *dims)
        .order_by(bucket)
    )


def moves(
    keys: Sequence[str],
    table: Table,
    filters: Filters,
    last: datetime,
    unit: str,
    by: tuple[str, ...],
    first_weekday: int = 0,
) -> Select:
    """The additive parts of measures, not yet summed over time: one row per bucket and combination of ``by`` in which
    anything happened, columns t0, t1 … as ``terms_of`` orders them. Stocks are gains less losses. ``last`` is the
    bucket that holds the end of ``filters`` and the data date."""
    terms = terms_of(keys)
    branches = _Branches(terms, table, filters, [last], unit, by, first_weekday, clamped=False)
    events = union_all(*branches.changes()).subquery("events")
    dims = [events.c[name] for name in by]
    sums = [func.sum(events.c[f"t{i}"]).label(f"t{i}") for i in range(len(terms))]
    return select(events.c.bucket, *dims, *sums).group_by(events.c.bucket, *dims)


def terms_of(keys: Sequence[str]) -> list[Term]:
    """Each term of the measures once."""
    return list(dict.fromkeys(term for key in keys for term in MEASURES[key].terms))


def _running(term: Term, total: ColumnElement, bucket: ColumnElement, dims: Sequence[ColumnElement]) -> ColumnElement:
    if isinstance(term, Flow):
        return total
    stock = func.sum(total).over(partition_by=dims or None, order_by=bucket)
    return stock if term.at == "end" else stock - total


def _value(measure: Measure, number: dict[Term, ColumnElement]) -> list[Label]:
    numerator = sum((number[term] for term in measure.numerator[1:]), number[measure.numerator[0]])
    if not measure.denominator:
        return [numerator.label(measure.key)]
    denominator = sum((number[term] for term in measure.denominator[1:]), number[measure.denominator[0]])
    return quotient(measure, numerator, denominator, cast(numerator, Float) / nonzero(denominator))


class _Branches:
    """The selects under each other: bucket, dimensions, and what each term gains (or a stock loses) there."""

    def __init__(
        self,
        terms: Sequence[Term],
        table: Table,
        filters: Filters,
        buckets: Sequence[datetime],
        unit: str,
        by: Sequence[str],
        first_weekday: int,
        clamped: bool = True,
    ):
        self.terms, self.table, self.filters, self.buckets, self.by = terms, table, filters, buckets, by
        self.since, self.dims = buckets[0] if clamped else None, [dimension(table, name) for name in by]
        self.bucket_of = lambda moment: bucket_of(moment, unit, first_weekday)

    def all(self) -> Iterable[Select]:
        yield from self.changes()
        yield self._zeros()

    def changes(self) -> Iterable[Select]:
        flows = [term for term in self.terms if isinstance(term, Flow)]
        for on in dict.fromkeys(term.on for term in flows):
            yield self._flows(on(self.table), [term for term in flows if term.on is on])
        for stock in (term for term in self.terms if isinstance(term, Stock)):
            yield from self._moves(stock)
            if stock.now is not None and self.filters.is_current:
                yield self._correction(stock)

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
        since = [on >= self.since] if self.since else []
        return self._select(self.bucket_of(on), gains, *since, on < self.filters.until)

    def _gain(self, term: Flow) -> ColumnElement:
        return total(condition(term, self.table, self.filters), self.table.c[term.column] if term.column else None)

    def _moves(self, stock: Stock) -> Iterable[Select]:
        """Entries and exits; what left before it entered was never there. Earlier ones fall before the first bucket."""
        entered = stock.enters(self.table)
        left = stock.leaves(self.table) if stock.leaves else None
        stayed = [or_(left.is_(None), entered < left)] if left is not None else []
        for sign, moment in ((1, entered), (-1, left)):
            if moment is not None:
                yield self._select(
                    self._clamped(moment),
                    {stock: sign * func.count()},
                    moment < self.filters.until,
                    condition(stock, self.table, self.filters),
                    entered.is_not(None),
                    *stayed,
                )

    def _clamped(self, moment: ColumnElement) -> ColumnElement:
        """The bucket of a moment; all before the first bucket fall into one of their own."""
        if self.since is None:
            return self.bucket_of(moment)
        before = literal(self.since - timedelta(days=1), DateTime)
        return case((moment < self.since, before), else_=self.bucket_of(moment))

    def _correction(self, stock: Stock) -> Select:
        """In the last bucket: what the source says now, less what the dates say."""
        dated = Stock(stock.enters, stock.leaves, stock.where)
        differs = total(stood(stock, self.table, self.filters)) - total(stood(dated, self.table, self.filters))
        return self._select(literal(self.buckets[-1], DateTime), {stock: differs})

    def _zeros(self) -> Select:
        """Every bucket for every combination that occurs, so that no row is missing."""
        grid = values(column("bucket", DateTime), name="grid").data([(bucket,) for bucket in self.buckets])
        zeros = [literal(0).label(f"t{i}") for i in range(len(self.terms))]
        if not self.by:
            return select(grid.c.bucket, *zeros)
        seen = select(*self.dims).where(*matching(self.table, self.filters)).distinct().subquery("seen")
        return select(grid.c.bucket, *(seen.c[name] for name in self.by), *zeros).select_from(
            grid.join(seen, and_(True))
        )
