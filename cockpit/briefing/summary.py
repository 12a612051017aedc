"""The first blocks: headline, key figures, the row of weeks, what moved and what did not."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd

from cockpit import findings, format, session, situation
from cockpit.briefing import wording
from cockpit.briefing.document import Block, Chart, Figure, Kpi, Kpis, Made, Series, Words, name_of, strong
from cockpit.briefing.facts import Facts
from cockpit.change import Change, compare
from cockpit.charts import columns
from cockpit.i18n import _
from cockpit.theme import Tokens
from queries.measures import MEASURES
from queries.words import N_

TREND = 190  # px
SEASONS = {"spring_festival": N_("Spring Festival"), "national_day": N_("National Day")}


def figures_of(facts: Facts, keys: Iterable[str], rows: tuple[dict, dict], table: str) -> list[Figure]:
    now, then = rows
    compared = ((then, {"when": "previous"}),) if facts.filters.is_over else ()
    return [
        Figure.of(name_of(f"{table}.{key}", **when), key, row) for row, when in ((now, {}), *compared) for key in keys
    ]


def headline(facts: Facts) -> Made:
    (now, then), about = facts.rows, facts.about
    said = [
        wording.received(_(about.received), now, then, facts.whole, facts.filters),
        wording.rate(about.rate, now, then, facts.filters),
    ]
    if not format.missing(now["overdue"]) or not facts.undated:
        most = facts.most(facts.places, "overdue", 1)
        said.append(wording.overdue(now, then, most[0] if most else None, facts.filters))
    if facts.petitioned and facts.petitions:
        more, less = facts.petitions
        said.append(wording.received(_("Complaints received"), more, less, facts.petitions_whole, facts.filters))
        if facts.marks_repeats:
            said.append(wording.repeated(more))
    return Block("headline", _("In short"), (Words(tuple(said)),)), []


def kpis(facts: Facts) -> Made:
    (now, then), about = facts.rows, facts.about
    keys = ("received", about.rate, "median_days", "overdue")
    labels = {"received": _(about.received)}
    items = tuple(_kpi(facts, key, labels.get(key) or _(MEASURES[key].label)) for key in keys)
    figures = figures_of(facts, (*about.keys, "median_days"), (now, then), facts.table.name)
    if facts.petitions:
        figures += figures_of(facts, ("received", "closed", "repeat_rate"), facts.petitions, "complaints")
    return Block("kpis", _("Key figures"), (Kpis(items),)), figures


def _kpi(facts: Facts, key: str, label: str) -> Kpi:
    now, then = facts.rows
    measure = MEASURES[key]
    value, unit = format.valued(now[key], measure.unit)
    if format.missing(now[key]) and _hidden(facts, key):
        value = format.HIDDEN
    change = _change(key, now, then)
    arrow = {"up": "↑ ", "down": "↓ ", "off": ""}[change.arrow]
    against = ""
    if not format.missing(then[key]):
        against = _("{previous}: {value}").format(
            previous=wording.period_before(facts.filters), value=format.text(then[key], measure.unit)
        )
    base = f"n={format.told(now[f'{key}_d'])}" if measure.is_ratio else ""
    if key == "overdue" and not facts.dated:
        base = _("without due times known for the data date only")
    unsure = _("change not significant") if change.text and not change.certain else ""
    return Kpi(label, value, unit, f"{arrow}{change.text}", against, " · ".join(filter(None, (base, unsure))))


def _hidden(facts: Facts, key: str) -> bool:
    """Is a figure that is missing one that may not be told, and not one that does not exist?"""
    if MEASURES[key].is_ratio:
        return facts.rows[0][f"{key}_d"] != 0
    return MEASURES[key].unit == "count" and not (key == "overdue" and facts.undated)


def _change(key: str, now: dict, then: dict) -> Change:
    """As on the pages; counts by the rule of the sentences, so that no few records make a percentage."""
    change, previous = compare(MEASURES[key], now, then), then[key]
    if MEASURES[key].unit != "count" or format.missing(now[key]) or format.missing(previous):
        return change
    return replace(change, text=wording.difference(now[key], previous))


def trend(facts: Facts) -> Made:
    flow, weekly = facts.flow, facts.filters.is_week
    names = [format.week_number(day) if weekly else format.short_month(day) for day in flow["bucket"]]
    values = [None if format.missing(value) else float(value) for value in flow["received"]]
    dips = [_(SEASONS[dip]) if dip else None for dip in situation.holidays_in(_starts(flow), facts.filters)]
    whole = facts.whole
    band = None if whole is None else (max(whole.lower, 0.0), whole.upper)
    note = [_(facts.about.per_week if weekly else facts.about.per_month)]
    if whole is not None and any(values):
        note.append(_("grey band: control limits {limits}").format(limits=findings.limits(whole)))

    mark = session.mark()

    def figure(tokens: Tokens, narrow: bool = False) -> dict:
        return columns.columns(names, values, tokens, TREND, band, dips, mark, every=3 if narrow else 1)

    chart = Chart(
        "columns",
        tuple(names),
        (Series(_(facts.about.received), tuple(values)),),
        note[0],
        _("{what} by {unit}").format(what=_(facts.about.received), unit=_("week") if weekly else _("month")),
        figure,
        len(names) - 1,
        band,
    )
    unit = _("The last {n} weeks") if weekly else _("The last {n} months")
    heading = unit.format(n=len(names)) + _(": {what}").format(what=_(facts.about.received))
    figures = [
        Figure(name_of(f"{facts.table.name}.received", bucket=day.date().isoformat()), value)
        for day, value in zip(flow["bucket"], values, strict=True)
    ]
    part = chart if any(values) else Words((_without_columns(values, weekly),))
    return Block("trend", heading, (part,), " · ".join(note)), figures


def _without_columns(values: Sequence[float | None], weekly: bool) -> str:
    """Why there is no chart: nothing was received, or what was may not be shown."""
    if None in values:
        return (
            _("No number of these weeks may be shown: each is 0 or too small.")
            if weekly
            else _("No number of these months may be shown: each is 0 or too small.")
        )
    return _("Nothing was received in these weeks.") if weekly else _("Nothing was received in these months.")


def _starts(flow: pd.DataFrame) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(flow["bucket"])


def attention(facts: Facts) -> Made:
    previous, found = wording.period_before(facts.filters), facts.foremost
    if not facts.watched:
        words = Words((wording.not_judged(facts.filters),), ("○",))
    elif not found:
        words = Words((_("Nothing moved beyond the control limits of the 12 months before."),), ("○",))
    else:
        words = Words(
            tuple(f"{strong(findings.headline(one))}　{findings.evidence(one, previous)}" for one in found),
            tuple("◐" if one.signal else "○" for one in found),
        )
    note = _("◐ beyond its control limits · ○ looks like a change and is none")
    figures = [
        Figure(name_of(f"{one.table}.{one.measure}", **{one.by: one.group, "limits": end}), round(value, 6))
        for one in found
        for end, value in (("lower", one.lower), ("upper", one.upper))
    ]
    return Block("attention", _("What moved, and what did not"), (words,), note), figures
