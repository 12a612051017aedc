"""The cockpit as a server: Streamlit's ASGI application under uvicorn."""

import gc
import logging
import os
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

from cockpit import paper, petitions, session, situation
from cockpit.errors import CockpitError
from cockpit.intake import uploads
from cockpit.settings import PROJECT, settings, unknown

log = logging.getLogger(__name__)

FIRST_PAGE = 3  # seconds


@asynccontextmanager
async def _warm(app: st.App) -> AsyncIterator[dict]:
    """Fill the first district's roll-ups before anybody asks, and put what lives as long as the process out of the
    collector's sight: full collections are off after reruns."""
    threading.Thread(target=_fill, daemon=True).start()
    yield {}
    uploads.close()


def _fill() -> None:
    """What the first page needs; then, when it has had time to be drawn, what the others need."""
    try:
        session.warm("month")
        time.sleep(FIRST_PAGE)
        session.warm("week")
        situation.warm()
        petitions.warm()
        _fill_map()
    except CockpitError:
        log.exception("nothing to warm up")  # the page says it to the reader
    gc.collect()
    gc.freeze()


def _fill_map() -> None:
    """The first map would wait a second for its libraries."""
    from cockpit import ground, maps  # noqa: F401

    if districts := session.choices().districts:
        ground.ground(districts[0])


# The folder pages/ makes Streamlit look for scripts in it until dashboard.py has run once: a deep link as the
# very first visit would end at "page not found".
PagesManager.uses_pages_directory = False


async def _upload(request: Request) -> Response:
    status, body = await uploads.receive(
        request.path_params["token"], request.query_params.get("name", ""), request.stream()
    )
    return Response(body, status, media_type="application/json")


app = st.App(
    PROJECT / "dashboard.py",
    lifespan=_warm,
    routes=[Route(f"{uploads.ADDRESS}/{{token}}", _upload, methods=["POST"])],
)


def run(host: str, port: int) -> None:
    """Serve until stopped. uvicorn sets TCP_NODELAY, so that small reruns do not wait for a delayed ACK."""
    logging.basicConfig(level=settings().log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True)
    for name, near in unknown(os.environ).items():
        log.warning("%s is no setting and changes nothing; the nearest is %s", name, near)
    uploads.sweep(settings().database_url)
    paper.serve_at(host, port, st.get_option("server.baseUrlPath"))
    log.info("the cockpit is at http://%s:%s", "localhost" if host == "127.0.0.1" else host, port)
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, ws_max_size=64 * 2**20)
