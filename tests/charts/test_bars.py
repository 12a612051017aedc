"""Bars of counts with their changes: pure figures, whatever the names and numbers."""

import json
from math import nan

import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.io import to_json

from cockpit import i18n
from cockpit.charts import bars
from cockpit.theme import DARK, LIGHT

HOSTILE = ("<b>粗</b>", "<a href='x'>点</a>", "=1+1", "2023", "&amp;", "%{x}")


@pytest.fixture(autouse=True)
def chinese():
    i18n.use("zh")


def kinds(*rows) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["name", "value", "previous", "signal"])


def bar(figure: dict) -> dict:
    go.Figure(figure)
    to_json(figure, validate=False)
    json.dumps(figure)
    return figure["data"][0]


def at_right(figure: dict) -> list[str]:
    return [note["text"] for note in figure["layout"]["annotations"]]


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_one_bar_a_row_with_its_count_and_its_change(tokens):
    figure = bars.counts(kinds(("邻里纠纷", 1234, 1000, 1), ("劳动争议", 50, 100, 0), ("其他", 7, 0, 0)), tokens, 300)
    drawn = bar(figure)
    assert drawn["x"] == [1234, 50, 7]
    assert drawn["text"] == ["1,234", "50", "7"]
    assert at_right(figure) == ["+23.4%", "−50.0%", "—"]
    assert drawn["marker"]["color"] == [tokens.accent, tokens.context, tokens.context]
    assert figure["layout"]["yaxis"]["ticktext"] == ["邻里纠纷", "劳动争议", "其他"]
    assert figure["layout"]["yaxis"]["range"] == [2.5, -0.5]  # the first row on top
    assert figure["layout"]["xaxis"]["range"][1] > 1234


def test_hidden_counts_and_zeros_have_no_bar():
    figure = bars.counts(kinds(("邻里纠纷", nan, 10.0, 0), ("劳动争议", 0.0, nan, 0)), LIGHT, 300)
    assert bar(figure)["x"] == [None, None]
    assert bar(figure)["text"] == ["×", "0"]
    assert at_right(figure) == ["—", "—"]


def test_names_are_only_names():
    figure = bars.counts(kinds(*((name, 10, 10, 0) for name in HOSTILE)), LIGHT, 300, mark="演示")
    drawn, axis = bar(figure), figure["layout"]["yaxis"]
    assert drawn["y"] == axis["tickvals"] == list(range(len(HOSTILE)))  # a number among the names is no position
    for shown in (*axis["ticktext"], *drawn["customdata"]):
        assert "<" not in shown
    assert "%{x}" not in drawn["hovertemplate"]
    assert axis["ticktext"][4] == "&amp;amp;"
    assert at_right(figure)[-1] == "演示"


@pytest.mark.parametrize("rows", [(), (("邻里纠纷", 1, 1, 0),), (("邻里纠纷", 0, 0, 0),)])
def test_no_row_and_one_row_are_drawn(rows):
    assert len(bar(bars.counts(kinds(*rows), LIGHT, 300))["x"]) == len(rows)


def test_huge_counts_have_a_scale():
    assert bar(bars.counts(kinds(("全市", 144_600, 1, 0)), LIGHT, 300))["text"] == ["14.5 万"]
