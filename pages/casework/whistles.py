"""吹哨报到: streets call departments; how soon they come, how soon it is solved, and who is slowest."""

from typing import Literal

from cockpit import cards, session, whistles
from cockpit.cards import whistles as parts
from cockpit.i18n import _
from queries import tables

filters = session.current_filters()
box: Literal["content", "stretch"] = "content" if session.is_phone() else "stretch"
if not session.has_rows(tables.whistles, filters):
    parts.nothing_recorded(filters)
    raise session.Finished

rows = session.compared(whistles.KEYS, tables.whistles, filters)
now = rows[0]
if cards.nothing([now[key] for key in ("whistled", "arrival_overdue", "call_overdue")], filters):
    raise session.Finished
frame = whistles.calls(filters)

grid = cards.kpi_grid(6)
cards.kpi(grid, "whistled", rows, filters)
parts.arrival_card(grid, frame)
cards.kpi(grid, "arrived_late_rate", rows, filters)
cards.kpi(grid, "arrival_overdue", rows, filters)
parts.solving_card(grid, frame)
cards.kpi(grid, "solved_late_rate", rows, filters, note=parts.unsolved(now))
cards.finding(parts.found(now, frame))

departments = whistles.by(filters, frame, "organisation")
left, right = cards.side_by_side([5, 9])
with cards.box(left, box):
    parts.late_by(departments, now["arrived_late_rate"])
with cards.box(right, box):
    parts.places(departments, _("Department called"), "whistles_departments", _("Departments"))

left, right = cards.side_by_side([5, 9])
with cards.box(left, box):
    parts.course(*whistles.over_time(filters), filters.is_week)
with cards.box(right, box):
    parts.places(whistles.by(filters, frame, "street"), _("Street"), "whistles_streets", _("Streets"))
parts.lists(
    filters,
    {"waiting": now["arrival_overdue"], "slow": now["arrived_late_rate_n"], "unsolved": now["call_overdue"]},
)
