"""The reader's choice: what it leaves of the rows, and what the period before and the year before are."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from queries.aggregate import summary
from queries.filters import Filters, add_months, before, last_months, last_year, matching, year_before
from queries.tables import cases
from tests.asking import DATA_DATE, days, november

ROWS = """
    case_id  district  street    category  channel
    A        示范区    西乡街道  邻里纠纷  来访
    B        示范区    西乡街道  劳动争议  12345
    C        示范区    福永街道  邻里纠纷  网上
    D        示范区    -         邻里纠纷  来访
    E        宝安区    西乡街道  邻里纠纷  来访"""


def kept(database, filters: Filters, on=None) -> str:
    statement = select(cases.c.case_id).where(*matching(cases, filters, on)).order_by(cases.c.case_id)
    return "".join(case_id for (case_id,) in database.rows(statement))


@pytest.mark.parametrize(
    ("choice", "left"),
    [
        ({}, "ABCDE"),
        ({"district": "示范区"}, "ABCD"),
        ({"district": "别处"}, ""),
        ({"streets": ("西乡街道",)}, "ABE"),
        ({"streets": ("西乡街道", "福永街道"), "district": "示范区"}, "ABC"),
        ({"categories": ("邻里纠纷",)}, "ACDE"),
        ({"channels": ("12345", "网上")}, "BC"),
        ({"streets": ("西乡街道",), "categories": ("劳动争议",), "channels": ("来访",)}, ""),
        ({"streets": ("' OR 1=1 --",)}, ""),
        ({"scope": None}, "ABCDE"),
        ({"scope": ("福永街道",)}, "C"),
        ({"scope": ()}, ""),
        ({"scope": ("福永街道",), "streets": ("西乡街道",)}, ""),
        ({"scope": ("福永街道", "西乡街道"), "streets": ("西乡街道",), "district": "示范区"}, "AB"),
        ({"scope": ("西乡街道",), "streets": ("西乡街道",)}, "ABE"),
    ],
)
def test_only_what_is_chosen_and_allowed_is_left(database, choice, left):
    database.add_cases(ROWS)
    assert kept(database, november(**choice)) == left


def test_what_is_chosen_is_named_by_column_and_an_empty_scope_is_not_everything():
    assert november(district="示范区").chosen() == []
    assert november(scope=()).chosen() == [("street", ())]
    chosen = november(scope=("福永街道",), streets=("西乡街道",), channels=("12345", "网上")).chosen()
    assert sorted(chosen) == [("channel", ("12345", "网上")), ("street", ("福永街道",)), ("street", ("西乡街道",))]


def test_both_days_of_the_period_belong_to_it(database):
    database.add_cases("""
        case_id  opened_at
        A        2023-11-05T23:59:59
        B        2023-11-06T00:00:00
        C        2023-11-12T23:59:59
        D        2023-11-13T00:00:00""")
    assert kept(database, days("2023-11-06", "2023-11-12"), cases.c.opened_at) == "BC"
    assert kept(database, days("2023-11-06", "2023-11-12")) == "ABCD"


def test_a_missing_date_is_in_no_period(database):
    database.add_cases("case_id  closed_at\nA  -\nB  2023-11-02")
    assert kept(database, november(), cases.c.closed_at) == "B"


# --- other periods ----------------------------------------------------------------------------------------------------


def span(filters: Filters) -> tuple[str, str]:
    return str(filters.start), str(filters.end)


@pytest.mark.parametrize(
    ("start", "end", "earlier", "a_year_ago"),
    [
        ("2023-11-01", "2023-11-30", ("2023-10-01", "2023-10-31"), ("2022-11-01", "2022-11-30")),
        ("2023-01-01", "2023-01-31", ("2022-12-01", "2022-12-31"), ("2022-01-01", "2022-01-31")),
        ("2024-03-01", "2024-03-31", ("2024-02-01", "2024-02-29"), ("2023-03-01", "2023-03-31")),
        ("2024-02-01", "2024-02-29", ("2024-01-01", "2024-01-31"), ("2023-02-01", "2023-02-28")),
        ("2023-07-01", "2023-09-30", ("2023-04-01", "2023-06-30"), ("2022-07-01", "2022-09-30")),
        ("2023-01-01", "2023-12-31", ("2022-01-01", "2022-12-31"), ("2022-01-01", "2022-12-31")),
        ("2023-11-20", "2023-11-26", ("2023-11-13", "2023-11-19"), ("2022-11-21", "2022-11-27")),
        ("2024-01-01", "2024-01-07", ("2023-12-25", "2023-12-31"), ("2023-01-02", "2023-01-08")),
        ("2023-11-15", "2023-11-15", ("2023-11-14", "2023-11-14"), ("2022-11-16", "2022-11-16")),
        ("2023-11-01", "2023-11-29", ("2023-10-03", "2023-10-31"), ("2022-11-02", "2022-11-30")),
    ],
)
def test_the_period_before_and_the_year_before(start, end, earlier, a_year_ago):
    assert span(before(days(start, end))) == earlier
    assert span(year_before(days(start, end))) == a_year_ago


DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@given(DAYS, st.integers(1, 36))
def test_periods_before_lie_end_to_end(start, months):
    first = add_months(start, 0)
    whole = last_months(Filters(first, add_months(first, 1), DATA_DATE), months)
    assert whole.whole_months
    assert before(whole).until == whole.since
    assert before(whole).whole_months


@given(DAYS, st.integers(0, 400))
def test_other_periods_keep_their_length_and_their_weekdays(start, length):
    chosen = Filters(start, date.fromordinal(start.toordinal() + length), DATA_DATE)
    if not chosen.whole_months:
        assert before(chosen).until == chosen.since
        assert before(chosen).days == year_before(chosen).days == chosen.days
        assert year_before(chosen).start.weekday() == chosen.start.weekday()


@given(DAYS, st.integers(0, 400))
def test_seven_days_are_a_week_and_never_whole_months(start, length):
    chosen = Filters(start, date.fromordinal(start.toordinal() + length), DATA_DATE)
    assert chosen.is_week == (length == 6)
    assert not (chosen.is_week and chosen.whole_months)


@pytest.mark.parametrize(
    ("start", "end", "since"),
    [
        ("2023-11-01", "2023-11-30", "2022-12-01"),
        ("2023-11-06", "2023-11-12", "2022-11-13"),
        ("2023-12-25", "2023-12-31", "2023-01-01"),
        ("2024-02-22", "2024-02-28", "2023-03-01"),
        ("2024-02-01", "2024-02-29", "2023-03-01"),
        ("2021-01-01", "2023-11-12", "2022-11-13"),
    ],
)
def test_the_last_year_ends_with_the_period(start, end, since):
    year = last_year(days(start, end))
    assert (year.start, year.end) == (date.fromisoformat(since), date.fromisoformat(end))


@given(DAYS, st.integers(0, 400))
def test_the_last_year_has_no_day_twice(start, length):
    chosen = Filters(start, date.fromordinal(start.toordinal() + length), DATA_DATE)
    assert last_year(chosen).days in (365, 366)
    if chosen.whole_months:
        assert last_year(chosen) == last_months(chosen, 12)


def test_the_choice_itself_is_kept():
    chosen = november(streets=("西乡街道",), scope=("西乡街道",), channels=("来访",))
    for other in (before(chosen), year_before(chosen), last_months(chosen, 12), last_year(chosen)):
        assert (other.streets, other.scope, other.channels) == (("西乡街道",), ("西乡街道",), ("来访",))


@pytest.mark.parametrize(("data_date", "current"), [("2023-11-30T23:59", True), ("2023-12-01", True)])
def test_a_period_that_reaches_the_data_date_is_current(data_date, current):
    assert november(data_date=data_date).is_current is current
    assert not november(data_date="2023-12-01T00:00:01").is_current


def test_a_choice_is_a_value():
    assert november() == november(data_date=datetime(2023, 12, 1))
    assert len({november(), november(), november(streets=("西乡街道",))}) == 2


def test_what_happened_after_the_period_is_not_of_its_last_year(database):
    database.add_cases("filed_at\n2022-11-12\n2022-11-13\n2023-11-12T23:00\n2023-11-13\n2023-11-30")
    ((filed,),) = database.rows(summary(["filed"], cases, last_year(days("2023-11-06", "2023-11-12"))))
    assert filed == 2
