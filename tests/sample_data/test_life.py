"""The demonstration data keep the contract, and look like what registers hold."""

import h3
import numpy as np
import pandas as pd
import pytest
import shapely
from sqlalchemy import func, select

from cockpit.geography import sketch
from queries import tables
from queries.tables import areas, case_steps, cases, complaints, loads, mediators, organisations
from sample_data.calendar import END
from sample_data.places import DEMONSTRATION, DISTRICTS, LINMAO

FACTS = ("cases", "complaints")
MOMENTS = {
    "cases": ("opened_at", "accepted_at", "closed_at", "filed_at", "performed_at", "enforcement_at", "reopened_at"),
    "complaints": ("opened_at", "accepted_at", "closed_at"),
    "case_steps": ("entered_at", "left_at"),
}


@pytest.fixture(scope="module")
def frames(fetch) -> dict[str, pd.DataFrame]:
    return {name: fetch(select(table)) for name, table in tables.metadata.tables.items() if name != "rejects"}


def believed(frame: pd.DataFrame) -> pd.DataFrame:
    """Without the planted times of acceptance that nobody can believe."""
    return frame[~frame["accepted_at"].dt.year.isin([1970, 2033])] if "accepted_at" in frame else frame


@pytest.mark.parametrize("table", MOMENTS)
def test_nothing_happens_after_the_data_end(frames, table):
    newest = believed(frames[table])[list(MOMENTS[table])].max()
    assert (newest < pd.Timestamp(END)).all()
    assert newest.iloc[0] > pd.Timestamp(END) - pd.Timedelta(days=2)


@pytest.mark.parametrize("table", FACTS)
def test_times_come_in_order(frames, table):
    frame = believed(frames[table])
    assert not (frame["accepted_at"] < frame["opened_at"]).any()
    assert not (frame["closed_at"] < frame["accepted_at"]).any()
    for later in ("performed_at", "enforcement_at", "reopened_at"):
        if later in frame:
            assert not (frame[later] < frame["closed_at"]).any()


@pytest.mark.parametrize("table", FACTS)
def test_status_and_closing_time_agree(frames, table):
    frame = frames[table]
    assert set(frame["status"]) <= set(tables.STATUSES)
    assert frame.loc[frame["closed_at"].notna(), "status"].eq("closed").all()
    untimed = frame[frame["closed_at"].isna() & frame["status"].eq("closed")]
    assert (untimed["outcome"] == "unknown").all() if table == "cases" else untimed.empty


def test_words_are_those_of_the_contract(frames):
    case, person, body = frames["cases"], frames["mediators"], frames["organisations"]
    assert set(case["outcome"].dropna()) == set(tables.OUTCOMES)
    assert set(case["track"]) == set(tables.TRACKS)
    assert case["outcome"].isna().eq(case["status"].eq("open")).all()
    assert set(person["kind"]) == set(tables.MEDIATOR_KINDS)
    assert set(person["role"]) == set(tables.MEDIATOR_ROLES)
    assert set(person["status"]) == set(tables.MEDIATOR_STATUSES)
    assert set(body["tier"]) == set(tables.TIERS)
    assert set(frames["areas"]["level"]) == set(tables.LEVELS)


def test_the_invented_district_comes_first_and_every_area_has_residents_and_a_centre(frames):
    frame = frames["areas"].sort_values("area_id")
    assert frame["name"].iloc[0] == DEMONSTRATION.name
    frame = frame[~frame["area_id"].isin([code for code, *_others in LINMAO])]  # it stands for one published fact
    assert frame[["population", "lon", "lat"]].notna().all().all()
    within = frame[frame["level"] != "district"].groupby("parent_id")["population"].sum()
    assert (frame.set_index("area_id").loc[within.index, "population"] == within).all()


@pytest.mark.parametrize("table", FACTS)
def test_places_are_areas(frames, table):
    place = frames["areas"].set_index("area_id")
    parent = place["parent_id"].map(place["name"])
    known = {level: set(zip(parent, place["name"], strict=True)) for level in ("street", "community")}
    for pair in (("district", "street"), ("street", "community")):
        used = frames[table][list(pair)].dropna().drop_duplicates()
        assert set(used.itertuples(index=False, name=None)) <= known["street"]


