"""变动: what was removed, merged, re-dated or re-classified between versions of the data; closings at a month's end and
closings that nobody asked about. Facts by responsible body, with the records behind them."""

import streamlit as st

from cockpit import breakdown, cards, changes, format, session
from cockpit.cards import changes as parts
from cockpit.cards.change_lists import lists
from cockpit.cards.kept import kept
from cockpit.casework import SUBJECTS
from cockpit.i18n import _
from queries.tables import FACTS

filters = session.current_filters()
with st.container(horizontal=True, gap="small", vertical_alignment="center", key="changes_choice"):
    offered = {code: _(SUBJECTS[code].label) for code in reversed(breakdown.present(filters))}
    table = FACTS[kept("changes", "table", _("Records"), offered, next(iter(offered)))]
    spans = {"all": _("All versions"), "newest": _("Last publication only")}
    span = changes.span(kept("changes", "since", _("Versions"), spans, "all") == "newest")
    parts.note()

with st.spinner(_("Comparing with older versions …")):
    frame, found = changes.by_body(table, filters, span), changes.closings(table, filters)
totals = changes.totals(frame)
at_end = changes.share(found.total, "at_end", "timed")[0]
cards.finding(
    _("dates changed {redated}, classified anew {reclassified}; closed in the last two days of a month {share}").format(
        redated=format.told(totals["redated"]), reclassified=format.told(totals["reclassified"]),
        share=format.share(at_end),
    )
)  # fmt: skip
parts.figures(frame, totals, table, span)
left, right = cards.side_by_side([4, 10] if frame.empty else [7, 7])
with cards.box(left):
    parts.bodies(changes.in_sight(frame), table, span)
with cards.box(right):
    parts.month_end(found)
with cards.box(long=True):
    parts.unasked(found, table, filters)
if not session.is_print():
    lists(table, filters, span, frame, found)
