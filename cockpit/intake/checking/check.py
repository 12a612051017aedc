"""Records → rows that keep the contract, rejects with their reason, doubts. All of it is SQL, in a scratch database.

records   the file as text: line, surplus, c0 … cn
staged    the rows to keep, one for each key: our columns with their types
refused   line, reason, raw (the row as it came, JSON), record (its identifier, where it has one)
doubts    record, field, reason (a key of queries.quality.DOUBTS), value: of rows that are kept
fields    field, rows, filled, valid, flagged: one row for each column of ours that the file fills
"""

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from cockpit.errors import Unfit
from cockpit.i18n import _
from cockpit.intake import contract
from cockpit.intake.checking import doubts, names
from cockpit.intake.checking.known import Known
from cockpit.intake.checking.texts import literal, name
from cockpit.intake.checking.values import MORE_CELLS, Values, teach
from cockpit.intake.mapping import Mapping, suggestion
from cockpit.intake.reading.read import Records
from queries.words import N_

LEAST = 128
"""MB, enough for any number of rows: more gains no time."""
MEMORY = f"{LEAST}MB"
USUAL, COLUMN, BATCH = 50, 1.2, 12_288
"""A file of more columns takes so many MB more for each, and the texts of so many rows at a time."""


@dataclass(frozen=True)
class Checked:
    """What became of the records. ``columns`` are those of ``staged``, of which ``replaced`` take the place of what a
    known row has and the others are for new rows; ``flagged``: rows kept that are in doubt; ``database`` is the scratch
    file."""

    database: Path
    columns: tuple[str, ...]
    replaced: tuple[str, ...]
    kept: int
    rejected: int
    superseded: int
    flagged: int
    noted: dict[str, int]


def check(records: Records, mapping: Mapping, folder: Path, known: Known | None = None) -> Checked:
    """Stage ``records`` in a scratch database in ``folder``, held against what is ``known`` (default: nothing).

    Raises Unfit for a mapped column that the file lacks.
    """
    _require(records, mapping)
    scratch = folder / "scratch.duckdb"
    with duckdb.connect(str(scratch)) as connection:
        _prepare(connection, folder, records)
        teach(connection, mapping.read.coordinates)
        records.into(connection)
        return _Check(connection, Values(records, mapping), known or Known()).run(scratch)


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


def memory(records: Records) -> str:
    """What the engine may take for these records, whatever their number: more where the rows are wide."""
    wide = COLUMN * max(0, len(records.names) - USUAL)
    long = BATCH * records.path.stat().st_size / max(records.count, BATCH) / 1e6
    return f"{LEAST + wide + long:.0f}MB"


def _prepare(connection: duckdb.DuckDBPyConnection, folder: Path, records: Records) -> None:
    connection.execute(f"SET memory_limit = '{memory(records)}'")
    connection.execute(f"SET temp_directory = {literal(str(folder / 'spill'))}")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    connection.execute("PRAGMA force_compression = 'uncompressed'")  # read once and thrown away


