"""kill -9 at random moments of an import, while others read: nobody ever sees anything but a whole version."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cockpit import database
from tests.faults import facts
from tests.faults.processes import BREATH, Child, emptied, looked_on, take, through_the_cockpit

SEED = 20231130
WHOLE_EVERY = 10


def moments(seconds: float, count: int) -> list[float]:
    """So many random moments, one in each of as many equal parts of the duration, in random order."""
    chance = random.Random(SEED)
    found = [(part + chance.random()) * seconds / count for part in range(count)]
    chance.shuffle(found)
    return found


@contextmanager
def queried(url: str) -> Iterator[None]:
    """While this lasts, two threads ask as the pages do."""
    ended, wrong, seen = threading.Event(), [], []

    def ask() -> None:
        while not ended.is_set():
            try:
                found = through_the_cockpit(url)
                wrong.extend((found, fault) for fault in facts.faults(found))
            except Exception as problem:
                wrong.append((type(problem).__name__, str(problem)))
            seen.append(1)
            time.sleep(BREATH)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert wrong[:5] == []
    assert len(seen) > 10


class Imports:
    """Numbered imports into one database."""

    def __init__(self, folder: Path, plan: Path, url: str) -> None:
        self.folder, self.plan, self.url = folder, plan, url

    def published(self) -> int:
        return through_the_cockpit(self.url).loads

    def start(self, number: int) -> Child:
        return Child(take, facts.write(self.folder, number), self.plan, self.url)

    def whole(self, number: int) -> tuple[float, float]:
        """One that nobody kills; returns its seconds, and those from its beginning to publish."""
        child = self.start(number)
        child.until(("stage", "publishing"))
        publishing = time.monotonic()
        assert child.end() == ("loaded", facts.SAME + facts.NEW)
        return time.monotonic() - child.started, time.monotonic() - publishing

    def killed(self, number: int, wait: Callable[[Child], None], moment: float) -> bool:
        """One that is killed so many seconds after what is waited for; whether it had ended by then."""
        child = self.start(number)
        wait(child)
        time.sleep(moment)
        child.kill()
        return child.process.exitcode == 0

    def begun(self, child: Child) -> None:
        """It runs from its start on."""

    def publishing(self, child: Child) -> None:
        child.until(("stage", "publishing"))

    def renamed(self, child: Child) -> None:
        """The file has got another inode: readers see the new version from now on."""
        file = database.file_of(self.url)
        before = file.stat().st_ino
        while file.stat().st_ino == before and child.process.is_alive():
            pass


def nothing_is_left(url: str) -> None:
    """Beside a file stand its lock and its versions, and these are the newest of those that the table lists."""
    newest = through_the_cockpit(url).version
    assert database.versions_kept(url) == set(range(max(1, newest - 9), newest + 1))
    if database.is_file(database.parse(url)):
        file = database.file_of(url)
        assert sorted(path.name for path in file.parent.iterdir()) == [
            file.name, f"{file.name}.lock", database.versions_folder(url).name,
        ]  # fmt: skip
        assert database.version_file(url, newest).samefile(file)
        assert len(list(database.versions_folder(url).iterdir())) == len(database.versions_kept(url))


def kill(imports: Imports, over_all: int, in_publishing: int, at_rename: int, capsys) -> None:
    """Kill imports at random moments of all their time, and as many more while and just after they publish."""
    url, before, went, late = imports.url, 4, 0, 0
    imports.whole(1)
    with queried(url), looked_on(url):
        seconds, publishing = min(imports.whole(number) for number in (2, 3, 4))
        planned = [(imports.begun, moment) for moment in moments(seconds, over_all)]
        planned += [(imports.publishing, moment) for moment in moments(publishing, in_publishing)]
        planned += [(imports.renamed, moment) for moment in moments(0.004, at_rename)]
        for place, (wait, moment) in enumerate(planned, 1):
            late += imports.killed(before + 1, wait, moment)
            now = imports.published()
            assert now in (before, before + 1), "an import is published once or not at all"
            went, before = went + now - before, now
            if place % WHOLE_EVERY == 0:
                before += 1
                imports.whole(before)
                assert imports.published() == before
                nothing_is_left(url)
    with capsys.disabled():
        print(
            f"\n{over_all} kills over {seconds:.2f} s of an import, {in_publishing} over {publishing:.2f} s of its "
            f"publishing, {at_rename} just after it, seed {SEED}: {len(planned) - went} before it was published, "
            f"{went - late} after, {late} when it had ended"
        )
    assert late < len(planned) / 2


@pytest.mark.alone
@pytest.mark.timeout(900)
def test_an_import_into_a_file_is_killed_50_times(tmp_path, file_url, plan, capsys):
    kill(Imports(tmp_path, plan, file_url), 50, 10, 10, capsys)


@pytest.mark.alone
@pytest.mark.timeout(900)
def test_an_import_into_a_server_is_killed_10_times(tmp_path, server, plan, capsys):
    kill(Imports(tmp_path, plan, emptied(server.url)), 10, 10, 0, capsys)
