"""The slides as PowerPoint opens them: native charts and tables, the words, and where they are from."""

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC
from functools import cache
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from pptx import Presentation
from pptx.chart.plot import AreaPlot, BarPlot
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml.ns import qn

from cockpit import i18n
from cockpit.briefing.document import Block, Chart, Series, Table, Words
from cockpit.briefing.office import FACE, clean, printable
from cockpit.briefing.slides import pptx
from cockpit.errors import RenderError
from cockpit.theme import PRINT
from tests.briefing.conftest import BAND, FORMULA, HOSTILE, LINK, PICTURES, SHOWN, STEPS, VALUES, briefing_in


def opened(data: bytes):
    return Presentation(BytesIO(data))


@cache
def _deck(language: str):
    return opened(pptx(briefing_in(language), PICTURES))


@pytest.fixture
def deck(briefing):
    return _deck(i18n.language())


def text(slide) -> str:
    return "\n".join(node.text or "" for node in slide._element.iter(qn("a:t")))


def charts(deck) -> list:
    return [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def tables(deck) -> list:
    return [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]


def cells(table) -> list[tuple[str, ...]]:
    return [tuple(cell.text for cell in row.cells) for row in table.rows]


def titles(deck) -> list[str]:
    return [slide.shapes.title.text_frame.paragraphs[0].text for slide in deck.slides]


def test_every_block_has_its_slide_in_order_and_none_is_shared(deck, briefing):
    mine = [heading for heading in titles(deck) if not heading.endswith(("（续）", "(continued)"))]
    assert mine == [block.heading for block in briefing.blocks]


def test_a_title_is_the_heading_and_the_note(deck, briefing):
    trend = deck.slides[2].shapes.title.text_frame
    assert [paragraph.text for paragraph in trend.paragraphs] == [briefing.blocks[2].heading, briefing.blocks[2].note]


def test_every_slide_says_where_it_is_from(deck, briefing):
    for number, slide in enumerate(deck.slides, 1):
        said = text(slide)
        known = (briefing.title, briefing.scope, briefing.known, briefing.version, briefing.hash, briefing.mark)
        assert [part for part in known if part not in said] == []
        field = next(slide._element.iter(qn("a:fld")))
        assert (field.get("type"), field.find(qn("a:t")).text) == ("slidenum", str(number))
        assert f"/{len(deck.slides)}" in said


def test_real_data_carry_no_mark(briefing, pictures):
    deck = opened(pptx(replace(briefing, mark=""), pictures))
    assert [slide for slide in deck.slides if briefing.mark in text(slide)] == []


def test_sentences_stand_as_text_with_their_bold_parts(deck):
    runs = [node for node in deck.slides[0]._element.iter(qn("a:r")) if node.find(qn("a:t")).text == "4.0%"]
    assert [run.find(qn("a:rPr")).get("b") for run in runs] == ["1"] * 3


def test_a_remark_stands_after_its_block_and_says_that_it_is_one(deck, briefing):
    remark = printable(briefing.blocks[0].remark)
    assert f"{'备注：' if i18n.language() == 'zh' else 'Remark: '}{remark}" in text(deck.slides[0])


def test_glyphs_stand_before_what_may_want_a_look(deck):
    said = text(deck.slides[3])
    assert "◐ " in said
    assert "○ " in said


# --- charts -----------------------------------------------------------------------------------------------------------


def test_columns_are_native_and_equal_the_document(deck, briefing):
    (columns,) = [plot for plot in charts(deck)[0].chart.plots if isinstance(plot, BarPlot)]
    assert tuple(columns.categories) == briefing.blocks[2].parts[0].categories
    assert [series.values for series in columns.series] == [VALUES]


def test_the_band_stands_behind_the_columns_and_in_the_workbook(deck):
    behind, columns = charts(deck)[0].chart.plots
    assert isinstance(behind, AreaPlot)
    assert isinstance(columns, BarPlot)
    (lower,), (rest,) = (set(series.values) for series in behind.series)
    assert (lower, lower + rest) == BAND
    sheet = openpyxl.load_workbook(BytesIO(charts(deck)[0].chart.part.chart_workbook.xlsx_part.blob)).active
    assert [sheet.cell(2, 3).value, sheet.cell(2, 4).value] == [lower, rest]


def test_columns_without_a_band_are_columns_alone(only, pictures):
    chart = Chart("columns", ("a", "b"), (Series("n", (1.0, 2.0)),), "", "", dict)
    deck = opened(pptx(only(Block("trend", "t", (chart,))), pictures))
    assert charts(deck)[0].chart.chart_type == XL_CHART_TYPE.COLUMN_CLUSTERED


def test_the_subject_is_near_black_and_the_others_are_grey(deck):
    series = charts(deck)[0].chart.plots[-1].series[0]
    assert str(series.points[12].format.fill.fore_color.rgb) == PRINT.ink.lstrip("#")
    assert str(series.format.fill.fore_color.rgb) == PRINT.sequence[2].lstrip("#")
    assert series.data_labels.show_value


def test_a_missing_value_is_an_empty_cell_and_is_said(deck):
    shape = charts(deck)[0]
    sheet = openpyxl.load_workbook(BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob)).active
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == list(VALUES)
    week = "第40周" if i18n.language() == "zh" else "W40"
    assert [line for line in text(deck.slides[2]).splitlines() if line.endswith(f" {week}") or f"：{week}" in line]


