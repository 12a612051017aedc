"""The briefing as PDF and PNG, drawn by a real Chromium: what the files hold, and that a fault leaves none."""

import io
import re
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as NotReady
from pptx import Presentation

from cockpit import chromium, database, i18n, session
from cockpit.answers import answer
from cockpit.briefing import render
from cockpit.briefing.compose import compose
from cockpit.briefing.document import Block, Briefing, Chart, Picture, Table, Words, plain
from cockpit.cards.briefing import zipped
from cockpit.errors import RenderError
from cockpit.settings import settings
from cockpit.theme import Tokens
from queries.filters import Filters
from queries.tables import cases
from tests.briefing.conftest import FORMULA, HOSTILE, briefing_in
from tests.browser.needs import needs_chromium, needs_poppler
from tests.browser.pdf import fonts, info, run, squeezed
from tests.browser.pdf import text as text_of

pytestmark = [needs_chromium, needs_poppler]
WEEK = date(2023, 11, 20), date(2023, 11, 26)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.browser() as started:
        yield started


@pytest.fixture(scope="module")
def week(demonstration_url) -> Iterator[Briefing]:
    """W47 of 示范区, whole."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COCKPIT_DATABASE_URL", demonstration_url)
        settings.cache_clear()
        i18n.use("zh")
        filters = Filters(*WEEK, session.reach().data_date, "示范区")
        made = compose(filters, datetime(2023, 12, 4, 8, 30))
        assert made is not None
        yield made
    settings.cache_clear()


@pytest.fixture(scope="module")
def drawn(week, browser) -> dict[str, bytes]:
    return render.files(week, ("pdf", "png"), browser)


@pytest.fixture(scope="module")
def pdf(drawn, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("pdf") / "week.pdf"
    file.write_bytes(drawn[".pdf"])
    return file


# --- PDF --------------------------------------------------------------------------------------------------------------


def test_the_pdf_says_scope_period_data_date_version_hash_and_mark(week, pdf):
    text = squeezed(text_of(pdf))
    for said in (week.title, week.scope, week.known, week.version, week.hash, week.mark):
        assert squeezed(said) in text


def test_every_sentence_and_every_cell_is_in_the_pdf(week, pdf):
    text = squeezed(text_of(pdf)) + squeezed(run("pdftotext", "-raw", pdf, "-"))  # raw: cells of two lines in one piece
    for block in week.blocks:
        for part in block.parts:
            if isinstance(part, Words):
                assert [said for said in part.paragraphs if squeezed(plain(said))[:18] not in text] == []
            if isinstance(part, Table):
                assert [cell for row in part.rows for cell in row if squeezed(cell) not in text] == []


def test_the_chart_prints_the_value_of_every_week(week, pdf):
    (chart,) = next(block for block in week.blocks if block.key == "trend").parts
    words = text_of(pdf).split()
    assert all(f"{value:,.0f}" in words for value in chart.series[0].values)


def test_the_pages_are_a4_numbered_and_few(pdf):
    about = info(pdf)
    pages = int(about["Pages"])
    assert "(A4)" in about["Page size"]
    assert 3 <= pages <= 6
    for page in range(1, pages + 1):
        foot = squeezed(run("pdftotext", "-f", str(page), "-l", str(page), pdf, "-"))
        assert f"第{page}页，共{pages}页" in foot


def test_scope_hash_and_mark_stand_at_the_foot_of_every_page(week, pdf):
    pages = text_of(pdf).split("\f")[:-1]
    for page in pages:
        assert re.search(rf"(?<!\S){week.hash}(?!\S)", page)
        assert all(squeezed(said) in squeezed(page) for said in (week.scope, week.mark))


def test_the_fonts_are_embedded_and_their_text_can_be_copied(pdf):
    assert set(fonts(pdf)) == {("yes", "yes")}


def test_it_is_grey(pdf, tmp_path):
    run("pdftoppm", "-r", "40", "-png", pdf, tmp_path / "page")
    for page in tmp_path.glob("page*.png"):
        red, green, blue = Image.open(page).convert("RGB").split()
        assert (
            max(ImageChops.difference(red, green).getextrema()[1], ImageChops.difference(red, blue).getextrema()[1]) < 3
        )


def test_a_table_longer_than_a_page_repeats_its_head(week, browser, tmp_path):
    rows = tuple((f"街道{n}", str(n)) for n in range(90))
    long = replace(week, blocks=(Block("streets", "各街道", (Table(("街道", "件数"), rows, frozenset({1})),)),))
    (tmp_path / "long.pdf").write_bytes(render.files(long, ("pdf",), browser)[".pdf"])
    text = text_of(tmp_path / "long.pdf")
    pages = text.split("\f")[:-1]
    assert len(pages) >= 2
    assert all(re.search(r"街道\s+件数", page) for page in pages)
    assert re.findall(r"街道\d+", text) == [row[0] for row in rows]


# --- PNG --------------------------------------------------------------------------------------------------------------


def test_one_picture_of_the_whole_and_one_a_block(week, drawn):
    pictures = {name: Image.open(io.BytesIO(data)) for name, data in drawn.items() if name.endswith(".png")}
    assert set(pictures) == {".png", *(f"_{n}_{block.key}.png" for n, block in enumerate(week.blocks, 1))}
    assert {picture.width for picture in pictures.values()} == {1920}
    heights = {name: picture.height for name, picture in pictures.items()}
    assert heights[".png"] == max(heights.values())
    assert heights[".png"] > 6000


def test_no_picture_is_of_one_colour(drawn):
    for name, data in drawn.items():
        if name.endswith(".png"):
            colours = Image.open(io.BytesIO(data)).convert("L").getcolors(maxcolors=256)
            assert len(colours) > 8, name


def test_each_picture_is_as_high_as_what_stands_on_it(week, browser):
    short = replace(week, blocks=(Block("headline", "摘要", (Words(("一句。",)),)),))
    made = render.files(short, ("png",), browser)
    heights = {name: Image.open(io.BytesIO(data)).height for name, data in made.items()}
    assert set(heights) == {".png", "_1_headline.png"}
    assert all(300 < height < 1000 for height in heights.values())


def test_a_picture_higher_than_a_texture_is_whole_to_its_foot(week, browser):
    rows = tuple((f"街道{n}", str(n)) for n in range(250))
    table = Table(("街道", "件数"), rows, frozenset({1}))
    long = replace(week, blocks=(Block("streets", "各街道", (table,)),))
    made = render.files(long, ("png",), browser)
    size = {"width": 760, "height": 1123}
    with browser.new_context(viewport=size, device_scale_factor=1920 / 760, offline=True) as context:
        page = context.new_page()
        render.draw(page, long)
        foot = page.locator("footer").bounding_box()
        page.add_style_tag(content="section { display: none }")
        alone = Image.open(io.BytesIO(page.locator("footer").screenshot())).convert("L")
    for data in made.values():
        drawn = Image.open(io.BytesIO(data)).convert("L")
        assert drawn.height > 2 * 8192
        top = foot["y"] * 1920 / 760
        near = [
            drawn.crop((96, up, 96 + alone.width, up + alone.height)) for up in range(round(top) - 3, round(top) + 4)
        ]
        assert min(differing(alone, part) for part in near) < 0.02
        assert differing(drawn.crop((0, 0, 1920, 400)), drawn.crop((0, 8192, 1920, 8592))) > 0.02


def differing(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that are clearly not the same."""
    found = ImageChops.difference(one, other).histogram()
    return sum(found[100:]) / sum(found)


