"""Records that a kept version of the data has and the one that is read has not: taken back, or deleted otherwise."""

from collections.abc import Iterable
from functools import lru_cache

import pandas as pd
from sqlalchemy import Table

from cockpit import database
from cockpit.errors import DatabaseError
from queries import changes as ask
from queries.filters import Filters
from queries.tables import FACTS

COLUMNS = ["record", "body", "district", "street", "category", "channel", "opened_at", "status", "listed", "version"]
AT_ONCE = 10_000  # identifiers in one statement


def removed(table: Table, url: str, facts_url: str, kept: Iterable[int]) -> pd.DataFrame:
    """One row per record that one of these kept versions has and the facts have not, as it stood in the newest version
    that has it: ``COLUMNS``. Versions that cannot be read are passed over."""
    return _removed(table.name, url, facts_url, tuple(sorted(kept, reverse=True)), database.data_version(facts_url))


@lru_cache(maxsize=8)
def _removed(name: str, url: str, facts_url: str, kept: tuple[int, ...], _version: str) -> pd.DataFrame:
    table, parts = FACTS[name], []
    if kept:
        there = set(database.fetch(ask.identifiers(table), facts_url)["record"].tolist())
        for number in kept:
            parts.append(_only_in(table, database.version_url(url, number), there).assign(version=number))
            there |= set(parts[-1]["record"])
    return pd.concat([pd.DataFrame(columns=COLUMNS), *(part for part in parts if len(part))], ignore_index=True)


def _only_in(table: Table, url: str, there: set[str]) -> pd.DataFrame:
    try:
        records = database.fetch(ask.identifiers(table), url)["record"]
    except DatabaseError:  # gone meanwhile, or made by an earlier cockpit
        return pd.DataFrame(columns=COLUMNS)
    gone = sorted(set(records.tolist()) - there)
    slices = (tuple(gone[start : start + AT_ONCE]) for start in range(0, len(gone), AT_ONCE))
    found = [database.fetch(ask.those(table, one), url) for one in slices]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS)


def chosen(frame: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """The records of a choice, whatever the period: by what they said themselves."""
    if filters.district is not None:
        frame = frame[frame["district"] == filters.district]
    for column, values in filters.chosen():
        frame = frame[frame[column].isin(values)]
    return frame.reset_index(drop=True)
