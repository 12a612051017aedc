"""What the import would have written had it made the demonstration: eight weekly loads, their flaws, the versions."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from sqlalchemy import Table

from cockpit.headline import Headline
from cockpit.intake import mapping
from queries.tables import FACTS
from sample_data import exports, rejected
from sample_data.doubtful import doubts
from sample_data.measured import measured, read_of
from sample_data.weekly import FIRST_WEEK, FRIDAYS, WEEKS, Register, changes, register

MARK = "demonstration"
"""The load of all that was there before the first weekly file."""
BY = "数据员"

Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Delivery:
    """One weekly file. ``state``: all records as they were told by then; ``kept``: the places of those in the file;
    ``changed``: of ``weekly.changes``; ``twice``: those of ``kept`` that stood in it twice."""

    records: Register
    version: int
    state: pd.DataFrame
    kept: np.ndarray
    changed: pd.DataFrame
    rejects: pd.DataFrame
    twice: np.ndarray

    @property
    def table(self) -> Table:
        return self.records.table

    @property
    def week(self) -> int:
        return FIRST_WEEK - 1 + self.version

    @property
    def load_id(self) -> str:
        return f"{MARK}-2023-W{self.week}-{self.table.name}"

    @property
    def file(self) -> str:
        return exports.FILES[self.table.name].format(week=self.week)

    @property
    def added(self) -> int:
        return int((self.records.arrival == self.version).sum())

    @property
    def counts(self) -> dict[str, int]:
        kept, lost, twice = len(self.kept), len(self.rejects), len(self.twice)
        return {"read": kept + lost + twice, "kept": kept, "rejected": lost, "superseded": twice}

    @cached_property
    def doubts(self) -> pd.DataFrame:
        return doubts(self.table, self.state.iloc[self.kept], FRIDAYS[self.version])

    @property
    def plan(self) -> mapping.Mapping:
        return exports.plan(self.table.name, self.week, FRIDAYS[self.version])


def deliveries(rng: np.random.Generator, records: Register) -> Iterator[Delivery]:
    """The weekly files of a table, in their order."""
    before = records.at(0)
    for version in range(1, WEEKS + 1):
        state = records.at(version)
        moved = changes(records.table, before, state)
        moved = moved[records.arrival[moved["row"]] < version]
        kept = np.union1d(np.flatnonzero(records.arrival == version), moved["row"])
        lost = rejected.rows(rng, records, version, state, kept)
        twice = rng.choice(kept, rejected.SUPERSEDED[records.table.name][version - 1], replace=False)
        yield Delivery(records, version, state, kept, moved, lost, twice)
        before = state


# --- the tables of the import -----------------------------------------------------------------------------------------


def published_at(version: int) -> pd.Timestamp:
    """On the Friday morning."""
    return FRIDAYS[version] + pd.Timedelta(hours=8, minutes=41 + 3 * version)


def _load(one: Delivery) -> dict:
    return {
        "load_id": one.load_id,
        "target": one.table.name,
        "file": one.file,
        "sha256": hashlib.sha256(one.load_id.encode()).hexdigest(),
        **{f"rows_{what}": n for what, n in one.counts.items()},
        "loaded_at": published_at(one.version),
        "as_of": FRIDAYS[one.version],
        "mapping": exports.NAMES[one.table.name],
        "mapping_text": mapping.text(one.plan),
        "version": one.version + 1,
    }


def _fields(one: Delivery) -> pd.DataFrame:
    """Filled and valid, over every row of the file: those taken, those that stand twice, and those refused."""
    rows = one.state.iloc[np.concatenate([one.kept, one.twice])]
    taken = rows[list(exports.COLUMNS[one.table.name])].notna().sum()
    cells = pd.DataFrame(list(one.rejects["cells"]))
    wrong = [rejected.wrong(reason) for reason in one.rejects["reason"]]
    filled = cells.ne("")
    sound = filled & ~pd.DataFrame([{name: name in each for name in cells} for each in wrong])
    sound["lon"] = sound["lat"] = sound["lon"] & sound["lat"]  # one without the other is no place
    flagged = one.doubts.drop_duplicates(["row", "field"])["field"].value_counts()
    return pd.DataFrame(
        {
            "load_id": one.load_id,
            "field": taken.index,
            "rows": one.counts["read"],
            "filled": (taken + filled.sum()).to_numpy(),
            "valid": (taken + sound.sum()).to_numpy(),
            "flagged": flagged.reindex(taken.index).fillna(0).astype(int).to_numpy(),
        }
    )


def _rejects(rng: np.random.Generator, one: Delivery) -> pd.DataFrame:
    lines = np.sort(rng.choice(np.arange(2, one.counts["read"] + 2), len(one.rejects), replace=False))
    order = rng.permutation(len(one.rejects))
    return one.rejects.drop(columns="cells").iloc[order].assign(load_id=one.load_id, line=lines)


def _corrected(rejects: pd.DataFrame, weekly: list[Delivery]) -> pd.Series:
    """The first later file of the table that brought the record of each reject."""
    found = pd.Series(None, index=rejects.index, dtype=object)
    for one in reversed(weekly):
        brought = rejects["record"].isin(one.records.ids[one.kept]) & (rejects["version"] < one.version)
        found[brought & rejects["target"].eq(one.table.name)] = one.load_id
    return found


def _history(one: Delivery) -> pd.DataFrame:
    return one.changed.assign(
        load_id=one.load_id,
        target=one.table.name,
        record=one.records.ids[one.changed["row"]],
        changed_at=published_at(one.version),
    ).drop(columns="row")


def _flags(frames: Frames, weekly: list[Delivery]) -> pd.DataFrame:
    """The doubts about the records as they are, each of the load that brought its record last."""
    parts = []
    for name, table in FACTS.items():
        found = doubts(table, frames[name], FRIDAYS[-1])
        found["record"] = frames[name].iloc[:, 0].to_numpy(object)[found.pop("row")]
        found["load_id"] = MARK
        for one in weekly:
            if one.table is table:
                found.loc[found["record"].isin(one.records.ids[one.kept]), "load_id"] = one.load_id
        parts.append(found.assign(target=name))
    return pd.concat(parts, ignore_index=True)


def _versions(still: Frames, registers: dict[str, Register], weekly: list[Delivery], base: int) -> pd.DataFrame:
    """The base, and one for each week; each with the measures of the data as they were told by then."""
    first = {name: records.at(0) for name, records in registers.items()}
    rows = []
    with measured(still) as asked:
        for version, friday in enumerate(FRIDAYS):
            files = [one for one in weekly if one.version == version]
            states = {one.table.name: one.state for one in files} or first
            there = {
                name: states[name].loc[records.arrival <= version, read_of(records.table)]
                for name, records in registers.items()
            }
            rows.append(_version(version, files, asked.at(friday, there), base))
    return pd.DataFrame(rows)


def _version(version: int, files: list[Delivery], measures: Headline, base: int) -> dict:
    return {
        "version": version + 1,
        "published_at": published_at(version),
        "published_by": BY,
        "kind": "import" if version else "demonstration",
        "added": sum(one.added for one in files) if version else base,
        "changed": sum(one.changed["row"].nunique() for one in files),
        "measures": json.dumps(measures, ensure_ascii=False),
        "files": json.dumps([_told(one) for one in files], ensure_ascii=False),
    }


def _told(one: Delivery) -> dict:
    about = {"file": one.file, "table": one.table.name, "mapping": exports.NAMES[one.table.name]}
    return about | {"load_id": one.load_id, **one.counts}


def kept_by_import(rng: np.random.Generator, frames: Frames) -> Frames:
    """The tables that the import itself writes, for the facts of ``frames``; of ``loads`` all but the base.

    The versions count the base too: everything in ``frames`` that no weekly file brought.
    """
    registers, still = {}, {}
    for name in FACTS:
        registers[name], still[name] = register(rng, name, frames[name])
    weekly = [one for records in registers.values() for one in deliveries(rng, records)]
    base = sum(map(len, frames.values())) - sum(one.added for one in weekly)
    rejects = pd.concat(
        [_rejects(rng, one).assign(version=one.version, target=one.table.name) for one in weekly], ignore_index=True
    )
    return {
        "loads": pd.DataFrame([_load(one) for one in weekly]),
        "load_fields": pd.concat([_fields(one) for one in weekly], ignore_index=True),
        "rejects": rejects.assign(corrected_by=_corrected(rejects, weekly)),
        "flags": _flags(frames, weekly),
        "history": pd.concat([_history(one) for one in weekly], ignore_index=True),
        "versions": _versions(still, registers, weekly, base),
    }
