"""A mapping that cannot be is refused with a sentence: the key, the wrong value, the nearest known one."""

import re
from pathlib import Path

import pytest

from cockpit.errors import IntakeError
from cockpit.intake import mapping, run
from tests.intake.files import GOOD, HEADER, MAPPING, as_csv

PROJECT = Path(__file__).resolve().parents[2]
SOUND = MAPPING.format(read="", more="")


def load(tmp_path, text: str) -> mapping.Mapping:
    path = tmp_path / "wrong.toml"
    path.write_text(text, "utf-8")
    return mapping.load(path)


def test_a_sound_mapping_is_read(tmp_path):
    plan = load(tmp_path, SOUND)
    assert plan.table == "complaints"
    assert plan.columns["opened_at"] == "登记时间"
    assert plan.values["status"] == {"办结": "closed", "在办": "open"}
    assert plan.read.duplicates == "reject"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('table = "complaints"', 'table = "complaint"', ["'complaint'", "'complaints'"]),
        ('table = "complaints"', "", ["'table'", "missing"]),
        ('table = "complaints"', 'table = "loads"', ["'loads'"]),
        ("opened_at =", "opend_at =", ["'opend_at'", "'opened_at'", "[columns]"]),
        ("complaint_id =", "sponsor =", ["'complaint_id'"]),
        ('district = "宝安区"', "", ["'district'", "[constants]"]),
        ('"办结" = "closed"', '"办结" = "close"', ["'close'", "'closed'", "values.status"]),
        ("[values.status]", "[values.statu]", ["'statu'", "'status'"]),
        ("[values.status]", "[values.nature]", ["'nature'", "[columns]"]),
        ("[read]", "[reading]", ["'reading'", "'read'"]),
        ("[read]", '[read]\nencodng = "gbk"', ["'read.encodng'", "'encoding'"]),
        ("[read]", '[read]\nencoding = "gbk18030"', ["read.encoding", "'gbk18030'"]),
        ("[read]", '[read]\nencoding = "base64"', ["read.encoding", "'base64'"]),
        ("[read]", "[read]\nheader = 0", ["read.header", "0"]),
        ("[read]", '[read]\nduplicates = "newest"', ["read.duplicates", "'newest'", "'last'"]),
        ("[read]", '[read]\ntimezone = "Asia/Shanhai"', ["read.timezone", "'Asia/Shanhai'", "'Asia/Shanghai'"]),
        ("[read]", '[read]\noffset = "keep"', ["read.offset", "'keep'", "'drop'"]),
        ("[read]", '[read]\ncoordinates = "gps"', ["read.coordinates", "'gps'", "'gcj02'"]),
        ("[read]", '[read]\nas_of = "yesterday"', ["read.as_of", "'yesterday'"]),
        ("[constants]", '[constants]\nstreet = "西乡街道"', ["'street'", "keep one"]),
        ("[constants]", '[constants]\ncell = "88"', ["'cell'", "computed"]),
        ("[values.status]", '[formats]\nopened_at = ["%Q"]\n[values.status]', ["opened_at", "'%Q'"]),
        ("[values.status]", '[formats]\nstreet = ["%Y"]\n[values.status]', ["'street'", "no time"]),
        ('lon = "经度"', "", ["lon and lat"]),
        ("[columns]", "[columns", ["not TOML"]),
        ('"办结" = "closed"', '办结 = "closed"', ["not TOML", "quotation marks"]),
    ],
)
def test_what_is_wrong_is_named_with_the_nearest_known(tmp_path, old, new, words):
    assert old in SOUND
    with pytest.raises(IntakeError) as caught:
        load(tmp_path, SOUND.replace(old, new, 1))
    message = str(caught.value)
    assert [word for word in words if word not in message] == []
    assert "docs/intake.md" in message


def test_a_mapping_that_is_not_there_is_named(tmp_path):
    with pytest.raises(IntakeError, match=r"nowhere\.toml"):
        mapping.load(tmp_path / "nowhere.toml")


def test_a_column_that_the_file_lacks_is_named_with_the_nearest(tmp_path, file_url):
    (tmp_path / "file.csv").write_text(as_csv([["登记日期" if c == "登记时间" else c for c in HEADER], GOOD]), "utf-8")
    (tmp_path / "mapping.toml").write_text(SOUND, "utf-8")
    with pytest.raises(IntakeError, match=r"'登记时间'.*'登记日期'"):
        run(tmp_path / "file.csv", tmp_path / "mapping.toml", file_url)


def test_values_may_be_flags_numbers_and_dates_of_toml(tmp_path):
    plan = load(tmp_path, SOUND + '[values.satisfied]\n"好" = true\n"差" = false\n[values.people_count]\n"多" = 5\n')
    assert plan.values["satisfied"] == {"好": "true", "差": "false"}
    assert plan.values["people_count"] == {"多": "5"}


def test_the_example_of_the_documentation_is_a_mapping(tmp_path):
    page = (PROJECT / "docs" / "intake.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    plan = load(tmp_path, example)
    assert set(type(plan.read).model_fields) - set(plan.read.model_fields_set) == {"sheet"}


@pytest.mark.parametrize(
    "path", sorted((PROJECT / "sample_data" / "mappings").glob("*.toml")), ids=lambda path: path.stem
)
def test_the_mappings_of_the_project_are_sound(path):
    assert mapping.load(path).named
