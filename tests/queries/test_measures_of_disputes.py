"""Measures of disputes on rows small enough to count by hand, on both engines. The period is November 2023."""

import pytest

from queries.aggregate import summary
from queries.tables import cases
from tests.asking import november, told
from tests.rows import DISTRICT

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
    assert told(database, key, november(district=DISTRICT, scope=())) == (0, None)
    assert told(database, key, november(district="宝安区", streets=("西乡街道",))) == (1, 100_000)
    value = database.frame(summary([key], cases, november(district=DISTRICT)))[key].item()
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
    assert database.frame(summary(["litigation_per_10k"], cases, november()))["litigation_per_10k"].isna().all()
