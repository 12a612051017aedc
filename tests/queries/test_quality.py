"""What came in and what is wrong with it, on both engines."""

from datetime import datetime

import pytest

from queries import quality
from queries.measures import MEASURES
from queries.measures.reading import dated_by, reads
from queries.quality import DOUBTS, LACKS, touched
from queries.tables import case_steps, cases, complaints


@pytest.fixture
def loaded(database):
    """Two loads of complaints and one of cases."""
    database.add("loads", """
        load_id target     file  loaded_at           rows_read rows_kept rows_rejected version
        L1      complaints a.csv 2023-11-03T09:00:00 10        7         3             1
        L2      complaints b.csv 2023-11-10T09:00:00 10        9         1             2
        L3      cases      c.csv 2023-11-05T09:00:00 5         5         0             3""")  # fmt: skip
    database.add("load_fields", """
        load_id field     rows filled valid flagged
        L1      closed_at 10   8      7     2
        L1      street    10   10     10    1
        L2      closed_at 10   9      9     0
        L3      closed_at 5    5      5     0""")  # fmt: skip
    with database.engine.begin() as connection:
        connection.execute(quality.rejects.insert(), [
            dict(zip(("load_id", "line", "reason", "raw", "record", "corrected_by"), values, strict=True))
            for values in (
                ("L1", 4, "missing: opened_at; not a time: closed_at", '{"n": 4}', "A4", None),
                ("L1", 5, "not a time: closed_at", '{"n": 5}', "A5", None),
                ("L1", 6, "missing: opened_at", '{"n": 6}', None, "L2"),
                ("L2", 2, "unknown value: status", '{"n": 2}', "B2", None),
            )
        ])  # fmt: skip
    database.add_complaints("""
        complaint_id street   opened_at  closed_at  lon   overdue
        A1           西乡街道 2023-11-01 2023-10-30 113.8 -
        A2           -        2023-11-01 2023-11-09 -     false
        B1           某某街道 2023-11-02 -          113.9 -""")  # fmt: skip
    database.add("flags", """
        target     record field     reason               load_id value
        complaints A1     closed_at closed_before_opened L1      2023-10-30
        complaints A1     lon       shared_point         L1      113.8
        complaints B1     street    unknown_street       L2      某某街道
        complaints Z9     street    unknown_street       L1      没有了
        cases      C1     closed_at in_future            L3      2099-01-01""")  # fmt: skip
    return database


def test_every_load_with_its_open_rejects_and_its_records_in_doubt(loaded):
    frame = loaded.frame(quality.listed())
    assert frame["load_id"].tolist() == ["L2", "L3", "L1"]
    assert frame["rejects_open"].tolist() == [1, 0, 2]
    assert frame["flagged"].tolist() == [1, 1, 2]
    assert frame["rows_rejected"].tolist() == [1, 0, 3]
    assert "mapping_text" not in frame


def test_the_fields_of_a_load_and_of_all_loads_of_a_table(loaded):
    assert loaded.rows(quality.fields("L1")) == [("closed_at", 10, 8, 7, 2), ("street", 10, 10, 10, 1)]
    first, second = datetime(2023, 11, 3, 9), datetime(2023, 11, 10, 9)
    assert loaded.rows(quality.over_time("complaints", "closed_at")) == [
        ("L1", first, "closed_at", 10, 8, 7, 2), ("L2", second, "closed_at", 10, 9, 9, 0),
    ]  # fmt: skip
    assert [row[2] for row in loaded.rows(quality.over_time("complaints"))] == ["closed_at", "street", "closed_at"]


def test_rejects_by_reason_each_row_under_all_of_its_reasons(loaded):
    assert loaded.rows(quality.rejects_by_reason("complaints")) == [
        ("not a time: closed_at", 2), ("missing: opened_at", 1), ("unknown value: status", 1),
    ]  # fmt: skip
    assert loaded.rows(quality.rejects_by_reason("complaints", "L2")) == [("unknown value: status", 1)]
    assert loaded.rows(quality.rejects_by_reason("cases")) == []
    assert loaded.rows(quality.rejected("complaints")) == [(3,)]


def test_the_rows_behind_a_reason_the_newest_load_first(loaded):
    def lines(*arguments, **more):
        return [(row[0], row[3]) for row in loaded.rows(quality.rejects_behind(*arguments, **more))]

    assert lines("complaints") == [("L2", 2), ("L1", 4), ("L1", 5)]
    assert lines("complaints", "not a time: closed_at") == [("L1", 4), ("L1", 5)]
    assert lines("complaints", "missing: opened_at") == [("L1", 4)]
    assert lines("complaints", "missing") == []
    assert lines("complaints", load_id="L1", limit=1, offset=1) == [("L1", 5)]
    (row,) = loaded.rows(quality.rejects_behind("complaints", "unknown value: status"))
    assert row == ("L2", datetime(2023, 11, 10, 9), "b.csv", 2, "unknown value: status", "B2", '{"n": 2}')


def test_a_reason_with_signs_of_a_pattern_is_only_text(loaded):
    assert loaded.rows(quality.rejects_behind("complaints", "%")) == []
    assert loaded.rows(quality.rejects_behind("complaints", "not_a time: closed_at")) == []


