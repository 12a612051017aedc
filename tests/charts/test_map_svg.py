"""The map for paper: well-formed whatever a street is called, every street, its class, its number, its mark."""

import re
from dataclasses import dataclass, field
from types import SimpleNamespace
from xml.etree import ElementTree

import h3
import pandas as pd
import pytest
import shapely

from cockpit import i18n
from cockpit.charts.map_svg import cells_svg, streets_svg
from cockpit.theme import LIGHT, PRINT

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>&\u0007\u202e街道"
NAMES = ("西乡街道", "新安街道", "福永街道", HOSTILE)
NO_CLUSTERS = pd.DataFrame({"number": [], "cells": []})
MIDDLE = h3.latlng_to_cell(22.55, 113.85, 8)
CLUSTERS = pd.DataFrame({"number": [1], "cells": [[MIDDLE, *h3.grid_ring(MIDDLE, 1)]]})


@dataclass(frozen=True)
class Ground:
    """Streets side by side, each a square of a tenth of a degree."""

    names: tuple[str, ...] = NAMES
    shapes: dict = field(default_factory=dict)

    @property
    def boundaries(self):
        squares = {name: shapely.box(113.8 + i / 10, 22.5, 113.9 + i / 10, 22.6) for i, name in enumerate(self.names)}
        return SimpleNamespace(shapes=squares)

    def bounds(self, streets=()):
        shapes = self.boundaries.shapes
        chosen = [shapes[name] for name in streets if name in shapes] or list(shapes.values())
        return tuple(shapely.total_bounds(chosen)) if chosen else None

    def labels_beside(self, taken):
        return {name: (shape.centroid.x, shape.centroid.y) for name, shape in self.boundaries.shapes.items()}


@pytest.fixture(autouse=True)
def chinese():
    i18n.use("zh")


def frame(*rates: float) -> pd.DataFrame:
    rows = zip(NAMES, rates, strict=False)
    return pd.DataFrame([{"name": name, "n": rate, "population": 10_000, "rate": rate} for name, rate in rows])


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in drawn(svg).iter(f"{SVG}text")]


def fills(svg: str) -> list[str]:
    return [path.get("fill", "") for path in drawn(svg).iter(f"{SVG}path")]


def test_streets_have_the_class_of_their_ratio_and_its_number_stands_under_the_name():
    svg = streets_svg(Ground(), frame(5, 10, 20, float("nan")), NO_CLUSTERS, PRINT, 684, mean=10)
    assert fills(svg) == [PRINT.sequence[0], PRINT.sequence[2], PRINT.sequence[4], PRINT.land]
    shown = texts(svg)
    assert {"西乡", "5.0", "新安", "10.0", "福永", "20.0"} <= set(shown)
    assert "为全区的倍数" in shown
    assert [label for label in ("<0.75", "0.9—1.1", "≥1.35") if label not in shown] == []


def test_without_residents_the_number_is_shown_and_small_ones_are_not():
    counts = frame(2, 40, 60, 100).assign(rate=float("nan"), population=float("nan"))
    svg = streets_svg(Ground(), counts, NO_CLUSTERS, PRINT, 684)
    assert {"1—4", "40", "60", "100"} <= set(texts(svg))
    assert fills(svg) == [PRINT.sequence[0], PRINT.sequence[1], PRINT.sequence[2], PRINT.sequence[3]]


def test_the_mean_is_that_of_the_streets_unless_it_is_given():
    svg = streets_svg(Ground(), frame(5, 10, 15, 10), NO_CLUSTERS, PRINT, 684)
    assert svg == streets_svg(Ground(), frame(5, 10, 15, 10), NO_CLUSTERS, PRINT, 684, mean=10)


def test_a_hostile_name_is_text_and_no_sign_breaks_the_picture():
    svg = streets_svg(Ground(), frame(1, 1, 1, 1), NO_CLUSTERS, PRINT, 684)
    assert any("<script>" in text for text in texts(svg))
    assert drawn(svg).find(f".//{SVG}script") is None
    assert not re.search("[\u0007\u202e]", svg)


def test_cells_have_five_fixed_classes_and_clusters_an_outline_with_a_number():
    ring = [MIDDLE, *sorted(h3.grid_ring(MIDDLE, 1))[:4]]
    cells = pd.DataFrame({"cell": ring, "n": [1, 5, 10, 20, 40]})
    svg = cells_svg(Ground(), cells, CLUSTERS, PRINT, 684, mark="演示数据·虚构")
    assert [fill for fill in fills(svg) if fill in PRINT.sequence] == list(PRINT.sequence)
    assert {"1", "演示数据·虚构", "每格件数", "1—4", "≥40"} <= set(texts(svg))
    outlines = [path.get("stroke") for path in drawn(svg).iter(f"{SVG}path") if path.get("stroke-width") in ("7", "3")]
    assert outlines == [PRINT.background, PRINT.outline]


def test_everything_lies_within_the_picture():
    for tokens, width in ((PRINT, 684), (LIGHT, 400)):
        svg = streets_svg(Ground(), frame(5, 10, 20, 30), CLUSTERS, tokens, width, mean=10)
        height = float(drawn(svg).get("height", 0))
        assert drawn(svg).get("width") == str(width)
        for path in drawn(svg).iter(f"{SVG}path"):
            points = re.findall(r"([\d.-]+),([\d.-]+)", path.get("d", ""))
            assert all(0 <= float(x) <= width and 0 <= float(y) <= height for x, y in points)


def test_chosen_streets_fill_the_view_and_the_others_are_named_by_nobody():
    svg = streets_svg(Ground(), frame(5, 10, 20, 30), NO_CLUSTERS, PRINT, 684, mean=10, chosen=("新安街道",))
    assert fills(svg)[0] == fills(svg)[2] == PRINT.background
    assert fills(svg)[1] == PRINT.sequence[2]
    assert "新安" in texts(svg)
    assert "西乡" not in texts(svg)


def test_without_a_shape_there_is_no_map():
    assert streets_svg(Ground(()), frame(5), NO_CLUSTERS, PRINT, 684) == ""
    assert cells_svg(Ground(()), pd.DataFrame({"cell": [], "n": []}), NO_CLUSTERS, PRINT, 684) == ""
