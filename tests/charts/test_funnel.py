"""The picture of a funnel: every case has a length, every hatch a meaning, whatever the names are."""

import itertools

import numpy as np
import plotly.graph_objects as go
import pytest

from cockpit import i18n
from cockpit.analysis.discretion import masked
from cockpit.analysis.funnel import Funnel, Range, Step, comparison, resolution, table
from cockpit.charts import funnel as charts
from cockpit.theme import DARK, LIGHT
from queries.funnel import HIDDEN, IN_PROGRESS, PASSED, UNCLEAR, UNKNOWN, WHOLE

HOSTILE = "<a href='http://x'>点</a><b>**[x](y)**"
BRANCHED = Funnel(
    (
        Step("接收", 0, {None: 2_000}, {PASSED: 2_000}),
        Step("筛查", 0, {"接收": 2_000}, {"written_off": 400, PASSED: 1_600}),
        Step("保全", 0, {"筛查": 900}, {"mediated": 450, "filed": 6, UNKNOWN: 444}),
        Step("调解", 0, {"筛查": 700}, {"mediated": 258, PASSED: 442}),
        Step("督促", 0, {"调解": 442}, {"payment_order": 403, UNKNOWN: 39}),
    ),
    resolved=1_511,
)


@pytest.fixture(autouse=True)
def chinese():
    i18n.use("zh")


def texts(figure: dict) -> str:
    return "\n".join(note["text"] for note in figure["layout"]["annotations"])


def bars(figure: dict) -> dict[int, list[tuple[int, int]]]:
    """By row: (from, to) of each part."""
    rows: dict[int, list[tuple[int, int]]] = {}
    for trace in figure["data"]:
        rows.setdefault(trace["y"][0], []).append((trace["base"][0], trace["base"][0] + trace["x"][0]))
    return rows


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
@pytest.mark.parametrize("phone", [False, True])
def test_it_is_a_figure(tokens, phone):
    figure = charts.draw(tokens, BRANCHED, phone, "演示数据·虚构")
    go.Figure(figure)
    assert "演示数据·虚构" in texts(figure)


def test_the_length_of_a_row_is_what_entered_and_its_parts_touch():
    rows = bars(charts.draw(LIGHT, BRANCHED))
    assert [rows[y][-1][1] - rows[y][0][0] for y in range(5)] == [2_000, 2_000, 900, 700, 442]
    for parts in rows.values():
        assert all(left[1] == right[0] for left, right in itertools.pairwise(parts))


def test_branches_lie_side_by_side_under_what_their_step_passed_on():
    rows = bars(charts.draw(LIGHT, BRANCHED))
    assert rows[1][0] == (0, 1_600)  # passed on by the screening
    assert (rows[2][0][0], rows[2][-1][1]) == (0, 900)
    assert (rows[3][0][0], rows[3][-1][1]) == (900, 1_600)
    assert rows[4][0][0] == 900  # under what mediation passed on
    assert "来自筛查" in texts(charts.draw(LIGHT, BRANCHED))


def test_the_residual_is_a_row_of_its_own_hatched_in_ink():
    figure = charts.draw(LIGHT, BRANCHED)
    assert bars(figure)[5] == [(0, 483)]
    last = figure["data"][-1]["marker"]
    assert last["pattern"]["shape"] == "/"
    assert last["pattern"]["fgcolor"] == last["line"]["color"] == LIGHT.ink
    assert "占全部 24.2%" in texts(figure)
    open_cases = Funnel((Step("登记", 0, {None: 10}, {UNKNOWN: 4, IN_PROGRESS: 6}),))
    shapes = [trace["marker"]["pattern"]["shape"] for trace in charts.draw(LIGHT, open_cases)["data"]]
    assert shapes == [".", "/", "/", "."]  # in the row of the step, then a row each


def test_every_exit_is_told_beside_its_row():
    said = texts(charts.draw(LIGHT, BRANCHED))
    assert "调解成功<br>诉讼立案<br>去向未公布" in said
    assert "450<br>6<br>444" in said
    assert "50.0%<br>0.7%<br>49.3%" in said


def test_many_exits_become_one_line_of_others():
    places = {"mediated": 50, "filed": 7, "failed": 6, "withdrawn": 5, "transferred": 4, IN_PROGRESS: 40}
    said = texts(charts.draw(LIGHT, Funnel((Step("调解", 0, {None: 112}, places),))))
    assert "调解成功<br>诉讼立案<br>在办<br>其余 3 项" in said
    assert "50<br>7<br>40<br>15" in said


