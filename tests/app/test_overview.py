"""总览 says of overdue what the data can say."""

import shutil

import duckdb
import pytest

from tests.app.test_brief import texts
from tests.app.test_pages import failed

NOTE = "数据没有时限，只能判断数据日期当日"


@pytest.fixture
def overdue(start, demonstration_url, tmp_path):
    """``overdue(sql, period)`` → value and change of the card after a statement, and whether it says what it lacks."""

    def card(statement: str, period: str) -> tuple[str, str, bool]:
        file = tmp_path / f"{period}.duckdb"
        shutil.copy(demonstration_url.removeprefix("duckdb:///"), file)
        with duckdb.connect(str(file)) as connection:
            connection.execute(statement)
        page = start(f"duckdb:///{file}", period=period)
        assert failed(page) == []
        (metric,) = (one for one in page.metric if one.label.startswith("超期"))
        said = f"{texts(page)} {metric.proto.delta_description} {metric.help}"
        return metric.value, metric.delta, NOTE in said

    return card


def test_without_due_times_overdue_is_told_for_the_data_date_alone(overdue):
    flags = "UPDATE cases SET due_at = NULL, overdue = (opened_at < '2023-09-01')"
    value, change, noted = overdue(flags, "2023-11")
    assert value[0] in "123456789"
    assert (change, noted) == ("", True)
    assert overdue(flags, "2023-10") == ("—", "", True)


def test_with_due_times_nothing_overdue_is_known_to_be_nothing(overdue):
    value, _change, noted = overdue("UPDATE cases SET due_at = '2024-06-01', overdue = NULL", "2023-10")
    assert (value[0], noted) == ("0", False)
