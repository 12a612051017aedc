"""Files of every kind through the import page, in a real browser: what it takes, what is published, what is left."""

import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from cockpit import database
from cockpit.answers import answer
from cockpit.choice import bounds
from queries.filters import Filters
from queries.measures import MEASURES
from queries.tables import FACTS
from tests.browser.clerk import Clerk
from tests.intake import exports
from tests.intake.test_real_files import FILES
from tests.server import Server, serve

MOST_ACTS = 10


@pytest.fixture(scope="module")
def facts(tmp_path_factory) -> str:
    """A place for facts; there are none yet."""
    return f"duckdb:///{tmp_path_factory.mktemp('facts') / 'data.duckdb'}"


@pytest.fixture(scope="module")
def open_server(facts, tmp_path_factory) -> Iterator[Server]:
    """Whoever opens it may publish."""
    with serve(facts, tmp_path_factory.mktemp("log") / "intake.log", COCKPIT_OPEN="1", COCKPIT_UPLOAD_MB="30") as server:
        yield server


@pytest.fixture
def clerk(open_page, open_server) -> Iterator[Clerk]:
    """Before an empty import page; what the browser complained about fails the test."""
    opened = open_page(open_server, "intake")
    yield Clerk(opened)
    assert opened.complaints == []


# --- published files --------------------------------------------------------------------------------------------------

DISTRICTS = {
    "boston311": "Boston", "sf311": "San Francisco", "nyc311": "New York", "nlrb": "NLRB", "tdcup2020": "A市",
}  # fmt: skip
NOT_USED = {"boston311": ("due_at",)}  # the times that were promised are none by law; the file has a flag of its own
FIGURES = {
    "boston311": {"received": 50_000, "closed": 41_995, "median_days": 3.0267, "p90_days": 52.8572,
                  "on_time_rate": 33_287 / 41_933, "overdue": 5_141},
    "sf311": {"received": 10_000, "closed": 9_630, "median_days": 5.6600},
    "nyc311": {"received": 1_000, "closed": 293, "median_days": 0.0235},
    "nlrb": {"received": 7_967, "closed": 7_256, "median_days": 47.0},
    "tdcup2020": {"received": 2_816, "closed": 2_816, "median_days": 11.2082},
}  # fmt: skip
PARTS = {
    ("boston311", "street"): {"Dorchester": 6_003, None: 5_639, "Roxbury": 3_843, "Jamaica Plain": 3_407},
    ("boston311", "month"): {"2015-01": 7_528, "2015-02": 9_052, "2015-03": 10_208, "2015-04": 10_563,
                             "2015-05": 10_436, "2015-06": 2_213},
    ("sf311", "street"): {None: 4_603},
    ("nyc311", "street"): {"Brooklyn": 327, "Bronx": 228, "Manhattan": 222, "Queens": 208},
    ("nlrb", "category"): {"RC": 5_699, "RD": 1_444},
}  # fmt: skip


def asked(url: str, key: str, district: str, by: str | None = None, **period: date) -> list[dict]:
    """A measure of one district, over all the data unless ``period`` says otherwise."""

    def ask(question, *arguments):
        return database.fetch(question(*arguments), url)

    name = "cases" if district == DISTRICTS["nlrb"] else "complaints"
    reach = bounds(ask, (FACTS[name],))
    assert reach is not None
    filters = Filters(**({"start": reach.first, "end": reach.last} | period), data_date=reach.data_date, district=district)
    return answer(ask, key, FACTS[name], filters, by)


@pytest.mark.parametrize("name", FILES)
def test_a_published_file_takes_few_clicks_and_has_its_figures(clerk, facts, real_data, name):
    clerk.bring(real_data / FILES[name])
    clerk.choose("district_same", DISTRICTS[name])
    for ours in NOT_USED.get(name, ()):
        clerk.choose(ours, "— 不使用")
    clerk.check()
    clerk.publish()
    assert clerk.acts <= MOST_ACTS
    assert "已发布" in clerk.text()
    for key, value in FIGURES[name].items():
        assert asked(facts, key, DISTRICTS[name])[0]["value"] == pytest.approx(value, abs=0.00005), key
    for (of, by), counts in PARTS.items():
        if of == name:
            period = {"start": date(2015, 1, 1), "end": date(2015, 12, 31)} if by == "month" else {}
            found = {record[by]: record["value"] for record in asked(facts, "received", DISTRICTS[name], by, **period)}
            assert {part: found[part] for part in counts} == counts
