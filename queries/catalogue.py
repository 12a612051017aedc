"""What there is to choose from, and how far the data reach."""

from datetime import datetime

from sqlalchemy import Column, ColumnElement, CompoundSelect, Select, Table, and_, func, or_, select, union, union_all

from queries.tables import FACTS, YEARS, areas, loads


def extent(table: Table) -> Select:
    """One row: opened_first, opened_last, closed_first, closed_last; null in an empty table. Times outside the years
    that are believed do not count."""
    opened, closed = table.c.opened_at, table.c.closed_at
    return select(
        func.min(opened).filter(_believed(opened)).label("opened_first"),
        func.max(opened).filter(_believed(opened)).label("opened_last"),
        func.min(closed).filter(_believed(closed)).label("closed_first"),
        func.max(closed).filter(_believed(closed)).label("closed_last"),
    )


def _believed(moment: Column) -> ColumnElement[bool]:
    return and_(moment >= datetime(YEARS[0], 1, 1), moment < datetime(YEARS[1] + 1, 1, 1))


def as_of(table: Table | None = None) -> Select:
    """One row, as_of: the newest data date that an import gave; null where none did."""
    newest = select(func.max(loads.c.as_of).label("as_of"))
    return newest if table is None else newest.where(or_(loads.c.target == table.name, loads.c.target == "all"))


def demonstration() -> Select:
    """One row, invented: how many loads are the invented data of the demonstration."""
    return select(func.count().label("invented")).select_from(loads).where(loads.c.load_id == "demonstration")


def places() -> CompoundSelect:
    """One row per district and street that a fact names (street null: the district alone)."""
    return union(*(select(table.c.district, table.c.street).distinct() for table in FACTS.values()))


def known_areas() -> Select:
    """One row per administrative area: area_id, level, name, parent (name), population, lon, lat."""
    parent = areas.alias("parent")
    return (
        select(
            areas.c.area_id,
            areas.c.level,
            areas.c.name,
            parent.c.name.label("parent"),
            areas.c.population,
            areas.c.lon,
            areas.c.lat,
        )
        .select_from(areas.outerjoin(parent, areas.c.parent_id == parent.c.area_id))
        .order_by(areas.c.area_id)
    )


def kinds(column: str) -> CompoundSelect:
    """One row per district, fact table and value of ``column`` (category or channel), with its number of records."""
    selects = [
        select(table.c.district, table.c[column].label("value"), func.count().label("n")).group_by(
            table.c.district, table.c[column]
        )
        for table in FACTS.values()
    ]
    return union_all(*selects)


def values_of(table: Table, column: str) -> Select:
    """One row per value that occurs in a column: value."""
    return select(table.c[column].label("value")).where(table.c[column].is_not(None)).distinct()
