"""kill -9 of a watch at random moments: whatever came in is published exactly once."""

import random
import time
from pathlib import Path

import pytest

from cockpit.intake.inbox import DONE, report_of
from cockpit.intake.watch import watch
from tests.faults import facts
from tests.faults.processes import Child, emptied, through_the_cockpit, watch_folder
from tests.faults.test_kills import moments
from tests.intake.files import rows_of

KILLS = 20


def settled(inbox: Path, name: str) -> bool:
    return (inbox / DONE / name).exists()


@pytest.mark.alone
@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine", ["duckdb", "postgresql"])
def test_every_file_is_published_once(tmp_path, request, plan, engine, capsys):
    url = request.getfixturevalue("file_url") if engine == "duckdb" else emptied(request.getfixturevalue("server").url)
    inbox = tmp_path / "in"
    inbox.mkdir()
    seconds = min(_whole(inbox, number, plan, url) for number in (1, 2))
    chance, killed = random.Random(7), {"waiting": 0, "taking": 0, "done": 0}
    for number, moment in enumerate(moments(1.1 * seconds, KILLS), 3):
        file = facts.write(inbox, number)
        child = Child(watch_folder, inbox, plan, url)
        child.kill(after=moment)
        where = [place for place in ("taking", DONE) if (inbox / place / file.name).exists()]
        killed[where[0] if where else "waiting"] += 1
        if chance.random() < 0.3:
            watch(inbox, [plan], url, every=0.02, once=True)
    watch(inbox, [plan], url, every=0.02, once=True)
    files = [f"import-{number:04}.csv" for number in range(1, KILLS + 3)]
    assert sorted(name for (name,) in rows_of(url, "loads", "file")) == files, "each is loaded once"
    assert list(facts.faults(through_the_cockpit(url))) == []
    there = {path.name for path in (inbox / DONE).iterdir() if not path.name.startswith(".")}
    assert there == {*files, *(report_of(Path(name)).name for name in files)}
    assert sorted(path.name for path in inbox.iterdir()) == [".watch.lock", DONE, "taking"]
    assert not list((inbox / "taking").iterdir())
    with capsys.disabled():
        print(f"\n{KILLS} kills of a watch on {engine}; its file was then: {killed}")


def _whole(inbox: Path, number: int, plan: Path, url: str) -> float:
    """Seconds from the start of a watch until its file is done."""
    file = facts.write(inbox, number)
    child = Child(watch_folder, inbox, plan, url)
    while not settled(inbox, file.name):
        assert time.monotonic() < child.started + 60
        time.sleep(0.005)
    seconds = time.monotonic() - child.started
    child.kill()
    return seconds
