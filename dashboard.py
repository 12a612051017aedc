"""The frame: settings → language → filters → list of pages → run the chosen page."""

import logging
import uuid
from contextlib import suppress

import streamlit as st

from cockpit import cards, i18n, session
from cockpit.errors import CockpitError, DatabaseError
from cockpit.header import Header, version_strip
from cockpit.i18n import _

log = logging.getLogger("cockpit")

DATA = {  # pages about the data themselves: no filters, and they work where there are none yet
    "intake": "pages/data/intake.py",
    "quality": "pages/data/quality.py",
    "versions": "pages/data/versions.py",
}

session.choose_language()
session.choose_version()
st.set_page_config(page_title=_("Governance cockpit"), page_icon="cockpit/static/icon.png", layout="wide")
page = st.navigation(
    {
        "": [
            st.Page("pages/situation/overview.py", title=_("Overview"), default=True),
            st.Page("pages/casework/deadlines.py", title=_("Deadlines"), url_path="deadlines"),
            st.Page("pages/casework/petitions.py", title=_("Petitions"), url_path="petitions"),
            st.Page("pages/briefing/brief.py", title=_("Briefing"), url_path="brief"),
        ],
        _("Handling"): [
            st.Page("pages/casework/resolution.py", title=_("Resolution"), url_path="resolution"),
            st.Page("pages/casework/funnel.py", title=_("Funnel"), url_path="funnel"),
            st.Page("pages/casework/whistles.py", title=_("Calls"), url_path="whistles"),
            st.Page("pages/casework/follow_ups.py", title=_("Follow-up"), url_path="follow-ups"),
        ],
        _("Where and who"): [
            st.Page("pages/situation/hotspots.py", title=_("Hotspots"), url_path="hotspots"),
            st.Page("pages/people/mediators.py", title=_("Mediators"), url_path="mediators"),
        ],
        _("Data"): [
            *([st.Page(DATA["intake"], title=_("Import"), url_path="intake")] if session.may_publish() else []),
            st.Page(DATA["quality"], title=_("Quality"), url_path="quality"),
            st.Page(DATA["versions"], title=_("Versions"), url_path="versions"),
            st.Page("pages/data/changes.py", title=_("Changes"), url_path="changes"),
        ],
        _("About the cockpit"): [
            st.Page("pages/about/definitions.py", title=_("Definitions"), url_path="definitions"),
        ],
    },
    position="hidden" if session.is_print() else "top",
)
if not session.is_print():
    st.logo(f"cockpit/static/wordmark_{i18n.language()}.svg", size="medium")


def run() -> None:
    """The header, the page, and what the header can only say after it."""
    version_strip()
    if page.url_path in DATA:
        cards.heading(page.title)
        with suppress(session.Finished):
            page.run()
        return
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
        if isinstance(problem, DatabaseError):
            cards.first_import()
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
