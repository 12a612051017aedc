"""Each measure once: key, label, unit, numerator, denominator, date basis, why.

The KPI tooltip, the axis title, the command line and docs/measures.md all read these objects. A measure is a quotient
of sums of terms; a term is a number of rows (or a sum over them) on a date of its own:

    Flow   what happened in the period            counted by the date ``on``
    Stock  what stood at the end (or the start)   counted from ``enters`` until ``leaves``

so that counts add up over streets and months and every ratio is a sum over a sum, never a mean of percentages.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Table, and_, case

from queries import records as r
from queries.dialects import days_between
from queries.filters import Filters
from queries.words import N_

Expression = Callable[[Table], ColumnElement]
Condition = Callable[[Table, Filters], ColumnElement]
Unit = Literal["count", "share", "days", "cny", "per_10k"]
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

    ``now`` replaces the dates by what the source itself says, for the moment that the data date describes.
    """

    enters: Expression
    leaves: Expression | None = None
    where: Condition | None = None
    now: Expression | None = None
    at: Literal["end", "start"] = "end"


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
    of: Literal["closed", "pending"] = field(default="closed")

    @property
    def is_ratio(self) -> bool:
        return bool(self.denominator) or self.per_population

    @property
    def terms(self) -> tuple[Term, ...]:
        return self.numerator + self.denominator


def where(expression: Expression) -> Condition:
    return lambda table, _: expression(table)


def known(expression: Expression, since: Expression = r.closed_on) -> Condition:
    """As far as the data date knows."""
    return lambda table, filters: and_(expression(table), since(table) < filters.data_date)


def _always(table: Table) -> ColumnElement:
    return r.opened_at(table).is_not(None)


def _late_now(table: Table) -> ColumnElement:
    return table.c.overdue


RECEIVED = Flow(r.opened_at)
CLOSED = Flow(r.closed_on)
PENDING = Stock(r.opened_at, r.left_on)
PENDING_AT_START = Stock(r.opened_at, r.left_on, at="start")
OVERDUE = Stock(r.late_from, r.left_on, now=_late_now)
MEDIATED = Flow(r.closed_on, where(r.outcome_is("mediated")))
CONCLUDED = Flow(r.closed_on, where(r.outcome_is("mediated", "failed")))
FILED = Flow(lambda t: t.c.filed_at)

_DURATION = N_(
    "From opening to closing (seconds ÷ 86 400) of those closed in the period with both times, in order; "
    "records closed before they were opened stay out"
)

CORE = (
    Measure(
        "received",
        N_("Received"),
        "count",
        "opened_at",
        N_("Records opened in the period"),
        (RECEIVED,),
        after="CourTools M2",
    ),
    Measure(
        "closed",
        N_("Closed"),
        "count",
        "closed_at",
        N_(
            "Records closed in the period: with a closing time or status closed; those without a time count under "
            "their opening month"
        ),
        (CLOSED,),
        after="CourTools M2",
    ),
    Measure(
        "pending",
        N_("Pending"),
        "count",
        "end of period",
        N_("Opened by the end of the period and not closed by then"),
        (PENDING,),
        after="CourTools M4",
    ),
    Measure(
        "clearance_rate",
        N_("Clearance rate"),
        "share",
        "opened_at, closed_at",
        N_("Closed ÷ received in the same period; 100% or more means keeping up"),
        (CLOSED,),
        (RECEIVED,),
        after="CourTools M2, CEPEJ",
    ),
    Measure(
        "closed_share",
        N_("Share closed of those received"),
        "share",
        "opened_at (cohort)",
        N_("Of those received in the period, the share closed by the data date"),
        (Flow(r.opened_at, known(_always)),),
        (RECEIVED,),
    ),
    Measure(
        "case_closing_rate",
        N_("Case closing rate"),
        "share",
        "opened_at, closed_at",
        N_(
            "Closed ÷ (pending at the start + received): the definition of Chinese court bulletins, not the "
            "clearance rate"
        ),
        (CLOSED,),
        (PENDING_AT_START, RECEIVED),
    ),
    Measure(
        "disposition_time",
        N_("Disposition time"),
        "days",
        "end of period, closed_at",
        N_("Pending ÷ closed × days in the period: how long clearing the stock would take at this pace"),
        (PENDING,),
        (CLOSED,),
        after="CEPEJ",
        per_days=True,
    ),
    Measure(
        "median_days", N_("Median days to close"), "days", "closed_at", _DURATION, after="CourTools M3", quantile=0.5
    ),
    Measure(
        "p90_days",
        N_("90th percentile of days to close"),
        "days",
        "closed_at",
        _DURATION,
        after="CourTools M3",
        quantile=0.9,
    ),
    Measure(
        "pending_age_median",
        N_("Median age of pending"),
        "days",
        "end of period",
        N_("Days from opening to the end of the period, of what is pending then"),
        after="CourTools M4",
        quantile=0.5,
        of="pending",
    ),
    Measure(
        "on_time_rate",
        N_("Closed on time"),
        "share",
        "closed_at",
        N_(
            "Of those closed in the period that can be judged (by the source's overdue flag, else by the due time), "
            "the share not overdue"
        ),
        (Flow(r.closed_on, where(lambda t: r.late(t).is_(False))),),
        (Flow(r.closed_on, where(lambda t: r.late(t).is_not(None))),),
    ),
    Measure(
        "overdue",
        N_("Overdue and pending"),
        "count",
        "end of period",
        N_(
            "Pending at the end of the period and overdue: at the data date by the source's flag where there is "
            "one, else by the due time"
        ),
        (OVERDUE,),
    ),
)


