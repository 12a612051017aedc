"""The roll-up in memory answers what SQL answers: the same columns and numbers, for any rows and any choice."""

import random
from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd
import pytest

from cockpit import cube, periods
from cockpit.choice import bounds
from queries.aggregate import summary
from queries.filters import Filters
from queries.measures import MEASURES
from queries.series import moves, stays
from queries.sources import SOURCES
from queries.tables import FACTS, metadata
from tests.rows import Rows

STREETS, CATEGORIES, CHANNELS = ("西乡街道", "福永街道", None), ("邻里纠纷", "劳动争议"), ("来访", "12345", "网上")
OUTCOMES = ("mediated", "failed", "withdrawn", "payment_order", "written_off", None)
FIRST, DAYS = datetime(2022, 11, 20), 300
AS_OF = datetime(2023, 7, 18, 12)  # inside the data: some of the rows lie after it


def some_moment(chance: random.Random, likely: float = 1.0, around: datetime | None = None) -> datetime | None:
    if chance.random() > likely:
        return None
    if around is None:
        return FIRST + timedelta(days=chance.randrange(DAYS), seconds=chance.choice((0, 1, 43_200, 86_399)))
    return around + timedelta(days=chance.choice((-20, 0, 1, 5, 16, 30, 61, 100)), seconds=chance.choice((0, 3600)))


def some_row(chance: random.Random, table: str) -> dict:
    """A row as bad days make it: times in any order, status against dates, flags against due times."""
    opened = some_moment(chance)
    assert opened is not None
    closed = some_moment(chance, 0.7, opened)
    row = {
        "street": chance.choice(STREETS),
        "category": chance.choice(CATEGORIES),
        "channel": chance.choice(CHANNELS),
        "opened_at": opened,
        "closed_at": closed,
        "accepted_at": some_moment(chance, 0.7, opened),
        "due_at": some_moment(chance, 0.6, opened),
        "overdue": chance.choice((True, False, None)),
        "status": chance.choice(("open", "closed")) if chance.random() < 0.2 else "closed" if closed else "open",
    }
    if table == "complaints":
        answers = {name: chance.choice((True, False, None)) for name in ("contacted", "solved", "satisfied")}
        return row | answers | {"backlog": chance.random() < 0.3, "repeat_of": chance.choice(("A", None))}
    return row | {
        "outcome": chance.choice(OUTCOMES) if closed else None,
        "filed_at": some_moment(chance, 0.4, opened),
        "performed_at": some_moment(chance, 0.4, closed or opened),
        "enforcement_at": some_moment(chance, 0.2, closed or opened),
        "reopened_at": some_moment(chance, 0.3, closed or opened),
        "amount_claimed": chance.choice((None, 0, 1000)),
        "amount_paid": chance.choice((None, 0, 12.5)),
    }


def fill(database, seed: int, n: int, as_of: datetime | None = AS_OF) -> None:
    chance, rows = random.Random(seed), Rows()
    with database.engine.begin() as connection:
        for name in FACTS:
            some = [rows.row(name, **some_row(chance, name)) for _ in range(n)]
            if some:
                connection.execute(metadata.tables[name].insert(), some)
        if as_of is not None:
            connection.execute(metadata.tables["loads"].insert(), [rows.row("loads", target="all", as_of=as_of)])


def rolled_up(database, table: str, unit: str, first_weekday: int = 0) -> tuple[cube.Cube, list[Filters]]:
    """The cube as the session fills it, and every month or week of the data as a choice."""
    reach = bounds(lambda question, *arguments: database.frame(question(*arguments)))
    assert reach is not None
    first, last = (periods.holding(day, unit, first_weekday) for day in (reach.first, reach.last))
    known, _ = periods.holding((reach.data_date - timedelta(microseconds=1)).date(), unit, first_weekday)
    starts = pd.date_range(first[0], last[0], freq="MS" if unit == "month" else "7D")
    everything = Filters(first[0], last[1], reach.data_date)
    keys = cube.keys_of(table)
    question = moves(
        keys, FACTS[table], everything, datetime.combine(known, time()), unit, cube.DIMENSIONS[table], first_weekday
    )
    pieces = [
        Filters(*periods.holding(start.date(), unit, first_weekday), data_date=reach.data_date) for start in starts
    ]
    return cube.build(database.frame(question), keys, starts), pieces


