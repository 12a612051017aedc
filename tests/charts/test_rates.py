"""Pictures of rates: interval and n beside every value; no hidden, small or hostile value breaks them."""

import json
from math import nan

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.io import to_json

from cockpit import i18n
from cockpit.analysis.intervals import wilson
from cockpit.charts import rates
from cockpit.charts.cohorts import cohorts
from cockpit.charts.matrix import folded, matrix
from cockpit.charts.ready import Ready
from cockpit.theme import DARK, LIGHT

HOSTILE = "<a href='http://x'>点</a><b>**[x](y)**"


@pytest.fixture(autouse=True)
def chinese():
    i18n.use("zh")


def groups(*rows) -> pd.DataFrame:
    """name, hits, n → as the page hands them over."""
    names = [row[0] for row in rows]
    hits, n = (np.array([row[i] for row in rows], float) for i in (1, 2))
    lower, upper = wilson(hits, n)
    columns = {"data": [f"mark of {name}" for name in names], "value": hits / n, "n": n, "lower": lower, "upper": upper}
    return pd.DataFrame({"name": pd.Series(names, dtype=object), **columns})


def months(values, n=500, young=0) -> pd.DataFrame:
    rows = groups(*((f"{i}", value * n, n) for i, value in enumerate(values)))
    starts = pd.date_range("2022-01-01", periods=len(values), freq="MS")
    return rows.assign(bucket=starts, mature=[i < len(values) - young for i in range(len(values))])


def cells(*rows) -> pd.DataFrame:
    """row, column, hits, n."""
    named = groups(*((row[0], row[2], row[3]) for row in rows))
    return named.assign(row=[row[0] for row in rows], column=[row[1] for row in rows])


def drawn(figure: dict) -> dict:
    """As the browser gets it: valid for Plotly, and JSON without NaN."""
    go.Figure(figure)
    return json.loads(to_json(Ready(figure).to_dict(), validate=False))


def texts(figure: dict) -> list[str]:
    return [note["text"] for note in figure["layout"]["annotations"]]


def dots(figure: dict) -> dict:
    return next(trace for trace in figure["data"] if trace.get("mode") == "markers")


def test_value_and_n_stand_beside_each_interval():
    figure = rates.intervals(groups(("西乡街道", 90, 100), ("福永街道", 400, 500)), LIGHT, 300, 0.8)
    assert {"90.0%", "n=100", "80.0%", "n=500"} == set(texts(figure))
    lines = figure["data"][0]
    assert lines["x"][:2] == pytest.approx([0.8256, 0.9448], abs=1e-4)
    assert lines["x"][2] is None
    assert figure["layout"]["shapes"][0]["x0"] == 0.8
    assert dots(figure)["customdata"] == ["mark of 西乡街道", "mark of 福永街道"]


def test_dots_are_full_hollow_or_grey_by_their_number():
    marker = dots(rates.intervals(groups(("a", 150, 200), ("b", 150, 199), ("c", 20, 29)), LIGHT, 300, 0.7))["marker"]
    assert marker["color"] == [LIGHT.accent, LIGHT.background, LIGHT.background]
    assert marker["line"]["color"] == [LIGHT.accent, LIGHT.accent, LIGHT.ink3]


def test_a_hidden_value_is_said_and_not_drawn():
    figure = rates.intervals(groups(("a", nan, nan), ("b", 90, 100)), LIGHT, 300, nan)
    assert "×" in texts(figure)
    assert dots(drawn(figure))["x"] == [None, 0.9]
    assert "×" in dots(figure)["hovertext"][0]


def test_a_rate_can_be_hidden_and_its_number_known():
    frame = groups(("a", 90, 100), ("b", 50, 100))
    frame.loc[1, ["value", "lower", "upper"]] = nan
    figure = rates.intervals(frame, LIGHT, 300, 0.9)
    assert {"90.0%", "×", "n=100"} == set(texts(figure))
    drawn(figure)
    cell = matrix(frame.assign(row=["甲", "乙"], column="丙"), LIGHT, 300)
    assert cell["data"][0]["text"] == [[""], ["×"]]


def test_small_groups_do_not_stretch_the_axis():
    low, high = rates.span_of(groups(("a", 90, 100), ("b", 1, 2)))
    assert low > 0.8
    assert high < 1
    assert rates.span_of(groups(("a", 1, 2)))[0] == pytest.approx(0.06, abs=0.02)
    assert rates.span_of(groups(("a", nan, nan))) == (0, 1)


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_hostile_names_are_text(tokens):
    frame = groups((HOSTILE, 50, 100))
    for figure in (
        rates.intervals(frame, tokens, 300, 0.5, mark="演示数据·虚构"),
        matrix(frame.assign(row=HOSTILE, column=HOSTILE), tokens, 300, "演示数据·虚构"),
    ):
        assert "演示数据·虚构" in texts(figure)
        shown = json.dumps({"data": figure["data"], "axes": figure["layout"]["yaxis"], "x": figure["layout"]["xaxis"]})
        assert "<a " not in shown.replace(json.dumps(f"mark of {HOSTILE}"), "")
        drawn(figure)


