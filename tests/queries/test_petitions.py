"""Repeated matters, the backlog and linked disputes, on both engines. The period is November 2023."""

from datetime import datetime

import pytest

from queries import backlog, linkage, petitions
from tests.asking import days, november, plain
from tests.asking import told as measured

HERE = november(district="示范区")


def told(database, statement, *columns: str) -> list:
    """The rows, or of one column its values; moments as days of the year."""
    frame = database.frame(statement)
    rows = [tuple(plain(row[name]) for name in columns) for row in frame.to_dict("records")]
    return [row[0] if len(columns) == 1 else row for row in rows]


# --- channels ---------------------------------------------------------------------------------------------------------


def test_channels_of_petitions_are_those_whose_records_name_a_procedure(database):
    database.add_complaints("""
        channel    procedure  district
        来访       petition   示范区
        来访       -          示范区
        网上信访   statutory  示范区
        12345热线  -          示范区
        来信       petition   别处""")
    rows = told(database, petitions.channels(), "district", "channel")
    assert set(rows) == {("示范区", "来访"), ("示范区", "网上信访"), ("别处", "来信")}


# --- matters ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def repeated(database):
    """A → B → C, and D beside B; E after a number that is not there; circles; others that do not belong here."""
    database.add_complaints("""
        complaint_id repeat_of opened_at  closed_at  street   organisation nature
        A            -         2023-03-01 2023-03-20 西乡街道 住建局       申诉求决
        B            A         2023-05-01 2023-12-02 福永街道 城管局       申诉求决
        C            B         2023-11-10 -          福永街道 城管局       申诉求决
        D            A         2023-04-01 2023-04-05 西乡街道 住建局       申诉求决
        E            gone      2023-08-01 2023-11-20 西乡街道 教育局       申诉求决
        F            E         2023-11-03 2023-11-05 西乡街道 教育局       申诉求决
        X            Y         2023-11-01 -          西乡街道 -            -
        Y            X         2023-11-02 -          西乡街道 -            -
        Z            Z         2023-11-02 -          西乡街道 -            -
        O            -         2023-01-01 2023-01-02 西乡街道 -            -
        P            O         2023-02-01 2023-02-02 西乡街道 -            -
        S            -         2023-11-01 -          西乡街道 -            -
        K            -         2023-10-01 2023-10-02 西乡街道 公安局       检举控告
        L            K         2023-11-11 -          西乡街道 公安局       检举控告""")
    return database


def test_a_matter_is_all_that_leads_back_to_its_first_petition(repeated):
    columns = ("root", "links", "pending", "returned", "accused", "street", "organisation")
    rows = told(repeated, petitions.matters(HERE), *columns)
    assert rows == [
        ("A", 4, 2, 2, 0, "西乡街道", "住建局"),  # B is closed after the data date; C came while B was pending
        ("K", 2, 1, 1, 2, "西乡街道", "公安局"),
        ("E", 2, 0, 0, 0, "西乡街道", "教育局"),
    ]


def test_a_matter_has_the_days_of_its_first_and_its_last_petition(repeated):
    row = repeated.frame(petitions.matters(HERE)).iloc[0]
    assert (row["first_at"], row["last_at"]) == (datetime(2023, 3, 1), datetime(2023, 11, 10))


def test_any_petition_of_a_matter_brings_it_into_the_choice(repeated):
    assert told(repeated, petitions.matters(november(streets=("福永街道",))), "root") == ["A"]
    assert told(repeated, petitions.matters(days("2023-04-01", "2023-04-30")), "root") == ["A"]
    assert told(repeated, petitions.matters(november(district="别处")), "root") == []


def test_a_chain_lists_every_petition_in_order_of_receipt(repeated):
    assert told(repeated, petitions.links("A"), "complaint_id", "depth") == [("A", 0), ("D", 1), ("B", 1), ("C", 2)]
    assert told(repeated, petitions.links("S"), "complaint_id") == ["S"]
    assert told(repeated, petitions.links("nobody"), "complaint_id") == []


def test_the_steps_of_a_chain_are_those_of_all_its_petitions(repeated):
    repeated.add(
        "complaint_steps",
        """
        complaint_id position step    entered_at result
        C            1        hearing 2023-11-15 -
        A            1        review  2023-03-25 rejected
        S            1        hearing 2023-11-02 settled""",
    )
    rows = told(repeated, petitions.link_steps("A"), "complaint_id", "step", "result")
    assert rows == [("A", "review", "rejected"), ("C", "hearing", None)]


def test_what_comes_again_comes_after_closing_or_before_it(repeated):
    assert [measured(repeated, key, HERE, "complaints") for key in ("returned", "urged")] == [1, 5]
    august = days("2023-08-01", "2023-08-31")  # E names a number that is not there
    assert [measured(repeated, key, august, "complaints") for key in ("returned", "urged", "repeat_rate")] == [
        0,
        0,
        (1, 1),
    ]


