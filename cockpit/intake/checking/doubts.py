"""What is a record but doubtful: kept, and flagged with the reason. One statement a doubt, each over few columns.

The keys of the reasons, what they say and which measures they touch are in queries/quality.py.
"""

from collections.abc import Iterator
from datetime import datetime

import duckdb
import h3
import numpy as np
import pyarrow as pa
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Column, DateTime, Table

from cockpit import clock
from cockpit.intake import contract
from cockpit.intake.checking.known import Known
from cockpit.intake.checking.texts import literal, name
from cockpit.intake.checking.values import Values
from queries.quality import FIRST_YEAR
from queries.tables import FACTS

AMOUNTS = "amount_"
EXPECTED = ("due_at",)
"""Times that may lie in the future."""
NEAR = 100 / 111_320
"""Degrees beside a boundary that are still inside: the borders of the file are no more exact."""
GENEROUS = 0.25
"""Degrees, some 25 km, that a district reaches at least beyond the centres of its areas."""
SHARED_ROWS, SHARED_OF, SHARED_TIMES = 100, 100, 10
"""A default point: so many rows, one of so many, and so many times the busiest of the points that have fewer."""


def find(connection: duckdb.DuckDBPyConnection, values: Values, known: Known) -> int:
    """Make the table ``doubts`` (record, field, reason, value) about ``staged``; how many records it names."""
    connection.execute("CREATE TABLE doubts (record VARCHAR, field VARCHAR, reason VARCHAR, value VARCHAR)")
    for field, reason, value, rows in _Doubts(connection, values, known).all():
        record = " || '/' || ".join(f"{name(key)}::VARCHAR" for key in contract.keys(values.mapping.target))
        connection.execute(
            f"INSERT INTO doubts SELECT {record}, {literal(field)}, {literal(reason)}, {value} FROM {rows}"
        )
    return connection.execute("SELECT count(DISTINCT record) FROM doubts").fetchone()[0]  # type: ignore[index]