def test_a_month_alone_is_a_point():
    figure = drawn(rates.over_time(months([0.9]), LIGHT, 300, 0.9))
    assert len(dots(figure)["x"]) == 1


def test_a_young_cohort_is_no_point_of_the_line_and_does_not_spoil_the_scale():
    figure = rates.over_time(months([0.9, 0.91, 0.92, 0.9, 0.4], young=1), LIGHT, 300, 0.905)
    line = next(trace for trace in figure["data"] if trace.get("line", {}).get("width") == 2.5)
    assert line["y"] == pytest.approx([0.9, 0.91, 0.92, 0.9])
    assert figure["layout"]["yaxis"]["range"][0] > 0.8
    marks = dots(figure)
    assert marks["marker"]["symbol"][-1] == "triangle-down"
    assert marks["marker"]["color"][-1] == LIGHT.background
    assert "<b>40.0%</b>" in texts(figure)
    assert "尚未成熟" in marks["hovertext"][-1]
    assert "总体 90.5%" in texts(figure)


def test_of_several_young_cohorts_the_first_and_the_last_are_labelled():
    figure = rates.over_time(months([0.9, 0.91, 0.92, 0.5, 0.4, 0.3], young=3), LIGHT, 300, nan)
    assert texts(figure) == ["50.0%", "<b>30.0%</b>"]


def test_months_that_may_not_be_shown_leave_a_gap():
    frame = months([0.9, 0.8, 0.9, 0.85])
    frame.loc[1, ["value", "n", "lower", "upper"]] = nan
    figure = drawn(rates.over_time(frame, LIGHT, 300, nan))
    assert dots(figure)["y"][1] is None
    frame[["value", "n", "lower", "upper"]] = nan
    drawn(rates.over_time(frame, LIGHT, 300, nan))


def test_cells_tell_small_hidden_and_empty_apart():
    figure = matrix(
        cells(("劳动", "西乡街道", 90, 100), ("劳动", "福永街道", 10, 20), ("邻里", "西乡街道", nan, nan)), LIGHT, 300
    )
    faint, full, targets = figure["data"]
    assert full["text"] == [["90.0", ""], ["", ""]]
    assert faint["text"] == [["", "50.0"], ["×", ""]]
    assert full["z"][1][1] is None
    assert faint["z"][1][1] is None
    assert targets["customdata"] == ["mark of 劳动", "mark of 劳动", "mark of 邻里"]
    assert (targets["x"], targets["y"]) == ([0, 1, 0], [0, 0, 1])
    drawn(figure)


def test_long_names_are_cut_and_streets_take_two_lines():
    assert rates.short("South Boston / South Boston Waterfront", 12) == "South Bosto…"
    assert rates.short("石桥湾街道", 6) == "石桥…"
    assert rates.short("西乡", 4) == "西乡"
    assert folded("石桥湾街道") == "石桥湾<br>街道"
    assert folded("<b>街道") == "&lt;b&gt;<br>街道"


def test_cohorts_add_up_and_young_ones_are_hatched():
    frame = pd.DataFrame({
        "name": ["2023年11月", "2023年9月"], "data": ["a", "b"], "done": [0.5, 0.9], "other": [0.1, 0.1],
        "pending": [0.4, 0.0], "n": [100.0, 20.0], "mature": [False, True],
    })  # fmt: skip
    figure = cohorts(frame, LIGHT, 300, "化解")
    done, other, pending = figure["data"]
    assert done["x"][0] + other["x"][0] + pending["x"][0] == 1
    assert pending["x"][1] is None  # nothing is drawn where there is nothing
    assert done["marker"]["pattern"]["shape"] == ["/", ""]
    assert {"50.0%", "n=100", "90.0%", "n=20"} == set(texts(figure))
    drawn(figure)


def test_cohorts_that_may_not_be_shown():
    frame = pd.DataFrame({
        "name": ["2023年11月"], "data": ["a"], "done": [nan], "other": [nan], "pending": [nan], "n": [nan],
        "mature": [True],
    })  # fmt: skip
    figure = cohorts(frame, LIGHT, 300, "化解")
    assert "×" in texts(figure)
    drawn(figure)


def test_a_ready_figure_is_what_plotly_would_have_made_of_it():
    figure = rates.over_time(months([0.9, 0.8, 0.7]), LIGHT, 300, 0.8)
    ours, theirs = Ready(figure).to_dict(), go.Figure(figure).to_dict()
    assert json.loads(to_json(ours, validate=False)) == json.loads(to_json(theirs, validate=False))
