"""Bars of deadlines: three parts a place, what may not be shown left out, names shown as they are."""

import json
import re
from math import nan

import pandas as pd
import plotly.graph_objects as go
import pytest

from cockpit import i18n
from cockpit.charts.deadlines import PARTS, stacked
from cockpit.theme import DARK, LIGHT, PRINT

HOSTILE = "<b>粗</b>&%{x}"


@pytest.fixture(autouse=True)
def chinese():
    i18n.use("zh")


def places(*rows) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["name", *PARTS])
    return frame.assign(data=frame["name"])


@pytest.mark.parametrize("tokens", [LIGHT, DARK, PRINT])
def test_each_part_is_a_bar_in_its_own_colour_with_its_figure(tokens):
    figure = stacked(places(("西乡街道", 31, 30, 160), ("沙井街道", 8, 14, 127)), tokens, 300)
    go.Figure(figure)
    over, soon, later = figure["data"]
    assert [bar["marker"]["color"] for bar in (over, soon, later)] == [tokens.over, tokens.near, tokens.on_time]
    assert over["x"] == [31, 8]
    assert over["text"] == ["31", ""]  # too narrow for a figure; it stands beside the name
    assert figure["layout"]["yaxis"]["ticktext"] == ["西乡街道　<b>31</b>", "沙井街道　<b>8</b>"]


def test_a_click_gives_place_and_part_back():
    figure = stacked(places(("西乡街道", 31, 30, 160)), LIGHT, 300)
    assert [json.loads(bar["customdata"][0]) for bar in figure["data"]] == [["西乡街道", part] for part in PARTS]


def test_what_may_not_be_shown_has_no_bar_and_a_cross():
    figure = stacked(places(("西乡街道", nan, 12, 20), ("沙井街道", 0, nan, nan)), LIGHT, 300)
    assert [bar["x"] for bar in figure["data"]] == [[None, None], [12.0, None], [20.0, None]]
    assert figure["layout"]["yaxis"]["ticktext"] == ["西乡街道　<b>×</b>", "沙井街道　<b>0</b>"]


def test_names_are_text_and_glyphs_stand_beside_colours():
    figure = stacked(places((HOSTILE, 1, 0, 0)), LIGHT, 300, narrow=True)
    assert "<b>粗" not in figure["layout"]["yaxis"]["ticktext"][0]
    assert "<b>粗" not in figure["data"][0]["hovertext"][0]
    (names,) = figure["layout"]["annotations"]
    assert re.findall("[●◐○] [^<]+", names["text"]) == ["● 超期", "◐ 7 日内到期", "○ 7 日以上"]
    assert all(colour in names["text"] for colour in (LIGHT.over_text, LIGHT.near_text, LIGHT.on_time_text))


def test_nothing_at_all_is_no_error():
    assert stacked(places(), LIGHT, 300)["data"][0]["x"] == []
