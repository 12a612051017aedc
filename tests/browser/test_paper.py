"""What leaves a page on paper: the whole of it, in both languages, and never a file of something that went wrong."""

import io
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from cockpit import database, i18n, paper
from cockpit.errors import RenderError
from cockpit.visit import DESKTOP, Visit
from queries.measures import VERSION
from queries.tables import metadata
from tests.browser import pdf
from tests.browser.test_hostile import NAMES, hostile_server  # noqa: F401  # a fixture
from tests.browser.visit import REPORTS
from tests.rows import Rows
from tests.server import Server, serve

pytestmark = pytest.mark.usefixtures("poppler")
DRAWS = {**{page: {} for page in REPORTS}, "mediators": {"period": "last_12_months"}}
TITLES = {  # as dashboard.py has them
    "": "Overview",
    "deadlines": "Deadlines",
    "petitions": "Petitions",
    "whistles": "Calls",
    "follow-ups": "Follow-up",
    "changes": "Changes",
    "definitions": "Definitions",
    "resolution": "Resolution",
    "funnel": "Funnel",
    "hotspots": "Hotspots",
    "mediators": "Mediators",
    "brief": "Briefing",
}
FEWEST = {"funnel": 9, "definitions": 0}  # marks of a page
# Every text that Plotly drew, once a time it stands there.
MARKS = """() => [...document.querySelectorAll('.js-plotly-plot text')].filter(t => t.getBBox().width)
  .flatMap(t => t.querySelector('tspan') ? [...t.querySelectorAll('tspan')] : [t]).map(t => t.textContent)"""
FOOT = ["示范区 · 2023年11月", "数据截至 2023年11月30日 24:00"], "第 {page} 页，共 {pages} 页"


@pytest.fixture
def here() -> Iterator[Callable[[Server], None]]:
    """``here(server)``: that server's pages are drawn."""
    before = paper._address
    yield lambda server: paper.serve_at("localhost", int(server.url.rsplit(":", 1)[1]))
    paper._address = before


@pytest.fixture
def printed(browser, demonstration_server, here, tmp_path) -> Callable[..., Path]:
    """``printed(page, query)``: the PDF of that page."""

    def draw(page: str, query: dict[str, str], server: Server = demonstration_server) -> Path:
        here(server)
        file = tmp_path / f"{page or 'overview'}.pdf"
        file.write_bytes(paper.sheets(page, query, *FOOT)(browser))
        return file

    return draw


@pytest.mark.parametrize(("page", "lang"), [*((page, "zh") for page in REPORTS), ("petitions", "en")])
def test_the_pdf_has_what_a_paper_needs(printed, page, lang):
    file = printed(page, {"lang": lang, **DRAWS[page]})
    said, about = pdf.squeezed(pdf.text(file)), pdf.info(file)
    i18n.use(lang)
    title, invented = i18n._(TITLES[page]), i18n._("Demonstration data · invented")
    i18n.use("zh")
    expected = [title, "示范区", invented, VERSION, "2023年11月30日24:00"]
    assert [text for text in expected if pdf.squeezed(text) not in said] == []
    pages = int(about["Pages"])
    assert all(f"第{number}页，共{pages}页" in said for number in range(1, pages + 1))
    assert "(A4)" in about["Page size"]
    assert set(pdf.fonts(file)) == {("yes", "yes")}
    assert not [control for control in ("CSV", "查看", "Look›", "重新排序") if control in said]


