"""What published figures say and no page asks: bodies by tier, what a programme settled, dated facts."""

from sqlalchemy import Select, and_, case, func, select, union_all

from queries.filters import Filters, matching
from queries.records import closed_on, visit
from queries.tables import areas, cases, complaints, milestones, organisations


def tiers(district: str) -> Select:
    """One row per tier of the district's bodies: tier, bodies."""
    asked = select(organisations.c.tier, func.count().label("bodies"))
    return asked.where(organisations.c.district == district).group_by(organisations.c.tier)


def settled(programme: str) -> Select:
    """One row: how many cases of the programme were mediated."""
    of_programme = and_(cases.c.programme == programme, cases.c.outcome == "mediated")
    return select(func.count().label("cases")).where(of_programme)


def enforced(filters: Filters, programme: str) -> Select:
    """One row: mediated, the programme's mediated cases that were closed in the period; enforced, those of them with an
    enforcement filing by the data date."""
    went = func.count(case((cases.c.enforcement_at < filters.data_date, 1)))
    of_programme = and_(cases.c.programme == programme, cases.c.outcome == "mediated")
    asked = select(func.count().label("mediated"), went.label("enforced")).select_from(cases)
    return asked.where(of_programme, *matching(cases, filters, on=closed_on(cases)))


def last_visit(community: str) -> Select:
    """One row: ``happened_at``, the newest petition in person from the community, be it a dated fact from before the
    records or a complaint; null where none is known."""
    told = (
        select(milestones.c.happened_at)
        .join_from(milestones, areas, areas.c.area_id == milestones.c.area_id)
        .where(areas.c.level == "community", areas.c.name == community, milestones.c.milestone == "last_visit")
    )
    visits = select(complaints.c.opened_at).where(complaints.c.community == community, visit(complaints))
    known = union_all(told, visits).subquery()
    return select(func.max(known.c.happened_at).label("happened_at"))
