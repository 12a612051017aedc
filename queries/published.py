"""What published figures say that no measure counts: bodies by tier, letters, settled petitions, dated facts."""

from sqlalchemy import Select, and_, func, select, union_all

from queries.filters import Filters, matching
from queries.records import resolved
from queries.tables import areas, cases, complaints, letters, milestones, organisations

IN_PERSON = ("来访", "走访")
"""Channels of petitions in person."""


def tiers(district: str) -> Select:
    """One row per tier of the district's bodies: tier, bodies."""
    asked = select(organisations.c.tier, func.count().label("bodies"))
    return asked.where(organisations.c.district == district).group_by(organisations.c.tier)


def settled(programme: str) -> Select:
    """One row: how many cases of the programme were mediated."""
    of_programme = and_(cases.c.programme == programme, cases.c.outcome == "mediated")
    return select(func.count().label("cases")).where(of_programme)


def settled_petitions(filters: Filters) -> Select:
    """One row: complaints closed in the period that name a dispute which was resolved."""
    asked = select(func.count().label("complaints")).join_from(
        complaints, cases, and_(cases.c.case_id == complaints.c.case_id, resolved(cases))
    )
    return asked.where(*matching(complaints, filters, on=complaints.c.closed_at))


def dated_letters(filters: Filters) -> Select:
    """One row per kind of letter issued in the period: letter, issued, due (has a date to answer by), answered."""
    columns = (func.count().label("issued"), func.count(letters.c.due_at).label("due"))
    asked = select(letters.c.letter, *columns, func.count(letters.c.answered_at).label("answered"))
    in_period = and_(letters.c.issued_at >= filters.since, letters.c.issued_at < filters.until)
    return asked.where(letters.c.district == filters.district, in_period).group_by(letters.c.letter)


def last_visit(community: str) -> Select:
    """One row: ``happened_at``, the newest petition in person from the community, be it a dated fact from before the
    records or a complaint; null where none is known."""
    told = (
        select(milestones.c.happened_at)
        .join_from(milestones, areas, areas.c.area_id == milestones.c.area_id)
        .where(areas.c.level == "community", areas.c.name == community, milestones.c.milestone == "last_visit")
    )
    visits = select(complaints.c.opened_at).where(
        complaints.c.community == community, complaints.c.channel.in_(IN_PERSON)
    )
    known = union_all(told, visits).subquery()
    return select(func.max(known.c.happened_at).label("happened_at"))
