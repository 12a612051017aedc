"""The chart of a month's end: what was expected stands beside each share, and nowhere where it may not be shown."""

import json

import pandas as pd
import pytest

from cockpit.charts import month_end
from cockpit.theme import LIGHT

FRAME = pd.DataFrame(
    {
        "name": ["▲甲局", "乙局", "丙局"],
        "data": ["甲局", "乙局", "丙局"],
        "value": [0.44, 0.0, float("nan")],
        "n": [700, 40, 60],
        "lower": [0.40, 0.0, float("nan")],
        "upper": [0.48, 0.09, float("nan")],
        "expected": [0.06, 0.07, float("nan")],
    }
)


def drawn(frame: pd.DataFrame) -> dict:
    return month_end.shares(frame, LIGHT, 300)


def test_a_tick_stands_where_each_share_was_expected():
    tick = drawn(FRAME)["data"][-1]
    assert tick["x"] == [0.06, 0.07, None]
    assert tick["y"] == [0, 1, 2]
    assert tick["marker"]["symbol"] == "line-ns"


def test_the_axis_holds_what_was_expected_and_leaves_room_beside_nought():
    low, high = drawn(FRAME)["layout"]["xaxis"]["range"]
    assert low < 0 < 0.48 < high
    _low, high = drawn(FRAME.assign(expected=0.8))["layout"]["xaxis"]["range"]
    assert high >= 0.8
    low, _high = drawn(FRAME.head(1))["layout"]["xaxis"]["range"]
    assert 0 < low < 0.06


@pytest.mark.parametrize("frame", [FRAME, FRAME.tail(1), FRAME.head(0)], ids=["some", "hidden", "none"])
def test_it_is_json_whatever_is_missing(frame):
    assert json.loads(json.dumps(drawn(frame)))["data"]
    assert drawn(frame)["layout"].get("shapes", []) == []
