"""A funnel from the rows of ``queries.funnel.steps``: steps in order, exits, the residual and what it leaves open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from cockpit.analysis.intervals import wilson
from queries.funnel import AMOUNTS, IN_PROGRESS, PASSED, PLACES, UNKNOWN
from queries.tables import RESOLVED

RESIDUAL = (UNKNOWN, IN_PROGRESS)
ORDER = (*RESOLVED, *PLACES)
FEWEST_FOR_A_RATE = 30


@dataclass(frozen=True)
class Step:
    """One step: ``carried`` stood there when the period began, ``entered`` came; ``sources``: entered, by the step
    before (None: from outside); ``places``: where carried and entered are now, ``passed`` included."""

    name: str
    carried: int = 0
    sources: dict[str | None, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    median_days: float = float("nan")
    p90_days: float = float("nan")
    timed: int = 0

    @property
    def entered(self) -> int:
        return sum(self.sources.values())

    @property
    def handled(self) -> int:
        """What stood there when the period began, and what came."""
        return self.carried + self.entered

    @property
    def passed(self) -> int:
        return self.places.get(PASSED, 0)

    @property
    def left(self) -> dict[str, int]:
        """Out of the programme or still here: every place but the next step."""
        return {place: n for place, n in self.places.items() if place != PASSED}


@dataclass(frozen=True)
class Funnel:
    """All steps of a programme in one period. ``amounts`` in CNY by place, in the order of AMOUNTS."""

    steps: tuple[Step, ...] = ()
    resolved: int = 0
    filed_later: int = 0
    amounts: dict[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def received(self) -> int:
        """Cases that entered their first step in the period."""
        return sum(step.sources.get(None, 0) for step in self.steps)

    @property
    def total(self) -> int:
        """Cases that have a place: received, and what the period found."""
        return self.received + sum(step.carried for step in self.steps)

    @property
    def exits(self) -> dict[str, int]:
        """Cases by place, the residual last."""
        found = ordered({place for step in self.steps for place in step.left})
        return {place: sum(step.left.get(place, 0) for step in self.steps) for place in found}

    @property
    def residual(self) -> int:
        return sum(self.exits.get(place, 0) for place in RESIDUAL)

    def amount(self, name: str) -> float:
        return sum(amounts[AMOUNTS.index(name)] for amounts in self.amounts.values())


@dataclass(frozen=True)
class Range:
    """A share that is only known within limits: ``known`` of ``base`` for certain, ``unclear`` more perhaps."""

    known: int
    unclear: int
    base: int

    @property
    def lower(self) -> float:
        return self.known / self.base if self.base else float("nan")

    @property
    def upper(self) -> float:
        return (self.known + self.unclear) / self.base if self.base else float("nan")


def resolution(funnel: Funnel, basis: str) -> Range:
    """Resolved without filing. Cohort: of all that came, the residual unclear; period: of those that left, only those
    unclear whose place is unknown."""
    if basis == "cohort":
        return Range(funnel.resolved, funnel.residual, funnel.received)
    unknown = funnel.exits.get(UNKNOWN, 0)
    return Range(funnel.resolved, unknown, funnel.total - funnel.exits.get(IN_PROGRESS, 0))


def ordered(places: Iterable[str]) -> list[str]:
    """Resolutions first, then the other exits, the residual last; exits that we do not know before it."""
    last = len(ORDER)
    return sorted(places, key=lambda place: (place in RESIDUAL, ORDER.index(place) if place in ORDER else last, place))


def read(frame: pd.DataFrame, back: int = 0) -> Funnel:
    """The funnel of one year: 0 the period itself, 1 the year before. Empty where no case has a place."""
    rows = [row for row in frame.to_dict("records") if row["back"] == back]
    parts, wholes = ([row for row in rows if row["whole"] == flag] for flag in (0, 1))
    wholes.sort(key=lambda row: (row["position"], row["depth"] / row["cases"], row["step"]))
    amounts: dict[str, tuple[float, ...]] = {}
    for row in parts:
        if row["place"] != PASSED:
            before = amounts.get(row["place"], (0.0,) * len(AMOUNTS))
            amounts[row["place"]] = tuple(old + row[name] for old, name in zip(before, AMOUNTS, strict=True))
    return Funnel(
        tuple(_step(whole, [row for row in parts if row["step"] == whole["step"]]) for whole in wholes),
        sum(row["resolved"] for row in parts),
        sum(row["filed_later"] for row in parts),
        amounts,
    )


def _step(whole: dict, parts: Sequence[dict]) -> Step:
    sources: dict[str | None, int] = {}
    places: dict[str, int] = {}
    for row in parts:
        origin = None if pd.isna(row["origin"]) else row["origin"]
        places[row["place"]] = places.get(row["place"], 0) + row["cases"]
        if not row["carried"]:
            sources[origin] = sources.get(origin, 0) + row["cases"]
    return Step(
        whole["step"],
        sum(row["cases"] for row in parts if row["carried"]),
        dict(sorted(sources.items(), key=lambda item: -item[1])),
        {place: places[place] for place in [*ordered(set(places) - {PASSED}), *({PASSED} & set(places))]},
        whole["median_days"],
        whole["p90_days"],
        whole["timed"],
    )


def table(funnel: Funnel) -> pd.DataFrame:
    """One row per step: step, carried, entered, a column per place, median_days, p90_days, timed."""
    places = [PASSED, *funnel.exits]
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


def comparison(this: Funnel, last: Funnel) -> pd.DataFrame:
    """One row per place: cases and share of all, this period and the year before, Wilson limits of both, the change
    of the share, and whether the intervals separate (None where a base is under 30)."""
    places = ordered({*this.exits, *last.exits})
    counts = [[funnel.exits.get(place, 0) for place in places] for funnel in (this, last)]
    frame = pd.DataFrame({"place": places, "cases": counts[0], "before": counts[1]})
    for name, funnel, numbers in (("", this, counts[0]), ("_before", last, counts[1])):
        base = funnel.total
        frame[f"lower{name}"], frame[f"upper{name}"] = wilson(numbers, [base] * len(places))
        frame[f"share{name}"] = [n / base if base else float("nan") for n in numbers]
    frame["change"] = frame["share"] - frame["share_before"]
    apart = (frame["lower"] > frame["upper_before"]) | (frame["upper"] < frame["lower_before"])
    enough = min(this.total, last.total) >= FEWEST_FOR_A_RATE
    return frame.assign(apart=apart if enough else None)
