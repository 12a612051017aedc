"""What 化解率 speaks of: the two kinds of record, their words, and the marks that lead from a figure to its rows."""

import json
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from sqlalchemy import Table

from cockpit import format
from cockpit.i18n import _
from queries.casework import AGES, Mark, Part
from queries.filters import Filters
from queries.measures import MEASURES
from queries.tables import cases, complaints
from queries.words import N_

DASH = format.DASH


@dataclass(frozen=True)
class Subject:
    """One of the two kinds of record: its rates (the first by default), its cohort rate and the word for it."""

    table: Table
    label: str
    rates: tuple[str, ...]
    beside: tuple[str, ...]  # measures that must stand beside them
    others: tuple[str, ...]  # columns to break down by, besides place
    cohort: str
    done: str


SUBJECTS = {
    "cases": Subject(
        cases,
        N_("Disputes"),
        ("resolution_rate", "mediation_success_rate", "on_time_rate"),
        (),
        ("channel", "track"),
        "resolution_rate",
        N_("resolved"),
    ),
    "complaints": Subject(
        complaints,
        N_("Complaints"),
        ("closed_share", "on_time_rate", "solved_rate"),
        ("callback_rate",),
        ("channel",),
        "closed_share",
        N_("closed"),
    ),
}

TRACKS = {"people": N_("People's mediation"), "administrative": N_("Administrative"), "judicial": N_("Judicial")}
OUTCOMES = {
    "mediated": N_("Mediated"),
    "failed": N_("Mediation failed"),
    "withdrawn": N_("Withdrawn"),
    "transferred": N_("Transferred"),
    "payment_order": N_("Payment order"),
    "written_off": N_("Written off"),
    "filed": N_("Filed with the court"),
    "unknown": N_("Outcome unknown"),
}
STATUSES = {"open": N_("Pending"), "closed": N_("Closed")}
AGE_NAMES = tuple(f"{low}{DASH}{high - 1}" for low, high in pairwise(AGES))
NOT_STATED = {
    "street": N_("Street not stated"),
    "community": N_("Community not stated"),
    "track": N_("Track not stated"),
}


def stated(column: str, value: str | None) -> str:
    """A value in the reader's words; a missing one says that it is missing."""
    if value is None:
        return _(NOT_STATED.get(column, N_("Not stated")))
    return _(TRACKS[value]) if column == "track" and value in TRACKS else value


def part_of(mark: Mark, part: Part) -> Mark:
    """The same mark, of a rate: all its records, those counted in it, or the others."""
    return replace(mark, part=part)


# --- marks ------------------------------------------------------------------------------------------------------------


def encoded(mark: Mark) -> str:
    """A mark as the text that a chart gives back when it is clicked."""
    period = mark.period and [day.isoformat() for day in mark.period]
    return json.dumps([mark.measure, mark.at, period, mark.age, mark.part], ensure_ascii=False)


def decoded(text: str) -> Mark:
    measure, at, period, age, part = json.loads(text)
    days = period and (date.fromisoformat(period[0]), date.fromisoformat(period[1]))
    return Mark(measure, tuple((name, value) for name, value in at), days, age, part)


def described(mark: Mark, filters: Filters) -> str:
    """A mark in words: 调解成功率 · 青禾街道 · 2023年11月."""
    period = replace(filters, start=mark.period[0], end=mark.period[1]) if mark.period else filters
    parts = [_(MEASURES[mark.measure].label), *(stated(name, value) for name, value in mark.at)]
    if mark.age is not None:
        parts.append(_("{range} days").format(range=age_names()[mark.age]))
    return " · ".join([*parts, format.period(period)])


def age_names() -> tuple[str, ...]:
    return (*AGE_NAMES, f">{AGES[-1] - 1}")
