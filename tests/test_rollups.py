"""Roll-ups by other dimensions say what SQL says, for any whole months and any choice."""

from dataclasses import replace
from datetime import date, datetime

import pandas as pd
import pytest

from cockpit import database, petitions, rollups, session, situation
from cockpit.settings import settings
from queries.aggregate import happening
from queries.filters import Filters
from queries.tables import complaints

KEYS = (*petitions.JUDGED, *petitions.COUNTED)
CHOICES = [
    {},
    {"start": date(2023, 1, 1)},
    {"streets": ("青禾街道",)},
    {"categories": ("噪声扰民",), "channels": ("来访", "网上信访")},
    {"start": date(2023, 11, 20), "end": date(2023, 11, 26)},
    {"start": date(2023, 11, 27), "end": date(2023, 12, 3), "streets": ("青禾街道", "云溪街道")},
    {"start": date(2023, 11, 20), "end": date(2023, 11, 26), "categories": ("噪声扰民",)},
    {"start": date(2023, 11, 20), "end": date(2023, 11, 26), "channels": ("12345热线",)},
]


@pytest.fixture(autouse=True)
def demonstration(monkeypatch, demonstration_url):
    monkeypatch.setenv("COCKPIT_DATABASE_URL", demonstration_url)
    settings.cache_clear()
    yield
    settings.cache_clear()


def compared(frame: pd.DataFrame, by: tuple[str, ...], keys: tuple[str, ...]) -> dict:
    """Counts by group, without groups of nothing."""
    counts = [name for name in frame if name.endswith(("_n", "_d")) or name in keys]
    counts = [name for name in counts if not name.endswith("_rate")]
    rows = frame[frame[counts].ne(0).any(axis=1)]
    groups = [tuple(None if pd.isna(name) else name for name in row) for row in rows[list(by)].to_numpy(object)]
    return {group: tuple(row) for group, row in zip(groups, rows[counts].to_numpy(int).tolist(), strict=True)}


@pytest.mark.parametrize("choice", CHOICES, ids=str)
@pytest.mark.parametrize("by", [("organisation", "nature"), ("community",)], ids=str)
def test_they_say_what_sql_says(demonstration_url, choice, by):
    period = {"start": date(2023, 11, 1), "end": date(2023, 11, 30)} | choice
    filters = Filters(data_date=datetime(2023, 12, 1), district="示范区", **period)
    said = database.fetch(happening(KEYS, complaints, filters, by), demonstration_url)
    found = rollups.figures(KEYS, complaints, filters, by)
    assert compared(found, by, KEYS) == compared(said, by, KEYS)
    assert len(said) > 5


def test_what_mediation_settled_adds_up_by_month(demonstration_url):
    year = Filters(date(2023, 1, 1), date(2023, 12, 31), datetime(2023, 12, 1), "南海区")
    assert rollups.figures(("settled_by_mediation",), complaints, year, ())["settled_by_mediation"].tolist() == [13_800]


def test_what_was_warmed_is_read_no_more(monkeypatch):
    petitions.warm()
    situation.warm()
    monkeypatch.setattr(session, "read_once", lambda *_arguments: pytest.fail("read again"))
    november = Filters(date(2023, 11, 1), date(2023, 11, 30), datetime(2023, 12, 1), "示范区", streets=("青禾街道",))
    assert len(petitions.handled(november))
    assert len(petitions.settled(november)) == 3
    for filters in (november, replace(november, start=date(2023, 11, 20), end=date(2023, 11, 26))):
        assert len(petitions.balances(filters)) > 5
        assert len(situation.places(situation.DISPUTES, filters, "community")) > 3
