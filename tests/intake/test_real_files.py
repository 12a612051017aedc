"""The published files, imported by the mappings of the project: what is measured is what their providers hold."""

import json
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cockpit.__main__ import cli
from cockpit.intake import LoadResult, run
from cockpit.settings import settings
from tests.intake.files import rows_of

MAPPINGS = Path(__file__).resolve().parents[2] / "sample_data" / "mappings"
FILES = {
    "boston311": "boston311_2015_first50k.csv.gz",
    "sf311": "sf311_10000.csv.gz",
    "nyc311": "nyc311_1000.csv.gz",
    "nlrb": "nlrb_r_cases_2009_2011.csv.gz",
    "tdcup2020": "tdcup2020_replies_gb18030.csv.gz",
}


@pytest.fixture(scope="module")
def imported(real_data, tmp_path_factory):
    """Each file in a database of its own, imported when it is first asked for."""
    results: dict[str, tuple[str, LoadResult]] = {}

    def of(name: str) -> tuple[str, LoadResult]:
        if name not in results:
            url = f"duckdb:///{tmp_path_factory.mktemp(name) / 'facts.duckdb'}"
            results[name] = url, run(real_data / FILES[name], MAPPINGS / f"{name}.toml", url)
        return results[name]

    return of


@pytest.mark.parametrize(("name", "rows"), [
    ("boston311", 50_000), ("sf311", 10_000), ("nyc311", 1_000), ("nlrb", 7_967), ("tdcup2020", 2_816),
])  # fmt: skip
def test_every_row_is_taken(imported, name, rows):
    _, result = imported(name)
    assert (result.read, result.kept, result.rejected, result.superseded) == (rows, rows, 0, 0)


def test_null_island_is_no_place(imported):
    url, result = imported("sf311")
    assert result.noted["coordinates_dropped"] == 4_264
    assert sum(lon is None for _, lon in rows_of(url, "complaints", "complaint_id", "lon")) == 4_264


def test_the_default_point_of_boston_stays(imported):
    url, _ = imported("boston311")
    places = [
        (round(lat, 4), round(lon, 4)) for _, lat, lon in rows_of(url, "complaints", "complaint_id", "lat", "lon")
    ]
    assert places.count((42.3594, -71.0587)) == 7_657


@pytest.mark.parametrize(("name", "doubts"), [
    ("boston311", {"shared_point": 7_657, "closed_before_opened": 54, "possible_duplicate": 22}),
    ("sf311", {"closed_before_opened": 17}),
    ("nyc311", {"possible_duplicate": 14}),
    ("nlrb", {"possible_duplicate": 250, "closed_before_opened": 2}),
    ("tdcup2020", {}),
])  # fmt: skip
def test_what_is_doubtful_is_found_and_nothing_else(imported, name, doubts):
    url, result = imported(name)
    found = rows_of(url, "flags", "record", "reason")
    assert Counter(reason for _, reason in found) == doubts
    assert result.flagged == len({record for record, _ in found})


@pytest.fixture
def measure(imported, monkeypatch):
    """``python -m cockpit measure KEY …`` on one of the files: its answer as records."""

    def ask(name: str, *arguments: str) -> list[dict]:
        monkeypatch.setenv("COCKPIT_DATABASE_URL", imported(name)[0])
        settings.cache_clear()
        answer = CliRunner().invoke(cli, ["measure", *arguments, "--format", "json"], catch_exceptions=False)
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.stdout)

    yield ask
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize(("name", "key", "value"), [
    ("boston311", "received", 50_000), ("boston311", "closed", 41_995), ("boston311", "median_days", 3.0267),
    ("boston311", "p90_days", 52.8572), ("boston311", "overdue", 5_141),
    ("sf311", "closed", 9_630), ("sf311", "median_days", 5.6600),
    ("nyc311", "closed", 293), ("nyc311", "median_days", 0.0235),
    ("nlrb", "closed", 7_256), ("nlrb", "median_days", 47.0),
    ("tdcup2020", "closed", 2_816), ("tdcup2020", "median_days", 11.2082),
])  # fmt: skip
def test_what_is_measured_is_what_was_published(measure, name, key, value):
    assert measure(name, key) == [{"value": pytest.approx(value, abs=0.00005)}]


def test_on_time_rate_of_boston(measure):
    assert measure("boston311", "on_time_rate") == [
        {"value": pytest.approx(33_287 / 41_933), "numerator": 33_287, "denominator": 41_933}
    ]


@pytest.mark.parametrize(("name", "by", "counts"), [
    ("boston311", "street", {"Dorchester": 6_003, None: 5_639, "Roxbury": 3_843, "Jamaica Plain": 3_407}),
    ("boston311", "month", {"2015-01": 7_528, "2015-02": 9_052, "2015-03": 10_208, "2015-04": 10_563,
                            "2015-05": 10_436, "2015-06": 2_213}),
    ("nyc311", "street", {"Brooklyn": 327, "Bronx": 228, "Manhattan": 222, "Queens": 208}),
    ("sf311", "street", {None: 4_603}),
    ("nlrb", "category", {"RC": 5_699, "RD": 1_444}),
])  # fmt: skip
def test_received_by_street_month_and_category(measure, name, by, counts):
    found = {record[by]: record["value"] for record in measure(name, "received", "--by", by)}
    assert {key: found[key] for key in counts} == counts
    if by == "month":
        assert sum(found.values()) == 50_000
