"""The Streamlit side of a question: who looks, what they chose, and what is kept between pages and database."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from sqlalchemy import Table

from cockpit import clock, cube, database, format, i18n, periods, theme, versions
from cockpit.choice import Bounds, Choices, bounds, offered
from cockpit.errors import CockpitError, DatabaseError, SettingsError
from cockpit.i18n import _
from cockpit.masking import mask, small
from cockpit.memory import Measured, Memory
from cockpit.settings import settings
from queries import catalogue
from queries.aggregate import summary
from queries.filters import Filters, before, year_before
from queries.measures import MEASURES
from queries.series import moves, stays
from queries.sources import SOURCES
from queries.tables import FACTS

log = logging.getLogger(__name__)


class Finished(Exception):
    """Raised by a page that has said all it can. ``st.stop`` would end the frame too: no sentence, no footer."""


@dataclass(frozen=True)
class Viewer:
    """Who is looking. ``scope`` None: every street; ``publish``: may bring data in and take them back."""

    rows: bool
    names: bool
    publish: bool = False
    scope: tuple[str, ...] | None = None


def viewer() -> Viewer:
    """Nobody is signed in: rows and names only on the demonstration, or where the owner opened the machine."""
    everything = settings().open or is_demonstration()
    return Viewer(rows=everything, names=everything, publish=settings().open or is_demonstration_now())


def may_publish() -> bool:
    """Whether the reader may bring data in; also where there are none yet, or none that can be read."""
    try:
        return viewer().publish
    except CockpitError:
        return False


def is_demonstration() -> bool:
    """Are the data invented that this reader looks at?"""
    url = versions.facts_url()
    return _invented(url, database.data_version(url))


def is_demonstration_now() -> bool:
    """Are the newest data invented, whichever version this reader looks at?"""
    url = settings().database_url
    return _invented(url, database.data_version(url))


def mark() -> str:
    """What every page, image and file of invented data says, and of a version that is not the newest; else empty."""
    number = versions.looked_at()
    said = [_("Version {number} of the data").format(number=number)] if number is not None else []
    try:
        return " · ".join([*said, *([_("Demonstration data · invented")] if is_demonstration() else [])])
    except DatabaseError:
        return " · ".join(said)


@lru_cache(maxsize=8)
def _invented(url: str, _version: str) -> bool:
    return bool(database.fetch(catalogue.demonstration(), url).iloc[0, 0])


def load(question: Callable, *arguments: Any, raw: bool = False) -> pd.DataFrame:
    """The answer to ``question(*arguments)``, from the cache as long as the data stay the same.

    The key is the question's name and its arguments: they name the SQL and its parameters without building them.
    Small counts are hidden from viewers without row access, unless ``raw`` asks for what statistics need.
    """
    url = versions.facts_url()
    named = tuple(getattr(argument, "name", argument) for argument in arguments)
    key = f"{question.__module__}.{question.__qualname__}{named!r}"
    frame = _answer(key, database.data_version(url), url, question, arguments)
    return frame if raw else as_seen(frame)


def read_once(question: Callable, *arguments: Any) -> pd.DataFrame:
    """The raw answer, not kept: for slices of a file, and for what is kept in another shape."""
    return database.fetch(question(*arguments), versions.facts_url())


@st.cache_data(ttl=3600, max_entries=2000, show_spinner=False)
def _answer(key: str, version: str, url: str, _question: Callable, _arguments: tuple) -> pd.DataFrame:
    return database.fetch(_question(*_arguments), url)


def figures(
    keys: Sequence[str], table: Table, filters: Filters, by: Sequence[str] = (), raw: bool = False
) -> pd.DataFrame:
    """Measures of one period, as ``queries.aggregate.summary`` answers them: from the roll-up what it can say."""
    unit = made_of(filters)
    rolled = [
        key for key in keys if unit and set(by) <= set(cube.DIMENSIONS[table.name]) and cube.additive(MEASURES[key])
    ]
    asked = [key for key in keys if key not in rolled]
    frames = [_cube(table, filters, unit).figures(rolled, filters, by)] if rolled and unit else []
    frames = frames if raw else [as_seen(frame) for frame in frames]
    frames += [load(summary, tuple(asked), table, filters, tuple(by), raw=raw)] if asked else []
    if len(frames) == 1:
        return frames[0]
    return frames[0].merge(frames[1], "left", list(by)) if by else pd.concat(frames, axis=1)


def compared(keys: Sequence[str], table: Table, filters: Filters) -> list[dict]:
    """The figures of the period, of the one before and of the year before."""
    return [_row(keys, table, period) for period in (filters, before(filters), year_before(filters))]


def _row(keys: Sequence[str], table: Table, period: Filters) -> dict:
    unit = made_of(period)
    if unit and viewer().rows and all(cube.additive(MEASURES[key]) for key in keys):
        return {name: column[0] for name, column in _cube(table, period, unit).columns(keys, period).items()}
    return figures(keys, table, period).iloc[0].to_dict()


def trend(
    keys: Sequence[str],
    table: Table,
    filters: Filters,
    buckets: Sequence[datetime],
    by: Sequence[str] = (),
    raw: bool = False,
) -> pd.DataFrame:
    """Additive measures of consecutive months (or of weeks, where the period is a week), ending with the period:
    one row per bucket and combination of ``by``, zeros included."""
    frame = _cube(table, filters, periods.unit(filters)).series(keys, filters, buckets, by)
    return frame if raw else as_seen(frame)


def days(q: float, table: Table, filters: Filters) -> float:
    """Quantile of the days to close of what was closed in the period; NaN where nothing was, or where it may not be
    shown. As the SQL says it."""
    (found,) = _stays(table.name, filters.district).spread({"value": q}, filters)
    return told(found["value"], found["n"])


def spread(quantiles: Mapping[str, float], table: Table, periods: Mapping[str, Filters], by: str) -> pd.DataFrame:
    """Quantiles of the days to close of what was closed in each period, by ``by`` and (``by`` missing) of all. Columns:
    period, ``by``, the quantiles, n; all of them missing where n may not be shown."""
    rows = []
    for name, period in periods.items():
        known = _stays(table.name, period.district)
        found = [*known.spread(quantiles, period, by), {by: None, **known.spread(quantiles, period)[0]}]
        rows += [{"period": name, **row} for row in found if row["n"]]
    frame = pd.DataFrame(rows, columns=["period", by, *quantiles, "n"])
    if viewer().rows or frame.empty:
        return frame
    counts = pd.concat([mask(part[["n"]]) for _name, part in frame.groupby("period")])["n"]
    return frame.assign(n=counts, **{name: frame[name].mask(counts.isna()) for name in quantiles})


def ages(steps: Sequence[int], table: Table, filters: Filters) -> tuple[np.ndarray, float]:
    """As ``Stays.ages``, NaN what may not be shown."""
    counts, median = _stays(table.name, filters.district).ages(steps, filters)
    return as_seen(pd.DataFrame({"n": counts}))["n"].to_numpy(float), told(median, int(counts.sum()))


def matrices(
    keys: Sequence[str], table: Table, filters: Filters, buckets: Sequence[datetime], by: Sequence[str]
) -> tuple[dict[str, list], dict[str, np.ndarray]]:
    """What ``trend`` says, raw and as matrices of group × bucket: for statistics, which hide what must be hidden."""
    return _cube(table, filters, periods.unit(filters)).matrices(keys, filters, buckets, by)


def made_of(filters: Filters) -> periods.Unit | None:
    """The buckets that the period is made of, if it is."""
    if filters.whole_months:
        return "month"
    return "week" if filters.is_week and filters.start.weekday() == settings().first_weekday else None


def has_rows(table: Table, filters: Filters) -> bool:
    """Does the district have any record of this kind, whatever the other filters say?"""
    return len(_cube(table, filters, "month").sums) > 0


def history(filters: Filters, most: int) -> list[datetime]:
    """The months (or weeks) that end with the period, at most so many, none before the data begin."""
    bounds = reach()
    assert bounds is not None
    first = periods.holding(bounds.first, made_of(filters) or "month", settings().first_weekday)[0]
    return [bucket for bucket in periods.buckets(filters, most) if bucket.date() >= first]


def told(value: float, n: int) -> float:
    """A figure made of ``n`` records; NaN where so few may not be shown."""
    return float("nan") if small(n) and not viewer().rows else value


def as_seen(frame: pd.DataFrame) -> pd.DataFrame:
    """Counts as this viewer may see them: without small ones for those without row access."""
    return frame if viewer().rows else mask(frame)


def today() -> date:
    """The day from which terms count. Invented data stand still, so there it is the day of the data date."""
    bounds = reach()
    if settings().today is None and bounds is not None and is_demonstration():
        return bounds.data_date.date()
    return clock.today()


# --- what stays in memory ---------------------------------------------------------------------------------------------

_memory = Memory(room=2**30)  # roll-ups and stays: the thirty of the demonstration take less than half


def kept(make: Callable[[], Measured], *what: str | None) -> Any:
    """What is made of the records and read by many, under the name ``what``: made once for each version of the data."""
    return _memory.get(_key(*what), make)


def _key(*what: str | None) -> tuple[str | None, ...]:
    url = versions.facts_url()
    return url, database.data_version(url), *what


def _cube(table: Table, filters: Filters, unit: str) -> cube.Cube:
    """The roll-up of the district; while it is filled, the page says so."""
    key = _key(table.name, filters.district, unit)
    with nullcontext() if key in _memory else _waiting(filters):
        return _memory.get(key, partial(roll_up, table.name, filters.district, unit))


def _waiting(filters: Filters) -> AbstractContextManager:
    return st.spinner(
        _("Adding up the records of {district} …").format(district=format.markdown(filters.district or ""))
    )


def roll_up(
    name: str, district: str | None, unit: str, keys: Sequence[str] = (), by: tuple[str, ...] = ()
) -> cube.Cube:
    """Made of the records, not kept; all additive measures by the usual dimensions, unless others are named."""
    bounds = reach()
    assert bounds is not None
    first_weekday = settings().first_weekday
    first, last = (periods.holding(day, unit, first_weekday) for day in (bounds.first, bounds.last))
    everything = Filters(first[0], last[1], bounds.data_date, district)
    known = periods.holding((bounds.data_date - timedelta(microseconds=1)).date(), unit, first_weekday)[0]
    keys, by, now = keys or cube.keys_of(name), by or cube.DIMENSIONS[name], datetime.combine(known, time())
    rows = read_once(moves, keys, SOURCES[name], everything, now, unit, by, first_weekday)
    return cube.build(rows, keys, pd.date_range(first[0], last[0], freq="MS" if unit == "month" else "7D"))


def _stays(name: str, district: str | None) -> cube.Stays:
    """How long each record of the district stayed."""
    return _memory.get(_key(name, district), partial(_read_stays, name, district))


def _read_stays(name: str, district: str | None) -> cube.Stays:
    bounds = reach()
    assert bounds is not None
    everything = Filters(bounds.first, bounds.last, bounds.data_date, district)
    return cube.stays(read_once(stays, FACTS[name], everything, cube.DIMENSIONS[name]))


@lru_cache(maxsize=8)
def _reach(url: str, _version: str) -> Bounds | None:
    return bounds(lambda question, *arguments: database.fetch(question(*arguments), url))


def reach() -> Bounds | None:
    """How far the data reach; None where there are none."""
    url = versions.facts_url()
    return _reach(url, database.data_version(url))


def warm(unit: str) -> None:
    """Fill the roll-ups of the first district by month or week; raises CockpitError as the page would."""
    if reach() is None:
        return
    first = choices().districts[0]
    for name in FACTS:
        _memory.get(_key(name, first, unit), partial(roll_up, name, first, unit))
        _stays(name, first)


BOUND = frozenset({"district", "street", "category", "channel"})  # filters that Streamlit itself keeps in the URL


def url_params(**more: str) -> dict[str, str]:
    """What a link to another page must carry: the URL's own codes, not the filters, which follow by themselves."""
    return {name: value for name, value in st.query_params.to_dict().items() if name not in BOUND} | more


