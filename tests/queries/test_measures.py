"""Every measure on rows small enough to count by hand, on both engines. The period is November 2023."""

from datetime import date

import pytest

from queries.measures import MEASURES
from tests.asking import days, november, told
from tests.rows import DISTRICT

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
    frame = database.frame(summary_of("disposition_time", november()))
    assert (frame["disposition_time_n"].item(), frame["disposition_time_d"].item()) == (3, 2)
    assert frame["disposition_time"].item() == pytest.approx(3 / 2 * 30)
    week = database.frame(summary_of("disposition_time", days("2023-10-30", "2023-11-05")))
    assert week["disposition_time"].item() == pytest.approx(3 / 2 * 7)


def summary_of(key, filters, table="cases", by=()):
    from queries.aggregate import summary
    from queries.tables import FACTS

    return summary([key], FACTS[table], filters, by)


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
    assert told(database, "overdue", days("2023-10-01", "2023-10-31")) == 4  # due 20 October, closed or not, whatever the flag
    assert told(database, "overdue", november(data_date="2023-12-15")) == 4  # not the data date: first three and the fifth


# --- how disputes end -------------------------------------------------------------------------------------------------

OUTCOMES = """
    closed_at   outcome
    2023-11-02  mediated
    2023-11-02  mediated
    2023-11-02  mediated
    2023-11-02  failed
    2023-11-02  withdrawn
    2023-11-02  transferred
    2023-11-02  payment_order
    2023-11-02  written_off
    2023-11-02  filed
    2023-11-02  unknown
    2023-11-02  -
    2023-12-02  mediated"""


def test_success_leaves_out_the_withdrawn_and_the_transferred(database):
    database.add_cases(OUTCOMES)
    assert told(database, "mediated") == 3
    assert told(database, "resolved") == 5
    assert told(database, "mediation_success_rate") == (3, 4)


def test_an_outcome_without_a_closing_counts_nowhere(database):
    database.add_cases("status  outcome\nopen  mediated\nopen  failed")
    assert told(database, "mediated") == told(database, "resolved") == 0
    assert told(database, "mediation_success_rate") == (0, 0)


def test_resolution_follows_those_received(database):
    database.add_cases("""
        opened_at   closed_at   outcome
        2023-11-01  2023-11-02  mediated
        2023-11-01  2023-11-02  written_off
        2023-11-01  2023-11-02  failed
        2023-11-01  2023-12-01  mediated
        2023-11-01  -           -
        2023-10-31  2023-11-02  mediated""")
    assert told(database, "resolution_rate") == (2, 5)
    assert told(database, "resolution_rate", november(data_date="2024-01-01")) == (3, 5)


def test_pretrial_resolution_counts_by_the_first_step_and_stops_at_filing(database):
    database.add_cases("""
        case_id  opened_at   closed_at   outcome        filed_at
        A        2023-10-01  2023-11-20  mediated       -
        B        2023-10-01  2023-11-20  payment_order  2023-11-20
        C        2023-10-01  2023-11-20  mediated       2023-11-19
        D        2023-11-01  2023-11-20  mediated       -
        E        2023-11-01  2023-11-20  mediated       -
        F        2023-11-01  2023-12-20  mediated       -""")
    database.add(
        "case_steps",
        """
        case_id  position  entered_at
        A        1         2023-11-05
        B        1         2023-11-30T23:59:59
        C        1         2023-11-01
        D        1         2023-10-31
        D        2         2023-11-10
        F        1         2023-11-10""",
    )
    assert told(database, "pretrial_resolution_rate") == (2, 4)  # A and B of A, B, C, F; D entered before, E never


def test_filings_count_by_their_own_date(database):
    database.add_cases("""
        opened_at   filed_at
        2023-11-01  2023-11-30T23:59:59
        2023-01-01  2023-11-01
        2023-11-01  2023-12-01
        2023-11-01  -""")
    assert told(database, "filed") == 2


def test_performance_asks_for_an_amount_and_no_enforcement(database):
    database.add_cases("""
        closed_at   outcome   amount_claimed  performed_at  enforcement_at
        2023-11-02  mediated  100             2023-11-20    -
        2023-11-02  mediated  100             2023-11-20    2023-11-25
        2023-11-02  mediated  100             -             -
        2023-11-02  mediated  100             2023-12-01    -
        2023-11-02  mediated  0               2023-11-20    -
        2023-11-02  mediated  -               2023-11-20    -
        2023-11-02  failed    100             2023-11-20    -
        2023-10-02  mediated  100             2023-11-20    -""")
    assert told(database, "performance_rate") == (1, 4)


def test_enforcement_counts_what_is_known_by_the_data_date(database):
    database.add_cases("""
        closed_at   outcome   enforcement_at
        2023-11-02  mediated  2023-11-30T23:59:59
        2023-11-02  mediated  2023-12-01
        2023-11-02  mediated  -
        2023-11-02  failed    2023-11-10""")
    assert told(database, "enforcement_rate") == (1, 3)


