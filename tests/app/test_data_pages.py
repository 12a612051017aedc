"""导入, 质量 and 版本 without a browser: who sees what, on which data, in which language."""

import pytest

from cockpit import database
from tests.app.test_pages import failed, open_script, texts
from tests.intake.files import row, take

INTAKE, QUALITY, VERSIONS = (f"pages/data/{name}.py" for name in ("intake", "quality", "versions"))
OPEN = {"COCKPIT_OPEN": "1"}


@pytest.fixture(scope="module")
def taken_url(tmp_path_factory) -> str:
    """Real data, in two versions: seven rows of the second could not be taken, for two reasons."""
    folder = tmp_path_factory.mktemp("taken")
    url = f"duckdb:///{folder / 'data.duckdb'}"
    good = [row(编号=f"A{i}") for i in range(20)]
    take(folder, url, good)
    bad = [*(row(编号=f"X{i}", 登记时间="") for i in range(6)), row(编号="X6", 人数="若干")]
    take(folder, url, [*good, row(编号="B1"), *bad])
    return url


@pytest.fixture
def empty_url(tmp_path) -> str:
    url = f"duckdb:///{tmp_path / 'empty.duckdb'}"
    database.create(url).dispose()
    return url


def addresses(app) -> list[str]:
    """Where the links of a page lead to."""
    return [link.proto.page for link in app.get("page_link")]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("script", [INTAKE, QUALITY, VERSIONS])
@pytest.mark.parametrize("data", ["demonstration_url", "taken_url", "empty_url"])
def test_a_data_page_opens_for_whoever_may_publish(request, start, data, script, language):
    page = open_script(start(request.getfixturevalue(data), OPEN, lang=language), script)
    assert failed(page) == []
    assert page.title[0].value
    assert texts(page)


@pytest.mark.parametrize("script", [INTAKE, QUALITY, VERSIONS])
def test_where_there_is_no_database_yet_the_first_import_makes_one(start, tmp_path, script):
    page = open_script(start(f"duckdb:///{tmp_path / 'none.duckdb'}", OPEN), script)
    assert [str(element.value) for element in page.exception] == []
    if script == INTAKE:
        assert failed(page) == []
        assert "直接选择业务系统导出的文件" in texts(page)
    else:
        assert "none.duckdb" in texts(page)
        assert "intake" in addresses(page)


@pytest.mark.parametrize("script", [QUALITY, VERSIONS])
def test_an_empty_database_offers_the_first_import(start, empty_url, script):
    assert "intake" in addresses(open_script(start(empty_url, OPEN), script))


@pytest.mark.parametrize("script", [QUALITY, VERSIONS])
def test_an_empty_database_offers_nothing_to_whoever_may_not_publish(start, empty_url, script):
    assert addresses(open_script(start(empty_url), script)) == []


def test_nobody_imports_into_real_data_without_being_let(start, taken_url):
    app = start(taken_url)
    with pytest.raises(ValueError, match="intake"):
        app.switch_page(INTAKE).run()


def test_nobody_finds_the_import_where_there_is_no_database(start, tmp_path):
    app = start(f"duckdb:///{tmp_path / 'none.duckdb'}")
    assert addresses(app) == []


def test_small_counts_of_rejects_are_hidden_and_rows_not_offered(start, taken_url):
    page = open_script(start(taken_url), QUALITY)
    assert failed(page) == []
    counts = {
        row["what"]: row["rows"]
        for table in page.dataframe
        if "rows" in table.value
        for row in table.value.to_dict("records")
    }
    assert len(counts) == 2
    assert [n for n in counts.values() if n == n and n < 5] == []
    assert not any("raw" in table.value for table in page.dataframe)
    assert "退回的行" in texts(page)
    assert page.get("download_button") == []


def test_the_owner_sees_the_rows_behind_the_counts(start, taken_url):
    page = open_script(start(taken_url, OPEN), QUALITY)
    (rows,) = [table.value for table in page.dataframe if "raw" in table.value]
    assert len(rows) == 7
    assert set(rows["why"]) == {"缺少收到日期", "人次不是数字"}


def test_the_newest_version_is_shown_and_only_older_ones_can_be_brought_back(start, taken_url):
    page = open_script(start(taken_url, OPEN), VERSIONS)
    assert list(page.dataframe[0].value["number"]) == [2, 1]
    assert "版本 2" in texts(page)
    assert [button.key for button in page.button if "rollback" in str(button.key)] == []