@pytest.mark.parametrize("table", FACTS)
@pytest.mark.parametrize("district", DISTRICTS, ids=lambda district: district.prefix)
def test_points_lie_in_their_street_and_their_cell(frames, table, district):
    shapes = sketch(frames["areas"][frames["areas"]["parent_id"] == district.code])
    frame = frames[table][frames[table]["district"] == district.name]
    points = frame[["street", "lon", "lat", "cell"]].dropna().drop_duplicates()
    for street, group in points.groupby("street"):
        assert shapely.contains_xy(shapes[street], group["lon"], group["lat"]).all()
    some = points.iloc[:: max(len(points) // 2_000, 1)]
    assert [h3.latlng_to_cell(row.lat, row.lon, 8) for row in some.itertuples()] == list(some["cell"])


@pytest.mark.parametrize("table", FACTS)
def test_some_places_are_missing(frames, table):
    frame = frames[table]
    assert frame["lon"].isna().mean() == pytest.approx(0.04, abs=0.005)
    assert 0.005 < frame["street"].isna().mean() < 0.015
    assert (frame["lon"].isna() == frame["cell"].isna()).all()
    assert (frame["street"].isna() & frame["lon"].notna()).any()


@pytest.mark.parametrize("table", FACTS)
def test_weekends_and_holidays_are_quiet(frames, table):
    day = frames[table].loc[frames[table]["district"] == DEMONSTRATION.name, "opened_at"].dt.normalize()
    by_day = day.value_counts()
    weekend = by_day.index.day_of_week > 4
    assert by_day[weekend].mean() < 0.6 * by_day[~weekend].mean()
    for first, last in (("2021-02-11", "2021-02-17"), ("2023-01-21", "2023-01-27"), ("2023-09-29", "2023-10-06")):
        assert by_day[(by_day.index >= first) & (by_day.index <= last)].mean() < 0.4 * by_day.mean()


def test_streets_and_categories_differ(frames):
    case = frames["cases"][frames["cases"]["district"] == DEMONSTRATION.name]
    streets, kinds = case["street"].value_counts(), case["category"].value_counts()
    assert streets.max() > 3 * streets.min()
    assert kinds.max() > 10 * kinds.min()
    days = (case["closed_at"] - case["opened_at"]).groupby(case["category"]).median()
    assert days["征地拆迁"] > 5 * days["邻里纠纷"]
    share = pd.crosstab(case["street"], case["category"], normalize="index")["劳动争议"]
    assert share.max() > 1.3 * share.min()


@pytest.mark.parametrize("table", FACTS)
def test_some_are_open_and_some_late(frames, table):
    frame = frames[table][frames[table]["district"] == DEMONSTRATION.name]
    assert 0.01 < frame["status"].eq("open").mean() < 0.04
    assert 0.03 < (frame["closed_at"] >= frame["due_at"] + pd.Timedelta(days=1)).mean() < 0.12
    assert 0.9 < frame["overdue"].isna().mean() < 1


def test_complaints_repeat_earlier_ones_of_the_same_place_and_matter(frames):
    frame = frames["complaints"].set_index("complaint_id")
    again = frame[frame["repeat_of"].notna()]
    before = frame.loc[again["repeat_of"]]
    assert (before["opened_at"].to_numpy() < again["opened_at"].to_numpy()).all()
    for column in ("district", "category", "organisation"):
        assert (before[column].to_numpy() == again[column].to_numpy()).all()
    here = frame["district"] == DEMONSTRATION.name
    assert frame.loc[here, "repeat_of"].notna().mean() == pytest.approx(0.09, abs=0.01)
    assert before["repeat_of"].notna().any(), "some come more than twice"


def test_complaints_name_later_disputes_of_their_district(frames):
    linked = frames["complaints"].dropna(subset="case_id")
    assert linked["case_id"].is_unique
    case = frames["cases"].set_index("case_id").loc[linked["case_id"]]
    assert (case["opened_at"].to_numpy() >= linked["opened_at"].to_numpy()).all()
    assert (case["district"].to_numpy() == linked["district"].to_numpy()).all()


def test_callbacks_are_answered_in_order(frames):
    frame = frames["complaints"]
    asked = frame["contacted"].notna()
    assert frame.loc[asked, "status"].eq("closed").all()
    assert frame.loc[frame["solved"].notna() | frame["satisfied"].notna(), "contacted"].eq(True).all()
    here = frame["district"] == DEMONSTRATION.name
    for column in ("contacted", "solved", "satisfied"):
        assert 0.3 < frame.loc[here, column].isna().mean() < 0.7


def test_groups_and_backlogs_occur(frames):
    frame = frames["complaints"][frames["complaints"]["district"] == DEMONSTRATION.name]
    assert 0.005 < (frame["people_count"] >= 5).mean() < 0.05
    assert frame["people_count"].min() == 1
    assert 0.005 < frame["backlog"].mean() < 0.02
    assert frame.loc[frame["sponsor"].notna(), "backlog"].all()


def test_people_and_bodies_exist(fetch):
    for column, known in (
        (cases.c.mediator_id, mediators.c.mediator_id),
        (cases.c.organisation_id, organisations.c.organisation_id),
        (mediators.c.organisation_id, organisations.c.organisation_id),
        (case_steps.c.case_id, cases.c.case_id),
        (complaints.c.repeat_of, complaints.c.complaint_id.label("earlier")),
    ):
        lost = select(func.count().label("n")).where(column.is_not(None), column.not_in(select(known)))
        assert fetch(lost)["n"].item() == 0


def test_steps_follow_each_other_and_have_one_end(frames):
    steps = frames["case_steps"].sort_values(["case_id", "position"])
    by_case = steps.groupby("case_id")
    assert (steps["position"] == by_case.cumcount() + 1).all()
    previous = by_case["left_at"].shift()
    assert (steps["entered_at"] == previous)[steps["position"] > 1].all()
    last = by_case.tail(1).set_index("case_id")["result"]
    assert not (last == "passed").any()
    assert (steps.drop(by_case.tail(1).index)["result"] == "passed").all()
    outcome = frames["cases"].set_index("case_id")["outcome"][last.index]
    known = outcome.notna() & (outcome != "unknown")
    assert (last[known] == outcome[known]).all()
    assert last[~known].isna().all()


def test_the_programme_of_the_invented_district_has_open_cases_and_unknown_ends(frames):
    chosen = frames["cases"][frames["cases"]["programme"] == "诉前联调"]
    assert 0.15 < len(chosen) / (frames["cases"]["district"] == DEMONSTRATION.name).sum() < 0.25
    assert chosen["outcome"].isna().sum() > 100
    assert {"mediated", "failed", "filed", "withdrawn", "transferred", "unknown"} == set(chosen["outcome"].dropna())
    assert set(chosen["opened_at"].dt.year) == {2020, 2021, 2022, 2023}


def test_facts_lie_in_the_order_of_time(fetch):
    for table in (cases, complaints):
        times = fetch(select(table.c.opened_at))["opened_at"].to_numpy()
        assert (np.diff(times) >= np.timedelta64(0)).all()


def test_one_load_marks_the_data_as_invented(fetch):
    marks = fetch(select(loads.c.load_id, loads.c.target, loads.c.as_of))
    assert list(marks.loc[marks["target"] == "all", "load_id"]) == ["demonstration"]
    assert marks["load_id"].str.startswith("demonstration").all()
    assert set(marks.groupby("target")["as_of"].max()[["cases", "complaints"]]) == {pd.Timestamp(END)}


def test_no_invented_street_bears_a_real_name(fetch):
    real = fetch(select(areas.c.name).where(areas.c.level == "street", areas.c.parent_id != DEMONSTRATION.code))
    assert not set(real["name"]) & set(DEMONSTRATION.names)
