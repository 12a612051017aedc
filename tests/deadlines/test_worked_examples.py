"""Terms worked out by hand, each with its article: 春节, 国庆 and its make-up days, month ends, changed rules."""

import tomllib
from datetime import date

import pytest

from cockpit.deadlines import rules
from tests.deadlines.frames import PLACE, changes, frame, running
from tests.deadlines.test_rules import OWN

PETITION = {"procedure": "petition", "nature": "申诉求决"}
FREE = {"barred": "no"}

# key, article, table, what the row says, last day
EXAMPLES = {
    "transfer before 春节 2024: the Sunday of 4 February is made up": (
        "petition.objection", "信访工作条例 23", "complaint_steps",
        {"step": "transfer", "entered_at": "2024-02-02 16:00"}, "2024-02-08"),
    "transfer over 春节 2024: 10—17 February are off, the 18th is made up": (
        "petition.objection", "信访工作条例 23", "complaint_steps",
        {"step": "transfer", "entered_at": "2024-02-08 09:00"}, "2024-02-21"),
    "transfer over 国庆 2023: 29 September—6 October off, 7 and 8 October made up": (
        "petition.objection", "信访工作条例 23", "complaint_steps",
        {"step": "transfer", "entered_at": "2023-09-27 09:00"}, "2023-10-10"),
    "transfer on a Saturday: Monday is the first of five working days": (
        "petition.objection", "信访工作条例 23", "complaint_steps",
        {"step": "transfer", "entered_at": "2023-11-04 10:00"}, "2023-11-10"),
    "15 days to register, the day of receipt not counted": (
        "petition.register", "信访工作条例 22", "complaints",
        {"channel": "来信", "opened_at": "2023-11-16 23:30"}, "2023-12-01"),
    "15 days of a petition that end on 1 October do not roll": (
        "petition.register", "信访工作条例 22", "complaints",
        {"channel": "来访", "opened_at": "2023-09-16"}, "2023-10-01"),
    "15 days to notify, from the transfer": (
        "petition.notify", "信访工作条例 23", "complaint_steps",
        {"step": "transfer", "entered_at": "2023-11-20"}, "2023-12-05"),
    "60 days from acceptance, by the text of 2022": (
        "petition.close", "信访工作条例 34", "complaints",
        {**PETITION, "opened_at": "2023-09-28", "accepted_at": "2023-10-02"}, "2023-12-01"),
    "60 days from 1 May 2022, the first day of the new text": (
        "petition.close", "信访工作条例 34", "complaints",
        {**PETITION, "opened_at": "2022-04-20", "accepted_at": "2022-05-01"}, "2022-06-30"),
    "60 days from 30 April 2022, the last day of the old text": (
        "petition.close", "信访条例 33", "complaints",
        {**PETITION, "opened_at": "2022-04-20", "accepted_at": "2022-04-30 23:59"}, "2022-06-29"),
    "30 days to decide a review": (
        "petition.review", "信访工作条例 35", "complaint_steps",
        {"step": "review", "entered_at": "2023-11-03"}, "2023-12-03"),
    "30 days to decide a review by the text of 2005": (
        "petition.review", "信访条例 34", "complaint_steps",
        {"step": "review", "entered_at": "2022-04-15"}, "2022-05-15"),
    "30 days to decide a second review": (
        "petition.second_review", "信访工作条例 36", "complaint_steps",
        {"step": "second_review", "entered_at": "2023-11-03"}, "2023-12-03"),
    "a month from 31 January ends with February": (
        "mediation.people", "人民调解工作若干规定 33", "cases",
        {"track": "people", "opened_at": "2023-01-30", "accepted_at": "2023-01-31"}, "2023-02-28"),
    "a month from 31 January of a leap year": (
        "mediation.people", "人民调解工作若干规定 33", "cases",
        {"track": "people", "opened_at": "2024-01-30", "accepted_at": "2024-01-31"}, "2024-02-29"),
    "a month from 31 March ends on 30 April": (
        "mediation.people", "人民调解工作若干规定 33", "cases",
        {"track": "people", "opened_at": "2023-03-31", "accepted_at": "2023-03-31"}, "2023-04-30"),
    "a month over the turn of the year": (
        "mediation.people", "人民调解工作若干规定 33", "cases",
        {"track": "people", "opened_at": "2023-12-15", "accepted_at": "2023-12-15"}, "2024-01-15"),
    "30 days of delegated mediation that end in 国庆 roll to the made-up Saturday": (
        "mediation.delegated", "特邀调解规定 27", "cases",
        {"track": "judicial", "channel": "法院委派", "opened_at": "2023-09-04", "accepted_at": "2023-09-05"},
        "2023-10-07"),
    "15 days to decide on confirmation that end on 30 September roll over 国庆": (
        "confirmation.decide", "人民调解协议司法确认程序规定 5", "case_steps",
        {"step": "司法确认", "track": "people", "entered_at": "2023-09-15"}, "2023-10-07"),
    "30 days of special procedure for an agreement of other mediators, by the text of 2021": (
        "confirmation.special", "民事诉讼法 187", "case_steps",
        {"step": "司法确认", "track": "judicial", "entered_at": "2023-09-15"}, "2023-10-16"),
    "60 days of any petition accepted under the text of 2005": (
        "petition.close", "信访条例 33", "complaints",
        {"channel": "来信", "nature": "建议意见", "opened_at": "2022-04-20", "accepted_at": "2022-04-30"},
        "2022-06-29"),
    "5 days of a payment order that end in 春节 2024 roll to the made-up Sunday, by the text of 2023": (
        "order.accept", "民事诉讼法 226", "payment_orders",
        {**FREE, "applied_at": "2024-02-05"}, "2024-02-18"),
    "5 days of a payment order that end on New Year 2022 stay with the text of 2017": (
        "order.accept", "民事诉讼法 215", "payment_orders",
        {**FREE, "applied_at": "2021-12-27"}, "2022-01-04"),
    "15 days to issue, begun under the text of 2021, keep its article after it changed": (
        "order.issue", "民事诉讼法 223", "payment_orders",
        {**FREE, "applied_at": "2023-12-18", "accepted_at": "2023-12-20"}, "2024-01-04"),
    "15 days to issue, begun under the text of 2023": (
        "order.issue", "民事诉讼法 227", "payment_orders",
        {**FREE, "applied_at": "2024-01-02", "accepted_at": "2024-01-02"}, "2024-01-17"),
    "30 days to serve that end on 1 May 2022 roll over the holiday, by the old interpretation": (
        "order.serve", "民事诉讼法司法解释 432", "payment_orders",
        {**FREE, "applied_at": "2022-03-20", "accepted_at": "2022-03-22", "issued_at": "2022-04-01"}, "2022-05-05"),
    "30 days to serve by the interpretation of 2022": (
        "order.serve", "民事诉讼法司法解释 430", "payment_orders",
        {**FREE, "applied_at": "2022-04-01", "accepted_at": "2022-04-05", "issued_at": "2022-04-11"}, "2022-05-11"),
    "15 days in which the debtor pays or objects": (
        "order.debtor", "民事诉讼法 223", "payment_orders",
        {**FREE, "applied_at": "2023-11-01", "accepted_at": "2023-11-02", "issued_at": "2023-11-03",
         "served_at": "2023-11-10"}, "2023-11-27"),
    "30 days to sue after preservation": (
        "preservation.sue", "民事诉讼法 104", "payment_orders",
        {"barred": "preservation", "preservation_at": "2023-11-15"}, "2023-12-15"),
}  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_term_ends_on_the_day_that_the_article_says(example):
    key, article, table, row, last = EXAMPLES[example]
    started = next(value for value in row.values() if isinstance(value, str) and value.startswith("20"))
    found = running(started[:10], **{table: frame(table, row)})
    term = found[found["key"].eq(key)].iloc[0]
    assert (term["article"], term["last"]) == (article, date.fromisoformat(last))


