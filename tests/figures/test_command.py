"""python -m cockpit figures, as it is typed."""

import csv
import io
import json
from dataclasses import replace

import pytest

from cockpit import database, figures
from cockpit.figures import PUBLISHED
from cockpit.figures.rules import equal


@pytest.fixture
def run(run_command):
    """``run(url, …)``: as ``run_command``, of figures."""
    return lambda url, *words: run_command(url, "figures", *words)


def test_every_figure_of_the_demonstration_holds_or_is_not_built(run, demonstration_url):
    code, out, _err = run(demonstration_url, "--format", "json")
    found = json.loads(out)
    assert code == 0
    assert {one["state"] for one in found} == {"holds", "unbuilt"}
    assert len(found) == len(PUBLISHED)
    (first, *_rest) = found
    assert first == {
        "id": "B1",
        "place": "深圳 宝安",
        "mechanism": "三调联动",
        "printed": "化解矛盾纠纷14.46万件",
        "computed": 144_600,
        "unit": "count",
        "since": "2020-01-01",
        "until": "2023-11-30",
        "state": "holds",
    }


def test_a_table_is_for_people_and_a_file_for_programs(run, demonstration_url):
    code, out, _err = run(demonstration_url)
    assert code == 0
    assert "144,600" in out
    assert "not yet built" in out
    code, out, _err = run(demonstration_url, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["id"] for row in rows] == [figure.id for figure in PUBLISHED]


def test_one_that_does_not_hold_ends_with_1(run, demonstration_url, monkeypatch):
    wrong = (replace(PUBLISHED[0], rule=equal(1)),)
    monkeypatch.setattr(figures.judged, "__defaults__", (wrong,))
    code, out, _err = run(demonstration_url, "--format", "json")
    assert code == 1
    assert [one["state"] for one in json.loads(out)] == ["differs"]


def test_other_data_than_the_demonstration_are_refused(run, tmp_path):
    url = f"duckdb:///{tmp_path / 'real.duckdb'}"
    database.create(url).dispose()
    code, out, err = run(url)
    assert (code, out) == (2, "")
    assert "real.duckdb" in err
    assert "holds other data" in err
