"""Every term that runs on a day: open records and steps in, one row a term out. Nothing here asks a database."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import numpy as np
import pandas as pd

from cockpit.deadlines import calendar
from cockpit.deadlines.moves import Change, Moved, moved
from cockpit.deadlines.rules import Rule, Version, version_of

OF = {
    "cases": "cases",
    "case_steps": "cases",
    "payment_orders": "cases",
    "complaints": "complaints",
    "complaint_steps": "complaints",
}
"""Table of a rule → table of the record that it is a term of."""
KEY = ["target", "record"]
"""What names a record among all kinds."""
STATES = ("over", "today", "three", "seven", "later", "none")
UP_TO = {"today": 0, "three": 3, "seven": 7}
"""A state holds the terms with so many days left at most, and more than the one before it."""
SOON = UP_TO["seven"]


def running(
    frames: Mapping[str, pd.DataFrame],
    changes: pd.DataFrame,
    versions: Sequence[Version],
    today: date,
    moment: datetime | None = None,
) -> pd.DataFrame:
    """One row per term that runs on ``today``, the next of each record first.

    ``frames``: the answers of queries.deadlines by table. ``moment``: what ended from its day on still ran. Columns:
    target, record, version (position in ``versions``; −1: the source's own), duty, since, last (day), left (days; NaN:
    overdue by the source's word, nobody knows since when), paused, extended, refused (days), halted (the day on which a
    pause began that goes on), guessed (counted over a year whose holidays are not known).
    """
    rows = {name: Rows(frame) for name, frame in frames.items()}
    found = [_by_rule(place, version, rows[version.rule.table], moment) for place, version in _bound(versions, rows)]
    found += [_by_source(rows[name], today, moment) for name in ("cases", "complaints") if name in rows]
    whole = _joined([terms for terms in found if len(terms.since)], rows)
    whole = _without_yielding(whole, versions)
    whole = _moved(whole, changes, versions, today)
    return _judged(whole, versions, today)


def standing(name: str, frame: pd.DataFrame, moment: datetime) -> pd.DataFrame:
    """Of what was open at some time, the rows of table ``name`` that stood at ``moment``, as far as was known then."""
    if name in ("changes", "excluded"):
        return _known(frame, moment)
    began, left = ("opened_at", "closed_at") if name in ("cases", "complaints") else ("entered_at", "left_at")
    stood = (frame[began] < moment).to_numpy()
    if left in frame:
        stood = stood & ~(frame[left] < moment).to_numpy()
    if "settled_at" in frame:
        stood = stood & ~((frame["settled_at"] < moment) & (frame["settled_at"] > frame[began])).to_numpy()
    return frame[stood]


def _known(changes: pd.DataFrame, moment: datetime) -> pd.DataFrame:
    """The changes as they were known: a pause that ended later still went on."""
    begun = changes[(changes["started_at"] < moment).to_numpy()]
    return begun.assign(ended_at=begun["ended_at"].mask(begun["ended_at"] >= moment))


class Rows:
    """A frame whose columns are read once: times as days, others as they are."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self._days: dict[str, np.ndarray] = {}

    def day(self, name: str) -> np.ndarray:
        if name not in self._days:
            self._days[name] = pd.to_datetime(self.frame[name]).to_numpy("datetime64[D]")
        return self._days[name]


class Began(NamedTuple):
    """The terms of one version of a rule: its position, the table, the places of their rows, first and last days."""

    version: int
    table: str
    rows: np.ndarray
    since: np.ndarray
    last: np.ndarray


def _bound(versions: Sequence[Version], rows: Mapping[str, Rows]) -> list[tuple[int, Version]]:
    """The versions that anything in these tables can start, with their positions."""
    return [(place, one) for place, one in enumerate(versions) if one.rule.table in rows]


