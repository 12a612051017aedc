"""What whoever may not see rows gets to see of the demonstration, taken for real."""

import pytest

from tests.app.test_pages import SCRIPTS, failed, open_script

HIDDEN = {"name", "status", "role", "mediator_id", "organisation_id", "mediated", "p", "mean"}
MEDIATORS = "pages/people/mediators.py"


@pytest.fixture
def opened(start, real_url):
    return lambda script, **query: open_script(start(real_url, **query), script)


@pytest.mark.parametrize("view", ["people", "organisations"])
def test_no_table_carries_names_or_what_it_does_not_show(opened, view):
    page = opened(MEDIATORS, view=view, period="last_12_months")
    assert failed(page) == []
    assert len(page.dataframe) == 2
    for table in page.dataframe:
        assert not HIDDEN & set(table.value.columns)
