"""What the quality page says of rows that were not taken, and of records in doubt."""

import json

import pandas as pd
import pytest

from cockpit import i18n, quality
from queries.quality import DOUBTS, LACKS
from queries.tables import complaints


@pytest.fixture(autouse=True)
def _english():
    i18n.use("en")
    yield
    i18n.use("zh")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("missing: opened_at", "Received on is missing"),
        ("not a time: closed_at", "Closed on is no time"),
        (
            "not a time (day or month first?): opened_at",
            "Received on: the mapping must say whether day or month comes first",
        ),
        ("repeated: complaint_id", "Number was there before in this file"),
        ("repeated: case_id, step", "Number · Step was there before in this file"),
        ("more cells than columns", "The row has more cells than the header"),
        ("<b>of a later version</b>: x", "<b>of a later version</b>: x"),
    ],
)
def test_a_reason_is_said_in_words(code, said):
    assert quality.reason(code) == said


def test_several_reasons_are_one_sentence():
    assert (
        quality.reasons("missing: opened_at; not a time: closed_at") == "Received on is missing; Closed on is no time"
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", [*DOUBTS, *LACKS])
def test_every_doubt_has_a_name_and_a_why(code, language):
    i18n.use(language)
    assert quality.doubt(code) not in ("", code)
    assert quality.defect(code).why


def test_a_doubt_that_nobody_knows_stands_as_it_is():
    assert quality.doubt("of a later version") == "of a later version"


def test_a_defect_says_which_measures_its_records_stay_out_of():
    assert quality.touches("closed_before_opened", "complaints", "closed_at").startswith("stay out of Median days")
    assert quality.touches("no_street", "complaints") == "Figures by street"
    assert quality.touches("possible_duplicate", "complaints", "complaint_id").startswith("count in ")
    assert quality.touches("no_street", "mediators") == "Figures by street"


def test_many_measures_are_counted_after_the_fourth():
    touched = quality.touches("possible_duplicate", "complaints", "complaint_id")
    assert " more" in touched
    assert touched.count(",") == quality.MOST - 1


DOUBTFUL = pd.DataFrame(
    {
        "reason": ["unknown_street", "closed_before_opened"],
        "field": ["street", "closed_at"],
        "records": [12.0, 54.0],
    }
)
LACKING = pd.DataFrame(
    {"records": [200], "closed_without_time": [0], "not_judged": [62], "no_street": [20], "no_place": [0]}
)


def test_defects_are_listed_most_frequent_first_with_their_share():
    frame = quality.defects(DOUBTFUL, LACKING, "complaints")
    assert list(frame["code"]) == ["not_judged", "closed_before_opened", "no_street", "unknown_street"]
    assert list(frame["share"]) == [0.31, 0.27, 0.1, 0.06]
    assert frame["what"][1] == "Closed before opened · Closed on"


def test_hidden_counts_come_last_and_are_not_taken_for_none():
    hidden = LACKING.astype(float).assign(no_place=float("nan"))
    frame = quality.defects(DOUBTFUL.assign(records=[float("nan"), 54.0]), hidden, "complaints")
    assert set(frame["code"][-2:]) == {"unknown_street", "no_place"}


def test_nothing_in_doubt_is_an_empty_table():
    frame = quality.defects(DOUBTFUL[:0], pd.DataFrame(), "mediators")
    assert frame.empty
    assert list(frame.columns) == ["code", "field", "records", "what", "share", "touches"]


def test_fields_stand_in_the_order_of_their_table_with_the_newest_shares():
    history = pd.DataFrame(
        [
            ("1", "status", 10, 10, 10, 0),
            ("1", "complaint_id", 10, 5, 5, 0),
            ("2", "complaint_id", 20, 20, 15, 2),
            ("2", "status", 20, 0, 0, 0),
        ],
        columns=["load_id", "field", "rows", "filled", "valid", "flagged"],
    )
    frame = quality.fields(history, complaints)
    assert list(frame["field"]) == ["Number", "Status"]
    assert list(frame["filled"]) == [100, 0]
    assert frame["valid"][0] == 75
    assert pd.isna(frame["valid"][1])
    assert list(frame["trend"]) == [[50, 100], [100, 0]]
    assert list(frame["flagged"]) == [2, 0]


def test_an_import_without_rows_has_no_shares():
    history = pd.DataFrame(
        [("1", "status", 0, 0, 0, 0)], columns=["load_id", "field", "rows", "filled", "valid", "flagged"]
    )
    assert pd.isna(quality.fields(history, complaints)["filled"][0])


def test_rejects_go_out_as_they_came_with_what_tells_the_import_which_they_are():
    rows = pd.DataFrame(
        {
            "load_id": ["L1", "L2"],
            "line": [3, 9],
            "reason": ["missing: opened_at", "not a time: closed_at"],
            "raw": [json.dumps({"编号": "007", "时间": None}), json.dumps({"编号": "8", "时间": "昨天", "新列": "x"})],
        }
    )
    file = quality.returnable(rows)
    assert list(file.columns) == ["编号", "时间", "新列", "Why it was not taken", "cockpit_load", "cockpit_line"]
    assert file.iloc[0].to_list() == ["007", "", "", "Received on is missing", "L1", 3]
    assert file.iloc[1].to_list() == ["8", "昨天", "x", "Closed on is no time", "L2", 9]


def test_a_row_as_it_came_is_for_reading():
    i18n.use("zh")
    assert quality.as_came('{"编号": "A1", "办结时间": "", "街道": "西乡"}') == "编号：A1，街道：西乡"
    i18n.use("en")
    assert quality.as_came('{"id": "A1", "closed": null, "n": 0}') == "id: A1; n: 0"
