"""A full disk, at whatever moment it fills: a sentence, the version from before, nothing left behind."""

import resource
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cockpit import database
from tests.faults import facts
from tests.faults.processes import Child, take, through_the_cockpit

MB = 2**20
SIZE = 96


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A file system of its own with 96 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this user may not mount a file system; the test with a limit for files runs instead")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    """Each file with its size and time of change."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(".lock")
    }


def big(folder: Path) -> Path:
    """Import 2 with 60,000 rows that are no known records, for it takes space in every stage."""
    file = facts.write(folder, 2)
    lines = file.read_text("utf-8").splitlines(keepends=True)
    sample = next(line for line in lines if line.startswith("A0000"))
    with file.open("a", encoding="utf-8", newline="") as out:
        out.writelines(sample.replace("A0000", f"B{i:06}-{'x' * 40}") for i in range(60_000))
    return file


def test_a_disk_that_fills_in_any_stage(tmp_path, small_disk, plan):
    url = f"duckdb:///{small_disk / 'facts.duckdb'}"
    assert Child(take, facts.write(tmp_path, 1), plan, url).end() == ("loaded", facts.SAME + facts.NEW)
    before, seen, file = contents(small_disk), through_the_cockpit(url), big(tmp_path)
    reached = set()
    for free in (1, 8, 12, 16, 20, 28, 40, 64):
        filler = small_disk / "filler"
        with filler.open("wb") as out:
            out.write(b"\0" * max(0, shutil.disk_usage(small_disk).free - free * MB))
        child = Child(take, file, plan, url)
        stages, said = [], child.answer()
        while said and said[0] == "stage":
            stages.append(said[1])
            said = child.answer()
        child.process.join()
        filler.unlink()
        if said[0] == "loaded":
            break
        assert (said[0], "Nothing was imported" in said[1]) == ("Unready", True)
        assert contents(small_disk) == before
        assert through_the_cockpit(url) == seen
        reached.add(stages[-1] if stages else "arriving")
    assert len(reached) >= 2, "the disk filled in one stage only"
    assert said[0] == "loaded"
    assert through_the_cockpit(url).loads == 2


def limited(answers, bytes_: int, *arguments) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the system call fails instead
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, bytes_))
    take(answers, *arguments)


@pytest.mark.parametrize("size", [MB // 2, 2 * MB, 5 * MB, 7 * MB])
def test_a_file_that_may_not_grow(tmp_path, file_url, plan, size):
    assert Child(take, facts.write(tmp_path, 1), plan, file_url).end()[0] == "loaded"
    folder = database.file_of(file_url).parent
    before, seen = contents(folder), through_the_cockpit(file_url)
    kind, sentence = Child(limited, size, big(tmp_path), plan, file_url).end()
    assert (kind, "Nothing was imported" in sentence) == ("Unready", True)
    assert contents(folder) == before
    assert through_the_cockpit(file_url) == seen
    assert Child(take, facts.write(tmp_path, 3), plan, file_url).end()[0] == "loaded"
