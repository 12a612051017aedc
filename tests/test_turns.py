"""Who is alone is alone; the others are not."""

import time
from concurrent.futures import ThreadPoolExecutor

from tests.turns import turn


def test_nobody_is_beside_whoever_is_alone_and_the_others_are_together(tmp_path):
    inside, seen = set(), []

    def enter(number: int) -> None:
        with turn(tmp_path, alone=number % 4 == 0):
            inside.add(number)
            time.sleep(0.02)
            seen.append((number, frozenset(inside)))
            inside.discard(number)

    with ThreadPoolExecutor(8) as many:
        list(many.map(enter, range(24)))
    assert {number: beside for number, beside in seen if number % 4 == 0 and beside != {number}} == {}
    assert max(len(beside) for _number, beside in seen) > 1