def is_phone() -> bool:
    """Streamlit gives no viewport width; the user agent is enough to pick an order and drop sparklines."""
    if "phone" not in st.session_state:
        st.session_state["phone"] = "Mobile" in (st.context.headers.get("User-Agent") or "")
    return st.session_state["phone"]


def is_print() -> bool:
    """Is this the print view of a page? It is read from the URL alone, so anybody can open and print it."""
    return st.query_params.get("print") == "1"


def tokens() -> theme.Tokens:
    """The colours of the theme that the reader's browser shows; greys on paper."""
    if is_print():
        return theme.PRINT
    return theme.THEMES.get(str(st.context.theme.type), theme.LIGHT)


def choose_language() -> None:
    """From the URL, else as before in this session, else the setting. A change of page drops it from the URL."""
    asked, own = st.query_params.get("lang"), _own_language()
    i18n.use(asked or st.session_state.get("language") or own)
    st.session_state["language"] = i18n.language()
    if not asked and i18n.language() != own:
        st.query_params["lang"] = i18n.language()


def _own_language() -> str:
    """That of the settings; where they are wrong, the frame says so in Chinese."""
    try:
        return settings().language
    except SettingsError:
        return "zh"


def choose_version() -> None:
    """The version of the data from the URL, else as before in this session, else the newest, which no URL names.

    One that is not kept says so and gives way to the newest.
    """
    versions.look_at(None)
    asked = st.query_params.get("version") or st.session_state.get("version")
    st.session_state["version"], st.session_state["version_shown"], st.session_state["version_problem"] = "", None, None
    if not asked:
        return
    try:
        st.session_state["version_shown"] = versions.choose(int(asked) if asked.isascii() and asked.isdigit() else 0)
    except CockpitError as problem:
        st.session_state["version_problem"] = problem
    if st.session_state["version_shown"]:
        st.session_state["version"] = st.query_params["version"] = asked
    else:
        st.query_params.pop("version", None)


def newest_version() -> None:
    """As a callback: back to the newest data."""
    st.session_state["version"] = ""
    st.query_params.pop("version", None)


def current_filters() -> Filters:
    """What this run's widgets say; the frame has put it there before the page runs."""
    return st.session_state["filters"]


# --- the choice -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _choices(url: str, _version: str, first: str | None) -> Choices:
    return offered(lambda question, *arguments: database.fetch(question(*arguments), url), first)


def choices() -> Choices:
    url = versions.facts_url()
    return _choices(url, database.data_version(url), settings().district)


def choose_period(code: str) -> None:
    """Set the period to a preset, as ``focus`` sets a filter."""
    focus(period=code, period_code=code)


def focus(**values: str) -> None:
    """Set filters from a click on a mark; only as a callback, before the widgets are drawn again."""
    for key, value in values.items():
        st.session_state[key] = value
