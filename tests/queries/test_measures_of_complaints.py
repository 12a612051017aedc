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
    """The day of receipt does not count, the fifteenth counts whole."""
    database.add_complaints("""
        opened_at            accepted_at
        2023-11-01T10:00:00  2023-11-16T23:59:59
        2023-11-01           2023-11-17
        2023-11-30           2023-11-30
        2023-11-01           -
        2023-11-15T23:59:59  -
        2023-11-16T00:00:00  -
        2023-10-01           2023-10-02""")
    assert told(database, "accepted_on_time_rate", table="complaints") == (2, 5)


def test_a_reply_is_judged_by_the_term_that_applies(database):
    database.add_complaints("""
        opened_at   accepted_at  due_at      closed_at   status  procedure  nature
        2023-09-01  2023-09-10   -           2023-11-09T20:00:00  closed  petition   申诉求决
        2023-09-01  2023-09-10   -           2023-11-10  closed  petition   申诉求决
        2023-09-01  -            2023-11-20  2023-11-20  closed  petition   申诉求决
        2023-09-01  -            2023-11-20  2023-11-21  closed  -          -
        2023-09-03  -            -           2023-11-02  closed  petition   申诉求决
        2023-09-01  2023-09-10   -           -           open    petition   申诉求决
        2023-09-01  -            2023-12-01  -           open    -          咨询
        2023-09-01  -            2023-11-30  -           open    statutory  申诉求决""")
    # Judged: three closed in time, two too late, and two of the three that are open: their terms ran in November.
    assert told(database, "replied_on_time_rate", table="complaints") == (3, 7)


def test_sixty_days_are_given_only_where_the_article_says_so(database):
    database.add_complaints("""
        opened_at   closed_at   status  procedure  nature
        2023-09-20  2023-11-10  closed  petition   申诉求决
        2023-09-20  2023-11-10  closed  petition   建议意见
        2023-09-20  2023-11-10  closed  petition   -
        2023-09-20  2023-11-10  closed  statutory  申诉求决
        2023-09-20  2023-11-10  closed  -          申诉求决
        2023-09-20  -           open    -          申诉求决
        2023-09-20  -           open    statutory  申诉求决
        2023-09-20  -           open    petition   申诉求决""")
    assert told(database, "replied_on_time_rate", table="complaints") == (1, 2)


def test_persons_are_added_up_and_groups_begin_with_five_on_a_visit(database):
    database.add_complaints("""
        opened_at   channel   people_count
        2023-11-01  来访      4
        2023-11-01  窗口来访  5
        2023-11-01  来访      30
        2023-11-01  来访      -
        2023-11-01  网上信访  12
        2023-11-01  Visit     5
        2023-10-31  来访      9""")
    keys = ("persons", "visits", "visitors", "group_visits", "group_visitors")
    assert [told(database, key, table="complaints") for key in keys] == [56, 5, 44, 3, 40]


def test_what_left_the_stock_is_what_the_stock_lost(database):
    database.add_complaints("""
        opened_at   closed_at   status
        2023-10-01  2023-11-10  closed
        2023-10-01  -           open
        2023-10-01  2023-10-31  closed
        2023-11-10  2023-11-05  closed
        2023-12-02  2023-11-05  closed
        2023-11-10  -           closed
        2023-11-10  -           open""")
    keys = ("pending_at_start", "received", "cleared", "pending")
    assert [told(database, key, table="complaints") for key in keys] == [2, 3, 3, 2]


def test_a_petition_is_settled_by_mediation_through_the_dispute_that_it_names(database):
    database.add_cases("case_id  outcome\nA  mediated\nB  failed")
    database.add_complaints("""
        closed_at   case_id
        2023-11-02  A
        2023-11-02  B
        2023-11-02  C
        2023-11-02  -
        2023-12-02  A
        -           A""")
    assert told(database, "settled_by_mediation", table="complaints") == 1
