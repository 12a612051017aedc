"""Everything that can go wrong in a way the reader can do something about.

CockpitError
├── SettingsError     a setting makes no sense
├── RulesError        a rulebook of terms that makes no sense
├── DatabaseError     missing, locked, of an old version, unreachable
├── IntakeError       a file or a mapping that cannot be taken
│   ├── Unfit         the mapping names columns that the file does not have
│   ├── AlreadyLoaded the same content was loaded before
│   └── Unready       not the file is at fault but the database or the machine: the same may work later
│       └── Busy      another import into the database is running
├── BoundaryError     a boundary file that is not one
├── BriefingError     nothing to report, or no briefing can be made of it
├── LayoutError       a saved choice of blocks for the briefing that makes no sense
├── RenderError       a page or briefing that could not be drawn for paper
├── ScheduleError     a schedule that cannot be followed
├── MailError         a message that no mail server took
└── UnknownValue      a name nobody knows; carries the nearest one

A message is one or two sentences: the value, what was expected, the next step.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class CockpitError(Exception):
    """A sentence for the reader; the cause goes to the log.

    ``text`` is an English msgid with {names}; ``values`` fill them, for the page to say it in the reader's language.
    """

    def __init__(self, text: str, **values: object):
        self.text, self.values = text, values
        super().__init__(text.format(**values) if values else text)


class SettingsError(CockpitError):
    pass


class RulesError(CockpitError):
    pass


class DatabaseError(CockpitError):
    pass


class IntakeError(CockpitError):
    pass


class Unfit(IntakeError):
    pass


class AlreadyLoaded(IntakeError):
    pass


class Unready(IntakeError):
    pass


class Busy(Unready):
    pass


class BoundaryError(CockpitError):
    pass


class BriefingError(CockpitError):
    pass


class LayoutError(CockpitError):
    pass


class RenderError(CockpitError):
    pass


class ScheduleError(CockpitError):
    pass


class MailError(CockpitError):
    pass


class UnknownValue(CockpitError):
    pass


def nearest(value: str, known: Iterable[str]) -> str | None:
    """The known name most like ``value``, whatever it is; None where nothing is known."""
    known = list(known)
    partial = [name for name in known if value and (value in name or name in value)]
    return next(iter(get_close_matches(value, partial or known, n=1, cutoff=0)), None)
