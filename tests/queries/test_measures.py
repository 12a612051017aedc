"""Measures of both tables on rows small enough to count by hand, on both engines. The period is November 2023."""

from datetime import date

import pytest

from queries.aggregate import DIMENSIONS, summary
from queries.measures import MEASURES
from queries.tables import FACTS, cases
from tests.asking import days, november, plain, told

# --- what comes in, goes out and stands -------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["cases", "complaints"])
def test_received_counts_from_the_first_moment_of_the_period_to_its_last(database, table):
    database.add(
        table,
        """
        opened_at
        2023-10-31T23:59:59
        2023-11-01T00:00:00
        2023-11-30T23:59:59
        2023-12-01T00:00:00""",
    )
    assert told(database, "received", table=table) == 2


def test_closed_takes_a_time_or_a_status_and_the_opening_where_there_is_no_time(database):
    database.add_cases("""
        opened_at   closed_at            status
        2023-10-01  2023-11-01T00:00:00  closed
        2023-10-01  2023-11-30T23:59:59  closed
        2023-10-01  2023-12-01T00:00:00  closed
        2023-10-01  2023-10-31T23:59:59  closed
        2023-10-01  2023-11-15           open
        2023-11-15  -                    closed
        2023-10-15  -                    closed
        2023-11-15  -                    open""")
    assert told(database, "closed") == 4  # two by time, one whose status disagrees, one without a time


def test_pending_is_what_was_opened_and_not_closed_by_the_end(database):
    database.add_cases("""
        opened_at            closed_at            status
        2020-01-01           -                    open
        2023-11-30T23:59:59  -                    open
        2023-12-01T00:00:00  -                    open
        2023-11-01           2023-11-30T23:59:59  closed
        2023-11-01           2023-12-01T00:00:00  closed
        2023-11-10           -                    closed
        2023-11-10           2023-11-12           open
        2023-11-10           2023-11-05           closed
        2023-12-05           2023-11-20           closed""")
    assert told(database, "pending") == 3  # the two first, and the one closed in the first moment of December


def test_a_record_closed_before_it_was_opened_is_received_and_closed_and_never_pending(database):
    database.add_cases("opened_at  closed_at\n2023-11-20  2023-10-05")
    assert told(database, "received") == 1
    assert told(database, "closed") == 0
    assert told(database, "closed", days("2023-10-01", "2023-10-31")) == 1
    assert told(database, "pending", days("2023-10-01", "2023-10-31")) == 0
    assert told(database, "pending") == 0
    assert told(database, "median_days", days("2023-10-01", "2023-10-31")) is None


def test_clearance_is_closed_over_received_and_may_exceed_one(database):
    database.add_cases("""
        opened_at   closed_at
        2023-10-01  2023-11-05
        2023-10-02  2023-11-06
        2023-11-03  2023-11-07
        2023-11-04  -""")
    assert told(database, "clearance_rate") == (3, 2)


def test_closed_share_follows_those_received_as_far_as_the_data_know(database):
    database.add_cases("""
        opened_at   closed_at            status
        2023-11-01  2023-11-02           closed
        2023-11-01  2023-11-30T23:59:59  closed
        2023-11-01  2023-12-01           closed
        2023-11-01  -                    closed
        2023-11-01  -                    open
        2023-10-01  2023-11-02           closed""")
    assert told(database, "closed_share") == (3, 5)
    assert told(database, "closed_share", november(data_date="2023-12-02")) == (4, 5)


def test_case_closing_rate_adds_what_was_pending_at_the_start(database):
    database.add_cases("""
        opened_at            closed_at
        2023-09-01           -
        2023-09-01           2023-10-31T23:59:59
        2023-10-31T23:59:59  2023-11-01
        2023-11-01           2023-11-02
        2023-11-05           -""")
    assert told(database, "case_closing_rate") == (2, 2 + 2)


