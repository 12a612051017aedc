"""The bars beside the map: a pure figure."""

import json

import pandas as pd
import pytest

from cockpit.charts import hotspots as charts
from cockpit.theme import DARK, LIGHT

NAN = float("nan")


def frame(*rows):
    return pd.DataFrame(rows, columns=["name", "value", "n"])


def texts(figure):
    return [note["text"] for note in figure["layout"]["annotations"]]


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_values_stand_in_the_bars_and_numbers_at_the_right(tokens):
    figure = charts.bars(frame(("松岭街道", 9.63, 207), ("青禾街道", 8.4, 1201)), tokens, 6.8, "件/万人", "DEMO")
    bar = figure["data"][0]
    assert bar["x"] == [9.63, 8.4]
    assert bar["text"] == ["9.6", "8.4"]
    assert bar["customdata"] == [["松岭街道"], ["青禾街道"]]
    assert texts(figure) == ["207", "1,201", "DEMO"]
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [6.8]
    json.dumps(figure)


def test_a_line_beyond_all_bars_stays_in_sight():
    figure = charts.bars(frame(("a", 1.0, 9)), LIGHT, 6.8, "")
    low, high = figure["layout"]["xaxis"]["range"]
    assert low == 0 < 6.8 < high


def test_a_hidden_number_has_no_bar_and_reads_1_to_4():
    figure = charts.bars(frame(("a", NAN, NAN), ("b", NAN, 35)), LIGHT, NAN, "件/万人")
    assert figure["data"][0]["x"] == [None, None]
    assert texts(figure) == ["×", "35"]
    assert figure["layout"]["shapes"] == []
    json.dumps(figure, allow_nan=False)


def test_names_from_a_file_are_text():
    figure = charts.bars(frame(("<b>x</b>", 1.0, 9), ("1", 2.0, 8)), LIGHT, NAN, "")
    assert figure["layout"]["yaxis"]["ticktext"] == ["&lt;b&gt;x&lt;/b&gt;", "1"]
    assert "<b>x" not in figure["data"][0]["hovertext"][0]


def test_no_rows_and_many_rows_have_a_height():
    empty = charts.bars(frame(), LIGHT, NAN, "")
    many = charts.bars(frame(*[(str(i), 1.0, 5) for i in range(60)]), LIGHT, NAN, "")
    assert 0 < empty["layout"]["height"] < many["layout"]["height"] == charts.height(frame(*[("", 1, 1)] * 60), "")
    json.dumps([empty, many], allow_nan=False)


def test_the_mark_takes_no_room_from_the_bars():
    rows = frame(("a", 1.0, 9), ("b", 1.0, 9))
    plain, marked = charts.bars(rows, LIGHT, NAN, ""), charts.bars(rows, LIGHT, NAN, "", "DEMO")
    room = [f["layout"]["height"] - f["layout"]["margin"]["t"] - f["layout"]["margin"]["b"] for f in (plain, marked)]
    assert room[0] == room[1]
