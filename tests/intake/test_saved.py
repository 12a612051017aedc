"""A mapping that was saved is found again next week by the header of the file."""

import pytest

from cockpit.errors import IntakeError
from cockpit.intake import mapping
from cockpit.intake.suggesting import saved
from cockpit.intake.suggesting.draft import Draft
from cockpit.intake.suggesting.look import Found, look
from cockpit.settings import settings
from tests.intake import exports

FEW = ("complaint_id", "district", "opened_at")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COCKPIT_MAPPINGS", str(tmp_path / "mappings"))
    settings.cache_clear()
    yield tmp_path / "mappings"
    settings.cache_clear()


def made(found: Found) -> mapping.Mapping:
    draft = Draft.suggested(found, ())
    if not draft.choices["district"].filled:
        draft.say("district", "宝安区")
    return draft.plan


@pytest.fixture
def found(tmp_path) -> Found:
    return look(exports.text(tmp_path, "12345工单.csv", exports.HOTLINE))


def test_what_is_saved_is_loaded(found, folder):
    path = saved.save("热线-周五", made(found), file="12345工单.csv")
    assert (path, saved.names()) == (folder / "热线-周五.toml", ["热线-周五"])
    assert saved.load("热线-周五") == made(found)
    assert path.read_text("utf-8").startswith("# 12345工单.csv · 20")
    assert mapping.load(path) == made(found), "the command line takes the same file"


@pytest.mark.parametrize(
    "plan",
    [
        {"columns": {"complaint_id": 'a"b\'c\\ \n=#', "opened_at": "时间[1].x", "status": " 状态 "}, "values": {
            "status": {"*": "open", "办 结\t": "closed", "": "open"}}},
        {"columns": {"complaint_id": "编号", "opened_at": "日期"}, "formats": {"opened_at": ["%m/%d/%Y", "%d日"]},
         "read": {"null": ["", "-"], "as_of": "2016-01-31", "delimiter": "\t", "header_rows": 2, "header": 4}},
        {"columns": {"complaint_id": "编号", "opened_at": "日期"},
         "constants": {"category": "true", "channel": "12345"}},
    ],
)  # fmt: skip
def test_every_mapping_comes_back_the_same(plan):
    constants = {"district": "宝安区", **plan.get("constants", {})}
    whole = mapping.Mapping.model_validate({"table": "complaints", **plan, "constants": constants})
    saved.save("x", whole, file="a\nb\x07.csv")
    assert saved.load("x") == whole


def test_a_name_that_is_taken_is_not_written_over(found):
    saved.save("x", made(found))
    with pytest.raises(IntakeError, match="'x' already"):
        saved.save("x", made(found))
    other = made(found).model_copy(update={"values": {}})
    saved.save("x", other, overwrite=True)
    assert saved.load("x") == other


@pytest.mark.parametrize("name", ["", "..", "a/b", "../a", "a\\b", "a.toml", "x" * 41, "a\n", "~", "C:"])
def test_a_name_is_no_path(found, name):
    with pytest.raises(IntakeError, match="letters"):
        saved.save(name, made(found))
    with pytest.raises(IntakeError, match="no saved mapping"):
        saved.load(name)


def test_a_mapping_that_nobody_could_load_is_not_saved(found):
    with pytest.raises(IntakeError, match="opened_at"):
        saved.save("x", made(found).model_copy(update={"columns": {"complaint_id": "工单编号"}}))
    assert saved.names() == []


def test_a_folder_that_cannot_be_written_is_named(found, folder):
    folder.write_text("a file stands in the way")
    with pytest.raises(IntakeError, match="COCKPIT_MAPPINGS"):
        saved.save("x", made(found))


def test_next_week_is_recognised(found, tmp_path):
    saved.save("热线", made(found))
    later = [exports.HOTLINE[0], *exports.HOTLINE[30:]]
    (only,) = saved.recognise(look(exports.text(tmp_path, "12345-下周.csv", later)))
    assert (only.name, only.mapping) == ("热线", made(found))
    assert only.well == len(made(found).columns) / len(exports.HOTLINE[0])


def test_the_sheet_and_the_row_of_the_names_may_change(tmp_path):
    november = look(exports.workbook(tmp_path, "a.xlsx", 封面=exports.COVER, 十一月=exports.PETITIONS))
    saved.save("信访", made(november))
    december = look(exports.workbook(tmp_path, "b.xlsx", 封面=exports.COVER, 十二月=exports.PETITIONS[1:]))
    (only,) = saved.recognise(december)
    assert (only.mapping.read.sheet, only.mapping.read.header) == ("十二月", 3)
    assert only.mapping.columns == made(november).columns


def test_the_mapping_of_most_columns_comes_first_and_others_not_at_all(found, tmp_path):
    full = made(found)
    few = full.model_copy(update={"columns": {k: v for k, v in full.columns.items() if k in FEW}, "values": {}})
    strange = full.model_copy(update={"columns": {**full.columns, "sponsor": "包案领导"}})
    for name, plan in (("a-few", few), ("full", full), ("strange", strange)):
        saved.save(name, plan)
    assert [one.name for one in saved.recognise(found)] == ["full", "a-few"]


def test_a_broken_mapping_does_not_hide_the_others(found, folder):
    saved.save("good", made(found))
    (folder / "bad.toml").write_text("[columns", "utf-8")
    (folder / "odd.toml").write_bytes(b"\xff\xfe")
    (folder / "wrong.toml").write_text('table = "complaint"', "utf-8")
    assert [one.name for one in saved.recognise(found)] == ["good"]
    assert saved.broken().keys() == {"bad", "odd", "wrong"}
    assert "'complaints'" in saved.broken()["wrong"]


def test_without_a_folder_there_are_none(found):
    assert (saved.names(), saved.recognise(found), saved.broken()) == ([], [], {})


def test_they_are_kept_beside_the_data(tmp_path, monkeypatch):
    monkeypatch.delenv("COCKPIT_MAPPINGS")
    monkeypatch.setenv("COCKPIT_DATABASE_URL", f"duckdb:///{tmp_path / 'x' / 'facts.duckdb'}")
    settings.cache_clear()
    assert saved.folder() == tmp_path / "x" / "mappings"
