"""质量: per import and per field what was filled, valid and doubtful; the rows behind each number; what it touches."""

import streamlit as st

from cockpit import cards, session
from cockpit.cards import quality as parts
from cockpit.i18n import _
from queries import quality as ask

loads = session.load(ask.listed)
if loads.empty:
    cards.empty(
        _("Nothing was imported yet"), _("After the first import this page says what came of each row."), None, {}
    )
    cards.first_import()
    raise session.Finished
target = parts.which(loads)
with st.container(border=True, gap="xsmall"):
    load = parts.loads_table(loads[loads["target"] == target].reset_index(drop=True))
left, right = (st.container(), st.container()) if session.is_phone() else st.columns([2, 3], gap="small")
below = st.container(gap="small")
with left.container(border=True, gap="xsmall"):
    parts.rejects(target, load, below)
with right.container(border=True, gap="xsmall"):
    parts.defects(target, load, below)
with st.container(border=True, gap="xsmall"):
    parts.fields(target)