def test_stacked_bars_run_from_the_top_and_equal_the_document(deck, briefing):
    chart, mine = charts(deck)[1].chart, briefing.blocks[6].parts[1]
    assert chart.chart_type == XL_CHART_TYPE.BAR_STACKED
    assert chart.category_axis.reverse_order
    assert tuple(chart.plots[0].categories) == STEPS
    drawn = [(series.name, series.values) for series in chart.plots[0].series]
    assert drawn == [(clean(series.name), series.values) for series in mine.series]
    assert chart.has_legend


def test_names_that_look_like_formulas_or_links_stay_text_in_the_workbook(only, pictures):
    chart = Chart("columns", (FORMULA, "=cmd()", "{=1+1}", LINK), (Series(FORMULA, (1, 2, 3, 4)),), "", "", dict)
    deck = opened(pptx(only(Block("trend", "t", (chart,))), pictures))
    blob = charts(deck)[0].chart.part.chart_workbook.xlsx_part.blob
    sheet = openpyxl.load_workbook(BytesIO(blob)).active
    found = [(cell.value, cell.data_type) for column in sheet.iter_cols() for cell in column if cell.data_type != "n"]
    assert found == [(name, "s") for name in (FORMULA, "=cmd()", "{=1+1}", LINK, FORMULA)]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]


def test_a_chart_without_categories_says_that_there_is_nothing(only, pictures):
    deck = opened(pptx(only(Block("trend", "t", (Chart("columns", (), (), "", "", dict),))), pictures))
    assert charts(deck) == []
    assert {"zh": "无", "en": "None"}[i18n.language()] in text(deck.slides[0]).splitlines()


# --- tables and pictures ----------------------------------------------------------------------------------------------


def test_a_long_table_goes_on_with_its_head_and_loses_no_row(deck, briefing):
    table = briefing.blocks[5].parts[0]
    parts = [cells(part) for part in tables(deck) if cells(part)[0] == table.head]
    assert len(parts) > 1
    assert [row for part in parts for row in part[1:]] == [tuple(map(clean, row)) for row in table.rows]


def test_an_empty_table_says_so_under_its_head(deck):
    none = {"zh": "无", "en": "None"}[i18n.language()]
    assert [cells(table) for table in tables(deck) if len(table.rows) == 2] == [[("街道", "件数"), (none, "")]]


def test_numbers_stand_right(deck):
    row = tables(deck)[0].rows[1]
    assert [str(cell.text_frame.paragraphs[0].alignment).split(" ")[0] for cell in row.cells] == [
        "LEFT",
        "RIGHT",
        "LEFT",
    ]


def test_the_map_is_a_picture_in_its_own_proportions_with_words_for_it(deck):
    picture = next(shape for slide in deck.slides for shape in slide.shapes if shape.shape_type == 13)
    assert picture._element.nvPicPr.cNvPr.get("descr") == f"map {SHOWN}"
    assert picture.width / picture.height == pytest.approx(1368 / 900, abs=0.001)


def test_every_chart_and_table_has_words_for_it(deck):
    frames = [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart or shape.has_table]
    assert [frame for frame in frames if not frame._element.nvGraphicFramePr.cNvPr.get("descr")] == []


