"""Which table a foreign file is for, and which of its columns is which of ours: proposed, never decided."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.optimize import linear_sum_assignment
from sqlalchemy import Boolean, Column, DateTime, Table

from cockpit.intake import contract
from cockpit.intake.suggesting import evidence, guesses, meanings, synonyms
from cockpit.intake.suggesting.evidence import Fit, Places
from cockpit.intake.suggesting.look import Found
from cockpit.intake.suggesting.profile import Profile
from cockpit.intake.suggesting.proposal import (
    AGREE,
    BLANK,
    CHOSEN,
    DAY_MONTH,
    DOUBTED,
    NAMED,
    PERSONAL,
    VALUED,
    WORDS,
    Proposal,
    Suggestion,
)  # fmt: skip

TABLES = (
    "complaints", "cases", "mediators", "organisations", "areas", "case_steps", "complaint_steps", "letters",
    "whistles", "follow_ups", "term_changes", "payment_orders",
)  # fmt: skip
LEAST = 0.3
LEAST_NEEDED = 0.19
TO_OTHERS = ("case_id", "repeat_of")
"""Columns that name another record: they tell little of what the record itself is."""
NEEDED = 0.3


@dataclass(frozen=True)
class _Score:
    """How well one of their columns does for one of ours."""

    sure: float
    name: float
    fit: Fit


class _Weighing:
    """Every column of a file against every column of ours."""

    def __init__(self, found: Found, areas: Collection) -> None:
        self.found, self.places = found, Places.of(areas)
        self.named: dict[tuple, float] = {}

    @cached_property
    def others(self) -> dict[int, float]:
        """Place → how much a column looks like something that is none of ours."""
        return {one.place: synonyms.otherwise(one.parts, one.own) for one in self.found.profiles}

    def score(self, column: Column, profile: Profile) -> _Score:
        name = self._name(column, profile)
        fit = evidence.fit(column, profile, self.places)
        agrees = 0.8 if fit.agrees is None else 0.4 + 0.6 * fit.agrees if fit.agrees else 0.0
        alone = fit.alone if self.others[profile.place] < 0.9 else 0.0
        by_name = name * agrees
        return _Score(by_name + (1 - by_name) * alone * (0.6 if name else 1.0), name, fit)

    def _name(self, column: Column, profile: Profile) -> float:
        """A name that says more clearly that it is something else counts for little."""
        key = (synonyms.names(column.table.name, column.name), profile.parts, profile.own)
        if key not in self.named:
            self.named[key] = synonyms.nearness(profile.parts, profile.own, column.table.name, column.name)
        name = self.named[key]
        return name if name >= self.others[profile.place] else name * 0.2

    def assigned(self, table: Table) -> dict[str, tuple[Profile, _Score]]:
        """Ours → theirs, each of theirs once, so that all together are surest; what must be there goes first."""
        columns = [table.c[name] for name in contract.writable(table)]
        must = {name for name in contract.must_be_mapped(table) if name != "district"}
        scores = {column.name: [self.score(column, profile) for profile in self.found.profiles] for column in columns}
        gains = np.array([_gains(column, scores[column.name], column.name in must) for column in columns])
        names = [column.name for column in columns]
        chosen = _chosen(names, gains)
        if len(alone := {"lon", "lat"} & chosen.keys()) == 1:
            one = alone.pop()
            gains[names.index(one), chosen[one]] = 0.0
            chosen = _chosen(names, gains)
        if not {"lon", "lat"} <= chosen.keys():
            chosen = {ours: place for ours, place in chosen.items() if ours not in ("lon", "lat")}
        return {ours: (self.found.profiles[place], scores[ours][place]) for ours, place in chosen.items()}


def _gains(column: Column, scores: Sequence[_Score], must: bool) -> list[float]:
    least = LEAST_NEEDED if must and contract.derives_status(column.table) else LEAST
    return [score.sure + NEEDED * must if score.sure >= least else 0.0 for score in scores]


def _chosen(names: Sequence[str], gains: np.ndarray) -> dict[str, int]:
    """Ours → the place of theirs, by the greatest sum."""
    pairs = zip(*linear_sum_assignment(gains, maximize=True), strict=True)
    return {names[row]: int(place) for row, place in pairs if gains[row, place] > 0}


def suggest(found: Found, known_areas: Collection = (), table: str | None = None) -> Proposal:
    """The proposal for a file. ``known_areas``: rows with ``level`` and ``name`` of the areas that the cockpit knows;
    ``table``: said by the person."""
    weighing = _Weighing(found, known_areas)
    assigned = {name: weighing.assigned(contract.TABLES[name]) for name in ((table,) if table else TABLES)}
    scores = {name: _of_table(contract.TABLES[name], pairs, found) for name, pairs in assigned.items()}
    best = max(scores, key=lambda name: scores[name])
    pairs = assigned[best]
    suggestions = [
        _suggestion(contract.TABLES[best].c[ours], *pairs[ours]) if ours in pairs else Suggestion(ours)
        for ours in contract.writable(contract.TABLES[best])
    ]
    return _completed(found, best, 1.0 if table else _lead(scores, best), scores, suggestions, weighing.places)


def column(found: Found, table: str, ours: str, theirs: str | None, known_areas: Collection = ()) -> Suggestion:
    """The suggestion for a pair that the person chose: how its times are written, what its words mean. ``theirs`` None,
    or no column of the file: nothing is taken for ``ours``."""
    profile = next((one for one in found.profiles if one.name == theirs), None)
    if profile is None:
        return Suggestion(ours, why=CHOSEN)
    target = contract.TABLES[table].c[ours]
    score = _Weighing(found, known_areas).score(target, profile)
    return replace(_suggestion(target, profile, score), sure=1.0, why=CHOSEN)


def _completed(
    found: Found, name: str, sure: float, scores: Mapping[str, float], made: Sequence[Suggestion], places: Places
) -> Proposal:
    """With what follows from the columns: constants and options."""
    table, suggestions = contract.TABLES[name], _agreed(made)
    mapped = {one.ours for one in suggestions if one.theirs is not None}
    taken = {one.theirs for one in suggestions}
    return Proposal(
        table=name,
        sure=sure,
        tables=scores,
        suggestions=suggestions,
        constants=tuple(guesses.constants(found, table, mapped, places)),
        read=tuple(guesses.options(found, table, suggestions)),
        personal=tuple(one.name for one in found.profiles if guesses.of_persons(one) and one.name not in taken),
    )


def _of_table(table: Table, pairs: Mapping[str, tuple[Profile, _Score]], found: Found) -> float:
    """How sure the columns are together; less where one that must be there is not, more for the table's own words."""
    must = [name for name in contract.must_be_mapped(table) if name not in guesses.SAYABLE]
    there = sum(name in pairs for name in must) / len(must) if must else 1.0
    keys = contract.keys(table)
    sure = sum(score.sure for ours, (_profile, score) in pairs.items() if ours in keys or ours not in TO_OTHERS)
    return (sure + guesses.signs(table.name, found)) * there**2


