"""Every term that runs on a day: open records and steps in, one row a term out. Nothing here asks a database."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import numpy as np
import pandas as pd

from cockpit.deadlines import calendar
from cockpit.deadlines.moves import Change, moved
from cockpit.deadlines.rules import Rule, Version

OF = {
    "cases": "cases",
    "case_steps": "cases",
    "payment_orders": "cases",
    "complaints": "complaints",
    "complaint_steps": "complaints",
}
"""Table of a rule → table of the record that it is a term of."""
STATES = ("over", "today", "three", "seven", "later", "none")
UP_TO = {"today": 0, "three": 3, "seven": 7}
"""A state holds the terms with so many days left at most, and more than the one before it."""
SOON = UP_TO["seven"]
_COLUMNS = ("target", "record", "version", "since", "last")


def running(
    frames: Mapping[str, pd.DataFrame],
    changes: pd.DataFrame,
    versions: Sequence[Version],
    today: date,
    moment: datetime | None = None,
) -> pd.DataFrame:
    """One row per term that runs on ``today``, the next of each record first.

    ``frames``: the answers of queries.deadlines by table. ``moment``: what ended at it or later still ran. Columns:
    target, record, version (position in ``versions``; −1: the source's own), duty, since, last (day), left (days; NaN:
    overdue by the source's word, nobody knows since when), paused, extended, refused (days), halted (the day on which a
    pause began that goes on), guessed (counted over a year whose holidays are not known).
    """
    parts = [_by_rule(place, version, frames, moment) for place, version in enumerate(versions)]
    parts += [_by_source(name, frames[name], today, moment) for name in ("cases", "complaints") if name in frames]
    whole = pd.concat([part for part in parts if len(part)] or [_empty()], ignore_index=True)
    whole = _without_yielding(whole, versions)
    whole = _moved(whole, _known(changes, moment), versions, today)
    return _judged(whole, versions, today)


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in _COLUMNS})


def _by_rule(place: int, version: Version, frames: Mapping[str, pd.DataFrame], moment: datetime | None) -> pd.DataFrame:
    rule = version.rule
    frame = frames.get(rule.table)
    if frame is None or frame.empty:
        return _empty()
    start = _day(frame[rule.start])
    runs = ~np.isnat(start) & _applies(rule, frame) & ~_ended(rule.ends, frame, moment)
    runs &= start >= np.datetime64(version.since, "D")
    if version.until is not None:
        runs &= start < np.datetime64(version.until, "D")
    began = start[runs]
    return _rows(rule.table, frame[runs], place, began, _last(rule, began))


def _by_source(name: str, frame: pd.DataFrame, today: date, moment: datetime | None) -> pd.DataFrame:
    """The due time that the source set. Its flag has the last word now: overdue before that time or without one, and
    not overdue after it, which is then a time that moved and that nobody told."""
    if frame.empty:
        return _empty()
    due, said = _day(frame["due_at"]), frame["overdue"]
    flagged, denied = (said.eq(value).fillna(False).to_numpy(bool) & (moment is None) for value in (True, False))
    past = ~np.isnat(due) & (due < np.datetime64(today, "D"))
    kept = (~np.isnat(due) | flagged) & ~(past & denied)
    last = np.where(flagged & ~past, np.datetime64("NaT", "D"), due)
    return _rows(name, frame[kept], -1, _day(frame["opened_at"])[kept], last[kept])


def _rows(table: str, frame: pd.DataFrame, place: int, since: np.ndarray, last: np.ndarray) -> pd.DataFrame:
    columns = {"target": OF[table], "record": frame["record"].to_numpy(object), "version": place}
    return pd.DataFrame(columns | {"since": since.astype("datetime64[s]"), "last": last.astype("datetime64[s]")})


def _day(moments: pd.Series) -> np.ndarray:
    return pd.to_datetime(moments).to_numpy("datetime64[D]")


def _applies(rule: Rule, frame: pd.DataFrame) -> np.ndarray:
    if not rule.applies:
        return np.ones(len(frame), bool)
    choices = [
        np.logical_and.reduce([frame[column].isin(values).to_numpy() for column, values in choice.items()])
        for choice in rule.applies
    ]
    return np.logical_or.reduce(choices)


def _ended(ends: Sequence[str], frame: pd.DataFrame, moment: datetime | None) -> np.ndarray:
    first = pd.concat([pd.to_datetime(frame[name]) for name in ends], axis=1).min(axis=1)
    return (first.notna() if moment is None else first < moment).to_numpy()


def _last(rule: Rule, start: np.ndarray) -> np.ndarray:
    """The last day as the rule alone counts it, not moved to a working day yet."""
    if rule.unit == "working":
        return calendar.working_days_after(start, rule.length)
    return (
        calendar.months_after(start, rule.length) if rule.unit == "months" else start + np.timedelta64(rule.length, "D")
    )


def _without_yielding(whole: pd.DataFrame, versions: Sequence[Version]) -> pd.DataFrame:
    own = whole.loc[whole["version"].eq(-1) & whole["last"].notna(), ["target", "record"]]
    named = pd.MultiIndex.from_frame(whole[["target", "record"]]).isin(pd.MultiIndex.from_frame(own))
    yielding = [place for place, version in enumerate(versions) if version.rule.yields]
    return whole[~(named & whole["version"].isin(yielding).to_numpy())].reset_index(drop=True)


def _moved(whole: pd.DataFrame, changes: pd.DataFrame, versions: Sequence[Version], today: date) -> pd.DataFrame:
    """Terms with their last day after pauses and extensions; few records have any, so these are taken one by one."""
    rolled = np.isin(whole["version"], [place for place, version in enumerate(versions) if version.rule.rolls])
    last = whole["last"].to_numpy("datetime64[D]")
    last = np.where(rolled & ~np.isnat(last), calendar.next_working_day(np.where(rolled, last, _day_of(today))), last)
    whole = whole.assign(paused=0, extended=0, refused=0, halted=pd.NaT)
    known = _changes(changes)
    keys = list(zip(whole["target"], whole["record"], strict=True))
    found = {}
    for row, key in enumerate(keys):
        if key in known and not pd.isna(whole["last"].iat[row]):
            rule = versions[whole["version"].iat[row]].rule if whole["version"].iat[row] >= 0 else None
            since, until = whole["since"].iat[row].date(), whole["last"].iat[row].date()
            found[row] = moved(rule, since, until, known[key], today)
    rows = list(found)
    last[rows] = [np.datetime64(one.last, "D") for one in found.values()]
    for name in ("paused", "extended", "refused"):
        whole[name] = whole[name].to_numpy(copy=True)
        whole.loc[rows, name] = [getattr(one, name) for one in found.values()]
    halted = np.full(len(whole), np.datetime64("NaT", "s"))
    halted[rows] = [np.datetime64(one.since or "NaT", "s") for one in found.values()]
    return whole.assign(last=last.astype("datetime64[s]"), halted=halted)


def _known(changes: pd.DataFrame, moment: datetime | None) -> pd.DataFrame:
    """The changes as they were known: a pause that ended later still went on."""
    if moment is None:
        return changes
    ended = pd.to_datetime(changes["ended_at"])
    return changes.assign(ended_at=ended.mask(ended >= moment))


def _changes(changes: pd.DataFrame) -> dict[tuple[str, str], list[Change]]:
    known: dict[tuple[str, str], list[Change]] = {}
    for row in changes.itertuples():
        ended = None if pd.isna(row.ended_at) else row.ended_at.date()
        days = 0 if pd.isna(row.days) else int(row.days)
        known.setdefault((row.target, row.record), []).append(Change(row.started_at.date(), row.change, ended, days))
    return known


def _judged(whole: pd.DataFrame, versions: Sequence[Version], today: date) -> pd.DataFrame:
    """Rights that have run out are gone; what is left, the next term of each record first."""
    place = whole["version"].to_numpy(int)
    duty = np.array([*(version.rule.kind == "duty" for version in versions), True])[place]
    counted = np.array([*(version.rule.unit == "working" or version.rule.rolls for version in versions), False])[place]
    last = whole["last"].to_numpy("datetime64[D]")
    left = np.where(np.isnat(last), np.nan, (last - _day_of(today)) / np.timedelta64(1, "D"))
    began = whole["since"].to_numpy("datetime64[D]") <= _day_of(today)  # a start in the future is a slip of the data
    guessed = counted & began & ~np.isnat(last) & ~calendar.is_known(np.where(np.isnat(last), _day_of(today), last))
    whole = whole.assign(duty=duty, left=left, guessed=guessed)[duty | ~(left < 0)]
    order = whole.assign(paused_now=whole["halted"].notna())
    by = ["target", "record", "paused_now", "left", "version"]
    return whole.loc[order.sort_values(by, na_position="first").index].reset_index(drop=True)


def _day_of(day: date) -> np.datetime64:
    return np.datetime64(day, "D")


def next_terms(terms: pd.DataFrame) -> pd.DataFrame:
    """The next duty of each record, as ``running`` has it."""
    return terms[terms["duty"]].drop_duplicates(["target", "record"])


def state_of(terms: pd.DataFrame) -> np.ndarray:
    """The state of each term: over, today, three, seven, later (also of a paused one), none (without a term)."""
    left = terms["left"].to_numpy(float)
    halted, none = terms["halted"].notna().to_numpy(), terms["version"].isna().to_numpy()
    over = (left < 0) | (np.isnan(left) & ~none)
    within = [left <= days for days in UP_TO.values()]
    return np.select([none, over, halted, *within], ["none", "over", "later", *UP_TO], "later").astype(object)
