"""What comes again: changed values are kept, corrected rejects leave the list, doubts are those of the newest load."""

import csv
import json

import pytest
from sqlalchemy import insert, select

from cockpit import clock, database
from cockpit.errors import AlreadyLoaded
from cockpit.intake import contract, run
from queries.tables import flags, loads
from tests.intake.files import MAPPING, row, rows_of, take

CHANGES = ("record", "field", "old", "new")


def test_every_changed_field_of_a_known_record_is_kept_as_text(tmp_path, url):
    before = clock.now()
    take(tmp_path, url, [row(), row(编号="A2"), row(编号="A3")])
    assert rows_of(url, "history") == []
    second = take(
        tmp_path,
        url,
        [
            row(办结时间="", 状态="在办", 满意="", 人数="5", 经度="113.9", 纬度="22.5"),
            row(编号="A2"),
            row(编号="A3", 类别="占道", 满意="否", 登记时间="2023-11-01 10:30", 经度="114"),
            row(编号="A4"),
        ],
    )
    assert (second.added, second.changed) == (1, 2)
    assert sorted(rows_of(url, "history", *CHANGES)) == [
        ("A1", "closed_at", "2023-11-03 00:00:00", None),
        ("A1", "lat", "22.58", "22.5"),
        ("A1", "lon", "113.86", "113.9"),
        ("A1", "people_count", "3", "5"),
        ("A1", "satisfied", "true", None),
        ("A1", "status", "closed", "open"),
        ("A3", "category", "噪声", "占道"),
        ("A3", "lon", "113.86", "114"),
        ("A3", "opened_at", "2023-11-01 09:00:00", "2023-11-01 10:30:00"),
        ("A3", "satisfied", "true", "false"),
    ]
    said = set(rows_of(url, "history", "target", "load_id"))
    assert said == {("complaints", second.load_id)}
    assert all(before <= when <= clock.now() for (when,) in rows_of(url, "history", "changed_at"))


def test_what_a_second_mapping_does_not_name_has_no_history(tmp_path, url):
    take(tmp_path, url, [row(), row(编号="A2")])
    (tmp_path / "more.csv").write_text("id,in,lead\nA1,2023-11-01 09:00,张某\nA2,2023-11-01 09:00,\n", "utf-8")
    (tmp_path / "more.toml").write_text(
        'table = "complaints"\n[columns]\ncomplaint_id = "id"\nopened_at = "in"\nsponsor = "lead"\n'
        '[constants]\ndistrict = "宝安区"\n',
        "utf-8",
    )
    second = run(tmp_path / "more.csv", tmp_path / "more.toml", url)
    assert (second.added, second.changed) == (0, 1)
    assert rows_of(url, "history", *CHANGES) == [("A1", "sponsor", None, "张某")]


def test_a_key_of_several_columns_is_one_record(tmp_path, url):
    mapping = (
        'table = "case_steps"\n[columns]\ncase_id = "案"\nposition = "序"\nstep = "环节"\nentered_at = "进入"\n'
        '[constants]\nprogramme = "诉前调解"\n'
    )
    (tmp_path / "steps.toml").write_text(mapping, "utf-8")
    for step in ("登记", "受理"):
        text = f"案,序,环节,进入\nC1,1,{step},2023-11-01\nC1,2,调解,2023-11-02\n"
        (tmp_path / "steps.csv").write_text(text, "utf-8")
        result = run(tmp_path / "steps.csv", tmp_path / "steps.toml", url)
    assert (result.added, result.changed) == (0, 1)
    assert rows_of(url, "history", *CHANGES) == [("C1/诉前调解/1", "step", "登记", "受理")]


def test_the_same_content_is_loaded_once(tmp_path, url):
    first = take(tmp_path, url, [row(), row(编号="A2")])
    with pytest.raises(AlreadyLoaded, match=r"file\.csv was loaded on .* as version 1; nothing was changed\. --again"):
        take(tmp_path, url, [row(), row(编号="A2")])
    assert len(rows_of(url, "loads")) == len(rows_of(url, "versions")) == 1
    again = take(tmp_path, url, [row(), row(编号="A2")], again=True)
    assert (again.version, again.added, again.changed) == (first.version + 1, 0, 0)
    assert rows_of(url, "history") == []


def test_the_same_content_into_another_table_is_another_load(tmp_path, url):
    take(tmp_path, url, [row()])
    text = MAPPING.format(read="", more="").replace("complaints", "cases").replace("complaint_id", "case_id")
    lines = [line for line in text.splitlines() if not line.startswith(("satisfied", "people_count"))]
    (tmp_path / "cases.toml").write_text("\n".join(lines), "utf-8")
    assert run(tmp_path / "file.csv", tmp_path / "cases.toml", url).kept == 1


