"""What became of the records, and what is planted there: times keep their order, the law its sides, blame its place."""

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import select

from queries import tables
from queries.tables import FACTS, NATURES
from sample_data import petitions, planted, visits
from sample_data.calendar import END
from sample_data.places import DEMONSTRATION

DAY = pd.Timedelta(days=1)
NAMES = (
    "cases", "complaints", "complaint_steps", "letters", "whistles", "follow_ups", "term_changes", "payment_orders"
)  # fmt: skip
CODES = {
    "complaint_steps": {"step": tables.PETITION_STEPS, "result": tables.PETITION_RESULTS},
    "letters": {"letter": tables.LETTERS},
    "follow_ups": {"target": tuple(FACTS), "result": tables.FOLLOW_UP_RESULTS},
    "term_changes": {"target": tuple(FACTS), "change": tables.TERM_CHANGES},
    "complaints": {"procedure": tables.PROCEDURES},
}
HAPPENED = {
    "complaint_steps": ("entered_at", "left_at"),
    "letters": ("issued_at", "answered_at"),
    "whistles": ("opened_at", "arrived_at", "closed_at"),
    "follow_ups": ("done_at",),
    "term_changes": ("started_at", "ended_at"),
    "payment_orders": ("applied_at", "accepted_at", "issued_at", "served_at", "objected_at"),
}


@pytest.fixture(scope="module")
def frames(fetch) -> dict[str, pd.DataFrame]:
    return {name: fetch(select(tables.metadata.tables[name])) for name in NAMES}


@pytest.fixture(scope="module")
def records(frames) -> pd.DataFrame:
    """Cases and complaints by (table, identifier): district, street, closed_at."""
    parts = [frames[name].assign(target=name).rename(columns={f"{name[:-1]}_id": "record"}) for name in FACTS]
    return pd.concat([part[["target", "record", "district", "street", "closed_at"]] for part in parts])


@pytest.mark.parametrize("table", HAPPENED)
def test_nothing_happens_after_the_data_end_and_times_come_in_order(frames, table):
    frame = frames[table]
    for name in HAPPENED[table]:
        assert not (frame[name] >= pd.Timestamp(END)).any()
    for before, after in zip(HAPPENED[table], HAPPENED[table][1:], strict=False):
        assert not (frame[after] < frame[before]).any()


@pytest.mark.parametrize("table", CODES)
def test_words_are_those_of_the_contract(frames, table):
    for name, words in CODES[table].items():
        assert set(frames[table][name].dropna()) == set(words)


def test_every_row_names_a_record_that_there_is(frames, records):
    known = {name: set(records.loc[records["target"] == name, "record"]) for name in FACTS}
    assert set(frames["complaint_steps"]["complaint_id"]) <= known["complaints"]
    assert set(frames["letters"]["complaint_id"].dropna()) <= known["complaints"]
    assert set(frames["payment_orders"]["case_id"]) <= known["cases"]
    for table in ("follow_ups", "term_changes"):
        for name, part in frames[table].groupby("target"):
            assert set(part["record"]) <= known[name]


def test_only_appeals_that_came_as_petitions_have_a_procedure(frames):
    sent = frames["complaints"][frames["complaints"]["procedure"].notna()]
    assert set(sent["channel"]) == set(petitions.CHANNELS)
    assert set(sent["nature"]) == {NATURES["appeal"]}


def test_steps_are_numbered_in_the_order_of_their_times(frames):
    frame = frames["complaint_steps"].sort_values(["complaint_id", "position"])
    assert (frame["position"] == frame.groupby("complaint_id").cumcount() + 1).all()
    assert not (frame.groupby("complaint_id")["entered_at"].diff() < pd.Timedelta(0)).any()


