"""What moves the last day of one term: pauses, in which it stands still, and extensions as far as the rule allows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from cockpit.deadlines import calendar
from cockpit.deadlines.rules import Rule

PAUSE, EXTENSION = "pause", "extension"


@dataclass(frozen=True, order=True)
class Change:
    """``kind``: pause, extension, or the step of the record whose time does not count. ``ended`` None: it goes on."""

    started: date
    kind: str
    ended: date | None = None
    days: int = 0


@dataclass(frozen=True)
class Moved:
    """``last``: the last day; of a paused term, as if the pause ended today. ``paused`` and ``extended`` in the rule's
    days; ``refused``: days granted beyond what the rule allows; ``since``: when the pause that goes on began."""

    last: date
    paused: int = 0
    extended: int = 0
    refused: int = 0
    since: date | None = None


def moved(rule: Rule | None, start: date, last: date, changes: Iterable[Change], today: date) -> Moved:
    """The last day after every change, in their order. One that begins when the term has run out moves nothing.

    ``rule`` None: the source's own term, moved by whatever was granted and by no pause: the source sets it itself.
    """
    found, counted = Moved(last), start
    for change in sorted(change for change in changes if _concerns(rule, start, change)):
        if change.started > _shown(rule, found.last) or found.since is not None:
            break
        if change.kind == EXTENSION:
            found = _extended(rule, found, change)
        else:
            begin = max(change.started, counted)
            counted = max(change.ended or today, begin)
            found = _paused(rule, found, begin, counted)
            found = found if change.ended else replace(found, since=change.started)
    return replace(found, last=_shown(rule, found.last))


def _concerns(rule: Rule | None, start: date, change: Change) -> bool:
    """An extension granted before the term began was granted to another one."""
    if change.kind == EXTENSION:
        return change.started >= start
    return rule is not None and (rule.pauses if change.kind == PAUSE else change.kind in rule.excludes)


def _extended(rule: Rule | None, found: Moved, change: Change) -> Moved:
    most = "granted" if rule is None else rule.extension
    granted = min(change.days, most - found.extended) if isinstance(most, int) else change.days
    return replace(
        found,
        last=_later(rule, found.last, granted),
        extended=found.extended + granted,
        refused=found.refused + change.days - granted,
    )


def _paused(rule: Rule | None, found: Moved, begin: date, end: date) -> Moved:
    """The day on which it began has run; the day on which it ended has not."""
    days = (end - begin).days
    if rule is not None and rule.unit == "working":
        days = int(calendar.working_days_between(_days(begin), _days(end)))
    return replace(found, last=_later(rule, found.last, days), paused=found.paused + days)


def _later(rule: Rule | None, day: date, days: int) -> date:
    if rule is not None and rule.unit == "working":
        return calendar.working_days_after(_days(day), days).item()
    return day + timedelta(days=days)


def _shown(rule: Rule | None, day: date) -> date:
    return calendar.next_working_day(_days(day)).item() if rule is not None and rule.rolls else day


def _days(day: date) -> np.ndarray:
    return np.array(day, "datetime64[D]")