def test_disposition_time_is_pending_over_closed_times_the_days(database):
    database.add_cases("""
        opened_at   closed_at
        2023-11-01  2023-11-02
        2023-11-01  2023-11-03
        2023-11-01  -
        2023-11-01  -
        2023-11-01  -""")
    frame = database.frame(summary(["disposition_time"], cases, november()))
    assert (frame["disposition_time_n"].item(), frame["disposition_time_d"].item()) == (3, 2)
    assert frame["disposition_time"].item() == pytest.approx(3 / 2 * 30)
    week = database.frame(summary(["disposition_time"], cases, days("2023-10-30", "2023-11-05")))
    assert week["disposition_time"].item() == pytest.approx(3 / 2 * 7)


# --- how long it takes ------------------------------------------------------------------------------------------------


def test_durations_count_seconds_and_leave_out_what_has_no_two_times_in_order(database):
    database.add_cases("""
        opened_at            closed_at            status
        2023-11-01T00:00:00  2023-11-01T12:00:00  closed
        2023-11-01T00:00:00  2023-11-04T00:00:00  closed
        2023-10-01T00:00:00  2023-11-10T00:00:00  closed
        2023-11-10T00:00:00  2023-11-10T00:00:00  closed
        2023-11-20           2023-11-19           closed
        2023-11-05           -                    closed
        2023-11-05           -                    open
        2023-11-05           2023-12-05           closed""")
    assert told(database, "median_days") == pytest.approx((0.5 + 3) / 2)  # 0, 0.5, 3, 40
    assert told(database, "p90_days") == pytest.approx(3 + 0.7 * 37)


def test_a_quantile_of_one_is_that_one_and_of_none_is_nothing(database):
    assert told(database, "median_days") is None
    assert told(database, "pending_age_median") is None
    database.add_complaints("opened_at  closed_at\n2023-11-01T06:00  2023-11-02T12:00")
    assert told(database, "median_days", table="complaints") == pytest.approx(1.25)
    assert told(database, "p90_days", table="complaints") == pytest.approx(1.25)


def test_the_age_of_what_is_pending_runs_to_the_end_of_the_period(database):
    database.add_cases("""
        opened_at   closed_at
        2023-11-30  -
        2023-11-21  -
        2023-11-01  2023-12-01
        2023-11-01  2023-11-02""")
    assert told(database, "pending_age_median") == pytest.approx(10)  # 1, 10, 30
    assert told(database, "pending_age_median", days("2023-11-01", "2023-11-22")) == pytest.approx(12)  # 2, 22


def test_a_period_that_is_not_over_is_told_as_of_the_data_date(database):
    database.add_cases("""
        opened_at   closed_at  due_at
        2023-11-01  -          2023-11-30
        2023-11-11  -          2023-12-01
        2023-11-21  -          2023-12-20""")
    year = days("2023-01-01", "2023-12-31", data_date="2023-12-01")
    assert told(database, "overdue", year) == 1
    assert told(database, "pending", year) == 3
    assert told(database, "pending_age_median", year) == pytest.approx(20)  # 10, 20, 30


def test_on_time_is_judged_by_the_flag_first_and_else_by_the_due_time(database):
    database.add_cases("""
        closed_at   due_at      overdue
        2023-11-10  2023-11-05  false
        2023-11-10  2023-11-15  true
        2023-11-10  2023-11-10  -
        2023-11-10  2023-11-09  -
        2023-11-10  -           -
        2023-11-10  -           true
        2023-11-10  -           false""")
    assert told(database, "on_time_rate") == (3, 6)


def test_a_due_time_without_an_hour_is_a_day_that_counts_whole(database):
    database.add_cases("""
        opened_at   closed_at            due_at
        2023-11-01  2023-11-10T23:59:59  2023-11-10
        2023-11-01  2023-11-11           2023-11-10
        2023-11-01  2023-11-10T16:00:00  2023-11-10T16:00:00
        2023-11-01  2023-11-10T16:00:01  2023-11-10T16:00:00
        2023-11-01  -                    2023-11-30
        2023-11-01  -                    2023-11-30T17:00:00
        2023-11-01  -                    2023-12-01""")
    assert told(database, "on_time_rate") == (2, 4)
    assert told(database, "overdue") == 2
    assert told(database, "overdue", days("2023-11-01", "2023-11-29")) == 0


