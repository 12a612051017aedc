"""导入: a file from the browser → what was found → what it means → what is wrong with it → published."""

import streamlit as st

from cockpit import session
from cockpit.cards import intake as parts
from cockpit.i18n import _

work = parts.work()
if work.job is not None and work.job.progress.published:
    parts.published(work, work.job.progress.published)
    raise session.Finished
parts.files(work)
if not work.pieces:
    parts.advice()
    raise session.Finished
if work.job is None:
    piece = parts.which(work)
    parts.found(work, piece)
    parts.meaning(work, piece)
    st.checkbox(
        _("Keep the mapping, to recognise such files next time"),
        work.remember,
        key="intake_remember",
        on_change=lambda: setattr(work, "remember", st.session_state["intake_remember"]),
    )
parts.checking(work)
