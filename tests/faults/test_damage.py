"""A database file that is damaged, and a source that changes: a sentence, and nothing that was there is lost."""

import random
import shutil
import threading
from pathlib import Path

import pytest

from cockpit import database
from cockpit.errors import DatabaseError
from tests.faults import facts
from tests.faults.processes import Child, take, through_the_cockpit

KB = 1024


def cut(file: Path, size: int) -> None:
    with file.open("r+b") as out:
        out.truncate(size)


def scramble(file: Path, start: int, size: int) -> None:
    with file.open("r+b") as out:
        out.seek(start)
        out.write(random.Random(1).randbytes(size))


DAMAGES = {
    "empty": lambda file: cut(file, 0),
    "one byte": lambda file: cut(file, 1),
    "header cut": lambda file: cut(file, 4 * KB),
    "half": lambda file: cut(file, file.stat().st_size // 2),
    "last block missing": lambda file: cut(file, file.stat().st_size - 256 * KB),
    "noise": lambda file: file.write_bytes(random.Random(1).randbytes(64 * KB)),
    "header scrambled": lambda file: scramble(file, 0, 12 * KB),
    "blocks scrambled": lambda file: scramble(file, 12 * KB, file.stat().st_size - 12 * KB),
    "a text": lambda file: file.write_text("编号,登记时间\n", "utf-8"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_refused_and_left_alone(tmp_path, file_url, plan, damage):
    for number in (1, 2):
        assert Child(take, facts.write(tmp_path, number), plan, file_url).end()[0] == "loaded"
    file, folder = database.file_of(file_url), database.versions_folder(file_url)
    whole = tmp_path / "whole.duckdb"
    shutil.copy(file, whole)
    broken = tmp_path / "broken.duckdb"
    shutil.copy(file, broken)
    DAMAGES[damage](broken)
    broken.replace(file)  # as a restore that went wrong; the kept versions are whole
    before, kept = file.read_bytes(), {path.name: path.read_bytes() for path in folder.iterdir()}
    said = Child(take, facts.write(tmp_path, 3), plan, file_url).end()
    assert said[0] == "Unready", said
    assert "facts.duckdb" in said[1]
    assert "Traceback" not in said[1]
    assert file.read_bytes() == before
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == kept
    assert not list(file.parent.glob("*.import-*"))
    seen = asked(file_url)
    assert "facts.duckdb" in seen if isinstance(seen, str) else list(facts.faults(seen)) == []
    whole.replace(file)
    assert Child(take, facts.write(tmp_path, 3), plan, file_url).end()[0] == "loaded"
    assert list(facts.faults(through_the_cockpit(file_url))) == []


def asked(url: str) -> facts.Seen | str:
    """The answer, where the question does not touch what is broken; else what is said instead."""
    try:
        return through_the_cockpit(url)
    except DatabaseError as problem:
        return str(problem)


def test_a_file_that_changes_while_it_is_read(tmp_path, file_url, plan):
    assert Child(take, facts.write(tmp_path, 1), plan, file_url).end()[0] == "loaded"
    source, ended = facts.write(tmp_path, 2), threading.Event()
    text = source.read_bytes()
    with source.open("ab") as out:
        for _ in range(1500):  # large enough to be read for a while
            out.write(text[: 64 * KB])

    def grow() -> None:
        while not ended.wait(0.001):
            with source.open("ab") as out:
                out.write(b"A0000,")

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        kind, sentence = Child(take, source, plan, file_url).end()
    finally:
        ended.set()
        writer.join()
    assert kind == "IntakeError"
    assert "import-0002.csv changes while it is read" in sentence
    assert through_the_cockpit(file_url).loads == 1
    assert not list(database.file_of(file_url).parent.glob("*.import-*"))
