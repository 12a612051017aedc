"""Names come from files. Whatever they hold is shown as it is: never run, never fetched, never a link or a picture."""

from datetime import datetime, timedelta

import pytest

from cockpit import database
from queries.tables import metadata
from tests.browser.visit import PAGES
from tests.rows import Rows
from tests.server import serve

NAMES = (
    "<img src=x onerror=\"window.__hostile='ran'\">",
    "<script>window.__hostile='ran'</script>街道",
    "![图](https://evil.example.org/pixel.png)",
    "[点这里](https://evil.example.org/)",
    "{street} {{constructor}} %s $x^2$ :red[红] :material/home: `a` **b** ~c~ # d",
    '=HYPERLINK("https://evil.example.org")\u202e\u0007\'；--',
)


@pytest.fixture(scope="module")
def hostile_server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    url = f"duckdb:///{folder / 'hostile.duckdb'}"
    engine = database.create(url)
    with engine.begin() as connection:
        for table, rows in hostile_rows().items():
            connection.execute(metadata.tables[table].insert(), rows)
    engine.dispose()
    with serve(url, folder / "server.log", COCKPIT_OPEN="1") as server:
        yield server


def hostile_rows() -> dict[str, list[dict]]:
    """Two years of disputes and complaints in which every name is hostile."""
    row, district = Rows().row, f"区{NAMES[0]}"
    named = list(enumerate(NAMES))
    facts = [fact(number, district) for number in range(365)]
    cases = [
        row("cases", **fact, outcome="mediated", mediator_id=str(i % 6), organisation_id=str(i % 6), programme=NAMES[1])
        for i, fact in enumerate(facts)
    ]
    return {
        "areas": [
            row("areas", area_id="D", level="district", name=district),
            *(row("areas", area_id=name, name=name, parent_id="D", population=9999) for name in NAMES),
        ],
        "organisations": [row("organisations", organisation_id=str(i), name=n, district=district) for i, n in named],
        "mediators": [row("mediators", mediator_id=str(i), name=name) for i, name in named],
        "cases": cases,
        "case_steps": [
            row("case_steps", case_id=case["case_id"], programme=NAMES[1], step=NAMES[i % 2], result="passed")
            for i, case in enumerate(cases)
        ],
        "complaints": [row("complaints", **fact, organisation=NAMES[2]) for fact in facts],
    }


def fact(number: int, district: str) -> dict:
    """The columns that disputes and complaints share."""
    opened = datetime(2022, 1, 1, 9) + timedelta(days=2 * number)
    return {
        "district": district,
        "street": NAMES[number % len(NAMES)],
        "category": f"类{NAMES[number % 5]}",
        "channel": f"来源{NAMES[number % 3]}",
        "opened_at": opened,
        "closed_at": opened + timedelta(days=number % 9),
        "lon": 113.88 + number % 7 / 100,
        "lat": 22.57 + number % 5 / 100,
    }


@pytest.mark.parametrize("path", PAGES)
def test_hostile_names_are_only_shown(open_page, hostile_server, path):
    page = open_page(hostile_server, path)
    page.unfold()
    assert page.inspect() == []
    assert page.page.evaluate("window.__hostile") is None
    assert page.page.locator("[href*='//evil.example'], [src*='//evil.example'], img[src='x']").count() == 0
    assert page.page.locator("main .katex, main del").count() == 0


def test_a_hostile_street_can_be_chosen(open_page, hostile_server):
    page = open_page(hostile_server, "")
    page.choose("street", NAMES[2])
    assert page.shown("street") == NAMES[2]
    assert page.inspect() == []
    assert page.page.locator("[href*='//evil.example'], [src*='//evil.example']").count() == 0
