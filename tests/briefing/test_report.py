"""The document as Word opens it: sections, tables, figures, fields, and where it is from."""

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC
from functools import cache
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from cockpit import i18n
from cockpit.briefing.document import Block, Chart, Kpis, Table, Words, plain
from cockpit.briefing.office import FACE, clean, printable, tabled
from cockpit.briefing.report import docx, numeral
from cockpit.errors import RenderError
from tests.briefing.conftest import PICTURES, SHOWN, briefing_in


def opened(data: bytes):
    return Document(BytesIO(data))


@cache
def _report(language: str):
    return opened(docx(briefing_in(language), PICTURES))


@pytest.fixture
def report(briefing):
    return _report(i18n.language())


def styled(report, name: str) -> list:
    return [paragraph for paragraph in report.paragraphs if paragraph.style.name == name]


def texts(report, name: str) -> list[str]:
    return [paragraph.text for paragraph in styled(report, name)]


def cells(table) -> list[tuple[str, ...]]:
    return [tuple(cell.text for cell in row.cells) for row in table.rows]


def spoken(zh: str, en: str) -> str:
    return zh if i18n.language() == "zh" else en


def codes(element) -> list[str]:
    return [node.text.strip() for node in element.iter(qn("w:instrText"))]


def test_title_and_scope_stand_at_the_head(report, briefing):
    assert texts(report, "Title") == [briefing.title]
    scope, known, mark = texts(report, "Subtitle")
    assert (scope, mark) == (briefing.scope, briefing.mark)
    assert briefing.known in known


def test_sections_are_numbered_in_the_language_of_the_reader(report, briefing):
    numbers = spoken(
        "一、 二、 三、 四、 五、 六、 七、 八、 九、 十、", "1._ 2._ 3._ 4._ 5._ 6._ 7._ 8._ 9._ 10._"
    ).split(" ")
    assert texts(report, "Heading 1") == [
        number.replace("_", " ") + block.heading for number, block in zip(numbers, briefing.blocks, strict=True)
    ]


@pytest.mark.parametrize(("number", "said"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (21, "二十一")])
def test_chinese_numerals(number, said):
    assert numeral(number) == said


def test_sentences_keep_their_bold_parts_and_are_indented_by_two_characters(report, briefing):
    sentence = styled(report, "Body Text")[0]
    assert sentence.text == plain(briefing.blocks[0].parts[0].paragraphs[0])
    assert [run.text for run in sentence.runs if run.bold] == ["312 件", "4.0%"]
    for name in ("Body Text", "Body Text 2"):
        style = report.styles[name]
        assert style.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
        assert style.paragraph_format.first_line_indent == 2 * style.font.size


def test_glyphs_and_remarks_say_what_they_are(report, briefing):
    assert [text[:2] for text in texts(report, "Body Text") if text[0] in "◐○"] == ["◐ ", "○ "]
    remark = spoken("备注：", "Remark: ") + printable(briefing.blocks[0].remark)
    assert texts(report, "Body Text 2")[0] == remark


def test_tables_equal_the_document(report, briefing):
    parts = [part for block in briefing.blocks for part in block.parts]
    mine = [tabled(part) if isinstance(part, Kpis) else part for part in parts if isinstance(part, Kpis | Table)]
    none = spoken("无", "None")
    assert [cells(table) for table in report.tables] == [
        [tuple(map(clean, row)) for row in (table.head, *(table.rows or ((none, ""),)))] for table in mine
    ]


def test_heads_repeat_and_rows_stay_whole(report):
    for table in report.tables:
        heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert heads == [True] + [False] * (len(table.rows) - 1)
        assert [row for row in table.rows if row._tr.trPr.find(qn("w:cantSplit")) is None] == []


def test_a_row_higher_than_half_a_page_may_split(only, pictures):
    table = Table(("街道", "件数"), (("长" * 3000, "1"),), frozenset({1}))
    report = opened(docx(only(Block("streets", "s", (table,))), pictures))
    assert report.tables[0].rows[1]._tr.trPr.find(qn("w:cantSplit")) is None
    assert report.tables[0].rows[0]._tr.trPr.find(qn("w:cantSplit")) is not None


def test_a_table_is_as_wide_as_the_text(report):
    for table in report.tables:
        assert sum(column.width for column in table.columns) == pytest.approx(Mm(156), abs=Mm(1))
        assert table.autofit is False


def test_figures_and_tables_are_counted_and_named(report):
    captions = [text for text in texts(report, "Caption") if text]
    figures = [text.partition("　")[0] for text in captions if text.startswith(spoken("图", "Figure"))]
    tables = [text.partition("　")[0] for text in captions if text.startswith(spoken("表", "Table"))]
    assert figures == [spoken(f"图{n}", f"Figure {n}") for n in (1, 2, 3)]
    assert tables == [spoken(f"表{n}", f"Table {n}") for n in range(1, len(report.tables) + 1)]
    counted = [code for paragraph in styled(report, "Caption") for code in codes(paragraph._p)]
    assert {code.split(" ")[1] for code in counted} == {"Figure", "Table"}
    assert len(counted) == len(captions)


