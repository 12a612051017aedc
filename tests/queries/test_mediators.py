"""Who mediates, on both engines."""

from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queries.filters import Filters
from queries.mediators import bodies, newest, people

DATA_DATE = datetime(2023, 12, 1)


def choice(start=date(2023, 6, 1), end=date(2023, 8, 31), **more):
    return Filters(start, end, DATA_DATE, district="示范区", **more)


@pytest.fixture
def staffed(database):
    database.add("organisations", """
        organisation_id name   tier             street
        o1              甲中心 street_centre    西乡街道
        o2              乙站   community_station 福永街道
        o3              丙平台 platform         -""")  # fmt: skip
    database.add("mediators", """
        mediator_id name   organisation_id role         status
        m1          王一   o1              mediator     active
        m2          李二   o1              mediator     suspended
        m3          赵三   o2              legal_adviser active""")  # fmt: skip
    database.add_cases("""
        case_id mediator_id organisation_id street   opened_at  closed_at  outcome   reopened_at
        c1      m1          o1              西乡街道 2023-06-01 2023-06-11 mediated  2023-07-01
        c2      m1          o1              西乡街道 2023-06-01 2023-06-21 failed    -
        c3      m1          o1              福永街道 2023-06-01 2023-07-01 withdrawn -
        c4      m1          o1              西乡街道 2023-05-01 2023-05-31 mediated  -
        c5      m2          o9              西乡街道 2023-08-30 2023-08-31 mediated  -
        c6      -           o2              福永街道 2023-08-01 2023-09-03 mediated  -
        c7      -           -               西乡街道 2023-06-01 2023-06-02 mediated  -
        c8      m9          o2              福永街道 2023-06-01 2023-06-05 mediated  -""")  # fmt: skip
    return database


def test_each_person_has_what_they_concluded_in_the_period(staffed):
    frame = staffed.frame(people(choice())).set_index("mediator_id")
    assert frame.loc["m1", ["name", "status", "organisation"]].tolist() == ["王一", "active", "甲中心"]
    assert frame.loc["m1", ["mediated", "concluded"]].tolist() == [1, 2]
    assert frame.loc["m1", "days"] == 20  # 10, 20 and 30 days: the withdrawn one was closed too
    assert frame.loc["m2", "status"] == "suspended"
    assert set(frame.index.dropna()) == {"m1", "m2", "m9"}


def test_cases_without_a_mediator_are_one_row_and_strangers_have_no_name(staffed):
    frame = staffed.frame(people(choice()))
    assert frame["mediator_id"].isna().sum() == 1
    assert frame.loc[frame["mediator_id"].isna(), "concluded"].tolist() == [1]
    assert frame.set_index("mediator_id")["name"].isna().loc["m9"]


def test_only_cases_closed_90_days_ago_tell_whether_they_flared_up_again(staffed):
    frame = staffed.frame(people(choice())).set_index("mediator_id")
    assert frame.loc["m1", ["reopened", "reopened_n", "reopened_d"]].tolist() == [1, 1, 1]
    assert frame.loc["m2", "reopened_d"] == 1
    later = staffed.frame(people(choice(date(2023, 9, 1), date(2023, 9, 30))))
    assert later["reopened_d"].tolist() == [0]
    assert later["reopened"].isna().all()


def test_only_the_chosen_street_is_counted(staffed):
    frame = staffed.frame(people(choice(streets=("西乡街道",)))).set_index("mediator_id")
    assert "m9" not in frame.index
    assert frame.loc["m1", "concluded"] == 2


def test_a_viewer_sees_no_other_street(staffed):
    assert set(staffed.frame(people(choice(scope=("福永街道",))))["mediator_id"].dropna()) == {"m1", "m9"}
    assert set(staffed.frame(bodies(choice(scope=("福永街道",))))["organisation_id"]) == {"o1", "o2"}
    assert staffed.frame(bodies(choice(scope=()))).empty


def test_organisations_without_cases_are_listed_and_those_on_no_roll_too(staffed):
    frame = staffed.frame(bodies(choice())).set_index("organisation_id")
    assert frame.loc["o1", ["name", "tier", "street", "mediators"]].tolist() == [
        "甲中心",
        "street_centre",
        "西乡街道",
        2,
    ]
    assert frame.loc["o1", ["mediated", "concluded", "days"]].tolist() == [1, 2, 20]
    assert frame.loc["o2", ["mediators", "concluded"]].tolist() == [0, 1]  # an adviser is no mediator
    assert frame.loc["o3", "concluded"] == 0
    assert frame.loc["o9", "concluded"] == 1
    assert frame["name"].isna().loc["o9"]
    assert frame.index.isna().sum() == 1


def test_organisations_stand_by_caseload(staffed):
    caseload = staffed.frame(bodies(choice()))["concluded"]
    assert caseload.is_monotonic_decreasing


def test_the_newest_closing_tells_where_there_is_something(staffed):
    assert staffed.rows(newest(choice())) == [(5, datetime(2023, 8, 31))]
    assert staffed.rows(newest(choice(categories=("无此类",)))) == [(5, None)]
    assert staffed.rows(newest(Filters(date(2023, 6, 1), date(2023, 6, 30), DATA_DATE, district="别处"))) == [(0, None)]


def test_no_rows_no_people(database):
    assert database.rows(people(choice())) == []
    assert database.rows(bodies(choice())) == []


outcomes = st.sampled_from(["mediated", "failed", "withdrawn", "transferred", "unknown"])
who = st.sampled_from(["m1", "m2", "-"])
moments = st.dates(date(2023, 5, 25), date(2023, 9, 5))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(who, who, outcomes, moments), max_size=12))
def test_people_and_organisations_add_up_to_the_same_cases(database, drawn):
    database.empty()
    lines = [f"{a} {b} {outcome} {day}" for a, b, outcome, day in drawn]
    if lines:
        database.add_cases("\n".join(["mediator_id organisation_id outcome closed_at", *lines]))
    inside = [(o, d) for _a, _b, o, d in drawn if date(2023, 6, 1) <= d <= date(2023, 8, 31)]
    concluded = sum(outcome in ("mediated", "failed") for outcome, _day in inside)
    for question in (people, bodies):
        frame = database.frame(question(choice()))
        assert frame["concluded"].sum() == concluded
        assert frame["mediated"].sum() == sum(outcome == "mediated" for outcome, _day in inside)
