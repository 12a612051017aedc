"""Who comes when a street calls: durations that nobody can shorten by not coming, and who is slow."""

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from cockpit import session, whistles
from queries import tables
from queries.filters import Filters

YEAR = Filters(date(2022, 12, 1), date(2023, 11, 30), datetime(2023, 12, 1), "示范区")


def calls(*rows) -> pd.DataFrame:
    """arrived, watched: days."""
    return pd.DataFrame(list(rows), columns=["arrived", "watched"])


def test_a_call_that_nobody_answers_counts_for_as_long_as_it_waits():
    some = whistles.waits(calls((0.2, 30), (0.4, 30), (np.nan, 30), (np.nan, 0.1)), "arrived")
    assert some.days.tolist() == [0.2, 0.4, 30, 0.1]
    assert some.ended.tolist() == [True, True, False, False]


def test_never_coming_makes_nobody_faster(as_page, demonstration_url):
    as_page(demonstration_url)
    always, never = [(hours / 24, 30) for hours in range(1, 11)], [(np.nan, 30)] * 10
    fast, absent = (whistles.median(whistles.waits(calls(*rows), "arrived")) for rows in (always, always + never))
    assert fast == pytest.approx(5 / 24)
    assert absent == pytest.approx(10 / 24)
    assert np.isnan(whistles.median(whistles.waits(calls(*never), "arrived")))


def test_what_happens_after_the_data_date_is_not_known():
    some = whistles.waits(calls((5.0, 2.0)), "arrived")
    assert (some.days.tolist(), some.ended.tolist()) == ([2], [False])


def test_the_slow_department_is_found_and_no_other(as_page, demonstration_url):
    """Planted: 示范区住房和建设局 takes three times as long as the others."""
    as_page(demonstration_url)
    frame = whistles.by(YEAR, whistles.calls(YEAR), "organisation")
    assert frame["name"].iloc[0] == "示范区住房和建设局"
    assert frame["short"].iloc[0] == "住房和建设局"
    assert frame.loc[frame["apart"] == 1, "name"].tolist() == ["示范区住房和建设局"]
    assert frame["arrival"].iloc[0] > 2 * frame["arrival"].iloc[1]
    assert frame["whistled"].sum() == len(whistles.calls(YEAR))


def test_whoever_may_not_see_rows_sees_no_median_of_a_few(as_page, real_url):
    as_page(real_url)
    month = Filters(date(2023, 11, 1), date(2023, 11, 30), YEAR.data_date, "示范区")
    frame = whistles.by(month, whistles.calls(month), "organisation")
    hidden = frame["whistled"].isna()
    assert hidden.sum() >= 2
    assert frame.loc[hidden, ["arrival", "solving"]].isna().all().all()
    assert np.isnan(whistles.median(whistles.waits(calls(*[(0.1, 5)] * 4), "arrived")))


def test_who_is_hidden_is_not_called_slow(as_page, real_url, monkeypatch):
    """Nobody ever comes from one department, so that it differs from the rest in any case."""
    as_page(real_url)
    month = Filters(date(2023, 11, 1), date(2023, 11, 30), YEAR.data_date, "示范区")
    frame = whistles.calls(month)
    shown = whistles.by(month, frame, "organisation")
    absent = shown.loc[shown["whistled"].isna() & ~shown["unnamed"], "name"].iloc[0]
    never = frame.assign(arrived=frame["arrived"].mask(frame["organisation"] == absent), watched=30.0)
    monkeypatch.setattr(whistles, "benjamini_hochberg", lambda p: np.ones(len(p), bool))
    found = whistles.by(month, never, "organisation")
    assert (found.loc[found["whistled"].isna(), "apart"] == 0).all()
    assert (found.loc[found["whistled"].notna(), "apart"] != 0).all()


def test_the_course_ends_with_the_period_and_is_held_against_all_of_it(as_page, demonstration_url):
    as_page(demonstration_url)
    frame, overall = whistles.over_time(YEAR, 12)
    assert frame["bucket"].iloc[-1] == pd.Timestamp(2023, 11, 1)
    assert overall == pytest.approx((frame["value"] * frame["n"]).sum() / frame["n"].sum())


def test_one_hidden_month_does_not_hide_the_share_of_them_all(as_page, real_url):
    as_page(real_url)
    street = replace(YEAR, streets=("青禾街道",))
    frame, overall = whistles.over_time(street, 24)
    assert frame["value"].isna().any()
    raw = session.trend(("arrived_late_rate",), tables.whistles, street, session.history(street, 24), raw=True)
    assert overall == raw["arrived_late_rate_n"].sum() / raw["arrived_late_rate_d"].sum()


@pytest.mark.parametrize(("late", "n"), [(2, 4), (3, 50), (47, 50)])
def test_a_share_of_a_few_calls_is_hidden_however_it_is_added_up(as_page, real_url, monkeypatch, late, n):
    as_page(real_url)
    counts = pd.DataFrame({"arrived_late_rate_n": [late, 0], "arrived_late_rate_d": [n, 0]})
    counts["bucket"] = pd.to_datetime(["2023-10-01", "2023-11-01"])
    monkeypatch.setattr(session, "trend", lambda *_asked, raw=False: counts)
    assert np.isnan(whistles.over_time(YEAR, 2)[1])
