"""总览: what came in, what went out, what needs a look."""

import streamlit as st

from cockpit import cards, format, session, situation
from cockpit.analysis.attention import foremost
from cockpit.charts import bars, trend
from cockpit.i18n import _
from queries.filters import before
from queries.tables import cases, complaints

HEIGHT, BOX = 440, 512  # px, a chart and the box around it
DISPUTES = ("received", "closed", "mediation_success_rate", "overdue", "clearance_rate", "pending")
PETITIONS = ("received", "repeat_rate", "satisfied_rate", "callback_rate")
RESOLUTION, MEDIATORS = "pages/casework/resolution.py", "pages/people/mediators.py"

filters, tokens, phone = session.current_filters(), session.tokens(), session.is_phone()
disputes = session.compared(DISPUTES, cases, filters)
petitions = session.compared(PETITIONS, complaints, filters)
weekly = filters.days == 7 and not filters.whole_months
buckets = session.history(filters, 24)
flow = situation.with_seasons(session.trend(DISPUTES, cases, filters, buckets))
inflow = session.trend(PETITIONS, complaints, filters, buckets)
days, spark = situation.medians(cases, filters)
watched = situation.watch(filters)
before_name = format.short_period(before(filters), filters)

if cards.nothing([disputes[0]["received"], disputes[0]["pending"], petitions[0]["received"]], filters):
    st.stop()

grid = cards.kpi_grid(6)
cards.kpi(
    grid,
    "received",
    disputes,
    filters,
    label=_("Disputes received"),
    spark=flow["received"].tail(12),
    link=(RESOLUTION, _("Streets ›")),
)
cards.kpi(
    grid,
    "mediation_success_rate",
    disputes,
    filters,
    spark=flow["mediation_success_rate"].tail(12),
    link=(MEDIATORS, _("People ›")),
)
cards.kpi(grid, "median_days", days, filters, spark=spark, link=(RESOLUTION, _("Durations ›")))
cards.kpi(grid, "overdue", disputes, filters, spark=flow["overdue"].tail(12), link=(RESOLUTION, _("Ages ›")))
cards.kpi(
    grid,
    "received",
    petitions,
    filters,
    label=_("Complaints received"),
    spark=inflow["received"].tail(12),
    link=("pages/situation/hotspots.py", _("Map ›")),
)
cards.kpi(
    grid,
    "repeat_rate",
    petitions,
    filters,
    spark=inflow["repeat_rate"].tail(12),
    link=(RESOLUTION, _("Details ›")),
)
strip = cards.kpi_grid(4)
cards.kpi(strip, "clearance_rate", disputes, filters)
cards.kpi(strip, "pending", disputes, filters)
cards.kpi(strip, "satisfied_rate", petitions, filters, note=cards.bounds(petitions[0], "satisfied_rate"))
cards.kpi(strip, "callback_rate", petitions, filters)

if phone:  # what needs action comes first
    notices, left, middle = st.container(), st.container(), st.container()
else:
    left, middle, notices = st.columns([5, 5.6, 3.6], gap="small")
box = "content" if phone else BOX

with left.container(border=True, height=box, gap="xsmall"):
    unit = _("disputes per week") if weekly else _("disputes per month")
    cards.title(_("Received and closed"), _("{unit} · band: more received than closed").format(unit=unit))
    cards.chart(
        trend.received_closed(flow, tokens, cards.height(HEIGHT), weekly, cards.mark()),
        "overview_trend",
        _("Disputes received and closed over time"),
    )
    cards.offer(
        _("Received and closed"),
        flow.assign(bucket=flow["bucket"].dt.date),
        {"bucket": _("From"), "received": _("Received"), "closed": _("Closed"), "pending": _("Pending")},
    )

with middle.container(border=True, height=box, gap="xsmall"):
    by = "community" if filters.streets else "street"
    cards.title(
        _("Communities") if filters.streets else _("Streets"),
        _("by disputes received") + ("" if filters.streets else " · " + _("click a row to see its cases")),
    )
    cards.places_table(situation.places(cases, filters, by), by, RESOLUTION)

with notices.container(border=True, height=box, gap="small"):
    cards.title(_("Worth a look in {period}").format(period=format.short_period(filters, filters)))
    cards.findings(foremost(watched), before_name)

left, right = (st.container(), st.container()) if phone else st.columns(2, gap="small")
for place, table, name in ((left, cases, _("Kinds of dispute")), (right, complaints, _("Kinds of complaint"))):
    with place.container(border=True, gap="xsmall"):
        kinds = situation.kinds(table, filters, watched)
        cards.title(name, _("received · at the right the change against {period}").format(period=before_name))
        cards.chart(bars.counts(kinds, tokens, 24 + 32 * len(kinds), cards.mark()), f"overview_{table.name}", name)
        cards.offer(name, kinds, {"name": _("Category"), "value": _("Received"), "previous": before_name})
