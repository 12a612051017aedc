"""A finding in words: what was observed, and by what it was judged. Plain text; pages escape it."""

from cockpit import format
from cockpit.analysis.attention import Finding
from cockpit.i18n import _
from queries.measures import MEASURES


def headline(finding: Finding) -> str:
    """松岭街道受理纠纷 207 件."""
    what = {"cases": _("{place}: disputes received {value}"), "complaints": _("{place}: complaints received {value}")}
    text = (
        what[finding.table]
        if finding.measure == "received"
        else _("{place}: {measure} {value}").replace("{measure}", _(MEASURES[finding.measure].label))
    )
    return text.format(place=finding.group, value=_value(finding, finding.observed))


def evidence(finding: Finding, previous: str) -> str:
    """超出近 12 个月波动范围 87—165；预期 124 件，10月 119 件. ``previous``: the period before, in words."""
    text = (
        _("Beyond the limits {limits} of the 12 months before; expected {expected}, {previous} {before}.")
        if finding.signal
        else _("{previous} {before}: looks like a change, but lies within the limits {limits}.")
    )
    return text.format(
        limits=limits(finding),
        expected=_value(finding, finding.expected),
        previous=previous,
        before=_value(finding, finding.previous),
    )


def limits(finding: Finding) -> str:
    if finding.is_rate:
        return format.share_range(finding.lower, finding.upper)
    return f"{format.number(finding.lower)}{format.DASH}{format.number(finding.upper)}"


def _value(finding: Finding, value: float) -> str:
    if finding.is_rate:
        return format.told(value, format.share)
    return format.told(value, lambda n: format.text(round(n), "count"))