def by_field(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Field → how many records are in doubt for it; a doubtful place is one of both coordinates."""
    counts = "SELECT field, count(DISTINCT record) FROM doubts GROUP BY field"
    found = dict(connection.execute(counts).fetchall())
    return found | ({"lat": found["lon"]} if "lon" in found else {})


Doubt = tuple[str, str, str, str]
"""field, reason, value as SQL, and the rows of ``staged`` that are meant, as what stands after FROM."""


class _Doubts:
    def __init__(self, connection: duckdb.DuckDBPyConnection, values: Values, known: Known):
        self.connection, self.values, self.known = connection, values, known
        self.table: Table = values.mapping.target

    def all(self) -> Iterator[Doubt]:
        yield from self._times()
        yield from self._amounts()
        if self.table.name in FACTS:
            yield from self._places()
            yield from self._streets()
            yield from self._mediators()
            yield from self._duplicates()

    def _has(self, *columns: str) -> bool:
        return all(column in self.values.bits for column in columns)

    def _of(self, kind: type) -> list[Column]:
        return [column for column in self.values.taken if isinstance(column.type, kind)]

    def _times(self) -> Iterator[Doubt]:
        now: datetime = self.values.mapping.read.as_of or clock.now()
        if self._has("opened_at", "closed_at"):
            yield "closed_at", "closed_before_opened", _text("closed_at"), "staged WHERE closed_at < opened_at"
        for column in self._of(DateTime):
            early = f"staged WHERE {name(column.name)} < TIMESTAMP '{FIRST_YEAR}-01-01'"
            yield column.name, "before_1990", _text(column.name), early
            if column.name not in EXPECTED:
                late = f"staged WHERE {name(column.name)} >= TIMESTAMP {literal(now.isoformat(' '))}"
                yield column.name, "in_future", _text(column.name), late

    def _amounts(self) -> Iterator[Doubt]:
        for column in self.values.taken:
            if column.name.startswith(AMOUNTS):
                below = f"staged WHERE {name(column.name)} < 0"
                yield column.name, "negative_amount", _text(column.name), below

    def _places(self) -> Iterator[Doubt]:
        if not self._has("lon", "lat"):
            return
        where = "printf('%.6f, %.6f', lon, lat)"
        if points := self._shared():
            _keep(self.connection, "shared", lon=[lon for lon, _ in points], lat=[lat for _, lat in points])
            yield "lon", "shared_point", where, "staged SEMI JOIN shared USING (lon, lat)"
        for (district,) in self.connection.execute("SELECT DISTINCT district FROM staged").fetchall():
            for rows in self._outside(district):
                yield "lon", "outside_district", where, f"{rows} WHERE district = {literal(district)}"

    def _shared(self) -> list[tuple[float, float]]:
        """The default points; at most a hundred points can have one row in a hundred."""
        located = self.connection.execute("SELECT count(lon) FROM staged").fetchone()[0]  # type: ignore[index]
        busiest = self.connection.execute(
            "SELECT lon, lat, count(*) AS n FROM staged WHERE lon IS NOT NULL GROUP BY lon, lat "
            f"ORDER BY n DESC LIMIT {SHARED_OF + 1}"
        ).fetchall()
        usual = max((n for _, _, n in busiest if n * SHARED_OF < located), default=0)
        most = max(SHARED_ROWS, located / SHARED_OF, SHARED_TIMES * usual)
        return [(lon, lat) for lon, lat, n in busiest if n >= most]

    def _outside(self, district: str) -> Iterator[str]:
        shape = self.known.shapes.get(district, self.known.shapes.get(""))
        if shape is not None:
            cells, points = self._beyond(district, shape.buffer(NEAR))
            if cells:
                _keep(self.connection, "outside_cells", cell=cells)
                yield "staged SEMI JOIN outside_cells USING (cell)"
            if len(points):
                _keep(self.connection, "outside_points", lon=points[:, 0], lat=points[:, 1])
                yield "staged SEMI JOIN outside_points USING (lon, lat)"
        elif box := self._box(district):
            west, south, east, north = box
            within = f"lon BETWEEN {west} AND {east} AND lat BETWEEN {south} AND {north}"
            yield f"(FROM staged WHERE NOT ({within}))"

    def _beyond(self, district: str, shape: BaseGeometry) -> tuple[list[str], np.ndarray]:
        """The cells wholly outside the shape, and the points outside it of the cells that lie across its border."""
        shapely.prepare(shape)
        rows = f"FROM staged WHERE district = {literal(district)} AND cell IS NOT NULL"
        cells = np.array([cell for (cell,) in self.connection.execute(f"SELECT DISTINCT cell {rows}").fetchall()])
        outlines = np.array(
            [shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(c)]) for c in cells], object
        )
        outside = shapely.disjoint(shape, outlines)
        across = cells[~outside & ~shapely.covers(shape, outlines)]
        if not len(across):
            return list(cells[outside]), np.empty((0, 2))
        _keep(self.connection, "across", cell=list(across))
        batches = self.connection.execute(
            f"SELECT DISTINCT lon, lat FROM staged SEMI JOIN across USING (cell) WHERE district = {literal(district)}"
        ).to_arrow_reader(100_000)
        found = [_not_in(shape, batch) for batch in batches]
        return list(cells[outside]), np.concatenate(found) if found else np.empty((0, 2))

    def _box(self, district: str) -> tuple[float, float, float, float] | None:
        """West, south, east and north around the centres of the district's areas; None where none is known."""
        centres = [
            (area.lon, area.lat)
            for area in self.known.inside(district)
            if area.lon is not None and area.lat is not None
        ]
        if not centres:
            return None
        low, high = np.min(centres, axis=0), np.max(centres, axis=0)
        margin = np.maximum(high - low, GENEROUS)
        return (*map(float, low - margin), *map(float, high + margin))  # type: ignore[return-value]

    def _streets(self) -> Iterator[Doubt]:
        """Only where the streets of the district are known."""
        if not self._has("street"):
            return
        homes = {area.area_id: area.name for area in self.known.areas if area.level == "district"}
        streets = [
            (homes[area.parent], area.name)
            for area in self.known.areas
            if area.level == "street" and area.parent in homes
        ]
        if streets:
            _keep(
                self.connection, "streets", district=[home for home, _ in streets], street=[one for _, one in streets]
            )
            rows = "staged SEMI JOIN (SELECT DISTINCT district FROM streets) USING (district) "
            rows += "ANTI JOIN streets USING (district, street) WHERE street IS NOT NULL"
            yield "street", "unknown_street", _text("street"), rows

    def _mediators(self) -> Iterator[Doubt]:
        if self._has("mediator_id") and self.known.mediators:
            _keep(self.connection, "people", mediator_id=sorted(self.known.mediators))
            rows = "staged ANTI JOIN people USING (mediator_id) WHERE mediator_id IS NOT NULL"
            yield "mediator_id", "unknown_mediator", _text("mediator_id"), rows

    def _duplicates(self) -> Iterator[Doubt]:
        """Rows that say the same as an earlier one, found by their hash; only those that share one are compared."""
        (key,) = contract.keys(self.table)
        same = ", ".join(name(column.name) for column in self.values.taken if column.name != key)
        twice = f"SELECT alike FROM (SELECT hash({same}) AS alike FROM staged) GROUP BY alike HAVING count(*) > 1"
        rows = (
            f"(SELECT {name(key)}, row_number() OVER alike AS place, first({name(key)}) OVER alike AS earlier "
            f"FROM staged WHERE hash({same}) IN ({twice}) WINDOW alike AS (PARTITION BY {same} ORDER BY line)) "
            "WHERE place > 1"
        )
        yield key, "possible_duplicate", "earlier", rows


def _text(column: str) -> str:
    return f"{name(column)}::VARCHAR"


def _not_in(shape: BaseGeometry, batch: pa.RecordBatch) -> np.ndarray:
    points = np.column_stack([batch.column("lon").to_numpy(), batch.column("lat").to_numpy()])
    return points[~shapely.contains_xy(shape, points)]


def _keep(connection: duckdb.DuckDBPyConnection, table: str, **columns) -> None:
    """A small table of the engine, anew."""
    connection.register("small", pa.table(columns))
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS FROM small")
    connection.unregister("small")