def test_doubts_by_reason_and_field(loaded):
    assert loaded.rows(quality.doubts_by_reason("complaints")) == [
        ("unknown_street", "street", 2), ("closed_before_opened", "closed_at", 1), ("shared_point", "lon", 1),
    ]  # fmt: skip
    assert loaded.rows(quality.doubts_by_reason("complaints", "L2")) == [("unknown_street", "street", 1)]
    assert loaded.rows(quality.doubtful("complaints")) == [(3,)]


def test_the_records_behind_a_doubt_are_those_that_are_there(loaded):
    frame = loaded.frame(quality.records_behind("complaints", "unknown_street"))
    assert frame["complaint_id"].tolist() == ["B1"]
    assert frame.loc[0, ["doubt", "in_doubt", "as_it_stands"]].tolist() == ["unknown_street", "street", "某某街道"]
    both = loaded.frame(quality.records_behind("complaints"))
    assert both["complaint_id"].tolist() == ["A1", "A1", "B1"]
    page = loaded.frame(quality.records_behind("complaints", limit=1, offset=2))
    assert page["complaint_id"].tolist() == ["B1"]


def test_records_of_several_keys_are_found(database):
    database.add("case_steps", """
        case_id programme position step entered_at
        C1      诉前调解  2        委派 2023-11-01""")  # fmt: skip
    database.add("flags", """
        target     record        field      reason      load_id
        case_steps C1/诉前调解/2 entered_at before_1990 L1""")  # fmt: skip
    assert database.frame(quality.records_behind("case_steps"))["case_id"].tolist() == ["C1"]


def test_what_the_records_themselves_lack(loaded):
    (row,) = loaded.frame(quality.lacking(complaints)).to_dict("records")
    assert row == {"records": 3, "closed_without_time": 0, "not_judged": 1, "no_street": 1, "no_place": 1}
    assert loaded.frame(quality.lacking_behind(complaints, "no_street"))["complaint_id"].tolist() == ["A2"]
    assert loaded.frame(quality.lacking_behind(complaints, "not_judged"))["complaint_id"].tolist() == ["A1"]


def test_every_lack_can_be_asked_for(loaded):
    for table in (cases, complaints):
        assert set(loaded.frame(quality.lacking(table)).columns) == {"records", *LACKS}


def keys(defect, table, field=None, out=True):
    return [touch.measure.key for touch in touched(defect, table, field) if touch.out is out]


def test_what_was_closed_before_it_was_opened_has_no_duration():
    assert keys("closed_before_opened", complaints, "closed_at") == ["median_days", "p90_days"]
    counted = keys("closed_before_opened", complaints, "closed_at", out=False)
    assert {"closed", "pending"} <= set(counted)
    assert "received" not in counted


def test_a_date_of_another_time_keeps_a_record_out_of_what_it_dates():
    assert {"received", "pending", "median_days"} <= set(keys("in_future", cases, "opened_at"))
    assert {"closed", "clearance_rate", "p90_days"} <= set(keys("before_1990", cases, "closed_at"))
    assert keys("in_future", cases, "filed_at") == ["filed", "litigation_per_10k"]


def test_amounts_below_zero_are_summed_but_are_no_claim():
    assert keys("negative_amount", cases, "amount_paid") == []
    assert keys("negative_amount", cases, "amount_paid", out=False) == ["amount_paid"]
    assert keys("negative_amount", cases, "amount_claimed") == ["performance_rate"]


def test_a_duplicate_counts_in_everything_and_a_place_in_no_measure():
    assert len(touched("possible_duplicate", complaints, "complaint_id")) == sum(
        "complaints" in measure.tables for measure in MEASURES.values()
    )
    assert keys("possible_duplicate", complaints, "complaint_id") == []
    assert touched("shared_point", complaints, "lon") == ()
    assert keys("not_judged", cases) == ["on_time_rate"]


@pytest.mark.parametrize("table", [cases, complaints])
def test_a_measure_reads_what_its_terms_name(table):
    assert reads(MEASURES["received"], table) == {"opened_at"}
    assert dated_by(MEASURES["closed"], table) == {"closed_at"}
    assert reads(MEASURES["closed"], table) == {"closed_at", "opened_at", "status"}
    assert {"overdue", "due_at", "closed_at"} <= reads(MEASURES["on_time_rate"], table)


def test_every_doubt_names_columns_that_exist_or_the_one_it_is_found_in():
    known = {*cases.c.keys(), *complaints.c.keys()}
    assert all(set(defect.columns) <= known for defect in {**DOUBTS, **LACKS}.values())
    assert all(key == defect.key for key, defect in {**DOUBTS, **LACKS}.items())


@pytest.mark.parametrize(("reason", "kind"), [
    ("missing: opened_at", ("missing", "opened_at")), ("more cells than columns", ("more cells than columns", "")),
    ("not a time (day or month first?): closed_at", ("not a time (day or month first?)", "closed_at")),
])  # fmt: skip
def test_a_reason_is_a_kind_and_columns(reason, kind):
    assert quality.kind_of(reason) == kind
    assert kind[0] in quality.REJECTIONS


def test_what_names_a_record_is_its_key(database):
    database.add("case_steps", """
        case_id programme position step entered_at
        C1      诉前调解  2        委派 2023-11-01""")  # fmt: skip
    from sqlalchemy import select

    assert database.rows(select(quality.identifier(case_steps))) == [("C1/诉前调解/2",)]
