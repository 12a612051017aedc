"""化解率: the rows behind a mark, for those who may see them; and what everybody else is told."""

import pytest

from cockpit import database
from cockpit.casework import encoded
from queries.casework import Mark
from queries.tables import metadata
from tests.rows import Rows

PAGE = "pages/casework/resolution.py"


def said(app) -> str:
    kinds = (app.markdown, app.caption, app.warning, app.error)
    return "\n".join(str(element.value) for elements in kinds for element in elements).replace("\\", "")


def drilled(app, mark: Mark):
    app.session_state["resolution_mark"] = encoded(mark)
    page = app.run()
    assert not page.exception
    assert not page.error
    return page


@pytest.fixture
def invented(start, demonstration_url):
    return start(demonstration_url).switch_page(PAGE).run()


@pytest.fixture
def complaints_url(tmp_path) -> str:
    """Complaints that are not the demonstration's: nobody signed in may see their rows."""
    url = f"duckdb:///{tmp_path / 'real.duckdb'}"
    engine, rows = database.create(url), Rows()
    lines = [f"{'甲街道' if i % 9 else '<b>乙街道'} 2023-11-{i % 28 + 1:02} 2023-11-30" for i in range(60)]
    with engine.begin() as connection:
        table = metadata.tables["complaints"]
        connection.execute(table.insert(), rows.read("complaints", "\n".join(["street opened_at closed_at", *lines])))
    engine.dispose()
    return url


def test_a_mark_shows_its_rows_fifty_a_page(invented):
    page = drilled(invented, Mark("resolution_rate"))
    first = page.dataframe[-1].value
    assert len(first) == 50
    second = page.number_input(key="records_page").set_value(2).run().dataframe[-1].value
    assert len(second) == 50
    assert not set(first["case_id"]) & set(second["case_id"])


def test_the_page_number_stays_within_what_is_left(invented):
    page = drilled(invented, Mark("resolution_rate"))
    page = page.number_input(key="records_page").set_value(3).run()
    page.session_state["resolution_mark"] = encoded(Mark("resolution_rate", (("street", "没有的街道"),)))
    page = page.run()
    assert not page.exception
    assert page.number_input(key="records_page").value == 1


def test_a_mark_of_disputes_means_nothing_among_complaints(invented):
    page = drilled(invented, Mark("resolution_rate", (("track", "judicial"),)))
    assert "司法调解" in said(page)
    page = page.button_group(key="resolution_table").set_value("complaints").run()
    assert not page.exception
    assert page.session_state["resolution_mark"] is None
    assert "司法调解" not in said(page)


def test_without_row_access_the_reason_stands_there_and_no_row(start, complaints_url):
    page = drilled(start(complaints_url).switch_page(PAGE).run(), Mark("closed_share", (("street", "甲街道"),)))
    assert "明细只向有明细权限的人显示" in said(page)
    assert len(page.dataframe) == 0
    assert not any(box.key == "records_order" for box in page.selectbox)


def test_only_records_that_the_district_has_are_offered(start, complaints_url):
    page = start(complaints_url).switch_page(PAGE).run()
    assert not page.error
    assert page.button_group(key="resolution_table").options == ["诉求"]


def test_a_rate_that_does_not_exist_is_dropped_and_said(start, demonstration_url):
    page = start(demonstration_url, cases_rate="nonsense").switch_page(PAGE).run()
    assert not page.error
    assert page.button_group(key="resolution_cases_rate").value == "resolution_rate"
    assert "nonsense" in said(page)
