"""Measures of complaints and petitions: what those concerned say, repeats, backlog, statutory terms."""

from sqlalchemy import ColumnElement, Table, and_, case, func

from queries import records as r
from queries.dialects import term_end
from queries.filters import Filters
from queries.measures.parts import CLOSED, PENDING_AT_START, RECEIVED, where
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
    return table.c.accepted_at <= term_end(table.c.opened_at, r.ACCEPTANCE_DAYS)


def _acceptance_known(table: Table, filters: Filters) -> ColumnElement:
    return case(
        (table.c.accepted_at.is_not(None), True),
        else_=term_end(table.c.opened_at, r.ACCEPTANCE_DAYS) < filters.data_date,
    )


def _reply_judged_on(table: Table) -> ColumnElement:
    """Null where no term is known."""
    deadline = r.reply_deadline(table)
    return case((deadline.is_not(None), func.coalesce(r.closed_on(table), deadline)))


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
        N_(
            "Accepted within 15 days of receipt, whose own day does not count, ÷ those accepted or whose 15 days "
            "have run"
        ),
        (Flow(r.opened_at, _accepted_in_time),),
        (Flow(r.opened_at, _acceptance_known),),
        COMPLAINTS,
        after="信访工作条例 22, 23",
    ),
    Measure(
        "replied_on_time_rate",
        N_("Answered on time"),
        "share",
        N_("closed_at, else the deadline"),
        N_(
            "Closed within the term that applies ÷ those closed or whose term has run: the source's due time, else 60 "
            "days from acceptance of appeals that take the petition procedure; without either, not judged; extensions "
            "are not counted"
        ),
        (Flow(_reply_judged_on, lambda t, f: and_(_reply_known(t, f), t.c.closed_at <= r.reply_deadline(t))),),
        (Flow(_reply_judged_on, _reply_known),),
        COMPLAINTS,
        after="信访工作条例 34",
    ),
    Measure(
        "returned",
        N_("Again after closing"),
        "count",
        N_("opened_at"),
        N_("Received in the period and repeating a petition that had been closed when this one came"),
        (Flow(r.opened_at, where(r.returned)),),
        tables=COMPLAINTS,
    ),
    Measure(
        "urged",
        N_("Again while pending"),
        "count",
        N_("opened_at"),
        N_("Received in the period and repeating a petition that was not closed when this one came"),
        (Flow(r.opened_at, where(r.urged)),),
        tables=COMPLAINTS,
    ),
    Measure(
        "pending_at_start",
        N_("Stock at the start"),
        "count",
        N_("start of period"),
        N_("Opened before the period and not closed by its start"),
        (PENDING_AT_START,),
        tables=COMPLAINTS,
    ),
    Measure(
        "cleared",
        N_("Cleared from the stock"),
        "count",
        N_("closed_at, not before opened_at"),
        N_(
            "Records that left the stock in the period: stock at the start + received − cleared = stock at the end. "
            "One closed before it was opened leaves as it comes"
        ),
        (Flow(r.left_on),),
        tables=COMPLAINTS,
    ),
    Measure(
        "persons",
        N_("Persons"),
        "persons",
        N_("opened_at"),
        N_("Sum of the persons of what was received in the period; records that do not say how many add none"),
        (Flow(r.opened_at, column="people_count"),),
        tables=COMPLAINTS,
    ),
    Measure(
        "visits",
        N_("Visits in person"),
        "visits",
        N_("opened_at"),
        N_("Received in the period by a channel of visits in person"),
        (Flow(r.opened_at, where(r.visit)),),
        tables=COMPLAINTS,
    ),
    Measure(
        "visitors",
        N_("Persons on visits"),
        "persons",
        N_("opened_at"),
        N_("Sum of the persons of the visits in person received in the period"),
        (Flow(r.opened_at, where(r.visit), "people_count"),),
        tables=COMPLAINTS,
    ),
    Measure(
        "group_visits",
        N_("Group visits"),
        "visits",
        N_("opened_at"),
        N_("Visits in person received in the period by five persons and more"),
        (Flow(r.opened_at, where(r.group_visit)),),
        tables=COMPLAINTS,
    ),
    Measure(
        "group_visitors",
        N_("Persons on group visits"),
        "persons",
        N_("opened_at"),
        N_("Sum of the persons of the group visits received in the period"),
        (Flow(r.opened_at, where(r.group_visit), "people_count"),),
        tables=COMPLAINTS,
    ),
    Measure(
        "settled_by_mediation",
        N_("Settled by mediation"),
        "count",
        N_("closed_at"),
        N_("Closed in the period, and the dispute opened from it was mediated"),
        (Flow(r.closed_on, where(r.settled_by_mediation)),),
        tables=COMPLAINTS,
        reads=("cases",),
    ),
)
