"""Pictures of petitions: pure figures, whatever the names and numbers; what may not be shown is ×."""

import json
from math import nan

import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.io import to_json

from cockpit import i18n
from cockpit.charts import petitions as charts
from cockpit.theme import DARK, LIGHT, PRINT

HOSTILE = "<b>粗</b>"


@pytest.fixture(autouse=True)
def chinese():
    i18n.use("zh")


def sound(figure: dict) -> dict:
    go.Figure(figure)
    to_json(figure, validate=False)
    json.dumps(figure, allow_nan=False)
    return figure


def notes(figure: dict) -> list[str]:
    return [note["text"] for note in figure["layout"]["annotations"]]


@pytest.mark.parametrize("tokens", [LIGHT, DARK, PRINT])
def test_a_rate_has_its_dot_its_interval_and_its_bounds(tokens):
    frame = pd.DataFrame(
        {
            "name": ["响应率", HOSTILE, "满意率"],
            "value": [0.9, 0.8, nan],
            "lower": [0.85, 0.7, nan],
            "upper": [0.93, 0.9, nan],
            "worst": [0.5, 0.4, nan],
            "best": [0.95, 0.9, nan],
            "n": [300, 20, nan],
        }
    )
    figure = sound(charts.callback(frame, tokens, 300, "演示数据·虚构"))
    band, interval, dots = figure["data"]
    assert band["x"][:2] == [0.5, 0.95]
    assert interval["x"][:2] == [0.85, 0.93]
    assert dots["x"] == [0.9, 0.8, None]
    assert "90.0%" in notes(figure)
    assert "n=300" in notes(figure)
    assert "×" in notes(figure)
    assert "&lt;b&gt;" in figure["layout"]["yaxis"]["ticktext"][1]
    assert figure["layout"]["xaxis"]["range"][0] == pytest.approx(0.36)


def test_the_bridge_stands_on_what_it_adds_to():
    figure = sound(charts.bridge(["期初", "新增", "化解", "期末"], [100, 30, 50, 80], LIGHT, 300))
    (bars,) = figure["data"]
    assert bars["base"] == [0, 100, 80, 0]
    assert bars["y"] == [100, 30, 50, 80]
    assert bars["text"] == ["<b>100</b>", "<b>+30</b>", "<b>−50</b>", "<b>80</b>"]
    assert bars["base"][2] + bars["y"][2] == bars["base"][1] + bars["y"][1]


def test_what_may_not_be_shown_is_no_column():
    (bars,) = sound(charts.bridge(["期初", "新增", "化解", "期末"], [100, nan, nan, 80], LIGHT, 300))["data"]
    assert bars["y"] == [100, None, None, 80]
    assert bars["text"][1:3] == ["×", "×"]
    (bars,) = sound(charts.bridge(["期初", "新增", "化解", "期末"], [nan, 30, 50, nan], LIGHT, 300))["data"]
    assert bars["base"] == [0, 0, 0, 0], "what came and what went stand on the ground where the stock is not known"


def test_a_stage_loses_what_the_one_before_had_more():
    frame = pd.DataFrame(
        {"name": ["受理", HOSTILE, "调解成功"], "n": [100, 90, 60], "lost": [0, 10, 30], "why": ["", HOSTILE, "未调成"]}
    )
    figure = sound(charts.chain(frame, LIGHT, 200))
    solid, hatched = figure["data"]
    assert solid["x"] == [100, 90, 60]
    assert hatched["x"] == [None, 10, 30]
    assert hatched["base"] == [100, 90, 60]
    assert hatched["marker"]["pattern"]["shape"] == "/"
    assert "−30" in notes(figure)
    assert "60　60.0%" in notes(figure)
    assert all("<b>" not in text for text in hatched["hovertext"])


def test_nothing_makes_no_chain():
    sound(charts.chain(pd.DataFrame({"name": [], "n": [], "lost": [], "why": []}), LIGHT, 200))
