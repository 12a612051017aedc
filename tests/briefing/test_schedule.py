"""A schedule is read with care: what cannot be followed is a sentence, before anything is made."""

from pathlib import Path

import pytest

from cockpit import i18n
from cockpit.briefing import schedule
from cockpit.errors import ScheduleError
from tests.briefing import press
from tests.briefing.press import Press


@pytest.fixture(autouse=True)
def spoken() -> None:
    i18n.use("en")


@pytest.fixture
def read(tmp_path):
    return lambda text: press.read(tmp_path, text)


# --- reading ----------------------------------------------------------------------------------------------------------


def test_what_is_not_said_has_a_usual_value(read, tmp_path):
    found = read("[[scope]]")
    assert (found.period, found.formats, found.language, found.layout) == ("latest_week", ("pdf",), "zh", "standard")
    assert (found.out, found.mail, found.scopes[0].district) == (tmp_path / "briefings", None, None)


def test_a_folder_is_seen_from_the_file_unless_it_is_absolute(read, tmp_path):
    assert read('out = "a/b"\n[[scope]]').out == tmp_path / "a" / "b"
    assert read('out = "/srv/briefings"\n[[scope]]').out == Path("/srv/briefings")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('fromats = ["pdf"]\n[[scope]]', "'fromats' is no key of a schedule; did you mean formats?"),
        ('[[scope]]\n[[scope]]\nstreet = ["a"]', "'scope.2.street' is no key of a schedule; did you mean streets?"),
        ('[[scope]]\n[mail]\nform = "a@b"', "'mail.form' is no key of a schedule; did you mean from?"),
        ('[[scope]]\n[mail]\nto = ["a@b"]', "The key 'mail.from' is missing."),
        ("", "The key 'scope' is missing."),
        ("scope = []", "scope = [] cannot be taken"),
        ('formats = ["pdf", "odt"]\n[[scope]]', "formats.2 = 'odt' cannot be taken: Input should be 'pdf', 'png'"),
        ("formats = []\n[[scope]]", "formats = [] cannot be taken"),
        ('language = "fr"\n[[scope]]', "language = 'fr' cannot be taken"),
        ('period = "yesterday"\n[[scope]]', "period = 'yesterday' cannot be taken: not a week such as 2023-W47"),
        ('period = "2023-W7"\n[[scope]]', "period = '2023-W7' cannot be taken"),
        ("max_age_days = -1\n[[scope]]", "max_age_days = -1 cannot be taken"),
        (
            '[[scope]]\neach_street = "yes"',
            "scope.1.each_street = 'yes' cannot be taken: Input should be False, True or 'only'",
        ),
        ("[[scope]]\ndistrict = 宝安区", "is not TOML"),
        ('[[scope]]\nto = "a@example.org"', "scope.1.to = 'a@example.org' cannot be taken"),
        *(
            (f'[[scope]]\nto = ["{wrong}"]', f"scope.1.to.1 = {wrong.encode().decode('unicode_escape')!r} cannot be")
            for wrong in ("a", "a@b@c", "a@", "@b", "a@b\\nBcc: c@d", "A <a@b>", "a@b,c@d", "a b@c", "\\u0000a@b")
        ),
        ('[[scope]]\nto = ["王@example.org"]', "not an address such as a@example.org"),
    ],
)
def test_what_cannot_be_followed_is_a_sentence(read, text, said):
    with pytest.raises(ScheduleError) as problem:
        read(text)
    assert said in str(problem.value)
    assert "\n" not in str(problem.value) or "TOML" in str(problem.value)


def test_everything_wrong_is_said_at_once_and_in_chinese(read):
    i18n.use("zh")
    with pytest.raises(ScheduleError) as problem:
        read('langauge = "zh"\nperiod = "x"\n[[scope]]')
    said = i18n.say(problem.value.text, problem.value.values)
    assert "没有 'langauge' 这一项。是不是 language？" in said
    assert "period = 'x' 无法采用：不是周（如 2023-W47）" in said


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ScheduleError, match=r"nowhere\.toml cannot be read: No such file"):
        schedule.load(tmp_path / "nowhere.toml")


# --- planning ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "jobs"),
    [
        ("", [("示范区", ())]),
        ("each_street = true", [("示范区", ()), ("示范区", ("云山街道",)), ("示范区", ("松岭街道",))]),
        ('each_street = "only"', [("示范区", ("云山街道",)), ("示范区", ("松岭街道",))]),
        ('streets = ["松岭街道", "云山街道"]', [("示范区", ("松岭街道", "云山街道"))]),
        ('streets = ["松岭街道"]\neach_street = true', [("示范区", ("松岭街道",))]),
    ],
)
def test_a_scope_is_one_briefing_or_one_a_street(read, scope, jobs):
    planned = schedule.plan(read(f'[[scope]]\ndistrict = "示范区"\n{scope}'), Press())
    assert [(job.district, job.streets) for job in planned] == jobs


def test_a_district_that_is_not_there_is_one_failure_among_the_others(read):
    planned = schedule.plan(
        read('[[scope]]\ndistrict = "宝安"\neach_street = true\n[[scope]]\ndistrict = "宝安区"'), Press()
    )
    assert [type(job).__name__ for job in planned] == ["Unplanned", "Job"]
    assert str(planned[0].problem) == "Unknown district '宝安'; did you mean 宝安区?"