REOPENED = """
    opened_at   closed_at            outcome      reopened_at
    2023-10-01  2023-11-01T00:00:00  mediated     2023-11-20
    2023-10-01  2023-11-01T00:00:00  mediated     2023-12-01T00:00:00
    2023-10-01  2023-11-01T00:00:00  mediated     2023-12-01T00:00:01
    2023-10-01  2023-11-01T00:00:00  written_off  -
    2023-10-01  2023-11-01T00:00:01  mediated     2023-11-20
    2023-10-01  2023-11-01T00:00:00  failed       2023-11-20
    2023-10-01  2023-11-01T00:00:00  mediated     2023-10-20"""


def test_reopening_asks_only_those_closed_long_enough_ago(database):
    database.add_cases(REOPENED)
    assert told(database, "reopened_rate_30") == (2, 5)  # 30 days to the second; the fifth is a second too young
    assert told(database, "reopened_rate_90") == (0, 0)
    assert told(database, "reopened_rate_90", november(data_date="2024-02-01")) == (4, 6)
    assert told(database, "reopened_rate_180", november(data_date="2024-12-01")) == (4, 6)


def test_a_case_closed_without_a_time_may_be_reopened_too(database):
    database.add_cases("opened_at  status  outcome  reopened_at\n2023-11-01  closed  mediated  2023-11-10")
    assert told(database, "reopened_rate_30") == (1, 1)


@pytest.mark.parametrize("key", ["amount_paid", "amount_waived", "amount_written_off"])
def test_amounts_are_summed_over_what_was_closed(database, key):
    database.add_cases(f"""
        closed_at   {key}
        2023-11-02  0.10
        2023-11-03  0.20
        2023-11-04  -
        2023-12-01  900
        -           900""")
    assert told(database, key) == pytest.approx(0.30)


def test_an_amount_of_nothing_is_zero(database):
    assert told(database, "amount_paid") == 0
    database.add_cases("closed_at  amount_paid\n2023-11-02  -")
    assert told(database, "amount_paid") == 0


# --- filings per resident ---------------------------------------------------------------------------------------------

AREAS = """
    area_id  level     name      parent_id  population
    d1       district  示范区    -          500000
    d2       district  宝安区    -          100000
    s1       street    西乡街道  d1         200000
    s2       street    福永街道  d1         300000
    s3       street    西乡街道  d2         100000"""
FILINGS = """
    district  street    category  filed_at
    示范区    西乡街道  邻里纠纷  2023-11-02
    示范区    西乡街道  劳动争议  2023-11-03
    示范区    福永街道  邻里纠纷  2023-11-04
    示范区    -         邻里纠纷  2023-11-05
    示范区    福永街道  邻里纠纷  2023-12-05
    宝安区    西乡街道  邻里纠纷  2023-11-06"""


def test_filings_per_resident_divide_by_who_lives_in_the_chosen_place(database):
    database.add("areas", AREAS)
    database.add_cases(FILINGS)
    key = "litigation_per_10k"
    assert told(database, key) == (5, 600_000)
    assert told(database, key, november(district=DISTRICT)) == (4, 500_000)
    assert told(database, key, november(district=DISTRICT, streets=("西乡街道",))) == (2, 200_000)
    assert told(database, key, november(district=DISTRICT, scope=("福永街道",))) == (1, 300_000)
    assert told(database, key, november(district="宝安区", streets=("西乡街道",))) == (1, 100_000)
    value = database.frame(summary_of(key, november(district=DISTRICT)))[key].item()
    assert value == pytest.approx(4 / 500_000 * 10_000)


def test_filings_per_resident_by_a_dimension(database):
    database.add("areas", AREAS)
    database.add_cases(FILINGS)
    key, here = "litigation_per_10k", november(district=DISTRICT)
    assert told(database, key, here, by=("street",)) == {
        "西乡街道": (2, 200_000),
        "福永街道": (1, 300_000),
        None: (1, None),
    }
    assert told(database, key, by=("district",)) == {"示范区": (4, 500_000), "宝安区": (1, 100_000)}
    assert told(database, key, here, by=("category",)) == {"邻里纠纷": (3, 500_000), "劳动争议": (1, 500_000)}


def test_without_a_known_population_there_is_no_rate(database):
    database.add_cases(FILINGS)
    assert told(database, "litigation_per_10k", november(district=DISTRICT)) == (4, None)
    assert database.frame(summary_of("litigation_per_10k", november()))["litigation_per_10k"].isna().all()


# --- complaints -------------------------------------------------------------------------------------------------------


