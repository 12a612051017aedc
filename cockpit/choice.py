"""From what is in the database to a first choice of filters; used by the pages and by the command line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pandas as pd
from sqlalchemy import Table

from queries import catalogue
from queries.filters import add_months
from queries.tables import FACTS

Ask = Callable[..., pd.DataFrame]  # (question, *arguments) → the frame that question(*arguments) yields


@dataclass(frozen=True)
class Bounds:
    """How far the data reach. ``data_date`` is exclusive: what happened before it is known."""

    first: date
    last: date
    newest_opening: datetime
    data_date: datetime


def bounds(ask: Ask, tables: tuple[Table, ...] = tuple(FACTS.values())) -> Bounds | None:
    """None where there is no record (whose time of opening can be believed)."""
    rows = [ask(catalogue.extent, table).iloc[0] for table in tables]
    times = [pd.Timestamp(value) for row in rows for value in row if not pd.isna(value)]
    opened = [pd.Timestamp(row.opened_last) for row in rows if not pd.isna(row.opened_last)]
    if not opened:
        return None
    # Calls and visits have no data date of their own: the pages tell them as of the newest import of all.
    of = tables[0] if len(tables) == 1 and tables[0].name in FACTS else None
    given = ask(catalogue.as_of, of).iloc[0].as_of
    data_date = pd.Timestamp(given) if not pd.isna(given) else max(times).floor("s") + timedelta(seconds=1)
    last = max(*times, data_date - timedelta(microseconds=1))
    return Bounds(min(times).date(), last.date(), max(opened).to_pydatetime(), data_date.to_pydatetime())


def newest_full_month(bounds: Bounds) -> date:
    """First day of the newest month whose last day the openings reach; the month of the newest opening if none."""
    month = add_months(bounds.newest_opening.date(), 0)
    ended = datetime.combine(add_months(month, 1), time()) <= bounds.data_date
    reached = bounds.newest_opening.date() >= add_months(month, 1) - timedelta(days=1)
    return month if ended and reached else max(add_months(month, -1), add_months(bounds.first, 0))


def newest_full_week(bounds: Bounds, first_weekday: int = 0) -> date:
    """As ``newest_full_month``: first day of the newest week whose last day the openings reach."""
    newest = bounds.newest_opening.date()
    week = newest - timedelta(days=(newest.weekday() - first_weekday) % 7)
    ended = datetime.combine(week + timedelta(days=7), time()) <= bounds.data_date
    return week if ended and newest == week + timedelta(days=6) else week - timedelta(days=7)


@dataclass(frozen=True)
class Choices:
    """What the filters offer. ``streets`` by district; ``kinds`` by (column, district), most frequent first."""

    districts: tuple[str, ...]
    streets: dict[str, tuple[str, ...]]
    kinds: dict[tuple[str, str], tuple[str, ...]]


def offered(ask: Ask, first: str | None = None) -> Choices:
    """``first``: the district that comes first, where there is one of that name."""
    areas = ask(catalogue.known_areas)
    places = ask(catalogue.places)
    seen = list(dict.fromkeys([*areas[areas.level == "district"].name, *sorted(set(places.district))]))
    districts = sorted((name for name in seen if name in set(places.district)), key=lambda name: name != first)
    ordered = {
        name: tuple(
            dict.fromkeys(
                [
                    *(street for street in areas[(areas.level == "street") & (areas.parent == name)].name),
                    *sorted(places[(places.district == name)].street.dropna()),
                ]
            )
        )
        for name in districts
    }
    kinds = {}
    for column in ("category", "channel"):
        frame = ask(catalogue.kinds, column).groupby(["district", "value"], as_index=False).n.sum()
        for name in districts:
            kinds[column, name] = tuple(frame[frame.district == name].sort_values("n", ascending=False).value)
    return Choices(tuple(districts), ordered, kinds)
