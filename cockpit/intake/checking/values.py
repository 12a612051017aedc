"""The one pass over the records: text → mapped → typed → final, as SQL, with what is missing or wrong as bits."""

from dataclasses import dataclass
from functools import cached_property

import duckdb
import h3.api.basic_int as h3
import pyarrow as pa
from sqlalchemy import Column, DateTime

from cockpit.coordinates import System, to_wgs84
from cockpit.intake import contract
from cockpit.intake.checking import casts, times
from cockpit.intake.checking.names import LEVELS, Written
from cockpit.intake.checking.texts import listed, literal, name, trimmed
from cockpit.intake.mapping import ANY, Mapping
from cockpit.intake.reading.read import Records
from cockpit.settings import settings

RESOLUTION = 8
POINT = "STRUCT(lon DOUBLE, lat DOUBLE)"
SURPLUS = 1 << 62
"""The bit of ``wrong`` that stands for more cells than columns; each column of ours has the bit of its place."""
MORE_CELLS = "more cells than columns"
UNCLEAR = "not a time (day or month first?)"


def teach(connection: duckdb.DuckDBPyConnection, system: System) -> None:
    """Functions of the engine, over a batch of rows: ``h3_cell``, and ``to_wgs84`` for the coordinates of a file."""

    def turned(lon: pa.ChunkedArray, lat: pa.ChunkedArray) -> pa.Array:
        found = to_wgs84(lon.to_numpy(), lat.to_numpy(), system)
        return pa.StructArray.from_arrays([pa.array(degrees) for degrees in found], ["lon", "lat"])

    degrees = ["DOUBLE", "DOUBLE"]
    connection.create_function("h3_cell", _cells, degrees, "UBIGINT", type="arrow")  # type: ignore
    connection.create_function("to_wgs84", turned, degrees, POINT, type="arrow")  # type: ignore


def _cells(lon: pa.ChunkedArray, lat: pa.ChunkedArray) -> pa.Array:
    cell = h3.latlng_to_cell
    pairs = zip(lat.to_pylist(), lon.to_pylist(), strict=True)
    return pa.array([cell(north, east, RESOLUTION) for north, east in pairs], pa.uint64())


DEFUSED = r"^'([=+\-@＝＋－＠])"