def numbers(frame: pd.DataFrame, by: tuple[str, ...]) -> dict:
    """Values by group, however the rows are ordered and missing values are written."""
    cells = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return {
        tuple(row.pop(name) for name in by): {
            name: None if value is None else round(float(value), 9) for name, value in row.items()
        }
        for row in cells
    }


def some_choice(chance: random.Random, pieces: list[Filters]) -> Filters:
    """Consecutive months or weeks, and any of the other filters."""
    start = chance.randrange(len(pieces))
    end = chance.randrange(start, len(pieces))
    named = ("西乡街道", "福永街道", "别处")
    return Filters(
        pieces[start].start,
        pieces[end].end,
        pieces[0].data_date,
        streets=tuple(chance.sample(named, chance.randrange(3))),
        categories=tuple(chance.sample(CATEGORIES, chance.choice((0, 0, 1)))),
        channels=tuple(chance.sample(CHANNELS, chance.choice((0, 0, 2)))),
        scope=chance.choice((None, None, ("福永街道",), ())),
    )


def assert_same(database, rolled: cube.Cube, table: str, choice: Filters, by: tuple[str, ...]) -> None:
    keys = cube.keys_of(table)
    asked = database.frame(summary(keys, FACTS[table], choice, by))
    answer = rolled.figures(keys, choice, by)
    assert list(answer.columns) == list(asked.columns)
    assert numbers(answer, by) == numbers(asked, by), choice


BY = ((), ("street",), ("category",), ("channel", "street"), ("street", "category", "channel"))


@pytest.mark.parametrize("unit", ["month", "week"])
@pytest.mark.parametrize("table", FACTS)
def test_the_cube_says_what_sql_says(database, table, unit):
    first_weekday = {"month": 0, "week": 4}[unit]
    fill(database, seed=7, n=250)
    rolled, pieces = rolled_up(database, table, unit, first_weekday)
    chance = random.Random(f"{table} {unit}")
    for by in BY * 3:
        assert_same(database, rolled, table, some_choice(chance, pieces), by)


