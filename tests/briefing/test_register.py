"""The register keeps what was issued, on SQLite and on PostgreSQL, and says figure by figure what was revised."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit import i18n, session
from cockpit.briefing import register
from cockpit.briefing.document import Briefing, Figure, name_of, name_parts
from cockpit.errors import UnknownValue
from cockpit.settings import settings
from queries.filters import Filters

PROJECT = Path(__file__).resolve().parent.parent.parent
WEEK = Filters(
    date(2023, 11, 20),
    date(2023, 11, 26),
    datetime(2023, 12, 1),
    "宝安区",
    ("西乡街道", "新安街道"),
    channels=("来访",),
)
FIGURES = (
    Figure(name_of("cases.received"), 312.0),
    Figure(name_of("cases.received", when="previous"), 300.0),
    Figure(name_of("cases.received", street="西乡街道"), None),
    Figure(name_of("cases.resolution_rate"), 0.968253968, 305.0, 315.0),
)


def briefing(*figures: Figure, filters: Filters = WEEK) -> Briefing:
    return Briefing("周报", filters, (), figures or FIGURES, "0.1.0", "", datetime(2023, 12, 4, 8))


@pytest.fixture
def kept(state_url, monkeypatch) -> Iterator[None]:
    """An empty register, in the state database of the settings."""
    monkeypatch.setenv("COCKPIT_STATE_URL", state_url)
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture(autouse=True)
def spoken() -> None:
    i18n.use("zh")


# --- writing down -----------------------------------------------------------------------------------------------------


def test_what_was_issued_is_read_as_it_was(kept):
    i18n.use("en")
    before = datetime.now(UTC).replace(tzinfo=None)
    found = register.find(register.issue(briefing(), ("pdf", "pptx"), by="王"))
    assert before <= found.issued_at <= datetime.now(UTC).replace(tzinfo=None)
    assert (found.filters, found.period, found.figures) == (WEEK, "2023-W47", FIGURES)
    assert (found.by, found.language, found.version, found.formats) == ("王", "en", "0.1.0", ("pdf", "pptx"))
    assert (found.hash, found.equals) == (briefing().hash, None)


def test_who_issued_it_is_the_user_unless_said(kept):
    assert register.find(register.issue(briefing(), ["pdf"])).by == register.user() != ""


@pytest.mark.parametrize("scope", [None, (), ("西乡街道",)])
def test_the_scope_of_the_viewer_is_kept(kept, scope):
    filters = replace(WEEK, scope=scope, district=None, streets=())
    assert register.find(register.issue(briefing(filters=filters), ["pdf"])).filters == filters


def test_the_same_again_is_a_new_row_that_names_the_first(kept):
    first = register.issue(briefing(), ["pdf"])
    revised = register.issue(briefing(Figure("cases.received", 313.0)), ["pdf"])
    elsewhere = register.issue(briefing(filters=replace(WEEK, district=None)), ["pdf"])
    again = [register.issue(briefing(), ["docx"]) for _ in range(2)]
    assert len({first, revised, elsewhere, *again}) == 5
    assert [register.find(n).equals for n in (first, revised, elsewhere, *again)] == [None, None, None, first, first]


@pytest.mark.parametrize("issued", [True, False])
@pytest.mark.parametrize("sees", [True, False])
def test_figures_of_a_viewer_of_rows_are_for_viewers_of_rows(kept, monkeypatch, issued, sees):
    row = register.find(register.issue(replace(briefing(), rows=issued), ["pdf"]))
    monkeypatch.setattr(session, "viewer", lambda: session.Viewer(rows=sees, names=sees))
    assert (row.rows, row.comparable) == (issued, sees or not issued)


def test_no_district_equals_no_district(kept):
    everywhere = briefing(filters=replace(WEEK, district=None))
    first = register.issue(everywhere, ["pdf"])
    assert register.find(register.issue(everywhere, ["pdf"])).equals == first


def test_the_newest_come_first(kept):
    numbers = [register.issue(briefing(), ["pdf"]) for _ in range(4)]
    assert [one.id for one in register.issued(3)] == numbers[:0:-1]


@pytest.mark.parametrize(("asked", "near"), [(0, 1), (4, 3), (99, 3), (-5, 1)])
def test_a_number_that_is_none_names_the_nearest(kept, asked, near):
    for _ in range(3):
        register.issue(briefing(), ["pdf"])
    with pytest.raises(UnknownValue, match=f"number {asked}; the nearest is {near}"):
        register.find(asked)


def test_an_empty_register_says_so(kept):
    assert register.issued() == []
    with pytest.raises(UnknownValue, match="register is empty"):
        register.find(1)


ISSUE = """
from tests.briefing.test_register import briefing, register
for _ in range(20):
    print(register.issue(briefing(), ["pdf"], by="schedule"))
