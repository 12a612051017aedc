"""How cases move through the steps of a programme: what entered each step, where it went, how long it stayed.

Every case that entered a programme is at every moment in exactly one place: at a step, or out by one exit. So that this
holds for any data, a step counts as entered no earlier than the steps before it, and as passed when the next one is
entered. The exit of the last step is its own result, else the outcome of the closed case, else its filing; a closed
case without any of them has left for an unknown place. What happened on or after the data date is not known.

Two bases, one table: ``cohort`` follows the cases that entered their first step in the period as far as the data know;
``period`` counts what stood at a step when the period began, what entered and what left during it.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Float,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from queries.dialects import days_between, quantile
from queries.filters import Filters, matching, year_before
from queries.records import closed_on
from queries.tables import RESOLVED, case_steps, cases
from queries.words import N_

Basis = Literal["cohort", "period"]
PASSED, UNKNOWN, IN_PROGRESS = "passed", "unknown", "in_progress"
RESIDUAL = (UNKNOWN, IN_PROGRESS)
HIDDEN, UNCLEAR, WHOLE = "hidden", "unclear", "whole"
"""Exits, kinds of residual, and steps that are shown as one because they hold too few cases."""
AMOUNTS = ("amount_paid", "amount_waived", "amount_written_off")
PLACES = {
    "mediated": N_("Settled"),
    "payment_order": N_("Payment order"),
    "written_off": N_("Written off"),
    "filed": N_("Filed for trial"),
    "failed": N_("Mediation failed"),
    "withdrawn": N_("Withdrawn"),
    "transferred": N_("Transferred"),
    UNKNOWN: N_("Exit not published"),
    IN_PROGRESS: N_("In progress"),
    PASSED: N_("Passed on"),
    HIDDEN: N_("Merged (too few)"),
    UNCLEAR: N_("No known exit"),
    WHOLE: N_("Whole programme"),
}
LONGEST_COMPARED = 366
"""Days. Longer periods would overlap with themselves a year before."""


def programmes() -> Select:
    """One row per programme that has steps and district, street, category and channel of its cases: how many entered
    its first step, and when the first and the last of them did."""
    began, places = case_steps.c.entered_at, (cases.c.district, cases.c.street, cases.c.category, cases.c.channel)
    return (
        select(
            case_steps.c.programme,
            *places,
            func.count().label("cases"),
            func.min(began).label("first"),
            func.max(began).label("last"),
        )
        .join_from(case_steps, cases, cases.c.case_id == case_steps.c.case_id)
        .where(case_steps.c.position == 1)
        .group_by(case_steps.c.programme, *places)
    )


def last_year(filters: Filters) -> Filters | None:
    """The same period a year before, as it was known a year before; None where the two would overlap."""
    if filters.days > LONGEST_COMPARED:
        return None
    return replace(year_before(filters), data_date=_year_earlier(filters))


def _year_earlier(filters: Filters) -> datetime:
    """The data date a year before, so that both years had as long to get to where they are."""
    known = filters.data_date
    if not filters.whole_months:
        return known - timedelta(weeks=52)
    leap_day = (known.month, known.day) == (2, 29)
    return known.replace(year=known.year - 1, day=28) if leap_day else known.replace(year=known.year - 1)


def steps(filters: Filters, programme: str, basis: Basis = "cohort", compared: bool = True) -> Select:
    """One row per year, step, step before it (null: none), place reached from it, and whether the case stood there
    already when the period began (never in a cohort); and one row per year and step in all (``whole`` = 1).

    back: 0 this period, 1 the year before (with ``compared``); position: the earliest on any path; depth: its sum, for
    the mean; cases; resolved: by an exit that counts as resolution and before any filing; filed_later: filed although
    it left by another exit; amounts in CNY of those that left the programme here; median_days, p90_days and timed: days
    from entering to leaving the step, and how many have both times in order.
    """
    stays = _stays(filters, programme, basis, compared)
    place, out = stays.c.place, stays.c.place.not_in((PASSED, IN_PROGRESS))
    before_filing = or_(stays.c.filed_at.is_(None), stays.c.gone <= stays.c.filed_at)
    filed = stays.c.filed_at < stays.c.end
    timed = and_(stays.c.left_at >= stays.c.entered_at, stays.c.left_at >= stays.c.since, stays.c.left_at < stays.c.end)
    days = days_between(stays.c.entered_at, stays.c.left_at)
    parts = (stays.c.back, stays.c.step, stays.c.origin, place, stays.c.carried)
    return select(
        *parts,
        func.grouping(place).label("whole"),
        func.min(stays.c.position).label("position"),
        func.sum(stays.c.position).label("depth"),
        func.count().label("cases"),
        func.count(case((and_(place.in_(RESOLVED), before_filing), 1))).label("resolved"),
        func.count(case((and_(out, place != "filed", filed), 1))).label("filed_later"),
        *(cast(func.coalesce(func.sum(case((out, stays.c[name]))), 0), Float).label(name) for name in AMOUNTS),
        quantile(0.5, days, timed).label("median_days"),
        quantile(0.9, days, timed).label("p90_days"),
        func.count(case((timed, 1))).label("timed"),
    ).group_by(func.grouping_sets(tuple_(*parts), tuple_(stays.c.back, stays.c.step)))


def residual(filters: Filters, programme: str, basis: Basis = "cohort") -> Select:
    """One row per case whose exit is not known: where it was seen last, since when, and whether it is still open."""
    stays = _stays(filters, programme, basis, compared=False)
    told = ("case_id", "district", "street", "category", "channel", "opened_at", "amount_claimed")
    return (
        select(*(cases.c[name] for name in told), stays.c.step, stays.c.entered_at, stays.c.place)
        .join_from(stays, cases, cases.c.case_id == stays.c.case_id)
        .where(stays.c.place.in_(RESIDUAL))
        .order_by(stays.c.place.desc(), stays.c.entered_at, cases.c.case_id)
    )


def _spans(filters: Filters, basis: Basis, compared: bool) -> list[tuple]:
    """(back, since, until, end): ``end`` is the first moment that no longer counts."""
    chosen = [filters, last_year(filters)] if compared else [filters]
    return [
        (back, each.since, each.until, each.data_date if basis == "cohort" else min(each.until, each.data_date))
        for back, each in enumerate(chosen)
        if each is not None
    ]


def _span(back: int, since: datetime, until: datetime, end: datetime) -> Select:
    # Not VALUES: SQLAlchemy would compile the whole statement anew for each choice.
    moments = (("since", since), ("until", until), ("end", end))
    return select(literal(back).label("back"), *(cast(moment, DateTime).label(name) for name, moment in moments))


def _stays(filters: Filters, programme: str, basis: Basis, compared: bool) -> Subquery:
    """One row per step entered that counts, and year: the place it led to as it was known at the end."""
    spans = _spans(filters, basis, compared)
    span = union_all(*(_span(*each) for each in spans)).subquery("spans")
    way = _ways(filters, programme, basis, spans)
    if basis == "cohort":
        inside = and_(way.c.began >= span.c.since, way.c.began < span.c.until, way.c.entered < span.c.end)
        carried: ColumnElement = literal(False)
    else:
        inside = and_(way.c.entered < span.c.end, or_(way.c.gone.is_(None), way.c.gone >= span.c.since))
        carried = way.c.entered < span.c.since
    place = case((way.c.gone < span.c.end, way.c.place), else_=IN_PROGRESS)
    columns = [way.c[name] for name in way.c.keys() if name != "place"]
    return (
        select(*columns, span.c.back, span.c.since, span.c.end, place.label("place"), carried.label("carried"))
        .join_from(way, span, inside)
        .subquery("stays")
    )


def _ways(filters: Filters, programme: str, basis: Basis, spans: list[tuple]) -> Subquery:
    """One row per step of the chosen cases, on the whole of what is recorded: ``place`` it leads to (null: none yet),
    ``entered`` and ``gone`` in the order of the steps."""
    path = _paths(filters, programme, basis, spans)
    columns, last = path.c, path.c.following.is_(None)
    left = func.coalesce(columns.left_at, columns.closed_on)
    own = and_(columns.result.is_not(None), columns.result.not_in((PASSED, UNKNOWN)))
    shut = columns.closed_on.is_not(None)
    ended = and_(shut, columns.outcome.is_not(None), columns.outcome != UNKNOWN)
    ways = (
        (~last, PASSED, columns.next_entered),
        (own, columns.result, func.coalesce(columns.left_at, columns.closed_at, columns.entered)),
        (ended, columns.outcome, left),
        (columns.filed_at.is_not(None), "filed", columns.filed_at),
        (shut, UNKNOWN, left),
    )
    place = case(*((condition, where) for condition, where, _ in ways))
    gone = func.greatest(case(*((condition, when) for condition, _, when in ways)), columns.entered)
    exists = or_(~last, own, ended, columns.filed_at.is_not(None), shut)
    kept = [columns[name] for name in columns.keys() if name not in ("result", "closed_on", "closed_at", "outcome")]
    return select(*kept, place.label("place"), case((exists, gone)).label("gone")).subquery("ways")


def _paths(filters: Filters, programme: str, basis: Basis, spans: list[tuple]) -> Subquery:
    """One row per step of the chosen cases. ``entered``: no earlier than the steps before; ``began``: the first."""
    step = case_steps.c
    order: dict[str, Any] = {"partition_by": step.case_id, "order_by": step.position}
    first = _first(programme, basis, spans)
    chosen = case_steps.join(cases, cases.c.case_id == step.case_id)
    return (
        select(
            step.case_id,
            step.step,
            step.position,
            step.entered_at,
            step.left_at,
            step.result,
            *((first.c.began,) if first is not None else ()),
            func.lag(step.step).over(**order).label("origin"),
            func.max(step.entered_at).over(**order, rows=(None, 0)).label("entered"),
            func.max(step.entered_at).over(**order, rows=(None, 1)).label("next_entered"),
            func.lead(step.position).over(**order).label("following"),
            closed_on(cases).label("closed_on"),
            *(cases.c[name] for name in ("closed_at", "filed_at", "outcome", *AMOUNTS)),
        )
        .select_from(chosen if first is None else chosen.join(first, first.c.case_id == step.case_id))
        .where(step.programme == programme, *matching(cases, filters))
        .subquery("paths")
    )


def _first(programme: str, basis: Basis, spans: list[tuple]) -> Subquery | None:
    """Of a cohort: one row per case whose first step was entered in one of the periods."""
    if basis != "cohort":
        return None
    first = case_steps.c
    inside = or_(*(and_(first.entered_at >= since, first.entered_at < until) for _, since, until, _ in spans))
    return (
        select(first.case_id, first.entered_at.label("began"))
        .where(first.programme == programme, first.position == 1, inside)
        .subquery("first_steps")
    )