def _by_rule(place: int, version: Version, rows: Rows, moment: datetime | None) -> Began:
    rule, start = version.rule, rows.day(version.rule.start)
    runs = (start >= np.datetime64(version.since, "D")) & ~_ended(rule.ends, rows, moment)
    if version.until is not None:
        runs &= start < np.datetime64(version.until, "D")
    if runs.any():
        runs &= _applies(rule, rows.frame)
    began = start[runs]
    return Began(place, rule.table, np.flatnonzero(runs), began, _last(rule, began))


def _by_source(rows: Rows, today: date, moment: datetime | None) -> Began:
    """The due time that the source set. Its flag has the last word now: overdue before that time or without one, and
    not overdue after it, which is then a time that moved and that nobody told."""
    due, said = rows.day("due_at"), rows.frame["overdue"].to_numpy(object)
    flagged, denied = ((said == value) & (moment is None) for value in (True, False))
    past = ~np.isnat(due) & (due < _day_of(today))
    kept = np.flatnonzero((~np.isnat(due) | flagged) & ~(past & denied))
    last = np.where(flagged & ~past, np.datetime64("NaT", "D"), due)
    table = "complaints" if "transferred_at" in rows.frame else "cases"
    return Began(-1, table, kept, rows.day("opened_at")[kept], last[kept])


def _joined(found: Sequence[Began], rows: Mapping[str, Rows]) -> pd.DataFrame:
    def together(parts: list[np.ndarray], kind: str) -> np.ndarray:
        return np.concatenate([*parts, np.array([], kind)]).astype(kind)

    names = [rows[one.table].frame["record"].to_numpy(object)[one.rows] for one in found]
    columns = {
        "target": pd.Series(together([np.full(len(one.rows), OF[one.table], object) for one in found], "object")),
        "record": pd.Series(together(names, "object"), dtype=object),
        "version": together([np.full(len(one.rows), one.version) for one in found], "int64"),
        "since": together([one.since for one in found], "datetime64[s]"),
        "last": together([one.last for one in found], "datetime64[s]"),
    }
    return pd.DataFrame(columns)


def _applies(rule: Rule, frame: pd.DataFrame) -> np.ndarray:
    choices = [
        np.logical_and.reduce([frame[column].isin(values).to_numpy() for column, values in choice.items()])
        for choice in rule.applies
    ]
    kept = np.logical_or.reduce(choices) if choices else np.ones(len(frame), bool)
    for column, values in rule.unless.items():
        kept = kept & ~frame[column].isin(values).to_numpy()
    return kept


def _ended(ends: Sequence[str], rows: Rows, moment: datetime | None) -> np.ndarray:
    before = [~np.isnat(rows.day(name)) if moment is None else rows.day(name) < _day_of(moment.date()) for name in ends]
    return np.logical_or.reduce(before)


def _last(rule: Rule, start: np.ndarray) -> np.ndarray:
    """The last day as the rule alone counts it, not moved to a working day yet."""
    if rule.unit == "working":
        return calendar.working_days_after(start, rule.length)
    if rule.unit == "months":
        return calendar.months_after(start, rule.length)
    return start + np.timedelta64(rule.length, "D")


def _without_yielding(whole: pd.DataFrame, versions: Sequence[Version]) -> pd.DataFrame:
    own = set(_keys(whole[(whole["version"].eq(-1) & whole["last"].notna()).to_numpy()]))
    yielding = [place for place, version in enumerate(versions) if version.rule.yields]
    rows = np.flatnonzero(whole["version"].isin(yielding))
    gone = [row for row, key in zip(rows, _keys(whole.iloc[rows]), strict=True) if key in own]
    return whole.drop(index=gone).reset_index(drop=True)


