"""All the demonstration data, from a seed into a database."""

import hashlib
from collections.abc import Callable

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Engine, Table, Text, cast, func, literal, select

from cockpit import bulk
from cockpit.intake import contract
from queries.tables import metadata
from sample_data import (
    baoan,
    calls,
    demonstration,
    doubtful,
    longwan,
    nanhai,
    petitions,
    places,
    quality,
    terms,
    visits,
    xinluo,
)
from sample_data.weekly import FRIDAYS

SEED = 20231130
DISTRICTS = (demonstration, baoan, longwan, xinluo, nanhai)
TABLES = (*(name for name in contract.TABLES if name != "area_aliases"), *contract.OURS)
BY_TIME = {"cases": "opened_at", "complaints": "opened_at", "case_steps": "entered_at"}
Progress = Callable[[str], None]


def build(connection: Connection, seed: int = SEED, progress: Progress | None = None) -> dict[str, int]:
    """Fill the empty tables, in the connection's transaction; the same seed gives the same rows. Returns rows by table.

    ``progress`` is called with the name of each part and table as its turn comes.
    """
    say = progress or (lambda part: None)
    frames = _frames(seed, say)
    for name in TABLES:
        say(name)
        bulk.write(connection, metadata.tables[name], frames[name])
    return {name: len(frames[name]) for name in TABLES}


def _frames(seed: int, say: Progress) -> dict[str, pd.DataFrame]:
    """The rows by table, facts in the order of time. Each district draws from a generator of its own."""
    parts: dict[str, list[pd.DataFrame]] = {}
    *seeds, own, after = np.random.SeedSequence(seed).spawn(len(DISTRICTS) + 2)
    for district, part in zip(DISTRICTS, seeds, strict=True):
        say(district.HERE.name)
        for name, frame in district.make(np.random.default_rng(part)).items():
            parts.setdefault(name, []).append(frame)
    frames = {name: _joined(name, frames) for name, frames in parts.items()}
    frames["areas"] = places.areas()
    rng = np.random.default_rng(own)
    frames["cases"] = doubtful.with_doubts(rng, frames["cases"])
    frames |= _aftermath(np.random.default_rng(after), frames)
    say(quality.MARK)
    imported = quality.kept_by_import(rng, frames)
    base = _load(seed, int(imported["versions"]["added"].iloc[0]))
    return frames | imported | {"loads": pd.concat([base, imported["loads"]], ignore_index=True)}


def _aftermath(rng: np.random.Generator, frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """What became of the records, and what was done beside handling them."""
    complaints = petitions.closed_at_month_ends(rng, petitions.with_procedure(rng, frames["complaints"]))
    cases = frames["cases"]
    return {
        "complaints": complaints,
        "complaint_steps": petitions.steps(rng, complaints),
        "letters": petitions.letters(rng, complaints),
        "whistles": calls.whistles(rng),
        "follow_ups": visits.follow_ups(rng, cases, complaints),
        "term_changes": terms.term_changes(rng, cases, complaints),
        "payment_orders": terms.payment_orders(rng, cases, frames["case_steps"]),
        "milestones": places.milestones(),
    }


def _joined(name: str, frames: list[pd.DataFrame]) -> pd.DataFrame:
    columns = [column.name for column in metadata.tables[name].columns]
    whole = pd.concat([frame.reindex(columns=columns) for frame in frames], ignore_index=True)
    if name not in BY_TIME:
        return whole
    return whole.sort_values(BY_TIME[name], kind="stable", ignore_index=True)


def _load(seed: int, rows: int) -> pd.DataFrame:
    """The row that marks the database as invented; what no weekly file brought came with it."""
    return pd.DataFrame(
        [
            {
                "load_id": quality.MARK,
                "target": "all",
                "file": f"sample_data, seed {seed}",
                "sha256": hashlib.sha256(f"sample_data {seed}".encode()).hexdigest(),
                "rows_read": rows,
                "rows_kept": rows,
                "rows_rejected": 0,
                "rows_superseded": 0,
                "loaded_at": quality.published_at(0),
                "as_of": FRIDAYS[0],
                "version": 1,
            }
        ]
    )


def content_hash(engine: Engine) -> str:
    """SHA-256 of all rows of all tables in key order, each as the text that the engine gives its values."""
    digest = hashlib.sha256()
    with engine.connect() as connection:
        for name, table in sorted(metadata.tables.items()):
            digest.update(name.encode())
            for (row,) in connection.execute(select(_text(table)).order_by(*table.primary_key.columns)):
                digest.update(row.encode())
    return digest.hexdigest()


def _text(table: Table) -> ColumnElement[str]:
    """A row as one text; values end with the unit separator, nulls are the substitute character."""
    values = (func.coalesce(cast(column, Text), literal("\x1a")) for column in table.columns)
    return func.concat_ws(literal("\x1f"), *values)
