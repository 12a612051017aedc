"""An import in a process of its own: it tells how far it is, ends when told, and leaves nothing behind."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cockpit import database, versions
from cockpit.errors import AlreadyLoaded, IntakeError
from cockpit.intake import mapping
from cockpit.intake.job import Job, Progress
from queries.tables import metadata
from tests.intake.files import HEADER, MAPPING, as_csv, row, rows_of
from tests.rows import Rows

PATIENCE = 60  # seconds
PLAN = mapping.parse(MAPPING.format(read="", more="").encode(), "test.toml")


def wait_until(what: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def done(job: Job) -> Progress:
    wait_until(lambda: not job.progress.busy)
    return job.progress


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


@pytest.fixture
def start(tmp_path, folder, file_url) -> Iterator[Callable[..., Job]]:
    """``start(rows)``: an import of them into the empty database; ended with the test."""
    jobs = []

    def start(rows: list[tuple[str, ...]], **more: Any) -> Job:
        file = tmp_path / "登记.csv"
        file.write_bytes(as_csv([HEADER, *rows]).encode())
        plan = PLAN.model_dump(mode="json", exclude_defaults=True)
        files = [{"path": str(file), "file": file.name, "mapping": plan, "name": "登记"}]
        jobs.append(Job(files, file_url, folder, "zh", **more))
        return jobs[-1]

    yield start
    for job in jobs:
        job.cancel()


def take_streets(url: str) -> None:
    """One district with one street."""
    engine, area = database.create(url), Rows().row
    areas = [
        area("areas", area_id="1", level="district", name="宝安区", parent_id=None),
        area("areas", area_id="11", name="西乡街道", parent_id="1"),
    ]
    with engine.begin() as connection:
        connection.execute(metadata.tables["areas"].insert(), areas)
    engine.dispose()


def records(n: int) -> list[tuple[str, ...]]:
    return [row(编号=f"A{i}") for i in range(n)]


def test_it_checks_waits_and_publishes_when_told(start, folder, file_url):
    job = start([*records(20), row(编号="X", 登记时间="")])
    progress = done(job)
    assert progress.problem is None
    (outcome,) = progress.outcomes
    assert (outcome.file, outcome.read, outcome.kept, outcome.rejected) == ("登记.csv", 21, 20, 1)
    assert not Path(file_url.removeprefix("duckdb:///")).exists()
    job.publish()
    assert progress.busy
    made = done(job).published
    assert made is not None
    assert (made["version"], made["added"], made["kept"]) == (1, 20, 20)
    assert len(rows_of(file_url, "complaints", "complaint_id")) == 20
    (version,) = versions.listed(file_url)
    assert version.files[0]["mapping"] == "登记"
    wait_until(lambda: progress.ended)
    assert list(folder.iterdir()) == []


def test_the_same_file_again_is_said_and_may_be_loaded_all_the_same(start, file_url):
    for _ in range(2):
        job = start(records(3))
        done(job)
        job.publish()
        done(job)
    assert isinstance(job.progress.problem, AlreadyLoaded)
    assert job.progress.problem.values["file"] == "登记.csv"
    assert len(versions.listed(file_url)) == 1
    job.publish(again=True)
    made = done(job).published
    assert made is not None
    assert (made["version"], made["added"], made["changed"]) == (2, 0, 0)


def test_other_names_of_streets_are_published_with_the_rows(start, file_url):
    take_streets(file_url)
    job = start([row(街道="海滨片区办")], aliases={"海滨片区办": "11"})
    assert done(job).outcomes[0].strange == []
    job.publish()
    assert done(job).published
    assert rows_of(file_url, "complaints", "street") == [("西乡街道",)]
    assert rows_of(file_url, "area_aliases", "alias", "area_id") == [("海滨片区办", "11")]


def test_an_unknown_street_is_told_with_its_rows(start, file_url):
    take_streets(file_url)
    job = start([row(编号="1", 街道="海滨片区办"), row(编号="2", 街道="海滨片区办"), row(编号="3")])
    assert done(job).outcomes[0].strange == [["海滨片区办", 2]]


@pytest.mark.parametrize("seconds", [0, 0.5, 1.5])
def test_it_can_be_cancelled_at_any_moment(start, folder, file_url, seconds):
    job = start(records(60_000))
    time.sleep(seconds)
    if job.progress.outcomes:
        job.publish()
        time.sleep(0.05)
    job.cancel()
    assert job.process.poll() is not None
    assert list(folder.iterdir()) == []
    wait_until(lambda: job.progress.ended)
    assert job.progress.problem is None
    beside = Path(file_url.removeprefix("duckdb:///"))
    assert not beside.exists() or len(versions.listed(file_url)) == 1
    job.cancel()


def test_it_tells_how_far_it_is(start):
    job = start(records(60_000))
    stages = set()
    while job.progress.busy:
        stages.add(job.progress.stage)
        assert job.progress.share is None or 0 <= job.progress.share <= 1
        time.sleep(0.01)
    assert stages >= {"reading", "checking"}


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_an_import_that_somebody_else_ended_is_said(start, how):
    job = start(records(60_000))
    wait_until(lambda: job.progress.stage != "starting")
    os.kill(job.process.pid, how)
    progress = done(job)
    assert isinstance(progress.problem, IntakeError)
    assert "broke off" in progress.problem.text


def test_publishing_after_the_process_is_gone_is_said(start):
    job = start(records(3))
    done(job)
    os.kill(job.process.pid, signal.SIGKILL)
    wait_until(lambda: job.progress.ended)
    job.publish()
    assert isinstance(done(job).problem, IntakeError)


def test_a_file_that_does_not_have_the_columns_says_which(tmp_path, folder, file_url):
    file = tmp_path / "other.csv"
    file.write_text("甲,乙\n1,2\n", "utf-8")
    plan = PLAN.model_dump(mode="json", exclude_defaults=True)
    job = Job([{"path": str(file), "file": file.name, "mapping": plan, "name": ""}], file_url, folder, "zh")
    problem = done(job).problem
    assert problem is not None
    assert "编号" in str(problem)
    wait_until(lambda: job.progress.ended)
    assert list(folder.iterdir()) == []


def test_it_ends_with_whoever_started_it(start):
    job = start(records(3))
    done(job)
    process = job.process
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(PATIENCE) == 0


def test_time_left_is_told_when_there_is_something_to_tell():
    progress = Progress(total=100, done=25, since=time.monotonic() - 10)
    assert progress.share == 0.25
    assert progress.left == pytest.approx(30, rel=0.1)
    assert Progress(total=100, done=25).left is None  # too early to say
    assert Progress(done=25).share is None
    assert Progress(total=100, done=120).share == 1