@pytest.mark.parametrize("page", ["", "deadlines", "petitions", "funnel", "hotspots", "follow-ups"])
def test_a_wide_window_prints_every_mark(browser, demonstration_server, here, tmp_path, page):
    """As a person prints it: from a window 1920 px wide, with the margins that the browser proposes."""
    here(demonstration_server)
    with browser.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]}) as context:
        visit = Visit(context.new_page())
        visit.open(paper.address(page, DRAWS[page] | paper.PRINT_VIEW))
        drawn = Counter(pdf.squeezed(mark) for mark in visit.page.evaluate(MARKS))
        visit.check()
        assert visit.page.locator("canvas, input, [data-testid=stButton], [data-testid=stDownloadButton]").count() == 0
        file = tmp_path / "wide.pdf"
        margin = dict.fromkeys(("top", "bottom", "left", "right"), "0.4in")
        visit.page.pdf(path=file, format="A4", margin=margin, print_background=True)
    assert sum(drawn.values()) >= FEWEST.get(page, 20)
    said = pdf.squeezed(pdf.text(file))
    assert {mark: n for mark, n in drawn.items() if mark and said.count(mark) < min(n, 1 if len(mark) < 3 else n)} == {}
    assert [word for word in pdf.words(file) if word.right > word.width - 20] == []


def test_a_page_that_is_not_made_for_paper_fails_that_test(browser, demonstration_server, tmp_path):
    with browser.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]}) as context:
        visit = Visit(context.new_page())
        visit.open(demonstration_server.url)
        drawn = Counter(pdf.squeezed(mark) for mark in visit.page.evaluate(MARKS))
        file = tmp_path / "stretched.pdf"
        visit.page.pdf(path=file, format="A4")
    said = pdf.squeezed(pdf.text(file))
    assert {mark for mark, n in drawn.items() if said.count(mark) < n}


def test_every_street_has_its_name_and_number_in_the_pdf(printed, demonstration_url):
    from sqlalchemy import func, select

    from queries.tables import cases

    month = cases.c.opened_at.between(date(2023, 11, 1), date(2023, 12, 1) - timedelta(microseconds=1))
    question = select(cases.c.street, func.count()).where(cases.c.district == "示范区", month).group_by(cases.c.street)
    counted = dict(database.fetch(question, demonstration_url).dropna().itertuples(index=False, name=None))
    said = pdf.text(printed("resolution", {}))
    rows = {line.split()[0]: line for line in said.splitlines() if "n=" in line}
    assert len(counted) == 10
    assert {street: n for street, n in counted.items() if f"n={n}" not in rows.get(street, "")} == {}


def test_filters_and_codes_are_carried(printed):
    query = {"street": "云溪街道", "period": "2023-W47", "table": "complaints", "map": "count", "lang": "en"}
    said = pdf.squeezed(pdf.text(printed("hotspots", query)))
    for text in ("云溪街道", "week47of2023", "Complaints", "Streets,number"):
        assert text.lower() in said.lower(), text


def test_hostile_names_are_printed_as_they_are(printed, hostile_server):  # noqa: F811
    for page in ("", "resolution", "hotspots", "deadlines", "petitions", "whistles"):
        said = pdf.squeezed(pdf.text(printed(page, {}, hostile_server)))
        assert pdf.squeezed(NAMES[0])[:30] in said, page  # the district's name


