"""Published figures held against the demonstration: what was printed, what the cockpit's own questions answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from cockpit import format
from cockpit.choice import Ask
from cockpit.figures.registry import PUBLISHED, Figure
from cockpit.i18n import _, language
from queries.filters import Filters
from queries.words import N_

State = Literal["holds", "differs", "unbuilt"]
STATES: dict[State, str] = {
    "holds": N_("holds"),
    "differs": N_("does not hold"),
    "unbuilt": N_("not yet built"),
}
GLYPHS: dict[State, str] = {"holds": "○", "differs": "●", "unbuilt": "—"}


@dataclass(frozen=True)
class Judged:
    """A figure with its answer: NaN where there is none."""

    figure: Figure
    computed: float

    @property
    def state(self) -> State:
        rule = self.figure.rule
        if rule is None:
            return "unbuilt"
        return "holds" if rule.holds(self.computed) else "differs"


def judged(ask: Ask, figures: Iterable[Figure] = PUBLISHED) -> Iterator[Judged]:
    """Each figure as the rows answer it; the same question is asked once."""
    known: dict[str, pd.DataFrame] = {}

    def once(question, *arguments):
        key = f"{question.__module__}.{question.__qualname__}{[getattr(one, 'name', one) for one in arguments]!r}"
        if key not in known:
            known[key] = ask(question, *arguments)
        return known[key]

    for figure in figures:
        yield Judged(figure, float("nan") if figure.compute is None else figure.compute(once))


def told(one: Judged) -> str:
    """The computed value digit by digit, as no card shows it: 144,600; 98.43%; 3,367.71 万元."""
    value, unit = one.computed, one.figure.unit
    if unit == "share":
        return format.share(value, 2)
    if unit == "whole_days" and not format.missing(value):
        return _("{n} days").format(n=format.number(value))
    if unit == "cny" and not format.missing(value):
        return f"{format.number(value / 1e4, 2)} 万元" if language() == "zh" else f"{format.number(value)} CNY"
    return format.number(value)


def period(figure: Figure) -> str:
    """What the figure is about, in words."""
    if figure.since is None or figure.until is None:
        return format.DASH
    return format.period(Filters(figure.since, figure.until, pd.Timestamp(figure.until)))
