"""The chart of mediators and that of organisations: pure figures."""

import json

import numpy as np
import pandas as pd
import pytest

from cockpit import people
from cockpit.charts import mediators as charts
from cockpit.theme import DARK, LIGHT


def crowd(n=120, weak=6, seed=5):
    rng = np.random.default_rng(seed)
    concluded = rng.poisson(300, n)
    return pd.DataFrame({
        "mediator_id": [f"SF-M{i:04d}" for i in range(n)],
        "name": ["<b>王</b>五" if i % 2 else "=cmd|' /C calc'!A0" for i in range(n)],
        "mediated": rng.binomial(concluded, np.where(np.arange(n) < weak, 0.9, 0.98)),
        "concluded": concluded,
        "days": 10.0,
        "reopened": 0.1, "reopened_n": 10, "reopened_d": 100,
    })  # fmt: skip


def judged(frame, minimum=30):
    board = people.ranked(frame, minimum)
    return board.assign(label=people.labels(board["name"], board["mediator_id"]))


def texts(figure):
    return [note["text"] for note in figure["layout"]["annotations"]]


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
@pytest.mark.parametrize("phone", [False, True])
def test_every_dot_lies_on_its_interval_and_no_line_is_used_twice(tokens, phone):
    figure = charts.board(judged(crowd()), "district mean", tokens, phone=phone, mark="DEMO")
    dots = [trace for trace in figure["data"] if trace["mode"] == "markers"]
    places = [y for trace in dots for y in trace["y"]]
    assert len(places) == len(set(places)) > charts.MIDDLE
    low, high = figure["layout"]["xaxis"]["range"]
    assert all(low <= x <= high for trace in figure["data"] for x in trace["x"] if x is not None)
    assert "DEMO" in texts(figure)
    json.dumps(figure)


def test_the_middle_block_is_cut_and_says_how_many_are_left_out():
    board = judged(crowd())
    middle = int((board["block"] == "same").sum())
    figure = charts.board(board, "district mean", LIGHT)
    assert f"其余 {middle - charts.MIDDLE} 人见表" in texts(figure)
    hollow = next(trace for trace in figure["data"] if trace.get("marker", {}).get("symbol") == "circle-open")
    assert len(hollow["x"]) == charts.MIDDLE
    below = next(trace for trace in figure["data"] if trace.get("marker", {}).get("symbol") == "diamond")
    assert len(below["x"]) == (board["block"] == "below").sum() >= 5


def test_the_middle_stands_by_caseload_the_others_by_rate():
    board = judged(crowd())
    blocks, lines = charts._blocks(board)
    assert blocks[1].people["concluded"].is_monotonic_decreasing
    assert blocks[2].people["shrunk"].is_monotonic_decreasing
    assert lines == sum(1 + len(block.people) + (block.left_out > 0) for block in blocks)


def test_no_name_and_no_tag_comes_out_of_a_chart():
    board = judged(crowd()).assign(label="<img src=x>·001")
    said = texts(charts.board(board, "district mean", LIGHT))
    assert "&lt;img src=x&gt;·001" in said
    assert not any("<img" in text for text in said)
    assert not any("王</b>五" in text or "calc" in text for text in texts(charts.board(judged(crowd()), "mean", LIGHT)))


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_handful_of_people_is_drawn(n):
    figure = charts.board(judged(crowd(n, 0), minimum=0), "district mean", LIGHT)
    assert sum(len(trace["x"]) for trace in figure["data"] if trace["mode"] == "markers") == n


def test_everybody_at_the_extreme_keeps_a_range():
    frame = crowd(5, 0).assign(mediated=lambda people: people["concluded"])
    low, high = charts.board(judged(frame), "district mean", LIGHT)["layout"]["xaxis"]["range"]
    assert low < high == 1


def test_hidden_counts_are_said_and_not_drawn():
    board = people.discreet(judged(crowd(40, 0), minimum=0)).assign(concluded=np.nan)
    assert "×" in texts(charts.board(board, "district mean", LIGHT))


def organisations(**more):
    frame = pd.DataFrame({
        "label": ["甲中心", "<i>乙</i>", "丙"], "mediated": [290, 28, 3], "concluded": [300, 29, 4],
        "days": [10.0, 12.5, np.nan], "reopened": np.nan, "reopened_n": 0, "reopened_d": 0,
    })  # fmt: skip
    return people.rated(frame).assign(**more)


@pytest.mark.parametrize("phone", [False, True])
def test_organisations_under_30_cases_are_grey(phone):
    figure = charts.bodies(organisations(), 0.96, "district mean", LIGHT, phone=phone)
    colours = {note["text"]: note["font"]["color"] for note in figure["layout"]["annotations"]}
    assert colours["甲中心"] == LIGHT.ink
    assert colours["&lt;i&gt;乙&lt;/i&gt;"] == colours["丙"] == LIGHT.ink3
    grey = next(trace for trace in figure["data"] if trace.get("marker", {}).get("symbol") == "circle-open")
    assert grey["y"] == [1, 2]


def test_organisations_with_hidden_rates_keep_their_row():
    figure = charts.bodies(people.discreet(organisations()), np.nan, "district mean", LIGHT, phone=False)
    assert "丙" in texts(figure)
    assert "×" in texts(figure)
    assert not [shape for shape in figure["layout"]["shapes"] if shape["x0"] != shape["x0"]]


def test_an_empty_block_asks_nobody_to_look_at_anything():
    said = texts(charts.board(judged(crowd(40, 0)).assign(block="same"), "全区均值", LIGHT))
    assert "<b>低于全区均值（0 人）</b>" in said