def _moved(whole: pd.DataFrame, changes: pd.DataFrame, versions: Sequence[Version], today: date) -> pd.DataFrame:
    """Terms with their last day after pauses and extensions, moved to a working day where the rule says so."""
    place, last = whole["version"].to_numpy(), whole["last"].to_numpy("datetime64[D]")
    rolled = np.isin(place, [at for at, version in enumerate(versions) if version.rule.rolls]) & ~np.isnat(last)
    shown = last.copy()
    shown[rolled] = calendar.next_working_day(last[rolled])
    found = _one_by_one(whole, changes, versions, today)
    rows, halted = list(found), np.full(len(whole), np.datetime64("NaT", "s"))
    shown[rows] = np.array([one.last for one in found.values()], "datetime64[D]")
    halted[rows] = np.array([one.since or "NaT" for one in found.values()], "datetime64[s]")
    numbers = {name: np.zeros(len(whole), int) for name in ("paused", "extended", "refused")}
    for name, column in numbers.items():
        column[rows] = [getattr(one, name) for one in found.values()]
    return whole.assign(last=shown.astype("datetime64[s]"), halted=halted, **numbers)


def _one_by_one(
    whole: pd.DataFrame, changes: pd.DataFrame, versions: Sequence[Version], today: date
) -> dict[int, Moved]:
    """The terms that anything moves, by their row; few records have any change, and each has its own order."""
    known = _changes(changes[changes["record"].isin(whole["record"]).to_numpy()])
    rows = np.flatnonzero(whole["record"].isin([record for _target, record in known]) & whole["last"].notna())
    some, found = whole.iloc[rows], {}
    began = zip(rows, _keys(some), some["version"], some["since"], some["last"], strict=True)
    for row, key, place, since, last in began:
        if key in known:
            version = version_of(int(place), versions)
            found[int(row)] = moved(version and version.rule, since.date(), last.date(), known[key], today)
    return found


def _keys(frame: pd.DataFrame) -> Iterator[tuple[str, str]]:
    return zip(frame["target"], frame["record"], strict=True)


def _changes(changes: pd.DataFrame) -> dict[tuple[str, str], list[Change]]:
    known: dict[tuple[str, str], list[Change]] = {}
    for row in changes.itertuples():
        ended = None if pd.isna(row.ended_at) else row.ended_at.date()
        days = 0 if pd.isna(row.days) else int(row.days)
        known.setdefault((row.target, row.record), []).append(Change(row.started_at.date(), row.change, ended, days))
    return known


def _judged(whole: pd.DataFrame, versions: Sequence[Version], today: date) -> pd.DataFrame:
    """Of what can be overdue alone is told that it has run out; what is left, the next term of each record first."""
    place = whole["version"].to_numpy(int)
    duty = np.array([*(version.rule.kind == "duty" for version in versions), True])[place]
    counted = np.array([*(version.rule.unit == "working" or version.rule.rolls for version in versions), False])[place]
    last = whole["last"].to_numpy("datetime64[D]")
    left = np.where(np.isnat(last), np.nan, (last - _day_of(today)) / np.timedelta64(1, "D"))
    began = whole["since"].to_numpy("datetime64[D]") <= _day_of(today)  # a start in the future is a slip of the data
    guessed = counted & began & ~np.isnat(last) & ~calendar.is_known(np.where(np.isnat(last), _day_of(today), last))
    whole = whole.assign(duty=duty, left=left, guessed=guessed)[duty | ~(left < 0)]
    order = whole.assign(paused_now=whole["halted"].notna())
    by = [*KEY, "paused_now", "left", "version"]
    return whole.loc[order.sort_values(by, na_position="first").index].reset_index(drop=True)


def _day_of(day: date) -> np.datetime64:
    return np.datetime64(day, "D")


def next_terms(terms: pd.DataFrame) -> pd.DataFrame:
    """The next duty of each record, as ``running`` has it."""
    return terms[terms["duty"]].drop_duplicates(KEY)


def state_of(terms: pd.DataFrame) -> np.ndarray:
    """The state of each term: over, today, three, seven, later (also of a paused one), none (without a term)."""
    left = terms["left"].to_numpy(float)
    halted, none = terms["halted"].notna().to_numpy(), terms["version"].isna().to_numpy()
    over = (left < 0) | (np.isnan(left) & ~none)
    within = [left <= days for days in UP_TO.values()]
    return np.select([none, over, halted, *within], ["none", "over", "later", *UP_TO], "later").astype(object)
