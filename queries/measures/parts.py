"""Conditions and terms that several measures share."""

from sqlalchemy import ColumnElement, Table, and_

from queries import records as r
from queries.measures.terms import Condition, Expression, Flow, Stock


def where(expression: Expression) -> Condition:
    return lambda table, _: expression(table)


def known(expression: Expression, since: Expression = r.closed_on) -> Condition:
    """As far as the data date knows."""
    return lambda table, filters: and_(expression(table), since(table) < filters.data_date)


def always(table: Table) -> ColumnElement:
    return r.opened_at(table).is_not(None)


def said_late(table: Table) -> ColumnElement:
    return table.c.overdue


RECEIVED = Flow(r.opened_at)
CLOSED = Flow(r.closed_on)
PENDING = Stock(r.opened_at, r.left_on)
PENDING_AT_START = Stock(r.opened_at, r.left_on, at="start")
OVERDUE = Stock(r.late_from, r.left_on, now=said_late, by_term=True)
MEDIATED = Flow(r.closed_on, where(r.outcome_is("mediated")))
CONCLUDED = Flow(r.closed_on, where(r.outcome_is("mediated", "failed")))
FILED = Flow(lambda t: t.c.filed_at)