@dataclass(frozen=True)
class Values:
    """What a mapping makes of the columns of a file. ``renamed``: levels of which names are spelt anew."""

    records: Records
    mapping: Mapping
    renamed: tuple[str, ...] = ()

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Our columns that the import writes: those that the file fills, and those that a new row must have."""
        table = self.mapping.target
        needed = {
            column.name for column in table.columns if contract.fallback(column) and column.server_default is None
        }
        if contract.derives_status(table):
            needed.add("status")
        return tuple(column.name for column in table.columns if column.name in self.filled or column.name in needed)

    @cached_property
    def filled(self) -> set[str]:
        """Our columns that the file says something about: those mapped, and what follows from them."""
        table, named = self.mapping.target, self.mapping.named
        filled = set(named)
        if contract.derives_status(table) and "closed_at" in named:
            filled.add("status")
        if "cell" in table.c and "lon" in named:
            filled.add("cell")
        return filled

    @cached_property
    def taken(self) -> list[Column]:
        """Our columns that come from the file or are the same in all its rows, in the order of the table."""
        return [self.mapping.target.c[column] for column in self.columns if column in self.mapping.named]

    @cached_property
    def bits(self) -> dict[str, int]:
        return {column.name: 1 << place for place, column in enumerate(self.taken)}

    @property
    def required(self) -> int:
        """The bits of the columns without which a row cannot be taken."""
        return sum(self.bits[column] for column in contract.must_be_mapped(self.mapping.target))

    @property
    def sound(self) -> str:
        """Whether a row of ``staged`` can be taken, repetition left aside."""
        return f"(wrong = 0 AND absent & {self.required} = 0)"

    def text(self, column: Column) -> str:
        """What the file says in a column, over ``records``: trimmed, null where it says nothing, in our words."""
        return self._in_our_words(column, self._something(column, self._cell(column)))

    def written(self, column: Column) -> Written:
        return Written(self.text(column), None if column.name in self.mapping.constants else self._raw(column))

    def _raw(self, column: Column) -> str:
        return f"c{self.records.names.index(self.mapping.columns[column.name])}"

    def _cell(self, column: Column) -> str:
        if column.name in self.mapping.constants:
            return literal(self.mapping.constants[column.name].strip())
        text = trimmed(self._raw(column))
        if not set(contract.REJECTED_COLUMNS) <= set(self.records.names):
            return text
        # A file of rejects that comes back: an apostrophe was put before what a spreadsheet would take for a formula.
        return f"regexp_replace({text}, {literal(DEFUSED)}, '\\1')"

    def _something(self, column: Column, text: str) -> str:
        nulls = {""} if column.name in self.mapping.constants else {"", *map(str.strip, self.mapping.read.null)}
        return f"CASE WHEN {text} NOT IN ({listed(sorted(nulls))}) THEN {text} END"

    def _in_our_words(self, column: Column, text: str) -> str:
        return casts.mapped(text, self.mapping.values.get(column.name, {}), ANY)

    @property
    def statement(self) -> str:
        """line, our columns; absent, wrong: bits of columns; lost: coordinates not taken; matched: bits of LEVELS."""
        cells = ", ".join(f"{self._cell(column)} AS {_t(column)}" for column in self.taken)
        said = ", ".join(f"{self._something(column, _t(column))} AS {_t(column)}" for column in self.taken)
        texts = ", ".join(f"{self._in_our_words(column, _t(column))} AS {_t(column)}" for column in self.taken)
        typed = "".join(
            f", {self._typed(column)} AS {_v(column)}" for column in self.taken if not casts.is_text(column)
        )
        final = ", ".join(f"{self._final(self.mapping.target.c[column])} AS {name(column)}" for column in self.columns)
        return (
            f"SELECT line, {final}, {self._absent()} AS absent, {self._wrong()} AS wrong, {self._lost()} AS lost, "
            f"{self._matched()} AS matched FROM ("
            f"SELECT *{self._place()} FROM (SELECT *{typed} FROM (SELECT line, surplus, {texts} FROM ("
            f"SELECT line, surplus, {said} FROM (SELECT line, surplus, {cells} FROM records))))){self._joins()}"
        )

    def _typed(self, column: Column) -> str:
        formats = self.mapping.formats.get(column.name)
        return casts.cast(column, _t(column), formats, self.mapping.read.decimal, self._clock)

    @property
    def _clock(self) -> times.Clock:
        return times.Clock(settings().timezone, self.mapping.read.timezone, self.mapping.read.offset == "convert")

    def _joins(self) -> str:
        home = "text_district" if "district" in self.mapping.named else "''"
        return "".join(
            f" LEFT JOIN renamed_{level} ON renamed_{level}.theirs = text_{level} "
            f"AND renamed_{level}.within = {home if level != 'district' else literal('')}"
            for level in self.renamed
        )

    def _matched(self) -> str:
        return _bits({f"renamed_{level}.ours IS NOT NULL": 1 << LEVELS.index(level) for level in self.renamed})

    @property
    def _has_place(self) -> bool:
        return "lon" in self.mapping.named and "lat" in self.mapping.named

    def _place(self) -> str:
        """Both coordinates are there and possible; 0,0 is what a system writes that knows no place."""
        if not self._has_place:
            return ""
        possible = (
            "value_lon BETWEEN -180 AND 180 AND value_lat BETWEEN -90 AND 90 AND (value_lon <> 0 OR value_lat <> 0)"
        )
        place = "{'lon': value_lon, 'lat': value_lat}"
        if self.mapping.read.coordinates != "wgs84":
            place = "to_wgs84(value_lon, value_lat)"
        return f", CASE WHEN {possible} THEN {place} END AS place"

    def _lost(self) -> str:
        if not self._has_place:
            return "false"
        return "(text_lon IS NOT NULL OR text_lat IS NOT NULL) AND place IS NULL"

    def _final(self, column: Column) -> str:
        """The value that is written, with what the import fills in itself."""
        if column.name in ("lon", "lat") and self._has_place:
            return f"place.{column.name}"
        if column.name == "cell":
            return "CASE WHEN place IS NOT NULL THEN lower(to_hex(h3_cell(place.lon, place.lat))) END"
        value = self._value(column)
        if column.name == "status" and contract.derives_status(self.mapping.target):
            closed = "value_closed_at IS NOT NULL" if "closed_at" in self.mapping.named else "false"
            return f"coalesce({value}, CASE WHEN {closed} THEN 'closed' ELSE 'open' END)"
        if fallback := contract.fallback(column):
            return f"coalesce({value}, {'false' if column.server_default is not None else literal(fallback)})"
        return value

    def _value(self, column: Column) -> str:
        if column.name not in self.bits:
            return "NULL"
        if column.name in self.renamed:
            return f"coalesce(renamed_{column.name}.ours, {_t(column)})"
        return _t(column) if casts.is_text(column) else _v(column)

    def _absent(self) -> str:
        return _bits({f"{_t(column)} IS NULL": self.bits[column.name] for column in self.taken})

    def _wrong(self) -> str:
        typed = [column for column in self.taken if not casts.is_text(column)]
        wrong = {f"{_t(column)} IS NOT NULL AND {_v(column)} IS NULL": self.bits[column.name] for column in typed}
        return _bits({"surplus IS NOT NULL AND surplus <> ''": SURPLUS} | wrong)

    def complaints(self) -> str:
        """Everything that is wrong with a row of ``staged``, in words, beside its row of ``records``."""
        required = contract.must_be_mapped(self.mapping.target)
        found = [f"CASE WHEN wrong & {SURPLUS} <> 0 THEN {literal(MORE_CELLS)} END"]
        for column in self.taken:
            bit = self.bits[column.name]
            if column.name in required:
                found.append(f"CASE WHEN absent & {bit} <> 0 THEN {literal(f'missing: {column.name}')} END")
            found.append(
                f"CASE WHEN wrong & {bit} <> 0 THEN {self._complaint(column)} || {literal(f': {column.name}')} END"
            )
        return f"concat_ws('; ', {', '.join(found)})"

    def _complaint(self, column: Column) -> str:
        said = literal(casts.complaint(column))
        if not isinstance(column.type, DateTime) or column.name in self.mapping.formats:
            return said
        return f"CASE WHEN {times.unclear(self.text(column))} THEN {literal(UNCLEAR)} ELSE {said} END"


def _t(column: Column) -> str:
    return name(f"text_{column.name}")


def _v(column: Column) -> str:
    return name(f"value_{column.name}")


def _bits(conditions: dict[str, int]) -> str:
    return "0::BIGINT" + "".join(
        f" | CASE WHEN {condition} THEN {bit}::BIGINT ELSE 0 END" for condition, bit in conditions.items()
    )