def test_figures_fit_the_page_and_have_words_for_them(report, briefing):
    assert len(report.inline_shapes) == 3
    for shape in report.inline_shapes:
        assert shape.width <= Mm(156.1)
        assert shape.height <= Mm(115.1)
    first, _second, third = (shape._inline.docPr.get("descr") for shape in report.inline_shapes)
    assert first == clean(briefing.blocks[2].parts[0].alt)
    assert third == f"map {SHOWN}"


def test_a_figure_that_was_not_drawn_names_its_block(briefing):
    with pytest.raises(RenderError) as problem:
        docx(briefing, {})
    assert briefing.blocks[2].heading in str(problem.value)


def test_every_page_says_where_it_is_from(report, briefing):
    section = report.sections[0]
    assert briefing.scope in section.header.paragraphs[0].text
    said = section.footer.paragraphs[0].text
    assert [part for part in (briefing.known, briefing.version, briefing.hash, briefing.mark) if part not in said] == []
    assert section.footer.paragraphs[1].text == spoken("第 1 页，共 1 页", "Page 1 of 1")
    assert codes(section.footer._element) == ["PAGE", "NUMPAGES"]


def test_definitions_and_the_source_stand_at_the_end(report, briefing):
    last = [paragraph.text for paragraph in report.paragraphs][-4:]
    assert last[0] == briefing.scope
    assert briefing.hash in last[1]
    assert "08:30" in last[2]
    assert last[3] == briefing.mark


def test_real_data_carry_no_mark(briefing, pictures):
    report = opened(docx(replace(briefing, mark=""), pictures))
    parts = (report.element, report.sections[0].header._element, report.sections[0].footer._element)
    assert [part for part in parts if briefing.mark in "".join(part.itertext())] == []


def test_the_paper_is_a4_with_the_margins_of_an_official_document(report):
    section = report.sections[0]
    size = (section.page_width, section.page_height, section.top_margin, section.left_margin, section.bottom_margin)
    assert [round(part.mm) for part in size] == [210, 297, 37, 28, 35]


def test_everything_is_said_in_one_face_for_latin_and_chinese(report):
    used = {paragraph.style.name for paragraph in report.paragraphs} | {"Header", "Footer", "Normal"}
    default = report.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for properties in [default, *(report.styles[name].element.rPr for name in used)]:
        faces = dict(properties.find(qn("w:rFonts")).attrib)
        assert faces == {qn(f"w:{script}"): FACE for script in ("ascii", "hAnsi", "eastAsia", "cs")}
    assert list(report.element.iter(qn("w:rFonts"))) == []


def test_every_colour_is_a_grey(report):
    used = {report.styles[paragraph.style.name].font.color.rgb for paragraph in report.paragraphs}
    drawn = {node.get(qn("w:color")) for node in report.element.iter() if node.get(qn("w:color"))}
    colours = {str(colour) for colour in used} | drawn
    assert [colour for colour in colours if len({colour[:2], colour[2:4], colour[4:]}) > 1] == []


def test_the_file_says_what_it_is(report, briefing):
    about = report.core_properties
    assert (about.title, about.subject) == (briefing.title, briefing.scope)
    assert about.language == spoken("zh-CN", "en-US")
    assert about.created == briefing.made_at.astimezone(UTC)


def test_many_chosen_streets_stand_in_the_document_whole(briefing, pictures):
    streets = tuple(f"第{n}街道办事处" for n in range(60))
    report = opened(docx(replace(briefing, filters=replace(briefing.filters, streets=streets)), pictures))
    assert "第59街道办事处" in texts(report, "Subtitle")[0]
    assert len(report.core_properties.subject) == 255


def test_blocks_without_anything_say_so(only, pictures):
    empty = (
        Block("a", "a", ()),
        Block("b", "b", (Words(()),)),
        Block("c", "c", (Chart("columns", (), (), "", "", dict),)),
    )
    report = opened(docx(only(*empty), pictures))
    assert texts(report, "Body Text") == [spoken("无", "None")] * 3


def test_a_briefing_of_hidden_blocks_is_a_title_and_its_source(only, pictures):
    report = opened(docx(only(), pictures))
    assert texts(report, "Heading 1") == []
    assert len(texts(report, "Title")) == 1


def test_the_same_briefing_is_the_same_file(briefing, pictures):
    once, again = (ZipFile(BytesIO(docx(briefing, pictures))) for _ in range(2))
    assert [name for name in once.namelist() if once.read(name) != again.read(name)] == []


def test_what_no_xml_may_hold_is_gone(report):
    said = "".join(report.element.itertext())
    assert SHOWN in said
    assert not set(said) & set("\x00\x07\x1b\ufffe\u202e\ue000\ue001")


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_counts_its_pages(tmp_path, pictures):
    (tmp_path / "brief.docx").write_bytes(docx(briefing_in("zh"), pictures))
    convert = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*convert, "brief.docx"], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    said = subprocess.run(["pdftotext", "-layout", "brief.pdf", "-"], cwd=tmp_path, check=True, capture_output=True)
    pages = said.stdout.decode().split("\f")[:-1]
    assert len(pages) > 3
    flat = ["".join(page.split()) for page in pages]
    assert [n for n, page in enumerate(flat, 1) if f"第{n}页，共{len(pages)}页" not in page] == []
    assert sum("较第46周" in page and "每万人" in page for page in flat) > 1  # the head of the long table, on each page
