"""漏斗: what entered each step of a programme, how it left, and what is not known."""

import streamlit as st

from cockpit import cards, export, format, session, steps
from cockpit.analysis import funnel as analysis
from cockpit.analysis.intervals import wilson
from cockpit.charts import funnel as charts
from cockpit.i18n import _
from queries import funnel
from queries.filters import year_before

BASES = {"cohort": _("Cohort"), "period": _("Period")}
HELP = _(
    "Cohort: follows the cases that entered the programme in the period to where they are now. Period: counts what "
    "entered and left each step within the period, whenever the case came."
)

filters, tokens, phone = session.current_filters(), session.tokens(), session.is_phone()
offered, districts = steps.programmes(filters)
if not offered:
    cards.empty(
        _("{district} has no programme with steps").format(district=format.markdown(filters.district or "")),
        format.describe(filters),
        _("Programmes with steps are recorded in: {districts}").format(
            districts=format.markdown(steps.names(districts) or format.DASH)
        ),
        {name: (session.focus, {"district": name, "street": "", "category": "", "channel": ""}) for name in districts},
    )
    st.stop()

with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="funnel_controls"):
    programme_names = [programme.name for programme in offered]
    if st.session_state.get("funnel_programme", programme_names[0]) not in programme_names:
        del st.session_state["funnel_programme"]
    name = st.selectbox(_("Programme"), programme_names, key="funnel_programme", bind="query-params", width=200)
    if "funnel_basis" not in st.session_state:
        asked = st.query_params.get("basis")
        st.session_state["funnel_basis"] = asked if asked in BASES else "cohort"
    basis = st.segmented_control(
        _("Counted by"), list(BASES), key="funnel_basis", required=True, format_func=BASES.get, help=HELP
    )
    programme = next(programme for programme in offered if programme.name == name)
    if filters.start > programme.first or filters.end < programme.last:
        st.button(
            _("All {n} cases of the programme").format(n=format.number(programme.cases)),
            icon=":material/all_inclusive:",
            help=_("They entered it from {first} to {last}").format(
                first=format.day(programme.first), last=format.day(programme.last)
            ),
            on_click=session.focus,
            kwargs={"period": "all", "period_code": "all"},
            key="funnel_all",
        )
if basis == "period":
    st.query_params["basis"] = basis
else:
    st.query_params.pop("basis", None)

shown, year = steps.funnels(filters, name, basis)
if not shown.total:
    cards.empty(
        _("No case entered {programme} under this choice").format(programme=format.markdown(name)),
        format.describe(filters),
        _("Its cases entered from {first} to {last}").format(
            first=format.day(programme.first), last=format.day(programme.last)
        ),
        cards.ways_out(filters),
    )
    st.stop()

found = analysis.resolution(shown, basis)
exits, residual = shown.exits, shown.residual
cards.finding(
    _("{programme}: {n} entered, {residual} of them without a known exit").format(
        programme=format.markdown(name), n=format.number(shown.received), residual=format.number(residual)
    )
    if basis == "cohort"
    else _("{programme}: {n} entered, {left} left in the period, {open} in progress at its end").format(
        programme=format.markdown(name),
        n=format.number(shown.received),
        left=format.number(shown.total - exits.get(funnel.IN_PROGRESS, 0)),
        open=format.number(exits.get(funnel.IN_PROGRESS, 0)),
    )
)

first = st.container() if phone else None  # on a phone the chart comes before the cards
grid = cards.kpi_grid(5)
then = format.short_period(year_before(filters), filters)
grid.metric(
    _("Entered the programme"),
    f"{format.number(shown.received)} :small[{_('cases')}]",
    f"{format.signed((shown.received / year.received - 1) * 100, 1)}%" if year.received else None,
    delta_color="off",
    delta_arrow="off",
    delta_description=_("{period}: {n}").format(period=then, n=format.number(year.received)) if year.received else None,
    help=_("Cases that entered the first step of the programme in the period, by entered_at"),
    border=True,
    height="stretch",
)
low, high = wilson(found.known, found.base)
grid.metric(
    _("Resolved without trial (possible range)") if found.unclear else _("Resolved without trial"),
    format.share_range(found.lower, found.upper) if found.unclear else format.share(found.lower),
    _("{width} points wide").format(width=format.number((found.upper - found.lower) * 100, 1))
    if found.unclear
    else None,
    delta_color="orange",
    delta_arrow="off",
    delta_description=_("depends on where {n} cases went").format(n=format.number(found.unclear))
    if found.unclear
    else _("95% interval {interval}").format(interval=format.share_range(float(low), float(high))),
    help=_(
        "Settled by mediation, by payment order or written off, before any filing ÷ entered. Lower limit: none of the "
        "unknown is resolved; upper limit: all of them are. No midpoint is taken."
    ),
    border=True,
    height="stretch",
)
filed = exits.get("filed", 0)
grid.metric(
    _("Filed for trial"),
    f"{format.number(filed)} :small[{_('cases')}]",
    delta_description=_("{share} of entered").format(share=format.share(filed / shown.total))
    + (
        " · " + _("{n} more filed after another exit").format(n=format.number(shown.filed_later))
        if shown.filed_later
        else ""
    ),
    help=_("Cases that left this programme by filing; other filings of the court are not counted here"),
    border=True,
    height="stretch",
)
for key, label in (("amount_paid", _("Debt paid")), ("amount_waived", _("Debt waived"))):
    value, unit = format.money(shown.amount(key))
    grid.metric(
        label,
        f"{value} :small[{unit}]",
        delta_description=_("sum of {period}").format(period=format.short_period(filters, filters)),
        help=_("Of the cases that left the programme, CNY"),
        border=True,
        height="stretch",
    )

