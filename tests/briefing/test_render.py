"""The briefing as PDF and PNG, drawn by a real Chromium: what the files hold, and that a fault leaves none."""

import io
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from PIL import Image, ImageChops
from playwright.sync_api import Browser
from pptx import Presentation

from cockpit import chromium, database, i18n, session
from cockpit.answers import answer
from cockpit.briefing import render
from cockpit.briefing.compose import compose
from cockpit.briefing.document import Block, Briefing, Chart, Picture, Table, Words, plain
from cockpit.errors import RenderError
from cockpit.settings import settings
from cockpit.theme import Tokens
from queries.filters import Filters
from queries.tables import cases
from tests.briefing.conftest import FORMULA, HOSTILE, briefing_in
from tests.browser.needs import needs_chromium, needs_poppler

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
        made = compose(filters, "演示数据·虚构", datetime(2023, 12, 4, 8, 30))
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


def run(*command: object) -> str:
    return subprocess.run([*map(str, command)], check=True, capture_output=True, text=True).stdout


def text_of(file: Path) -> str:
    return run("pdftotext", "-layout", file, "-")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


# --- PDF --------------------------------------------------------------------------------------------------------------


def test_the_pdf_says_scope_period_data_date_version_hash_and_mark(week, pdf):
    text = squeezed(text_of(pdf))
    for said in (week.title, week.scope, week.known, week.version, week.hash, week.mark):
        assert squeezed(said) in text


def test_every_sentence_and_every_cell_is_in_the_pdf(week, pdf):
    text = squeezed(text_of(pdf))
    for block in week.blocks:
        for part in block.parts:
            if isinstance(part, Words):
                assert all(squeezed(plain(said))[:18] in text for said in part.paragraphs)
            if isinstance(part, Table):
                assert all(squeezed(cell) in text for row in part.rows for cell in row)


def test_the_chart_prints_the_value_of_every_week(week, pdf):
    (chart,) = next(block for block in week.blocks if block.key == "trend").parts
    words = text_of(pdf).split()
    assert all(f"{value:,.0f}" in words for value in chart.series[0].values)


def test_the_pages_are_a4_numbered_and_few(pdf):
    about = run("pdfinfo", pdf)
    pages = int(re.search(r"Pages:\s+(\d+)", about)[1])
    assert "(A4)" in about
    assert 3 <= pages <= 5
    for page in range(1, pages + 1):
        foot = squeezed(run("pdftotext", "-f", page, "-l", page, pdf, "-"))
        assert f"第{page}页，共{pages}页" in foot


def test_the_fonts_are_embedded_and_their_text_can_be_copied(pdf):
    fonts = [line.split() for line in run("pdffonts", pdf).splitlines()[2:]]
    assert fonts
    assert all(font[-5:-2] == ["yes", font[-4], "yes"] for font in fonts)


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
