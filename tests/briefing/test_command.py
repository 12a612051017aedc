"""``python -m cockpit brief`` as a person runs it, on a copy of the demonstration."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from cockpit import i18n
from cockpit.__main__ import main
from cockpit.briefing import command, render
from cockpit.briefing.schedule import Job
from cockpit.errors import RenderError
from cockpit.settings import settings
from tests.browser.needs import needs_chromium
from tests.conftest import PROJECT

WEEK = ("--week", "2023-W47", "--district", "示范区")


@pytest.fixture(scope="module")
def facts(demonstration_url, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("facts") / "facts.duckdb"
    shutil.copy(demonstration_url.removeprefix("duckdb:///"), file)
    return file


@pytest.fixture
def process(facts):
    """``process("--week", …)`` → exit code, what it printed, what it said; files go to ``tmp_path``."""

    def run(*arguments: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "cockpit", "brief", *arguments],
            cwd=PROJECT,
            env={**os.environ, "COCKPIT_DATABASE_URL": f"duckdb:///{facts}", "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=180,
        )
        return done.returncode, done.stdout, done.stderr

    return run


@pytest.fixture
def brief(facts, monkeypatch, capsys):
    """As ``process``, in this one, which has all modules and answers already; in a thread of its own, as a browser
    needs it."""

    def run(*arguments: str, **environment: str) -> tuple[int, str, str]:
        said = {"COCKPIT_DATABASE_URL": f"duckdb:///{facts}", "COLUMNS": "200", **environment}
        with monkeypatch.context() as patch, ThreadPoolExecutor(1) as alone:
            for name, value in said.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["cockpit", "brief", *arguments])
            settings.cache_clear()
            code = alone.submit(_ended).result(180)
        return (code, *capsys.readouterr())

    yield run
    settings.cache_clear()
    i18n.use("zh")


def _ended() -> int:
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@needs_chromium
def test_files_register_and_revision(process, brief, facts, tmp_path):
    out = tmp_path / "out"
    code, printed, said = process(*WEEK, "--out", str(out), "--format", "pdf,docx")
    assert code == 0, said
    assert sorted(printed.splitlines()) == sorted(str(file) for file in out.iterdir())
    assert {file.name for file in out.iterdir()} == {"周报_2023-W47_示范区.pdf", "周报_2023-W47_示范区.docx"}
    number, first = re.search(r"第 (\d+) 号，内容校验 (\w{12})", said).groups()
    assert "Traceback" not in said
    assert "WARNING" not in said

    again = brief(*WEEK, "--out", str(out), "--lang", "en")[2]
    assert f"content {first}; the same content as no. {number}" in again
    assert "无修订" in brief("--compare", number)[1]

    revised = shutil.copy(facts, tmp_path)
    with duckdb.connect(revised) as connection:
        connection.execute(
            "UPDATE cases SET street = '青禾街道' WHERE case_id = (SELECT case_id FROM cases WHERE district = '示范区' "
            "AND street = '云溪街道' AND opened_at >= '2023-11-21' AND opened_at < '2023-11-22' "
            "AND closed_at IS NULL ORDER BY case_id LIMIT 1)"
        )
    Path(revised).replace(facts)
    code, printed, said = brief("--compare", number)
    assert code == 0, said
    assert re.search(r"受理量 · 青禾街道\s+│\s+(\d+)\s+│\s+(\d+)", printed)
    then, now = map(int, re.search(r"受理量 · 青禾街道\s+│\s+(\d+)\s+│\s+(\d+)", printed).groups())
    assert now == then + 1
    assert "调解成功率 · 青禾街道" not in printed
    assert number in brief("--register")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--week", "2023-W60"), "2023-W"),
        (("--week", "2023-W47", "--month", "2023-11"), "--week 和 --month"),
        (("--month", "this_year"), "两者都不是"),
        (("--district", "示范"), "示范区"),
        (("--district", "示范区", "--street", "青禾"), "青禾街道"),
        (("--district", "示范区", "--street", "西乡街道"), "街道"),
        ((*WEEK, "--format", "pdf,ppt"), "pptx"),
        ((*WEEK, "--layout", "没有"), "standard"),
        ((*WEEK, "--lang", "fr"), "没有这个语言"),
        (("--compare", "99999"), "周报"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_a_sentence_and_no_file(brief, tmp_path, arguments, said):
    code, printed, error = brief(
        *arguments, *(("--out", str(tmp_path / "out")) if "--compare" not in arguments else ())
    )
    assert code == 2
    assert said in error
    assert "Traceback" not in error
    assert printed == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("program", "said"), [("/bin/false", "无法启动"), ("/no/such/chromium", "不是可以启动的程序")])
def test_a_chromium_that_cannot_be_started_leaves_no_file(brief, tmp_path, program, said):
    out = tmp_path / "out"
    code, _printed, error = brief(*WEEK, "--out", str(out), COCKPIT_CHROMIUM=program)
    assert (code, "Traceback" in error) == (2, False)
    assert said in error
    assert not out.exists()


@needs_chromium
def test_a_folder_that_cannot_be_written_to_is_told_and_nothing_is_registered(brief, tmp_path):
    (tmp_path / "file").write_text("")
    before = brief("--register")[1]
    code, _printed, error = brief(*WEEK, "--out", str(tmp_path / "file" / "out"))
    assert code == 2
    assert "无法写入" in error or "cannot be written" in error
    assert brief("--register")[1] == before


@needs_chromium
def test_a_schedule_makes_each_scope_and_ends_with_one_where_one_failed(brief, tmp_path):
    schedule = tmp_path / "schedule.toml"
    scopes = [{"district": "示范区", "streets": ["青禾街道"]}, {"district": "示范区", "streets": ["没有街道"]}]
    lines = ['period = "2023-W47"', 'out = "out"']
    lines += [line for one in scopes for line in ("[[scope]]", *(f"{k} = {json.dumps(v)}" for k, v in one.items()))]
    schedule.write_text("\n".join(lines), encoding="utf-8")
    code, _printed, said = brief("--schedule", str(schedule), "--dry-run")
    assert (code, (tmp_path / "out").exists()) == (1, False)
    assert "周报_2023-W47_示范区_青禾街道.pdf" in said
    code, _printed, said = brief("--schedule", str(schedule))
    assert code == 1
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["周报_2023-W47_示范区_青禾街道.pdf"]
    assert "没有街道" in said


def test_without_a_browser_each_scope_of_a_schedule_has_failed(brief, tmp_path):
    schedule = tmp_path / "schedule.toml"
    scopes = "".join(f'[[scope]]\ndistrict = "示范区"\nstreets = ["{name}"]\n' for name in ("青禾街道", "云溪街道"))
    schedule.write_text(f'period = "2023-W47"\nout = "out"\n{scopes}', encoding="utf-8")
    code, _printed, said = brief("--schedule", str(schedule), COCKPIT_CHROMIUM="/bin/false")
    assert (code, "Traceback" in said) == (1, False)
    failed = [line for line in said.splitlines() if line.startswith("✗")]
    assert len(failed) == 2
    assert all(name in line and "无法启动" in line for name, line in zip(("青禾街道", "云溪街道"), failed, strict=True))
    assert not (tmp_path / "out").exists()


@pytest.fixture
def on_demonstration(demonstration_url, monkeypatch):
    monkeypatch.setenv("COCKPIT_DATABASE_URL", demonstration_url)
    settings.cache_clear()
    i18n.use("zh")
    yield
    settings.cache_clear()


JOB = Job("2023-W47", ("pdf",), "zh", "standard", "示范区", ("青禾街道",))


@needs_chromium
def test_a_browser_killed_between_two_briefings_fails_none(on_demonstration):
    with ThreadPoolExecutor(1) as alone:
        assert alone.submit(_drawn_around_a_death).result(120) == [b"%PDF", b"%PDF"]


def _drawn_around_a_death() -> list[bytes]:
    i18n.use("zh")
    with command.Desk() as desk:
        filters = desk.filters(JOB)
        first = desk.make(JOB, filters)[1][".pdf"][:4]
        os.kill(desk._kept._pid, signal.SIGKILL)
        return [first, desk.make(JOB, filters)[1][".pdf"][:4]]


@needs_chromium
def test_a_briefing_that_takes_too_long_fails_alone(on_demonstration, monkeypatch):
    drawn = render.draw

    def endless(page, briefing) -> None:
        monkeypatch.setattr(render, "draw", drawn)
        page.set_default_timeout(60_000)
        page.evaluate("() => new Promise(() => {})")

    monkeypatch.setattr(render, "draw", endless)
    with ThreadPoolExecutor(1) as alone:
        assert alone.submit(_drawn_after_a_hang).result(120) == b"%PDF"


def _drawn_after_a_hang() -> bytes:
    i18n.use("zh")
    with command.Desk(6) as desk:
        desk._kept.running()
        filters = desk.filters(JOB)
        with pytest.raises(RenderError, match="not drawn within 6 seconds"):
            desk.make(JOB, filters)
        desk.patience = 60
        return desk.make(JOB, filters)[1][".pdf"][:4]
