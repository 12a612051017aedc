"""Every page runs from dashboard.py; bad days end in a sentence."""

import os
import re
import subprocess
import sys

import pytest

from cockpit import database
from tests.app.conftest import TIMEOUT
from tests.browser.visit import REPORTS
from tests.conftest import PROJECT

SCRIPTS = list(REPORTS.values())


def texts(app) -> str:
    """What the page says, without the backslashes that keep data from being Markdown."""
    kinds = (app.error, app.warning, app.info, app.markdown, app.caption, app.title, app.subheader)
    said = "\n".join(str(element.value) for elements in kinds for element in elements)
    return re.sub(r"\\(\W|_)", r"\1", said)


def open_script(app, script: str):
    return app if script == SCRIPTS[0] else app.switch_page(script).run()


def failed(app) -> list[str]:
    """What went wrong, in the page or caught by the frame."""
    return [str(element.value) for kind in (app.exception, app.error) for element in kind]


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_runs_on_the_demonstration_data(start, demonstration_url, script, language):
    page = open_script(start(demonstration_url, lang=language), script)
    assert failed(page) == []
    assert "示范区" in texts(page)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_page_runs_for_one_street(start, demonstration_url, script):
    app = start(demonstration_url)
    street = next(option for option in app.selectbox(key="street").options if option.endswith("街道"))
    page = open_script(start(demonstration_url, street=street), script)
    assert failed(page) == []
    assert street in texts(page)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_page_says_so_where_there_is_no_row(start, tmp_path, script):
    url = f"duckdb:///{tmp_path / 'empty.duckdb'}"
    database.create(url).dispose()
    app = start(url)
    page = app if script == SCRIPTS[0] or not app.get("navigation") else open_script(app, script)
    assert [str(element.value) for element in page.exception] == []
    assert texts(page)


BAD_DAYS = {
    "missing": ("duckdb:///{folder}/nowhere.duckdb", "nowhere.duckdb"),
    "not a database": ("duckdb:///{folder}/text.duckdb", "text.duckdb"),
    "of an old version": ("duckdb:///{folder}/old.duckdb", "old.duckdb"),
    "unreachable": ("postgresql+psycopg://cockpit@127.0.0.1:1/cockpit", "127.0.0.1"),
    "an engine we do not have": ("oracle://scott@127.0.0.1/x", "oracle"),
}


@pytest.mark.parametrize("bad_day", BAD_DAYS)
def test_a_database_that_cannot_be_read_is_a_sentence_that_names_it(start, tmp_path, bad_day):
    import duckdb

    (tmp_path / "text.duckdb").write_text("这不是数据库\n" * 1000, encoding="utf-8")
    with duckdb.connect(str(tmp_path / "old.duckdb")) as old:
        old.execute("CREATE TABLE cases (case_id TEXT)")
    url, name = BAD_DAYS[bad_day]
    app = start(url.format(folder=tmp_path))
    assert [str(element.value) for element in app.exception] == []
    assert len(app.error) == 1
    assert name in texts(app)
    assert "Traceback" not in texts(app)


def test_a_password_in_the_address_is_never_shown(start):
    app = start("postgresql+psycopg://cockpit:geheim@127.0.0.1:1/cockpit")
    assert "geheim" not in texts(app)


@pytest.mark.parametrize(("name", "value"), [("LANGUAGE", "klingon"), ("WEEK_START", "someday")])
def test_the_server_does_not_start_with_a_setting_that_makes_no_sense(name, value):
    environment = os.environ | {f"COCKPIT_{name}": value}
    command = [sys.executable, "-m", "cockpit", "serve", "--port", "0"]
    ended = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=TIMEOUT)
    assert ended.returncode == 2
    assert f"COCKPIT_{name}" in ended.stderr
    assert value in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_boundary_file_that_is_none_is_named(start, demonstration_url, tmp_path):
    file = tmp_path / "streets.geojson"
    file.write_text('{"type": "Feature", "nothing": []}', encoding="utf-8")
    app = start(demonstration_url, environment={"COCKPIT_BOUNDARIES": str(file)})
    page = open_script(app, REPORTS["hotspots"])
    assert [str(element.value) for element in page.exception] == []
    assert "streets.geojson" in texts(page)