def test_a_visit_follows_a_closing(frames, records):
    whole = frames["follow_ups"].merge(records, on=["target", "record"])
    assert (whole["due_at"] - whole["closed_at"].dt.normalize() == pd.Timedelta(visits.TERM)).all()
    assert not (whole["done_at"] <= whole["closed_at"]).any()
    assert (whole["done_at"].isna() == whole["result"].isna()).all()


# --- what is planted --------------------------------------------------------------------------------------------------


def test_one_department_arrives_late(frames):
    hours = (frames["whistles"]["arrived_at"] - frames["whistles"]["opened_at"]) / pd.Timedelta(hours=1)
    median = hours.groupby(frames["whistles"]["organisation"]).median()
    assert median.idxmax() == planted.SLOW_DEPARTMENT
    assert median.max() > 2.5 * median.drop(planted.SLOW_DEPARTMENT).max()


def test_one_addressee_answers_late(frames):
    frame = frames["letters"][frames["letters"]["district"] == DEMONSTRATION.name]
    late = (
        (frame["answered_at"].fillna(pd.Timestamp(END)) >= frame["due_at"] + DAY).groupby(frame["organisation"]).mean()
    )
    assert late.idxmax() == planted.LATE_ADDRESSEE
    assert late.max() > 2 * late.drop(planted.LATE_ADDRESSEE).max()


def test_in_one_street_few_closings_led_to_a_visit(frames, records):
    shut = records[(records["target"] == "cases") & (records["district"] == DEMONSTRATION.name)]
    shut = shut[(shut["closed_at"] >= "2022-07-01") & (shut["closed_at"] < "2023-10-01")]
    visited = shut["record"].isin(frames["follow_ups"]["record"]).groupby(shut["street"]).mean()
    assert visited.idxmin() == planted.UNVISITED_STREET
    assert visited.min() < 0.5 * visited.drop(planted.UNVISITED_STREET).min()


def test_one_body_closes_at_month_ends(frames):
    frame = frames["complaints"][frames["complaints"]["closed_at"].dt.year == 2023]
    frame = frame[frame["closed_at"].dt.month < 10]
    last = frame["closed_at"].dt.day > frame["closed_at"].dt.days_in_month - 2
    counted = last.groupby(frame["organisation"]).agg(["mean", "size"])
    share = counted.loc[counted["size"] >= 60, "mean"]
    assert share.idxmax() == planted.MONTH_END_BODY
    assert share.max() > 2 * share.drop(planted.MONTH_END_BODY).max()


def barred(orders: pd.DataFrame) -> dict[str, int]:
    """Requests that the law bars, by reason."""
    asked = orders[orders["applied_at"].notna()]
    unserved = asked["issued_at"].notna() & ~(asked["served_at"] <= asked["issued_at"] + pd.Timedelta(days=30))
    return {
        "preserved": int(asked["preservation_at"].notna().sum()),
        "unreachable": int(asked["debtor_reachable"].eq(False).sum()),
        "unserved": int((unserved & (asked["issued_at"] < pd.Timestamp(END) - pd.Timedelta(days=30))).sum()),
    }


def test_a_few_requests_of_the_demonstration_are_barred_and_none_of_the_real_court(frames):
    orders = frames["payment_orders"]
    here = orders["case_id"].str.startswith(DEMONSTRATION.prefix)
    assert barred(orders[here]) == planted.BARRED
    assert barred(orders[~here]) == dict.fromkeys(planted.BARRED, 0)


def test_nothing_is_planted_as_a_problem_in_a_real_district(frames):
    letters, calls = frames["letters"], frames["whistles"]
    real = letters[letters["district"] != DEMONSTRATION.name]
    late = real["answered_at"].fillna(pd.Timestamp(END)) >= real["due_at"] + DAY
    assert late.mean() < 0.12
    hours = (calls["arrived_at"] - calls["opened_at"]) / pd.Timedelta(hours=1)
    elsewhere = calls["district"] != DEMONSTRATION.name
    median = hours[elsewhere].groupby(calls["organisation"]).median()
    assert np.ptp(median) < 4
