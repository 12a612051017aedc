"""信访: how well petitions are handled, what became of the stock, and each mechanism that serves them."""

import streamlit as st

from cockpit import cards, petitions, session, situation
from cockpit.cards import petition_backlog, petition_letters, petition_stock
from cockpit.cards import petitions as parts
from cockpit.cards.kept import kept
from cockpit.i18n import _
from queries.tables import complaints

filters = session.current_filters()
with st.container(horizontal=True, gap="small", vertical_alignment="center", key="petitions_choice"):
    chosen = parts.scope(filters)

rows = session.compared(petitions.CARDS, complaints, chosen)
now = rows[0]
if cards.nothing([now["received"], now["pending"]], filters):
    raise session.Finished

cards.finding(parts.found(now))
unsaid = situation.unsaid(complaints, now, chosen)
parts.cards(rows, chosen, unsaid)
raw = petitions.handled(chosen)
left, middle, right = cards.side_by_side([3.6, 7.6, 5])
with cards.box(left, "stretch"):
    parts.callback(now, chosen)
with cards.box(middle, "stretch"):
    parts.bodies(raw, unsaid)
with cards.box(right, "stretch"):
    parts.natures(raw, unsaid)
    parts.channels(chosen, unsaid)

shown = kept(
    "petitions",
    "part",
    _("Part"),
    {
        "stock": _("Stock and flow"),
        "repeats": _("First and repeated"),
        "backlog": _("Backlog"),
        "mediation": _("Petition to mediation"),
        "letters": _("Three letters"),
        "hearings": _("Hearings and reasoning"),
    },
    "stock",
)
if shown == "stock":
    petition_stock.stock(chosen, rows)
elif shown == "repeats":
    petition_stock.repeats(chosen)
elif shown == "backlog":
    petition_backlog.old_cases(chosen, filters)
elif shown == "mediation":
    petition_backlog.mediation(chosen)
elif shown == "letters":
    petition_letters.three_letters(chosen)
else:
    petition_letters.hearings(chosen)
