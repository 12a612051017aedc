"""What the import is said to have written is what the import would have written."""

import csv
import json

import duckdb
import pandas as pd
import pytest
from sqlalchemy import select

from cockpit import versions
from cockpit.errors import DatabaseError, IntakeError
from cockpit.headline import headline
from cockpit.intake import mapping, prepare
from cockpit.intake.checking.values import MORE_CELLS
from cockpit.intake.contract import OURS
from queries.tables import FACTS, flags, history, load_fields, loads, metadata, rejects
from sample_data import exports, quality
from sample_data.build import SEED, _frames
from sample_data.places import DEMONSTRATION
from sample_data.weekly import FIRST_WEEK, WEEKS


@pytest.fixture(scope="module")
def weekly() -> list[quality.Delivery]:
    """The files behind the loads."""
    seen, made = [], quality.deliveries

    def watched(rng, records):
        for one in made(rng, records):
            seen.append(one)
            yield one

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quality, "deliveries", watched)
        _frames(SEED, lambda part: None)
    return seen


def told(folder, table: str, rows: list[dict[str, str]], surplus: dict[int, list[str]] | None = None):
    """A file in the words of the office."""
    file = folder / "weekly.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(exports.COLUMNS[table].values())
        for place, row in enumerate(rows):
            writer.writerow([*row.values(), *(surplus or {}).get(place, [])])
    return file


def checked(file, plan, url, folder):
    """What the import makes of a file: the file as prepared, and its tables."""
    (one,) = prepare(file, plan, url, folder)
    with duckdb.connect(str(one.checked.database), read_only=True) as scratch:
        return one, {name: scratch.sql(f"FROM {name}").df() for name in ("refused", "fields", "doubts")}


def same_rows(one: pd.DataFrame, other: pd.DataFrame) -> None:
    columns = list(one.columns)
    one, other = (
        frame[columns].astype(object).where(frame[columns].notna(), None).sort_values(columns).reset_index(drop=True)
        for frame in (one, other)
    )
    pd.testing.assert_frame_equal(one, other, check_dtype=False)


@pytest.mark.parametrize(
    ("table", "week"), [("complaints", 41), ("complaints", 45), ("cases", 43), ("cases", 44), ("cases", 48)]
)
def test_a_file_like_this_makes_the_import_write_this(fetch, demonstration_url, weekly, tmp_path, table, week):
    one = next(one for one in weekly if (one.table.name, one.week) == (table, week))
    lost = fetch(select(rejects).where(rejects.c.load_id == one.load_id).order_by(rejects.c.line))
    rows = exports.cells(one.table, one.state.iloc[[*one.kept, *one.twice]]).to_dict("records")
    raw = [json.loads(text) for text in lost["raw"]]
    surplus = {len(rows) + i: said.pop(MORE_CELLS) for i, said in enumerate(raw) if MORE_CELLS in said}
    load = fetch(select(loads).where(loads.c.load_id == one.load_id)).iloc[0]
    plan = mapping.parse(load["mapping_text"].encode(), load["mapping"])
    found, made = checked(told(tmp_path, table, rows + raw, surplus), plan, demonstration_url, tmp_path)

    counts = (found.records.count, found.checked.kept, found.checked.rejected, found.checked.superseded)
    assert counts == tuple(load[f"rows_{what}"] for what in ("read", "kept", "rejected", "superseded"))
    same_rows(lost[["reason", "raw", "record"]], made["refused"])
    fields = fetch(select(load_fields).where(load_fields.c.load_id == one.load_id)).drop(columns="load_id")
    same_rows(fields, made["fields"])
    doubts = one.doubts.assign(record=one.state.iloc[one.kept, 0].to_numpy()[one.doubts["row"]])
    same_rows(doubts[["record", "field", "reason", "value"]], made["doubts"])


@pytest.mark.parametrize("table", FACTS)
def test_the_flags_are_what_the_rules_find(fetch, demonstration_url, tmp_path, table):
    fact = FACTS[table]
    frame = fetch(select(fact).where(fact.c.district == DEMONSTRATION.name, fact.c.opened_at >= "2023-01-01"))
    rows = exports.cells(fact, frame).to_dict("records")
    plan = exports.plan(table, FIRST_WEEK + WEEKS, quality.FRIDAYS[-1])
    _prepared, made = checked(told(tmp_path, table, rows), plan, demonstration_url, tmp_path)
    same_rows(
        fetch(select(flags).where(flags.c.target == table))[["record", "field", "reason", "value"]], made["doubts"]
    )


