"""The frame: settings → language → filters → list of pages → run the chosen page."""

import logging
import uuid

import streamlit as st

from cockpit import cards, i18n, session
from cockpit.errors import CockpitError
from cockpit.header import Header
from cockpit.i18n import _

log = logging.getLogger("cockpit")

session.choose_language()
st.set_page_config(page_title=_("Governance cockpit"), page_icon="cockpit/static/icon.png", layout="wide")
page = st.navigation(
    [
        st.Page("pages/situation/overview.py", title=_("Overview"), default=True),
        st.Page("pages/casework/resolution.py", title=_("Resolution"), url_path="resolution"),
        st.Page("pages/casework/funnel.py", title=_("Funnel"), url_path="funnel"),
        st.Page("pages/situation/hotspots.py", title=_("Hotspots"), url_path="hotspots"),
        st.Page("pages/people/mediators.py", title=_("Mediators"), url_path="mediators"),
        st.Page("pages/briefing/brief.py", title=_("Briefing"), url_path="brief"),
    ],
    position="hidden" if session.is_print() else "top",
)
if not session.is_print():
    st.logo(f"cockpit/static/wordmark_{i18n.language()}.svg", size="medium")


def run() -> None:
    """The header, the page, and what the header can only say after it."""
    bounds = session.reach()
    if bounds is None:
        cards.no_data()
        return
    header = Header(page.title, page.url_path)
    header.draw(bounds)
    try:
        page.run()
    except session.Finished:
        pass
    finally:
        header.finish()


with cards.paper():
    try:
        run()
    except CockpitError as problem:
        log.exception("page stopped")
        st.error(cards.said(problem), icon=":material/error:")
    except Exception:
        reference = uuid.uuid4().hex[:8]
        log.exception("page failed, reference %s", reference)
        st.error(
            _(
                "This page could not be computed; the others are not affected. Tell the administrator the number "
                "**{reference}**."
            ).format(reference=reference),
            icon=":material/error:",
        )
    finally:
        cards.footer()
