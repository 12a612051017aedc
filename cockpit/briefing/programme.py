"""The funnel of the programme, and where records cluster."""

from functools import partial

import pandas as pd

from cockpit import format, hotspots, session
from cockpit.analysis.funnel import Funnel, resolution
from cockpit.briefing import wording
from cockpit.briefing.document import Block, Chart, Figure, Made, Part, Picture, Series, Table, Words, name_of, strong
from cockpit.briefing.facts import BASIS, Facts, few
from cockpit.charts import funnel as funnel_chart
from cockpit.charts.map_svg import streets_svg
from cockpit.i18n import _
from cockpit.theme import SHEET, Tokens
from queries.funnel import IN_PROGRESS, PASSED

TALLEST = 400  # px of the map


def funnel(facts: Facts) -> Made:
    if facts.funnel is None:
        return None, []
    programme, shown = facts.funnel

    mark = session.mark()

    def figure(tokens: Tokens, narrow: bool = True) -> dict:
        return funnel_chart.draw(tokens, shown, narrow, mark)

    heading = _("Funnel: {programme}").format(programme=programme)
    chart = Chart("stacked", *_stacked(shown), _("cases"), heading, figure)
    note = _("cases · what entered each step in the period, and what became of it")
    figures = [
        Figure(name_of(f"funnel.{place}", step=step.name), float(n))
        for step in shown.steps
        for place, n in (("entered", step.entered), *sorted(step.places.items()))
    ]
    return Block("funnel", heading, (Words((_funnel_words(shown),)), chart, _steps_table(shown)), note), figures


def _funnel_words(shown: Funnel) -> str:
    clear = resolution(shown, BASIS)
    still = shown.count(IN_PROGRESS)
    said = _("{n} entered and {left} left in the period, {open} in progress at its end.").format(
        n=strong(format.number(shown.received)),
        left=strong(format.number(shown.total - still)),
        open=format.number(still),
    )
    if format.missing(clear.lower) or format.missing(clear.upper):
        return said
    share = format.share(clear.lower) if clear.unclear == 0 else format.share_range(clear.lower, clear.upper)
    rest = (
        _("Resolved without trial: {share} of {n} that left.")
        if clear.unclear == 0
        else _("Resolved without trial: {share} of {n} that left, for {unclear} have no known exit.")
    )
    return f"{said} " + rest.format(
        share=strong(share), n=format.number(clear.base), unclear=format.number(clear.unclear)
    )


def _places(shown: Funnel) -> list[str]:
    return [place for place in (PASSED, *shown.exits) if any(step.places.get(place) for step in shown.steps)]


def _stacked(shown: Funnel) -> tuple[tuple[str, ...], tuple[Series, ...]]:
    names = tuple(funnel_chart.step_name(step.name) for step in shown.steps)
    series = tuple(
        Series(funnel_chart.place_name(place), tuple(float(step.places.get(place, 0)) for step in shown.steps))
        for place in _places(shown)
    )
    return names, series


def _steps_table(shown: Funnel) -> Table:
    places = _places(shown)
    head = (_("Step"), _("Stood there"), _("Entered"), *(funnel_chart.place_name(place) for place in places))
    rows = tuple(
        (
            funnel_chart.step_name(step.name),
            format.number(step.carried),
            format.number(step.entered),
            *(format.number(step.places.get(place, 0)) for place in places),
        )
        for step in shown.steps
    )
    return Table(head, rows, frozenset(range(1, len(head))), (1.8, *[1.0] * (len(head) - 1)))


def clusters(facts: Facts) -> Made:
    found = facts.hotspots
    if not found.total or not found.grid:
        return None, []
    table = hotspots.table_of(found, facts.ground, session.viewer().rows)
    words = []
    if table.empty:
        none = _("No significant cluster of at least 5 records.")
        words.append(none if found.judged else hotspots.nothing(found))
    if found.unplaced:
        words.append(
            _("{n} records without coordinates are not on the map.").format(n=wording.counted(few(found.unplaced)))
        )
    parts: list[Part] = [Words(tuple(words))] if words else []
    parts.append(Picture(_("Map of the streets with numbered clusters"), partial(_map, facts, session.mark())))
    if len(table):
        parts.append(_clusters_table(table))
    sudden = found.basis == "history"
    note = _("sudden rises against the 12 months before") if sudden else _("against what the streets let expect")
    block = Block("clusters", _("Clusters"), tuple(parts), note + " · " + _("thick outline: significant"))
    return block, _cluster_figures(facts)


def _cluster_figures(facts: Facts) -> list[Figure]:
    table, found = facts.table.name, facts.hotspots
    figures = [Figure(f"{table}.unplaced", few(found.unplaced))]
    for one in found.clusters.itertuples():
        at = {"cluster": f"{one.number} {' '.join(one.streets)}"}
        figures.append(Figure(name_of(f"{table}.cluster", **at), one.observed))
        figures.append(Figure(name_of(f"{table}.cluster_expected", **at), round(float(one.expected), 6)))
    return figures


def _clusters_table(table: pd.DataFrame) -> Table:
    head = (_("No."), _("Where"), _("Count"), _("Expected"), _("Ratio"), _("Cells"))
    rows = tuple(tuple(str(value) for value in row) for row in table.itertuples(index=False))
    return Table(head, rows, frozenset({2, 3, 4, 5}), (0.7, 4.4, 1, 1, 1, 0.8))


def _map(facts: Facts, mark: str, tokens: Tokens) -> str:
    streets, chosen = facts.streets, facts.filters.streets
    return streets_svg(
        facts.ground, streets, facts.hotspots.clusters, tokens, SHEET, tallest=TALLEST, chosen=chosen, mark=mark
    )
