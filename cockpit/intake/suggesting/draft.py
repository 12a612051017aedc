"""A mapping while a person makes it: what was suggested, and what they changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cockpit.i18n import _
from cockpit.intake import contract
from cockpit.intake.mapping import Mapping as Plan
from cockpit.intake.mapping import Reading, problems
from cockpit.intake.suggesting import suggest
from cockpit.intake.suggesting.look import Found
from cockpit.intake.suggesting.proposal import DAY_MONTH, WORDS, Proposal, Suggestion
from queries.words import N_

ASKED = {
    DAY_MONTH: N_("{field}: say whether day or month comes first."),
    WORDS: N_("{field}: say what its words mean."),
}


@dataclass(frozen=True)
class Choice:
    """What one column of ours is filled with: a column of theirs (``suggestion.theirs``), or the same ``constant`` for
    every row, or neither. ``same``: the person wants a constant. ``values``: their word → ours."""

    suggestion: Suggestion
    constant: str = ""
    same: bool = False
    formats: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def theirs(self) -> str | None:
        return None if self.same else self.suggestion.theirs

    @property
    def filled(self) -> bool:
        return self.theirs is not None or bool(self.same and self.constant)

    @classmethod
    def of(cls, suggestion: Suggestion) -> "Choice":
        return cls(suggestion, formats=suggestion.formats, values=dict(suggestion.values))


class Draft:
    """The mapping of one file into ``table``, a choice for each of its columns.

    ``name``: the saved mapping it began as, empty where it began with suggestions.
    """

    def __init__(self, found: Found, areas: Collection, table: str, read: dict[str, Any], name: str = "") -> None:
        self.found, self.areas, self.table, self.read, self.name = found, areas, table, read, name
        self.choices: dict[str, Choice] = {}

    @classmethod
    def suggested(cls, found: Found, areas: Collection, table: str | None = None) -> "Draft":
        proposal = suggest.suggest(found, areas, table)
        draft = cls(found, areas, proposal.table, {one.key: one.value for one in proposal.read})
        draft.choices = {one.ours: Choice.of(one) for one in proposal.suggestions}
        draft._say_constants(proposal)
        return draft

    @classmethod
    def saved(cls, found: Found, areas: Collection, name: str, plan: Plan) -> "Draft":
        """As it was saved; the examples are this file's."""
        draft = cls(found, areas, plan.table, plan.read.model_dump(exclude_defaults=True), name)
        for ours in contract.writable(plan.target):
            made = Choice.of(suggest.column(found, plan.table, ours, plan.columns.get(ours), areas))
            draft.choices[ours] = replace(
                made,
                constant=plan.constants.get(ours, ""),
                same=ours in plan.constants,
                formats=tuple(plan.formats.get(ours, ())),
                values=dict(plan.values.get(ours, {})),
            )
        return draft

    def _say_constants(self, proposal: Proposal) -> None:
        for one in proposal.constants:
            if one.needed or one.value:
                self.choices[one.ours] = replace(self.choices[one.ours], same=True, constant=one.value or "")

    def choose(self, ours: str, theirs: str | None) -> None:
        """Take ``ours`` from another column of the file, or from none."""
        made = suggest.column(self.found, self.table, ours, theirs, self.areas)
        self.choices[ours] = Choice.of(made)

    def say(self, ours: str, constant: str) -> None:
        """The same value for every row."""
        self.choices[ours] = replace(self.choices[ours], same=True, constant=constant.strip())

    def spell(self, ours: str, word: str, meaning: str | None) -> None:
        """What one of their words means in ours; None: nothing is said of it."""
        values = {theirs: mine for theirs, mine in self.choices[ours].values.items() if theirs != word}
        if meaning is not None:
            values[word] = meaning
        self.choices[ours] = replace(self.choices[ours], values=values)

    def order(self, ours: str, day_first: bool) -> None:
        """Answer which of day and month comes first, for this column and those of the file that ask the same."""
        for name, choice in self.choices.items():
            made = choice.suggestion
            if choice.theirs and made.question == DAY_MONTH and (name == ours or not choice.formats):
                self.choices[name] = replace(choice, formats=made.day_first if day_first else made.month_first)

    @property
    def plan(self) -> Plan:
        """The mapping as it stands, sound or not; raises nothing that ``problems`` would not say."""
        columns = {ours: one.theirs for ours, one in self.choices.items() if one.theirs is not None}
        return Plan.model_validate(
            {
                "table": self.table,
                "read": {key: value for key, value in self.read.items() if value != _default(key)},
                "columns": columns,
                "constants": {ours: one.constant for ours, one in self.choices.items() if one.same and one.constant},
                "formats": {ours: list(self.choices[ours].formats) for ours in columns if self.choices[ours].formats},
                "values": {ours: dict(self.choices[ours].values) for ours in columns if self.choices[ours].values},
            }
        )

    def asked(self) -> list[str]:
        """Our columns that the person has to say something about before the file can be read."""
        return [ours for ours, one in self.choices.items() if one.theirs is not None and _open(one)]

    def problems(self, named: Mapping[str, str]) -> list[str]:
        """What stands in the way, a sentence each; ``named``: what our columns are called."""
        missing = [
            ours for ours in contract.must_be_mapped(contract.TABLES[self.table]) if not self.choices[ours].filled
        ]
        said = [_("{field}: choose a column, or one value for all rows.").format(field=named[ours]) for ours in missing]
        said += [_(ASKED[question]).format(field=named[ours]) for ours, question in self._questions()]
        said += [
            _("{column} is chosen twice: for {fields}.").format(
                column=theirs, fields=_(", ").join(named[ours] for ours in all_ours)
            )
            for theirs, all_ours in self._twice().items()
        ]
        return said or problems(self.plan)

    def _questions(self) -> list[tuple[str, str]]:
        return [(ours, str(self.choices[ours].suggestion.question)) for ours in self.asked()]

    def _twice(self) -> dict[str, list[str]]:
        """Times may be told twice by one column; a record's number may not be its street."""
        taken: dict[str, list[str]] = {}
        for ours, one in self.choices.items():
            if one.theirs is not None:
                taken.setdefault(one.theirs, []).append(ours)
        key = set(contract.keys(contract.TABLES[self.table]))
        return {theirs: ours for theirs, ours in taken.items() if len(ours) > 1 and key & set(ours)}


def _open(choice: Choice) -> bool:
    question = choice.suggestion.question
    if question == DAY_MONTH:
        return not choice.formats
    return question == WORDS and not choice.values


def _default(key: str) -> Any:
    return Reading.model_fields[key].default
