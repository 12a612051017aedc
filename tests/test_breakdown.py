"""The frames of 化解率 on a small database: order, maturity, and the mark behind each figure."""

from datetime import date, datetime

import pytest

from cockpit import breakdown, database
from cockpit.casework import SUBJECTS, decoded, described
from queries.casework import Mark
from queries.filters import Filters
from queries.tables import metadata
from tests.rows import Rows

DISPUTES = SUBJECTS["cases"]
NOVEMBER = Filters(date(2023, 11, 1), date(2023, 11, 30), datetime(2023, 12, 1), "示范区")
CASES = """
    case_id street   category track    opened_at  closed_at  outcome
    c1      西乡街道 劳动     people   2023-11-01 2023-11-05 mediated
    c2      西乡街道 劳动     people   2023-11-01 2023-11-11 failed
    c3      福永街道 劳动     judicial 2023-11-02 2023-11-04 mediated
    c4      -        邻里     -        2023-11-03 2023-11-09 mediated
    c5      福永街道 邻里     people   2023-09-03 2023-09-09 mediated
    c6      福永街道 邻里     people   2023-09-03 2023-09-10 withdrawn
    c7      新安街道 邻里     people   2023-08-30 -          -
    c8      新安街道 邻里     people   2023-11-30 -          -"""


@pytest.fixture
def opened(tmp_path, as_page):
    """``opened(cases, load_id)``: a database of these cases, as a page finds it."""

    def run(cases: str, load_id: str) -> None:
        url = f"duckdb:///{tmp_path / 'small.duckdb'}"
        engine = database.create(url)
        with engine.begin() as connection:
            rows = [Rows().row("loads", load_id=load_id, as_of=datetime(2023, 12, 1))]
            connection.execute(metadata.tables["loads"].insert(), rows)
            connection.execute(metadata.tables["cases"].insert(), Rows().read("cases", cases))
        engine.dispose()
        as_page(url)

    return run


@pytest.fixture
def chosen(opened):
    opened(CASES, "demonstration")
    return NOVEMBER


def test_groups_stand_best_first_and_the_unnamed_last(chosen):
    frame = breakdown.by_column(DISPUTES, "resolution_rate", chosen, "street")
    assert frame["name"].tolist() == ["福永街道", "西乡街道", "新安街道", "未标明街道"]
    assert frame["value"].tolist() == [1, 0.5, 0, 1]
    assert frame["n"].tolist() == [1, 2, 1, 1]
    assert decoded(frame["data"].iloc[-1]) == Mark("resolution_rate", (("street", None),))
    assert (frame["lower"] < frame["value"]).sum() == 3


def test_tracks_come_from_the_rows_themselves(chosen):
    frame = breakdown.by_column(DISPUTES, "resolution_rate", chosen, "track")
    assert dict(zip(frame["name"], frame["n"], strict=True)) == {"司法调解": 1, "人民调解": 3, "未标明类型": 1}


def test_months_that_are_too_young_are_no_part_of_the_overall_rate(chosen):
    frame, overall = breakdown.over_time(DISPUTES, "resolution_rate", chosen)
    assert [f"{start:%Y-%m}" for start in frame["bucket"]] == ["2023-08", "2023-09", "2023-11"]
    assert frame["mature"].tolist() == [True, True, False]
    assert overall == 1 / 3
    assert decoded(frame["data"].iloc[0]).period == (date(2023, 8, 1), date(2023, 8, 31))


def test_a_rate_by_closing_is_never_too_young(chosen):
    frame, _ = breakdown.over_time(DISPUTES, "mediation_success_rate", chosen)
    assert frame["mature"].all()


def test_a_month_is_too_short_for_cells(chosen):
    frame, cut = breakdown.matrix(DISPUTES, "resolution_rate", chosen, (14, 12))
    assert not cut
    cells = {(row.row, row.column): (row.value, row.n) for row in frame.itertuples()}
    assert cells["福永街道", "邻里"] == (0.5, 2)  # of September
    assert frame["row"].tolist()[-1] == "未标明街道"
    mark = decoded(frame["data"].iloc[0])
    assert mark.period == (date(2022, 12, 1), date(2023, 11, 30))
    assert described(mark, chosen).startswith("化解率 · ")
    frame, cut = breakdown.matrix(DISPUTES, "resolution_rate", chosen, (2, 1))
    assert cut
    assert len(set(frame["row"])) <= 2


def test_a_long_period_is_its_own_for_cells(chosen):
    years = Filters(date(2021, 1, 1), date(2023, 11, 30), chosen.data_date, chosen.district)
    assert breakdown.matrix_period(years) == years


def test_cohorts_say_what_became_of_those_received(chosen):
    frame = breakdown.cohorts(DISPUTES, chosen)
    assert frame["name"].tolist() == ["2023年11月", "2023年9月", "2023年8月"]
    september = frame.iloc[1]
    assert (september.done, september.other, september.pending, september.n) == (0.5, 0.5, 0, 2)
    assert frame["mature"].tolist() == [False, True, True]
    assert breakdown.newest_mature(frame) == "2023年9月为 50.0%"


@pytest.mark.parametrize(("load_id", "shown"), [("demonstration", [10 / 23, 3 / 23, 10 / 23]), ("real", [None] * 3)])
def test_what_is_left_of_a_cohort_gives_no_few_away(opened, load_id, shown):
    """3 closed otherwise stand in no figure of their own, but between resolved and closed."""
    kinds = ["2023-11-05 mediated"] * 10 + ["2023-11-06 withdrawn"] * 3 + ["- -"] * 10
    lines = [f"c{i} 2023-11-01 {kind}" for i, kind in enumerate(kinds)]
    opened("\n".join(["case_id opened_at closed_at outcome", *lines]), load_id)
    (month,) = breakdown.cohorts(DISPUTES, NOVEMBER).itertuples()
    assert month.n == 23
    parts = (month.done, month.other, month.pending)
    assert [None if part != part else part for part in parts] == shown


def test_days_and_ages(chosen):
    frame, now, before = breakdown.durations(DISPUTES, chosen)
    assert frame["name"].tolist() == ["邻里", "劳动"]
    assert (now["q50"], now["n"]) == (5, 4)
    assert before["n"] != before["n"]  # nothing was closed in October
    ages, median = breakdown.ages(DISPUTES, chosen)
    assert ages["n"].tolist() == [1, 0, 0, 0, 0, 1]
    assert median == 47


def test_inside_a_street_the_place_is_the_community(chosen):
    street = Filters(chosen.start, chosen.end, chosen.data_date, chosen.district, streets=("西乡街道",))
    assert street.level == "community"
    frame = breakdown.by_column(DISPUTES, "resolution_rate", street, "community")
    assert frame["name"].tolist() == ["未标明社区"]
    assert len(breakdown.matrix(DISPUTES, "resolution_rate", street, (14, 12))[0]) == 1


def test_only_what_can_be_computed_is_offered(chosen):
    assert breakdown.present(chosen) == ["cases"]
    assert breakdown.computable(DISPUTES, chosen) == ["resolution_rate", "mediation_success_rate"]  # nothing has a term