left, right = (first, st.container()) if first else st.columns([9.4, 4.8], gap="small")
with left.container(border=True, height="content", gap="xsmall"):
    cards.title(_("Step by step"), _("cases · length: entered the step, solid: left here, pale: passed on"))
    cards.chart(
        charts.draw(tokens, shown, phone, cards.mark()),
        "funnel_chart",
        _("Funnel of {programme}: {n} entered, {residual} without a known exit").format(
            programme=name, n=shown.received, residual=residual
        ),
    )
    table = analysis.table(shown)
    labels = {
        "step": _("Step"),
        **({"carried": _("There before")} if basis == "period" else {}),
        "entered": _("Entered"),
        funnel.PASSED: _("Passed on"),
        **{place: charts.place_name(place) for place in exits},
        "median_days": _("Median days"),
        "p90_days": _("90% within days"),
        "timed": _("n timed"),
    }
    cards.offer(_("Steps of the funnel"), table, labels)

with right.container(border=True, height="content", gap="small"):
    cards.title(_("How to read this"))
    st.markdown(
        _(
            "Each row from left to right: **pale** passed on to the next step, **hatched** not known, **solid** left "
            "here. What is missing from one row to the next was filtered out."
        )
    )
    if residual:
        st.markdown(
            _(
                "The **hatched {n}** ({share}) are {sum}: no source says where they went, so none is assigned and no "
                "midpoint is taken."
            ).format(
                n=format.number(residual), share=format.share(residual / shown.total), sum=steps.sum_of_exits(shown)
            )
        )
        if found.unclear:
            st.markdown(f"**{_('What it means for the result')}**")
            st.dataframe(
                {
                    _("The {n} unclear").format(n=format.number(found.unclear)): [
                        _("none resolved"),
                        _("all resolved"),
                    ],
                    _("Resolved"): [format.number(found.known), format.number(found.known + found.unclear)],
                    _("Share"): [format.share(found.lower), format.share(found.upper)],
                },
                hide_index=True,
                key="funnel_range",
            )
        st.caption(
            _(
                "To narrow the range: add the exit of these cases (in progress, withdrawn, transferred, resolved) and "
                "import them again; this page then counts anew."
            )
        )
        if session.viewer().rows:
            st.download_button(
                _("List of the {n} cases").format(n=format.number(residual)),
                lambda: export.csv(steps.residual_file(session.load(funnel.residual, filters, name, basis))),
                "residual.csv",
                "text/csv",
                icon=":material/download:",
                key="funnel_residual",
                on_click="ignore",
            )

left, right = (st.container(), st.container()) if phone else st.columns(2, gap="small")
with left.container(border=True, height="content", gap="xsmall"):
    cards.title(_("Against the year before"), then)
    if year.total:
        compared = steps.compared(analysis.comparison(shown, year))
        columns = {
            "place": _("Exit"),
            "cases": _("This period"),
            "share": _("Share (95% interval)"),
            "before": _("Year before"),
            "share_before": _("Share (95%), year before"),
            "change": _("Change"),
        }
        cards.table(compared, "funnel_year", columns, phone=("place", "share", "share_before", "change"))
        cards.offer(_("Against the year before"), compared, columns)
    else:
        st.markdown(_("No case was in the programme a year before."))
with right.container(border=True, height="content", gap="xsmall"):
    cards.title(_("Time in each step"), _("days from entering to leaving"))
    cards.table(
        table,
        "funnel_days",
        {
            "step": labels["step"],
            "median_days": st.column_config.NumberColumn(labels["median_days"], format="%.1f"),
            "p90_days": st.column_config.NumberColumn(labels["p90_days"], format="%.1f"),
            "timed": st.column_config.NumberColumn(labels["timed"]),
        },
    )
