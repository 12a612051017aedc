"""Eight Fridays: what the weekly files knew of each record at the time, so that the last of them knows all there is.

A file brings what was received since the Friday before, and what changed. Version 0 of a record is what stood before
the first of them; the states are those of the facts as they are, with what happened later left out.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from sqlalchemy import Boolean, DateTime, Table

from queries.tables import FACTS
from sample_data import exports, words
from sample_data.places import DEMONSTRATION

FIRST_WEEK, WEEKS = 41, 8
FRIDAYS = pd.date_range("2023-10-06", periods=WEEKS + 1, freq="7D").as_unit("s")
"""A file knows what happened before its Friday; on the first of them there was none yet, the last is the data end."""
LOCATED, NO_PLACE = 5, 0.27
"""The first files lack the coordinates of so many records; the fifth brings them."""
LATE = 2
"""Records a file that it spoils, and the next one brings as they should be."""
MERGED, POSTPONED = 7, 6
"""Complaints that a later file calls repetitions, or gives a later term."""
_OTHERWISE = {
    "cases": ("overdue", "lon", "lat", "category", "subcategory"),
    "complaints": ("overdue", "lon", "lat", "category", "subcategory", "due_at", "repeat_of"),
}
KNOWN_FROM = {
    "cases": {
        "accepted_at": (),
        "closed_at": ("status", "outcome", "amount_paid", "amount_waived", "amount_written_off"),
        "filed_at": ("filing_no",),
        "performed_at": (),
        "enforcement_at": (),
        "reopened_at": (),
    },
    "complaints": {"accepted_at": (), "closed_at": ("status", "contacted", "solved", "satisfied")},
}
"""What becomes known at a time, beside the time itself."""
CHANGING = {
    table: [*times, *(name for others in times.values() for name in others), *_OTHERWISE[table]]
    for table, times in KNOWN_FROM.items()
}
"""Fields that a later file may tell otherwise."""


@dataclass(frozen=True)
class Revision:
    """What some records said otherwise from one version until another: rows, and for each field a value a row."""

    rows: np.ndarray
    since: np.ndarray
    until: np.ndarray
    values: dict[str, np.ndarray]


@dataclass
class Register:
    """The records of a table that came or changed in the eight weeks, as they are, with the version that brought each.

    happened: time → version in which a file knew it. unplaced: version that brought the record without coordinates, 0
    where none did.
    """

    table: Table
    frame: pd.DataFrame
    arrival: np.ndarray
    happened: dict[str, np.ndarray]
    unplaced: np.ndarray
    revisions: list[Revision] = field(default_factory=list)

    @property
    def ids(self) -> np.ndarray:
        return self.frame.iloc[:, 0].to_numpy(object)

    def at(self, version: int) -> pd.DataFrame:
        """Every record as the files told it by then; those that had not come yet are in it too."""
        state = self.frame.copy()
        for moment, others in KNOWN_FROM[self.table.name].items():
            hidden = self.happened[moment] > version
            for name in (moment, *others):
                state[name] = state[name].mask(hidden, "open" if name == "status" else None)
        late = state["due_at"] + pd.Timedelta(days=1) <= FRIDAYS[version]
        state["overdue"] = state["overdue"].mask(state["status"].eq("open") & state["overdue"].notna(), late)
        nowhere = (self.unplaced > 0) & (self.unplaced <= version) & (version < LOCATED)
        for name in ("lon", "lat", "cell"):
            state[name] = state[name].mask(nowhere)
        for revision in self.revisions:
            _revise(state, revision, version)
        return state


def _revise(state: pd.DataFrame, revision: Revision, version: int) -> None:
    now = (revision.since <= version) & (version < revision.until)
    for name, values in revision.values.items():
        state.loc[revision.rows[now], name] = values[now]


def register(rng: np.random.Generator, table: str, facts: pd.DataFrame) -> tuple[Register, pd.DataFrame]:
    """The records that came or changed since the first Friday, and all the others."""
    facts = _typed(FACTS[table], facts)
    times = {name: facts[name].to_numpy("datetime64[s]") for name in ("opened_at", *KNOWN_FROM[table])}
    moved = np.any([when >= FRIDAYS[0].to_datetime64() for when in times.values()], axis=0)
    frame = facts[moved].reset_index(drop=True)
    known = {name: _version(when[moved]) for name, when in times.items()}
    arrival = known.pop("opened_at")
    # A time before the record, or after all data, is no time at which anything became known.
    odd = (frame["accepted_at"] < frame["opened_at"]) | (frame["accepted_at"] >= FRIDAYS[-1])
    known["accepted_at"] = np.where(odd, 0, known["accepted_at"])
    _spoil(rng, frame, arrival)
    unplaced = np.where(rng.random(len(frame)) < NO_PLACE, _first_seen(arrival, known), 0)
    unplaced[(unplaced >= LOCATED) | frame["lon"].isna()] = 0
    made = Register(FACTS[table], frame, arrival, known, unplaced)
    made.revisions += _revisions(rng, made)
    return made, facts[~moved]


def _typed(table: Table, facts: pd.DataFrame) -> pd.DataFrame:
    kinds = {DateTime: "datetime64[s]", Boolean: "boolean"}
    return facts.astype({c.name: kinds[type(c.type)] for c in table.columns if type(c.type) in kinds})


def _version(when: np.ndarray) -> np.ndarray:
    """How many Fridays had come; 0 also for what never happened."""
    return np.where(np.isnat(when), 0, np.searchsorted(FRIDAYS.to_numpy(), when, side="right"))


def _here(frame: pd.DataFrame) -> np.ndarray:
    return frame["district"].eq(DEMONSTRATION.name).to_numpy()


def _spoil(rng: np.random.Generator, frame: pd.DataFrame, arrival: np.ndarray) -> None:
    """Some records came a week late: their first row could not be taken."""
    for version in range(WEEKS - 1, 0, -1):
        rows = rng.choice(np.flatnonzero(_here(frame) & (arrival == version)), LATE, replace=False)
        arrival[rows] = version + 1
    frame["late"] = arrival > _version(frame["opened_at"].to_numpy("datetime64[s]"))


def _first_seen(arrival: np.ndarray, known: dict[str, np.ndarray]) -> np.ndarray:
    """The first file that brought a record, new or changed."""
    seen = np.array([np.where(version > 0, np.maximum(version, arrival), WEEKS) for version in known.values()])
    return np.where(arrival > 0, arrival, seen.min(axis=0))


# --- what was told otherwise at first ---------------------------------------------------------------------------------


def _revisions(rng: np.random.Generator, records: Register) -> list[Revision]:
    frame, closed = records.frame, records.happened["closed_at"]
    opened, shut = (frame[name].to_numpy("datetime64[s]") for name in ("opened_at", "closed_at"))
    free = _here(frame) & ~frame["late"].to_numpy()
    whole = free & (closed > 0) & (closed < WEEKS) & (shut - opened > np.timedelta64(2, "D"))
    recent = whole & (shut - opened < np.timedelta64(300, "D"))

    def pick(n: int, among: np.ndarray) -> np.ndarray:
        rows = np.sort(rng.choice(np.flatnonzero(among & free), n, replace=False))
        free[rows] = False
        return rows

    wrong_year = _moved(pick(4, recent), closed, shut, np.timedelta64(365, "D"))
    moved = _moved(pick(8, whole), closed, shut, (rng.random(8) * 72_000 + 3_600).astype("timedelta64[s]"))
    again = _reopened(records, pick(5, _waiting(records, opened)))
    renamed = _renamed(rng, records, pick(9, (records.arrival > 0) & (records.arrival < WEEKS)))
    found = [wrong_year, moved, again, renamed]
    if records.table.name == "complaints":
        answered = whole & frame["satisfied"].notna().to_numpy()
        found.append(_answered(records, pick(6, answered)))
        came = free & (records.arrival > 0) & (records.arrival < WEEKS)
        found.append(_merged(records, _evenly(came & frame["repeat_of"].notna().to_numpy(), MERGED)))
        open_ = came & frame["due_at"].notna().to_numpy() & ((closed == 0) | (closed > records.arrival + 1))
        found.append(_postponed(records, _evenly(open_ & frame["repeat_of"].isna().to_numpy(), POSTPONED)))
    return found


def _evenly(among: np.ndarray, n: int) -> np.ndarray:
    """So many of these rows, spread over all of them."""
    rows = np.flatnonzero(among)
    return rows[np.linspace(0, len(rows) - 1, n).astype(int)]


def _moved(rows: np.ndarray, closed: np.ndarray, shut: np.ndarray, by: np.ndarray | np.timedelta64) -> Revision:
    """The closing was told to be earlier; the next file puts it right."""
    return Revision(rows, closed[rows], closed[rows] + 1, {"closed_at": shut[rows] - by})


def _waiting(records: Register, opened: np.ndarray) -> np.ndarray:
    """Open for two Fridays after a week's time."""
    still = (records.happened["closed_at"] > 5) | records.frame["status"].eq("open").to_numpy()
    return still & (opened < (FRIDAYS[3] - pd.Timedelta(days=7)).to_datetime64())


