"""总览: what came in, what went out, what needs a look."""

from typing import Any

import streamlit as st

from cockpit import cards, format, session, situation
from cockpit.analysis.attention import foremost
from cockpit.charts import bars, trend
from cockpit.i18n import _
from queries.filters import before
from queries.tables import cases, complaints

HEIGHT, BOX = 440, 512  # px, a chart and the box around it
PETITIONS = ("received", "repeat_rate", "satisfied_rate", "callback_rate")
RESOLUTION, MEDIATORS, HOTSPOTS = (
    "pages/casework/resolution.py",
    "pages/people/mediators.py",
    "pages/situation/hotspots.py",
)

filters, tokens, phone = session.current_filters(), session.tokens(), session.is_phone()
about = situation.subject(filters)
disputed = about is situation.DISPUTES
buckets = session.history(filters, 24)
rows = session.compared(about.keys, about.table, filters)
petitions = session.compared(PETITIONS, complaints, filters)
flow = situation.with_seasons(session.trend(about.keys, about.table, filters, buckets), filters)
inflow = session.trend(PETITIONS, complaints, filters, buckets)
days, spark = situation.medians(about.table, filters)
watched = situation.watch(filters)
earlier = format.short_period(before(filters), filters)

if cards.nothing([rows[0]["received"], rows[0]["pending"], petitions[0]["received"]], filters):
    raise session.Finished

notes = {}
overdue_known = situation.overdue_known(about.table, filters)
if overdue_known != "always":
    kept = rows[:1] if overdue_known == "now" else []
    rows = [*kept, *({**row, "overdue": None} for row in rows[len(kept) :])]
    flow = flow.assign(overdue=None)
    notes["overdue"] = _("without due times known for the data date only")
if inflow["repeat_rate_n"].eq(0).all():  # what may not be shown is not 0
    notes["repeat_rate"] = _("these data mark no repeats")
grid = cards.kpi_grid(6)
kpi = [  # measure, its figures, its sparkline, label, where it leads
    ("received", rows, flow["received"], _(about.received), (RESOLUTION, _("Streets ›"), {})),
    (about.rate, rows, flow[about.rate], "", (MEDIATORS if disputed else RESOLUTION, _("Who and where ›"), {})),
    ("median_days", days, spark, "", (RESOLUTION, _("Durations ›"), {})),
    ("overdue", rows, flow["overdue"], "", (RESOLUTION, _("Ages ›"), {})),
    (
        "received",
        petitions,
        inflow["received"],
        _("Complaints received"),
        (HOTSPOTS, _("Map ›"), {"table": "complaints"}),
    )
    if disputed
    else ("pending", rows, flow["pending"], "", (HOTSPOTS, _("Map ›"), {"table": "complaints"})),
    ("repeat_rate", petitions, inflow["repeat_rate"], "", (RESOLUTION, _("Details ›"), {"table": "complaints"})),
]
for key, figures, line, label, link in kpi:
    recent = list(line)[-12:]
    known = any(not format.missing(value) for value in recent)
    cards.kpi(
        grid, key, figures, filters, label=label, note=notes.get(key, ""), spark=recent if known else None, link=link
    )
if phone or session.is_print():  # what needs action comes first
    notices, left, middle = st.container(), st.container(), st.container()
else:
    left, middle, notices = cards.side_by_side([5, 5.6, 3.6])
box: Any = "content" if phone else BOX

with cards.box(left, box):
    unit = _(about.per_week if filters.is_week else about.per_month)
    cards.title(_("Received and closed"), _("{unit} · band: more received than closed").format(unit=unit))
    figure = trend.received_closed(flow, tokens, cards.height(HEIGHT), filters.is_week, session.mark())
    cards.chart(figure, "overview_trend", _(about.chart))
    labels = {"bucket": _("From"), "received": _("Received"), "closed": _("Closed"), "pending": _("Pending")}
    cards.offer(_("Received and closed"), flow.assign(bucket=flow["bucket"].dt.date), labels)

with cards.box(middle, box):
    by = filters.level
    note = "" if filters.streets or session.is_print() else " · " + _("click a row to see its cases")
    cards.title(_("Streets") if by == "street" else _("Communities"), _("by number received") + note)
    frame = situation.places(about, filters, by)
    cards.places_table(frame.assign(overdue=None) if overdue_known == "never" else frame, by, about.rate, RESOLUTION)

with cards.box(notices, box, "small"):
    cards.title(_("Worth a look in {period}").format(period=format.short_period(filters, filters)))
    cards.findings(foremost(watched), earlier, judged=bool(watched))

strip = cards.kpi_grid(4)
cards.kpi(strip, "clearance_rate", rows, filters)
cards.kpi(strip, "pending" if disputed else "closed", rows, filters)
cards.kpi(strip, "satisfied_rate", petitions, filters, note=cards.bounds(petitions[0], "satisfied_rate"))
cards.kpi(strip, "callback_rate", petitions, filters)

kinds = [(cases, _("Kinds of dispute")), (complaints, _("Kinds of complaint"))][0 if disputed else 1 :]
for place, (table, name) in zip(cards.side_by_side([1] * len(kinds)), kinds, strict=True):
    with cards.box(place):
        frame = situation.kinds(table, filters, watched)
        cards.title(name, _("received · at the right the change against {period}").format(period=earlier))
        figure = bars.counts(frame, tokens, 24 + 32 * len(frame), session.mark())
        cards.chart(figure, f"overview_{table.name}", name)
        cards.offer(name, frame, {"name": _("Category"), "value": _("Received"), "previous": earlier})
