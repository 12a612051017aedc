"""Everything that can go wrong in a way the reader can do something about.

CockpitError
├── SettingsError     a setting makes no sense
├── DatabaseError     missing, locked, of an old version, unreachable
├── IntakeError       a file or a mapping that cannot be taken
├── BoundaryError     a boundary file that is not one
└── UnknownValue      a name nobody knows; carries the nearest one

A message is one or two sentences: the value, what was expected, the next step.
"""
from collections.abc import Iterable
from difflib import get_close_matches


class CockpitError(Exception):
    """A sentence for the reader; the cause goes to the log."""


class SettingsError(CockpitError):
    pass


class DatabaseError(CockpitError):
    pass


class IntakeError(CockpitError):
    pass


class BoundaryError(CockpitError):
    pass


class UnknownValue(CockpitError):
    pass


def nearest(value: str, known: Iterable[str]) -> str | None:
    """The known name most like ``value``, if any comes near."""
    known = list(known)
    partial = [name for name in known if value and (value in name or name in value)]
    return (partial or get_close_matches(value, known, n=1, cutoff=0.5) or [None])[0]
