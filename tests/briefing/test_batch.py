"""A schedule is worked off whole: a scope that fails takes no other with it and leaves no file."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit import i18n
from cockpit.briefing import batch, mail, register
from cockpit.briefing.batch import Outcome
from cockpit.briefing.schedule import Schedule
from cockpit.errors import RenderError
from cockpit.settings import settings
from queries.filters import Filters
from tests.briefing import press
from tests.briefing.mailserver import PASSWORD, USER, Mailbox, certificate, free_port, serving
from tests.briefing.press import DATA_DATE, SCHEDULE, Press


def fails() -> None:
    raise RenderError("Nothing was drawn in the block “{block}”.", block="趋势\r\nBcc: x@example.org")


def crashes() -> None:
    raise ZeroDivisionError("a secret of the machine")


@pytest.fixture(autouse=True)
def kept(monkeypatch, tmp_path) -> Iterator[Path]:
    """A register and settings of this test alone, and English."""
    monkeypatch.setenv("COCKPIT_STATE_URL", f"sqlite:///{tmp_path / 'state.sqlite'}")
    settings.cache_clear()
    i18n.use("en")
    yield tmp_path / "state.sqlite"
    settings.cache_clear()
    i18n.use("zh")


@pytest.fixture
def read(tmp_path) -> Callable[[str], Schedule]:
    return lambda text: press.read(tmp_path, text)


@pytest.fixture
def served(monkeypatch, tmp_path) -> Iterator[Mailbox]:
    """The mail server of the settings."""
    own = certificate(tmp_path)
    with serving("starttls", own) as (port, box):
        for name, value in {
            "HOST": "127.0.0.1",
            "PORT": port,
            "USER": USER,
            "PASSWORD": PASSWORD,
            "CA_FILE": own,
        }.items():
            monkeypatch.setenv(f"COCKPIT_SMTP_{name}", str(value))
        settings.cache_clear()
        yield box


def written(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*")) if folder.exists() else []


def text_of(message) -> str:
    return message.get_body().get_content().replace("\r\n", "\n")


# --- names ------------------------------------------------------------------------------------------------------------

WEEK = Filters(date(2023, 11, 20), date(2023, 11, 26), DATA_DATE, "宝安区", ("西乡街道",))


def test_a_file_says_period_and_scope():
    assert batch.stem(WEEK) == "Weekly-briefing_2023-W47_宝安区_西乡街道"
    i18n.use("zh")
    assert batch.stem(WEEK) == "周报_2023-W47_宝安区_西乡街道"
    assert batch.stem(replace(WEEK, start=date(2023, 11, 1), end=date(2023, 11, 30))) == "月报_2023-11_宝安区_西乡街道"
    assert batch.scope(WEEK) == "宝安区 · 西乡街道 · 2023年第47周（11月20日—26日）"


names = st.text(st.characters(codec="utf-8"), min_size=1)


@given(names, st.lists(names, max_size=30), names)
def test_whatever_a_street_is_called_its_file_stays_in_the_folder(district, streets, category):
    stem = batch.stem(Filters(WEEK.start, WEEK.end, DATA_DATE, district, tuple(streets), (category,)))
    assert len(stem.encode()) <= batch.LONGEST
    assert Path(stem).name == stem
    assert all(sign.isalnum() or sign in "-_" or sign.isnumeric() for sign in stem)


@given(names, names)
def test_two_streets_never_share_a_file(one, other):
    stems = {batch.stem(replace(WEEK, streets=(name,))) for name in (one, other)}
    assert (len(stems) == 1) == (one == other)


# --- working it off ---------------------------------------------------------------------------------------------------


def run(plan: Schedule, by: Press, send: bool = True) -> tuple[list[Outcome], list[str]]:
    said: list[str] = []
    return batch.run(plan, by, mail.sender() if send else None, said.append), said


def test_every_scope_is_written_registered_and_sent(read, served, tmp_path):
    outcomes, said = run(read(SCHEDULE), Press())
    stems = [
        "周报_2023-W47_示范区",
        "周报_2023-W47_示范区_云山街道",
        "周报_2023-W47_示范区_松岭街道",
        "周报_2023-W47_宝安区_西乡街道",
    ]
    endings = (".pdf", ".png", "_1_headline.png")
    assert written(tmp_path / "briefings") == sorted(f"{stem}{ending}" for stem in stems for ending in endings)
    assert [(one.number, one.problem) for one in outcomes] == [(n, "") for n in (1, 2, 3, 4)]
    assert [one.by for one in register.issued()] == ["schedule"] * 4
    assert [envelope.rcpt_tos for envelope in served.envelopes] == [["a@example.org"]] * 3 + [
        ["b@example.org", "c@example.org"]
    ]
    assert len(said) == 8
    assert said[-1].startswith("✓ 宝安区 · 西乡街道 · 2023年第47周（11月20日—26日）：第 4 号，")


def test_the_mail_says_the_headline_and_carries_the_files_but_no_single_blocks(read, served):
    run(read(SCHEDULE), Press())
    found = served.messages[-1]
    assert found["Subject"] == "演示数据·虚构 · 周报 · 宝安区 · 西乡街道 · 2023年第47周（11月20日—26日）"
    assert "('西乡街道',) 受理 312 件\n" in text_of(found)
    assert "not this" not in text_of(found)
    assert register.find(4).hash in text_of(found)
    attached = {part.get_filename(): part.get_content() for part in found.iter_attachments()}
    assert attached == {
        f"周报_2023-W47_宝安区_西乡街道.{kind}": f"{kind} of 宝安区 · 西乡街道 · latest_week".encode()
        for kind in ("pdf", "png")
    }


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (fails, "Nothing was drawn in the block “趋势 Bcc: x@example.org”."),
        (crashes, "An error that nobody foresaw (ZeroDivisionError); the log has the rest."),
    ],
)
def test_one_failing_scope_does_not_stop_the_others_and_leaves_no_file(read, served, tmp_path, happens, said):
    english = f'language = "en"\n{SCHEDULE}'
    outcomes, _lines = run(read(english), Press({"云山街道": happens}))
    assert [bool(one.problem) for one in outcomes] == [False, True, False, False]
    assert outcomes[1].problem == said
    assert not [name for name in written(tmp_path / "briefings") if "云山" in name]
    assert len(written(tmp_path / "briefings")) == 9
    assert len(register.issued()) == 3
    notice = served.messages[-1]
    assert (served.envelopes[-1].rcpt_tos, len(served.envelopes)) == (["admin@example.org"], 4)
    assert notice["Subject"] == "Failed: 1 scheduled briefings"
    assert f"✗ 示范区 · 云山街道 · latest_week: {said}\n" in text_of(notice)
    assert "Traceback" not in text_of(notice)
    assert "secret" not in text_of(notice)
    assert list(notice.iter_attachments()) == []


def test_a_street_that_is_not_there_fails_alone_in_the_language_of_the_schedule(read, served):
    text = SCHEDULE.replace("西乡街道", "西乡").replace("示范区", "示范")
    outcomes, _lines = run(read(text), Press())
    assert [one.problem for one in outcomes] == [
        "没有这个区县：'示范'。是不是 示范区？",
        "没有这个街道：'西乡'。是不是 西乡街道？",
    ]
    assert served.messages[-1]["Subject"] == "未能完成：定时周报 2 份"
    assert i18n.language() == "en"


@pytest.mark.parametrize("drawn", [{}, {".pdf": b""}, {".pdf": b"x", "_1_a.png": b""}])
def test_an_empty_file_is_a_failure(read, tmp_path, drawn):
    maker = Press()
    maker.make = lambda job, filters: (Press().make(job, filters)[0], drawn)  # type: ignore
    outcomes, _lines = run(read("[[scope]]\ndistrict = '宝安区'"), maker, send=False)
    assert "未能生成" in outcomes[0].problem
    assert written(tmp_path / "briefings") == []
    assert register.issued() == []


def test_what_cannot_be_registered_is_not_handed_out(read, kept, served, tmp_path):
    kept.write_text("no database" * 1000)
    outcomes, _lines = run(read(SCHEDULE), Press())
    assert all("不是本版本能读取的状态数据库" in one.problem for one in outcomes)
    assert written(tmp_path / "briefings") == []
    assert [envelope.rcpt_tos for envelope in served.envelopes] == [["admin@example.org"]]


def test_a_folder_that_cannot_be_written_to(read, tmp_path):
    (tmp_path / "taken").write_text("a file")
    outcomes, _lines = run(read("out = 'taken'\n[[scope]]\ndistrict = '宝安区'"), Press(), send=False)
    assert "taken 无法写入" in outcomes[0].problem


def test_files_that_cannot_all_be_placed_are_not_placed_at_all(read, tmp_path):
    (tmp_path / "briefings" / "周报_2023-W47_宝安区.png" / "full").mkdir(parents=True)
    outcomes, _lines = run(read("formats = ['pdf', 'png']\n[[scope]]\ndistrict = '宝安区'"), Press(), send=False)
    assert "无法写入" in outcomes[0].problem
    assert written(tmp_path / "briefings") == ["周报_2023-W47_宝安区.png", "周报_2023-W47_宝安区.png/full"]
    assert register.issued() == []


def test_the_same_again_replaces_the_file_and_is_a_row_that_says_so(read, tmp_path):
    plan = read("[[scope]]\ndistrict = '宝安区'")
    before = os.umask(0o027)
    outcomes = [run(plan, Press(), send=False)[0][0] for _ in range(2)]
    os.umask(before)
    assert [one.number for one in outcomes] == [1, 2]
    assert register.find(2).equals == 1
    assert {f.stat().st_mode & 0o777 for f in (tmp_path / "briefings").iterdir()} == {0o640}


def test_a_refused_recipient_is_a_failure_though_the_file_is_there(read, served, tmp_path):
    outcomes, _lines = run(read(SCHEDULE.replace("c@example.org", "nobody@example.org")), Press())
    assert "nobody@example.org (550" in outcomes[3].problem
    assert "未能全部发送" in outcomes[3].problem
    assert len(outcomes[3].files) == 3
    assert served.envelopes[3].rcpt_tos == ["b@example.org"]
    assert served.envelopes[4].rcpt_tos == ["admin@example.org"]


def test_a_mail_server_that_is_gone_leaves_the_files_and_says_so(read, monkeypatch, tmp_path):
    monkeypatch.setenv("COCKPIT_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("COCKPIT_SMTP_PORT", str(free_port()))
    settings.cache_clear()
    outcomes, said = run(read(SCHEDULE), Press())
    assert all("无法连接邮件服务器" in one.problem for one in outcomes)
    assert len(written(tmp_path / "briefings")) == 12
    assert "无法连接邮件服务器" in said[-1]
    assert not said[-1].startswith("✗")


def test_without_mail_nothing_is_sent(read, served):
    outcomes, _lines = run(read(SCHEDULE.partition("[mail]")[0]), Press())
    assert [one.sent for one in outcomes] == [()] * 4
    assert served.envelopes == []


@pytest.mark.parametrize(("allowed", "failed"), [(3, False), (2, True)])
def test_old_data_make_no_new_briefing(read, allowed, failed):
    maker = Press()
    maker.filters = lambda job: replace(WEEK, data_date=datetime.now() - timedelta(days=2, hours=12))  # type: ignore
    outcomes, _lines = run(read(f"max_age_days = {allowed}\n[[scope]]\ndistrict = '宝安区'"), maker, send=False)
    assert ("max_age_days" in outcomes[0].problem) == failed
    assert bool(maker.made) != failed


# --- a dry run --------------------------------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_be_made_and_touches_nothing(read, served, tmp_path, kept):
    before, maker, said = written(tmp_path), Press(), list[str]()
    outcomes = batch.dry_run(read(SCHEDULE.replace("西乡街道", "西乡")), maker, said.append)
    assert written(tmp_path) == sorted([*before, "schedule.toml"])
    assert (maker.made, served.envelopes) == ([], [])
    folder = tmp_path / "briefings" / "周报_2023-W47_示范区"
    assert said[0] == (
        f"示范区 · 2023年第47周（11月20日—26日）：将保存为 {folder}.pdf、{folder}.png，发送给 a@example.org"
    )
    assert said[3] == "✗ 宝安区 · 西乡 · latest_week：没有这个街道：'西乡'。是不是 西乡街道？".replace(
        "latest_week：", "latest_week: "
    )
    assert said[4].startswith("邮件由 cockpit@example.org 经 127.0.0.1:")
    assert said[5] == "失败时通知：admin@example.org。"
    assert [bool(one.problem) for one in outcomes] == [False, False, False, True]
    assert not any(PASSWORD in line for line in said)


def test_a_dry_run_without_mail_says_that_nothing_is_sent(read):
    said: list[str] = []
    batch.dry_run(read(SCHEDULE.partition("[mail]")[0]), Press(), said.append)
    assert said[-1] == "计划文件没有 [mail]：不发送邮件。"
    assert "发送给 （无人）" in said[0]


def test_a_category_called_like_a_street_has_files_of_its_own():
    alone = replace(WEEK, streets=())
    stems = {
        batch.stem(one)
        for one in (
            replace(alone, streets=("交通",)),
            replace(alone, categories=("交通",)),
            replace(alone, channels=("交通",)),
            replace(alone, streets=("甲_乙",)),
            replace(alone, streets=("甲", "乙")),
        )
    }
    assert len(stems) == 5
