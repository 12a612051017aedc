"""What 化解率 asks beyond the roll-up, on both engines: quantiles, ages, and the rows behind every mark."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cockpit import cube
from queries import casework as ask
from queries.aggregate import happening, summary
from queries.casework import AGES, Mark
from queries.filters import Filters, before
from queries.series import stays
from queries.tables import cases, complaints

DATA_DATE = datetime(2023, 12, 1)
RATES = ("resolution_rate", "mediation_success_rate", "on_time_rate")


def choice(start=date(2023, 11, 1), end=date(2023, 11, 30), **more):
    return Filters(start, end, DATA_DATE, district="示范区", **more)


@pytest.fixture
def november(database):
    """Ten disputes: all kinds of ends, a missing street, times that are missing or in the wrong order."""
    database.add_cases("""
        case_id street   category track          opened_at  closed_at  due_at     status outcome
        c01     西乡街道 邻里     people         2023-11-01 2023-11-05 2023-11-10 closed mediated
        c02     西乡街道 邻里     people         2023-11-01 2023-11-11 2023-11-10 closed failed
        c03     西乡街道 劳动     judicial       2023-11-02 2023-11-22 -          closed withdrawn
        c04     西乡街道 劳动     -              2023-11-03 -          -          open   -
        c05     -        邻里     administrative 2023-11-04 2023-11-24 2023-11-30 closed mediated
        c06     -        劳动     people         2023-11-20 -          -          closed unknown
        c07     福永街道 邻里     people         2023-10-01 2023-11-10 2023-11-30 closed mediated
        c08     福永街道 邻里     people         2023-10-20 2023-10-24 2023-10-30 closed written_off
        c09     福永街道 劳动     people         2023-11-10 2023-11-09 -          closed mediated
        c10     福永街道 劳动     people         2023-09-01 2023-12-05 -          closed mediated""")  # fmt: skip
    return database


def ids(database, mark, filters=None, order="newest", limit=50, offset=0, table=cases):
    return [row[0] for row in database.rows(ask.rows(table, filters or choice(), mark, order, limit, offset))]


def counted(database, mark, filters=None, table=cases):
    return database.rows(ask.row_count(table, filters or choice(), mark))[0][0]


# --- one rate ---------------------------------------------------------------------------------------------------------


def test_a_rate_by_track_leaves_out_tracks_without_records_in_the_period(november):
    frame = november.frame(happening(("mediation_success_rate",), cases, choice(), ("track",)))
    found = {row.track: (row.mediation_success_rate_n, row.mediation_success_rate_d) for row in frame.itertuples()}
    assert found == {"people": (3, 4), "administrative": (1, 1), "judicial": (0, 0)}


@pytest.mark.parametrize("key", RATES)
@pytest.mark.parametrize("by", [("street",), ("track",), ("category", "street")])
def test_a_rate_by_column_agrees_with_the_summary(november, key, by):
    narrow = november.rows(happening((key,), cases, choice(), by))
    whole = november.rows(summary((key,), cases, choice(), by))
    assert {row for row in narrow if row[-1]} == {row for row in whole if row[-1]}


# --- days and ages ----------------------------------------------------------------------------------------------------


def spread(database, filters, by=None):
    """Quantiles of the durations that the database holds, as the pages take them."""
    return known(database, cases, filters).spread(ask.QUANTILES, filters, by)


def aged(database, table=cases, filters=None):
    """How many are pending in each bucket of age, and their median age, as the pages take them."""
    filters = filters or choice()
    counts, median = known(database, table, filters).ages(AGES, filters)
    return counts.tolist(), median


def known(database, table, filters):
    return cube.stays(database.frame(stays(table, replace(filters, streets=()), cube.DIMENSIONS[table.name])))


def test_quantiles_are_of_those_closed_in_order_in_the_period(november):
    by_category = {row["category"]: row for row in spread(november, choice(), "category")}
    assert by_category["邻里"]["n"] == 4
    assert [by_category["邻里"][name] for name in ask.QUANTILES] == [8.5, 15, 25, 34]  # of 4, 10, 20, 40 days
    (total,) = spread(november, choice())
    assert (total["q50"], total["n"]) == (20, 5)


def test_the_period_before_has_its_own(november):
    (earlier,) = spread(november, before(choice()))
    assert (earlier["q50"], earlier["n"]) == (4, 1)


def test_ages_fall_into_whole_day_buckets(database):
    ages = [0.5, 7.9, 8, 15.9, 16, 30, 31, 60, 61, 90, 90.9, 91, 400]
    end = datetime(2023, 12, 1)
    opened = "\n".join((end - timedelta(days=age)).isoformat() for age in ages)
    database.add_cases(f"opened_at\n{opened}")
    counts, median = aged(database)
    assert (counts, median) == ([2, 2, 2, 2, 3, 2], 31)
    for position, n in enumerate(counts):
        assert counted(database, Mark("pending", age=position)) == n


def test_pending_is_what_had_come_and_not_gone_by_the_end_of_the_period(november):
    assert ids(november, Mark("pending"), order="oldest") == ["c10", "c04"]  # c10 was closed later
    assert aged(november) == ([0, 0, 1, 0, 0, 1], 59.5)


def test_nothing_pending_is_a_zero_and_not_an_error(database):
    counts, median = aged(database, complaints)
    assert counts == [0] * 6
    assert np.isnan(median)


# --- rows -------------------------------------------------------------------------------------------------------------


def test_a_mark_without_street_leads_to_its_rows(november):
    assert ids(november, Mark("resolution_rate", (("street", None),))) == ["c06", "c05"]


def test_rows_of_a_rate_are_its_denominator_in_its_period(november):
    mark = Mark("mediation_success_rate", (("street", "西乡街道"),))
    assert ids(november, mark, order="oldest") == ["c01", "c02"]
    assert ids(november, Mark(mark.measure, mark.at, part="counted")) == ["c01"]
    assert ids(november, Mark(mark.measure, mark.at, part="others")) == ["c02"]


def test_records_that_are_not_counted_include_those_without_an_end(november):
    assert ids(november, Mark("resolution_rate", part="others"), order="oldest") == ["c02", "c03", "c04", "c06"]


def test_a_cell_has_its_own_period(november):
    mark = Mark(
        "resolution_rate", (("category", "邻里"), ("street", "福永街道")), (date(2023, 10, 1), date(2023, 11, 30))
    )
    assert ids(november, mark, order="oldest") == ["c07", "c08"]


def test_rows_are_sorted_and_paged_without_gaps(november):
    mark = Mark("resolution_rate")
    whole = ids(november, mark, order="longest")
    assert whole[:3] == ["c03", "c05", "c02"]
    assert set(whole[4:]) == {"c04", "c06", "c09"}  # without days, or closed before they came: last
    assert [
        i for offset in range(0, 9, 2) for i in ids(november, mark, order="longest", limit=2, offset=offset)
    ] == whole
    assert ids(november, mark, order="shortest")[:2] == ["c01", "c02"]


def test_days_of_a_pending_record_are_its_age_at_the_end_of_the_period(november):
    frame = november.frame(ask.rows(cases, choice(end=date(2023, 11, 12)), Mark("pending"), "longest", 50))
    assert dict(zip(frame.case_id, frame.days, strict=True)) == {
        "c10": 73, "c05": 9, "c03": 11, "c04": 10,
    }  # fmt: skip


def test_lateness_is_told_where_it_can_be_judged(november):
    frame = november.frame(ask.rows(cases, choice(), Mark("resolution_rate"), "oldest", 50)).set_index("case_id")
    assert frame.loc["c02", "late"]
    assert not frame.loc["c01", "late"]
    assert frame.loc["c03", "late"] is None


def test_text_from_a_click_is_a_value_and_never_sql(november):
    assert counted(november, Mark("resolution_rate", (("street", "' OR 1=1 --"),))) == 0


def test_filters_hold_for_the_rows_too(november):
    mark = Mark("resolution_rate")
    assert ids(november, mark, choice(streets=("福永街道",))) == ["c09"]
    assert ids(november, mark, choice(scope=())) == []


def test_complaints_have_rows_of_their_own(database):
    database.add_complaints("""
        complaint_id street   opened_at  closed_at  solved
        p1           西乡街道 2023-11-01 2023-11-03 true
        p2           西乡街道 2023-11-01 2023-11-03 false
        p3           西乡街道 2023-11-01 2023-11-03 -""")  # fmt: skip
    assert ids(database, Mark("solved_rate", part="counted"), table=complaints) == ["p1"]
    assert ids(database, Mark("solved_rate"), table=complaints) == ["p1", "p2"]
    assert {"complaint_id", "solved", "late", "days"} <= set(
        database.frame(ask.rows(complaints, choice(), Mark("closed_share"), "newest", 50)).columns
    )


# --- any choice -------------------------------------------------------------------------------------------------------

STREETS = (None, "西乡街道", "福永街道")
DAY = st.dates(date(2023, 8, 1), date(2023, 12, 20))


def record(number, opened, gap, street, outcome, has_time):
    closed = f"{opened + timedelta(days=gap)}" if outcome and has_time else "-"
    return f"r{number:03} {street or '-'} {opened} {closed} {'closed' if outcome else 'open'} {outcome or '-'}"


RECORDS = st.lists(
    st.tuples(
        DAY,
        st.integers(-3, 60),
        st.sampled_from(STREETS),
        st.sampled_from([None, "mediated", "failed", "withdrawn", "written_off", "unknown"]),
        st.booleans(),
    ),
    max_size=25,
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=RECORDS, days=st.tuples(DAY, DAY), key=st.sampled_from(RATES[:2]))
def test_the_rows_behind_every_mark_are_as_many_as_the_figure_says(database, rows, days, key):
    database.empty()
    if rows:
        lines = [record(number, *row) for number, row in enumerate(rows)]
        database.add_cases("\n".join(["case_id street opened_at closed_at status outcome", *lines]))
    filters = choice(min(days), max(days))
    frame = database.frame(summary((key, "pending"), cases, filters, ("street",)))
    for street, n, d, pending in frame[["street", f"{key}_n", f"{key}_d", "pending"]].itertuples(index=False):
        at = (("street", None if street != street else street),)
        assert counted(database, Mark(key, at), filters) == d
        assert counted(database, Mark(key, at, part="counted"), filters) == n
        assert counted(database, Mark(key, at, part="others"), filters) == d - n
        assert sum(counted(database, Mark("pending", at, age=age), filters) for age in range(6)) == pending
    ages, _median = aged(database, filters=filters)
    assert ages == [counted(database, Mark("pending", age=age), filters) for age in range(6)]
    assert sum(ages) == frame.pending.sum()
    for period in (filters, before(filters)):
        (total,) = spread(database, period)
        assert total["n"] == counted(database, Mark("median_days"), period)
        median = database.rows(summary(("median_days",), cases, period))[0][0]
        assert total["q50"] == pytest.approx(np.nan if median is None else median, nan_ok=True)
