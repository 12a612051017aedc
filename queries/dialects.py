"""The only SQL that differs by engine, and the few phrases that must be spelt the way all of them understand."""

from sqlalchemy import ColumnElement, Float, and_, case, cast, func, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

SECONDS_PER_DAY = 86_400


class seconds_between(GenericFunction):
    """Seconds from the first moment to the second, fractions kept."""

    type = Float()
    inherit_cache = True


@compiles(seconds_between)
def _seconds_between(element, compiler, **kw):
    start, end = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"extract(epoch from ({end} - {start}))"


@compiles(seconds_between, "duckdb")
def _seconds_between_duckdb(element, compiler, **kw):
    start, end = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"(epoch_us({end}) - epoch_us({start})) / 1e6"


def days_between(start: ColumnElement, end: ColumnElement) -> ColumnElement:
    """Days from ``start`` to ``end``: seconds ÷ 86 400."""
    return cast(seconds_between(start, end), Float) / SECONDS_PER_DAY


def month_of(moment: ColumnElement) -> ColumnElement:
    """First day of the month."""
    # The unit is a literal: as a bound parameter PostgreSQL does not see that SELECT and GROUP BY say the same.
    return func.date_trunc(literal_column("'month'"), moment)


def week_of(moment: ColumnElement, first_weekday: int = 0) -> ColumnElement:
    """First day of the week that starts on ``first_weekday`` (0 = Monday, as in ISO 8601)."""
    shift: ColumnElement = literal_column(f"interval '{int(first_weekday)} days'")
    return func.date_trunc(literal_column("'week'"), moment - shift) + shift


def quantile(q: float, value: ColumnElement, where: ColumnElement) -> ColumnElement:
    """Linear interpolation between order statistics; rows that fail ``where`` or have no value stay out."""
    return func.percentile_cont(literal_column(repr(float(q)))).within_group(case((where, value)))


def later(*moments: ColumnElement) -> ColumnElement:
    """The latest of the moments; a null makes it null on every engine."""
    return case((and_(*(moment.is_not(None) for moment in moments)), func.greatest(*moments)))


def term_end(moment: ColumnElement, days: int) -> ColumnElement:
    """The last second of the ``days``-th day after a moment: its own day does not count, the last one counts whole."""
    end: ColumnElement = literal_column(f"interval '{int(days) + 1} days'") - literal_column("interval '1 second'")
    return _day(moment) + end


def last_second(due: ColumnElement) -> ColumnElement:
    """Until when what is due at a moment is in time: midnight stands for a day without a time, which counts whole."""
    return case((due == _day(due), term_end(due, 0)), else_=due)


def _day(moment: ColumnElement) -> ColumnElement:
    return func.date_trunc(literal_column("'day'"), moment)
