"""支付令资格: the cases of which a request for a payment order (督促程序), or what bars one, is recorded."""

from sqlalchemy import Select, func, select

from queries.tables import cases, payment_orders

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
    """One row per case of which anything is recorded: case_id, opened_at, the dimensions and the columns of
    ``payment_orders``."""
    within = [] if district is None else [cases.c.district == district]
    names = [column for column in payment_orders.columns if column.name != "case_id"]
    return (
        select(cases.c.case_id, cases.c.opened_at, *(cases.c[name] for name in DIMENSIONS), *names)
        .join_from(payment_orders, cases, payment_orders.c.case_id == cases.c.case_id)
        .where(*within)
        .order_by(payment_orders.c.applied_at.desc().nulls_last(), cases.c.case_id)
    )


def named(ids: tuple[str, ...]) -> Select:
    """These cases, the newest request first: case_id, street, category, programme, amount_claimed, applied_at,
    issued_at, served_at."""
    told = ("case_id", "street", "category", "programme", "amount_claimed")
    times = ("applied_at", "issued_at", "served_at")
    return (
        select(*(cases.c[name] for name in told), *(payment_orders.c[name] for name in times))
        .join_from(payment_orders, cases, payment_orders.c.case_id == cases.c.case_id)
        .where(cases.c.case_id.in_(ids))
        .order_by(payment_orders.c.applied_at.desc().nulls_last(), cases.c.case_id)
    )