def test_the_page_offers_all_pictures_in_one_file(week, browser):
    short = replace(week, blocks=week.blocks[:2])
    made = render.files(short, ("png",), browser)
    with zipfile.ZipFile(io.BytesIO(zipped("周报_2023-W47_示范区", made))) as archive:
        assert archive.testzip() is None
        assert {name.removeprefix("周报_2023-W47_示范区"): archive.read(name) for name in archive.namelist()} == made


# --- hostile text, faults ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_text_is_printed_as_text(browser, tmp_path, language):
    i18n.use(language)
    bars = {"data": [{"type": "bar", "x": [0], "y": [1]}], "layout": {"template": "cockpit_print", "height": 90}}
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
    briefing = briefing_in(language)
    blocks = [
        replace(block, parts=tuple(_real(part, bars, svg) for part in block.parts), note=HOSTILE)
        for block in briefing.blocks
    ]
    made = render.files(replace(briefing, blocks=tuple(blocks), title=HOSTILE), ("pdf", "png"), browser)
    (tmp_path / "hostile.pdf").write_bytes(made[".pdf"])
    text = squeezed(text_of(tmp_path / "hostile.pdf"))
    assert "<b>a&b</b>" in text
    assert FORMULA in text
    i18n.use("zh")


def _real(part, bars: dict, svg: str):
    if isinstance(part, Chart):
        return replace(part, figure=lambda tokens: bars)
    return replace(part, svg=lambda tokens: svg) if isinstance(part, Picture) else part


def broken(week: Briefing, part) -> Briefing:
    return replace(week, blocks=(week.blocks[0], Block("trend", "近 13 周", (part,))))


def chart(figure) -> Chart:
    return Chart("columns", ("a",), (), "件", "x", figure)


@pytest.mark.parametrize(
    "figure",
    [
        {"data": [], "layout": {"template": "cockpit_print", "height": 100}},
        {"data": [{"type": "bar", "x": [], "y": []}], "layout": {"template": "cockpit_print", "height": 100}},
    ],
    ids=["nothing", "no bar"],
)
def test_an_empty_chart_fails_and_names_its_block(week, browser, figure):
    with pytest.raises(RenderError, match="Nothing was drawn in the block “近 13 周”"):
        render.files(broken(week, chart(lambda tokens: figure)), ("pdf",), browser)


def test_an_empty_map_fails_and_names_its_block(week, browser):
    with pytest.raises(RenderError, match="近 13 周"):
        render.files(broken(week, Picture("map", lambda tokens: "<svg></svg>")), ("png",), browser)