class _Check:
    """The steps over one scratch database."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, values: Values, known: Known):
        self.connection, self.known = connection, known
        self.values = replace(values, renamed=self._renamed(values))
        self.mapping, self.keys = values.mapping, contract.keys(values.mapping.target)
        self.noted: dict[str, int] = {}

    def run(self, scratch: Path) -> Checked:
        self.connection.execute(f"CREATE TABLE staged AS {self.values.statement}")
        self._repeated()
        fields = self._fields()
        rejected, superseded = self._refuse()
        self._note()
        flagged = doubts.find(self.connection, self.values, self.known)
        self._write_fields(fields)
        kept = self._one("SELECT count(*) FROM staged")
        changing = self.values.filled - {*self.keys}
        replaced = tuple(column for column in self.values.columns if column in changing)
        noted = {what: n for what, n in self.noted.items() if n}
        return Checked(scratch, self.values.columns, replaced, kept, rejected, superseded, flagged, noted)

    def _renamed(self, values: Values) -> tuple[str, ...]:
        levels = [level for level in names.LEVELS if level in values.bits]
        texts = {level: values.written(values.mapping.target.c[level]) for level in levels}
        return names.renamed(self.connection, texts, self.known) if "street" in values.mapping.target.c else ()

    def _repeated(self) -> None:
        """The rows of an id that give way to another one of it. Few ids come twice, so only theirs are put in order."""
        keys = ", ".join(map(name, self.keys))
        order = "DESC" if self.mapping.read.duplicates == "last" else "ASC"
        sound = f"FROM staged WHERE {self.values.sound}"
        twice = f"SELECT id FROM (SELECT hash({keys}) AS id {sound}) GROUP BY id HAVING count(*) > 1"
        self.connection.execute(
            "CREATE TABLE repeated AS SELECT line FROM ("
            f"SELECT line, row_number() OVER (PARTITION BY {keys} ORDER BY line {order}) AS place "
            f"{sound} AND hash({keys}) IN ({twice})) WHERE place > 1"
        )

    def _refuse(self) -> tuple[int, int]:
        """Take out of ``staged`` what is not kept; how many were rejected and superseded."""
        refused = f"SELECT line, absent, wrong, NULL AS reason FROM staged WHERE NOT {self.values.sound}"
        superseded = self._one("SELECT count(*) FROM repeated")
        if self.mapping.read.duplicates == "reject":
            refused += f" UNION ALL SELECT line, 0, 0, {literal('repeated: ' + ', '.join(self.keys))} FROM repeated"
            superseded = 0
        # Left to itself the engine may hold all records in memory, where most of them are refused.
        self.connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        self.connection.execute(f"CREATE TABLE refused AS {self._worded(refused)}")
        self.connection.execute("RESET disabled_optimizers")
        self.connection.execute(
            f"DELETE FROM staged WHERE NOT {self.values.sound} OR line IN (SELECT line FROM repeated)"
        )
        return self._one("SELECT count(*) FROM refused"), superseded

    def _worded(self, refused: str) -> str:
        pairs = ", ".join(
            f"{literal(theirs)}, coalesce(c{i}, '')" for i, theirs in enumerate(self.values.records.names)
        )
        raw = f"json_object({pairs})::VARCHAR"
        surplus = f"json_merge_patch({raw}, json_object({literal(MORE_CELLS)}, surplus::JSON))::VARCHAR"
        record = " || '/' || ".join(self.values.text(self.mapping.target.c[key]) for key in self.keys)
        return (
            f"SELECT line, coalesce(reason, {self.values.complaints()}) AS reason, "
            f"CASE WHEN surplus <> '' THEN {surplus} ELSE {raw} END AS raw, {record} AS record "
            f"FROM records JOIN ({refused}) USING (line)"
        )

    def _fields(self) -> dict[str, tuple[int, int, int]]:
        """Field → rows, filled, valid, over every row of the file."""
        fields = [column.name for column in self.values.taken if column.name in self.mapping.columns]
        counts = ["count(*)"]
        for field in fields:
            bit = self.values.bits[field]
            filled = f"count(*) FILTER (absent & {bit} = 0)"
            wrong = f"count(*) FILTER (wrong & {bit} <> 0)"
            placed = field in ("lon", "lat")
            counts += [filled, f"count({name(field)})" if placed else f"{filled} - {wrong}"]
        rows, *found = self.connection.execute(f"SELECT {', '.join(counts)} FROM staged").fetchone()  # type: ignore
        return {field: (rows, *found[2 * i : 2 * i + 2]) for i, field in enumerate(fields)}

    def _write_fields(self, fields: dict[str, tuple[int, int, int]]) -> None:
        flagged = doubts.by_field(self.connection)
        self.connection.execute(
            "CREATE TABLE fields (field VARCHAR, rows BIGINT, filled BIGINT, valid BIGINT, flagged BIGINT)"
        )
        for field, counts in fields.items():
            self.connection.execute(
                "INSERT INTO fields VALUES (?, ?, ?, ?, ?)", [field, *counts, flagged.get(field, 0)]
            )

    def _note(self) -> None:
        """What was taken otherwise than it came."""
        self.noted["coordinates_dropped"] = self._one("SELECT count(*) FROM staged WHERE lost")
        for column in set(contract.UNKNOWN) & {*self.values.columns}:
            unknown = literal(contract.UNKNOWN[column])
            self.noted[f"{column}_unknown"] = self._one(f"SELECT count(*) FROM staged WHERE {name(column)} = {unknown}")
        for level in self.values.renamed:
            matched = f"matched & {1 << names.LEVELS.index(level)} <> 0"
            self.noted[names.NOTED[level]] = self._one(f"SELECT count(*) FROM staged WHERE {matched}")

    def _one(self, question: str) -> int:
        return self.connection.execute(question).fetchone()[0]  # type: ignore[index]
