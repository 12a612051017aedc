"""Roll-ups beside the common one: a few measures by dimensions that only one page asks for."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
from sqlalchemy import Table

from cockpit import session
from cockpit.cube import Cube
from queries.aggregate import happening
from queries.filters import Filters

COMMON = ("street", "category", "channel")  # what the header narrows


def figures(keys: Sequence[str], table: Table, filters: Filters, by: tuple[str, ...]) -> pd.DataFrame:
    """Additive measures by any dimensions, raw, as ``queries.aggregate.happening`` answers them: of whole months from
    a roll-up of just these measures, of other periods by SQL. Combinations without anything may stand in it."""
    if not filters.whole_months:
        return session.load(happening, tuple(keys), table, filters, by, raw=True)
    return kept(keys, table, filters.district, by).figures(keys, filters, by)


def kept(keys: Sequence[str], table: Table, district: str | None, by: tuple[str, ...]) -> Cube:
    """The roll-up of the district by month; filled when it is first asked for."""
    dimensions = tuple(dict.fromkeys((*COMMON, *by)))
    make = partial(session.roll_up, table.name, district, "month", tuple(keys), dimensions)
    return session.kept(make, table.name, district, *dimensions, *keys)
