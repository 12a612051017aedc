"""支付令资格: which cases may not take the payment-order procedure (督促程序), and why.

As it stands at a moment, whenever the request was made: a bar does not end with the month. What happened on or after
the data date is not known.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select

from queries.dialects import days_after
from queries.filters import Filters, matching
from queries.tables import cases, payment_orders

SERVE_WITHIN = 30
"""Days from issuing: an order not served by then ends (民事诉讼法解释)."""
BARS = ("preservation", "unreachable", "not_served")
DIMENSIONS = ("street", "category", "channel")


def districts() -> Select:
    """One row per district that has requests: district, cases."""
    return (
        select(cases.c.district, func.count().label("cases"))
        .join_from(payment_orders, cases, payment_orders.c.case_id == cases.c.case_id)
        .group_by(cases.c.district)
    )


def requests(district: str | None) -> Select:
    """One row per case of which anything is recorded: the dimensions, applied_at, served_at, and of each bar since when
    it holds (null: never). That of a debtor nobody finds holds from the opening of the case until papers are served."""
    within = [] if district is None else [cases.c.district == district]
    order = payment_orders.c
    return (
        select(
            *(cases.c[name] for name in DIMENSIONS),
            order.applied_at,
            order.served_at,
            *(since.label(name) for name, since in _since().items()),
        )
        .join_from(payment_orders, cases, order.case_id == cases.c.case_id)
        .where(*within)
    )


def barred(filters: Filters, limit: int, offset: int = 0) -> Select:
    """The cases in which an order was asked for although it is barred, the newest request first: case_id, street,
    category, programme, amount_claimed, applied_at, issued_at, served_at, and each bar as a flag."""
    end = min(filters.until, filters.data_date)
    bars = _bars(end)
    told = ("case_id", "street", "category", "programme", "amount_claimed")
    times = ("applied_at", "issued_at", "served_at")
    return (
        select(
            *(cases.c[name] for name in told),
            *(payment_orders.c[name] for name in times),
            *(bar.label(name) for name, bar in bars.items()),
        )
        .join_from(payment_orders, cases, payment_orders.c.case_id == cases.c.case_id)
        .where(*matching(cases, filters), payment_orders.c.applied_at < end, or_(*bars.values()))
        .order_by(payment_orders.c.applied_at.desc(), cases.c.case_id)
        .limit(limit)
        .offset(offset)
    )


def _since() -> dict[str, ColumnElement]:
    """When each bar began. Preservation asked for after the court accepted the request is none."""
    order = payment_orders.c
    lapses = days_after(order.issued_at, SERVE_WITHIN)
    in_time = or_(order.accepted_at.is_(None), order.preservation_at <= order.accepted_at)
    return {
        "preservation": case((in_time, order.preservation_at)),
        "unreachable": case((order.debtor_reachable.is_(False), cases.c.opened_at)),
        "not_served": case((or_(order.served_at.is_(None), order.served_at > lapses), lapses)),
    }


def _bars(end: datetime) -> dict[str, ColumnElement[bool]]:
    """Each bar as true or false at a moment, never null."""
    since, served = _since(), payment_orders.c.served_at < end
    conditions = {
        "preservation": since["preservation"] < end,
        "unreachable": and_(since["unreachable"] < end, ~func.coalesce(served, false())),
        "not_served": since["not_served"] <= end,
    }
    return {name: func.coalesce(conditions[name], false()) for name in BARS}