@pytest.mark.parametrize("as_of", [None, datetime(2023, 9, 1), datetime(2022, 1, 1), datetime(2025, 1, 1)])
def test_the_data_date_may_lie_anywhere(database, as_of):
    fill(database, seed=11, n=80, as_of=as_of)
    for table in FACTS:
        rolled, pieces = rolled_up(database, table, "month")
        for choice in (pieces[0], pieces[len(pieces) // 2], pieces[-2], pieces[-1]):
            assert_same(database, rolled, table, choice, ("street",))


@pytest.mark.parametrize("table", FACTS)
def test_quantiles_in_memory_are_those_of_sql(database, table):
    fill(database, seed=13, n=250)
    _, pieces = rolled_up(database, table, "month")
    everything = Filters(pieces[0].start, pieces[-1].end, pieces[0].data_date)
    known = cube.stays(database.frame(stays(FACTS[table], everything, cube.DIMENSIONS[table])))
    chance = random.Random(table)
    for choice in [some_choice(chance, pieces) for _ in range(20)]:
        asked = database.frame(summary(("median_days", "p90_days"), FACTS[table], choice)).iloc[0]
        for key, q in (("median_days", 0.5), ("p90_days", 0.9)):
            expected = np.nan if asked[key] is None else float(asked[key])
            assert known.spread({"q": q}, choice)[0]["q"] == pytest.approx(expected, abs=1e-9, nan_ok=True), choice


def test_no_duration_has_no_quantile(database):
    everything = Filters(date(2023, 1, 1), date(2023, 12, 31), datetime(2024, 1, 1))
    known = cube.stays(database.frame(stays(FACTS["cases"], everything, cube.DIMENSIONS["cases"])))
    assert np.isnan(known.spread({"q": 0.5}, everything)[0]["q"])


@pytest.mark.parametrize("n", [0, 1, 2])
def test_no_row_and_one_row_are_answered(database, n):
    fill(database, seed=3, n=n, as_of=None)
    if n == 0:  # one table is empty, the other is not
        database.add_complaints("opened_at\n2023-05-05")
    for table in FACTS:
        rolled, pieces = rolled_up(database, table, "month")
        for by in BY:
            assert_same(database, rolled, table, pieces[-1], by)


def test_a_filing_long_before_the_first_opening_is_in_no_month(database):
    database.add_cases("""
        street    opened_at   filed_at
        西乡街道  2023-05-05  1900-01-01
        福永街道  2023-06-05  -
        福永街道  2023-07-05  2023-06-06""")
    rolled, pieces = rolled_up(database, "cases", "month")
    assert [int(rolled.figures(["filed"], piece)["filed"].item()) for piece in pieces] == [0, 1, 0]


def test_a_district_of_wrong_dates_alone_is_empty(database):
    database.add_cases("district  opened_at\n宝安区  1900-01-01\n示范区  2023-05-05")
    month = Filters(date(2023, 5, 1), date(2023, 5, 31), datetime(2023, 6, 1), district="宝安区")
    question = moves(
        cube.keys_of("cases"), FACTS["cases"], month, datetime(2023, 5, 1), "month", cube.DIMENSIONS["cases"]
    )
    rolled = cube.build(database.frame(question), cube.keys_of("cases"), pd.date_range("2023-05-01", periods=1))
    assert rolled.figures(["received"], month)["received"].tolist() == [0]
    assert rolled.figures(["received"], month, ("street",)).empty


def test_a_single_old_opening_costs_one_bucket_and_changes_no_other_figure(database):
    database.add_cases("""
        street    opened_at   closed_at
        西乡街道  1950-01-02  -
        西乡街道  2023-05-05  2023-06-20
        福永街道  2023-07-05  -""")
    rolled, pieces = rolled_up(database, "cases", "week")
    assert rolled.sums.shape[1] == 4
    for piece in (pieces[0], pieces[1], *pieces[-12:]):
        assert_same(database, rolled, "cases", piece, ("street",))


# --- rows of months ---------------------------------------------------------------------------------------------------


def test_a_series_is_its_buckets_one_by_one_with_zeros(database):
    fill(database, seed=5, n=60)
    rolled, pieces = rolled_up(database, "cases", "month")
    keys = (
        "received",
        "closed",
        "pending",
        "overdue",
        "mediation_success_rate",
        "case_closing_rate",
        "disposition_time",
    )
    chosen = pieces[2:9]
    for by in ((), ("street",), ("category", "channel")):
        series = rolled.series(keys, chosen[-1], [piece.since for piece in chosen], by)
        groups = rolled.figures(keys, chosen[-1], by)
        assert len(series) == len(chosen) * len(groups)
        for piece in chosen:
            row = series[series["bucket"] == pd.Timestamp(piece.since)].drop(columns="bucket")
            assert numbers(row, by) == numbers(rolled.figures(keys, piece, by), by)


def test_buckets_before_the_data_hold_nothing(database):
    database.add_cases("opened_at\n2023-05-05\n2023-06-05")
    rolled, pieces = rolled_up(database, "cases", "month")
    starts = [datetime(2023, month, 1) for month in (3, 4, 5, 6)]
    series = rolled.series(("received", "pending"), pieces[-1], starts)
    assert series["received"].tolist() == [0, 0, 1, 1]
    assert series["pending"].tolist() == [0, 0, 1, 2]
    year_ago = Filters(date(2022, 6, 1), date(2022, 6, 30), pieces[0].data_date)
    assert rolled.figures(("received", "pending"), year_ago).to_dict("list") == {"received": [0], "pending": [0]}


def test_numbers_are_whole_where_they_count(database):
    database.add_cases("closed_at  amount_paid\n2023-11-02  12.50")
    rolled, pieces = rolled_up(database, "cases", "month")
    frame = rolled.figures(("closed", "amount_paid", "clearance_rate"), pieces[-1])
    assert [str(kind) for kind in frame.dtypes] == ["int64", "float64", "float64", "int64", "int64"]
    assert np.isclose(frame["amount_paid"].item(), 12.5)


def test_what_cannot_be_summed_is_not_in_the_cube():
    kept = {key for table in SOURCES for key in cube.keys_of(table)}
    left = {"median_days", "p90_days", "pending_age_median", "litigation_per_10k", "pretrial_resolution_rate"}
    left |= {"settled_by_mediation", "visit_arranged_rate"}
    assert set(MEASURES) - kept == left
