"""Measures over a choice and one period. queries/series.py has their parts by month and week.

Columns of every answer: the dimensions, then for each measure ``key`` (value), and for ratios ``key_n`` and ``key_d``
(numerator and denominator). A value is null where the denominator is zero. Rates are fractions, durations days.
"""

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Float,
    Integer,
    Label,
    Select,
    Table,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)

from queries.dialects import days_between, later, quantile
from queries.filters import Filters, matching
from queries.measures import MEASURES, PENDING, Flow, Measure, Stock, Term
from queries.records import days_open, open_or_left_since, timed
from queries.tables import areas

PER_POPULATION = 10_000
SHARED = ("district", "street", "community", "category", "channel")
DIMENSIONS = {
    "whistles": (*SHARED, "organisation"),
    "follow_ups": (*SHARED, "visitor", "target"),
    "cases": (
        "district",
        "street",
        "community",
        "category",
        "subcategory",
        "channel",
        "track",
        "organisation",
        "mediator",
    ),
    "complaints": ("district", "street", "community", "category", "subcategory", "channel", "organisation", "nature"),
}


def dimension(table: Table, name: str) -> Label:
    """The column behind a dimension, under the dimension's name."""
    column_name = {"mediator": "mediator_id"}.get(name, name)
    if name == "organisation" and "organisation" not in table.c:
        column_name = "organisation_id"
    return table.c[column_name].label(name)


def summary(keys: Sequence[str], table: Table, filters: Filters, by: Sequence[str] = ()) -> Select:
    """One row per combination of ``by`` (one row in all without it), for the period of ``filters``.

    One scan: each term is an aggregate with a condition of its own. A combination without rows has no row.
    """
    measures, dims = [MEASURES[key] for key in keys], [dimension(table, name) for name in by]
    columns = [part for measure in measures for part in _value(measure, table, filters, by)]
    asked = select(*dims, *columns).select_from(table).where(*_rows(measures, table, filters))
    return asked.group_by(*dims) if dims else asked


def happening(keys: Sequence[str], table: Table, filters: Filters, by: Sequence[str] = ()) -> Select:
    """As ``summary`` of ratios and counts, without combinations in which nothing happened or stood; it reads only what
    did."""
    terms = dict.fromkeys(term for key in keys for term in MEASURES[key].terms)
    flows = dict.fromkeys(term.on for term in terms if isinstance(term, Flow))
    clauses = [and_(on(table) >= filters.since, on(table) < filters.until) for on in flows]
    stocks = {term.at for term in terms if isinstance(term, Stock)}
    clauses += [open_or_left_since(table, filters.until if at == "end" else filters.since) for at in sorted(stocks)]
    return summary(keys, table, filters, by).where(or_(*clauses))


def _rows(measures: Sequence[Measure], table: Table, filters: Filters) -> list[ColumnElement[bool]]:
    """What to scan: only the closings of the period where nothing but their durations is asked."""
    durations = all(measure.quantile is not None and measure.of == "closed" for measure in measures)
    return matching(table, filters, on=table.c.closed_at if durations else None)


def _value(measure: Measure, table: Table, filters: Filters, by: Sequence[str]) -> list[Label]:
    if measure.quantile is not None:
        return [_quantile(measure, table, filters).label(measure.key)]
    numerator = _added(measure.numerator, table, filters)
    if measure.per_population:
        residents = _population(table, filters, by)
        return quotient(measure, numerator, residents, cast(numerator, Float) * PER_POPULATION / nonzero(residents))
    if not measure.denominator:
        return [numerator.label(measure.key)]
    denominator = _added(measure.denominator, table, filters)
    return quotient(
        measure,
        numerator,
        denominator,
        cast(numerator, Float) * (filters.days if measure.per_days else 1) / nonzero(denominator),
    )


def quotient(measure: Measure, numerator, denominator, value) -> list[Label]:
    return [value.label(measure.key), numerator.label(f"{measure.key}_n"), denominator.label(f"{measure.key}_d")]


def nonzero(number: ColumnElement) -> ColumnElement:
    return cast(func.nullif(number, 0), Float)


def _added(terms: Sequence[Term], table: Table, filters: Filters) -> ColumnElement:
    first, *rest = (aggregate(term, table, filters) for term in terms)
    for other in rest:
        first = first + other
    return first


def aggregate(term: Term, table: Table, filters: Filters) -> ColumnElement:
    passes = happened(term, table, filters) if isinstance(term, Flow) else stood(term, table, filters)
    return total(passes, table.c[term.column] if isinstance(term, Flow) and term.column else None)


def total(passes: ColumnElement, column: ColumnElement | None = None) -> ColumnElement:
    """How many rows pass, or the sum of ``column`` over them: a count where the column counts something."""
    if column is None:
        return func.count(case((passes, 1)))
    kind = BigInteger if isinstance(column.type, Integer) else Float
    return cast(func.coalesce(func.sum(case((passes, column))), 0), kind)


def condition(term: Term, table: Table, filters: Filters) -> ColumnElement:
    return term.where(table, filters) if term.where else true()


def happened(term: Flow, table: Table, filters: Filters) -> ColumnElement:
    on = term.on(table)
    return and_(on >= filters.since, on < filters.until, condition(term, table, filters))


def stood(term: Stock, table: Table, filters: Filters) -> ColumnElement:
    moment = filters.until if term.at == "end" else filters.since
    entered = term.enters(table) < (min(moment, filters.data_date) if term.by_term else moment)
    if term.now is not None and term.at == "end" and filters.is_current:
        said = term.now(table)
        entered = and_(table.c.opened_at < moment, or_(said, and_(said.is_(None), entered)))
    inside = or_(term.leaves(table).is_(None), term.leaves(table) >= moment) if term.leaves else true()
    return and_(entered, inside, condition(term, table, filters))


def _quantile(measure: Measure, table: Table, filters: Filters) -> ColumnElement:
    assert measure.quantile is not None
    if measure.of == "closed":
        condition = and_(timed(table), table.c.closed_at >= filters.since, table.c.closed_at < filters.until)
        return quantile(measure.quantile, days_open(table), condition)
    return quantile(measure.quantile, age(table, filters), stood(PENDING, table, filters))


def age(table: Table, filters: Filters) -> ColumnElement:
    """Days that a record has been open at the end of the period, as far as the data reach."""
    known = literal(filters.known_until, DateTime)
    return days_between(table.c.opened_at, later(table.c.opened_at, known))


def _population(table: Table, filters: Filters, by: Sequence[str]) -> ColumnElement:
    """Residents of each row's street or district; of all that is chosen where rows are something else."""
    home = areas.alias("home")
    level = "street" if "street" in by or filters.streets or filters.scope is not None else "district"
    residents = select(func.sum(home.c.population)).where(home.c.level == level)
    if level in by:
        residents = residents.where(home.c.name == table.c[level]).correlate(table)
    elif level == "street":
        residents = residents.where(home.c.name.in_(filters.streets or filters.scope or ()))
    elif filters.district is not None:
        residents = residents.where(home.c.name == filters.district)
    if level == "street" and filters.district is not None:
        parent = areas.alias("parent")
        residents = residents.where(
            home.c.parent_id.in_(
                select(parent.c.area_id).where(parent.c.level == "district", parent.c.name == filters.district)
            )
        )
    return residents.scalar_subquery()
