"""A funnel for whoever may not see rows: coarser, so that no small number is left to be shown or worked out."""

from dataclasses import replace

from cockpit.analysis.funnel import NOT_KNOWN, Funnel, Step
from queries.funnel import AMOUNTS, HIDDEN, RESIDUAL, UNCLEAR, WHOLE
from queries.tables import RESOLVED


def masked(funnel: Funnel, fewest: int) -> Funnel:
    """The same cases in coarser places: what is too small somewhere is one place everywhere. Totals may stay finer than
    steps; where even coarse steps are too small, they are one step. Without steps where there are too few cases at all.
    """
    if funnel.total < fewest:
        return Funnel()
    together = _told(funnel, _coarser(_in_one_step(funnel, fewest), fewest, {}), fewest)
    finer = _coarser(funnel, fewest, together.groups) if together is not None else None
    if finer is None:
        return together
    return replace(
        together, steps=tuple(_timed(step, fewest) for step in finer.steps), groups=finer.groups, together=together
    )


def _in_one_step(funnel: Funnel, fewest: int) -> Funnel:
    """What was found and what came, unless one of them is small: its total would tell it from the other."""
    received, carried = funnel.received, funnel.total - funnel.received
    if any(0 < n < fewest for n in (received, carried)):
        received = carried = NOT_KNOWN
    return replace(funnel, steps=(Step(WHOLE, carried, {None: received}, funnel.exits),))


def _told(funnel: Funnel, coarse: Funnel | None, fewest: int) -> Funnel:
    assert coarse is not None  # with all places in one, only their total is left, and that is not small
    return replace(
        coarse,
        resolved=_resolved(funnel, coarse, fewest),
        filed_later=NOT_KNOWN if 0 < funnel.filed_later < fewest else funnel.filed_later,
    )


def _resolved(funnel: Funnel, coarse: Funnel, fewest: int) -> float:
    """How many were resolved, unless that tells how many of the hidden exits were."""
    inside = funnel.resolved - sum(coarse.exits.get(place, 0) for place in RESOLVED)
    rest = coarse.exits.get(HIDDEN, 0) - inside
    return NOT_KNOWN if any(0 < abs(n) < fewest for n in (inside, rest)) else funnel.resolved


def _timed(step: Step, fewest: int) -> Step:
    if not 0 < step.timed < fewest:
        return step
    return replace(step, median_days=NOT_KNOWN, p90_days=NOT_KNOWN, timed=NOT_KNOWN)


def _coarser(funnel: Funnel, fewest: int, groups: dict[str, str]) -> Funnel | None:
    """With places grouped until none is too small at any step; None where grouping does not help."""
    groups = dict(groups)
    while True:
        steps = tuple(replace(step, places=_grouped(step.places, groups)) for step in funnel.steps)
        if any(0 < n < fewest for step in steps for n in (step.carried, step.passed, *step.sources.values())):
            return None
        small = [(step, place) for step in steps for place, n in step.left.items() if n < fewest]
        if not small:
            return replace(funnel, steps=steps, groups=groups, amounts=_grouped_amounts(funnel.amounts, groups))
        more = _wider(*small[0], groups)
        if not more:
            return None
        groups |= more


def _wider(step: Step, place: str, groups: dict[str, str]) -> dict[str, str]:
    """What to group next, so that a place of a step grows: the residual with itself, exits with the smallest other."""
    if place not in (HIDDEN, UNCLEAR):
        return {place: UNCLEAR if place in RESIDUAL else HIDDEN}
    others = sorted((n, other) for other, n in step.left.items() if other != place)
    residual = [other for _n, other in others if other in RESIDUAL]
    if place == UNCLEAR:
        return {residual[0]: UNCLEAR} if residual else dict.fromkeys(RESIDUAL, HIDDEN)
    exits = [other for _n, other in others if other not in (*RESIDUAL, UNCLEAR)]
    if exits:
        return {exits[0]: HIDDEN}
    return dict.fromkeys(RESIDUAL, HIDDEN) if others else {}


def _grouped(places: dict[str, int], groups: dict[str, str]) -> dict[str, int]:
    grouped: dict[str, int] = {}
    for place, n in places.items():
        name = groups.get(place, place)
        grouped[name] = grouped.get(name, 0) + n
    return grouped


def _grouped_amounts(amounts: dict[str, dict[str, float]], groups: dict[str, str]) -> dict[str, dict[str, float]]:
    grouped: dict[str, dict[str, float]] = {}
    for place, sums in amounts.items():
        before = grouped.get(groups.get(place, place), dict.fromkeys(AMOUNTS, 0.0))
        grouped[groups.get(place, place)] = {name: before[name] + sums[name] for name in AMOUNTS}
    return grouped
