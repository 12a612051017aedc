"""The register on the page: what was issued, and what was revised since."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from cockpit import format
from cockpit.briefing import register
from cockpit.briefing.document import Briefing
from cockpit.cards import elements
from cockpit.i18n import _


def issued_panel(briefing: Briefing) -> None:
    elements.title(_("Issued"), _("what went out, and what was revised since"))
    if st.button(_("Look it up"), icon=":material/history:", key="brief_issued"):
        st.dialog(_("Briefings issued"), width="large")(_issued)(briefing)


def _issued(briefing: Briefing) -> None:
    rows = register.issued(50)
    if not rows:
        st.markdown(_("Nothing was issued yet."))
        return
    frame = pd.DataFrame(
        {
            "id": [row.id for row in rows],
            "at": [_moment(row) for row in rows],
            "scope": [format.describe(row.filters) for row in rows],
            "hash": [row.hash for row in rows],
            "formats": [", ".join(row.formats) for row in rows],
        }
    )
    text = st.column_config.TextColumn
    columns = {
        "id": st.column_config.NumberColumn(_("No."), width=50),
        "at": text(_("Issued at")),
        "scope": text(_("Scope")),
        "hash": text(_("Content")),
        "formats": text(_("Formats")),
    }
    elements.table(frame, "brief_register", columns, phone=("id", "at", "scope"))
    same = [row for row in rows if row.filters.start == briefing.filters.start and _scope(row) == _of(briefing)]
    if same:
        _revised(briefing, same)


def _moment(row: register.Issued) -> str:
    moment = register.local(row.issued_at)
    return f"{format.day(moment)} {moment:%H:%M}"


def _scope(row: register.Issued) -> tuple:
    return row.filters.district, row.filters.streets, row.filters.categories, row.filters.channels, row.filters.end


def _of(briefing: Briefing) -> tuple:
    chosen = briefing.filters
    return chosen.district, chosen.streets, chosen.categories, chosen.channels, chosen.end


def _revised(briefing: Briefing, same: Sequence[register.Issued]) -> None:
    """What changed since this scope and period was last issued."""
    last = same[0]
    if not last.comparable:
        st.markdown(register.kept_back(last))
        return
    revisions = register.compare(last.figures, briefing.figures)
    if not revisions:
        st.markdown(_("Since no. {id} no figure of this briefing was revised.").format(id=last.id))
        return
    st.markdown(_("Revised since no. {id}: {n} figures.").format(id=last.id, n=len(revisions)))
    frame = pd.DataFrame(
        {
            "what": [register.label(one.name) for one in revisions],
            "before": [register.shown(one.before) for one in revisions],
            "now": [register.shown(one.now) for one in revisions],
        }
    )
    text = st.column_config.TextColumn
    elements.table(
        frame,
        "brief_revised",
        {
            "what": text(_("Figure")),
            "before": text(_("Then"), alignment="right"),
            "now": text(_("Now"), alignment="right"),
        },
    )