def test_a_reject_is_corrected_when_a_later_load_keeps_its_record(tmp_path, url):
    first = take(tmp_path, url, [row(登记时间="昨天"), row(编号="A2", 登记时间="?"), row(编号="A3")])
    assert rows_of(url, "rejects", "line", "record", "corrected_by") == [(2, "A1", None), (3, "A2", None)]
    second = take(tmp_path, url, [row()])
    assert rows_of(url, "rejects", "line", "load_id", "corrected_by") == [
        (2, first.load_id, second.load_id),
        (3, first.load_id, None),
    ]


def test_a_reject_without_an_identifier_is_corrected_by_the_file_that_names_it(tmp_path, url):
    """The list of rejects is downloaded, corrected in a spreadsheet and loaded again."""
    first = take(tmp_path, url, [row(编号=""), row(编号="", 街道="福永街道"), row(编号="A3", 登记时间="?")])
    listed = [
        (*json.loads(raw).values(), first.load_id, str(line)) for line, raw in rows_of(url, "rejects", "line", "raw")
    ]
    header = (*json.loads(rows_of(url, "rejects", "raw")[0][0]), *contract.REJECTED_COLUMNS)
    corrected = [("A1", *listed[0][1:]), listed[1], ("A3", "2023-11-05", *listed[2][2:])]
    with (tmp_path / "corrected.csv").open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([header, *corrected])
    (tmp_path / "mapping.toml").write_text(MAPPING.format(read="", more=""), "utf-8")
    second = run(tmp_path / "corrected.csv", tmp_path / "mapping.toml", url)
    assert (second.kept, second.rejected) == (2, 1)
    assert rows_of(url, "complaints", "complaint_id") == [("A1",), ("A3",)]
    open_ = [
        (load, line) for load, line, by in rows_of(url, "rejects", "load_id", "line", "corrected_by") if by is None
    ]
    assert open_ == [(second.load_id, 3)], "the row that is rejected again is listed once, under the new load"


def test_doubts_are_those_of_the_newest_load(tmp_path, url):
    first = take(tmp_path, url, [row(办结时间="2023-10-01"), row(编号="A2", 办结时间="2023-10-01")])
    flagged = {(record, field) for record, field in rows_of(url, "flags", "record", "field")}
    assert first.flagged == 2
    assert {"A1", "A2"} == {record for record, _field in flagged}
    second = take(tmp_path, url, [row()])
    assert second.flagged == 0
    assert {record for (record,) in rows_of(url, "flags", "record")} == {"A2"}
    assert {load for (load,) in rows_of(url, "flags", "load_id")} == {first.load_id}


def test_a_file_that_says_nothing_of_a_field_leaves_its_doubts(tmp_path, url):
    take(tmp_path, url, [row()])
    writer = database.create(url)
    with writer.begin() as connection:
        doubt = {"target": "complaints", "record": "A1", "field": "lon", "reason": "x", "load_id": "L"}
        connection.execute(insert(flags).values(**doubt))
    writer.dispose()
    (tmp_path / "more.csv").write_text("id,in\nA1,2023-11-01 09:00\n", "utf-8")
    (tmp_path / "more.toml").write_text(
        'table = "complaints"\n[columns]\ncomplaint_id = "id"\nopened_at = "in"\n[constants]\ndistrict = "宝安区"\n',
        "utf-8",
    )
    run(tmp_path / "more.csv", tmp_path / "more.toml", url)
    assert ("A1", "lon") in rows_of(url, "flags", "record", "field")


def test_every_field_of_a_load_is_counted(tmp_path, url):
    result = take(tmp_path, url, [row(), row(编号="A2", 满意="也许"), row(编号="A3", 满意="")])
    counts = {
        field: (rows, filled, valid)
        for load, field, rows, filled, valid, _flagged in rows_of(url, "load_fields")
        if load == result.load_id
    }
    assert counts["satisfied"] == (3, 2, 1)
    assert counts["complaint_id"] == (3, 3, 3)


def test_a_load_says_by_which_mapping(tmp_path, url):
    take(tmp_path, url, [row()])
    with database.connect(url) as connection:
        said = connection.execute(select(loads.c.mapping, loads.c.mapping_text, loads.c.version)).one()
    assert tuple(said) == ("mapping", (tmp_path / "mapping.toml").read_text("utf-8"), 1)


def test_many_changes_are_all_kept(tmp_path, file_url):
    """Each of 50,000 records changes in two fields."""
    many = [row(编号=f"A{i}") for i in range(50_000)]
    take(tmp_path, file_url, many)
    result = take(tmp_path, file_url, [row(编号=f"A{i}", 街道="福永街道", 人数="9") for i in range(50_000)])
    assert (result.added, result.changed) == (0, 50_000)
    assert len(rows_of(file_url, "history", "record")) == 100_000
