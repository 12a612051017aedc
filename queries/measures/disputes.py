"""Measures of disputes: how they ended, and what became of it."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Table, and_

from queries import records as r
from queries.dialects import days_between
from queries.filters import Filters
from queries.measures.parts import CONCLUDED, FILED, MEDIATED, RECEIVED, known, where
from queries.measures.terms import CASES, Flow, Measure
from queries.words import N_


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
        N_("closed_at"),
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
        N_("Number mediated"),
        "count",
        N_("closed_at"),
        N_("Cases closed in the period whose outcome is mediated"),
        (MEDIATED,),
        tables=CASES,
    ),
    Measure(
        "resolved",
        N_("Number resolved"),
        "count",
        N_("closed_at"),
        N_("Cases closed in the period by mediation, payment order or write-off"),
        (Flow(r.closed_on, where(r.resolved)),),
        tables=CASES,
    ),
    Measure(
        "mediation_success_rate",
        N_("Mediation success rate"),
        "share",
        N_("closed_at"),
        N_(
            "Of the cases that ended in mediation in the period, the share that succeeded; withdrawn and "
            "transferred stay out"
        ),
        (MEDIATED,),
        (CONCLUDED,),
        CASES,
        better=1,
    ),
    Measure(
        "resolution_rate",
        N_("Resolution rate"),
        "share",
        N_("opened_at (cohort)"),
        N_(
            "Of those received in the period, the share resolved by the data date; cohorts younger than 60 days are "
            "not yet mature"
        ),
        (Flow(r.opened_at, known(r.resolved)),),
        (RECEIVED,),
        CASES,
        better=1,
    ),
    Measure(
        "pretrial_resolution_rate",
        N_("Pre-trial resolution rate"),
        "share",
        N_("entered_at of step 1 (cohort)"),
        N_("Of those that entered a programme's first step in the period, the share resolved before filing"),
        (Flow(r.entered_programme, known(r.resolved_before_filing)),),
        (Flow(r.entered_programme),),
        CASES,
        reads=("case_steps",),
    ),
    Measure(
        "filed",
        N_("Filed with the court"),
        "count",
        N_("filed_at"),
        N_("Filings in the period"),
        (FILED,),
        tables=CASES,
    ),
    Measure(
        "performance_rate",
        N_("Performed voluntarily"),
        "share",
        N_("closed_at"),
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
        N_("closed_at"),
        N_("Of mediated cases closed in the period, the share with an enforcement filing by the data date"),
        (Flow(r.closed_on, known(r.outcome_is("mediated"), since=lambda t: t.c.enforcement_at)),),
        (MEDIATED,),
        CASES,
    ),
    Measure(
        "visit_arranged_rate",
        N_("Visits arranged"),
        "share",
        N_("closed_at"),
        N_("Of the disputes resolved in the period, the share for which a visit after closing was arranged"),
        (Flow(r.closed_on, lambda t, f: and_(r.resolved(t), r.visit_arranged(t))),),
        (Flow(r.closed_on, where(r.resolved)),),
        CASES,
        reads=("follow_ups",),
        better=1,
    ),
    _reopened(30),
    _reopened(90),
    _reopened(180),
    Measure(
        "litigation_per_10k",
        N_("Court filings per 10,000 residents"),
        "per_10k",
        N_("filed_at"),
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
            N_("closed_at"),
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
