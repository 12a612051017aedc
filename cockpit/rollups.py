"""Roll-ups beside the common one: a few measures by dimensions that only one page asks for."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from sqlalchemy import Table

from cockpit import session
from cockpit.cube import Cube
from cockpit.periods import Unit
from queries.aggregate import happening
from queries.filters import Filters

COMMON = ("street", "category", "channel")  # what the header narrows
PLACE = ("street", "category")
UNITS: tuple[Unit, ...] = ("month", "week")


def figures(keys: Sequence[str], table: Table, filters: Filters, by: tuple[str, ...]) -> pd.DataFrame:
    """Additive measures by any dimensions, raw, as ``queries.aggregate.happening`` answers them: of whole months, and
    of weeks of all channels, from a roll-up of just these measures; of other periods by SQL."""
    unit = session.made_of(filters)
    if unit is None or (unit == "week" and not set(dict(filters.chosen())) <= set(PLACE)):
        return session.load(happening, tuple(keys), table, filters, by, raw=True)
    found = kept(keys, table, filters.district, by, unit).figures(keys, filters, by)
    happened = np.nan_to_num(found.drop(columns=list(by)).to_numpy(float)).any(axis=1)
    return found[happened].reset_index(drop=True) if by else found


def kept(
    keys: Sequence[str],
    table: Table,
    district: str | None,
    by: tuple[str, ...],
    unit: Unit = "month",
) -> Cube:
    """The roll-up of the district; filled when it is first asked for. Of weeks there are too many to know each
    channel too."""
    dimensions = tuple(dict.fromkeys((*(COMMON if unit == "month" else PLACE), *by)))
    make = partial(session.roll_up, table.name, district, unit, tuple(keys), dimensions)
    return session.kept(make, table.name, district, unit, *dimensions, *keys)
