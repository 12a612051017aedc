"""Where records lie: counts by H3 cell, and the middle of each street's records."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Select, Table, and_, case, func, not_, select, true

from queries.dialects import quantile
from queries.filters import Filters, add_months, matching


def by_cell(table: Table, filters: Filters) -> Select:
    """One row per cell and street: cell (null without coordinates), street (null where none is named), n, before.

    n counts records opened in the period, before those of the twelve months ahead of it: one scan for both.
    """
    columns, year = table.c, year_ahead(filters)
    now = columns.opened_at >= filters.since
    return (
        select(
            columns.cell,
            columns.street,
            func.count(case((now, 1))).label("n"),
            func.count(case((not_(now), 1))).label("before"),
        )
        .where(*matching(table, replace(filters, start=year.start), on=columns.opened_at))
        .group_by(columns.cell, columns.street)
        .order_by(columns.cell, columns.street)
    )


def year_ahead(filters: Filters) -> Filters:
    """The twelve months that end where the period begins: what 近期突增 is compared with."""
    start = filters.start
    if start.day == 1:
        first = add_months(start, -12)
    else:
        last_of_month = add_months(start, -11) - timedelta(days=1)
        first = last_of_month.replace(day=min(start.day, last_of_month.day))
    return replace(filters, start=first, end=start - timedelta(days=1))


def centres(table: Table) -> Select:
    """One row per district and street: district, name, lon, lat (medians of its records, degrees), n with a place.

    The point 0, 0 is where coordinates are missing, not a place.
    """
    columns = table.c
    known = and_(columns.lon.is_not(None), columns.lat.is_not(None), columns.street.is_not(None))
    return (
        select(
            columns.district,
            columns.street.label("name"),
            quantile(0.5, columns.lon, true()).label("lon"),
            quantile(0.5, columns.lat, true()).label("lat"),
            func.count().label("n"),
        )
        .where(known, not_(and_(columns.lon == 0, columns.lat == 0)))
        .group_by(columns.district, columns.street)
        .order_by(columns.district, columns.street)
    )


def newest(table: Table, filters: Filters) -> Select:
    """One row, opened: when the newest record of the choice was opened, whatever its period; null without any."""
    return select(func.max(table.c.opened_at).label("opened")).where(*matching(table, filters))
