"""The sentences of a briefing: computed from figures, with their periods and denominators; no adjective without one."""

from math import isnan

from cockpit import findings, format
from cockpit.analysis.attention import Finding
from cockpit.analysis.intervals import wilson
from cockpit.briefing.document import strong
from cockpit.change import separate
from cockpit.i18n import _
from queries.filters import Filters, before
from queries.measures import MEASURES

FEWEST_FOR_PERCENT = 30


def counted(value) -> str:
    """312 件; × 件 for what may not be told."""
    return f"{format.HIDDEN} {_('records')}" if format.missing(value) else format.text(value, "count") + _spelt(value)


def _spelt(value) -> str:
    """From 1万 on the rounded figure is not enough to be defended: 1.0 万件（10,436）."""
    _shown, scale = format.scaled(value)
    return _(" ({n})").format(n=format.number(value)) if scale else ""


def moved(value, previous) -> str:
    """增 4.0%, 减 12 件, 持平: in percent of at least 30, otherwise in records."""
    if value == previous:
        return _("unchanged")
    difference = abs(value - previous)
    if previous < FEWEST_FOR_PERCENT:
        shown = counted(difference)
    else:
        shown = f"{format.number(difference / previous * 100, 1)}%"
    return (_("up {n}") if value > previous else _("down {n}")).format(n=strong(shown))


def period_before(filters: Filters) -> str:
    """第46周, 10月."""
    return format.short_period(before(filters), filters)


def judged(finding: Finding | None) -> str:
    """在此前 12 个月的波动范围 845—985 件内."""
    if finding is None or isnan(finding.lower):
        return _("too little history for control limits")
    texts = {
        0: _("within the limits {limits} of the 12 months before"),
        1: _("above the limits {limits} of the 12 months before"),
        -1: _("below the limits {limits} of the 12 months before"),
    }
    return texts[finding.signal].format(limits=findings.limits(finding))


def not_judged(filters: Filters) -> str:
    """Why nothing is said to have moved."""
    if not filters.is_over:
        text = _("Not judged: the period is not over yet, the data end on {moment}.")
        return text.format(moment=format.data_date(filters.data_date))
    return _("Not judged: too little history.")


def place_of(filters: Filters) -> str:
    """西乡街道, or the district."""
    return _(", ").join(filters.streets) or filters.district or _("All districts")


def received(what: str, now: dict, then: dict, finding: Finding | None, filters: Filters) -> str:
    """西乡街道受理纠纷 312 件，较第46周 300 件增 4.0%，在此前 12 个月的波动范围 280—340 件内；办结 298 件。"""
    if not filters.is_over:
        text = _("{place}: {what} {n} to {moment}; the period is not over yet and not compared; closed {closed}.")
        return text.format(
            place=place_of(filters),
            what=what,
            n=strong(counted(now["received"])),
            moment=format.data_date(filters.data_date),
            closed=counted(now["closed"]),
        )
    known = not (format.missing(now["received"]) or format.missing(then["received"]))
    text = (
        _("{place}: {what} {n}, {change} against {before} in {previous}, {judged}; closed {closed}.")
        if known and then["received"]
        else _("{place}: {what} {n}, {judged}; closed {closed}.")
    )
    return text.format(
        place=place_of(filters),
        what=what,
        n=strong(counted(now["received"])),
        change=moved(now["received"], then["received"]) if known else "",
        before=counted(then["received"]),
        previous=period_before(filters),
        judged=judged(finding),
        closed=counted(now["closed"]),
    )


def rate(key: str, now: dict, then: dict, filters: Filters) -> str:
    """调解成功率 96.9%（95% 区间 95.6—97.8%，n=875），与第46周 96.8% 相比变化不显著。"""
    label, value, n = _(MEASURES[key].label), now[key], now[f"{key}_d"]
    if format.missing(value):
        return nothing(label, n)
    low, high = wilson(now[f"{key}_n"], n)
    about = {
        "rate": label,
        "value": strong(format.share(value)),
        "interval": format.share_range(float(low), float(high)),
        "n": format.number(n),
        "before": format.share(then[key]),
        "previous": period_before(filters),
        "points": strong(_("{n} points").format(n=format.signed((value - (then[key] or 0)) * 100, 1))),
    }
    if format.missing(then[key]):
        return _("{rate} {value} (95% interval {interval}, n={n}).").format(**about)
    text = (
        _("{rate} {value} (95% interval {interval}, n={n}), {points} against {before} in {previous}: significant.")
        if separate(MEASURES[key], now, then)
        else _("{rate} {value} (95% interval {interval}, n={n}); against {before} in {previous} no significant change.")
    )
    return text.format(**about)


def nothing(label: str, n) -> str:
    """调解成功率：本期没有可计算的件; 调解成功率 ×（n=12，件数过少，不予显示）, where it may not be told."""
    if not format.missing(n) and n == 0:
        return _("{rate}: nothing in this period to take it of.").format(rate=label)
    return _("{rate} {hidden} (n={n}; too few to show).").format(rate=label, hidden=format.HIDDEN, n=format.told(n))


def difference(value, previous) -> str:
    """+4.0%, −12 件: by the same rule as ``moved``."""
    if previous < FEWEST_FOR_PERCENT:
        return f"{format.signed(value - previous)} {_('records')}"
    return format.change(value, previous)


def overdue(now: dict, then: dict, most: tuple[str, float] | None, filters: Filters) -> str:
    """期末超期在办 86 件，较第46周末增 6 件，其中西乡街道 31 件最多。"""
    n, previous = now["overdue"], then["overdue"]
    text = _("Overdue on {moment}: {n}") if not filters.is_over else _("Overdue at the end of the period: {n}")
    parts = [text.format(n=strong(counted(n)), moment=format.data_date(filters.data_date))]
    if not (format.missing(n) or format.missing(previous)):
        change = moved(n, previous)
        parts.append(_("{change} against the end of {previous}").format(change=change, previous=period_before(filters)))
    if most:
        parts.append(_("most in {place}: {n}").format(place=most[0], n=counted(most[1])))
    return _("; ").join(parts) + _(".")


def repeated(row: dict) -> str:
    """重复诉求 121 件，占受理 9.1%（n=1,332）。"""
    return _("Repeated complaints: {n}, {share} of those received (n={received}).").format(
        n=strong(counted(row["repeat_rate_n"])),
        share=format.told(row["repeat_rate"], format.share),
        received=format.told(row["repeat_rate_d"]),
    )