def test_a_map_that_was_not_drawn_names_its_block(briefing):
    with pytest.raises(RenderError) as problem:
        pptx(briefing, {})
    assert briefing.blocks[7].heading in str(problem.value)


# --- the file ---------------------------------------------------------------------------------------------------------


def test_everything_is_said_in_one_face_for_latin_and_chinese(deck):
    for root in [slide._element for slide in deck.slides] + [shape.chart._chartSpace for shape in charts(deck)]:
        for kind in ("a:rPr", "a:defRPr"):
            for properties in root.iter(qn(kind)):
                faces = {name: properties.find(qn(name)).get("typeface") for name in ("a:latin", "a:ea")}
                assert faces == {"a:latin": FACE, "a:ea": FACE}


def test_every_colour_is_a_grey(deck):
    roots = [slide._element for slide in deck.slides] + [shape.chart._chartSpace for shape in charts(deck)]
    used = {node.get("val") for root in roots for node in root.iter(qn("a:srgbClr"))}
    assert [colour for colour in used if len({colour[:2], colour[2:4], colour[4:]}) > 1] == []


def test_nothing_leaves_its_slide_or_stands_in_the_footer(deck):
    for slide in deck.slides:
        foot = min(shape.top for shape in slide.placeholders if shape.placeholder_format.idx == 11)
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= (deck.slide_height if shape.is_placeholder else foot)


@pytest.mark.parametrize("length", [500, 5000])
def test_a_cell_and_a_sentence_longer_than_a_slide_go_on_on_the_next(only, pictures, length):
    long = "".join(chr(0x4E00 + n % 2000) for n in range(length))
    block = Block("streets", "s", (Words((long,)), Table(("a", "b"), ((long, "1"), ("c", "2")), frozenset({1}))))
    deck = opened(pptx(only(block), pictures))
    said = "".join(text(slide) for slide in deck.slides).replace("\n", "")
    rows = [row for table in tables(deck) for row in cells(table)[1:]]
    assert "".join(row[0] for row in rows) == f"{long}c"
    assert [row[1] for row in rows if row[1]] == ["1", "2"]
    assert said.count(long[:40]) >= 2
    test_nothing_leaves_its_slide_or_stands_in_the_footer(deck)


def test_many_chosen_streets_make_a_higher_footer(briefing, pictures):
    streets = tuple(f"第{n}街道办事处" for n in range(60))
    deck = opened(pptx(replace(briefing, filters=replace(briefing.filters, streets=streets)), pictures))
    assert "第59街道办事处" in text(deck.slides[0])
    test_nothing_leaves_its_slide_or_stands_in_the_footer(deck)


def test_a_briefing_of_hidden_blocks_is_one_slide(only, pictures):
    assert len(opened(pptx(only(), pictures)).slides) == 1


def test_the_file_says_what_it_is(deck, briefing):
    about = deck.core_properties
    assert (about.title, about.subject) == (briefing.title, briefing.scope)
    assert about.language == {"zh": "zh-CN", "en": "en-US"}[i18n.language()]
    assert about.created == briefing.made_at.astimezone(UTC).replace(tzinfo=None)
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9)


def test_the_same_briefing_is_the_same_file(briefing, pictures):
    once, again = (ZipFile(BytesIO(pptx(briefing, pictures))) for _ in range(2))
    assert [name for name in once.namelist() if once.read(name) != again.read(name)] == []
    assert once.namelist() == again.namelist()


def test_what_no_xml_may_hold_is_gone(deck):
    said = "".join(text(slide) for slide in deck.slides)
    assert SHOWN in said
    assert not set(said) & set("\x00\x07\x1b\ufffe\u202e\ue000\ue001")
    assert printable(HOSTILE) == SHOWN


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_shows_every_slide_on_one_page(tmp_path, pictures):
    data = pptx(briefing_in("zh"), pictures)
    (tmp_path / "brief.pptx").write_bytes(data)
    convert = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*convert, "brief.pptx"], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    said = subprocess.run(["pdftotext", "brief.pdf", "-"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert said.stdout.count("\f") == len(opened(data).slides)
    fonts = subprocess.run(["pdffonts", "brief.pdf"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert "NotoSansCJK" in fonts.replace("-", "")