def test_a_name_is_no_variable_of_plotly():
    figure = charts.draw(LIGHT, Funnel((Step("%{x}", 0, {None: 20}, {"%{base}": 20}),)))
    assert {trace["hovertemplate"] for trace in figure["data"]} == {"%{hovertext}<extra></extra>"}
    assert figure["data"][0]["hovertext"] == "%{x} · %{base} 20（100.0%）"


@pytest.mark.parametrize("phone", [False, True])
def test_hostile_names_stay_text(phone):
    steps = (
        Step(HOSTILE, 0, {None: 20}, {HOSTILE: 12, PASSED: 8}),
        Step("123", 0, {HOSTILE: 8}, {UNKNOWN: 8}),
    )
    figure = charts.draw(LIGHT, Funnel(steps), phone)
    go.Figure(figure)
    written = [texts(figure), *figure["layout"]["yaxis"]["ticktext"], *(t["hovertext"] for t in figure["data"])]
    assert "<a" not in "".join(written)
    assert all(isinstance(y, int) for trace in figure["data"] for y in trace["y"])


@pytest.mark.parametrize("phone", [False, True])
def test_nothing_and_one_case(phone):
    go.Figure(charts.draw(LIGHT, Funnel(), phone))
    one = charts.draw(LIGHT, Funnel((Step("登记", 0, {None: 1}, {"mediated": 1}),)), phone)
    assert bars(one) == {0: [(0, 1)]}


def test_a_loop_and_several_first_steps_stay_inside_the_picture():
    steps = (
        Step("甲", 2, {None: 10, "乙": 3}, {PASSED: 12, UNKNOWN: 3}),
        Step("乙", 0, {"甲": 12, None: 4}, {PASSED: 3, "mediated": 13}),
    )
    figure = charts.draw(LIGHT, Funnel(steps))
    edge = figure["layout"]["xaxis"]["range"][1]
    assert all(0 <= part[0] <= part[1] <= edge for parts in bars(figure).values() for part in parts)
    assert "期初 2" in texts(figure)


# --- the numbers behind it --------------------------------------------------------------------------------------------


def test_the_range_runs_from_none_to_all_of_the_residual():
    assert resolution(BRANCHED, "cohort") == Range(1_511, 483, 2_000)
    assert resolution(BRANCHED, "cohort").lower == 0.7555
    assert resolution(BRANCHED, "cohort").upper == 0.997


def test_the_year_before_is_compared_by_separate_intervals():
    last = Funnel((Step("接收", 0, {None: 1_000}, {"mediated": 500, UNKNOWN: 500}),))
    frame = comparison(BRANCHED, last).set_index("place")
    assert bool(frame.loc["mediated", "apart"])
    assert frame.loc["mediated", "change"] == pytest.approx(708 / 2_000 - 0.5)
    assert frame.loc["mediated", "lower"] < 0.354 < frame.loc["mediated", "upper"]
    few = Funnel((Step("接收", 0, {None: 29}, {"mediated": 29}),))
    assert set(comparison(BRANCHED, few)["apart"]) == {None}
    assert comparison(BRANCHED, Funnel())["share_before"].isna().all()


def test_the_table_adds_up():
    frame = table(BRANCHED).set_index("step")
    parts = [PASSED, *BRANCHED.exits]
    assert (frame["carried"] + frame["entered"] == frame[parts].sum(axis=1)).all()
    assert table(Funnel()).empty


def paid(**amounts: float) -> dict[str, dict[str, float]]:
    return {p: {"amount_paid": n, "amount_waived": 0.0, "amount_written_off": 0.0} for p, n in amounts.items()}


def test_small_exits_are_one_place_for_whoever_may_not_see_rows():
    funnel = Funnel(
        (
            Step("登记", 0, {None: 100}, {"withdrawn": 3, "failed": 9, PASSED: 88}, 1.0, 2.0, 4),
            Step("调解", 0, {"登记": 88}, {"mediated": 60, "failed": 8, UNKNOWN: 20}, 1.0, 2.0, 88),
        ),
        resolved=60,
        filed_later=2,
        amounts=paid(withdrawn=1, failed=2, mediated=90, unknown=0),
    )
    seen = masked(funnel, 5)
    assert seen.steps[0].places == {PASSED: 88, HIDDEN: 12}
    assert seen.exits == {"mediated": 60, HIDDEN: 20, UNKNOWN: 20}
    assert seen.amounts[HIDDEN]["amount_paid"] == 3
    assert resolution(seen, "cohort") == Range(60, 20, 100)
    assert str(seen.filed_later) == str(seen.steps[0].timed) == str(seen.count("failed")) == "nan"
    go.Figure(charts.draw(LIGHT, seen))
    assert "合并项（件数过少）" in texts(charts.draw(LIGHT, seen))


