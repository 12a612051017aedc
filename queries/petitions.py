"""Questions about petitions as such: which channels they come by, and matters that are raised again.

A matter is a petition that repeats none (its root) with all that lead back to it by ``repeat_of``, however long the
way and wherever they were received. One that repeats a number that is not there is a root; records that repeat each
other in a circle belong to no matter.
"""

from sqlalchemy import CTE, ColumnElement, Select, Subquery, and_, case, func, literal, or_, select

from queries.filters import Filters, matching
from queries.records import closed_on, listed
from queries.tables import complaint_steps, complaints

FIRST = ("street", "category", "organisation")  # what a matter has from its first petition


def channels() -> Select:
    """One row per district and channel of petitions: those whose records say by which procedure they are handled."""
    columns = (complaints.c.district, complaints.c.channel)
    return select(*columns).where(complaints.c.procedure.is_not(None)).distinct().order_by(*columns)


def matters(filters: Filters) -> Select:
    """One row per matter that was raised more than once and of which a petition was received in the period, pending
    ones first and the oldest of them before the others: root, street, category, organisation (of its first petition),
    links, pending (of these), returned (received after the one before was closed), accused (that are or were of nature
    检举控告), first_at, last_at."""
    tree = _tree(_roots())
    row = _rows(tree, filters)
    pending, first_at = func.count(row.c.pending), func.min(row.c.opened_at)
    return (
        select(
            row.c.root,
            *(func.max(row.c[name]).label(name) for name in FIRST),
            func.count().label("links"),
            pending.label("pending"),
            func.sum(row.c.returned).label("returned"),
            func.count(row.c.accused).label("accused"),
            first_at.label("first_at"),
            func.max(row.c.opened_at).label("last_at"),
        )
        .group_by(row.c.root)
        .having(func.count(row.c.inside) > 0)
        .order_by(case((pending > 0, 0), else_=1), first_at, row.c.root)
    )


def links(root: str) -> Select:
    """One row per petition of a matter, in the order of receipt: complaint_id, repeat_of, depth (0: the root), street,
    channel, nature, organisation, opened_at, accepted_at, closed_at, status, solved, satisfied."""
    tree = _tree(complaints.c.complaint_id == root)
    told = (
        "repeat_of",
        "street",
        "channel",
        "nature",
        "organisation",
        "opened_at",
        "accepted_at",
        "closed_at",
        "status",
    )
    return (
        select(tree.c.complaint_id, tree.c.depth, *(complaints.c[name] for name in (*told, "solved", "satisfied")))
        .join_from(tree, complaints, complaints.c.complaint_id == tree.c.complaint_id)
        .order_by(complaints.c.opened_at, tree.c.depth, tree.c.complaint_id)
    )


def link_steps(root: str) -> Select:
    """One row per step that a petition of the matter entered: complaint_id, step, entered_at, left_at, result."""
    tree, columns = _tree(complaints.c.complaint_id == root), complaint_steps.c
    return (
        select(columns.complaint_id, columns.step, columns.entered_at, columns.left_at, columns.result)
        .join_from(tree, complaint_steps, columns.complaint_id == tree.c.complaint_id)
        .order_by(columns.entered_at, columns.complaint_id, columns.position)
    )


def _tree(root: ColumnElement[bool]) -> CTE:
    """root, complaint_id, depth and ``returned`` (1: received after the petition that it repeats was closed). It walks
    down from petitions that repeat none, so no circle is ever entered."""
    first = select(
        complaints.c.complaint_id.label("root"),
        complaints.c.complaint_id.label("complaint_id"),
        literal(0).label("depth"),
        closed_on(complaints).label("shut"),
        literal(0).label("returned"),
    ).where(root)
    tree = first.cte("tree", recursive=True)
    child = complaints.alias("child")
    returned = case((tree.c.shut <= child.c.opened_at, 1), else_=0)
    return tree.union_all(
        select(tree.c.root, child.c.complaint_id, tree.c.depth + 1, closed_on(child), returned).join_from(
            tree, child, child.c.repeat_of == tree.c.complaint_id
        )
    )


def _roots() -> ColumnElement[bool]:
    """Repeated by others, and repeating none that is there."""
    known, repeating = complaints.alias("known"), complaints.alias("repeating")
    repeated = complaints.c.complaint_id.in_(select(repeating.c.repeat_of).where(repeating.c.repeat_of.is_not(None)))
    parent = complaints.c.repeat_of
    return and_(repeated, or_(parent.is_(None), parent.not_in(select(known.c.complaint_id))))


def _rows(tree: CTE, filters: Filters) -> Subquery:
    """One row per petition of each matter."""
    shut = closed_on(complaints)
    return (
        select(
            tree.c.root,
            tree.c.returned,
            *(case((tree.c.depth == 0, complaints.c[name])).label(name) for name in FIRST),
            complaints.c.opened_at,
            case((or_(shut.is_(None), shut >= filters.data_date), 1)).label("pending"),
            case((~listed(complaints), 1)).label("accused"),
            case((and_(*matching(complaints, filters, complaints.c.opened_at)), 1)).label("inside"),
        )
        .join_from(tree, complaints, complaints.c.complaint_id == tree.c.complaint_id)
        .subquery("petitions")
    )
