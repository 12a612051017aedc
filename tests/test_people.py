"""What people are called, and what of their figures may be seen."""

import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit import people
from cockpit.people import discreet, everybody, full_label, labels, misread, person_label, ranked, rated, tiers, totals


@pytest.mark.parametrize(
    ("name", "mediator_id", "label"),
    [
        ("徐建珍", "SF-M0007", "徐·007"),
        ("欧阳娜", "BA-M0480", "欧阳·480"),
        ("欧阳", "M1", "欧·001"),  # two characters: a surname of one and a given name
        ("王", "M028", "王·028"),
        ("", "M028", "028"),
        (None, "M028", "028"),
        (float("nan"), "M028", "028"),
        ("John Smith", "M028", "J·028"),
        ("émile", "M028", "É·028"),
        ("阿卜杜拉·买买提", "M028", "阿·028"),
        ("123", "M028", "028"),
        ("😀😀", "M028", "028"),
        ("　 李四", "M028", "李·028"),
        ("<script>alert(1)</script>", "M028", "S·028"),
        ("**[点我](http://x)**", "M028", "点·028"),
        ("=cmd|' /C calc'!A0", "M028", "C·028"),
        ("\u202e王五", "M028", "王·028"),
        ("王五", "44030119900101123X", "王·123X"),
        ("王五", "440301199001011234", "王·1234"),
        ("王五", "12345678", "王·5678"),
        ("王五", "wangwu", "王·?"),
        ("王五", "--", "王·?"),
    ],
)
def test_surname_and_number(name, mediator_id, label):
    assert person_label(name, mediator_id) == label


def test_an_identifier_that_holds_the_name_does_not_give_it_away():
    assert person_label("王小五", "王小五") == "王·?"


@given(st.text(), st.text(min_size=1))
def test_a_label_is_short_and_harmless(name, mediator_id):
    label = person_label(name, mediator_id)
    head, _joint, tail = label.rpartition("·")
    assert len(head) <= 3
    assert all(unicodedata.category(sign).startswith("L") for sign in head)
    assert tail == "?" or tail.isalnum()
    assert not set(label) & set("<>*[]()=+@`$\n")


def test_the_full_name_is_for_those_who_may_see_it():
    assert full_label("徐建珍", "SF-M0007") == "徐建珍·007"
    assert full_label("\u202e徐\n建珍", "SF-M0007") == "徐 建珍·007"
    assert full_label(None, "SF-M0007") == "007"


def test_people_who_would_be_called_alike_are_counted():
    assert labels(["王五", "王六", "王七"], ["A-007", "B-007", "A-008"]) == ["王·007", "王·007（2）", "王·008"]
    assert labels([], []) == []


def crowd(mediated, concluded, **more):
    n = len(concluded)
    frame = pd.DataFrame({
        "mediator_id": [f"m{i}" for i in range(n)], "mediated": mediated, "concluded": concluded,
        "days": 9.5, "reopened": 0.1, "reopened_n": 10, "reopened_d": 100,
    })  # fmt: skip
    return frame.assign(**more)


def test_a_board_keeps_what_is_known_of_each_person():
    frame = crowd([90, 10, 0, 45], [100, 40, 0, 50], name=list("甲乙丙丁"))
    board = ranked(frame, 30).set_index("mediator_id")
    assert board["name"].to_dict() == {"m0": "甲", "m1": "乙", "m3": "丁"}
    assert board.loc["m1", "block"] == "below"
    assert board.loc["m1", "rate"] == pytest.approx(0.25)
    assert ranked(frame.iloc[:0], 30).empty


def test_the_same_numbers_are_judged_once():
    frame = crowd([90, 80, 70], [100, 100, 100])
    before = people._judged.cache_info().hits
    first, again = ranked(frame, 30), ranked(frame.assign(name="王"), 30)
    assert people._judged.cache_info().hits > before
    pd.testing.assert_frame_equal(first, again.drop(columns="name"))


def test_nobody_can_work_out_who_failed_a_few_times():
    board = ranked(crowd([98, 97, 80, 60], [100, 100, 100, 100]), 30)
    seen = discreet(board).set_index("mediator_id")
    assert seen["rate"].isna().to_dict() == {"m0": True, "m1": True, "m2": False, "m3": False}
    assert seen["mediated"].isna().sum() == 2
    assert seen.loc["m0", "concluded"] == 100
    for estimate in ("shrunk", "lower", "upper"):
        assert (seen[estimate] * 100).round(9).mod(1).eq(0).all()
        assert seen[estimate].sub(board.set_index("mediator_id")[estimate]).abs().max() <= 0.005