def test_the_range_stays_where_only_steps_are_too_small():
    funnel = Funnel(
        (
            Step("登记", 0, {None: 100}, {"withdrawn": 2, IN_PROGRESS: 30, PASSED: 68}),
            Step("调解", 0, {"登记": 68}, {"mediated": 50, "withdrawn": 6, IN_PROGRESS: 12}),
        ),
        resolved=50,
        amounts=paid(withdrawn=0, mediated=9, in_progress=0),
    )
    seen = masked(funnel, 5)
    assert [step.left for step in seen.steps] == [{HIDDEN: 32}, {"mediated": 50, HIDDEN: 18}]
    assert seen.exits == {"mediated": 50, "withdrawn": 8, IN_PROGRESS: 42}
    assert resolution(seen, "cohort") == Range(50, 42, 100)
    frame = table(seen)
    assert (frame["entered"] == frame[[PASSED, "mediated", HIDDEN]].sum(axis=1)).all()
    go.Figure(charts.draw(LIGHT, seen, phone=True))


def test_kinds_of_residual_are_one_before_they_are_lost():
    funnel = Funnel((Step("登记", 0, {None: 40}, {"failed": 30, UNKNOWN: 2, IN_PROGRESS: 8}),), amounts=paid())
    assert masked(funnel, 5).exits == {"failed": 30, UNCLEAR: 10}
    assert masked(funnel, 5).residual == 10
    tiny = Funnel((Step("登记", 0, {None: 33}, {"failed": 30, UNKNOWN: 2, IN_PROGRESS: 1}),), amounts=paid())
    assert masked(tiny, 5).exits == {HIDDEN: 33}
    assert str(masked(tiny, 5).residual) == "nan"


def test_steps_that_few_entered_are_shown_as_one():
    funnel = Funnel(
        (
            Step("登记", 0, {None: 40}, {"failed": 37, PASSED: 3}),
            Step("调解", 0, {"登记": 3}, {"mediated": 3}),
        ),
        resolved=3,
        amounts=paid(failed=1, mediated=1),
    )
    seen = masked(funnel, 5)
    assert [step.name for step in seen.steps] == [WHOLE]
    assert seen.exits == {HIDDEN: 40}
    assert str(resolution(seen, "cohort").lower) == "nan"
    assert masked(Funnel((Step("登记", 0, {None: 4}, {"failed": 4}),)), 5).total == 0
    assert "全流程" in charts.draw(LIGHT, seen)["layout"]["yaxis"]["ticktext"]


def carried_over(carried: int, entered: int) -> Funnel:
    """In the period view: what was found at the first step beside what came, and a second step too small to show."""
    return Funnel(
        (
            Step("登记", carried, {None: entered}, {"failed": carried + entered - 3, PASSED: 3}),
            Step("调解", 0, {"登记": 3}, {"mediated": 3}),
        ),
        amounts=paid(failed=1, mediated=1),
    )


def test_what_the_period_found_did_not_enter_in_it_for_anybody():
    seen = masked(carried_over(30, 40), 5)
    assert [step.name for step in seen.steps] == [WHOLE]
    assert (seen.received, seen.total) == (40, 70)
    assert (seen.steps[0].carried, seen.steps[0].entered) == (30, 40)
    assert "期初 30 · 进入 40" in texts(charts.draw(LIGHT, seen))


@pytest.mark.parametrize(("carried", "entered"), [(4, 40), (40, 1)])
def test_a_few_that_the_period_found_or_that_came_are_told_by_no_difference(carried, entered):
    seen = masked(carried_over(carried, entered), 5)
    assert seen.total == carried + entered
    assert np.isnan([seen.received, *table(seen)[["carried", "entered"]].iloc[0]]).all()
    go.Figure(charts.draw(LIGHT, seen, phone=True))


def test_what_is_hidden_in_one_year_is_not_compared_with_the_other():
    this = Funnel((Step("登记", 0, {None: 60}, {"mediated": 40, "filed": 11, "failed": 9}),))
    last = Funnel((Step("登记", 0, {None: 50}, {"mediated": 40, "filed": 2, "failed": 8}),), amounts=paid())
    frame = comparison(masked(this, 5), masked(last, 5)).set_index("place")
    assert frame.loc["filed", "cases"] == 11
    assert str(frame.loc["filed", "cases_before"]) == str(frame.loc["filed", "change"]) == "nan"
    assert HIDDEN not in frame.index
