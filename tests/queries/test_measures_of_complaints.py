"""Measures of complaints on rows small enough to count by hand, on both engines. The period is November 2023."""

from tests.asking import days, told


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


def test_a_backlog_complaint_closed_before_it_was_opened_waits_for_its_opening(database):
    database.add_complaints("opened_at  closed_at  backlog\n2023-11-05  2023-10-20  true")
    assert told(database, "backlog_cleared_rate", days("2023-10-01", "2023-10-31"), "complaints") == (0, 0)
    assert told(database, "backlog_cleared_rate", table="complaints") == (1, 1)


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
