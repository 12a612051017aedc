"""kill -9 of a watch at random moments: whatever came in is published exactly once."""

import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from cockpit import database
from cockpit.intake.inbox import DONE, TAKING, report_of
from cockpit.intake.watch import watch
from tests.faults import facts
from tests.faults.processes import Child, emptied, through_the_cockpit, watch_folder
from tests.faults.test_kills import moments
from tests.intake.files import rows_of

KILLS = 6, 6, 3
"""After the start of the watch, after a file was taken, and just after it was published."""


@pytest.mark.alone
@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine", ["duckdb", "postgresql"])
def test_every_file_is_published_once(tmp_path, request, plan, engine, capsys):
    url = request.getfixturevalue("file_url") if engine == "duckdb" else emptied(request.getfixturevalue("server").url)
    inbox = tmp_path / "in"
    inbox.mkdir()
    taken, done = min(_whole(inbox, number, plan, url) for number in (1, 2))
    spans = (("start", done), ("taken", done - taken), ("published", 0.02))
    planned = [(what, at) for (what, span), n in zip(spans, KILLS, strict=True) for at in moments(span, n)]
    chance, killed = random.Random(7), Counter()
    for number, (what, moment) in enumerate(planned, 3):
        file, before = facts.write(inbox, number), database.data_version(url)
        child = Child(watch_folder, inbox, plan, url)
        if what != "start":
            _until((inbox / TAKING / file.name).exists)
        if what == "published":
            _until(lambda before=before: database.data_version(url) != before)
        time.sleep(moment)
        child.kill()
        killed[_state(inbox, url, file.name)] += 1
        if chance.random() < 0.7:  # else the next watch finds what is left, and is killed over it
            watch(inbox, [plan], url, every=0.02, once=True)
    watch(inbox, [plan], url, every=0.02, once=True)
    files = [f"import-{number:04}.csv" for number in range(1, len(planned) + 3)]
    assert sorted(name for (name,) in rows_of(url, "loads", "file")) == files, "each is loaded once"
    assert list(facts.faults(through_the_cockpit(url))) == []
    there = {path.name for path in (inbox / DONE).iterdir() if not path.name.startswith(".")}
    assert there == {*files, *(report_of(Path(name)).name for name in files)}
    assert sorted(path.name for path in inbox.iterdir()) == [".watch.lock", DONE, TAKING]
    assert not list((inbox / TAKING).iterdir())
    with capsys.disabled():
        print(f"\n{len(planned)} kills of a watch on {engine}; its file was then: {dict(killed)}")


def _state(inbox: Path, url: str, name: str) -> str:
    published = _is_published(url, name)
    if (inbox / TAKING / name).exists():
        return "taken and published" if published else "taken"
    return "done" if published else "waiting"


def _is_published(url: str, name: str) -> bool:
    return (name,) in rows_of(url, "loads", "file")


def _until(true: Callable[[], bool]) -> float:
    """The moment from which on it is so."""
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.001)
    return time.monotonic()


def _whole(inbox: Path, number: int, plan: Path, url: str) -> tuple[float, float]:
    """Seconds from the start of a watch until its file is taken, and until it is done."""
    file = facts.write(inbox, number)
    child = Child(watch_folder, inbox, plan, url)
    taken = _until((inbox / TAKING / file.name).exists) - child.started
    done = _until((inbox / DONE / file.name).exists) - child.started
    child.kill()
    return taken, done
