"""What a figure is compared with, and whether the difference means anything."""

from dataclasses import dataclass
from typing import Literal

from cockpit import format
from cockpit.analysis.intervals import wilson
from cockpit.i18n import _
from queries.measures import Measure


@dataclass(frozen=True)
class Change:
    """``text``: the difference in words; ``colour``: of Streamlit's metric, grey unless a rate moved for certain."""

    text: str
    colour: Literal["green", "red", "off"] = "off"
    arrow: Literal["up", "down", "off"] = "off"
    certain: bool = True


def compare(measure: Measure, now: dict, then: dict) -> Change:
    """The figure now against then. Counts in percent, rates in percentage points, days in days.

    A rate has changed only where the two Wilson 95% intervals do not overlap.
    """
    value, base = now[measure.key], then[measure.key]
    if format.missing(value) or format.missing(base):
        return Change("")
    if measure.unit == "share":
        return _rate(measure, now, then)
    if measure.unit == "days":
        return Change(
            _("{difference} days").format(difference=format.signed(value - base, 1)),
            arrow=_arrow(float(format.half_up(value - base))),
        )
    return Change(format.change(value, base) if base else "", arrow=_arrow(value - base) if base else "off")


def _rate(measure: Measure, now: dict, then: dict) -> Change:
    difference = now[measure.key] - then[measure.key]
    text = _("{difference} points").format(difference=format.signed(difference * 100, 1))
    if not separate(measure, now, then):
        return Change(text, arrow="off", certain=False)
    good = measure.better * difference
    return Change(text, "green" if good > 0 else "red" if good < 0 else "off", _arrow(difference))


def separate(measure: Measure, now: dict, then: dict) -> bool:
    """Do the Wilson intervals of the two rates stay apart? A quotient of two flows (over 100%) has no interval."""
    parts = [(row[f"{measure.key}_n"], row[f"{measure.key}_d"]) for row in (now, then)]
    if any(format.missing(part) or k > n for k, n in parts for part in (k, n)):
        return False
    (low, high), (base_low, base_high) = (wilson(k, n) for k, n in parts)
    return bool(low > base_high or high < base_low)


def _arrow(difference: float) -> Literal["up", "down", "off"]:
    return "up" if difference > 0 else "down" if difference < 0 else "off"
