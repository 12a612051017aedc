"""What is kept in memory: made once by one of many threads, read without waiting for others, bounded by bytes."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from cockpit.memory import Memory

PATIENCE = 5  # seconds; a test that waits so long has failed


@dataclass(frozen=True)
class Value:
    nbytes: int


def slow(started: threading.Event, go_on: threading.Event) -> Callable[[], Value]:
    def make() -> Value:
        started.set()
        assert go_on.wait(PATIENCE)
        return Value(1)

    return make


@pytest.fixture
def threads():
    with ThreadPoolExecutor(16) as pool:
        yield pool


def test_what_is_finished_and_what_is_another_s_key_do_not_wait_for_a_value_being_made(threads):
    memory, started, go_on = Memory(10), threading.Event(), threading.Event()
    ready = memory.get("ready", lambda: Value(1))
    made = threads.submit(memory.get, "slow", slow(started, go_on))
    assert started.wait(PATIENCE)
    try:
        assert threads.submit(memory.get, "ready", lambda: Value(2)).result(PATIENCE) is ready
        assert threads.submit(memory.get, "other", lambda: Value(3)).result(PATIENCE) == Value(3)
        assert not made.done()
    finally:
        go_on.set()
    assert made.result(PATIENCE) is memory.get("slow", lambda: Value(4))


def test_many_threads_make_one_value(threads):
    memory, started, go_on = Memory(10), threading.Event(), threading.Event()
    made: list[Value] = []

    def make() -> Value:
        made.append(slow(started, go_on)())
        return made[-1]

    asked = [threads.submit(memory.get, "key", make) for _ in range(16)]
    assert started.wait(PATIENCE)
    go_on.set()
    assert {id(each.result(PATIENCE)) for each in asked} == {id(made[0])}
    assert len(made) == 1


def test_a_failure_is_the_asker_s_own_and_the_next_one_tries_again():
    memory = Memory(10)
    with pytest.raises(ZeroDivisionError):
        memory.get("key", lambda: Value(1 // 0))
    assert "key" not in memory
    assert memory.get("key", lambda: Value(1)) == Value(1)


def test_what_was_not_read_for_longest_goes_when_there_is_no_room():
    memory = Memory(room=10)
    for key in "abc":
        memory.get(key, lambda: Value(3))
    memory.get("a", lambda: Value(3))
    memory.get("d", lambda: Value(3))
    assert [key for key in "abcd" if key in memory] == ["a", "c", "d"]
    memory.get("large", lambda: Value(11))
    assert [key for key in ("a", "c", "d", "large") if key in memory] == ["large"]


def test_no_lock_outlives_the_making():
    memory = Memory(room=10)
    for key in range(100):
        memory.get(key, lambda: Value(5))
    assert len(memory._making) == 0
