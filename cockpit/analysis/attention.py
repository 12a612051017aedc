"""本月需要关注: what moved beyond its control limits, and what did not although it looks so."""

from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True)
class Watch:
    """One measure over one dimension of one table."""

    measure: str
    table: str
    by: str


def findings(watched: Mapping[Watch, pd.DataFrame], unit: str, holidays: bool) -> list[Finding]:
    """Every judged group of the newest period, whether beyond its limits or not.

    The frames: one row per bucket and group, all periods that there are; columns bucket, the watch's ``by``, and its
    measure (with ``_n`` and ``_d`` for a rate).
    """
    found = []
    for rates in (False, True):  # all counts in one go, all rates in another
        frames = {watch: frame for watch, frame in watched.items() if watch.measure.endswith("_rate") is rates}
        stacked = [_named(frame, watch, place) for place, (watch, frame) in enumerate(frames.items()) if len(frame)]
        if stacked:
            found += _newest(signals(pd.concat(stacked, ignore_index=True), unit, holidays), list(frames))
    return found


def _named(frame: pd.DataFrame, watch: Watch, place: int) -> pd.DataFrame:
    """As ``signals`` wants it; a group is told from those of other watches by the place of its own."""
    rate = f"{watch.measure}_n" in frame
    parts = (
        {"numerator": f"{watch.measure}_n", "denominator": f"{watch.measure}_d"} if rate else {"count": watch.measure}
    )
    groups = [(place, name) for name in frame[watch.by]]
    return pd.DataFrame({"period": frame["bucket"], "group": groups, **{k: frame[v] for k, v in parts.items()}})


def _newest(judged: pd.DataFrame, watches: Sequence[Watch]) -> list[Finding]:
    last = judged["period"].max()
    newest = judged[judged["period"] == last]
    earlier = judged[judged["period"] < last]
    before = earlier[earlier["period"] == earlier["period"].max()]
    previous = dict(zip(before["group"], before["observed"], strict=True))
    columns = zip(
        *(newest[name] for name in ("group", "observed", "size", "expected", "lower", "upper", "signal")), strict=True
    )
    return [
        Finding(
            watches[group[0]].measure,
            watches[group[0]].table,
            watches[group[0]].by,
            group[1],
            observed,
            size,
            expected,
            lower,
            upper,
            previous.get(group, float("nan")),
            int(signal),
        )
        for group, observed, size, expected, lower, upper, signal in columns
        if isinstance(group[1], str) and not pd.isna(expected)
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
