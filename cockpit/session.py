"""The Streamlit side of a question: who looks, what they chose, and the one cache between pages and database."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd
import streamlit as st

from cockpit import database, i18n, theme
from cockpit.choice import Bounds, bounds
from cockpit.masking import mask
from cockpit.settings import settings
from queries import catalogue
from queries.filters import Filters

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Viewer:
    """Who is looking. ``scope`` None: every street."""

    rows: bool
    names: bool
    scope: tuple[str, ...] | None = None


def viewer() -> Viewer:
    """Nobody is signed in: rows and names only on the demonstration, or where the owner opened the machine."""
    everything = settings().open or is_demonstration()
    return Viewer(rows=everything, names=everything)


def is_demonstration() -> bool:
    url = settings().database_url
    return _invented(url, database.data_version(url))


@lru_cache(maxsize=8)
def _invented(url: str, _version: str) -> bool:
    return bool(database.fetch(catalogue.demonstration(), url).iloc[0, 0])


def load(question: Callable, *arguments: Any, raw: bool = False) -> pd.DataFrame:
    """The answer to ``question(*arguments)``, from the cache as long as the data stay the same.

    The key is the question's name and its arguments: they name the SQL and its parameters without building them.
    Small counts are hidden from viewers without row access, unless ``raw`` asks for what statistics need.
    """
    url = settings().database_url
    named = tuple(getattr(argument, "name", argument) for argument in arguments)
    key = f"{question.__module__}.{question.__qualname__}{named!r}"
    frame = _answer(key, database.data_version(url), url, question, arguments)
    return frame if raw or viewer().rows else mask(frame)


@st.cache_data(ttl=3600, max_entries=2000, show_spinner=False)
def _answer(key: str, version: str, url: str, _question: Callable, _arguments: tuple) -> pd.DataFrame:
    return database.fetch(_question(*_arguments), url)


@lru_cache(maxsize=8)
def _reach(url: str, _version: str) -> Bounds | None:
    return bounds(lambda question, *arguments: database.fetch(question(*arguments), url))


def reach() -> Bounds | None:
    """How far the data reach; None where there are none."""
    url = settings().database_url
    return _reach(url, database.data_version(url))


def is_phone() -> bool:
    """Streamlit gives no viewport width; the user agent is enough to pick an order and drop sparklines."""
    return "Mobile" in (st.context.headers.get("User-Agent") or "")


def tokens() -> theme.Tokens:
    """The colours of the theme that the reader's browser shows."""
    return theme.THEMES.get(str(st.context.theme.type), theme.LIGHT)


def choose_language() -> None:
    """From the URL, else as before in this session, else the setting."""
    asked = st.query_params.get("lang") or st.session_state.get("language") or settings().language
    i18n.use(asked)
    st.session_state["language"] = i18n.language()


def current_filters() -> Filters:
    """What this run's widgets say; the frame has put it there before the page runs."""
    return st.session_state["filters"]


# --- the choice -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choices:
    """What the filters offer. ``streets`` by district; ``kinds`` by (column, district), most frequent first."""

    districts: tuple[str, ...]
    streets: dict[str, tuple[str, ...]]
    kinds: dict[tuple[str, str], tuple[str, ...]]


@lru_cache(maxsize=8)
def _choices(url: str, _version: str, first: str | None) -> Choices:
    areas = database.fetch(catalogue.known_areas(), url)
    places = database.fetch(catalogue.places(), url)
    seen = list(dict.fromkeys([*areas[areas.level == "district"].name, *sorted(set(places.district))]))
    districts = sorted((name for name in seen if name in set(places.district)), key=lambda name: name != first)
    ordered = {
        name: tuple(
            dict.fromkeys(
                [
                    *(street for street in areas[(areas.level == "street") & (areas.parent == name)].name),
                    *sorted(places[(places.district == name)].street.dropna()),
                ]
            )
        )
        for name in districts
    }
    kinds = {}
    for column in ("category", "channel"):
        frame = database.fetch(catalogue.kinds(column), url).groupby(["district", "value"], as_index=False).n.sum()
        for name in districts:
            kinds[column, name] = tuple(frame[frame.district == name].sort_values("n", ascending=False).value)
    return Choices(tuple(districts), ordered, kinds)


def choices() -> Choices:
    url = settings().database_url
    return _choices(url, database.data_version(url), settings().district)


def focus(**values: str) -> None:
    """Set filters from a click on a mark; only as a callback, before the widgets are drawn again."""
    for key, value in values.items():
        st.session_state[key] = value
