"""What the pages ask: the roll-up and SQL give one answer together, and viewers without rows see no small count."""

import os
import random
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from types import SimpleNamespace

import pandas as pd
import pytest
import streamlit as st

from cockpit import database, session, situation
from cockpit.settings import settings
from queries.aggregate import summary
from queries.filters import Filters, before, year_before
from queries.measures import MEASURES
from queries.tables import FACTS, loads
from tests.rows import Rows
from tests.test_cube import AS_OF, CATEGORIES, FIRST, fill, numbers


@pytest.fixture(scope="module", params=["file", "server"])
def url(request, tmp_path_factory):
    """Random rows behind an address, as a page finds them."""
    if request.param == "file":
        address = f"duckdb:///{tmp_path_factory.mktemp('session') / 'facts.duckdb'}"
    else:
        address = request.getfixturevalue("postgresql_url")
    engine = database.create(address)
    with engine.begin() as connection:
        for table in ("loads", "complaints", "cases"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    fill(SimpleNamespace(engine=engine), seed=21, n=160)
    engine.dispose()
    yield address
    if request.param == "server":
        with engine.begin() as connection:
            for table in ("loads", "complaints", "cases"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
        engine.dispose()


@pytest.fixture
def opened(url, monkeypatch):
    """A machine that only its owner uses; ``opened(False)`` shuts it."""

    def run(open_: bool = True, **more: str) -> None:
        values = {"DATABASE_URL": url, "OPEN": str(int(open_)), **more}
        for name, value in values.items():
            monkeypatch.setenv(f"COCKPIT_{name}", value)
        settings.cache_clear()
        forget()

    run()
    yield run
    settings.cache_clear()
    forget()


def forget() -> None:
    """What a process keeps as long as it lives; other tests fill the same server with other rows."""
    st.cache_data.clear()
    session._memory.clear()
    for kept in (session._reach, session._invented, session._choices):
        kept.cache_clear()


def filters(start: date, end: date, **choice) -> Filters:
    return Filters(start, end, AS_OF, **choice)


PERIODS = [
    (date(2023, 3, 1), date(2023, 3, 31)),  # whole months: the roll-up by months
    (date(2023, 1, 1), date(2023, 6, 30)),
    (date(2023, 3, 6), date(2023, 3, 12)),  # a week: that by weeks
    (date(2023, 3, 5), date(2023, 3, 20)),  # neither: SQL
    (date(2021, 1, 1), date(2021, 1, 31)),  # before the data
]
MIXED = ("received", "median_days", "pending", "on_time_rate", "p90_days", "clearance_rate", "pending_age_median")


@pytest.mark.parametrize("table", FACTS)
@pytest.mark.parametrize(("start", "end"), PERIODS)
def test_the_figures_are_those_of_sql_whoever_answers(opened, url, table, start, end):
    for by in ((), ("street",), ("category", "street"), ("community",)):
        for choice in ({}, {"streets": ("西乡街道",)}, {"categories": CATEGORIES[:1], "scope": ("福永街道",)}):
            chosen = filters(start, end, **choice)
            said = session.figures(MIXED, FACTS[table], chosen, by)
            asked = database.fetch(summary(MIXED, FACTS[table], chosen, by), url)
            assert set(said.columns) == set(asked.columns)
            assert numbers(said[asked.columns], by) == numbers(asked, by), (by, choice)


def test_a_week_of_another_beginning_is_answered_by_sql_or_by_its_own_roll_up(opened, url):
    opened(WEEK_START="friday")
    for start in (date(2023, 3, 3), date(2023, 3, 6)):
        chosen = filters(start, date.fromordinal(start.toordinal() + 6))
        said = session.figures(("received", "pending", "overdue"), FACTS["cases"], chosen)
        asked = database.fetch(summary(("received", "pending", "overdue"), FACTS["cases"], chosen), url)
        assert numbers(said, ()) == numbers(asked, ())


def test_three_periods_are_compared(opened, url):
    chosen = filters(date(2023, 4, 1), date(2023, 4, 30))
    now, then, a_year_ago = session.compared(("received", "closed"), FACTS["cases"], chosen)
    (alone,) = session.figures(("received", "closed"), FACTS["cases"], chosen).to_dict("records")
    assert now == alone
    earlier = filters(date(2023, 3, 1), date(2023, 3, 31))
    assert then == session.figures(("received", "closed"), FACTS["cases"], earlier).to_dict("records")[0]
    assert a_year_ago == {"received": 0, "closed": 0}


def test_a_trend_is_its_months(opened):
    chosen = filters(date(2023, 6, 1), date(2023, 6, 30))
    months = session.history(chosen, 24)
    assert months[0] == datetime(2022, 11, 1)
    assert months[-1] == datetime(2023, 6, 1)
    trend = session.trend(("received", "pending"), FACTS["cases"], chosen, months, ("street",))
    for month in (months[0], months[-1]):
        row = trend[trend["bucket"] == pd.Timestamp(month)].drop(columns="bucket")
        end = (pd.Timestamp(month) + pd.offsets.MonthEnd()).date()
        figures = session.figures(("received", "pending"), FACTS["cases"], filters(month.date(), end), ("street",))
        assert numbers(row, ("street",)) == numbers(figures, ("street",))


def test_a_trend_of_one_week_is_that_week(opened):
    chosen = filters(date(2023, 3, 6), date(2023, 3, 12))
    trend = session.trend(("received", "pending"), FACTS["cases"], chosen, session.history(chosen, 1))
    figures = session.figures(("received", "pending"), FACTS["cases"], chosen)
    assert numbers(trend.drop(columns="bucket"), ()) == numbers(figures, ())


def test_whoever_reads_what_is_in_memory_does_not_wait_for_what_is_being_filled(opened, monkeypatch):
    chosen = filters(date(2023, 3, 1), date(2023, 3, 31))
    ready, fill_one = session.figures(("received",), FACTS["cases"], chosen), session.roll_up
    started, go_on = threading.Event(), threading.Event()

    def slowly(*arguments):
        started.set()
        assert go_on.wait(10)
        return fill_one(*arguments)

    monkeypatch.setattr(session, "roll_up", slowly)
    with ThreadPoolExecutor(3) as threads:
        filling = [threads.submit(session.figures, ("received",), FACTS["complaints"], chosen) for _ in range(2)]
        try:
            assert started.wait(10)
            said = threads.submit(session.figures, ("received",), FACTS["cases"], chosen).result(5)
            assert said.equals(ready)
        finally:
            go_on.set()
        assert filling[0].result(10).equals(filling[1].result(10))


def test_whoever_may_not_see_rows_sees_no_small_count(opened, url):
    opened(False)
    assert session.viewer() == session.Viewer(rows=False, names=False)
    chance, table = random.Random(1), FACTS["complaints"]
    keys = tuple(key for key, measure in MEASURES.items() if "complaints" in measure.tables)
    hidden = 0
    for _ in range(12):
        start = FIRST.date().replace(day=1)
        month = pd.Timestamp(start) + pd.DateOffset(months=chance.randrange(12))
        chosen = filters(month.date(), (month + pd.offsets.MonthEnd()).date())
        for by in ((), ("street",), ("category", "channel"), ("community",)):
            frame = session.figures(keys, table, chosen, by)
            raw = session.figures(keys, table, chosen, by, raw=True)
            for key, measure in MEASURES.items():
                for name in (key, f"{key}_n", f"{key}_d"):
                    if name in frame and (measure.unit == "count" or name != key) and measure.quantile is None:
                        assert not ((frame[name] > 0) & (frame[name] < 5)).any(), (name, by)
                        hidden += int((frame[name].isna() & raw[name].notna()).sum())
    assert hidden > 100


NARROW = [
    filters(date(2023, month, 1), date(2023, month, 28), streets=("西乡街道",), categories=categories)
    for month in range(1, 13)
    for categories in ((), CATEGORIES[:1])
]


def asked_of_both(opened, question) -> list[tuple]:
    """The answers of a narrow choice to who may see rows and to who may not."""
    opened(True)
    whole = [question(chosen) for chosen in NARROW]
    opened(False)
    return list(zip(whole, [question(chosen) for chosen in NARROW], strict=True))


def test_no_median_of_a_few(opened):
    table = FACTS["cases"]
    counts = [found["n"] for chosen in NARROW for found in session._stays("cases", None).spread({}, chosen)]
    assert any(0 < n < 5 for n in counts)
    assert any(n >= 5 for n in counts)
    pairs = asked_of_both(opened, lambda chosen: session.days(0.5, table, chosen))
    for n, (whole, seen) in zip(counts, pairs, strict=True):
        assert seen == pytest.approx(whole, nan_ok=True) if n >= 5 else seen != seen


def test_no_quantile_of_a_group_whose_number_is_hidden(opened):
    quantiles, hidden = {"q25": 0.25, "q50": 0.5}, 0
    for _, seen in asked_of_both(
        opened, lambda chosen: session.spread(quantiles, FACTS["cases"], {"now": chosen}, "category")
    ):
        assert not (seen["n"].between(1, 4)).any()
        assert (seen["q50"].isna() == seen["n"].isna()).all()
        hidden += int(seen["n"].isna().sum())
    assert hidden


def test_no_median_age_of_a_few(opened):
    hidden = 0
    for (counts, median), (shown, told) in asked_of_both(
        opened, lambda chosen: session.ages((0, 30, 60), FACTS["cases"], chosen)
    ):
        assert told == pytest.approx(median, nan_ok=True) if counts.sum() >= 5 else told != told
        assert not ((shown > 0) & (shown < 5)).any()
        hidden += 0 < counts.sum() < 5
    assert hidden


@pytest.mark.parametrize(("start", "end"), PERIODS)
def test_medians_of_three_periods_are_those_of_sql(opened, url, start, end):
    chosen = filters(start, end)
    found, _ = situation.medians(FACTS["cases"], chosen)
    for row, period in zip(found, (chosen, before(chosen), year_before(chosen)), strict=True):
        asked = database.fetch(summary(("median_days",), FACTS["cases"], period), url)["median_days"].item()
        assert row["median_days"] == pytest.approx(asked, nan_ok=True) or (
            row["median_days"] is None and asked != asked
        )


def test_a_new_version_of_the_data_is_a_new_answer(opened, url):
    chosen = filters(date(2023, 5, 1), date(2023, 5, 31))
    said = [session.figures(("received",), FACTS["cases"], chosen)["received"].item() for _ in range(2)]
    assert said[0] == said[1] > 0
    if url.startswith("duckdb"):
        replaced(url)
    else:
        another(database.create(url))
    after = session.figures(("received",), FACTS["cases"], chosen)["received"].item()
    assert after == session.load(summary, ("received",), FACTS["cases"], chosen)["received"].item() == said[0] + 1


def another(engine) -> None:
    """One case more, and the load that brought it."""
    rows = Rows()
    with engine.begin() as connection:
        case = rows.row("cases", case_id="one more", opened_at=datetime(2023, 5, 5), street="西乡街道")
        connection.execute(FACTS["cases"].insert(), [case])
        connection.execute(loads.insert(), [rows.row("loads", load_id="one more", as_of=AS_OF)])
    engine.dispose()


def replaced(url: str) -> None:
    file = database.file_of(url)
    copy = file.with_suffix(".new")
    shutil.copy(file, copy)
    another(database.create(f"duckdb:///{copy}"))
    os.replace(copy, file)
