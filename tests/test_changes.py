"""What the page 变动 says of the demonstration: what is planted is told apart, and hardly anything else."""

from dataclasses import replace
from datetime import date, datetime

import pandas as pd
import pytest
import streamlit as st

from cockpit import changes, i18n, session
from cockpit.changes import KINDS, MONTH_END, REMOVED, UNASKED, Span
from cockpit.settings import settings
from queries.filters import Filters
from queries.tables import FACTS, cases, complaints
from sample_data import planted

YEAR = Filters(date(2023, 1, 1), date(2023, 9, 30), datetime(2023, 12, 1), "示范区")
EVERYTHING = Span(None, ())


@pytest.fixture
def opened(request, monkeypatch):
    """``opened("real_url")``: the cockpit reads this database."""

    def run(data: str) -> None:
        monkeypatch.setenv("COCKPIT_DATABASE_URL", request.getfixturevalue(data))
        settings.cache_clear()
        st.cache_data.clear()

    i18n.use("zh")
    run("demonstration_url")
    yield run
    settings.cache_clear()
    st.cache_data.clear()


def test_who_closes_at_the_end_of_the_month_is_told_apart_and_nobody_else(opened):
    found = changes.closings(complaints, YEAR)
    apart = found.bodies[found.bodies["told_apart"] != 0]
    assert apart[["body", "told_apart"]].to_numpy().tolist() == [[planted.MONTH_END_BODY, 1]]
    assert apart[MONTH_END].item() == pytest.approx(0.4, abs=0.06)
    assert 0.05 < found.expected < 0.09
    assert len(found.days) == 18


@pytest.mark.parametrize("table", FACTS.values(), ids=lambda table: table.name)
@pytest.mark.parametrize("district", ["宝安区", "龙湾区", "新罗区", "南海区"])
def test_real_districts_close_at_the_end_of_the_month_as_on_other_days(opened, table, district):
    found = changes.closings(table, replace(YEAR, district=district))
    assert (found.bodies["told_apart"] != 0).mean() <= 0.1


def test_counts_of_closings_are_those_of_the_measures(opened):
    found = changes.closings(complaints, YEAR)
    row = session.figures(["closed", "callback_rate"], complaints, YEAR, raw=True).iloc[0]
    assert found.total["owed"] == row["closed"] == found.bodies[f"{UNASKED}_d"].sum()
    assert found.total["unasked"] <= row["closed"] - row["callback_rate_n"]
    share, low, high = changes.share(found.total, "unasked", "owed")
    assert low < share < high


def test_a_visit_is_owed_to_disputes_that_were_resolved(opened):
    found = changes.closings(cases, YEAR)
    assert found.total["owed"] == session.figures(["resolved"], cases, YEAR, raw=True)["resolved"].iloc[0]
    assert 0 < found.total["unasked"] < found.total["owed"] < found.total["timed"]


def test_a_period_without_a_last_day_expects_nothing(opened):
    found = changes.closings(complaints, replace(YEAR, start=date(2023, 9, 4), end=date(2023, 9, 10)))
    assert found.days == ()
    assert pd.isna(found.expected)


def test_a_period_without_closings_is_empty(opened):
    found = changes.closings(complaints, replace(YEAR, start=date(2019, 1, 1), end=date(2019, 1, 31)))
    assert found.bodies.empty
    assert pd.isna(changes.share(found.total, "unasked", "owed")[0])


def test_what_the_files_revised_is_counted_by_body(opened):
    frame = changes.by_body(complaints, YEAR, EVERYTHING)
    assert changes.totals(frame) == {REMOVED: 0, "merged": 7, "redated": 18, "reclassified": 9, "reopened": 5}
    assert frame["body"].is_unique
    sums = frame[list(KINDS)].sum(axis=1).tolist()
    assert sums == sorted(sums, reverse=True)


def test_whoever_may_not_see_rows_is_shown_no_small_count(opened):
    opened("real_url")
    shown = changes.in_sight(changes.by_body(complaints, YEAR, EVERYTHING))
    counts = shown[list(KINDS)].stack()
    order = [(-row[list(KINDS)].sum(), row["body"]) for _place, row in shown.iterrows()]
    assert order == sorted(order)
    assert not counts.between(1, 4).any()
    assert changes.totals(changes.by_body(cases, replace(YEAR, streets=("南塬街道",)), EVERYTHING))["reopened"] != 1
    bodies = changes.closings(complaints, replace(YEAR, start=date(2023, 9, 1))).bodies
    for name in (f"{MONTH_END}_n", f"{UNASKED}_n"):
        assert not bodies[name].between(1, 4).any()
    assert bodies.loc[bodies[f"{MONTH_END}_n"].isna(), [MONTH_END, f"{MONTH_END}_low"]].isna().all(axis=None)


def test_a_share_that_tells_of_fewer_than_five_is_not_told(opened):
    opened("real_url")
    assert pd.isna(changes.share(pd.Series({"a": 3, "b": 100}), "a", "b")[0])
    assert pd.isna(changes.share(pd.Series({"a": 97, "b": 100}), "a", "b")[0])
    assert changes.share(pd.Series({"a": 50, "b": 100}), "a", "b")[0] == 0.5


def test_values_are_told_in_words(opened):
    rows = pd.DataFrame(
        {
            "field": ["status", "backlog", "category", "due_at"],
            "old": ["closed", "true", "噪声", "2023-11-01 00:00:00"],
            "new": ["open", "false", "物业", None],
        }
    )
    told = changes.worded(rows, complaints)
    assert told["field"].tolist() == ["状态", "是否积案", "类型", "到期日期"]
    assert told["old"].tolist() == ["办结", "是", "噪声", "2023-11-01 00:00:00"]
    assert told["new"].tolist()[:3] == ["在办", "否", "物业"]