PAUSED = {**PETITION, "opened_at": "2023-10-01", "accepted_at": "2023-10-02"}  # 60 days: 1 December
# what happened, last day, days paused, extended and refused
MOVED = {
    "nothing": ((), "2023-12-01", 0, 0, 0),
    "30 days more, approved by the head": ((("extension", "2023-11-20", None, 30),), "2023-12-31", 0, 30, 0),
    "45 days more, of which 30 count": ((("extension", "2023-11-20", None, 45),), "2023-12-31", 0, 30, 15),
    "20 and 20 days more, of which 30 count": (
        (("extension", "2023-11-20", None, 20), ("extension", "2023-12-15", None, 20)), "2023-12-31", 0, 30, 10),
    "on the last day": ((("extension", "2023-12-01", None, 10),), "2023-12-11", 0, 10, 0),
    "the day after, when it had run out": ((("extension", "2023-12-02", None, 30),), "2023-12-01", 0, 0, 0),
    "30 days more, granted before it began, to register it": (
        (("extension", "2023-10-01", None, 30),), "2023-12-01", 0, 0, 0),
    "30 days more, granted on the day it began": ((("extension", "2023-10-02", None, 30),), "2023-12-31", 0, 30, 0),
    "a pause, of which articles 22, 23, 34 and 35 know nothing": (
        (("pause", "2023-10-10", "2023-10-20", None),), "2023-12-01", 0, 0, 0),
}  # fmt: skip
# by rules of a place that let petitions stand still
STOOD = {
    "a pause of ten days": ((("pause", "2023-10-10", "2023-10-20", None),), "2023-12-11", 10, 0, 0),
    "a pause begun before acceptance counts from it": (
        (("pause", "2023-09-20", "2023-10-12", None),), "2023-12-11", 10, 0, 0),
    "two pauses that overlap count once": (
        (("pause", "2023-10-10", "2023-10-20", None), ("pause", "2023-10-15", "2023-10-25", None)),
        "2023-12-16", 15, 0, 0),
    "a pause inside another adds nothing": (
        (("pause", "2023-10-10", "2023-10-30", None), ("pause", "2023-10-15", "2023-10-20", None)),
        "2023-12-21", 20, 0, 0),
    "a pause, then an extension that the pause made timely": (
        (("pause", "2023-10-10", "2023-10-20", None), ("extension", "2023-12-05", None, 30)), "2024-01-10", 10, 30, 0),
    "a pause after it had run out": ((("pause", "2023-12-02", "2023-12-20", None),), "2023-12-01", 0, 0, 0),
}  # fmt: skip


