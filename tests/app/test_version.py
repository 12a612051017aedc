"""?version=N: every page shows the data of that version, says so, and leads back to the newest."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from cockpit import database, export, session, versions
from cockpit.briefing import command
from cockpit.briefing import layout as layouts
from cockpit.settings import settings
from queries import catalogue
from queries.tables import complaints
from tests.intake.files import invented, row, take

PAGES = ("pages/casework/resolution.py", "pages/situation/hotspots.py", "pages/data/quality.py")


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> str:
    """Two versions: 40 complaints of November, then ten more and one that moved."""
    folder = tmp_path_factory.mktemp("versions")
    url = f"duckdb:///{folder / 'facts.duckdb'}"
    rows = [row(编号=f"A{i}", 登记时间=f"2023-11-{i % 30 + 1:02d} 09:00") for i in range(40)]
    take(folder, url, rows)
    take(folder, url, [row(编号=f"B{i}", 登记时间="2023-11-30 09:00", 街道="福永街道") for i in range(10)])
    return url


def text(app: AppTest) -> str:
    return " ".join(str(element.value) for element in (*app.markdown, *app.warning, *app.caption, *app.metric))


def received(app: AppTest) -> str:
    return next(metric.value for metric in app.metric if "收" in metric.label or "诉求" in metric.label)


OPEN = {"COCKPIT_OPEN": "1"}


def test_the_data_are_those_of_the_version(start, url):
    now = start(url, OPEN)
    assert not now.exception
    assert "50" in received(now)
    assert "版本" not in text(now)
    then = start(url, OPEN, version="1")
    assert not then.exception
    assert "40" in received(then)
    assert "您正在查看数据版本 1" in text(then)
    assert "数据版本 1" in " ".join(element.value for element in then.markdown), "the header carries it too"


@pytest.mark.parametrize("page", PAGES)
def test_the_version_goes_along_from_page_to_page(start, url, page):
    """The address loses it at a change of page, as it does the language."""
    app = start(url, OPEN, version="1")
    del app.query_params["version"]
    app.switch_page(page).run()
    assert not app.exception
    assert "1" in app.query_params["version"]
    assert "您正在查看数据版本 1" in text(app)


def test_a_button_leads_back_to_the_newest(start, url):
    app = start(url, OPEN, version="1")
    app.button(key="version_newest").click().run()
    assert not app.exception
    assert "version" not in app.query_params
    assert "50" in received(app)
    assert "您正在查看" not in text(app)
    assert versions.looked_at() is None


@pytest.mark.parametrize("asked", ["7", "0", "-1", "x", "²", "1 OR 1"])
def test_a_version_that_is_not_kept_says_so_and_shows_the_newest(start, url, asked):
    app = start(url, OPEN, version=asked)
    assert not app.exception
    assert "现显示最新数据" in text(app)
    assert "50" in received(app)
    assert "version" not in app.query_params


def test_the_newest_by_its_number_is_just_the_newest(start, url):
    app = start(url, OPEN, version="2")
    assert "您正在查看" not in text(app)
    assert "50" in received(app)


def test_the_print_view_shows_the_version_without_a_button(start, url):
    app = start(url, OPEN, version="1", print="1")
    assert not app.exception
    assert "数据版本 1" in text(app)
    assert not [button for button in app.button if button.key == "version_newest"]


def test_whoever_looks_at_the_demonstration_may_not_publish_into_real_data(start, tmp_path):
    """And whoever looks at real data behind a demonstration sees no rows."""
    url = f"duckdb:///{tmp_path / 'facts.duckdb'}"
    invented(url)
    take(tmp_path, url, [row(编号=f"A{i}") for i in range(6)], replace=True)
    app = start(url, version="1")
    assert not app.exception
    assert "演示数据" in text(app)
    versions.look_at(1)
    assert session.viewer() == session.Viewer(rows=True, names=True, publish=False)
    versions.look_at(None)
    assert session.viewer() == session.Viewer(rows=False, names=False, publish=False)
    versions.rollback(url, 1)
    assert session.viewer().publish
    versions.look_at(2)
    assert session.viewer() == session.Viewer(rows=False, names=False, publish=True)
    versions.look_at(None)
    assert database.versions_kept(url) == {1, 2, 3}


@pytest.fixture
def _looking_at_the_first(url, monkeypatch) -> Iterator[None]:
    for name, value in {"COCKPIT_DATABASE_URL": url, **OPEN}.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    versions.choose(1)
    yield
    versions.look_at(None)
    settings.cache_clear()


@pytest.mark.usefixtures("_looking_at_the_first")
def test_a_file_made_later_by_another_thread_is_of_the_version_that_was_shown():
    def made() -> bytes:
        return f"{session.mark()} {len(session.read_once(catalogue.values_of, complaints, 'complaint_id'))}".encode()

    later = export.later(made)
    versions.look_at(None)
    with ThreadPoolExecutor() as pool:
        assert pool.submit(later).result().decode() == "数据版本 1 40"
    assert made().decode() == " 50"


@pytest.mark.usefixtures("_looking_at_the_first")
def test_what_leaves_the_cockpit_names_the_version():
    filters = command.choice(None, code="2023-11")
    assert "数据版本 1" in export.foot(filters)[0]
    assert "数据版本 1" in export.about("表", filters).values()
    assert "数据版本 1" in export.lines(pd.DataFrame({"街道": ["西乡街道"]}))
    briefing = command.composed(filters, layouts.STANDARD)
    assert briefing.mark == "数据版本 1"
    then = {figure.name: figure.value for figure in briefing.figures}
    versions.look_at(None)
    now = command.composed(command.choice(None, code="2023-11"), layouts.STANDARD)
    assert now.mark == ""
    assert then != {figure.name: figure.value for figure in now.figures}
