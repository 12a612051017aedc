"""Measures of what is done beside handling: calls of streets to departments (吹哨报到), visits after closing (回访)."""

from sqlalchemy import ColumnElement, Table, and_, or_

from queries import records as r
from queries.filters import Filters
from queries.measures.parts import where
from queries.measures.terms import Expression, Flow, Measure, Stock
from queries.words import N_

WHISTLES, FOLLOW_UPS = ("whistles",), ("follow_ups",)


def _arrive_by(table: Table) -> ColumnElement:
    return table.c.arrive_by


def _arrived_at(table: Table) -> ColumnElement:
    return table.c.arrived_at


def _closed_at(table: Table) -> ColumnElement:
    return table.c.closed_at


def _judged(term: Expression, done: Expression):
    """It has a term, and has been done or the term has run."""
    return lambda t, f: and_(term(t).is_not(None), or_(done(t) < f.data_date, term(t) < f.data_date))


def _late(term: Expression, done: Expression):
    def condition(table: Table, filters: Filters) -> ColumnElement:
        undone = or_(done(table).is_(None), done(table) >= filters.data_date)
        return or_(
            and_(done(table) < filters.data_date, done(table) > term(table)),
            and_(undone, term(table) < filters.data_date),
        )

    return condition


def _in_time(table: Table, filters: Filters) -> ColumnElement:
    return and_(table.c.closed_at < filters.data_date, table.c.closed_at <= r.due_until(table))


def _done(table: Table, filters: Filters) -> ColumnElement:
    return and_(table.c.closed_at < filters.data_date, r.due_until(table) < filters.data_date)


def _is_due(table: Table, filters: Filters) -> ColumnElement:
    return r.due_until(table) < filters.data_date


def _result(*results: str):
    return where(lambda table: table.c.result.in_(results))


MECHANISMS = (
    Measure(
        "whistled",
        N_("Calls to departments"),
        "count",
        N_("time of the call"),
        N_("Calls of streets to departments in the period"),
        (Flow(r.opened_at),),
        tables=WHISTLES,
    ),
    Measure(
        "arrived_late_rate",
        N_("Arrived late"),
        "share",
        N_("time of the call"),
        N_(
            "Of the calls of the period that were answered or whose time to arrive has run, the share answered too "
            "late or not at all"
        ),
        (Flow(r.opened_at, _late(_arrive_by, _arrived_at)),),
        (Flow(r.opened_at, _judged(_arrive_by, _arrived_at)),),
        WHISTLES,
        better=-1,
    ),
    Measure(
        "arrival_overdue",
        N_("Overdue, nobody there"),
        "count",
        N_("end of period"),
        N_("Calls whose time to arrive had run at the end of the period, and nobody had come"),
        (Stock(_arrive_by, _arrived_at, by_term=True),),
        tables=WHISTLES,
    ),
    Measure(
        "solved_late_rate",
        N_("Solved late"),
        "share",
        N_("time of the call"),
        N_(
            "Of the calls of the period that were solved or whose time to solve has run, the share solved too "
            "late or not at all"
        ),
        (Flow(r.opened_at, _late(r.due_until, _closed_at)),),
        (Flow(r.opened_at, _judged(r.due_until, _closed_at)),),
        WHISTLES,
        better=-1,
    ),
    Measure(
        "call_overdue",
        N_("Overdue, not solved"),
        "count",
        N_("end of period"),
        N_("Calls whose time to solve had run at the end of the period, and that were not solved"),
        (Stock(r.due_until, _closed_at, by_term=True),),
        tables=WHISTLES,
    ),
    Measure(
        "visits_due",
        N_("Visits due"),
        "count",
        N_("due date of the visit"),
        N_("Visits after a closing that were to be paid in the period, as far as the data reach"),
        (Flow(r.due_until, _is_due),),
        tables=FOLLOW_UPS,
    ),
    Measure(
        "visited_rate",
        N_("Visits paid"),
        "share",
        N_("due date of the visit"),
        N_("Of the visits due in the period, the share paid by the data date, late ones included"),
        (Flow(r.due_until, _done),),
        (Flow(r.due_until, _is_due),),
        FOLLOW_UPS,
        better=1,
    ),
    Measure(
        "visited_on_time_rate",
        N_("Visited on time"),
        "share",
        N_("due date of the visit"),
        N_("Of the visits due in the period that were paid or whose day has passed, the share paid by that day"),
        (Flow(r.due_until, _in_time),),
        (Flow(r.due_until, _judged(r.due_until, _closed_at)),),
        FOLLOW_UPS,
        better=1,
    ),
    Measure(
        "visits_overdue",
        N_("Visits overdue"),
        "count",
        N_("end of period"),
        N_("Visits that were due before the end of the period and had not been paid by then"),
        (Stock(r.due_until, _closed_at, by_term=True),),
        tables=FOLLOW_UPS,
    ),
    Measure(
        "reached_rate",
        N_("Met by the visit"),
        "share",
        N_("date of the visit"),
        N_("Of the visits paid in the period, the share that met somebody who could say how things stand"),
        (Flow(_closed_at, _result("stable", "relapsed")),),
        (Flow(_closed_at),),
        FOLLOW_UPS,
        better=1,
    ),
    Measure(
        "relapse_rate",
        N_("Found flaring up again"),
        "share",
        N_("date of the visit"),
        N_("Of the visits paid in the period that met somebody, the share that found the matter flaring up again"),
        (Flow(_closed_at, _result("relapsed")),),
        (Flow(_closed_at, _result("stable", "relapsed")),),
        FOLLOW_UPS,
        better=-1,
    ),
)
