"""Pictures of days to close and of ages."""

import json
from math import nan

import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.io import to_json

from cockpit import i18n
from cockpit.charts import durations
from cockpit.charts.ready import Ready
from cockpit.theme import DARK, LIGHT

HOSTILE = "<a href='http://x'>点</a>"


@pytest.fixture(autouse=True)
def chinese():
    i18n.use("zh")


def days(*rows) -> pd.DataFrame:
    """name, q25, q50, q75, q90, n."""
    columns = ("name", "q25", "q50", "q75", "q90", "n")
    return pd.DataFrame(list(rows), columns=columns).assign(data=[f"mark {i}" for i in range(len(rows))])


def buckets(*counts) -> pd.DataFrame:
    names = [f"{i} 天" for i in range(len(counts))]
    return pd.DataFrame({"name": names, "data": names, "n": [float(n) for n in counts]})


def drawn(figure: dict) -> dict:
    go.Figure(figure)
    return json.loads(to_json(Ready(figure).to_dict(), validate=False))


def texts(figure: dict) -> list[str]:
    return [note["text"] for note in figure["layout"]["annotations"]]


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_the_middle_half_the_median_and_the_slow_tenth_are_drawn(tokens):
    figure = durations.quantiles(days(("劳动", 5, 10, 20, 40.26, 120), ("邻里", 1, 2, 3, 4, 12)), tokens, 300, "演示")
    bars, tails, medians = figure["data"]
    assert bars["x"] == [5, 20, None, 1, 3, None]
    assert tails["x"] == [40.26, 4]
    assert medians["x"] == [10, 2]
    assert medians["marker"]["line"]["color"] == [tokens.accent, tokens.ink3]  # n < 30 is grey
    assert {"10.0", "40.3", "n=120", "n=12", "演示"} <= set(texts(figure))
    assert tails["customdata"] == medians["customdata"] == ["mark 0", "mark 1"]
    drawn(figure)


def test_quantiles_of_few_are_hidden_with_their_number():
    figure = durations.quantiles(days(("劳动", nan, nan, nan, nan, nan)), LIGHT, 300)
    assert "×" in texts(figure)
    assert drawn(figure)["data"][2]["x"] == [None]


def test_everything_closed_at_once_still_has_an_axis():
    figure = drawn(durations.quantiles(days(("劳动", 0, 0, 0, 0, 40)), LIGHT, 300))
    assert figure["layout"]["xaxis"]["range"][1] >= 1


def test_hostile_names_are_text():
    figure = durations.quantiles(days((HOSTILE, 1, 2, 3, 4, 50)), LIGHT, 300)
    assert "<a" not in json.dumps(figure["layout"]["yaxis"])
    assert "<a" not in figure["data"][2]["hovertext"][0]


def test_ages_show_counts_and_shares():
    figure = durations.ages(buckets(30, 50, 0, 0, 0, 20), LIGHT, 300, "演示")
    assert figure["data"][0]["x"] == [30, 50, None, None, None, 20]
    assert {"30", "30.0%", "50", "0", "演示"} <= set(texts(figure))
    assert figure["data"][0]["marker"]["color"][-1] == LIGHT.accent
    drawn(figure)


@pytest.mark.parametrize("counts", [(nan, 50, nan, 0, 0, 0), (nan,) * 6, (0,) * 6])
def test_ages_that_may_not_be_shown(counts):
    figure = durations.ages(buckets(*counts), LIGHT, 300)
    assert ("×" in texts(figure)) == any(n != n for n in counts)
    drawn(figure)


def test_on_a_phone_there_is_room_for_the_median_and_the_number():
    figure = durations.quantiles(days(("Parks & Recreation Department", 1, 2, 3, 4, 50)), LIGHT, 300, narrow=True)
    assert texts(figure) == ["2.0", "n=50"]
    assert figure["layout"]["yaxis"]["ticktext"] == ["Parks &amp; Recre…"]
    drawn(figure)
