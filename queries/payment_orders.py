"""支付令资格: which cases may not take the payment-order procedure (督促程序), and why.

As it stood at the end of the period, whenever the request was made: a bar does not end with the month. What happened on
or after the data date is not known.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select

from queries.dialects import days_after
from queries.filters import Filters, matching
from queries.tables import cases, payment_orders

SERVE_WITHIN = 30
"""Days from issuing: an order not served by then ends (民事诉讼法解释)."""
BARS = ("preservation", "unreachable", "not_served")


def districts() -> Select:
    """One row per district that has requests: district, cases."""
    return (
        select(cases.c.district, func.count().label("cases"))
        .join_from(payment_orders, cases, payment_orders.c.case_id == cases.c.case_id)
        .group_by(cases.c.district)
    )


def standing(filters: Filters) -> Select:
    """One row: asked and served (cases in which an order was asked for, was served), barred; and of each bar how many
    asked (``preservation``) and how many did not (``preservation_elsewhere``). A case may have several bars."""
    end, asked = _end(filters), _asked(filters)
    bars = _bars(end)
    some = or_(*bars.values())
    counts: dict[str, ColumnElement] = {
        "asked": asked,
        "served": and_(asked, payment_orders.c.served_at < end),
        "barred": and_(asked, some),
        "barred_elsewhere": and_(~asked, some),
    }
    for name, bar in bars.items():
        counts |= {name: and_(asked, bar), f"{name}_elsewhere": and_(~asked, bar)}
    return _known(select(*(func.count(case((which, 1))).label(name) for name, which in counts.items())), filters)


def barred(filters: Filters, limit: int, offset: int = 0) -> Select:
    """The cases in which an order was asked for although it is barred, the newest request first: case_id, street,
    category, programme, amount_claimed, applied_at, issued_at, served_at, and each bar as a flag."""
    bars = _bars(_end(filters))
    told = ("case_id", "street", "category", "programme", "amount_claimed")
    times = ("applied_at", "issued_at", "served_at")
    asked = select(
        *(cases.c[name] for name in told),
        *(payment_orders.c[name] for name in times),
        *(bar.label(name) for name, bar in bars.items()),
    )
    return (
        _known(asked, filters)
        .where(_asked(filters), or_(*bars.values()))
        .order_by(payment_orders.c.applied_at.desc(), cases.c.case_id)
        .limit(limit)
        .offset(offset)
    )


def _end(filters: Filters) -> datetime:
    return min(filters.until, filters.data_date)


def _asked(filters: Filters) -> ColumnElement[bool]:
    return func.coalesce(payment_orders.c.applied_at < _end(filters), false())


def _known(asked: Select, filters: Filters) -> Select:
    return asked.join_from(payment_orders, cases, payment_orders.c.case_id == cases.c.case_id).where(
        *matching(cases, filters)
    )


def _bars(end: datetime) -> dict[str, ColumnElement[bool]]:
    """Each bar as true or false, never null."""
    order = payment_orders.c
    lapses = days_after(order.issued_at, SERVE_WITHIN)
    accepted_before = and_(order.accepted_at < end, order.preservation_at > order.accepted_at)
    unserved = or_(order.served_at.is_(None), order.served_at >= end)
    conditions = {
        "preservation": and_(order.preservation_at < end, ~func.coalesce(accepted_before, false())),
        "unreachable": and_(order.debtor_reachable.is_(False), unserved),
        "not_served": and_(lapses <= end, or_(unserved, order.served_at > lapses)),
    }
    return {name: func.coalesce(conditions[name], false()) for name in BARS}
