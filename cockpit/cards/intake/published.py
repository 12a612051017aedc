"""After publishing: what became of the rows, what it changed, and where to go on."""

from typing import Any

import streamlit as st

from cockpit import format, versions
from cockpit.cards import elements
from cockpit.cards.intake.work import Work
from cockpit.cards.versions import changes
from cockpit.i18n import _
from cockpit.settings import settings


def published(work: Work, made: dict[str, Any]) -> None:
    """``made``: what became of the rows, as ``cockpit.intake.LoadResult`` has it."""
    with st.container(border=True, gap="small", key="intake_published"):
        st.success(
            _("Version {version} is published: {added} new records, {changed} changed, {same} as they were.").format(
                version=made["version"],
                added=format.number(made["added"]),
                changed=format.number(made["changed"]),
                same=format.number(made["kept"] - made["added"] - made["changed"]),
            ),
            icon=":material/check_circle:",
        )
        listed = versions.listed(settings().database_url)
        mine = next((one for one in listed if one.number == made["version"]), None)
        if mine is not None:
            before = next((one for one in listed if one.number == mine.number - 1), None)
            changes(mine, before, "intake_changes")
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.page_link("pages/situation/overview.py", label=_("Overview"), icon=":material/dashboard:")
            st.page_link("pages/data/quality.py", label=_("Quality"), icon=":material/rule:")
            st.page_link("pages/data/versions.py", label=_("Versions"), icon=":material/history:")
            st.button(_("Import another file"), icon=":material/upload_file:", key="intake_more", on_click=work.discard)
        for problem in work.problems_of_files:
            st.warning(elements.said(problem))