@pytest.mark.parametrize(("page", "lang"), [("hotspots", "zh"), ("petitions", "zh"), ("resolution", "en")])
def test_the_picture_is_the_whole_page(browser, demonstration_server, here, monkeypatch, page, lang):
    heights = []

    def measured(visit: Visit, address: str) -> Visit:
        page = opened(visit, address).page
        aside = page.add_style_tag(content=f"{','.join(paper.ASIDE)}{{display:none !important}}")
        heights.append(page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight"))
        aside.evaluate("style => style.remove()")
        return visit

    opened = paper._opened
    monkeypatch.setattr(paper, "_opened", measured)
    here(demonstration_server)
    taken = Image.open(io.BytesIO(paper.picture(page, {"lang": lang})(browser)))
    assert taken.format == "PNG"
    assert taken.width == 1920
    assert abs(taken.height - max(1080, *heights)) <= 4
    assert taken.height > 1080 or page in ("hotspots", "mediators")
    assert taken.getpixel((5, 5)) == (255, 255, 255)


# --- nothing is handed out that went wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["picture", "sheets"])
def test_a_page_that_is_not_there_is_no_file(browser, demonstration_server, here, kind):
    here(demonstration_server)
    make = paper.picture("nowhere", {}) if kind == "picture" else paper.sheets("nowhere", {}, *FOOT)
    with pytest.raises(RenderError, match="Page not found"):
        make(browser)


@pytest.fixture(scope="module")
def broken_server(tmp_path_factory) -> Iterator[Server]:
    """Its database lacks a column that every page asks for."""
    folder = tmp_path_factory.mktemp("broken")
    url = f"duckdb:///{folder / 'broken.duckdb'}"
    engine = database.create(url)
    with engine.begin() as connection:
        row = Rows().row("cases", case_id="1", district="某区", opened_at=datetime(2023, 11, 1))
        connection.execute(metadata.tables["cases"].insert(), [row])
        connection.exec_driver_sql("ALTER TABLE cases RENAME COLUMN street TO lane")
    engine.dispose()
    with serve(url, folder / "server.log") as server:
        yield server


@pytest.mark.parametrize("page", ["", "hotspots"])
def test_a_page_that_shows_an_error_is_no_file(browser, here, broken_server, page):
    here(broken_server)
    for make in (paper.picture(page, {}), paper.sheets(page, {}, *FOOT)):
        with pytest.raises(RenderError, match="The page shows an error"):
            make(browser)


def test_nobody_at_the_address_is_no_file(browser, here):
    paper.serve_at("127.0.0.1", 9)
    with pytest.raises(RenderError, match="cannot reach its own pages"):
        paper.sheets("", {}, *FOOT)(browser)


def test_a_process_without_an_address_says_so(here, monkeypatch):
    monkeypatch.setattr(paper, "_address", "")
    with pytest.raises(RenderError, match="cockpit serve"):
        paper.picture("", {})


# What each script leaves on the page has the class "fault".
FAULTS = {
    "canvas without a size": """() => document.body.append(
        Object.assign(document.createElement('canvas'), {width: 0, className: 'fault'}))""",
    "maps show nothing": """() => { const map = document.querySelector('[data-testid=stDeckGlJsonChart]');
        const cover = Object.assign(document.createElement('div'), {style: 'position:absolute;inset:0;z-index:9999;' +
        'background:white', className: 'fault'}); map.style.position = 'relative'; map.append(cover); }""",
    "pictures of the page are missing": """() => new Promise(done => document.body.append(Object.assign(
        document.createElement('img'), {src: '/no-such-picture.png', onerror: done, className: 'fault'})))""",
    "wider than the window": """() => document.querySelector('[data-testid=stMain]').append(Object.assign(
        document.createElement('div'), {style: 'width:5000px;height:1px', className: 'fault'}))""",
}


def test_what_is_not_drawn_is_no_file(open_page, demonstration_server):
    visit = open_page(demonstration_server, "hotspots")
    visit.unfold()
    for said, script in FAULTS.items():
        visit.check()
        visit.page.evaluate(script)
        with pytest.raises(RenderError, match=said):
            visit.check()
        visit.page.evaluate("document.querySelector('.fault').remove()")


def test_a_page_higher_than_a_picture_can_be_is_no_file(browser, demonstration_server, here, monkeypatch):
    """A long page as a picture meets it: a high block below everything else."""
    opened = paper._opened

    def longer(visit: Visit, address: str) -> Visit:
        opened(visit, address).page.evaluate("""() => document.querySelector('[data-testid=stMain]').append(
            Object.assign(document.createElement('div'), {style: 'height:9000px;flex:none'}))""")
        return visit

    here(demonstration_server)
    monkeypatch.setattr(paper, "_opened", longer)
    with pytest.raises(RenderError, match="a picture can have 8000 px"):
        paper.picture("mediators", {})(browser)


def test_a_page_that_is_not_ready_in_time_is_no_file(browser, demonstration_server):
    with browser.new_context() as context:
        context.add_init_script("Object.defineProperty(document, 'fonts', {value: {status: 'loading'}})")
        visit = Visit(context.new_page(), patience=4000)
        visit.open(demonstration_server.url)
        with pytest.raises(RenderError, match="not ready in 4 seconds"):
            visit.check()
