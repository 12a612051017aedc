"""Court filings per 10,000 residents by rival definitions, on the demonstration."""

from datetime import date, datetime

import pytest

from cockpit import database, definitions, i18n
from cockpit.settings import settings
from queries.aggregate import summary
from queries.filters import Filters
from queries.tables import cases

KNOWN = datetime(2023, 12, 1)
WEEK = Filters(date(2023, 11, 6), date(2023, 11, 12), KNOWN, "示范区")
YEAR = Filters(date(2022, 11, 13), date(2023, 11, 12), KNOWN, "示范区")


@pytest.fixture
def demonstration(monkeypatch, demonstration_url):
    monkeypatch.setenv("COCKPIT_DATABASE_URL", demonstration_url)
    settings.cache_clear()
    i18n.use("zh")
    yield demonstration_url
    settings.cache_clear()


def test_twelve_months_of_a_week_end_with_the_week(demonstration):
    (filed,) = database.fetch(summary(["litigation_per_10k"], cases, YEAR), demonstration)["litigation_per_10k_n"]
    told = definitions.litigation(WEEK).set_index("label")["n"]
    assert told[i18n._("Twelve months")] == filed > 100
