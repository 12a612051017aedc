"""Questions to the demonstration database, asked as the pages ask them."""

from collections.abc import Callable
from datetime import date, datetime

import pandas as pd
import pytest
from sqlalchemy import Select

from cockpit import database
from queries.aggregate import summary
from queries.filters import Filters
from queries.tables import FACTS

FIRST, LAST = date(2020, 1, 1), date(2023, 11, 30)
DATA_DATE = datetime(2023, 12, 1)
Fetch = Callable[[Select], pd.DataFrame]


@pytest.fixture(scope="session")
def fetch(demonstration_url) -> Fetch:
    return lambda statement: database.fetch(statement, demonstration_url)


@pytest.fixture(scope="session")
def measure(fetch):
    """The value of one measure for a district."""

    def value(
        key: str, district: str, since: date = FIRST, until: date = LAST, table: str = "cases", **choice
    ) -> float:
        filters = Filters(since, until, DATA_DATE, district, **choice)
        return fetch(summary([key], FACTS[table], filters))[key].item()

    return value
