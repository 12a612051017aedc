"""Which terms run at all: by procedure and nature, ends, the source's own time and its flag, rights, states."""

from datetime import date, datetime

import pandas as pd
import pytest

from cockpit.deadlines import rules, terms
from tests.deadlines.frames import PLACE, changes, frame, running

PETITION = {"procedure": "petition", "nature": "申诉求决", "opened_at": "2023-09-28", "accepted_at": "2023-10-02"}
ACCEPTED = {"opened_at": "2023-10-01", "accepted_at": "2023-10-02"}


def keys(today: str = "2023-11-01", events: pd.DataFrame | None = None, **tables) -> list[str]:
    return sorted(running(today, events, **tables)["key"])


@pytest.mark.parametrize(
    ("changed", "runs"),
    [
        ({}, True),
        ({"procedure": "statutory"}, False),
        ({"procedure": None}, False),
        ({"nature": "建议意见"}, False),
        ({"nature": None}, False),
        ({"accepted_at": None}, False),
        ({"closed_at": "2023-10-20"}, False),
    ],
)
def test_the_sixty_days_apply_only_where_article_34_says(changed, runs):
    found = keys(complaints=frame("complaints", PETITION | changed))
    assert ("petition.close" in found) is runs


@pytest.mark.parametrize(
    ("row", "runs"),
    [
        ({"channel": "来信"}, True),
        ({"channel": "12345热线"}, False),
        ({"channel": "12345热线", "procedure": "petition"}, True),
        ({"channel": "来信", "accepted_at": "2023-10-20"}, False),
        ({"channel": "来信", "transferred_at": "2023-10-20"}, False),
    ],
)
def test_the_fifteen_days_to_register_are_those_of_petitions_that_nobody_took(row, runs):
    found = keys(complaints=frame("complaints", {"opened_at": "2023-10-19"} | row))
    assert ("petition.register" in found) is runs


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"track": "people", "mediated_at": "2023-10-20"}, []),
        ({"track": "people", "filed_at": "2023-10-20"}, ["mediation.people"]),
        ({"track": "judicial", "channel": "法院委派", "mediated_at": "2023-10-20"}, []),
        ({"track": "judicial", "channel": "法院委派", "filed_at": "2023-10-20"}, []),
    ],
)
def test_mediation_ends_with_its_step_and_delegated_mediation_with_filing(changed, expected):
    assert keys(cases=frame("cases", ACCEPTED | changed)) == expected


@pytest.mark.parametrize("track", ["people", "judicial", "administrative", None])
def test_agreements_of_people_s_mediation_have_a_term_of_their_own(track):
    rows = frame("case_steps", {"step": "司法确认", "entered_at": "2023-10-20", "track": track})
    assert keys(case_steps=rows) == ["confirmation.decide" if track == "people" else "confirmation.special"]


@pytest.mark.parametrize(
    ("changed", "runs"),
    [
        ({}, True),
        ({"nature": "建议意见"}, True),
        ({"procedure": "statutory"}, False),
        ({"channel": "12345热线"}, False),
    ],
)
def test_before_may_2022_the_sixty_days_are_those_of_every_petition_accepted(changed, runs):
    row = {"channel": "来信", "opened_at": "2022-04-20", "accepted_at": "2022-04-25"}
    assert ("petition.close" in keys("2022-05-10", complaints=frame("complaints", row | changed))) is runs


@pytest.mark.parametrize(("nature", "runs"), [("检举控告", False), ("申诉求决", True), (None, True)])
def test_what_is_told_about_accusations_follows_other_rules(nature, runs):
    rows = frame("complaint_steps", {"step": "transfer", "entered_at": "2023-10-20", "nature": nature})
    assert ("petition.notify" in keys("2023-10-21", complaint_steps=rows)) is runs


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ["mediation.people"]),
        ({"due_at": "2023-11-20"}, ["source"]),  # “as a rule within a month” yields to the source's own time
        ({"track": "judicial"}, []),
        ({"track": "judicial", "channel": "法院委派", "due_at": "2023-11-20"}, ["mediation.delegated", "source"]),
        ({"track": "administrative"}, []),
    ],
)
def test_mediation_by_track(changed, expected):
    assert keys(cases=frame("cases", ACCEPTED | {"track": "people"} | changed)) == expected