def test_a_closing_without_a_time_is_judged_by_the_flag_alone(database):
    database.add_cases("""
        opened_at   status  due_at      overdue
        2023-11-10  closed  2023-11-05  -
        2023-11-10  closed  2023-11-05  false""")
    assert told(database, "on_time_rate") == (1, 1)


def test_overdue_is_what_the_source_says_at_the_data_date_and_what_the_due_time_says_before(database):
    database.add_cases("""
        opened_at   closed_at   due_at               overdue
        2023-10-01  -           2023-10-20           -
        2023-10-01  -           2023-10-20           true
        2023-10-01  -           2023-10-20           false
        2023-10-01  -           -                    true
        2023-10-01  -           2023-11-30T23:59:59  -
        2023-10-01  -           2023-12-01T00:00:00  -
        2023-10-01  2023-11-02  2023-10-20           true
        2023-12-05  -           -                    true""")
    assert told(database, "overdue") == 4  # first, second, fourth, fifth
    assert (
        told(database, "overdue", days("2023-10-01", "2023-10-31")) == 4
    )  # due 20 October, closed or not, whatever the flag
    assert (
        told(database, "overdue", november(data_date="2023-12-15")) == 4
    )  # not the data date: first three and the fifth


def test_a_record_due_before_it_was_opened_is_overdue_from_its_opening(database):
    database.add_cases("opened_at  due_at\n2023-11-20  2023-09-01")
    assert told(database, "overdue", days("2023-10-01", "2023-10-31")) == 0
    assert told(database, "overdue") == 1


# --- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", FACTS)
def test_measures_of_nothing_are_zero_and_rates_of_nothing_are_missing(database, table):
    keys = [key for key, measure in MEASURES.items() if table in measure.tables]
    (row,) = database.frame(summary(keys, FACTS[table], november())).to_dict("records")
    for key in keys:
        if MEASURES[key].is_ratio:
            assert (plain(row[key]), row[f"{key}_n"], plain(row[f"{key}_d"]) or 0) == (None, 0, 0), key
        else:
            assert plain(row[key]) == (None if MEASURES[key].quantile else 0), key


@pytest.mark.parametrize("table", FACTS)
def test_measures_of_one_row_are_answered_by_every_dimension(database, table):
    database.add(table, "street  closed_at\n-  2023-11-02")
    keys = [key for key, measure in MEASURES.items() if table in measure.tables]
    for name in DIMENSIONS[table]:
        (row,) = database.frame(summary(keys, FACTS[table], november(), (name,))).to_dict("records")
        assert (row["received"], row["closed"], row["pending"], row["median_days"]) == (1, 1, 0, 1), name
        assert next(iter(row)) == name


def test_every_measure_says_what_it_is():
    for key, measure in MEASURES.items():
        assert key == measure.key
        assert "" not in (measure.label, measure.why, measure.on)
        assert bool(measure.numerator) != (measure.quantile is not None)
        assert not (measure.per_population and measure.denominator)


KEYS = """
    received closed pending clearance_rate closed_share case_closing_rate disposition_time median_days p90_days
    pending_age_median on_time_rate overdue
    mediated resolved mediation_success_rate resolution_rate pretrial_resolution_rate filed performance_rate
    enforcement_rate visit_arranged_rate reopened_rate_30 reopened_rate_90 reopened_rate_180 litigation_per_10k
    amount_paid amount_waived amount_written_off
    contact_rate solved_rate satisfied_rate callback_rate repeat_rate backlog_cleared_rate accepted_on_time_rate
    replied_on_time_rate returned urged pending_at_start cleared persons visits visitors group_visits group_visitors
    settled_by_mediation
    whistled arrived_late_rate arrival_overdue solved_late_rate call_overdue
    visits_due visited_rate visited_on_time_rate visits_overdue reached_rate relapse_rate"""


def test_the_keys_are_those_of_the_definitions():
    assert list(MEASURES) == KEYS.split()


def test_a_period_of_one_day_is_that_day(database):
    database.add_cases("""
        opened_at
        2023-11-14T23:59:59
        2023-11-15T00:00:00
        2023-11-15T23:59:59
        2023-11-16T00:00:00""")
    assert told(database, "received", november(start=date(2023, 11, 15), end=date(2023, 11, 15))) == 2
