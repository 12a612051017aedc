"""What a check found, told in a few numbers."""

import json
from dataclasses import asdict

import pytest

from cockpit import intake
from cockpit.intake import mapping
from cockpit.intake.outcome import MOST, Outcome, outcome
from tests.intake.files import HEADER, MAPPING, as_csv, row

PLAN = mapping.parse(MAPPING.format(read='duplicates = "last"', more="").encode(), "test.toml")


@pytest.fixture
def told(tmp_path, file_url) -> Outcome:
    """Of ten records, two of which come again, and 300 rows that cannot be taken."""
    good = [row(编号=f"A{i}", 办结时间="2023-10-30" if i < 4 else "2023-11-03") for i in range(10)]
    bad = [row(编号=f"X{i}", 登记时间="", 人数="若干" if i % 2 else "1") for i in range(300)]
    file = tmp_path / "登记.csv"
    file.write_bytes(as_csv([HEADER, *good, *good[:2], *bad]).encode())
    (tmp_path / "work").mkdir()
    (one,) = intake.prepare(file, PLAN, file_url, tmp_path / "work")
    return outcome(one.arrival.name, one.plan.table, one.records.count, one.checked)


def test_every_row_is_accounted_for(told):
    assert (told.file, told.table) == ("登记.csv", "complaints")
    assert (told.read, told.kept, told.rejected, told.superseded) == (312, 10, 300, 2)


def test_reasons_are_counted_one_by_one_most_frequent_first(told):
    assert told.reasons == [["missing: opened_at", 300], ["not a number: people_count", 150]]


def test_doubts_and_fields_are_those_of_what_was_kept(told):
    assert dict(told.doubts)["closed_before_opened"] == 4
    filled = {field: (rows, full) for field, rows, full, _valid, _flagged in told.fields}
    assert filled["complaint_id"] == (312, 312)
    assert filled["opened_at"] == (312, 12)


def test_the_first_rows_refused_are_enough(told):
    assert [line for line, _reason, _raw in told.refused] == list(range(14, 14 + MOST))
    assert json.loads(told.refused[0][2])["编号"] == "X0"


def test_it_can_be_told_in_json(told):
    assert Outcome(**json.loads(json.dumps(asdict(told)))) == told
