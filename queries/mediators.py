"""Who mediates: people and organisations with what they closed in the period."""

from sqlalchemy import ColumnElement, Float, Select, Subquery, and_, cast, func, or_, select

from queries import records as r
from queries.aggregate import condition, dimension, nonzero, total
from queries.dialects import quantile
from queries.filters import Filters, matching
from queries.measures import MEASURES
from queries.tables import cases, mediators, organisations

CONCLUDED = ("mediated", "failed")
REOPENED = "reopened_rate_90"
COUNTS = (
    ("mediated", "mediation_success_rate", "numerator"),
    ("concluded", "mediation_success_rate", "denominator"),
    ("reopened_n", REOPENED, "numerator"),
    ("reopened_d", REOPENED, "denominator"),
)


def people(filters: Filters) -> Select:
    """One row per mediator with a case closed in the period; one with mediator_id null for cases that name none.

    Columns: mediator_id; name, role, status, organisation (null for somebody who is not on the roll); mediated,
    concluded (mediated + failed); days (median, null without a duration); reopened, reopened_n, reopened_d (share
    within 90 days, its numerator and its denominator: resolved cases closed at least 90 days before the data date).
    """
    done = _closed("mediator", filters)
    return (
        select(
            done.c.mediator.label("mediator_id"),
            mediators.c.name,
            mediators.c.role,
            mediators.c.status,
            organisations.c.name.label("organisation"),
            *_results(done),
        )
        .select_from(
            done.outerjoin(mediators, mediators.c.mediator_id == done.c.mediator).outerjoin(
                organisations, organisations.c.organisation_id == mediators.c.organisation_id
            )
        )
        .order_by(done.c.mediator)
    )


def bodies(filters: Filters) -> Select:
    """One row per organisation of the district or of the chosen streets, those without cases included.

    Besides one per organisation elsewhere, or on no roll, that closed a case of the choice; organisation_id is null for
    cases that name none.

    Columns: organisation_id; name, tier, street (null where it is on no roll; street also for bodies of the district);
    mediators (people on the roll); then mediated … reopened_d as in ``people``, 0 or null without cases.
    """
    done = _closed("organisation", filters)
    staff = (
        select(mediators.c.organisation_id, func.count().label("mediators"))
        .where(mediators.c.role == "mediator")
        .group_by(mediators.c.organisation_id)
        .subquery("staff")
    )
    roll = organisations.c
    return (
        select(
            func.coalesce(roll.organisation_id, done.c.organisation).label("organisation_id"),
            roll.name,
            roll.tier,
            roll.street,
            func.coalesce(staff.c.mediators, 0).label("mediators"),
            *_results(done),
        )
        .select_from(
            organisations.outerjoin(done, done.c.organisation == roll.organisation_id, full=True).outerjoin(
                staff, staff.c.organisation_id == roll.organisation_id
            )
        )
        .where(or_(done.c.closed > 0, _on_the_roll_of(filters)))
        .order_by(func.coalesce(done.c.concluded, 0).desc(), roll.tier, roll.name)
    )


def newest(filters: Filters) -> Select:
    """One row for the district in all its time: attributed (concluded cases that name a mediator), last (the newest
    closing of one that passes the other filters, null without)."""
    place = [cases.c.district == filters.district] if filters.district is not None else []
    attributed = and_(cases.c.mediator_id.is_not(None), cases.c.outcome.in_(CONCLUDED))
    return select(
        func.count().label("attributed"),
        func.max(r.closed_on(cases)).filter(and_(*matching(cases, filters))).label("last"),
    ).where(attributed, *place)


def _closed(by: str, filters: Filters) -> Subquery:
    """The counts by person or organisation, over what was closed in the period.

    Every term of these measures goes by the closing: one WHERE says the period for all of them.
    """
    closed_on, who = r.closed_on(cases), dimension(cases, by)
    inside = and_(closed_on >= filters.since, closed_on < filters.until)
    counts = [
        total(condition(term, cases, filters)).label(name)
        for name, key, part in COUNTS
        for term in getattr(MEASURES[key], part)
    ]
    days = quantile(0.5, r.days_open(cases), r.timed(cases)).label("days")
    return (
        select(who, func.count().label("closed"), days, *counts)
        .where(*matching(cases, filters), inside)
        .group_by(who)
        .subquery("done")
    )


def _results(done: Subquery) -> list[ColumnElement]:
    return [
        func.coalesce(done.c.mediated, 0).label("mediated"),
        func.coalesce(done.c.concluded, 0).label("concluded"),
        done.c.days,
        (cast(done.c.reopened_n, Float) / nonzero(done.c.reopened_d)).label("reopened"),
        func.coalesce(done.c.reopened_n, 0).label("reopened_n"),
        func.coalesce(done.c.reopened_d, 0).label("reopened_d"),
    ]


def _on_the_roll_of(filters: Filters) -> ColumnElement[bool]:
    roll = organisations.c
    clauses = [roll.organisation_id.is_not(None)]
    if filters.district is not None:
        clauses.append(roll.district == filters.district)
    clauses += [roll.street.in_(values) for column, values in filters.chosen() if column == "street"]
    return and_(*clauses)
