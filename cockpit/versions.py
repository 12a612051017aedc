"""Versions of the data: what there is, which of them a reader looks at, and how one comes back."""

import json
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cockpit import database
from cockpit.errors import DatabaseError, IntakeError
from cockpit.headline import Headline, difference
from cockpit.settings import settings
from queries.tables import versions
from queries.words import N_

_looked_at: ContextVar[int | None] = ContextVar("version", default=None)


@dataclass(frozen=True)
class Version:
    """One state of the data that readers saw.

    files: file, table, mapping, load_id, read, kept, rejected and superseded of each file that came with it. measures:
    of all the data; change: by how much they differ from the version before. kept: can it be read and brought back?
    """

    number: int
    published_at: datetime
    published_by: str
    kind: str
    restores: int | None
    added: int
    changed: int
    files: tuple[dict[str, Any], ...]
    measures: Headline
    change: Headline
    kept: bool

    def sum(self, what: str) -> int:
        """Of all its files: read, kept, rejected or superseded."""
        return sum(one[what] for one in self.files)


def listed(url: str) -> list[Version]:
    """All versions, the newest first."""
    with database.connect(url) as connection:
        rows = list(connection.execute(select(versions).order_by(versions.c.version)))
    kept, found = _kept(url, [row.version for row in rows]), []
    before: Headline = {}
    for row in rows:
        measures = json.loads(row.measures)
        found.append(
            Version(
                row.version,
                row.published_at,
                row.published_by,
                row.kind,
                row.restores,
                row.added,
                row.changed,
                tuple(json.loads(row.files or "[]")),
                measures,
                difference(measures, before),
                row.version in kept,
            )
        )
        before = measures
    return found[::-1]


def _kept(url: str, known: Iterable[int]) -> set[int]:
    """The newest version is what everybody reads; the others are kept beside it."""
    numbers = set(known)
    return numbers & (database.versions_kept(url) | {max(numbers, default=0)})


def find(url: str, number: int) -> tuple[Version, bool]:
    """A version that can be read, and whether it is the newest; raises DatabaseError naming those that can be."""
    there = listed(url)
    for one in there:
        if one.number == number and one.kept:
            return one, one is there[0]
    raise _missing(number, [one.number for one in there if one.kept])


def _missing(number: int, kept: list[int]) -> DatabaseError:
    if not kept:
        return DatabaseError(N_("Version {number} of the data is not kept: there is none yet."), number=number)
    return DatabaseError(
        N_("Version {number} of the data is not kept. Kept are: {kept}."),
        number=number,
        kept=", ".join(map(str, sorted(kept))),
    )


def url_of(url: str, number: int) -> str:
    """Where a version is read; raises DatabaseError where it is not kept."""
    _found, newest = find(url, number)
    return url if newest else database.version_url(url, number)


# --- which of them is shown -------------------------------------------------------------------------------------------


def look_at(number: int | None) -> None:
    """Read the facts of this version from here on, in this thread only; None: the newest."""
    _looked_at.set(number)


def looked_at() -> int | None:
    return _looked_at.get()


def facts_url() -> str:
    """Where this reader's facts are."""
    number, url = looked_at(), settings().database_url
    return url if number is None else database.version_url(url, number)


def choose(number: int) -> Version | None:
    """As ``look_at``; the version, None where it is the newest. Raises DatabaseError where it is not kept."""
    found, newest = find(settings().database_url, number)
    look_at(None if newest else number)
    return None if newest else found


# --- taking it back ---------------------------------------------------------------------------------------------------


def rollback(url: str, number: int, by: str | None = None) -> int:
    """Make the data what they were in version ``number``; returns the number of the new version that says so.

    Rows, loads, rejects, flags and history come back; the list of versions goes on. Raises DatabaseError where that
    version is not kept, IntakeError where it is what readers see, or another import runs.
    """
    from cockpit.intake import explained, keep  # every page reads this module; few take anything back
    from cockpit.intake.publishing.claim import claim

    with explained(), claim(url, demonstration=True) as folder:
        _wanted, newest = find(url, number)
        if newest:
            raise IntakeError(N_("Version {number} is what readers see already; nothing was changed."), number=number)
        with keep.draft(url, folder, by or keep.user(), "rollback", start=number, restores=number) as draft:
            pass
    return draft.number


def upgrade(url: str, by: str | None = None) -> int | None:
    """Give a database of an earlier cockpit the tables and columns that it lacks, as a new version; returns its number,
    None where nothing is missing. Raises DatabaseError where there is none, IntakeError where an import runs.

    What is added is empty: records stay as they are. Kept versions stay as they were and can be brought back.
    """
    from cockpit.intake import explained, keep
    from cockpit.intake.publishing.claim import claim

    database.data_version(url)
    if not database.lacks(url):
        return None
    with (
        explained(),
        claim(url, demonstration=True) as folder,
        keep.draft(url, folder, by or keep.user(), "upgrade") as draft,
    ):
        pass
    return draft.number
