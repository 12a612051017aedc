"""A PostgreSQL that goes away and comes back, while it is imported into and while pages are looked at."""

import threading
import time

import pytest

from cockpit import database, i18n
from cockpit.errors import DatabaseError
from cockpit.intake.watch import Watch
from tests.app.conftest import start  # noqa: F401
from tests.faults import facts
from tests.faults.processes import Child, emptied, take, through_the_cockpit


@pytest.fixture
def url(server) -> str:
    """With one import in it, running."""
    server.start()
    return emptied(server.url)


@pytest.mark.parametrize("stage", ["reading", "checking", "publishing"])
def test_an_import_whose_server_stops(tmp_path, server, url, plan, stage):
    assert Child(take, facts.write(tmp_path, 1), plan, url).end()[0] == "loaded"
    child = Child(take, facts.write(tmp_path, 2), plan, url)
    child.until(("stage", stage))
    server.stop()
    kind, sentence = child.end()
    server.start()
    seen = through_the_cockpit(url)
    assert list(facts.faults(seen)) == []
    if kind == "loaded":  # it was quicker
        assert seen.loads == 2
        return
    assert kind in ("Unready", "DatabaseError")
    assert "docs/databases.md" in sentence or "does not answer" in sentence
    assert seen.loads == 1
    assert Child(take, facts.write(tmp_path, 2), plan, url).end()[0] == "loaded"


def test_who_asks_hears_a_sentence_and_afterwards_the_answer(tmp_path, server, url, plan):
    assert Child(take, facts.write(tmp_path, 1), plan, url).end()[0] == "loaded"
    before = through_the_cockpit(url)
    server.stop()
    with pytest.raises(DatabaseError, match="does not answer"):
        through_the_cockpit(url)
    with pytest.raises(DatabaseError, match="does not answer"):
        database.data_version(url)
    server.start()
    assert through_the_cockpit(url) == before


def test_nobody_sees_anything_but_the_answer_or_a_sentence(tmp_path, server, url, plan):
    """While the server goes and comes, and a query may be running at that moment."""
    assert Child(take, facts.write(tmp_path, 1), plan, url).end()[0] == "loaded"
    ended, wrong, sentences = threading.Event(), [], []

    def ask() -> None:
        while not ended.is_set():
            try:
                wrong.extend(facts.faults(through_the_cockpit(url)))
            except DatabaseError as problem:
                sentences.append(str(problem))
            except Exception as problem:
                wrong.append(repr(problem))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        time.sleep(0.3)
        server.stop()
        time.sleep(0.2)
        server.start()
    ended.set()
    for thread in threads:
        thread.join()
    assert wrong[:3] == []
    assert sentences
    assert list(facts.faults(through_the_cockpit(url))) == []


def test_a_page_says_so_and_recovers(tmp_path, server, url, plan, start):  # noqa: F811
    i18n.use("zh")  # the harness asks widgets for their words in this thread
    assert Child(take, facts.write(tmp_path, 1), plan, url).end()[0] == "loaded"
    page = start(url, period="2023-11")
    assert not page.error
    server.stop()
    page.run()
    (error,) = page.error
    assert "没有应答" in error.value
    assert not page.exception
    server.start()
    page.run()
    assert not page.error
    assert page.metric[0].value.startswith(f"{facts.SAME + facts.NEW} ")


def test_a_watch_waits_for_the_server_and_says_so_once(tmp_path, server, url, plan, capsys):
    inbox = tmp_path / "in"
    inbox.mkdir()
    facts.write(inbox, 1)
    one = Watch(inbox, [plan], url, every=0.1)
    server.stop()
    thread = threading.Thread(target=one.run, args=(True,))
    thread.start()
    try:
        time.sleep(1.5)
        server.start()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not (inbox / "done" / "import-0001.csv").exists():
            time.sleep(0.1)
    finally:
        one.stop.set()
        thread.join()
    assert through_the_cockpit(url).loads == 1
    assert capsys.readouterr().out.count("import-0001.csv 等待中") == 1
