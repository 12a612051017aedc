"""What the tests of the queries ask, and how: a choice of November 2023, and one measure as a plain value."""

from datetime import date, datetime
from typing import Any

from queries.aggregate import summary
from queries.filters import Filters
from queries.measures import MEASURES
from queries.tables import FACTS

DATA_DATE = datetime(2023, 12, 1)


def november(**choice: Any) -> Filters:
    """November 2023, every district, known to its end; ``choice`` replaces what it names."""
    said = {"start": date(2023, 11, 1), "end": date(2023, 11, 30), "data_date": DATA_DATE} | choice
    return Filters(**{**said, "data_date": moment(said["data_date"])})


def moment(value: str | datetime) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def days(start: str, end: str, **choice: Any) -> Filters:
    return november(start=date.fromisoformat(start), end=date.fromisoformat(end), **choice)


def told(database, key: str, filters: Filters | None = None, table: str = "cases", by: tuple[str, ...] = ()) -> Any:
    """The measure: a number, or (numerator, denominator) for a ratio; with ``by`` a dictionary of them by name."""
    frame = database.frame(summary([key], FACTS[table], filters or november(), by))
    names = [f"{key}_n", f"{key}_d"] if MEASURES[key].is_ratio else [key]
    rows = [tuple(plain(row[name]) for name in names) for row in frame.to_dict("records")]
    numbers = [row if len(row) > 1 else row[0] for row in rows]
    if not by:
        return numbers[0]
    dims = [tuple(plain(row[name]) for name in by) for row in frame.to_dict("records")]
    return {dim if len(dim) > 1 else dim[0]: number for dim, number in zip(dims, numbers, strict=True)}


def plain(value: Any) -> Any:
    """A cell as a test writes it: None for what is missing."""
    return None if value is None or value != value else value
