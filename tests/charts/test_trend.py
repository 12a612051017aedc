"""Lines over months and weeks: pure figures, whatever the numbers."""

import json
from math import isnan, nan

import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.io import to_json

from cockpit import i18n
from cockpit.charts import trend
from cockpit.theme import DARK, LIGHT


@pytest.fixture(autouse=True)
def chinese():
    i18n.use("zh")
    yield
    i18n.use("zh")


def flow(received, closed, start="2022-12-01", freq="MS", **more) -> pd.DataFrame:
    buckets = pd.date_range(start, periods=len(received), freq=freq)
    return pd.DataFrame({"bucket": buckets, "received": received, "closed": closed, **more})


def drawn(figure: dict) -> dict:
    """The figure as the browser gets it; Plotly itself has found nothing wrong with it."""
    go.Figure(figure)
    return json.loads(to_json(figure, validate=False))


def names(figure: dict) -> list[tuple[str, float, int]]:
    """The labels at the line ends: text, height, shift."""
    notes = [note for note in figure["layout"]["annotations"] if note["text"].startswith("<b>")]
    return [(note["text"][3:-4], note["y"], note["yshift"]) for note in notes]


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_each_line_is_named_at_its_end_with_its_value(tokens):
    figure = trend.received_closed(flow([100] * 11 + [14_460], [90] * 11 + [80]), tokens, 300, mark="演示")
    assert names(figure) == [("受理 1.4 万", 14_460, 0), ("办结 80", 80, 0)]
    assert [note["text"] for note in figure["layout"]["annotations"]][-1] == "演示"
    drawn(figure)


@pytest.mark.parametrize(("received", "closed", "above"), [(100, 98, "受理"), (98, 100, "办结"), (100, 100, "受理")])
def test_names_that_would_meet_stand_apart(received, closed, above):
    labels = names(trend.received_closed(flow([90, received], [90, closed]), LIGHT, 300))
    assert sorted(shift for _, _, shift in labels) == [-9, 9]
    assert next(text for text, _, shift in labels if shift == 9).startswith(above)


def test_the_band_lies_between_closed_and_the_higher_of_both():
    figure = trend.received_closed(flow([10, 30], [20, 20]), LIGHT, 300)
    lower, upper = figure["data"][:2]
    assert list(lower["y"]) == [20, 20]
    assert list(upper["y"]) == [20, 30]
    assert upper["fill"] == "tonexty"


def test_the_spring_festival_is_written_under_its_dip():
    seasons = [None, None, "spring_festival", "national_day"]
    figure = trend.received_closed(flow([9, 9, 4, 9], [9, 9, 3, 9], season=seasons), LIGHT, 300)
    (note,) = [note for note in figure["layout"]["annotations"] if note["text"] == "春节"]
    assert (note["x"], note["y"]) == (pd.Timestamp("2023-02-01"), 3)


def test_hidden_counts_leave_a_gap_and_are_said():
    figure = trend.received_closed(flow([100, nan, nan], [50, 40, nan], season=["spring_festival"] * 3), LIGHT, 300)
    assert names(figure) == [("受理 ×", 0, 9), ("办结 ×", 0, -9)]
    assert not [note for note in figure["layout"]["annotations"] if isinstance(note["y"], float) and isnan(note["y"])]
    received = next(trace for trace in drawn(figure)["data"] if trace.get("name") == "受理")
    assert received["y"] == [100, None, None]


def test_one_month_is_a_point_in_the_middle():
    axis = trend.received_closed(flow([5], [7]), LIGHT, 300)["layout"]["xaxis"]
    assert axis["range"] == [pd.Timestamp("2022-11-16"), pd.Timestamp("2022-12-16")]
    assert axis["ticktext"] == ["12月<br>2022年"]


def test_no_month_at_all_is_an_empty_picture():
    figure = trend.received_closed(flow([], []), LIGHT, 300)
    assert names(figure) == []
    drawn(figure)


@pytest.mark.parametrize("months", [1, 2, 8, 9, 12, 13, 24, 47, 60, 120, 400])
def test_ticks_are_few_and_say_the_year_on_january(months):
    starts = list(pd.date_range("2012-05-01", periods=months, freq="MS"))
    axis = trend.time_axis(starts)
    assert 1 <= len(axis["tickvals"]) <= 6
    assert set(axis["tickvals"]) <= set(starts)
    for day, text in zip(axis["tickvals"], axis["ticktext"], strict=True):
        assert text.startswith(f"{day.month}月")
        assert text.endswith(f"{day.year}年") == (day.month == 1 or day == axis["tickvals"][0])


def test_weeks_are_numbered():
    frame = flow([5] * 12, [5] * 12, start="2020-11-30", freq="7D")
    figure = trend.received_closed(frame, LIGHT, 300, weekly=True)
    assert figure["layout"]["xaxis"]["ticktext"] == ["第49周<br>2020年", *(f"第{n}周" for n in (51, 53, 2, 4, 6))]
    hover = next(trace for trace in figure["data"] if trace.get("name") == "受理")
    assert hover["customdata"][4] == "2020年第53周（12月28日—1月3日）"


def test_english_says_it_in_english():
    i18n.use("en")
    figure = trend.received_closed(flow([1234567], [7]), LIGHT, 300)
    assert names(figure) == [("Received 1.2m", 1234567, 0), ("Closed 7", 7, 0)]
    assert figure["layout"]["xaxis"]["ticktext"] == ["Dec<br>2022"]
