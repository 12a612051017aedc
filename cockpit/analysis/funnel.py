"""A funnel from the rows of ``queries.funnel.steps``: steps in order, exits, the residual and what it leaves open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from cockpit.analysis.intervals import wilson
from queries.funnel import AMOUNTS, HIDDEN, IN_PROGRESS, PASSED, PLACES, RESIDUAL, UNKNOWN, WHOLE
from queries.tables import RESOLVED

ORDER = (*RESOLVED, *PLACES)
FEWEST_FOR_A_RATE = 30
NOT_KNOWN = float("nan")


@dataclass(frozen=True)
class Step:
    """One step: ``carried`` stood there when the period began, ``entered`` came; ``sources``: entered, by the step
    before (None: from outside); ``places``: where carried and entered are now, ``passed`` included."""

    name: str
    carried: int = 0
    sources: dict[str | None, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    median_days: float = NOT_KNOWN
    p90_days: float = NOT_KNOWN
    timed: float = 0

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
    """All steps of a programme in one period. ``resolved``: by an exit that counts, before any filing; ``amounts``: CNY
    by place and name of the amount."""

    steps: tuple[Step, ...] = ()
    resolved: float = 0
    filed_later: float = 0
    amounts: dict[str, dict[str, float]] = field(default_factory=dict)
    merged: frozenset[str] = frozenset()  # places that may not be told apart

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

    def count(self, place: str) -> float:
        """Cases in one place; NaN where it may not be shown."""
        return NOT_KNOWN if place in self.merged else self.exits.get(place, 0)

    @property
    def residual(self) -> float:
        return sum(self.count(place) for place in RESIDUAL)

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
    return sorted(places, key=lambda place: (place in RESIDUAL, ORDER.index(place) if place in ORDER else last, place))


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
        dict(sorted(sources.items(), key=lambda item: (-item[1], str(item[0])))),
        {place: places[place] for place in [*ordered(set(places) - {PASSED}), *({PASSED} & set(places))]},
        whole["median_days"],
        whole["p90_days"],
        whole["timed"],
    )


# --- what somebody without row access may see ------------------------------------------------------------------------


def masked(funnel: Funnel, fewest: int) -> Funnel:
    """The same cases in coarser places, so that no number from 1 to ``fewest`` − 1 is left to be shown or worked out:
    places that are too small somewhere are one place everywhere; where steps are too small, they are one step.

    Empty where there are not enough cases at all.
    """
    if funnel.total < fewest:
        return Funnel()
    coarse = _coarser(funnel, fewest) or _coarser(_as_one_step(funnel), fewest)
    assert coarse is not None
    return replace(
        coarse,
        steps=tuple(_timed(step, fewest) for step in coarse.steps),
        resolved=_resolved(funnel, coarse, fewest),
        filed_later=NOT_KNOWN if 0 < funnel.filed_later < fewest else funnel.filed_later,
    )


def _resolved(funnel: Funnel, coarse: Funnel, fewest: int) -> float:
    """How many were resolved, unless that tells how many of the merged exits were."""
    inside = funnel.resolved - sum(coarse.exits.get(place, 0) for place in RESOLVED)
    rest = coarse.exits.get(HIDDEN, 0) - inside
    return NOT_KNOWN if any(0 < abs(n) < fewest for n in (inside, rest)) else funnel.resolved


def _timed(step: Step, fewest: int) -> Step:
    if not 0 < step.timed < fewest:
        return step
    return replace(step, median_days=NOT_KNOWN, p90_days=NOT_KNOWN, timed=NOT_KNOWN)


def _coarser(funnel: Funnel, fewest: int) -> Funnel | None:
    """With places merged until none is too small at any step; None where merging does not help."""
    merged: set[str] = set()
    while True:
        steps = tuple(replace(step, places=_grouped(step.places, merged)) for step in funnel.steps)
        numbers = [n for step in steps for n in (step.carried, step.passed, *step.sources.values())]
        if any(0 < n < fewest for n in numbers):
            return None
        small = {(step, place) for step in range(len(steps)) for place, n in steps[step].left.items() if n < fewest}
        if not small:
            amounts = _grouped_amounts(funnel.amounts, merged)
            return replace(funnel, steps=steps, amounts=amounts, merged=frozenset(merged))
        more = {place if place != HIDDEN else _smallest(steps[step]) for step, place in small}
        if None in more:
            return None
        merged |= {place for place in more if place is not None}


def _smallest(step: Step) -> str | None:
    others = {place: n for place, n in step.left.items() if place != HIDDEN}
    return min(others, key=others.__getitem__) if others else None


def _grouped(places: dict[str, int], merged: set[str]) -> dict[str, int]:
    together = sum(n for place, n in places.items() if place in merged)
    return {place: n for place, n in places.items() if place not in merged} | ({HIDDEN: together} if together else {})


def _grouped_amounts(amounts: dict[str, dict[str, float]], merged: set[str]) -> dict[str, dict[str, float]]:
    kept = {place: sums for place, sums in amounts.items() if place not in merged}
    rest = [sums for place, sums in amounts.items() if place in merged]
    return kept | ({HIDDEN: {name: sum(sums[name] for sums in rest) for name in AMOUNTS}} if rest else {})


def _as_one_step(funnel: Funnel) -> Funnel:
    return replace(funnel, steps=(Step(WHOLE, 0, {None: funnel.total}, funnel.exits),))


# --- tables -----------------------------------------------------------------------------------------------------------


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


def amounts(funnel: Funnel) -> pd.DataFrame:
    """One row per place: place, cases, amounts in CNY."""
    exits = funnel.exits
    return pd.DataFrame(
        [{"place": place, "cases": n, **funnel.amounts[place]} for place, n in exits.items()],
        columns=["place", "cases", *AMOUNTS],
    )


def comparison(this: Funnel, last: Funnel) -> pd.DataFrame:
    """One row per place: cases and share of all, this period and the year before, Wilson limits of both, the change
    of the share, and whether the intervals separate (None where a base is under 30)."""
    places = ordered({*this.exits, *last.exits})
    counts = [[funnel.exits.get(place, 0) for place in places] for funnel in (this, last)]
    frame = pd.DataFrame({"place": places, "cases": counts[0], "before": counts[1]})
    for name, funnel, numbers in (("", this, counts[0]), ("_before", last, counts[1])):
        base = funnel.total
        frame[f"lower{name}"], frame[f"upper{name}"] = wilson(numbers, [base] * len(places))
        frame[f"share{name}"] = [n / base if base else NOT_KNOWN for n in numbers]
    frame["change"] = frame["share"] - frame["share_before"]
    apart = (frame["lower"] > frame["upper_before"]) | (frame["upper"] < frame["lower_before"])
    enough = min(this.total, last.total) >= FEWEST_FOR_A_RATE
    return frame.assign(apart=apart if enough else None)
