"""Measures of complaints and petitions: what those concerned say, repeats, backlog, statutory terms."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Table, and_, case

from queries import records as r
from queries.dialects import days_between
from queries.filters import Filters
from queries.measures.parts import CLOSED, RECEIVED, where
from queries.measures.terms import COMPLAINTS, Flow, Measure, Stock
from queries.words import N_


def _callback(key: str, label: str, column: str) -> Measure:
    return Measure(
        key,
        label,
        "share",
        N_("closed_at"),
        N_(
            "Of those closed in the period whose answer to this callback question is known, the share of "
            "yes; always read it beside the share that was reached"
        ),
        (Flow(r.closed_on, where(lambda t: t.c[column].is_(True))),),
        (Flow(r.closed_on, where(lambda t: t.c[column].is_not(None))),),
        COMPLAINTS,
        better=1,
    )


def _accepted_in_time(table: Table, _: Filters) -> ColumnElement:
    return days_between(table.c.opened_at, table.c.accepted_at) <= r.ACCEPTANCE_DAYS


def _acceptance_known(table: Table, filters: Filters) -> ColumnElement:
    return case(
        (table.c.accepted_at.is_not(None), True),
        else_=table.c.opened_at <= filters.data_date - timedelta(days=r.ACCEPTANCE_DAYS),
    )


def _reply_judged_on(table: Table) -> ColumnElement:
    return case((r.closed_on(table).is_not(None), r.closed_on(table)), else_=r.reply_deadline(table))


def _reply_known(table: Table, filters: Filters) -> ColumnElement:
    return _reply_judged_on(table) < filters.data_date


PETITIONS = (
    _callback("contact_rate", N_("Contacted"), "contacted"),
    _callback("solved_rate", N_("Solved"), "solved"),
    _callback("satisfied_rate", N_("Satisfied"), "satisfied"),
    Measure(
        "callback_rate",
        N_("Reached by callback"),
        "share",
        N_("closed_at"),
        N_("Of those closed in the period, the share with an answer to any callback question"),
        (Flow(r.closed_on, where(r.answered)),),
        (CLOSED,),
        COMPLAINTS,
        better=1,
    ),
    Measure(
        "repeat_rate",
        N_("Repeat rate"),
        "share",
        N_("opened_at"),
        N_("Of those received in the period, the share that repeats an earlier complaint of the same matter"),
        (Flow(r.opened_at, where(lambda t: t.c.repeat_of.is_not(None))),),
        (RECEIVED,),
        COMPLAINTS,
        better=-1,
    ),
    Measure(
        "backlog_cleared_rate",
        N_("Backlog cleared"),
        "share",
        N_("end of period"),
        N_("Backlog complaints closed by the end of the period ÷ backlog complaints opened by then"),
        (Stock(r.left_on, where=where(lambda t: t.c.backlog.is_(True))),),
        (Stock(r.opened_at, where=where(lambda t: t.c.backlog.is_(True))),),
        COMPLAINTS,
    ),
    Measure(
        "accepted_on_time_rate",
        N_("Accepted on time"),
        "share",
        N_("opened_at"),
        N_("Accepted within 15 days of receipt ÷ those accepted or whose 15 days have run"),
        (Flow(r.opened_at, _accepted_in_time),),
        (Flow(r.opened_at, _acceptance_known),),
        COMPLAINTS,
        after="信访工作条例 22",
    ),
    Measure(
        "replied_on_time_rate",
        N_("Answered on time"),
        "share",
        N_("closed_at, else the deadline"),
        N_("Closed within the term that applies, counted from acceptance ÷ those closed or whose term has run"),
        (Flow(_reply_judged_on, lambda t, f: and_(_reply_known(t, f), t.c.closed_at <= r.reply_deadline(t))),),
        (Flow(_reply_judged_on, _reply_known),),
        COMPLAINTS,
        after="信访工作条例 34",
    ),
)