"""


def test_two_processes_that_issue_at_once_get_numbers_of_their_own(kept):
    started = [
        subprocess.Popen([sys.executable, "-c", ISSUE], cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in "ab"
    ]
    numbers = [int(line) for process in started for line in process.communicate(timeout=120)[0].split()]
    assert len(set(numbers)) == 40
    rows = register.issued(100)
    assert [one.equals for one in rows] == [min(numbers)] * 39 + [None]


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (date(2023, 11, 20), date(2023, 11, 26), "2023-W47"),
        (date(2023, 11, 18), date(2023, 11, 24), "2023-W47"),
        (date(2024, 12, 30), date(2025, 1, 5), "2025-W01"),
        (date(2023, 11, 1), date(2023, 11, 30), "2023-11"),
        (date(2023, 11, 1), date(2024, 2, 29), "2023-11..2024-02"),
        (date(2023, 11, 6), date(2023, 11, 15), "2023-11-06..2023-11-15"),
    ],
)
def test_the_code_of_a_period(start, end, code):
    assert register.period_code(replace(WEEK, start=start, end=end)) == code


# --- comparing --------------------------------------------------------------------------------------------------------


def test_only_what_differs_is_listed_in_the_order_of_then():
    now = (
        Figure("new", 1.0),
        replace(FIGURES[3], denominator=316.0),
        replace(FIGURES[2], value=7.0),
        FIGURES[0],
        replace(FIGURES[1], name="cases.received@when=other"),
    )
    found = register.compare(FIGURES, now)
    assert [(one.kind, one.name) for one in found] == [
        ("gone", "cases.received@when=previous"),
        ("revised", "cases.received@street=西乡街道"),
        ("revised", "cases.resolution_rate"),
        ("new", "new"),
        ("new", "cases.received@when=other"),
    ]
    assert (found[1].before.value, found[1].now.value) == (None, 7.0)
    assert (found[2].before.denominator, found[2].now.denominator) == (315.0, 316.0)


numbers = st.none() | st.just(float("nan")) | st.integers(0, 9) | st.floats(-1e9, 1e9).map(lambda n: round(n, 9))
figures = st.lists(
    st.builds(Figure, st.text(st.characters(codec="utf-8"), max_size=3), numbers, numbers, numbers),
    unique_by=lambda one: one.name,
)


@given(figures)
def test_nothing_differs_from_itself_nor_from_what_was_kept_of_it(some):
    assert register.compare(some, some) == []
    row = register._row(briefing(*some), ["pdf"], "x")
    again = [Figure(name, *values) for name, values in register.json.loads(row["figures"]).items()]
    assert register.compare(some or FIGURES, again) == []


@given(figures, figures)
def test_a_comparison_turned_round_finds_the_same_figures(old, new):
    there, back = register.compare(old, new), register.compare(new, old)
    turned = {"new": "gone", "gone": "new", "revised": "revised"}
    assert {one.name: one.kind for one in there} == {one.name: turned[one.kind] for one in back}


# --- in words ---------------------------------------------------------------------------------------------------------


@given(st.text(), st.text())
def test_a_name_holds_any_value(street, cluster):
    assert name_parts(name_of("cases.received", street=street, cluster=cluster)) == (
        "cases.received",
        [("street", street), ("cluster", cluster)],
    )


@pytest.mark.parametrize(
    ("name", "chinese", "english"),
    [
        (name_of("received", street="西乡街道"), "受理量 · 西乡街道", "Number received · 西乡街道"),
        (
            name_of("cases.overdue", when="previous"),
            "纠纷 · 超期在办 · 上期",
            "Disputes · Overdue and pending · Period before",
        ),
        (name_of("complaints.received"), "诉求 · 受理量", "Complaints · Number received"),
        (name_of("received", street="a@b=c%"), "受理量 · a@b=c%", "Number received · a@b=c%"),
        (name_of("received", street="a\nb"), "受理量 · a b", "Number received · a b"),
        ("nobody.knows", "nobody.knows", "nobody.knows"),
        (name_of("funnel.in_progress", step="调解"), "漏斗 · 在办 · 调解", "Funnel · In progress · 调解"),
        (
            name_of("cases.received", limits="upper"),
            "纠纷 · 受理量 · 波动上限",
            "Disputes · Number received · Upper limit",
        ),
        (name_of("cases.unplaced"), "纠纷 · 无坐标", "Disputes · Without coordinates"),
        (
            name_of("cases.cluster_expected", cluster="1 西乡街道"),
            "纠纷 · 热点期望件数 · 1 西乡街道",
            "Disputes · Cluster, expected · 1 西乡街道",
        ),
        (
            name_of("cases.received", street="西乡街道", when="previous"),
            "纠纷 · 受理量 · 西乡街道 · 上期",
            "Disputes · Number received · 西乡街道 · Period before",
        ),
        (name_of("received", street="previous"), "受理量 · previous", "Number received · previous"),
    ],
)
def test_a_figure_is_named_in_words(name, chinese, english):
    assert register.label(name) == chinese
    i18n.use("en")
    assert register.label(name) == english


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        (None, "未列入"),
        (Figure("received", None), "—"),
        (Figure("cases.received", 12345.0), "12,345"),
        (Figure("resolution_rate", 0.968253968, 305.0, 315.0), "96.83%（305 ÷ 315）"),
        (Figure("resolution_rate", None, None, None), "—"),
        (Figure("median_days@street=x", 11.0), "11.0 天"),
        (Figure("nobody", 1.5), "1.50"),
        (Figure("funnel.entered", 27), "27"),
        (Figure("funnel.entered", float("nan")), "—"),
    ],
)
def test_a_figure_is_shown_exactly(figure, shown):
    assert register.shown(figure) == shown


def test_a_moment_is_told_by_the_clock_of_the_machine():
    here = datetime.now().replace(microsecond=0)
    assert abs(register.local(datetime.now(UTC).replace(tzinfo=None)) - here) <= timedelta(seconds=1)