def test_a_single_hidden_rate_takes_another_with_it():
    seen = discreet(rated(crowd([97, 80, 60], [100, 100, 100])))
    assert seen["rate"].isna().sum() == 2
    assert seen["lower"].isna().equals(seen["rate"].isna())


def test_few_cases_show_neither_their_number_nor_their_days():
    seen = discreet(rated(crowd([2, 50, 50], [3, 100, 100], reopened_n=[1, 20, 20], reopened_d=[3, 50, 50])))
    assert np.isnan(seen.loc[0, "concluded"])
    assert np.isnan(seen.loc[0, "days"])
    assert np.isnan(seen.loc[0, "reopened"])


def test_who_is_hidden_among_all_is_hidden_on_the_board():
    """The 12 of m1 give the 3 of m0 away, in whichever table they stand."""
    frame = crowd([2, 5, 25, 60], [3, 12, 40, 100], rate=0.5)
    board, whole = discreet(ranked(frame, 10), frame).set_index("mediator_id"), discreet(frame)
    assert whole["concluded"].isna().tolist() == [True, True, False, False]
    assert board["concluded"].isna().to_dict() == {"m1": True, "m2": False, "m3": False}


def test_no_days_of_a_few_nor_of_those_who_concluded_nothing():
    seen = discreet(rated(crowd([0, 2, 30, 50], [0, 3, 50, 100])))
    assert seen["days"].isna().tolist() == [True, True, True, False]


def test_a_tier_does_not_tell_what_its_organisations_hide():
    bodies = crowd([2, 30, 25, 60], [3, 50, 40, 100], mediators=1, tier=["studio", "studio", "team", "team"])
    assert tiers(bodies)["concluded"].tolist() == [140, 53]
    shown = tiers(discreet(rated(bodies)))
    assert shown["concluded"].isna().tolist() == [True, True]
    assert shown["active"].tolist() == [2, 2]


def test_organisations_stand_by_caseload_and_the_hidden_by_name():
    bodies = pd.DataFrame({"label": list("丙甲乙丁"), "concluded": [np.nan, 0, np.nan, 50]})
    assert people.by_caseload(bodies)["label"].tolist() == ["丁", "丙", "乙", "甲"]


def test_totals_are_sums_over_sums():
    total = totals(crowd([90, 30], [100, 50]), True)
    assert total["rate"] == pytest.approx(120 / 150)
    assert total["reopened"] == pytest.approx(20 / 200)
    assert total["lower"] < total["rate"] < total["upper"]
    assert np.isnan(totals(crowd([98], [100]), False)["rate"])


def test_the_most_misread_are_those_whom_the_estimate_moves_most():
    board = ranked(crowd([300, 10, 29, 240], [300, 12, 30, 300]), 0)
    found = misread(board, 2)
    assert found["mediator_id"].iloc[0] == "m1"
    gaps = (board["rate"] - board["shrunk"]).abs().sort_values(ascending=False)
    assert (found["rate"] - found["shrunk"]).abs().tolist() == pytest.approx(gaps.iloc[:2].tolist())


def test_everybody_stands_in_the_table_and_only_the_listed_have_a_rate():
    frame = crowd([90, 9, 45], [100, 10, 50])
    table = everybody(frame, ranked(frame, 30))
    assert table["mediator_id"].tolist() == ["m0", "m2", "m1"]
    assert table["shrunk"].isna().tolist() == [False, False, True]


def test_tiers_stand_in_their_order():
    bodies = pd.DataFrame({
        "tier": ["studio", None, "district_centre", "studio"], "mediators": [1, 0, 3, 2],
        "mediated": [0, 1, 5, 2], "concluded": [0, 2, 6, 3],
    })  # fmt: skip
    table = tiers(bodies)
    assert table["tier"].iloc[:2].tolist() == ["district_centre", "studio"]
    assert pd.isna(table["tier"].iloc[2])
    assert table["organisations"].tolist() == [1, 2, 1]
    assert table["active"].tolist() == [1, 1, 1]
    assert table["mediators"].tolist() == [3, 3, 0]
