"""What the database and the settings already know, as far as the checks need it: areas, their other names, people."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Table, inspect, select

from cockpit import boundary_file, database
from cockpit.errors import BoundaryError
from cockpit.intake.publishing.claim import holds_demonstration
from cockpit.settings import settings
from queries.tables import area_aliases, areas, mediators

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Area:
    """One administrative area; ``parent`` is an ``area_id``, its centre in degrees or None."""

    area_id: str
    level: str
    name: str
    parent: str | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Known:
    """Empty where there is no database yet. ``aliases``: another way to write a name → the areas that are meant;
    ``shapes``: district → its ground in degrees, WGS-84, under "" the ground of every district without one."""

    areas: tuple[Area, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mediators: frozenset[str] = frozenset()
    shapes: Mapping[str, BaseGeometry] = field(default_factory=dict)

    def with_aliases(self, more: Mapping[str, str]) -> "Known":
        """Also other names of areas that somebody just said: alias → ``area_id``."""
        return replace(self, aliases={**self.aliases, **{alias: (area,) for alias, area in more.items()}})

    def inside(self, district: str) -> list[Area]:
        """The streets and communities of a district."""
        streets = [area for area in self.areas if area.level == "street" and self._home(area) == district]
        of = {street.area_id for street in streets}
        return streets + [area for area in self.areas if area.level == "community" and area.parent in of]

    def _home(self, street: Area) -> str | None:
        return next((area.name for area in self.areas if area.area_id == street.parent), None)


def of(url: str) -> Known:
    """What the database of ``url`` and the boundary file know. A boundary file that is none is as good as missing; of
    the invented demonstration, which gives way to real data, nothing is known."""
    if (database.is_file(database.parse(url)) and not database.file_of(url).exists()) or holds_demonstration(url):
        return Known(shapes=_shapes(()))
    reader = database.reader(url)
    try:
        with reader.connect() as connection:
            there = set(inspect(connection).get_table_names())
            known = tuple(Area(*row) for row in _rows(connection, there, areas, _AREA))
            other: dict[str, tuple[str, ...]] = {}
            for alias, area in _rows(connection, there, area_aliases, ("alias", "area_id")):
                other[alias] = (*other.get(alias, ()), area)
            people = frozenset(row[0] for row in _rows(connection, there, mediators, ("mediator_id",)))
    finally:
        reader.dispose()
    return Known(known, other, people, _shapes(known))


_AREA = ("area_id", "level", "name", "parent_id", "lon", "lat")


def _rows(connection: Connection, there: set[str], table: Table, columns: tuple[str, ...]) -> list[tuple]:
    if table.name not in there:
        return []
    asked = select(*(table.c[name] for name in columns)).order_by(*table.primary_key.columns)
    return [tuple(row) for row in connection.execute(asked)]


def _shapes(known: tuple[Area, ...]) -> dict[str, BaseGeometry]:
    """District → the union of its streets' polygons; the whole file for all where no street is known."""
    path = settings().boundaries
    if path is None:
        return {}
    try:
        features = boundary_file.read(path, settings().boundary_coordinates)
    except BoundaryError:
        log.warning("the boundary file cannot be used, so no coordinate is held against it", exc_info=True)
        return {}
    streets = [area for area in known if area.level == "street"]
    if not streets:
        return {"": shapely.union_all([feature.shape for feature in features])}
    names = {area.area_id: area.name for area in known}
    parts: dict[str, list[BaseGeometry]] = {}
    for street, shape in boundary_file.by_street(features, [street.name for street in streets]).items():
        for home in {names.get(area.parent or "") for area in streets if area.name == street} - {None}:
            parts.setdefault(home, []).append(shape)  # type: ignore[arg-type]
    return {home: shapely.union_all(shapes) for home, shapes in parts.items()}
