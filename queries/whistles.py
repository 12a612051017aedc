"""吹哨报到: the calls of streets to departments, one by one."""

from typing import Literal

from sqlalchemy import ColumnElement, DateTime, Select, literal, or_, select

from queries.dialects import days_between
from queries.filters import Filters, matching
from queries.records import due_until
from queries.tables import whistles

Which = Literal["slow", "waiting", "unsolved"]


def calls(filters: Filters) -> Select:
    """One row per call of the period, for durations: street, organisation, opened_at, and in days from the call:
    arrived and solved (null: not yet), watched (the data date)."""
    call = whistles.c
    return select(
        call.street,
        call.organisation,
        *_days(filters),
        days_between(call.opened_at, literal(filters.data_date, DateTime)).label("watched"),
    ).where(*matching(whistles, filters, on=call.opened_at))


def listed(filters: Filters, which: Which, limit: int, offset: int = 0) -> Select:
    """Calls with what became of them. ``slow``: of the period, those late to arrive; ``waiting``: at the end of the
    period nobody had come in time; ``unsolved``: not solved in time. The longest waiting first.

    Columns: whistle_id, street, community, category, organisation, opened_at, arrive_by, arrived_at, due_at, closed_at.
    """
    told = ("street", "community", "category", "organisation", "opened_at")
    times = ("arrive_by", "arrived_at", "due_at", "closed_at")
    clauses, order = _chosen(filters, which)
    return (
        select(*(whistles.c[name] for name in ("whistle_id", *told, *times)))
        .where(*matching(whistles, filters), *clauses)
        .order_by(order, whistles.c.whistle_id)
        .limit(limit)
        .offset(offset)
    )


def _days(filters: Filters) -> list[ColumnElement]:
    opened = whistles.c.opened_at
    ends = {"arrived": whistles.c.arrived_at, "solved": whistles.c.closed_at}
    return [days_between(opened, end).label(name) for name, end in ends.items()]


def _chosen(filters: Filters, which: Which) -> tuple[list[ColumnElement[bool]], ColumnElement]:
    call = whistles.c
    if which == "slow":
        known = literal(filters.data_date, DateTime)
        undone = or_(call.arrived_at.is_(None), call.arrived_at >= filters.data_date)
        late = or_(call.arrived_at > call.arrive_by, undone & (call.arrive_by < known))
        inside = [call.opened_at >= filters.since, call.opened_at < filters.until, late]
        return inside, days_between(call.opened_at, call.arrived_at).desc().nulls_first()
    term, done = (call.arrive_by, call.arrived_at) if which == "waiting" else (due_until(whistles), call.closed_at)
    return [term < filters.known_until, or_(done.is_(None), done >= filters.known_until)], term
