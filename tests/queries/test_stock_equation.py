"""Stock at the start + received − cleared = stock at the end: for any petitions and any choice, on both engines; the
measures, their parts by street, and the backlog alone. That the roll-up says the same is held by tests/test_cube.py."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queries.aggregate import summary
from queries.filters import Filters, before
from queries.tables import complaints
from tests.rows import Rows

FIRST, DAYS = date(2023, 10, 1), 75
DATA_DATE = datetime(2023, 12, 1)
KEYS = ("pending_at_start", "received", "cleared", "pending")
MIDNIGHTS = st.integers(0, DAYS).map(lambda days: datetime(2023, 10, 1) + timedelta(days=days))
SECONDS = st.integers(0, 86_399).map(lambda seconds: timedelta(seconds=seconds))
MOMENTS = st.one_of(MIDNIGHTS, st.builds(datetime.__add__, MIDNIGHTS, SECONDS))
PETITION = st.fixed_dictionaries(
    {
        "district": st.sampled_from(["示范区", "宝安区"]),
        "street": st.sampled_from(["西乡街道", "福永街道", None]),
        "category": st.sampled_from(["噪声扰民", "劳动保障"]),
        "channel": st.sampled_from(["来访", "12345热线"]),
        "opened_at": MOMENTS,
        "closed_at": st.none() | MOMENTS,
        "status": st.sampled_from(["open", "closed"]),
        "backlog": st.booleans(),
    }
)
CHOICE = st.builds(
    lambda start, days, **chosen: Filters(
        FIRST + timedelta(start), FIRST + timedelta(start + days), DATA_DATE, **chosen
    ),
    st.integers(0, 60),
    st.integers(0, 40),
    district=st.sampled_from([None, "示范区"]),
    streets=st.sampled_from([(), ("西乡街道",), ("西乡街道", "福永街道")]),
    categories=st.sampled_from([(), ("噪声扰民",)]),
    channels=st.sampled_from([(), ("来访",), ("来访", "来信")]),
    scope=st.sampled_from([None, ("福永街道",), ()]),
)
ANY_DATA = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def chosen(row: dict, filters: Filters) -> bool:
    return filters.district in (None, row["district"]) and all(row[name] in values for name, values in filters.chosen())


def left(row: dict) -> datetime | None:
    """When it left the stock: nothing leaves before it has come."""
    closed = row["closed_at"] or (row["opened_at"] if row["status"] == "closed" else None)
    return closed and max(closed, row["opened_at"])


def counted(petitions: list[dict], filters: Filters) -> list[int]:
    """By hand: what stood, came, left and stands."""

    def stands(moment: datetime) -> Callable[[dict], bool]:
        return lambda row: row["opened_at"] < moment and (left(row) is None or left(row) >= moment)

    def within(moment: datetime | None) -> bool:
        return moment is not None and filters.since <= moment < filters.until

    rows = [row for row in petitions if chosen(row, filters)]
    return [
        sum(map(stands(filters.since), rows)),
        sum(within(row["opened_at"]) for row in rows),
        sum(within(left(row)) for row in rows),
        sum(map(stands(filters.until), rows)),
    ]


def fill(database, petitions: list[dict]) -> None:
    database.empty()
    rows = Rows()
    if petitions:
        with database.engine.begin() as connection:
            connection.execute(complaints.insert(), [rows.row("complaints", **row) for row in petitions])


@ANY_DATA
@given(petitions=st.lists(PETITION, max_size=12), filters=CHOICE)
def test_the_stock_at_the_end_is_that_at_the_start_and_what_came_less_what_went(database, petitions, filters):
    fill(database, petitions)
    (row,) = database.frame(summary(KEYS, complaints, filters)).to_dict("records")
    start, new, gone, end = (row[key] for key in KEYS)
    assert start + new - gone == end
    assert [start, new, gone, end] == counted(petitions, filters)


@ANY_DATA
@given(petitions=st.lists(PETITION, max_size=12), filters=CHOICE)
def test_the_equation_holds_in_every_street_and_the_streets_add_up(database, petitions, filters):
    fill(database, petitions)
    frame = database.frame(summary(KEYS, complaints, filters, ("street",)))
    assert (frame["pending_at_start"] + frame["received"] - frame["cleared"] == frame["pending"]).all()
    assert [frame[key].sum() for key in KEYS] == counted(petitions, filters)


@ANY_DATA
@given(petitions=st.lists(PETITION, max_size=12), filters=CHOICE)
def test_the_equation_holds_for_the_backlog_alone(database, petitions, filters):
    fill(database, petitions)
    key = "backlog_cleared_rate"
    rows = [database.frame(summary((key,), complaints, period)).iloc[0] for period in (filters, before(filters))]
    (opened, cleared), (opened_before, cleared_before) = ((row[f"{key}_d"], row[f"{key}_n"]) for row in rows)
    start, new, gone, end = (
        opened_before - cleared_before,
        opened - opened_before,
        cleared - cleared_before,
        opened - cleared,
    )
    assert [start, new, gone, end] == counted([one for one in petitions if one["backlog"]], filters)
