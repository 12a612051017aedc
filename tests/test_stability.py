"""Whether resolutions held: what is kept in memory, the groups that differ, and what may not be told."""

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from cockpit import database, follow_ups, session, stability
from cockpit.lasting import lasting
from queries.aggregate import summary
from queries.filters import Filters
from queries.tables import cases

KNOWN = datetime(2023, 12, 1)
LAST_AUTUMN = Filters(date(2022, 9, 1), date(2022, 11, 30), KNOWN, "示范区")
LAST_MONTH = Filters(date(2023, 11, 1), date(2023, 11, 30), KNOWN, "示范区")


def rows(*lines) -> pd.DataFrame:
    """closed_at, again, street."""
    frame = pd.DataFrame(list(lines), columns=["closed_at", "again", "street"])
    shared = {"category": "邻里纠纷", "channel": "来访", "track": "people", "arranged": True}
    return frame.assign(closed_at=pd.to_datetime(frame["closed_at"]), **shared)


def test_what_flares_up_after_the_data_date_is_not_known():
    held = lasting(
        rows(("2023-11-01", 10.0, "甲街道"), ("2023-11-25", 10.0, "甲街道"), ("2023-11-30", np.nan, "乙街道"))
    )
    some = held.followed(LAST_MONTH)
    assert some.days.tolist() == [10, 6, 1]
    assert some.again.tolist() == [True, False, False]
    assert held.followed(replace(LAST_MONTH, streets=("乙街道",))).days.tolist() == [1]
    assert held.followed(replace(LAST_MONTH, scope=())).days.tolist() == []


def test_nobody_looks_beyond_the_last_horizon():
    some = lasting(rows(("2023-01-01", 200.0, "甲街道"), ("2023-01-02", 20.0, "甲街道"))).followed(
        replace(LAST_MONTH, start=date(2023, 1, 1))
    )
    assert some.within(180).days.tolist() == [180, 20]
    assert some.within(180).again.tolist() == [False, True]


def test_coverage_counts_those_without_a_visit():
    frame = rows(("2023-11-01", np.nan, "甲街道"), ("2023-11-02", np.nan, "甲街道"), ("2023-11-03", np.nan, None))
    found = lasting(frame.assign(arranged=[True, False, False])).coverage(LAST_MONTH, "street")
    assert found["street"].tolist() == ["甲街道", None]
    assert found["visit_arranged_rate"].tolist() == [0.5, 0]


@pytest.mark.parametrize("street", [(), ("青禾街道",)])
@pytest.mark.parametrize("days", stability.HORIZONS)
def test_where_all_were_followed_long_enough_it_is_the_rest_of_the_reopened_rate(
    as_page, demonstration_url, street, days
):
    as_page(demonstration_url)
    chosen = replace(LAST_AUTUMN, streets=street)
    curve = stability.curve_of(stability.held(chosen).followed(chosen))
    (plain,) = database.fetch(summary([f"reopened_rate_{days}"], cases, chosen), demonstration_url).to_dict("records")
    assert plain[f"reopened_rate_{days}_d"] == len(curve.durations) > 300
    assert curve.at([days]).item() == pytest.approx(1 - plain[f"reopened_rate_{days}"])


def test_coverage_is_the_measure(as_page, demonstration_url):
    as_page(demonstration_url)
    key = "visit_arranged_rate"
    measured = database.fetch(summary([key], cases, LAST_MONTH, ("street",)), demonstration_url)
    measured, found = (
        frame.assign(street=frame["street"].fillna("")).set_index("street")
        for frame in (measured, follow_ups.arranged(LAST_MONTH, "street"))
    )
    for name in (f"{key}_n", f"{key}_d"):
        assert found[name].to_dict() == measured[name][measured[f"{key}_d"] > 0].to_dict()
    assert follow_ups.total(LAST_MONTH)[f"{key}_d"] == measured[f"{key}_d"].sum()
    assert found[key].idxmin() == "南塬街道"  # planted: three in five closings led to no visit


def test_a_month_is_told_with_the_twelve_that_end_with_it():
    assert stability.window(LAST_MONTH).start == date(2022, 12, 1)
    longer = replace(LAST_MONTH, start=date(2021, 1, 1))
    assert stability.window(longer) == longer


def test_a_week_is_told_with_the_year_that_ends_with_it():
    week = replace(LAST_MONTH, start=date(2023, 11, 6), end=date(2023, 11, 12))
    assert stability.window(week) == replace(week, start=date(2022, 11, 13))


def drawn(rates: dict[str, float], n: int = 600, seed: int = 5) -> pd.DataFrame:
    """Disputes resolved in the twelve months before, of which a share flares up within 90 days."""
    chance = np.random.default_rng(seed)
    lines = []
    for street, rate in rates.items():
        closed = pd.Timestamp("2023-01-01") + pd.to_timedelta(chance.uniform(0, 300, n), unit="D")
        again = np.where(chance.random(n) < rate, chance.uniform(0, 90, n), np.nan)
        lines += list(zip(closed, again, [street] * n, strict=True))
    return rows(*lines).sort_values("closed_at", ignore_index=True)


def test_a_street_where_it_does_not_hold_is_found_and_no_other(as_page, demonstration_url):
    as_page(demonstration_url)
    some = lasting(drawn({"甲街道": 0.03, "乙街道": 0.03, "丙街道": 0.12, "丁街道": 0.03})).followed(
        stability.window(LAST_MONTH)
    )
    frame, test = stability.by(some.within(180), "street")
    assert test.p < 0.001
    assert frame["name"].iloc[0] == "丙街道"
    assert frame.set_index("name")["apart"].loc["丙街道"] == -1
    assert (frame["apart"] == 0).sum() + (frame["apart"] == 1).sum() == 3
    assert frame["value_30"].ge(frame["value_180"]).all()
    assert frame["risk_30"].gt(frame["risk_180"]).all()


def test_equal_streets_rarely_differ(as_page, demonstration_url):
    """Sixty districts without any difference: about one in twenty may seem to have one."""
    as_page(demonstration_url)
    equal = {f"{name}街道": 0.04 for name in "甲乙丙丁戊己"}
    somes = [lasting(drawn(equal, 200, seed)).followed(stability.window(LAST_MONTH)) for seed in range(60)]
    found = [stability.by(some.within(180), "street") for some in somes]
    assert sum(test.p < 0.05 for _frame, test in found) <= 8
    assert sum((frame["apart"] != 0).any() for frame, _test in found) <= 8


def test_a_step_of_the_curve_is_a_count_and_stays_hidden(as_page, real_url):
    """Of a street with a few that flared up, whoever may not see rows sees neither curve nor number."""
    as_page(real_url)
    assert not session.viewer().rows
    some = lasting(drawn({"甲街道": 0.1, "乙街道": 0.1, "丙街道": 0.003})).followed(stability.window(LAST_MONTH))
    frame, _test = stability.by(some.within(180), "street")
    few = frame.set_index("name").loc["丙街道"]
    assert few[["value_180", "lower_180", "upper_180", "risk_180"]].isna().all()
    told = frame[[name for name in frame if name.startswith(("events", "risk")) or name == "n"]]
    assert not ((told > 0) & (told < 5)).any().any()
    hidden = frame["value_180"].isna()
    assert hidden.sum() >= 2  # a single one would follow from all of them together
    assert (frame.loc[hidden, "apart"] == 0).all()
    path = stability.path(stability.curve_of(some.within(180)))
    assert path["day"].tolist() == [0, *stability.HORIZONS]