@pytest.mark.parametrize(
    ("due", "flag", "left", "state"),
    [
        ("2023-11-01", None, 0, "today"),
        ("2023-11-01 18:00", None, 0, "today"),
        ("2023-10-31 23:59", None, -1, "over"),
        ("2023-11-04", None, 3, "three"),
        ("2023-11-05", None, 4, "seven"),
        ("2023-11-08", None, 7, "seven"),
        ("2023-11-09", None, 8, "later"),
        ("2023-10-20", True, -12, "over"),
        ("2023-12-20", True, None, "over"),  # the source has the last word; since when, nobody knows
        (None, True, None, "over"),
        ("2023-12-20", False, 49, "later"),
    ],
)
def test_the_due_time_of_the_source_and_its_flag(due, flag, left, state):
    row = {"opened_at": "2023-10-01", "due_at": due, "overdue": flag}
    (found,) = running("2023-11-01", cases=frame("cases", row)).itertuples()
    assert found.left == left if left is not None else pd.isna(found.left)
    assert terms.state_of(running("2023-11-01", cases=frame("cases", row))).tolist() == [state]


def test_what_the_source_does_not_call_overdue_is_not():
    row = {"opened_at": "2023-10-01", "due_at": "2023-10-20", "overdue": False}
    assert keys(cases=frame("cases", row)) == []


def test_at_a_past_moment_the_flag_of_now_says_nothing():
    versions = rules.versions(rules.book())
    rows = frame("cases", {"opened_at": "2023-08-01", "due_at": "2023-12-20", "overdue": True})
    found = terms.running({"cases": rows}, changes(), versions, date(2023, 11, 1), datetime(2023, 11, 1))
    assert found["left"].tolist() == [49]


def test_the_term_that_ends_first_counts_and_a_paused_one_comes_last():
    rows = frame("complaints", PETITION | {"due_at": "2023-12-20"})
    assert running("2023-11-01", complaints=rows)["key"].tolist() == ["petition.close", "source"]
    paused = changes(("complaints", "pause", "2023-10-20", None, None))
    found = running("2023-11-01", paused, PLACE, complaints=rows)
    assert found["key"].tolist() == ["source", "petition.close"]
    assert terms.state_of(found).tolist() == ["later", "later"]
    assert found["halted"].notna().tolist() == [False, True]


def test_a_term_that_ran_out_before_the_pause_is_overdue_and_not_paused():
    rows = frame("complaints", PETITION)
    found = running("2023-12-20", changes(("complaints", "pause", "2023-12-05", None, None)), PLACE, complaints=rows)
    assert terms.state_of(found).tolist() == ["over"]


def test_an_order_that_was_not_served_lapses_and_nothing_is_overdue():
    row = {"barred": "no", "accepted_at": "2023-10-20", "issued_at": "2023-10-23"}
    rows = frame("payment_orders", row)
    assert keys("2023-11-22", payment_orders=rows) == ["order.serve"]
    assert keys("2023-11-23", payment_orders=rows) == []


def test_an_objection_has_a_term_and_is_never_overdue():
    rows = frame("complaint_steps", {"step": "transfer", "entered_at": "2023-11-20"})
    assert keys("2023-11-27", complaint_steps=rows) == ["petition.notify", "petition.objection"]
    assert keys("2023-11-28", complaint_steps=rows) == ["petition.notify"]
    following = terms.next_terms(running("2023-11-27", complaint_steps=rows))
    assert len(following) == 1
    assert following["duty"].all()


@pytest.mark.parametrize(("barred", "expected"), [("no", ["order.issue"]), ("preservation", []), ("unreachable", [])])
def test_a_request_that_is_barred_is_owed_no_order(barred, expected):
    row = {"barred": barred, "applied_at": "2023-10-20", "accepted_at": "2023-10-22"}
    assert keys(payment_orders=frame("payment_orders", row)) == expected


def test_only_a_term_over_years_without_a_decree_is_a_guess():
    begun = {"step": "transfer", "entered_at": "2030-03-01"}
    assert running("2030-03-02", complaint_steps=frame("complaint_steps", begun))["guessed"].tolist() == [True, False]
    known = {"step": "transfer", "entered_at": "2023-11-01"}
    assert not running("2023-11-02", complaint_steps=frame("complaint_steps", known))["guessed"].any()


def test_no_record_no_term():
    empty = {name: frame(name).iloc[:0] for name in ("cases", "complaints", "case_steps", "complaint_steps")}
    assert running("2023-11-01", **empty).empty
