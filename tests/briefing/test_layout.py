"""Layouts: which blocks, in which order, with which remarks; kept as TOML that a person may edit."""

import pytest

from cockpit.briefing import layout
from cockpit.briefing.compose import NAMES
from cockpit.briefing.document import Block, Words
from cockpit.briefing.layout import Layout
from cockpit.errors import LayoutError
from cockpit.settings import settings


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COCKPIT_LAYOUTS", str(tmp_path / "layouts"))
    settings.cache_clear()
    yield tmp_path / "layouts"
    settings.cache_clear()


def test_without_a_file_the_standard_layout_shows_every_block():
    assert layout.load("standard") == Layout(tuple(NAMES))
    assert layout.names() == ["standard"]


def test_what_is_kept_comes_back(folder):
    chosen = (
        Layout().without("funnel").moved("streets", -2).remarking("trend", "国庆值班\n“照常”").remarking("kpis", "")
    )
    layout.save("周例会", chosen)
    assert layout.load("周例会") == chosen
    assert layout.names() == ["standard", "周例会"]
    assert list(folder.iterdir()) == [folder / "周例会.toml"]


def test_comments_in_a_file_survive_a_change(folder):
    layout.save("weekly", Layout())
    file = folder / "weekly.toml"
    file.write_text("# for the meeting on Monday\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    layout.save("weekly", Layout().without("clusters"))
    assert file.read_text(encoding="utf-8").startswith("# for the meeting on Monday\n")
    assert "clusters" not in layout.load("weekly").blocks


def test_blocks_move_and_stay_inside_the_list():
    first, second, *_rest, last = NAMES
    assert Layout().moved(second, -1).blocks[:2] == (second, first)
    assert Layout().moved(first, -1) == Layout() == Layout().moved(last, 1)
    assert Layout().without(first).moved(first, 0).blocks[-1] == first


def test_a_layout_chooses_orders_and_remarks(only):
    briefing = only(Block("kpis", "b", (Words(("x",)),)), Block("trend", "a", (Words(("y",)),)))
    made = Layout(("trend", "funnel", "kpis"), {"kpis": "看这里"}, "简报").of(briefing)
    assert [(block.key, block.remark) for block in made.blocks] == [("trend", ""), ("kpis", "看这里")]
    assert (made.title, made.hash) == ("简报", briefing.hash)


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".", "a" * 41, "a.b", "x\n", "standard.toml"])
def test_a_name_that_could_leave_the_folder_is_refused(name, folder):
    with pytest.raises(LayoutError, match="A layout is named"):
        layout.save(name, Layout())
    with pytest.raises(LayoutError, match="no layout"):
        layout.load(name)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("blocks = [", "is not TOML"),
        ('blocks = "kpis"', "a list of names"),
        ('blocks = ["kpi"]', "'kpi'; did you mean kpis"),
        ("blocks = [3]", "did you mean"),
        ('block = ["kpis"]', "did you mean blocks"),
        ('[remarks]\nheadlin = "x"', "did you mean headline"),
        ("[remarks]\nheadline = 3", "a table of texts"),
    ],
)
def test_a_file_that_makes_no_sense_is_told(folder, text, said):
    folder.mkdir()
    (folder / "odd.toml").write_text(text, encoding="utf-8")
    with pytest.raises(LayoutError, match=said):
        layout.load("odd")


def test_a_name_nobody_knows_names_the_nearest():
    layout.save("monday", Layout())
    with pytest.raises(LayoutError, match="'mondy'; did you mean monday"):
        layout.load("mondy")


def test_a_folder_that_is_a_file_is_told(folder):
    folder.write_text("")
    with pytest.raises(LayoutError, match="cannot be written to"):
        layout.save("monday", Layout())


def test_a_file_that_somebody_broke_is_not_written_over(folder):
    folder.mkdir()
    (folder / "odd.toml").write_text("blocks = [", encoding="utf-8")
    with pytest.raises(LayoutError, match="is not TOML"):
        layout.save("odd", Layout())
    assert (folder / "odd.toml").read_text(encoding="utf-8") == "blocks = ["


def test_others_may_read_a_layout_as_any_file(folder):
    file = layout.save("monday", Layout())
    (folder / "plain").write_text("")
    assert file.stat().st_mode == (folder / "plain").stat().st_mode
