"""What a proposal says: the table, their column for each of ours, constants, options of reading; each with why."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from queries.words import N_

DAY_MONTH, WORDS, COORDINATES, OFFSETS = "day_month", "values", "coordinates", "offset"
AGREE, NAMED, BLANK = N_("Name and values agree"), N_("By its name"), N_("By its name; there are no values to look at")
VALUED, DOUBTED = N_("By its values"), N_("By its name; not all of its values fit")
NOTHING, CHOSEN, PERSONAL = N_("No column looks like it"), N_("Chosen by you"), N_("Holds data of persons")


@dataclass(frozen=True)
class Suggestion:
    """For a column of ours, the column of the file that is probably meant; ``theirs`` None: none.

    ``sure``: 0 to 1. ``why``: a msgid. ``examples``: up to three texts of that column. ``formats``: of times, empty
    where the usual forms do; ``values``: their word → ours, "*" for any other. ``question``: what the person has to say
    before the file can be read, None for nothing: DAY_MONTH (``month_first`` and ``day_first`` are the formats to
    choose from) or WORDS (no word of ``words`` is known). ``words``: of columns that take few words, theirs and how
    many rows of the sample have them.
    """

    ours: str
    theirs: str | None = None
    sure: float = 0.0
    why: str = NOTHING
    examples: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    question: str | None = None
    month_first: tuple[str, ...] = ()
    day_first: tuple[str, ...] = ()
    words: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Constant:
    """A value that every row shares, for a column of ours that the file does not have. ``needed``: no row can be taken
    without it; ``value`` None: the person has to say it. ``why``: a msgid."""

    ours: str
    value: str | None
    needed: bool
    why: str = ""


@dataclass(frozen=True)
class Option:
    """A key of [read] with its value; ``question`` as in Suggestion; ``why``: a msgid."""

    key: str
    value: object
    why: str = ""
    question: str | None = None


@dataclass(frozen=True)
class Proposal:
    """``table`` with ``sure`` 0 to 1 and, in ``tables``, the score of each that was weighed. ``suggestions``: one for
    each of our columns, in the order of the table. ``constants``: for what no column has. ``read``: options that differ
    from the defaults. ``personal``: columns of the file that hold data of persons and should stay out."""

    table: str
    sure: float
    tables: Mapping[str, float]
    suggestions: tuple[Suggestion, ...]
    constants: tuple[Constant, ...]
    read: tuple[Option, ...]
    personal: tuple[str, ...] = ()

    def of(self, ours: str) -> Suggestion:
        return next((one for one in self.suggestions if one.ours == ours), Suggestion(ours))

    @property
    def questions(self) -> tuple[Suggestion | Option, ...]:
        asked: list[Suggestion | Option] = [*self.suggestions, *self.read]
        return tuple(one for one in asked if one.question)
