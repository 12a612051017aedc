"""Ways to a published figure through the questions that the pages ask."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

import pandas as pd

from cockpit.choice import Ask
from queries import funnel, published
from queries import letters as issued
from queries.aggregate import summary
from queries.filters import Filters, year_before
from queries.tables import FACTS

Compute = Callable[[Ask], float]
DATA_DATE = datetime(2023, 12, 1)
"""The demonstration ends where the page was printed: what happened before this moment is known."""


def span(district: str, since: date, until: date, categories: Sequence[str] = ()) -> Filters:
    return Filters(since, until, DATA_DATE, district, categories=tuple(categories))


def measured(column: str, filters: Filters, table: str = "cases") -> Compute:
    """A measure of queries.measures, or its numerator (``…_n``); NaN where there is nothing to divide by."""
    key = column.removesuffix("_n")

    def compute(ask: Ask) -> float:
        row = ask(summary, (key,), FACTS[table], filters, ()).iloc[0]
        return float("nan") if pd.isna(row[key]) else float(row[column])

    return compute


def grown(key: str, filters: Filters) -> Compute:
    """The relative change against the year before."""
    now, before = measured(key, filters), measured(key, year_before(filters))
    return lambda ask: _over(now(ask), before(ask)) - 1


def bodies(district: str, tier: str) -> Compute:
    def compute(ask: Ask) -> float:
        found = ask(published.tiers, district)
        return float(found.loc[found["tier"] == tier, "bodies"].sum())

    return compute


def letters(filters: Filters, kind: str) -> Compute:
    """Letters of a kind, where some of them have a date to be answered by and some an answer; else NaN."""

    def compute(ask: Ask) -> float:
        found = ask(issued.by_kind, filters)
        of_kind = found[(found["letter"] == kind) & (found["dated"] > 0) & (found["answered"] > 0)]
        return float("nan") if of_kind.empty else float(of_kind["issued"].iloc[0])

    return compute


def settled(programme: str) -> Compute:
    return lambda ask: float(ask(published.settled, programme)["cases"].iloc[0])


def enforced(filters: Filters, programme: str) -> Compute:
    """Mediated cases of the programme that went to enforcement; NaN where none was mediated."""

    def compute(ask: Ask) -> float:
        row = ask(published.enforced, filters, programme).iloc[0]
        return float(row["enforced"]) if row["mediated"] else float("nan")

    return compute


def days_since_visit(community: str) -> Compute:
    """Whole days from the last petition in person to the data date; NaN where none is known."""

    def compute(ask: Ask) -> float:
        when = ask(published.last_visit, community)["happened_at"].iloc[0]
        return float("nan") if pd.isna(when) else float((DATA_DATE - pd.Timestamp(when)).days)

    return compute


# --- a funnel ---------------------------------------------------------------------------------------------------------


def entered(filters: Filters, programme: str, step: str) -> Compute:
    """Cases of the cohort that entered the step."""
    return lambda ask: float(_of(_moves(ask, filters, programme), step=step)["cases"].sum())


def left(filters: Filters, programme: str, *exits: str, step: str = "", what: str = "cases") -> Compute:
    """Cases of the cohort (or the sum of another column over them) that left by these exits (none named: by any), from
    this step or from any."""

    def compute(ask: Ask) -> float:
        moves = _of(_moves(ask, filters, programme), step=step)
        gone = moves["place"].isin(exits) if exits else ~moves["place"].isin([funnel.PASSED, funnel.IN_PROGRESS])
        return round(float(moves.loc[gone, what].sum()), 2)

    return compute


def part(numerator: Compute, denominator: Compute) -> Compute:
    return lambda ask: _over(numerator(ask), denominator(ask))


def _over(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else float("nan")


def _moves(ask: Ask, filters: Filters, programme: str) -> pd.DataFrame:
    """Where the cases went from each step, as the funnel page asks for it."""
    frame = ask(funnel.steps, replace(filters, categories=()), programme, "cohort", False)
    return frame[frame["whole"] == 0]


def _of(moves: pd.DataFrame, step: str) -> pd.DataFrame:
    return moves[moves["step"] == step] if step else moves