def test_what_was_closed_at_the_very_moment_had_been_closed(database):
    database.add_complaints("""
        complaint_id repeat_of opened_at           closed_at
        A            -         2023-10-01          2023-11-05T10:00:00
        B            A         2023-11-05T10:00:00 -
        C            A         2023-11-05T09:59:59 -""")
    assert [measured(database, key, HERE, "complaints") for key in ("returned", "urged")] == [1, 1]


# --- cases of long standing -------------------------------------------------------------------------------------------


@pytest.fixture
def old(database):
    database.add_complaints("""
        complaint_id backlog sponsor opened_at  closed_at  nature
        A            true    区长    2020-11-30 -          申诉求决
        B            true    区长    2023-09-01 2023-11-30 申诉求决
        C            true    书记    2023-11-01 -          申诉求决
        D            true    -       2022-12-01 2023-12-01 申诉求决
        E            true    书记    2023-12-01 -          申诉求决
        F            false   书记    2020-01-01 -          申诉求决
        G            true    书记    2023-08-01 2023-08-02 检举控告""")
    return database


def test_leaders_answer_for_their_cases_the_oldest_pending_one_first(old):
    rows = told(old, backlog.sponsors(HERE), "sponsor", "total", "cleared", "pending", "oldest", "median")
    assert rows == [("区长", 2, 1, 1, 1096, 1096), (None, 1, 0, 1, 365, 365), ("书记", 2, 1, 1, 30, 30)]


def test_ages_begin_at_whole_days(old):
    assert told(old, backlog.ages(HERE), "bucket", "n") == [(0, 1), (3, 1), (5, 1)]


def test_cases_are_listed_without_accusations_the_oldest_pending_one_first(old):
    rows = told(old, backlog.rows(HERE, 10), "complaint_id", "days")
    assert rows == [("A", 1096), ("D", 365), ("C", 30), ("B", 90)]
    assert told(old, backlog.rows(HERE, 2, 1), "complaint_id") == ["D", "C"]
    assert old.rows(backlog.row_count(HERE)) == [(4,)]


def test_nothing_ages_beyond_the_data_date(old):
    year = days("2023-01-01", "2023-12-31")
    assert told(old, backlog.rows(year, 1), "days") == [1096]
    assert told(old, backlog.sponsors(year), "oldest")[0] == 1096


# --- from the petition to the dispute and back ------------------------------------------------------------------------


@pytest.fixture
def linked(database):
    database.add_cases("""
        case_id closed_at  outcome   opened_at
        a       2023-11-10 mediated  2023-11-02
        b       2023-11-10 failed    2023-11-02
        c       -          -         2023-11-02
        d       2023-12-05 mediated  2023-11-02
        e       2023-11-10 -         2023-11-02""")
    database.add_complaints("""
        complaint_id case_id opened_at  closed_at  status solved nature
        A            a       2023-11-01 2023-11-11 closed yes    申诉求决
        B            b       2023-11-02 -          open   -      申诉求决
        C            c       2023-11-03 -          open   -      申诉求决
        D            d       2023-11-04 2023-12-06 closed -      申诉求决
        E            lost    2023-11-05 -          open   -      申诉求决
        F            -       2023-11-06 -          open   -      申诉求决
        G            e       2023-11-07 2023-11-12 closed no     检举控告
        H            a       2023-10-07 2023-11-12 closed no     申诉求决""")
    return database


def test_each_petition_has_one_fate(linked):
    rows = told(linked, linkage.chain(HERE), "linked", "found", "result", "closed", "solved", "n")
    assert sorted(rows, key=str) == sorted(
        [
            (True, True, "mediated", True, True, 1),
            (True, True, "failed", False, None, 1),
            (True, True, "open", False, None, 2),  # the dispute of D is settled after the data date
            (True, False, None, False, None, 1),
            (False, False, None, False, None, 1),
            (True, True, "unknown", True, False, 1),
        ],
        key=str,
    )


def test_what_was_not_settled_is_listed_the_oldest_first_and_no_accusation(linked):
    rows = told(linked, linkage.unsettled(HERE, 10), "complaint_id", "result")
    assert rows == [("B", "failed"), ("C", "open"), ("D", "open"), ("E", None)]
    assert linked.rows(linkage.unsettled_count(HERE)) == [(4,)]


@pytest.mark.parametrize(("district", "n"), [("示范区", 7), (None, 7), ("别处", 0)])
def test_petitions_that_name_a_dispute_are_counted_by_district(linked, district, n):
    assert linked.rows(linkage.named(district)) == [(n,)]