def _reopened(days: int) -> Measure:
    def ripe(table: Table, filters: Filters) -> ColumnElement:
        return and_(r.resolved(table), r.closed_on(table) <= filters.data_date - timedelta(days=days))

    def again(table: Table, filters: Filters) -> ColumnElement:
        return and_(
            ripe(table, filters),
            table.c.reopened_at >= r.closed_on(table),
            days_between(r.closed_on(table), table.c.reopened_at) <= days,
        )

    return Measure(
        f"reopened_rate_{days}",
        {30: N_("Reopened within 30 days"), 90: N_("Reopened within 90 days"), 180: N_("Reopened within 180 days")}[
            days
        ],
        "share",
        "closed_at",
        N_(
            "Of resolved cases closed in the period and long enough before the data date to know, the share "
            "that flared up again within so many days of closing"
        ),
        (Flow(r.closed_on, again),),
        (Flow(r.closed_on, ripe),),
        CASES,
    )


DISPUTES = (
    Measure(
        "mediated",
        N_("Mediated"),
        "count",
        "closed_at",
        N_("Cases closed in the period whose outcome is mediated"),
        (MEDIATED,),
        tables=CASES,
    ),
    Measure(
        "resolved",
        N_("Resolved"),
        "count",
        "closed_at",
        N_("Cases closed in the period by mediation, payment order or write-off"),
        (Flow(r.closed_on, where(r.resolved)),),
        tables=CASES,
    ),
    Measure(
        "mediation_success_rate",
        N_("Mediation success rate"),
        "share",
        "closed_at",
        N_(
            "Of the cases that ended in mediation in the period, the share that succeeded; withdrawn and "
            "transferred stay out"
        ),
        (MEDIATED,),
        (CONCLUDED,),
        CASES,
    ),
    Measure(
        "resolution_rate",
        N_("Resolution rate"),
        "share",
        "opened_at (cohort)",
        N_(
            "Of those received in the period, the share resolved by the data date; cohorts younger than 60 days are "
            "not yet mature"
        ),
        (Flow(r.opened_at, known(r.resolved)),),
        (RECEIVED,),
        CASES,
    ),
    Measure(
        "pretrial_resolution_rate",
        N_("Pre-trial resolution rate"),
        "share",
        "entered_at of step 1 (cohort)",
        N_("Of those that entered a programme's first step in the period, the share resolved before filing"),
        (Flow(r.entered_programme, known(r.resolved_before_filing)),),
        (Flow(r.entered_programme),),
        CASES,
    ),
    Measure(
        "filed", N_("Filed with the court"), "count", "filed_at", N_("Filings in the period"), (FILED,), tables=CASES
    ),
    Measure(
        "performance_rate",
        N_("Performed voluntarily"),
        "share",
        "closed_at",
        N_("Of mediated cases with an amount above zero, the share performed without an enforcement filing"),
        (
            Flow(
                r.closed_on,
                lambda t, f: and_(
                    t.c.outcome == "mediated",
                    t.c.amount_claimed > 0,
                    t.c.performed_at < f.data_date,
                    t.c.enforcement_at.is_(None),
                ),
            ),
        ),
        (Flow(r.closed_on, where(lambda t: and_(t.c.outcome == "mediated", t.c.amount_claimed > 0))),),
        CASES,
    ),
    Measure(
        "enforcement_rate",
        N_("Went to enforcement"),
        "share",
        "closed_at",
        N_("Of mediated cases closed in the period, the share with an enforcement filing by the data date"),
        (Flow(r.closed_on, known(r.outcome_is("mediated"), since=lambda t: t.c.enforcement_at)),),
        (MEDIATED,),
        CASES,
    ),
    _reopened(30),
    _reopened(90),
    _reopened(180),
    Measure(
        "litigation_per_10k",
        N_("Court filings per 10,000 residents"),
        "per_10k",
        "filed_at",
        N_(
            "Filings in the period ÷ resident population × 10 000; rival definitions count first-instance civil "
            "cases only, or everything brought to court"
        ),
        (FILED,),
        tables=CASES,
        per_population=True,
    ),
    *(
        Measure(
            f"amount_{key}",
            label,
            "cny",
            "closed_at",
            N_("Sum over the cases closed in the period, CNY"),
            (Flow(r.closed_on, column=f"amount_{key}"),),
            tables=CASES,
        )
        for key, label in (
            ("paid", N_("Debt paid")),
            ("waived", N_("Debt waived")),
            ("written_off", N_("Debt written off")),
        )
    ),
)


