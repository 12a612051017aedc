"""Records that were published and are no longer there, on both engines, by real imports and rollbacks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest

from cockpit import database, versions
from cockpit.intake.publishing import keep
from cockpit.removed import COLUMNS, chosen, removed
from cockpit.settings import settings
from queries.filters import Filters
from queries.tables import cases, complaints, metadata
from tests.intake.files import row, take

NOVEMBER = Filters(date(2023, 11, 1), date(2023, 11, 30), datetime(2023, 12, 1), "宝安区")


@pytest.fixture(params=["file", "server"])
def url(request, tmp_path) -> Iterator[str]:
    """Each engine in turn: three versions, the third is the first again."""
    if request.param == "file":
        address = f"duckdb:///{tmp_path / 'facts.duckdb'}"
    else:
        address = request.getfixturevalue("postgresql_url")
        writer = database.create(address)
        with writer.begin() as connection:
            for table in metadata.sorted_tables:
                connection.execute(table.delete())
        writer.dispose()
        keep.forget(address)
    take(tmp_path, address, [row(), row(编号="A2")])
    take(tmp_path, address, [row(编号="A2", 类别="物业"), row(编号="B1", 街道="福永街道"), row(编号="B2")])
    versions.rollback(address, 1)
    yield address
    settings.cache_clear()


def test_what_a_rollback_took_back_is_named_as_it_stood(url):
    found = removed(complaints, url, url, [1, 2])
    assert list(found) == COLUMNS
    assert found[["record", "street", "category", "version"]].to_numpy().tolist() == [
        ["B1", "福永街道", "噪声", 2],
        ["B2", "西乡街道", "噪声", 2],
    ]
    assert removed(cases, url, url, [1, 2]).empty


def test_only_the_versions_that_are_asked_about_are_compared(url):
    assert removed(complaints, url, url, [1]).empty
    assert removed(complaints, url, url, []).empty
    assert removed(complaints, url, url, [2, 7])["record"].tolist() == ["B1", "B2"]  # 7 was never kept


def test_a_record_that_came_again_is_not_gone(url, tmp_path):
    take(tmp_path, url, [row(编号="B1"), row(编号="C1")])
    assert removed(complaints, url, url, [1, 2, 3])["record"].tolist() == ["B2"]


def test_an_older_version_that_is_looked_at_lacks_nothing_it_had(url):
    second = versions.url_of(url, 2)
    assert removed(complaints, url, second, [1]).empty


def test_a_choice_narrows_by_what_the_records_said_and_not_by_the_period(url):
    found = removed(complaints, url, url, [2])
    long_ago = replace(NOVEMBER, start=date(2020, 1, 1), end=date(2020, 1, 31))
    assert chosen(found, long_ago)["record"].tolist() == ["B1", "B2"]
    assert chosen(found, replace(NOVEMBER, streets=("福永街道",)))["record"].tolist() == ["B1"]
    assert chosen(found, replace(NOVEMBER, categories=("物业",))).empty
    assert chosen(found, replace(NOVEMBER, district="示范区")).empty
    assert len(chosen(found, replace(NOVEMBER, district=None))) == 2