def test_each_callback_question_has_its_own_answers(database):
    database.add_complaints("""
        closed_at   contacted  solved  satisfied
        2023-11-02  true       true    true
        2023-11-02  true       false   -
        2023-11-02  false      -       -
        2023-11-02  -          -       -
        2023-12-02  true       true    true
        -           true       true    true""")
    assert told(database, "contact_rate", table="complaints") == (2, 3)
    assert told(database, "solved_rate", table="complaints") == (1, 2)
    assert told(database, "satisfied_rate", table="complaints") == (1, 1)
    assert told(database, "callback_rate", table="complaints") == (3, 4)


def test_repeats_count_by_opening(database):
    database.add_complaints("""
        opened_at   repeat_of
        2023-11-01  A
        2023-11-30  -
        2023-11-30  -
        2023-10-30  B""")
    assert told(database, "repeat_rate", table="complaints") == (1, 3)


def test_backlog_is_a_stock_of_its_own(database):
    database.add_complaints("""
        opened_at   closed_at   backlog  status
        2019-01-01  2023-11-30  true     closed
        2019-01-01  2023-12-01  true     closed
        2019-01-01  -           true     open
        2019-01-01  -           true     closed
        2023-12-01  -           true     open
        2019-01-01  2023-11-30  false    closed""")
    assert told(database, "backlog_cleared_rate", table="complaints") == (2, 4)


def test_acceptance_is_judged_once_accepted_or_once_the_fifteen_days_have_run(database):
    database.add_complaints("""
        opened_at            accepted_at
        2023-11-01           2023-11-16
        2023-11-01           2023-11-16T00:00:01
        2023-11-30           2023-11-30
        2023-11-01           -
        2023-11-16T00:00:00  -
        2023-11-16T00:00:01  -
        2023-10-01           2023-10-02""")
    assert told(database, "accepted_on_time_rate", table="complaints") == (2, 5)


def test_a_reply_is_judged_by_the_term_that_applies(database):
    database.add_complaints("""
        opened_at   accepted_at  due_at      closed_at   status
        2023-09-01  2023-09-10   -           2023-11-09  closed
        2023-09-01  2023-09-10   -           2023-11-10  closed
        2023-09-01  -            2023-11-20  2023-11-20  closed
        2023-09-01  -            2023-11-20  2023-11-21  closed
        2023-09-03  -            -           2023-11-02  closed
        2023-09-01  2023-09-10   -           -           open
        2023-09-01  -            2023-12-01  -           open
        2023-09-01  -            2023-11-30  -           open""")
    # Judged: three closed in time, two too late, and two of the three that are open: their terms ran in November.
    assert told(database, "replied_on_time_rate", table="complaints") == (3, 7)


# --- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", MEASURES)
def test_a_measure_of_nothing_is_zero_over_zero_and_never_an_error(database, key):
    for table in MEASURES[key].tables:
        frame = database.frame(summary_of(key, november(), table))
        assert len(frame) == 1
        measure = MEASURES[key]
        nothing = told(database, key, table=table)
        if measure.quantile is not None:
            assert nothing is None
        elif measure.is_ratio:
            assert frame[key].isna().all()
            assert nothing[0] == 0
            assert not nothing[1]
        else:
            assert nothing == 0


@pytest.mark.parametrize("key", MEASURES)
def test_a_measure_of_one_row_is_answered_by_every_dimension(database, key):
    from queries.aggregate import DIMENSIONS

    database.add_cases("street  closed_at  outcome\n-  2023-11-02  mediated")
    database.add_complaints("street  closed_at\n-  2023-11-02")
    for table in MEASURES[key].tables:
        for name in DIMENSIONS[table]:
            frame = database.frame(summary_of(key, november(), table, (name,)))
            assert len(frame) == 1
            assert list(frame.columns)[0] == name


def test_every_measure_says_what_it_is():
    for key, measure in MEASURES.items():
        assert key == measure.key
        assert measure.label and measure.why and measure.on
        assert bool(measure.numerator) != (measure.quantile is not None)
        assert not (measure.per_population and measure.denominator)


def test_the_keys_are_those_of_the_definitions():
    assert set(MEASURES) == {
        *("received closed pending clearance_rate closed_share case_closing_rate disposition_time median_days").split(),
        *("p90_days pending_age_median on_time_rate overdue mediated resolved mediation_success_rate").split(),
        *("resolution_rate pretrial_resolution_rate filed performance_rate enforcement_rate reopened_rate_30").split(),
        *("reopened_rate_90 reopened_rate_180 litigation_per_10k amount_paid amount_waived").split(),
        *("amount_written_off contact_rate solved_rate satisfied_rate callback_rate repeat_rate").split(),
        *("backlog_cleared_rate accepted_on_time_rate replied_on_time_rate").split(),
    }


def test_a_period_of_one_day_is_that_day(database):
    database.add_cases("""
        opened_at
        2023-11-14T23:59:59
        2023-11-15T00:00:00
        2023-11-15T23:59:59
        2023-11-16T00:00:00""")
    assert told(database, "received", november(start=date(2023, 11, 15), end=date(2023, 11, 15))) == 2
