"""周报: one week or one month of one scope, from top to bottom as it will be printed; and the ways to get it out."""

from datetime import datetime

import streamlit as st

from cockpit import cards, format, periods, session
from cockpit.briefing.compose import compose
from cockpit.cards import briefing as parts
from cockpit.cards import issued, layouts
from cockpit.i18n import _

filters = session.current_filters()
if not (filters.is_week or filters.is_month):
    cards.empty(
        _("A briefing is about one week or one month"),
        format.describe(filters),
        None,
        {
            _("The newest full week"): (session.choose_period, {"code": periods.LATEST}),
            _("This month"): (session.choose_period, {"code": "this_month"}),
            _("Last month"): (session.choose_period, {"code": "last_month"}),
        },
    )
    raise session.Finished
chosen = layouts.layout_chosen()
whole = compose(filters, datetime.now())
if whole is None:
    cards.empty(_("No records under this choice"), format.describe(filters), None, cards.ways_out(filters))
    raise session.Finished
briefing = chosen.of(whole)
if session.is_print():
    parts.draw(briefing)
    raise session.Finished
left, right = (st.container(), st.container()) if session.is_phone() else st.columns([8, 5], gap="small")
with left.container(border=True, gap="small"):
    parts.draw(briefing)
with right.container(border=True, gap="xsmall"):
    parts.words_to_paste(briefing)
with right.container(border=True, gap="xsmall"):
    parts.exports(briefing, chosen)
with right.container(border=True, gap="xsmall"):
    layouts.layout_panel(chosen)
with right.container(border=True, gap="xsmall"):
    issued.issued_panel(whole)
with right.container(border=True, gap="xsmall"):
    parts.checklist()
