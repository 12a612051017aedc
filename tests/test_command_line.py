"""python -m cockpit measure …, as it is typed: what it prints, and how it ends."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from cockpit import database as databases
from queries.tables import metadata
from tests.rows import Rows

PROJECT = Path(__file__).resolve().parent.parent
CASES = """
    district  street    category   channel  opened_at   closed_at   outcome
    示范区    西乡街道  邻里纠纷   来访     2023-11-01  2023-11-03  mediated
    示范区    西乡街道  [red]纠纷  12345    2023-11-02  2023-11-04  failed
    示范区    -         [/b]纠纷   来访     2023-11-30  -           -
    宝安区    福永街道  邻里纠纷   来访     2023-10-31  2023-11-13  mediated"""
COMPLAINTS = "street  opened_at   satisfied  closed_at\n西乡街道  2023-11-05  true  2023-11-06"


@pytest.fixture
def facts(tmp_path) -> str:
    url = f"duckdb:///{tmp_path / 'facts.duckdb'}"
    engine, rows = databases.create(url), Rows()
    with engine.begin() as connection:
        for table, text in (("cases", CASES), ("complaints", COMPLAINTS)):
            connection.execute(metadata.tables[table].insert(), rows.read(table, text))
    engine.dispose()
    return url


@pytest.fixture
def nothing(tmp_path) -> str:
    url = f"duckdb:///{tmp_path / 'empty.duckdb'}"
    databases.create(url).dispose()
    return url


@pytest.fixture
def run(run_command):
    """``run(url, …)``: as ``run_command``, of measure."""
    return lambda url, *words: run_command(url, "measure", *words)


def told(run, url: str, *words: str) -> list[dict]:
    code, out, err = run(url, *words, "--format", "json")
    assert (code, err) == (0, "")
    return json.loads(out)


# --- what it prints ---------------------------------------------------------------------------------------------------


def test_the_default_is_all_the_data(run, facts):
    assert told(run, facts, "received") == [{"value": 4}]
    assert told(run, facts, "pending") == [{"value": 1}]
    assert told(run, facts, "received", "--table", "complaints") == [{"value": 1}]
    assert told(run, facts, "satisfied_rate") == [{"value": 1.0, "numerator": 1, "denominator": 1}]


def test_calls_and_visits_have_measures_too(run, facts):
    engine, rows = databases.create(facts), Rows()
    calls = """
        organisation opened_at  arrive_by  arrived_at
        甲局         2023-11-01 2023-11-02 2023-11-01
        乙局         2023-11-01 2023-11-02 2023-11-05"""
    visits = "record  visitor  due_at      done_at\nc1      网格员   2023-11-05  2023-11-06"
    with engine.begin() as connection:
        connection.execute(metadata.tables["loads"].insert(), rows.read("loads", "load_id  as_of\n1  2023-12-01"))
        connection.execute(metadata.tables["cases"].insert(), rows.read("cases", "case_id  closed_at\nc1  2023-11-03"))
        connection.execute(metadata.tables["whistles"].insert(), rows.read("whistles", calls))
        connection.execute(metadata.tables["follow_ups"].insert(), rows.read("follow_ups", visits))
    engine.dispose()
    assert told(run, facts, "arrived_late_rate", "--by", "organisation") == [
        {"organisation": "乙局", "value": 1.0, "numerator": 1, "denominator": 1},
        {"organisation": "甲局", "value": 0.0, "numerator": 0, "denominator": 1},
    ]
    assert told(run, facts, "visited_on_time_rate", "--by", "visitor", "--district", "示范区") == [
        {"visitor": "网格员", "value": 0.0, "numerator": 0, "denominator": 1}
    ]


def test_a_table_without_rows_is_not_the_default_one(run, nothing):
    engine, rows = databases.create(nothing), Rows()
    with engine.begin() as connection:
        connection.execute(metadata.tables["complaints"].insert(), rows.read("complaints", COMPLAINTS))
    engine.dispose()
    assert told(run, nothing, "received") == [{"value": 1}]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("--from 2023-11-01", 3),
        ("--to 2023-11-01", 2),
        ("--from 2023-11-02 --to 2023-11-02", 1),
        ("--from 2023-11-30 --to 2023-11-30", 1),
        ("--street 西乡街道", 2),
        ("--street 西乡街道 --street 福永街道", 3),
        ("--district 宝安区", 1),
        ("--category 邻里纠纷 --channel 来访", 2),
        ("--street 福永街道 --district 示范区", 0),
    ],
)
def test_choices_narrow_it(run, facts, words, value):
    assert told(run, facts, "received", *words.split()) == [{"value": value}]


def test_by_a_dimension_its_name_comes_first_and_the_missing_one_last(run, facts):
    code, out, _ = run(facts, "mediation_success_rate", "--by", "street", "--format", "json")
    assert code == 0
    assert out == (
        '[{"street": "福永街道", "value": 1.0, "numerator": 1, "denominator": 1}, '
        '{"street": "西乡街道", "value": 0.5, "numerator": 1, "denominator": 2}, '
        '{"street": null, "value": null, "numerator": 0, "denominator": 0}]\n'
    )
    months = told(run, facts, "received", "--by", "month")
    assert months == [{"month": "2023-10", "value": 1}, {"month": "2023-11", "value": 3}]
    assert told(run, facts, "received", "--by", "week")[0] == {"week": "2023-W44", "value": 3}


def test_csv_is_csv(run, facts):
    code, out, _ = run(facts, "mediation_success_rate", "--by", "street", "--format", "csv")
    assert code == 0
    rows = list(csv.reader(io.StringIO(out)))
    assert rows[0] == ["street", "value", "numerator", "denominator"]
    assert rows[1:] == [["福永街道", "1.0", "1", "1"], ["西乡街道", "0.5", "1", "2"], ["", "", "0", "0"]]


def test_a_table_shows_names_as_they_are(run, facts):
    code, out, _ = run(facts, "received", "--by", "category")
    assert code == 0
    assert "[red]纠纷" in out
    assert "[/b]纠纷" in out
    assert "—" in run(facts, "median_days", "--by", "month", "--table", "complaints", "--from", "2023-10-01")[1]


@pytest.mark.parametrize(
    ("words", "records"),
    [
        (("received",), [{"value": 0}]),
        (("clearance_rate",), [{"value": None, "numerator": 0, "denominator": 0}]),
        (("median_days",), [{"value": None}]),
        (("received", "--by", "street"), []),
        (("received", "--by", "month"), []),
        (("received", "--by", "week", "--from", "2023-01-01"), []),
    ],
)
def test_an_empty_database_answers(run, nothing, words, records):
    assert told(run, nothing, *words) == records
    assert run(nothing, *words, "--format", "csv")[0] == 0
    assert run(nothing, *words)[0] == 0


# --- how it ends ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("recieved", "Unknown measure 'recieved'; did you mean received?"),
        ("received --street 西乡", "Unknown street '西乡'; did you mean 西乡街道?"),
        ("received --category 邻里", "did you mean 邻里纠纷?"),
        ("received --channel 1234", "did you mean 12345?"),
        ("received --district 示范", "Unknown district '示范'; did you mean 示范区?"),
        ("received --by stret", "Unknown dimension 'stret'; did you mean street?"),
        ("received --table case", "Unknown table 'case'; did you mean cases?"),
        ("repeat_rate --table cases", "repeat_rate is not defined for cases; it is for complaints."),
        ("received --from 2023-11-30 --to 2023-11-01", "--from 2023-11-30 lies after --to 2023-11-01"),
        ("received --from 30.11.2023", "30.11.2023"),
        ("received --format xml", "xml"),
    ],
)
def test_what_is_wrong_is_named_and_ends_with_2(run, facts, words, said):
    code, out, err = run(facts, *words.split())
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_a_database_that_is_not_there_ends_with_2(run, tmp_path):
    code, out, err = run(f"duckdb:///{tmp_path / 'nowhere.duckdb'}", "received")
    assert (code, out) == (2, "")
    assert "nowhere.duckdb" in err
    assert "Traceback" not in err


def test_it_runs_as_a_command_in_chinese(facts):
    def typed(*words: str) -> subprocess.CompletedProcess:
        environment = {"COCKPIT_DATABASE_URL": facts, "PATH": "/usr/bin:/bin", "LC_ALL": "C"}
        command = [sys.executable, "-m", "cockpit", "measure", *words]
        return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, timeout=60)

    answered = typed("received", "--by", "street", "--format", "json")
    assert (answered.returncode, answered.stderr) == (0, b"")
    assert json.loads(answered.stdout.decode())[-1] == {"street": None, "value": 1}
    refused = typed("recieved")
    assert refused.returncode == 2
    assert "没有这个指标：'recieved'。是不是 received？" in refused.stderr.decode()
