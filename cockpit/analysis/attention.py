"""本月需要关注: what moved beyond its control limits, and what did not although it looks so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.analysis.control import limits

LOOKS = 0.15
"""A relative change from the period before that a reader would remark on."""
ENOUGH = 30
"""Smaller numbers change by as much every month; nobody need be told so."""
MOST = 4


@dataclass(frozen=True)
class Finding:
    """One group of one measure in the newest period. Counts as counts, rates as fractions."""

    measure: str
    table: str
    by: str
    group: str
    observed: float
    size: float
    expected: float
    lower: float
    upper: float
    previous: float
    signal: int

    @property
    def excess(self) -> float:
        """How many records more (or fewer) than expected."""
        return abs(self.observed - self.expected) * (self.size if self.is_rate else 1)

    @property
    def is_rate(self) -> bool:
        return self.measure.endswith("_rate")


@dataclass(frozen=True)
class Watch:
    """One measure over one dimension of one table."""

    measure: str
    table: str
    by: str


@dataclass(frozen=True)
class Watched:
    """The series of one watch: one row a group, one column a period; ``size``: the denominators of a rate."""

    names: Sequence[str | None]
    x: np.ndarray
    size: np.ndarray | None = None


def findings(watched: Mapping[Watch, Watched], starts: pd.DatetimeIndex, unit: str, holidays: bool) -> list[Finding]:
    """Every judged group of the newest period, whether beyond its limits or not. ``starts``: all periods there are."""
    found = []
    for rates in (False, True):  # all counts in one go, all rates in another
        chosen = {watch: one for watch, one in watched.items() if (one.size is not None) is rates and len(one.names)}
        if chosen:
            x = np.concatenate([one.x for one in chosen.values()]).T.astype(float)
            size = np.concatenate([one.size for one in chosen.values()]).T.astype(float) if rates else None
            found += _newest(limits(starts, x, size, unit, holidays), chosen)
    return found


def _newest(judged: dict[str, np.ndarray], watched: Mapping[Watch, Watched]) -> list[Finding]:
    groups = [(watch, name) for watch, one in watched.items() for name in one.names]
    observed = judged["observed"]
    previous = observed[-2] if len(observed) > 1 else np.full(len(groups), np.nan)
    parts = ("observed", "size", "expected", "lower", "upper")
    columns = [*(judged[part][-1].tolist() for part in parts), previous.tolist(), judged["signal"][-1].tolist()]
    return [
        Finding(watch.measure, watch.table, watch.by, name, *numbers)
        for (watch, name), numbers in zip(groups, zip(*columns, strict=True), strict=True)
        if name is not None and not np.isnan(numbers[2])
    ]


def _looks_so(finding: Finding) -> bool:
    if finding.is_rate or not finding.previous or finding.observed < ENOUGH:
        return False
    return abs(finding.observed / finding.previous - 1) >= LOOKS


def foremost(found: Sequence[Finding], most: int = MOST) -> list[Finding]:
    """What to tell first: signals by how many records they stand for, then what most looks like one and is none."""
    signals_ = sorted((finding for finding in found if finding.signal), key=lambda finding: -finding.excess)
    quiet = sorted(
        (finding for finding in found if not finding.signal and _looks_so(finding)),
        key=lambda finding: -abs(finding.observed - finding.previous),
    )
    kept = signals_[: most - 1] if quiet else signals_[:most]
    return kept + quiet[: most - len(kept)]
