"""漏斗: what entered each step of a programme, how it left, and what is not known."""

import streamlit as st

from cockpit import cards, export, format, session, steps
from cockpit.analysis import funnel as analysis
from cockpit.analysis.intervals import wilson
from cockpit.charts import funnel as charts
from cockpit.i18n import _
from queries import funnel
from queries.filters import Filters, year_before

BASES = {"cohort": _("Follow the cohort"), "period": _("Events of the period")}
NOTES = {
    "cohort": _("cases that entered in the period, wherever they are now"),
    "period": _("what entered and left each step in the period, whenever the cases came"),
}


def choose_programme(filters: Filters, offered: list[steps.Programme]) -> tuple[steps.Programme, funnel.Basis]:
    names = [programme.name for programme in offered]
    if st.session_state.get("funnel_programme", names[0]) not in names:
        del st.session_state["funnel_programme"]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="funnel_controls"):
        name = st.selectbox(
            _("Programme"), names, key="funnel_programme", bind="query-params", width=200, label_visibility="collapsed"
        )
        programme = offered[names.index(name)]
        basis = choose_basis()
        if filters.start > programme.first or filters.end < programme.last:
            st.button(
                _("All {n} cases").format(n=format.number(programme.cases)),
                icon=":material/date_range:",
                help=_("The cases of this programme entered it from {first} to {last}").format(
                    first=format.day(programme.first), last=format.day(programme.last)
                ),
                on_click=session.focus,
                kwargs={"period": "all", "period_code": "all"},
                key="funnel_all",
            )
        st.caption(NOTES[basis], width="content")
    return programme, basis


def choose_basis() -> funnel.Basis:
    if "funnel_basis" not in st.session_state:
        asked = st.query_params.get("basis")
        st.session_state["funnel_basis"] = asked if asked in BASES else "cohort"
    chosen = st.segmented_control(
        _("Counted by"),
        list(BASES),
        key="funnel_basis",
        required=True,
        format_func=lambda basis: BASES[basis],
        label_visibility="collapsed",
    )
    if chosen == "period":
        st.query_params["basis"] = "period"
        return "period"
    st.query_params.pop("basis", None)
    return "cohort"


def card(label: str, value: str, unit: str, help: str, delta: str | None = None, note: str | None = None, **options):
    grid.metric(
        label,
        f"{value} :small[{unit}]" if unit else value,
        delta,
        delta_color=options.get("colour", "off"),
        delta_arrow="off",
        delta_description=note,
        help=help,
        border=True,
        height="stretch",
    )


filters, tokens, phone = session.current_filters(), session.tokens(), session.is_phone()
offered, districts = steps.programmes(filters)
if not offered:
    cards.empty(
        _("{district} has no programme with recorded steps").format(district=format.markdown(filters.district or "")),
        format.describe(filters),
        _("There are such programmes in: {districts}").format(
            districts=format.markdown(steps.listed(districts) or format.DASH)
        ),
        {name: (session.focus, {"district": name, "street": "", "category": "", "channel": ""}) for name in districts},
    )
    st.stop()

programme, basis = choose_programme(filters, offered)
shown, year = steps.funnels(filters, programme.name, basis)
if not shown.total:
    cards.empty(
        _("No case of {programme} under this choice").format(programme=format.markdown(programme.name)),
        format.describe(filters),
        _("Its cases entered from {first} to {last}").format(
            first=format.day(programme.first), last=format.day(programme.last)
        ),
        cards.ways_out(filters),
    )
    st.stop()

clear, exits = analysis.resolution(shown, basis), shown.exits
cards.finding(steps.found(shown, programme.name, basis))
chart_place = st.container() if phone else None  # on a phone the chart comes before the cards
grid, then = cards.kpi_grid(5), format.short_period(year_before(filters), filters)
card(
    _("Entered the programme"),
    format.number(shown.received),
    _("cases"),
    _("Cases that entered the first step of the programme in the period, by entered_at"),
    steps.growth(shown.received, year.received),
    _("{period}: {n}").format(period=then, n=format.number(year.received)) if year.total else None,
)
low, high = wilson(clear.known, clear.base)
card(
    _("Resolved without trial (range)") if clear.unclear else _("Resolved without trial"),
    format.share_range(clear.lower, clear.upper) if clear.unclear else format.share(clear.lower),
    "",
    _(
        "Settled, by payment order or written off, before any filing ÷ entered (period: ÷ left in the period). Lower "
        "limit: none of the unknown is resolved; upper limit: all of them are. No midpoint is taken."
    ),
    _("{width} points wide").format(width=format.number((clear.upper - clear.lower) * 100, 1))
    if clear.unclear
    else None,
    _("open: {n} cases").format(n=format.number(clear.unclear))
    if clear.unclear
    else _("95% interval {interval}").format(interval=format.share_range(float(low), float(high))),
    colour="orange",
)
filed = shown.count("filed")
card(
    _("Filed for trial"),
    format.number(filed),
    _("cases"),
    _(
        "Cases that left this programme by filing ({n} more were filed after another exit); other filings of the court "
        "are not counted here"
    ).format(n=format.number(shown.filed_later)),
    note=_("{share} of all").format(share=format.share(filed / shown.total)),
)
for name, label in (("amount_paid", _("Debt paid")), ("amount_waived", _("Debt waived"))):
    value, unit = format.money(shown.amount(name))
    card(
        label,
        value,
        unit,
        _("Sum over the cases that left the programme, CNY"),
        note=_("sum of {period}").format(period=format.short_period(filters, filters)),
    )

