"""Nobody without row access learns a count from 1 to 4: not from a cell, not from the others, not from a rate."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.masking import FEWEST, PERSONS, mask

COUNTS = st.lists(st.one_of(st.integers(0, 12), st.integers(0, 500)), min_size=1, max_size=9)


def counts(*values: int, **more) -> pd.DataFrame:
    return pd.DataFrame({"street": [f"街道{i}" for i in range(len(values))], "received": values, **more})


def shown(frame: pd.DataFrame, column: str = "received") -> list:
    return [None if pd.isna(value) else int(value) for value in frame[column]]


def solutions(total: int, cells: int) -> set[tuple[int, ...]]:
    """What hidden cells may be that are known to be 1 to 4 (or hidden beside one) and to add up to ``total``."""
    return {found for found in product(range(1, total + 1), repeat=cells) if sum(found) == total}


@pytest.mark.parametrize(
    ("values", "left"),
    [
        ((10, 20, 30), [10, 20, 30]),
        ((0, 20, 30), [0, 20, 30]),
        ((4, 20, 30), [None, None, 30]),
        ((1, 20, 30, 5), [None, 20, 30, None]),
        ((2, 3, 30), [None, None, 30]),
        ((1, 1, 30, 40), [None, None, None, 40]),  # two cells that add up to 2 are both 1
        ((4, 4, 30, 40), [None, None, None, 40]),
        ((3,), [None]),
        ((3, 0, 0), [None, 0, 0]),
        ((5,), [5]),
    ],
)
def test_small_counts_go_and_whatever_gives_them_away(values, left):
    assert shown(mask(counts(*values))) == left


@given(COUNTS)
def test_no_small_count_is_shown_or_follows_from_the_total(values):
    left = shown(mask(counts(*values)))
    assert not [value for value in left if value is not None and 0 < value < FEWEST]
    assert all(value == before for value, before in zip(left, values, strict=True) if value is not None)
    hidden = [value for value, seen in zip(values, left, strict=True) if seen is None]
    if hidden and any(value for value in left if value):  # else there is nothing left to hide it behind
        possible = solutions(min(sum(hidden), 40), min(len(hidden), 3)) if len(hidden) < 4 else {(), (0,)}
        assert len(possible) > 1


@settings(deadline=None)
@given(st.lists(st.integers(0, 9), min_size=12, max_size=12))
def test_in_a_table_no_row_and_no_column_gives_a_cell_away(values):
    frame = pd.DataFrame(list(product("甲乙丙", "abcd")), columns=["street", "category"]).assign(received=values)
    left = mask(frame)
    for name in ("street", "category"):
        for _, line in left.assign(was=values).groupby(name):
            hidden = line["received"].isna()
            assert hidden.sum() != 1 or not (line["received"] > 0).any()


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=8))
def test_of_a_ratio_nothing_shown_is_made_of_a_small_count(pairs):
    numerator = np.array([min(pair) for pair in pairs])
    denominator = np.array([max(pair) for pair in pairs])
    value = np.where(denominator > 0, numerator / np.maximum(denominator, 1), np.nan)
    frame = pd.DataFrame({"street": range(len(pairs)), "x": value, "x_n": numerator, "x_d": denominator})
    left = mask(frame.astype({"street": str}))
    for before, after in zip(frame.itertuples(), left.itertuples(), strict=True):
        if not np.isnan(after.x):
            assert not 0 < before.x_n < FEWEST
            assert not 0 < before.x_d < FEWEST
            assert not 0 < before.x_d - before.x_n < FEWEST
            assert not np.isnan(after.x_n)
            assert not np.isnan(after.x_d)
        if not (np.isnan(after.x_n) or np.isnan(after.x_d)):
            assert not 0 < after.x_d - after.x_n < FEWEST


def test_a_quotient_of_two_flows_may_nearly_be_one():
    frame = counts(100, 200, clearance_rate=[0.98, 1.0], clearance_rate_n=[98, 200], clearance_rate_d=[100, 200])
    assert mask(frame).notna().all(axis=None)


def test_what_one_column_hides_another_column_of_the_same_counts_hides_too():
    frame = counts(
        3, 20, 30, closed_share=[1 / 3, 0.5, 29 / 30], closed_share_n=[1, 10, 29], closed_share_d=[3, 20, 30]
    )
    left = mask(frame)
    assert shown(left) == shown(left, "closed_share_d") == [None, None, 30]
    assert shown(left, "closed_share_n") == [None, 10, None]


@pytest.mark.parametrize("persons", ["persons", "visitors", "group_visitors"])
def test_the_persons_of_a_few_records_go_with_their_count(persons):
    frame = counts(3, 20, 30).rename(columns={"received": PERSONS[persons]}).assign(**{persons: [41, 50, 60]})
    left = mask(frame)
    assert shown(left, PERSONS[persons]) == [None, None, 30]
    assert shown(left, persons) == [None, None, 60]


def test_persons_go_where_the_count_that_hides_another_goes():
    frame = counts(3, 20, 30).assign(persons=[90, 70, 60])
    assert shown(mask(frame), "persons") == [None, None, 60]


def test_of_how_many_records_persons_are_must_be_known():
    assert shown(mask(counts(100, 200).assign(visitors=[500, 600])), "visitors") == [None, None]


@given(st.lists(st.lists(st.integers(1, 9), max_size=9), min_size=1, max_size=6))
def test_no_sum_of_persons_is_shown_without_its_count(visits):
    frame = counts(*map(len, visits)).assign(persons=[sum(each) for each in visits])
    left = mask(frame)
    assert not (left["persons"].notna() & left["received"].isna()).any()
    assert left["persons"].isna().sum() != 1 or (left["persons"].fillna(0) == 0).all()


def test_names_durations_and_amounts_stay():
    frame = counts(3, 20, 30, median_days=[1.5, 2.5, np.nan], amount_paid=[3.0, 4.0, 5.0])
    left = mask(frame)
    for name in ("street", "median_days", "amount_paid"):
        pd.testing.assert_series_equal(left[name], frame[name])


def test_the_frame_itself_is_left_alone():
    frame = counts(1, 2, 3)
    mask(frame)
    assert shown(frame) == [1, 2, 3]


def test_an_empty_frame_stays_empty():
    assert mask(counts()).empty
    assert list(mask(counts()).columns) == ["street", "received"]