def _reopened(records: Register, rows: np.ndarray) -> Revision:
    """Told as closed in the third file, open again in the fourth."""
    n = len(rows)
    shut = np.full(n, (FRIDAYS[3] - pd.Timedelta(hours=33)).to_datetime64())
    values = {"status": np.full(n, "closed", object), "closed_at": shut}
    if "outcome" in records.table.c:
        values["outcome"] = np.full(n, "unknown", object)
    return Revision(rows, np.full(n, 3), np.full(n, 4), values)


def _renamed(rng: np.random.Generator, records: Register, rows: np.ndarray) -> Revision:
    """Came under another category, without a finer one."""
    kinds = [kind.name for kind in (words.DISPUTES if records.table.name == "cases" else words.COMPLAINTS)]
    place = np.array([kinds.index(name) for name in records.frame["category"].iloc[rows]])
    other = np.array(kinds, object)[(place + rng.integers(1, len(kinds), len(rows))) % len(kinds)]
    since = records.arrival[rows]
    return Revision(rows, since, since + 1, {"category": other, "subcategory": np.full(len(rows), None, object)})


def _merged(records: Register, rows: np.ndarray) -> Revision:
    """Came as complaints of their own; the next file calls them repetitions."""
    since = records.arrival[rows]
    return Revision(rows, since, since + 1, {"repeat_of": np.full(len(rows), None, object)})


