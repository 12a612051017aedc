"""版本: every state of the data that readers saw, who made it, what it changed, and the way back."""

import streamlit as st

from cockpit import cards, format, versions
from cockpit.cards import versions as parts
from cockpit.i18n import _
from cockpit.settings import settings

listed = versions.listed(settings().database_url)
if not listed:
    cards.empty(
        _("There is no version yet"), _("Every import from now on makes one, which can be brought back."), None, {}
    )
    cards.first_import()
else:
    kept = sum(one.kept for one in listed)
    st.markdown(
        _("{n} versions, of which {kept} can be looked at and brought back; choose one.").format(
            n=format.number(len(listed)), kept=format.number(kept)
        )
    )
    parts.detail(parts.table(listed) or listed[0], listed)
