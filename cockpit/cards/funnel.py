"""What the funnel page is made of: its own choices, figures, chart, how to read it, and three tables."""

from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cockpit import export, format, steps
from cockpit.analysis import funnel as analysis
from cockpit.analysis.intervals import wilson
from cockpit.cards import sheet
from cockpit.cards.elements import chart, empty, offer, table, title, ways_out
from cockpit.cards.kept import kept
from cockpit.cards.kpi import kpi_grid
from cockpit.charts import funnel as charts
from cockpit.i18n import _
from cockpit.session import choose_period, focus, is_phone, is_print, load, mark, tokens, viewer
from queries import funnel
from queries.filters import Filters, year_before
from queries.words import N_

BASES = {"cohort": N_("Follow the cohort"), "period": N_("Events of the period")}
NOTES = {
    "cohort": N_("cases that entered in the period, wherever they are now"),
    "period": N_("what entered and left each step in the period, whenever the cases came"),
}
NEEDED = "case_steps.case_id, programme, position, step, entered_at, left_at, result"
AMOUNTS = {"amount_paid": N_("Paid"), "amount_waived": N_("Waived"), "amount_written_off": N_("Written off")}


# --- the page's own choices -------------------------------------------------------------------------------------------


def choose(filters: Filters, offered: list[steps.Programme]) -> tuple[steps.Programme, funnel.Basis]:
    """The programme and the basis; both live in the URL. A button shows all cases where the period leaves some out."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="funnel_controls"):
        programme = _programme(offered)
        basis = _basis()
        if not is_print() and (filters.start > programme.first or filters.end < programme.last):
            st.button(
                _("All {n} cases").format(n=steps.discreet(programme.cases)),
                icon=":material/date_range:",
                help=entered_between(programme),
                on_click=choose_period,
                kwargs={"code": "all"},
                key="funnel_all",
            )
        st.caption(_(NOTES[basis]), width="content")
    return programme, basis


def _programme(offered: list[steps.Programme]) -> steps.Programme:
    names, key = [programme.name for programme in offered], "funnel_programme"
    before, asked = st.session_state.get(key), st.query_params.get(key)
    if (before or asked or names[0]) not in names:
        if before is None:  # from a link; what another district left behind goes without a word
            text = _("“{value}” does not exist here and was dropped.").format(value=asked)
            st.warning(format.markdown(text), icon=":material/filter_alt_off:")
        st.session_state[key] = names[0]
    if is_print():
        shown = asked if asked in names else names[0]
        st.markdown(f":gray[{_('Programme')}]　{format.markdown(shown)}", width="content")
        return offered[names.index(shown)]
    look: Any = {"width": 200, "label_visibility": "collapsed"}
    name = st.selectbox(_("Programme"), names, key=key, bind="query-params", **look)
    return offered[names.index(name)]


def _basis() -> funnel.Basis:
    options = {code: _(text) for code, text in BASES.items()}
    return "period" if kept("funnel", "basis", _("Counted by"), options, "cohort") == "period" else "cohort"


def entered_between(programme: steps.Programme) -> str:
    return _("The cases of this programme entered it from {first} to {last}").format(
        first=format.day(programme.first), last=format.day(programme.last)
    )


# --- nothing to draw --------------------------------------------------------------------------------------------------


def no_programme(filters: Filters, districts: list[str]) -> None:
    """No case of the district has steps: name the districts that have some."""
    place, known = format.markdown(filters.district or ""), format.markdown(steps.listed(districts))
    needed = _("This page needs the columns {columns}.").format(columns=format.markdown(NEEDED))
    everything = {"street": "", "category": "", "channel": ""}
    empty(
        _("{district} has no programme with recorded steps").format(district=place),
        format.describe(filters),
        _("There are such programmes in: {districts}").format(districts=known) if districts else needed,
        {name: (focus, {"district": name, **everything}) for name in districts},
    )


def no_case(filters: Filters, programme: steps.Programme) -> None:
    what = _("No case of {programme} under this choice") if viewer().rows else _("Too few cases of {programme} to show")
    empty(
        what.format(programme=format.markdown(programme.name)),
        format.describe(filters),
        entered_between(programme),
        ways_out(filters),
    )


# --- figures ----------------------------------------------------------------------------------------------------------


def figures(shown: analysis.Funnel, year: analysis.Funnel, clear: analysis.Range, filters: Filters) -> None:
    """Five cards: what came, the range of the resolution rate, filings, debt paid and waived."""
    grid, then = kpi_grid(5), format.short_period(year_before(filters), filters)
    _metric(
        grid,
        _("Entered the programme"),
        f"{format.number(shown.received)} :small[{_('cases')}]",
        _("Cases that entered the first step of the programme in the period, by entered_at"),
        _("{period}: {n}").format(period=then, n=format.number(year.received)) if year.total else None,
        steps.growth(shown.received, year.received),
    )
    _rate(grid, clear)
    filed = shown.count("filed")
    _metric(
        grid,
        _("Filed for trial"),
        f"{format.number(filed)} :small[{_('cases')}]",
        _(
            "Cases that left this programme by filing ({n} more were filed after another exit); other filings of the "
            "court are not counted here"
        ).format(n=format.number(shown.filed_later)),
        _("{share} of all").format(share=format.share(filed / shown.total)),
    )
    for name, label in (("amount_paid", _("Debt paid")), ("amount_waived", _("Debt waived"))):
        value, unit = format.money(shown.amount(name))
        said = _("sum of {period}").format(period=format.short_period(filters, filters))
        _metric(grid, label, f"{value} :small[{unit}]", _("Sum over the cases that left the programme, CNY"), said)


def _rate(grid: DeltaGenerator, clear: analysis.Range) -> None:
    """A range as long as something is not known, never its midpoint; else the rate with its interval."""
    why = _(
        "Settled, by payment order or written off, before any filing ÷ entered (period: ÷ left in the period). Lower "
        "limit: none of the unknown is resolved; upper limit: all of them are. No midpoint is taken."
    )
    if format.missing(clear.upper):
        few = _("too few cases in some exits to show")
        _metric(grid, _("Resolved without trial"), format.share(clear.lower), why, few)
        return
    if clear.unclear == 0:
        low, high = wilson(clear.known, clear.base)
        interval = _("95% interval {interval}").format(interval=format.share_range(float(low), float(high)))
        _metric(grid, _("Resolved without trial"), format.share(clear.lower), why, interval)
        return
    wide = _("{width} points wide").format(width=format.number((clear.upper - clear.lower) * 100, 1))
    value = format.share_range(clear.lower, clear.upper)
    depends = _("open: {n} cases").format(n=format.number(clear.unclear))
    _metric(grid, _("Resolved without trial (range)"), value, why, depends, wide, "orange")


def _metric(
    grid: DeltaGenerator,
    label: str,
    value: str,
    why: str,
    note: str | None,
    delta: str | None = None,
    colour: str = "off",
) -> None:
    if is_print():
        sheet.metric(grid, label, value, delta, [note])
        sheet.define(label, why)
        return
    muted: Any = {"delta_color": colour, "delta_arrow": "off"}
    grid.metric(label, value, delta, delta_description=note, help=why, border=True, height="stretch", **muted)


# --- the funnel -------------------------------------------------------------------------------------------------------


def draw(shown: analysis.Funnel, programme: str) -> None:
    title(
        _("Step by step"),
        _("cases · length: entered, pale: passed on, solid: left here, lines: exit not published, dots: in progress"),
    )
    n, residual = format.number(shown.received), format.number(shown.residual)
    said = _("Funnel of {programme}: {n} entered, {residual} without a known exit")
    alt = said.format(programme=programme, n=n, residual=residual)
    chart(charts.draw(tokens(), shown, is_phone() or is_print(), mark()), "funnel_chart", alt)
    frame = _steps(shown)
    offer(_("Steps of the funnel"), frame, _step_labels(frame))


def _steps(shown: analysis.Funnel) -> pd.DataFrame:
    frame = analysis.table(shown)
    return frame.assign(step=[charts.step_name(name) for name in frame["step"]])


def _step_labels(frame: pd.DataFrame) -> dict[str, str]:
    labels = {"step": _("Step"), "carried": _("There before"), "entered": _("Entered"), **_day_labels()}
    return {
        name: labels.get(name) or charts.place_name(name) for name in frame if name != "carried" or frame[name].any()
    }


def _day_labels() -> dict[str, str]:
    return {"median_days": _("Median days"), "p90_days": _("90% within, days"), "timed": _("n")}


def how_to_read(shown: analysis.Funnel, clear: analysis.Range) -> None:
    """What the rows mean, what the residual is, what it does to the result, and what would narrow the range."""
    title(_("How to read this"))
    st.markdown(
        _(
            "Each row from left to right: **pale** went on to the next step, **solid** left here. Branches of one step "
            "lie side by side under it. What is missing from one row to the next was filtered out."
        )
    )
    if shown.residual > 0:
        st.markdown(steps.residual(shown))
    if clear.unclear > 0 and not format.missing(clear.known):
        st.markdown(f"**{_('What it means for the result')}**")
        meaning = pd.DataFrame(steps.meaning(clear))
        table(meaning, "funnel_range", {name: name for name in meaning})
        st.caption(steps.narrowing(shown))


def residual_list(shown: analysis.Funnel, filters: Filters, programme: str, basis: funnel.Basis) -> None:
    """The cases without a known exit as a file, made when it is asked for; only for those who may see rows."""
    if is_print() or not (viewer().rows and shown.residual > 0):
        return
    st.download_button(
        _("List of the {n} cases").format(n=format.number(shown.residual)),
        export.later(lambda: export.csv(steps.residual_file(load(funnel.residual, filters, programme, basis)))),
        f"{_('Cases without a known exit')}.csv",
        "text/csv",
        icon=":material/download:",
        key="funnel_residual",
        on_click="ignore",
    )


# --- tables -----------------------------------------------------------------------------------------------------------


def against_last_year(shown: analysis.Funnel, year: analysis.Funnel, filters: Filters) -> None:
    then = format.short_period(year_before(filters), filters)
    title(_("Against the year before"), _("{period}, as it stood a year ago").format(period=then))
    if not year.total:
        st.markdown(_("Nothing to compare with: no case a year before, or the period is longer than a year."))
        return
    frame = steps.compared(shown, year, analysis.comparison(shown, year))
    labels = {
        "place": _("Exit"),
        "cases": _("This period"),
        "share": _("Share (95%)"),
        "before": _("Year before"),
        "share_before": _("Share (95%) then"),
        "change": _("On the year"),
    }
    count = st.column_config.NumberColumn
    columns: dict[str, Any] = {
        name: count(label, format="localized") if name in ("cases", "before") else label
        for name, label in labels.items()
    }
    table(frame, "funnel_year", columns, phone=("place", "cases", "before", "change"))
    offer(_("Against the year before"), frame, labels)


def amounts(shown: analysis.Funnel) -> None:
    title(_("Amounts by exit"), _("CNY 10,000"))
    frame = analysis.amounts(shown)
    frame = frame[(frame[list(AMOUNTS)] > 0).any(axis=1)]
    if frame.empty:
        st.markdown(_("No amount is recorded for these cases."))
        return
    frame["place"] = [charts.place_name(place) for place in frame["place"]]
    labels = {"place": _("Exit"), "cases": _("Number of cases"), **{name: _(text) for name, text in AMOUNTS.items()}}
    said = {name: [steps.ten_thousands(value) for value in frame[name]] for name in AMOUNTS}
    right = {name: st.column_config.TextColumn(labels[name], alignment="right") for name in AMOUNTS}
    count = st.column_config.NumberColumn(labels["cases"], format="localized")
    columns: dict[str, Any] = {"place": labels["place"], "cases": count, **right}
    table(frame.assign(**said), "funnel_amounts", columns, phone=("place", *AMOUNTS))
    offer(_("Amounts by exit"), frame, labels)


def days(shown: analysis.Funnel) -> None:
    title(_("Time in each step"), _("days from entering to leaving"))
    labels, number = _day_labels(), st.column_config.NumberColumn
    formats = {"median_days": "%.1f", "p90_days": "%.1f", "timed": "localized"}
    columns: dict[str, Any] = {name: number(labels[name], format=formats[name]) for name in formats}
    table(_steps(shown), "funnel_days", {"step": _("Step"), **columns})
