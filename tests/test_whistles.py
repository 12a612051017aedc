"""Who comes when a street calls: durations that nobody can shorten by not coming, and who is slow."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from cockpit import i18n, whistles
from cockpit.settings import settings
from queries.filters import Filters

YEAR = Filters(date(2022, 12, 1), date(2023, 11, 30), datetime(2023, 12, 1), "示范区")


@pytest.fixture
def opened(monkeypatch):
    def run(url: str) -> None:
        monkeypatch.setenv("COCKPIT_DATABASE_URL", url)
        settings.cache_clear()
        i18n.use("zh")

    yield run
    settings.cache_clear()


def calls(*rows) -> pd.DataFrame:
    """arrived, watched: days."""
    return pd.DataFrame(list(rows), columns=["arrived", "watched"])


def test_a_call_that_nobody_answers_counts_for_as_long_as_it_waits():
    some = whistles.waits(calls((0.2, 30), (0.4, 30), (np.nan, 30), (np.nan, 0.1)), "arrived")
    assert some.days.tolist() == [0.2, 0.4, 30, 0.1]
    assert some.ended.tolist() == [True, True, False, False]


def test_never_coming_makes_nobody_faster(opened, demonstration_url):
    opened(demonstration_url)
    always, never = [(hours / 24, 30) for hours in range(1, 11)], [(np.nan, 30)] * 10
    fast, absent = (whistles.median(whistles.waits(calls(*rows), "arrived")) for rows in (always, always + never))
    assert fast == pytest.approx(5 / 24)
    assert absent == pytest.approx(10 / 24)
    assert np.isnan(whistles.median(whistles.waits(calls(*never), "arrived")))


def test_what_happens_after_the_data_date_is_not_known():
    some = whistles.waits(calls((5.0, 2.0)), "arrived")
    assert (some.days.tolist(), some.ended.tolist()) == ([2], [False])


def test_the_slow_department_is_found_and_no_other(opened, demonstration_url):
    """Planted: 示范区住房和建设局 takes three times as long as the others."""
    opened(demonstration_url)
    frame = whistles.by(YEAR, whistles.calls(YEAR), "organisation")
    assert frame["name"].iloc[0] == "示范区住房和建设局"
    assert frame["short"].iloc[0] == "住房和建设局"
    assert frame.loc[frame["apart"] == 1, "name"].tolist() == ["示范区住房和建设局"]
    assert frame["arrival"].iloc[0] > 2 * frame["arrival"].iloc[1]
    assert frame["whistled"].sum() == len(whistles.calls(YEAR))


def test_whoever_may_not_see_rows_sees_no_median_of_a_few(opened, real_url):
    opened(real_url)
    month = Filters(date(2023, 11, 1), date(2023, 11, 30), YEAR.data_date, "示范区")
    frame = whistles.by(month, whistles.calls(month), "organisation")
    hidden = frame["whistled"].isna()
    assert hidden.sum() >= 2
    assert frame.loc[hidden, ["arrival", "solving"]].isna().all().all()
    assert np.isnan(whistles.median(whistles.waits(calls(*[(0.1, 5)] * 4), "arrived")))


def test_the_course_ends_with_the_period_and_is_held_against_all_of_it(opened, demonstration_url):
    opened(demonstration_url)
    frame, overall = whistles.over_time(YEAR, 12)
    assert frame["bucket"].iloc[-1] == pd.Timestamp(2023, 11, 1)
    assert overall == pytest.approx((frame["value"] * frame["n"]).sum() / frame["n"].sum())