def _postponed(records: Register, rows: np.ndarray) -> Revision:
    """Were due earlier; the next file gives them longer."""
    since = records.arrival[rows]
    earlier = records.frame["due_at"].to_numpy("datetime64[s]")[rows] - np.timedelta64(10, "D")
    return Revision(rows, since, since + 1, {"due_at": earlier})


def _answered(records: Register, rows: np.ndarray) -> Revision:
    """Another answer to the callback."""
    said = ~records.frame["satisfied"].iloc[rows].to_numpy(bool)
    since = records.happened["closed_at"][rows]
    return Revision(rows, since, since + 1, {"satisfied": said})


# --- what a file changes ----------------------------------------------------------------------------------------------


def changes(table: Table, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """One row per value that differs: row (of the frames), field, old, new."""
    parts = []
    for name in CHANGING[table.name]:
        old, new = before[name], after[name]
        rows = old.isna().to_numpy() != new.isna().to_numpy()
        rows |= old.ne(new).fillna(False).to_numpy(bool) & new.notna().to_numpy()
        said = {side: exports.text(table.c[name], values[rows]) for side, values in (("old", old), ("new", new))}
        parts.append(pd.DataFrame({"row": np.flatnonzero(rows), "field": name, **said}))
    return pd.concat(parts, ignore_index=True)