left, right = (chart_place, st.container()) if chart_place else st.columns([9.4, 4.8], gap="small")
with left.container(border=True, height="content", gap="xsmall"):
    cards.title(_("Step by step"), _("cases · length: entered, solid: left here, pale: passed on, hatched: not known"))
    cards.chart(
        charts.draw(tokens, shown, phone, cards.mark()),
        "funnel_chart",
        _("Funnel of {programme}: {n} entered, {residual} without a known exit").format(
            programme=programme.name, n=format.number(shown.received), residual=format.number(shown.residual)
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
    "p90_days": _("90% within, days"),
    "timed": _("n"),
}
cards.offer(_("Steps of the funnel"), table, labels)

with right.container(border=True, height="content" if phone else "stretch", gap="small"):
    cards.title(_("How to read this"))
    st.markdown(
        _(
            "Each row from left to right: **pale** went on to the next step, **solid** left here. Branches of one step "
            "lie side by side under it. What is missing from one row to the next was filtered out."
        )
    )
    if shown.residual:
        st.markdown(steps.residual(shown))
    if clear.unclear:
        st.markdown(f"**{_('What it means for the result')}**")
        st.dataframe(steps.meaning(clear), hide_index=True, key="funnel_range", row_height=36)
        st.caption(steps.narrowing(shown))
    if shown.residual and session.viewer().rows:
        st.download_button(
            _("List of the {n} cases").format(n=format.number(shown.residual)),
            lambda: export.csv(steps.residual_file(session.load(funnel.residual, filters, programme.name, basis))),
            "residual.csv",
            "text/csv",
            icon=":material/download:",
            key="funnel_residual",
            on_click="ignore",
        )

boxes = [st.container() for _i in range(3)] if phone else st.columns([6.2, 4.2, 3.8], gap="small")
with boxes[0].container(border=True, height="content" if phone else "stretch", gap="xsmall"):
    cards.title(_("Against the year before"), _("{period}, as it stood a year ago").format(period=then))
    if year.total:
        compared = steps.compared(shown, year, analysis.comparison(shown, year))
        columns = {
            "place": _("Exit"),
            "cases": _("This period"),
            "share": _("Share (95%)"),
            "before": _("Year before"),
            "share_before": _("Share (95%) then"),
            "change": _("Change on the year"),
        }
        cards.table(compared, "funnel_year", columns, phone=("place", "cases", "before", "change"))
        cards.offer(_("Against the year before"), compared, columns)
    else:
        st.markdown(_("Nothing to compare with: no case a year before, or the period is longer than a year."))
with boxes[1].container(border=True, height="content" if phone else "stretch", gap="xsmall"):
    cards.title(_("Amounts by exit"), _("CNY 10,000"))
    money = analysis.amounts(shown)
    money["place"] = [charts.place_name(place) for place in money["place"]]
    names = {"amount_paid": _("Paid"), "amount_waived": _("Waived"), "amount_written_off": _("Written off")}
    scaled = money.assign(**{name: money[name] / 10_000 for name in names})
    money_columns = {name: st.column_config.NumberColumn(label, format="%.1f") for name, label in names.items()}
    cards.table(
        scaled,
        "funnel_amounts",
        {"place": _("Exit"), "cases": _("Number of cases"), **money_columns},
        phone=("place", *names),
    )
    cards.offer(_("Amounts by exit"), money, {"place": _("Exit"), "cases": _("Number of cases"), **names})
with boxes[2].container(border=True, height="content" if phone else "stretch", gap="xsmall"):
    cards.title(_("Time in each step"), _("days from entering to leaving"))
    days = {name: st.column_config.NumberColumn(labels[name], format="%.1f") for name in ("median_days", "p90_days")}
    number = st.column_config.NumberColumn(labels["timed"], format="localized")
    cards.table(table, "funnel_days", {"step": labels["step"], **days, "timed": number})
