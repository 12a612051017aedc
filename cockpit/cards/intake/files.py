"""Where files are dropped, and which of them is looked at."""

import streamlit as st

from cockpit.cards import elements
from cockpit.cards.intake.work import Piece, Work
from cockpit.cards.upload import upload
from cockpit.i18n import _


def files(work: Work) -> None:
    """The place to drop files, until an import of them is under way; what is wrong with those that came."""
    if work.job is None:
        upload(work.upload, "intake_upload")
    work.receive()
    for problem in work.problems_of_files:
        st.error(elements.said(problem), icon=":material/error:")


def which(work: Work) -> Piece:
    """The table that is looked at, of several."""
    if len(work.pieces) == 1:
        return work.pieces[0]
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        place = st.selectbox(
            _("Table"),
            range(len(work.pieces)),
            key="intake_which",
            width=480,
            format_func=lambda at: f"{at + 1}/{len(work.pieces)} · {work.pieces[at].name}",
        )
        st.markdown(_("All of them are checked and published together, as one version."), width="content")
    return work.pieces[place]


def advice() -> None:
    """What to expect, before there is a file."""
    with st.container(border=True, gap="xsmall"):
        elements.title(_("How it goes"))
        st.markdown(
            "\n".join(
                f"{number}. {text}"
                for number, text in enumerate(
                    (
                        _("Choose the file as its system exports it; nothing has to be prepared."),
                        _("See how it was read and what its columns mean; put right what is not."),
                        _("Check: every row is read, nothing is published yet. It can be cancelled at any moment."),
                        _("Publish: all of it at once. Every publish is a version that can be taken back."),
                    ),
                    1,
                )
            )
        )


def discard(work: Work) -> None:
    st.button(_("Other files"), icon=":material/restart_alt:", key="intake_discard", on_click=work.discard)
