"""Two imports at once into one database: the second says so, and neither spoils the other."""

import pytest

from tests.faults import facts
from tests.faults.processes import Child, emptied, take, through_the_cockpit


@pytest.mark.parametrize("engine", ["duckdb", "postgresql"])
@pytest.mark.parametrize("stage", ["reading", "publishing"])
def test_the_second_says_so(tmp_path, request, plan, engine, stage):
    url = request.getfixturevalue("file_url") if engine == "duckdb" else emptied(request.getfixturevalue("server").url)
    assert Child(take, facts.write(tmp_path, 1), plan, url).end()[0] == "loaded"
    first = Child(take, facts.write(tmp_path, 2), plan, url, stage)
    first.until(("stage", stage))
    kind, sentence = Child(take, facts.write(tmp_path, 3), plan, url).end()
    assert kind == "Busy"
    assert "Another import into this database is running" in sentence
    first.kill()
    assert Child(take, facts.write(tmp_path, 2), plan, url).end()[0] == "loaded"
    assert list(facts.faults(through_the_cockpit(url))) == []


def test_of_many_at_once_each_is_published_whole_or_says_so(tmp_path, file_url, plan):
    assert Child(take, facts.write(tmp_path, 1), plan, file_url).end()[0] == "loaded"
    children = [Child(take, facts.write(tmp_path, number), plan, file_url) for number in range(2, 7)]
    ended = [child.end()[0] for child in children]
    assert {*ended} <= {"loaded", "Busy"}
    assert "loaded" in ended
    seen = through_the_cockpit(file_url)
    assert seen.loads == 1 + ended.count("loaded")
    assert list(facts.faults(seen)) == []