def test_doubts_of_several_kinds_are_there(fetch):
    found = fetch(select(flags))
    assert set(found["reason"]) == {"before_1990", "in_future", "negative_amount"}
    assert 1 < found["load_id"].nunique()


def test_rows_read_were_kept_rejected_or_superseded(fetch):
    frame = fetch(select(loads))
    assert (frame["rows_read"] == frame[["rows_kept", "rows_rejected", "rows_superseded"]].sum(axis=1)).all()
    assert sorted(frame["target"].value_counts()) == [1, WEEKS, WEEKS]
    lost = fetch(select(rejects))["load_id"].value_counts()
    assert frame.set_index("load_id")["rows_rejected"].sub(lost, fill_value=0).eq(0).all()
    assert frame["rows_superseded"].sum() > 10


def test_rejects_of_every_kind_and_some_corrected(fetch):
    frame = fetch(select(rejects))
    kinds = set(frame["reason"].str.split("; ").explode().str.partition(": ")[0])
    assert kinds == {
        "missing",
        "not a time",
        "not a time (day or month first?)",
        "not a number",
        "not yes or no",
        "unknown value",
        "repeated",
        MORE_CELLS,
    }
    assert 60 <= len(frame) <= 120
    right = frame.dropna(subset="corrected_by")
    assert 20 < len(right) < len(frame) - 20
    assert (right["corrected_by"] > right["load_id"]).all()


@pytest.mark.parametrize("table", FACTS)
def test_what_changed_last_is_what_stands_there(fetch, table):
    fact = FACTS[table]
    changes = fetch(select(history).where(history.c.target == table).order_by(history.c.changed_at))
    last = changes.drop_duplicates(["record", "field"], keep="last")
    frame = fetch(select(fact)).set_index(fact.primary_key.columns.keys()[0])
    for field, group in last.groupby("field"):
        stands = exports.text(fact.c[field], frame.loc[group["record"], field])
        assert list(group["new"].astype(object).where(group["new"].notna(), None)) == list(stands)
    assert {"closed_at", "status", "category", "lon"} <= set(last["field"])


def test_each_change_begins_where_the_one_before_ended(fetch):
    changes = fetch(select(history).order_by(history.c.changed_at)).fillna({"old": "-", "new": "-"})
    before = changes.groupby(["target", "record", "field"])["new"].shift()
    assert before.notna().sum() > 40
    assert (changes["old"] == before)[before.notna()].all()
    assert (changes["old"] != changes["new"]).all()


def test_coordinates_came_with_the_fifth_file(fetch):
    fields = fetch(select(load_fields).where(load_fields.c.field == "lon"))
    share = (fields["filled"] / fields["rows"]).groupby(fields["load_id"].str.extract(r"W(\d+)")[0].astype(int))
    assert (share.max().loc[:44] < 0.75).all()
    assert (share.min().loc[45:] > 0.95).all()


def test_versions_count_every_row_once_and_know_the_measures(fetch, demonstration_url):
    listed = versions.listed(demonstration_url)
    assert [one.number for one in listed] == list(range(WEEKS + 1, 0, -1))
    assert [one.kept for one in listed] == [True] + [False] * WEEKS
    rows = sum(len(fetch(select(table))) for name, table in metadata.tables.items() if name not in OURS)
    assert sum(one.added for one in listed) == rows
    for one in listed[:-1]:
        assert one.kind == "import"
        assert one.sum("read") == one.sum("kept") + one.sum("rejected") + one.sum("superseded")
        assert one.sum("kept") == one.added + one.changed
        received = sum(one.change[table]["received"] for table in FACTS)
        assert received == one.added
    assert listed[0].measures == headline(lambda question, *about: fetch(question(*about)))


def test_changed_records_are_those_of_the_history(fetch, demonstration_url):
    changes = fetch(select(history.c.load_id, history.c.record).distinct())
    number = fetch(select(loads.c.load_id, loads.c.version)).set_index("load_id")["version"]
    by_version = changes["load_id"].map(number).value_counts()
    assert {one.number: one.changed for one in versions.listed(demonstration_url)[:-1]} == by_version.to_dict()


def test_older_versions_are_not_kept_and_it_says_so(demonstration_url):
    with pytest.raises(DatabaseError, match="9"):
        versions.rollback(demonstration_url, 3)
    with pytest.raises(IntakeError, match="already"):
        versions.rollback(demonstration_url, WEEKS + 1)
