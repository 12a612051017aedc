"""A funnel from the rows of ``queries.funnel.steps``: steps in order, exits, the residual and what it leaves open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from cockpit.analysis.intervals import wilson
from queries.funnel import AMOUNTS, IN_PROGRESS, PASSED, PLACES, RESIDUAL, UNCLEAR, UNKNOWN
from queries.tables import RESOLVED

ORDER = (*RESOLVED, *PLACES)
LAST = (*RESIDUAL, UNCLEAR)
FEWEST_FOR_A_RATE = 30
NOT_KNOWN = float("nan")


@dataclass(frozen=True)
class Step:
    """One step: ``carried`` stood there when the period began, ``entered`` came; ``sources``: entered, by the step
    before (None: from outside), NaN where the two may not be told apart; ``places``: where carried and entered are now,
    ``passed`` included."""

    name: str
    carried: float = 0
    sources: dict[str | None, float] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    median_days: float = NOT_KNOWN
    p90_days: float = NOT_KNOWN
    timed: float = 0

    @property
    def entered(self) -> float:
        return sum(self.sources.values())

    @property
    def handled(self) -> float:
        """What stood there when the period began, and what came."""
        return sum(self.places.values())

    @property
    def passed(self) -> int:
        return self.places.get(PASSED, 0)

    @property
    def left(self) -> dict[str, int]:
        """Out of the programme or still here: every place but the next step."""
        return {place: n for place, n in self.places.items() if place != PASSED}


@dataclass(frozen=True)
class Funnel:
    """All steps of a programme in one period. ``resolved``: by an exit that counts, before any filing; ``amounts``: CNY
    by place and name of the amount.

    Of a masked one (cockpit.analysis.discretion), ``groups`` says which places stand for which others, and ``together``
    is the same funnel in one step, whose totals may be told in more detail.
    """

    steps: tuple[Step, ...] = ()
    resolved: float = 0
    filed_later: float = 0
    amounts: dict[str, dict[str, float]] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    together: "Funnel | None" = None

    @property
    def received(self) -> float:
        """Cases that entered their first step in the period; NaN where that would tell a small number."""
        return sum(step.sources.get(None, 0) for step in self.steps)

    @property
    def total(self) -> int:
        """Cases that have a place: received, and what the period found."""
        return sum(sum(step.left.values()) for step in self.steps)

    @property
    def exits(self) -> dict[str, int]:
        """Cases by place, the residual last."""
        steps = (self.together or self).steps
        found = ordered({place for step in steps for place in step.left})
        return {place: sum(step.left.get(place, 0) for step in steps) for place in found}

    def count(self, place: str) -> float:
        """Cases in one place; NaN where it may not be told."""
        return NOT_KNOWN if place in (self.together or self).groups else self.exits.get(place, 0)

    @property
    def residual(self) -> float:
        """Cases without a known exit; NaN where they may not be told from others."""
        groups, exits = (self.together or self).groups, self.exits
        if any(groups.get(place, UNCLEAR) != UNCLEAR for place in RESIDUAL):
            return NOT_KNOWN
        return sum(exits.get(place, 0) for place in LAST)

    def amount(self, name: str) -> float:
        return sum((amounts[name] for amounts in self.amounts.values()), 0.0)


@dataclass(frozen=True)
class Range:
    """A share that is only known within limits: ``known`` of ``base`` for certain, ``unclear`` more perhaps."""

    known: float
    unclear: float
    base: float

    @property
    def lower(self) -> float:
        return self.known / self.base if self.base else NOT_KNOWN

    @property
    def upper(self) -> float:
        return (self.known + self.unclear) / self.base if self.base else NOT_KNOWN


def resolution(funnel: Funnel, basis: str) -> Range:
    """Resolved without filing. Cohort: of all that came, the residual unclear; period: of those that left, only those
    unclear whose place is unknown."""
    if basis == "cohort":
        return Range(funnel.resolved, funnel.residual, funnel.received)
    return Range(funnel.resolved, funnel.count(UNKNOWN), funnel.total - funnel.count(IN_PROGRESS))


def ordered(places: Iterable[str]) -> list[str]:
    """Resolutions first, then the other exits, the residual last; exits that we do not know before it."""
    last = len(ORDER)
    return sorted(places, key=lambda place: (place in LAST, ORDER.index(place) if place in ORDER else last, place))


def read(frame: pd.DataFrame, back: int = 0) -> Funnel:
    """The funnel of one year: 0 the period itself, 1 the year before. Without steps where no case has a place."""
    rows = [row for row in frame.to_dict("records") if row["back"] == back]
    parts, wholes = ([row for row in rows if row["whole"] == flag] for flag in (0, 1))
    wholes.sort(key=lambda row: (row["position"], row["depth"] / row["cases"], row["step"]))
    amounts: dict[str, dict[str, float]] = {}
    for row in parts:
        if row["place"] != PASSED:
            before = amounts.get(row["place"], dict.fromkeys(AMOUNTS, 0.0))
            amounts[row["place"]] = {name: before[name] + row[name] for name in AMOUNTS}
    return Funnel(
        tuple(_step(whole, [row for row in parts if row["step"] == whole["step"]]) for whole in wholes),
        sum(row["resolved"] for row in parts),
        sum(row["filed_later"] for row in parts),
        amounts,
    )


def _step(whole: dict, parts: Sequence[dict]) -> Step:
    sources: dict[str | None, float] = {}
    places: dict[str, int] = {}
    for row in parts:
        origin = None if pd.isna(row["origin"]) else row["origin"]
        places[row["place"]] = places.get(row["place"], 0) + row["cases"]
        if not row["carried"]:
            sources[origin] = sources.get(origin, 0) + row["cases"]
    return Step(
        whole["step"],
        sum(row["cases"] for row in parts if row["carried"]),
        dict(sorted(sources.items(), key=lambda item: (-item[1], str(item[0])))),
        {place: places[place] for place in [*ordered(set(places) - {PASSED}), *({PASSED} & set(places))]},
        whole["median_days"],
        whole["p90_days"],
        whole["timed"],
    )


def table(funnel: Funnel) -> pd.DataFrame:
    """One row per step: step, carried, entered, a column per place, median_days, p90_days, timed."""
    places = [PASSED, *ordered({place for step in funnel.steps for place in step.left})]
    rows = [
        {
            "step": step.name,
            "carried": step.carried,
            "entered": step.entered,
            **{place: step.places.get(place, 0) for place in places},
            "median_days": step.median_days,
            "p90_days": step.p90_days,
            "timed": step.timed,
        }
        for step in funnel.steps
    ]
    return pd.DataFrame(rows)


def amounts(funnel: Funnel) -> pd.DataFrame:
    """One row per place: place, cases, amounts in CNY."""
    exits = funnel.exits
    return pd.DataFrame(
        [{"place": place, "cases": n, **funnel.amounts[place]} for place, n in exits.items()],
        columns=["place", "cases", *AMOUNTS],
    )


def comparison(this: Funnel, last: Funnel) -> pd.DataFrame:
    """One row per place: cases and share of all, this period and the year before, Wilson limits of both, the change
    of the share, and whether the intervals separate (None where a base is under 30). NaN what may not be told."""
    places = ordered({*this.exits, *last.exits} - {*this.groups.values(), *last.groups.values()})
    frame = pd.DataFrame({"place": places})
    for name, funnel in (("", this), ("_before", last)):
        numbers, base = [funnel.count(place) for place in places], funnel.total
        frame[f"cases{name}"] = numbers
        frame[f"share{name}"] = [n / base if base else NOT_KNOWN for n in numbers]
        frame[f"lower{name}"], frame[f"upper{name}"] = wilson(numbers, [base] * len(places))
    frame["change"] = frame["share"] - frame["share_before"]
    apart = (frame["lower"] > frame["upper_before"]) | (frame["upper"] < frame["lower_before"])
    enough = min(this.total, last.total) >= FEWEST_FOR_A_RATE
    return frame.assign(apart=apart if enough else None)
