"""Records → rows that keep the contract, and rejects with their reason. All of it is SQL, in a scratch database.

records   the file as text: line, surplus, c0 … cn
checked   line, our columns with their types, complaints (null = none)
staged    the rows to keep, one for each key
refused   line, reason, raw (the row as it came, JSON)
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import h3
import pyarrow as pa
from sqlalchemy import Column

from cockpit.errors import Unfit
from cockpit.i18n import _
from cockpit.intake import casts, contract
from cockpit.intake.casts import literal, name
from cockpit.intake.mapping import ANY, Mapping, suggestion
from cockpit.intake.read import Records
from queries.words import N_

RESOLUTION = 8
# Enough for any number of rows; more gains little time.
MEMORY = "256MB"
MORE_CELLS = "more cells than columns"


@dataclass(frozen=True)
class Checked:
    """What became of the records. ``columns`` are those of ``staged``, of which ``replaced`` take the place of what a
    known row has and the others are for new rows; ``database`` is the scratch file."""

    database: Path
    columns: tuple[str, ...]
    replaced: tuple[str, ...]
    kept: int
    rejected: int
    superseded: int
    noted: dict[str, int]


def check(records: Records, mapping: Mapping, folder: Path) -> Checked:
    """Stage ``records`` in a scratch database in ``folder``. Raises IntakeError for a mapped column the file lacks."""
    _require(records, mapping)
    scratch = folder / "scratch.duckdb"
    columns = _columns(mapping)
    with duckdb.connect(str(scratch)) as connection:
        _prepare(connection, folder)
        records.into(connection)
        connection.execute(f"CREATE TABLE checked AS {_checked(records, mapping, columns)}")
        connection.execute(f"CREATE TABLE ranked AS {_ranked(mapping)}")
        connection.execute(
            f"CREATE TABLE staged AS SELECT {', '.join(map(name, columns))} FROM checked "
            "SEMI JOIN (FROM ranked WHERE place = 1) USING (line)"
        )
        connection.execute(f"CREATE TABLE refused AS {_refused(records, mapping)}")
        return _counted(connection, scratch, mapping, columns)


def _require(records: Records, mapping: Mapping) -> None:
    missing = [theirs for theirs in mapping.columns.values() if theirs not in records.names]
    if missing:
        raise Unfit(
            N_("The mapping does not fit the file. {problems} The names are in row {row}; see docs/intake.md."),
            problems=" ".join(_lacks(theirs, records) for theirs in dict.fromkeys(missing)),
            row=mapping.read.header,
        )


def _lacks(theirs: str, records: Records) -> str:
    lacks = _("The file has no column {name!r}.").format(name=theirs)
    return f"{lacks} {suggestion(theirs, records.names)}"


def _columns(mapping: Mapping) -> tuple[str, ...]:
    """Our columns that the import writes: those that the file fills, and those that a new row must have."""
    table, filled = mapping.target, _filled(mapping)
    needed = {column.name for column in table.columns if contract.fallback(column) and column.server_default is None}
    if contract.derives_status(table):
        needed.add("status")
    return tuple(column.name for column in table.columns if column.name in filled or column.name in needed)


def _filled(mapping: Mapping) -> set[str]:
    """Our columns that the file says something about: those mapped, and what follows from them."""
    table, named = mapping.target, mapping.named
    filled = set(named)
    if contract.derives_status(table) and "closed_at" in named:
        filled.add("status")
    if "cell" in table.c and "lon" in named:
        filled.add("cell")
    return filled


def _prepare(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    connection.execute(f"SET memory_limit = '{MEMORY}'")
    connection.execute(f"SET temp_directory = {literal(str(folder / 'spill'))}")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    connection.create_function("h3_cell", _cells, ["DOUBLE", "DOUBLE"], "VARCHAR", type="arrow")  # type: ignore


def _cells(latitudes: pa.ChunkedArray, longitudes: pa.ChunkedArray) -> pa.Array:
    pairs = zip(latitudes.to_pylist(), longitudes.to_pylist(), strict=True)
    return pa.array([h3.latlng_to_cell(lat, lon, RESOLUTION) for lat, lon in pairs], pa.string())


def _checked(records: Records, mapping: Mapping, columns: tuple[str, ...]) -> str:
    """text → mapped → typed → checked, one layer of SQL each."""
    table = mapping.target
    taken = [table.c[column] for column in columns if column in mapping.named]
    texts = ", ".join(f"{_text(records, mapping, column)} AS {_t(column)}" for column in taken)
    values = ", ".join(
        f"{casts.mapped(_t(column), mapping.values.get(column.name, {}), ANY)} AS {_t(column)}" for column in taken
    )
    typed = ", ".join(f"{_cast(mapping, column)} AS {_v(column)}" for column in taken)
    final = ", ".join(f"{_final(mapping, table.c[column])} AS {name(column)}" for column in columns)
    return (
        f"SELECT line, {_complaints(mapping, taken)} AS complaints, {final}, {_lost(mapping)} AS lost FROM ("
        f"SELECT *, {typed} FROM (SELECT line, surplus, {values} FROM ("
        f"SELECT line, surplus, {texts} FROM records)))"
    )


def _t(column: Column) -> str:
    return name(f"text_{column.name}")


def _v(column: Column) -> str:
    return name(f"value_{column.name}")


def _text(records: Records, mapping: Mapping, column: Column) -> str:
    if column.name in mapping.constants:
        return f"nullif({literal(mapping.constants[column.name].strip())}, '')"
    text = casts.trimmed(f"c{records.names.index(mapping.columns[column.name])}")
    nulls = casts.listed({"", *(null.strip() for null in mapping.read.null)})
    return f"CASE WHEN {text} NOT IN ({nulls}) THEN {text} END"


def _cast(mapping: Mapping, column: Column) -> str:
    return casts.cast(column, _t(column), mapping.formats.get(column.name), mapping.read.decimal)


def _located(mapping: Mapping) -> str:
    """Both coordinates are there and possible; 0,0 is what a system writes that knows no place."""
    lon, lat = name("value_lon"), name("value_lat")
    return f"({lon} BETWEEN -180 AND 180 AND {lat} BETWEEN -90 AND 90 AND ({lon} <> 0 OR {lat} <> 0))"


def _lost(mapping: Mapping) -> str:
    """Whether the row came with coordinates that were not taken."""
    if "lon" not in mapping.named:
        return "false"
    return f"(text_lon IS NOT NULL OR text_lat IS NOT NULL) AND {_located(mapping)} IS NOT TRUE"


def _final(mapping: Mapping, column: Column) -> str:
    """The value that is written, with what the import fills in itself."""
    table = mapping.target
    if column.name == "cell":
        return f"CASE WHEN {_located(mapping)} THEN h3_cell(value_lat, value_lon) END"
    if column.name in ("lon", "lat") and "lon" in mapping.named and "lat" in mapping.named:
        return f"CASE WHEN {_located(mapping)} THEN {_v(column)} END"
    value = _v(column) if column.name in mapping.named else "NULL"
    if column.name == "status" and contract.derives_status(table):
        closed = "value_closed_at IS NOT NULL" if "closed_at" in mapping.named else "false"
        return f"coalesce({value}, CASE WHEN {closed} THEN 'closed' ELSE 'open' END)"
    if fallback := contract.fallback(column):
        return f"coalesce({value}, {'false' if column.server_default is not None else literal(fallback)})"
    return value


def _complaints(mapping: Mapping, taken: list[Column]) -> str:
    """Everything that is wrong with the row, as one text; null where nothing is."""
    required = contract.must_be_mapped(mapping.target)
    found = [f"CASE WHEN surplus IS NOT NULL AND surplus <> '' THEN {literal(MORE_CELLS)} END"]
    for column in taken:
        if column.name in required:
            found.append(f"CASE WHEN {_t(column)} IS NULL THEN {literal(f'missing: {column.name}')} END")
        found.append(
            f"CASE WHEN {_t(column)} IS NOT NULL AND {_v(column)} IS NULL "
            f"THEN {literal(f'{casts.complaint(column)}: {column.name}')} END"
        )
    return f"nullif(concat_ws('; ', {', '.join(found)}), '')"


def _ranked(mapping: Mapping) -> str:
    """The rows without complaint: place 1 is the one that is kept of its key."""
    order = "DESC" if mapping.read.duplicates == "last" else "ASC"
    keys = ", ".join(map(name, contract.keys(mapping.target)))
    return (
        f"SELECT line, row_number() OVER (PARTITION BY {keys} ORDER BY line {order}) AS place "
        "FROM checked WHERE complaints IS NULL"
    )


def _refused(records: Records, mapping: Mapping) -> str:
    repeated = literal(f"repeated: {', '.join(contract.keys(mapping.target))}")
    refused = "SELECT line, complaints AS reason FROM checked WHERE complaints IS NOT NULL"
    if mapping.read.duplicates == "reject":
        refused += f" UNION ALL SELECT line, {repeated} FROM ranked WHERE place > 1"
    pairs = ", ".join(f"{literal(theirs)}, coalesce(c{i}, '')" for i, theirs in enumerate(records.names))
    raw = f"json_object({pairs})::VARCHAR"
    surplus = f"json_merge_patch({raw}, json_object({literal(MORE_CELLS)}, surplus::JSON))::VARCHAR"
    return (
        f"SELECT line, reason, CASE WHEN surplus <> '' THEN {surplus} ELSE {raw} END AS raw "
        f"FROM ({refused}) JOIN records USING (line)"
    )


def _counted(connection: duckdb.DuckDBPyConnection, scratch: Path, mapping: Mapping, columns) -> Checked:
    def one(question: str) -> int:
        return connection.execute(question).fetchone()[0]  # type: ignore[index]

    superseded = one("SELECT count(*) FROM ranked WHERE place > 1") if mapping.read.duplicates != "reject" else 0
    noted = {"coordinates_dropped": one("SELECT count(*) FROM checked WHERE lost AND complaints IS NULL")}
    for column in contract.UNKNOWN:
        if column in columns:
            noted[f"{column}_unknown"] = one(
                f"SELECT count(*) FROM staged WHERE {name(column)} = {literal(contract.UNKNOWN[column])}"
            )
    return Checked(
        scratch,
        columns,
        tuple(column for column in columns if column in _filled(mapping) - {*contract.keys(mapping.target)}),
        one("SELECT count(*) FROM staged"),
        one("SELECT count(*) FROM refused"),
        superseded,
        {what: n for what, n in noted.items() if n},
    )
