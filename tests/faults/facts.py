"""Files of which one sees at a glance whether a database holds whole imports of them.

Import n, from 1, brings every one of SAME known records with people_count = n, NEW records of its own, and one row that
cannot be taken.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.intake.files import HEADER, MAPPING, as_csv, row

SAME, NEW = 400, 10

QUESTION = """
SELECT (SELECT count(*) FROM complaints),
       (SELECT min(people_count) FROM complaints WHERE complaint_id LIKE 'A%'),
       (SELECT max(people_count) FROM complaints WHERE complaint_id LIKE 'A%'),
       (SELECT count(DISTINCT people_count) FROM complaints WHERE complaint_id LIKE 'N%'),
       (SELECT count(*) FROM loads),
       (SELECT sum(rows_kept) FROM loads),
       (SELECT max(version) FROM loads),
       (SELECT count(*) FROM rejects),
       (SELECT count(DISTINCT load_id) FROM load_fields),
       (SELECT count(*) FROM history),
       (SELECT max(version) FROM versions),
       (SELECT count(*) FROM versions),
       (SELECT sum(added) FROM versions),
       (SELECT measures FROM versions ORDER BY version DESC LIMIT 1)
"""
"""One statement, so that every number of it is of one moment on every engine."""


@dataclass(frozen=True)
class Seen:
    """What a reader saw at one moment."""

    records: int
    oldest: int
    newest: int
    brought: int
    loads: int
    kept: int
    loaded_version: int
    rejects: int
    loads_with_fields: int
    history: int
    version: int
    versions: int
    added: int
    measures: str


def faults(seen: Seen) -> Iterator[str]:
    """How this is not the state after a whole number of imports."""
    n = seen.loads
    if seen.oldest != seen.newest:
        yield "known records of two imports"
    if seen.brought != n or seen.records != SAME + NEW * n:
        yield "records do not fit the loads"
    if (seen.kept, seen.rejects, seen.loads_with_fields) != ((SAME + NEW) * n, n, n):
        yield "loads, rejects and fields do not fit"
    if seen.history != SAME * (n - 1):
        yield "history does not fit the loads"
    if not seen.version == seen.versions == seen.loaded_version == n:
        yield "versions do not fit the loads"
    if seen.added != seen.records:
        yield "what versions added is not what is there"
    if json.loads(seen.measures)["complaints"]["received"] != seen.records:
        yield "measures of another version"


def write(folder: Path, number: int) -> Path:
    """The file of one import, in an order of its own."""
    rows = [row(编号=f"A{i:04}", 人数=str(number)) for i in range(SAME)]
    rows += [row(编号=f"N{number:04}-{i}", 人数=str(number)) for i in range(NEW)]
    random.Random(number).shuffle(rows)
    file = folder / f"import-{number:04}.csv"
    file.write_text(as_csv([HEADER, *rows, row(编号="")]), "utf-8")
    return file


def plan(folder: Path) -> Path:
    file = folder / "plan.toml"
    file.write_text(MAPPING.format(read="", more=""), "utf-8")
    return file
