"""Streamlit's own test harness, started from dashboard.py as the server does."""

from collections.abc import Callable, Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cockpit.settings import settings
from tests.conftest import PROJECT

TIMEOUT = 60


@pytest.fixture
def start(monkeypatch) -> Iterator[Callable[..., AppTest]]:
    """``start(database_url, street=…)`` runs the start page with these query parameters; settings are environment."""

    def run(database_url: str, environment: dict[str, str] | None = None, **query: str) -> AppTest:
        for name, value in ({"COCKPIT_DATABASE_URL": database_url} | (environment or {})).items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        app = AppTest.from_file(str(PROJECT / "dashboard.py"), default_timeout=TIMEOUT)
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    yield run
    settings.cache_clear()
    st.cache_data.clear()
    st.cache_resource.clear()
