"""本月需要关注: what moved beyond its control limits, and what did not although it looks so."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from cockpit.analysis.control import signals

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


def findings(measure: str, table: str, by: str, frame: pd.DataFrame, unit: str, holidays: bool) -> list[Finding]:
    """Of the newest period: what is beyond its limits, and what changed much without being so.

    ``frame``: bucket, ``by``, and ``measure`` (with ``_n`` and ``_d`` for a rate), all periods that there are.
    """
    if frame.empty:
        return []
    judged = signals(_named(frame, measure, by), unit, holidays)
    periods = judged["period"].drop_duplicates().sort_values()
    newest = judged[judged["period"] == periods.iloc[-1]]
    before = judged[judged["period"] == periods.iloc[-2]].set_index("group")["observed"] if len(periods) > 1 else {}
    found = [
        Finding(
            measure,
            table,
            by,
            row.group,
            row.observed,
            row.size_,
            row.expected,
            row.lower,
            row.upper,
            before.get(row.group, float("nan")),
            int(row.signal),
        )
        for row in newest.rename(columns={"size": "size_"}).itertuples()
        if isinstance(row.group, str) and not pd.isna(row.expected)
    ]
    return [finding for finding in found if finding.signal or _looks_so(finding)]


def _named(frame: pd.DataFrame, measure: str, by: str) -> pd.DataFrame:
    parts = (
        {f"{measure}_n": "numerator", f"{measure}_d": "denominator"} if f"{measure}_n" in frame else {measure: "count"}
    )
    columns = {"bucket": "period", by: "group", **parts}
    return frame[list(columns)].rename(columns=columns)


def _looks_so(finding: Finding) -> bool:
    if finding.is_rate or not finding.previous or finding.observed < ENOUGH:
        return False
    return abs(finding.observed / finding.previous - 1) >= LOOKS


def foremost(found: Sequence[Finding], most: int = MOST) -> list[Finding]:
    """What to tell first: signals by how many records they stand for, then the best known false alarm."""
    signals_ = sorted((finding for finding in found if finding.signal), key=lambda finding: -finding.excess)
    quiet = sorted(
        (finding for finding in found if not finding.signal),
        key=lambda finding: -abs(finding.observed - finding.previous),
    )
    kept = signals_[: most - 1] if quiet else signals_[:most]
    return kept + quiet[: most - len(kept)]
