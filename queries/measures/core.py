"""Measures of disputes and of complaints alike: how much comes in, goes out, stands, and how long it takes."""

from queries import records as r
from queries.measures.parts import CLOSED, OVERDUE, PENDING, PENDING_AT_START, RECEIVED, always, known, where
from queries.measures.terms import Flow, Measure
from queries.words import N_

_DURATION = N_(
    "From opening to closing (seconds ÷ 86 400) of those closed in the period with both times, in order; "
    "records closed before they were opened stay out"
)

CORE = (
    Measure(
        "received",
        N_("Number received"),
        "count",
        N_("opened_at"),
        N_("Records opened in the period"),
        (RECEIVED,),
        after="CourTools M2",
    ),
    Measure(
        "closed",
        N_("Number closed"),
        "count",
        N_("closed_at"),
        N_(
            "Records closed in the period: with a closing time or status closed; those without a time count under "
            "their opening month"
        ),
        (CLOSED,),
        after="CourTools M2",
    ),
    Measure(
        "pending",
        N_("Pending stock"),
        "count",
        N_("end of period"),
        N_("Opened by the end of the period and not closed by then"),
        (PENDING,),
        after="CourTools M4",
    ),
    Measure(
        "clearance_rate",
        N_("Clearance rate"),
        "share",
        N_("opened_at, closed_at"),
        N_("Closed ÷ received in the same period; 100% or more means keeping up"),
        (CLOSED,),
        (RECEIVED,),
        after="CourTools M2, CEPEJ",
        better=1,
    ),
    Measure(
        "closed_share",
        N_("Share closed of those received"),
        "share",
        N_("opened_at (cohort)"),
        N_("Of those received in the period, the share closed by the data date"),
        (Flow(r.opened_at, known(always)),),
        (RECEIVED,),
    ),
    Measure(
        "case_closing_rate",
        N_("Case closing rate"),
        "share",
        N_("opened_at, closed_at"),
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
        N_("end of period, closed_at"),
        N_("Pending ÷ closed × days in the period: how long clearing the stock would take at this pace"),
        (PENDING,),
        (CLOSED,),
        after="CEPEJ",
        per_days=True,
    ),
    Measure(
        "median_days",
        N_("Median days to close"),
        "days",
        N_("closed_at"),
        _DURATION,
        after="CourTools M3",
        quantile=0.5,
        better=-1,
    ),
    Measure(
        "p90_days",
        N_("90th percentile of days to close"),
        "days",
        N_("closed_at"),
        _DURATION,
        after="CourTools M3",
        quantile=0.9,
        better=-1,
    ),
    Measure(
        "pending_age_median",
        N_("Median age of pending"),
        "days",
        N_("end of period"),
        N_("Days from opening to the end of the period, of what is pending then"),
        after="CourTools M4",
        quantile=0.5,
        of="pending",
    ),
    Measure(
        "on_time_rate",
        N_("Closed on time"),
        "share",
        N_("closed_at"),
        N_(
            "Of those closed in the period that can be judged (by the source's overdue flag, else by the due time), "
            "the share not overdue"
        ),
        (Flow(r.closed_on, where(lambda t: r.late(t).is_(False))),),
        (Flow(r.closed_on, where(lambda t: r.late(t).is_not(None))),),
        better=1,
    ),
    Measure(
        "overdue",
        N_("Overdue and pending"),
        "count",
        N_("end of period"),
        N_(
            "Pending at the end of the period and overdue: at the data date by the source's flag where there is "
            "one, else by the due time"
        ),
        (OVERDUE,),
    ),
)