@pytest.mark.parametrize("example", MOVED)
def test_what_moves_the_sixty_days_of_article_34(example):
    events, last, *days = MOVED[example]
    moved = changes(*(("complaints", *event) for event in events))
    found = running("2023-12-31", moved, complaints=frame("complaints", PAUSED))
    (term,) = found[found["key"].eq("petition.close")].itertuples()
    assert (term.last, [term.paused, term.extended, term.refused]) == (date.fromisoformat(last), days)


@pytest.mark.parametrize("example", STOOD)
def test_what_moves_a_term_that_a_place_lets_stand_still(example):
    events, last, *days = STOOD[example]
    moved = changes(*(("complaints", *event) for event in events))
    found = running("2023-12-31", moved, PLACE, complaints=frame("complaints", PAUSED))
    (term,) = found[found["key"].eq("petition.close")].itertuples()
    assert (term.last, [term.paused, term.extended, term.refused]) == (date.fromisoformat(last), days)


def test_a_pause_counts_working_days_where_the_term_does():
    """国庆 2023: of the pause from 28 September to 9 October only 7, 8 and 9 October are working days."""
    answer = rules.Book.model_validate(tomllib.loads(OWN + "pauses = true"))
    row = {"channel": "12345热线", "opened_at": "2023-09-27"}
    events = changes(("complaints", "pause", "2023-09-28", "2023-10-09", None))
    (term,) = running("2023-10-09", events, answer, complaints=frame("complaints", row)).itertuples()
    assert (term.last, term.paused) == (date(2023, 10, 13), 3)


def test_the_time_of_an_appraisal_is_not_part_of_delegated_mediation_and_moves_no_other_term():
    """人民法院在线调解规则 26: 30 days from 5 September 2023 and ten of appraisal end on Sunday 15 October."""
    row = {"track": "judicial", "channel": "法院委派", "opened_at": "2023-09-04", "accepted_at": "2023-09-05"}
    events = changes(("cases", "pause", "2023-09-15", "2023-09-25", None))
    found = running("2023-10-01", events, cases=frame("cases", row | {"due_at": "2023-10-10"}))
    assert found["last"].tolist() == [date(2023, 10, 10), date(2023, 10, 16)]
    assert found["paused"].tolist() == [0, 10]


def test_a_paused_term_stands_still_and_keeps_its_days():
    events = changes(("complaints", "pause", "2023-11-21", None, None))  # 10 days before the end
    left = [
        running(today, events, PLACE, complaints=frame("complaints", PAUSED)).iloc[0]["left"]
        for today in ("2023-11-25", "2023-12-20", "2024-03-01")
    ]
    assert left == [10, 10, 10]


def test_the_time_of_a_hearing_is_not_part_of_a_second_review():
    """信访工作条例 36, second paragraph."""
    events = changes(("complaints", "hearing", "2023-11-10", "2023-11-18", None))
    steps = frame("complaint_steps", {"step": "second_review", "entered_at": "2023-11-03"})
    first = frame("complaint_steps", {"step": "review", "entered_at": "2023-11-03"})
    ends = [running("2023-11-20", events, complaint_steps=one).iloc[0]["last"] for one in (steps, first)]
    assert ends == [date(2023, 12, 11), date(2023, 12, 3)]


def test_consent_extends_delegated_mediation_without_limit_and_the_end_still_rolls():
    """特邀调解规定 27; 民事诉讼法 85: 45 days from 5 September 2023 are 20 October, 46 a Saturday."""
    row = {"track": "judicial", "channel": "法院委派", "opened_at": "2023-09-04", "accepted_at": "2023-09-05"}
    ends = [
        running("2023-10-01", changes(("cases", "extension", "2023-09-25", None, days)), cases=frame("cases", row))
        for days in (15, 16)
    ]
    assert [found.iloc[0]["last"] for found in ends] == [date(2023, 10, 20), date(2023, 10, 23)]
