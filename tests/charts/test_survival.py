"""The curve of what held."""

import json
from math import nan

import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.io import to_json

from cockpit import i18n
from cockpit.charts import survival
from cockpit.charts.ready import Ready
from cockpit.theme import DARK, LIGHT


@pytest.fixture(autouse=True)
def chinese():
    i18n.use("zh")


def path(days) -> pd.DataFrame:
    value = pd.Series([1 - day / 6_000 for day in days])
    return pd.DataFrame(
        {"day": list(days), "value": value, "lower": value - 0.01, "upper": (value + 0.01).clip(upper=1)}
    )


def drawn(figure: dict) -> dict:
    go.Figure(figure)
    return json.loads(to_json(Ready(figure).to_dict(), validate=False))


AT_RISK = {30: 900.0, 90: 700.0, 180: 300.0}


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_the_curve_steps_and_says_who_is_still_followed(tokens):
    figure = drawn(survival.curve(path(range(0, 181, 3)), AT_RISK, tokens, 300, "演示"))
    *band, line = figure["data"]
    assert line["line"]["shape"] == "hv"
    assert [edge["line"]["shape"] for edge in band] == ["hv", "hv"]
    assert figure["layout"]["xaxis"]["ticktext"] == ["30 天<br>900", "90 天<br>700", "180 天<br>300"]
    texts = [note["text"] for note in figure["layout"]["annotations"]]
    assert texts == ["<b>99.5%</b>", "<b>98.5%</b>", "<b>97.0%</b>", "演示"]
    low, high = figure["layout"]["yaxis"]["range"]
    assert low < min(band[0]["y"]) < 1 < high


def test_a_few_points_are_not_joined():
    figure = drawn(survival.curve(path([0, 30, 90, 180]), AT_RISK, LIGHT, 300))
    strokes, dots = figure["data"]
    assert dots["mode"] == "markers"
    assert strokes["x"][:3] == [0, 0, None]


def test_what_may_not_be_told_is_a_cross():
    hidden = path([0, 30, 90, 180]).mask(pd.Series([False, False, True, True]), nan)
    figure = drawn(survival.curve(hidden.assign(day=[0, 30, 90, 180]), AT_RISK | {180: nan}, LIGHT, 300))
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["<b>99.5%</b>", "<b>×</b>", "<b>×</b>"]
    assert figure["layout"]["xaxis"]["ticktext"][-1] == "180 天<br>×"
    assert figure["data"][1]["x"] == [0, 30]


def test_nothing_at_all_is_drawn_of_nothing():
    nothing = path([0, 30]).assign(value=nan, lower=nan, upper=nan)
    figure = drawn(survival.curve(nothing, {30: nan}, LIGHT, 300))
    assert figure["data"][1]["x"] == []
