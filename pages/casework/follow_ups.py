"""回访: whether resolutions held, and the visits that found out."""

from typing import Literal

from cockpit import cards, follow_ups, session, stability
from cockpit.cards import follow_ups as parts
from cockpit.cards import stability as held
from cockpit.i18n import _
from queries.sources import VISITS
from queries.tables import cases

filters = session.current_filters()
box: Literal["content", "stretch"] = "content" if session.is_phone() else "stretch"
disputes, visited = session.has_rows(cases, filters), session.has_rows(VISITS, filters)
if not disputes and not visited:
    parts.nothing_recorded(filters)
    raise session.Finished

some = stability.followed(filters)
curve = stability.curve_of(some)
whole = stability.table([""], [curve]).iloc[0]
rows = session.compared(follow_ups.KEYS, VISITS, filters) if visited else []
if cards.nothing([len(some.days), *(rows[0][key] for key in ("visits_due", "visits_overdue") if rows)], filters):
    raise session.Finished
place = "category" if filters.streets else "street"
arranged = visited and rows[0]["visits_due"] != 0 and disputes

grid = cards.kpi_grid(6 if visited else 3)
if len(some.days):
    held.held_card(grid, whole)
if arranged:
    parts.arranged_card(grid, follow_ups.total(filters))
for key in ("visited_on_time_rate", "visits_overdue", "reached_rate", "relapse_rate") if visited else ():
    note = follow_ups.unmet(rows[0]) if key == "relapse_rate" else ""
    cards.kpi(grid, key, rows, filters, note=note)
if not visited:
    beside = session.compared(("resolution_rate", "enforcement_rate"), cases, filters)
    for key in ("resolution_rate", "enforcement_rate"):
        cards.kpi(grid, key, beside, filters)
cards.finding(held.found(whole, rows[0] if rows else None))

if len(some.days):
    left, middle, right = cards.side_by_side([4.6, 5, 4.4])
    with cards.box(left, box):
        held.held_curve(curve, whole, filters)
    with cards.box(middle, box):
        held.held_by(some, whole)
    with cards.box(right, box):
        held.companion(whole, filters)
        held.enforced(filters)

if visited:
    left, right = cards.side_by_side([1, 1])
    names = {"street": (_("Street"), _("Visits by street")), "category": (_("Category"), _("Visits by category"))}
    with cards.box(left, box):
        frame = follow_ups.by(filters, place)
        shown = follow_ups.beside(frame, follow_ups.arranged(filters, place), place) if arranged else frame
        parts.visits(shown, names[place][0], "follow_ups_places", names[place][1])
    with cards.box(right, box):
        parts.visits(follow_ups.by(filters, "visitor"), _("Visitor"), "follow_ups_visitors", _("Visits by visitor"))
        kinds = follow_ups.by(filters, "target")
        parts.visits(kinds, _("Kind of record"), "follow_ups_targets", _("Visits by kind of record"))
    parts.lists(filters)
else:
    parts.no_visits(filters)