def test_a_figure_that_plotly_refuses_fails_and_names_its_block(week, browser):
    def odd(tokens: Tokens) -> dict:
        return {"data": 3, "layout": {"template": "cockpit_print", "height": 100, "shapes": 7}}

    with pytest.raises(RenderError, match="近 13 周"):
        render.files(broken(week, chart(odd)), ("pdf",), browser)


def test_a_scope_too_small_for_any_number_is_drawn_in_words(real_url, browser, monkeypatch):
    monkeypatch.setenv("COCKPIT_DATABASE_URL", real_url)
    settings.cache_clear()
    kinds = {"categories": ("劳动争议",), "channels": ("窗口来访",)}
    small = compose(Filters(*WEEK, session.reach().data_date, "示范区", ("金穗街道",), **kinds), datetime.now())
    monkeypatch.undo()
    assert small is not None
    trend = next(block for block in small.blocks if block.key == "trend")
    assert [type(part) for part in trend.parts] == [Words]
    assert set(render.files(small, render.FORMATS, browser)) > {f".{name}" for name in render.FORMATS}
    settings.cache_clear()


@pytest.mark.parametrize(
    ("call", "form", "said"),
    [
        ("set_content", "pdf", "周报"),
        ("add_script_tag", "pdf", "周报"),
        ("pdf", "pdf", "PDF"),
        ("screenshot", "png", "PNG"),
    ],
)
def test_what_the_browser_cannot_do_is_said_with_its_form(week, browser, monkeypatch, call, form, said):
    def late(*_arguments, **_more):
        raise NotReady("Timeout 20000ms exceeded.\nCall log")

    monkeypatch.setattr(Page, call, late)
    with pytest.raises(RenderError) as failed:
        render.files(replace(week, blocks=week.blocks[:1]), (form,), browser)
    assert failed.value.values == {"what": said, "problem": "Timeout 20000ms exceeded."}


def test_a_block_that_cannot_be_pictured_is_named(week, browser, monkeypatch):
    taken, screenshot = [], Page.screenshot

    def second_fails(*arguments, **more):
        taken.append(1)
        if len(taken) == 2:
            raise NotReady("Timeout 20000ms exceeded.")
        return screenshot(*arguments, **more)

    monkeypatch.setattr(Page, "screenshot", second_fails)
    with pytest.raises(RenderError) as failed:
        render.files(replace(week, blocks=week.blocks[:1]), ("png",), browser)
    assert failed.value.values["what"] == f"“{week.blocks[0].heading}”"


def test_a_browser_that_is_gone_is_a_sentence(week):
    def files() -> None:
        with chromium.browser() as gone:
            gone.close()
            render.files(week, ("pdf",), gone)

    with ThreadPoolExecutor(1) as alone, pytest.raises(RenderError, match="could not be drawn"):
        alone.submit(files).result(60)


def test_the_browser_draws_again_after_a_fault(week, browser):
    assert render.files(replace(week, blocks=week.blocks[:2]), ("pdf",), browser)[".pdf"].startswith(b"%PDF")


# --- slides and report of the same week -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office(week, browser) -> dict[str, bytes]:
    return render.files(week, ("pptx", "docx"), browser)


def measured(week: Briefing, key: str, by: str | None = None, **choice) -> list[dict]:
    """What ``python -m cockpit measure`` answers for the week."""

    def ask(question, *arguments):
        return database.fetch(question(*arguments), settings().database_url)

    return answer(ask, key, cases, replace(week.filters, **choice), by)


def test_the_chart_on_the_slide_holds_what_measure_says(week, office):
    slides = Presentation(io.BytesIO(office[".pptx"])).slides
    charts = [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]
    columns = next(chart for chart in charts if "第47周" in list(chart.plots[-1].categories))
    values = dict(zip(columns.plots[-1].categories, columns.plots[-1].series[0].values, strict=True))
    for back in range(13):
        start = week.filters.start - timedelta(weeks=back)
        rows = measured(week, "received", start=start, end=start + timedelta(days=6))
        assert values[f"第{start.isocalendar().week}周"] == rows[0]["value"]


def test_the_table_in_the_report_holds_what_measure_says(week, office):
    tables = Document(io.BytesIO(office[".docx"])).tables
    table = next(table for table in tables if table.cell(0, 0).text == "街道" and table.cell(0, 1).text == "受理")
    told = {row.cells[0].text: [cell.text for cell in row.cells] for row in table.rows[1:]}
    received, overdue = (measured(week, key, "street") for key in ("received", "overdue"))
    rates = {row["street"]: row for row in measured(week, "mediation_success_rate", "street")}
    late = {row["street"]: row["value"] for row in overdue}
    for row in received:
        cells = told[row["street"] or "未标明"]
        rate = rates[row["street"]]
        assert int(cells[1].replace(",", "")) == row["value"]
        assert cells[4].startswith(f"{rate['value']:.1%}")
        assert int(cells[5].replace(",", "")) == rate["denominator"]
        assert int(cells[6].replace(",", "")) == late[row["street"]]