def _lead(scores: Mapping[str, float], best: str) -> float:
    """1 where nothing else comes near; 0.5 where another table does as well."""
    second = max((score for name, score in scores.items() if name != best), default=0.0)
    return 0.5 + 0.5 * min(1.0, 3 * (scores[best] - second) / scores[best]) if scores[best] > 0 else 0.0


def _suggestion(target: Column, profile: Profile, score: _Score) -> Suggestion:
    made = Suggestion(target.name, profile.name, round(min(score.sure, 1.0), 3), _why(score, profile), profile.examples)
    if isinstance(target.type, DateTime):
        return _timed(made, profile)
    if isinstance(target.type, Boolean) or contract.vocabulary(target):
        return _worded(made, target, profile)
    values = guesses.spelling(target.name, profile)
    return replace(made, values=values) if values else made


def _why(score: _Score, profile: Profile) -> str:
    if profile.personal > 0.5:
        return PERSONAL
    if score.fit.agrees is None:
        return BLANK
    if score.name < LEAST:
        return VALUED
    if score.fit.agrees < 0.7:
        return DOUBTED
    return AGREE if score.fit.agrees >= 0.95 else NAMED


def _timed(made: Suggestion, profile: Profile) -> Suggestion:
    moments = profile.moments
    values = guesses.never(profile)
    if not moments.other:
        return replace(made, formats=moments.formats, values=values)
    month, day = sorted((moments.formats, moments.other), key=lambda formats: formats[0].find("%d"), reverse=True)
    return replace(made, question=DAY_MONTH, month_first=month, day_first=day, values=values)


def _worded(made: Suggestion, target: Column, profile: Profile) -> Suggestion:
    """The words of a column that takes few, those that are known with what they mean in ours."""
    words = tuple(profile.counts.most_common(evidence.FEW))
    flag = isinstance(target.type, Boolean)
    own = contract.vocabulary(target) or ()
    known = meanings.known(target.table.name, target.name, flag, profile.counts, guesses.turned(target.name, profile))
    unknown = [word for word in profile.counts if word not in known and word not in own]
    values = guesses.needed(target, known, profile, flag, bool(unknown))
    if _unclear(target, known, unknown, profile):
        return replace(made, words=words, question=WORDS)
    return replace(made, values=values, words=words)


def _unclear(target: Column, known: Mapping[str, str], unknown: Collection[str], profile: Profile) -> bool:
    """Whether the person has to say what the words mean: none is known, or none that may mean closed."""
    closed = {*known.values(), *profile.counts} & {"closed"}
    of_status = target.name == "status" and contract.derives_status(target.table)
    return bool(unknown) and (len(unknown) == profile.distinct or (of_status and not closed))


def _agreed(suggestions: Sequence[Suggestion]) -> tuple[Suggestion, ...]:
    """Times of one file that are written alike have day and month in one order: where one column tells, all know."""
    told = {one.formats[0] for one in suggestions if one.formats}
    return tuple(_settled(one, told) if one.question == DAY_MONTH else one for one in suggestions)


def _settled(one: Suggestion, told: Collection[str]) -> Suggestion:
    known = [formats for formats in (one.month_first, one.day_first) if formats[0] in told]
    return replace(one, formats=known[0], question=None, month_first=(), day_first=()) if len(known) == 1 else one