def _callback(key: str, label: str, column: str) -> Measure:
    return Measure(
        key,
        label,
        "share",
        "closed_at",
        N_(
            "Of those closed in the period whose answer to this callback question is known, the share of "
            "yes; always read it beside the share that was reached"
        ),
        (Flow(r.closed_on, where(lambda t: t.c[column].is_(True))),),
        (Flow(r.closed_on, where(lambda t: t.c[column].is_not(None))),),
        COMPLAINTS,
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
        "closed_at",
        N_("Of those closed in the period, the share with an answer to any callback question"),
        (Flow(r.closed_on, where(r.answered)),),
        (CLOSED,),
        COMPLAINTS,
    ),
    Measure(
        "repeat_rate",
        N_("Repeat rate"),
        "share",
        "opened_at",
        N_("Of those received in the period, the share that repeats an earlier complaint of the same matter"),
        (Flow(r.opened_at, where(lambda t: t.c.repeat_of.is_not(None))),),
        (RECEIVED,),
        COMPLAINTS,
    ),
    Measure(
        "backlog_cleared_rate",
        N_("Backlog cleared"),
        "share",
        "end of period",
        N_("Backlog complaints closed by the end of the period ÷ backlog complaints opened by then"),
        (Stock(r.left_on, where=where(lambda t: t.c.backlog.is_(True))),),
        (Stock(r.opened_at, where=where(lambda t: t.c.backlog.is_(True))),),
        COMPLAINTS,
    ),
    Measure(
        "accepted_on_time_rate",
        N_("Accepted on time"),
        "share",
        "opened_at",
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
        "closed_at, else the deadline",
        N_("Closed within the term that applies, counted from acceptance ÷ those closed or whose term has run"),
        (Flow(_reply_judged_on, lambda t, f: and_(_reply_known(t, f), t.c.closed_at <= r.reply_deadline(t))),),
        (Flow(_reply_judged_on, _reply_known),),
        COMPLAINTS,
        after="信访工作条例 34",
    ),
)

MEASURES: dict[str, Measure] = {measure.key: measure for measure in (*CORE, *DISPUTES, *PETITIONS)}
