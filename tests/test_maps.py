"""Decks: the same JSON as pydeck's own, nothing fetched, nothing smaller than may be shown, names and numbers apart."""

import json
import math

import h3
import pandas as pd
import pydeck as pdk
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box

from cockpit import geography, maps
from cockpit.analysis.hotspots import grid, outline
from cockpit.cards.hotspots import cells_of, streets_of
from cockpit.geography import Boundaries
from cockpit.hotspots import Hotspots
from cockpit.theme import DARK, LIGHT

SHAPES = {"云溪街道": box(113.0, 27.5, 113.06, 27.55), "金穗街道": box(113.06, 27.5, 113.12, 27.55)}
HOSTILE = "<img src=x onerror=alert(1)> {count} [a](http://b.example)"
CELLS = list(grid(SHAPES).cells["cell"])


def ground(shapes=SHAPES, chosen=()):
    bounds = (113.0, 27.5, 113.12, 27.55)
    labels = {street: geography.label_point(shape) for street, shape in shapes.items()}
    return maps.Ground(
        geography.features(Boundaries(shapes, "sketch")),
        labels,
        bounds,
        geography.view(bounds, 640, 560),
        chosen,
    )


def streets(*names):
    rows = [(name, 1.4, "9.6", "207 件", "每万人 9.6 件") for name in names]
    return pd.DataFrame(rows, columns=["street", "ratio", "label", "count", "note"])


def drawn(*counts):
    rows = [(cell, n, "云溪街道", maps.count_text(n), "") for cell, n in zip(CELLS, counts, strict=False)]
    return pd.DataFrame(rows, columns=["cell", "n", "street", "count", "note"])


def clusters(*groups):
    rows = [(number, group, *h3.cell_to_latlng(group[0])[::-1], len(group)) for number, group in enumerate(groups, 1)]
    return pd.DataFrame(rows, columns=["number", "cells", "lon", "lat", "observed"])


DISC = tuple(h3.grid_disk(CELLS[30], 1))
FAR = tuple(h3.grid_disk(CELLS[5], 1))


def layers(deck):
    return {layer["id"]: layer for layer in json.loads(deck.to_json())["layers"]}


def decks():
    yield maps.cells(ground(), streets(*SHAPES), drawn(1, 5, 12, 25, 40), clusters(DISC, FAR), LIGHT, "演示数据·虚构")
    yield maps.streets(ground(), streets(*SHAPES), "rate", clusters(DISC), DARK, "")
    yield maps.cells(ground(chosen=("云溪街道",)), streets(HOSTILE), drawn(), clusters(), DARK, "")
    yield maps.streets(ground({}), streets(), "count", clusters(), LIGHT, "mark")


@pytest.mark.parametrize("deck", [*decks()])
def test_the_json_is_pydecks_own(deck):
    assert json.loads(deck.to_json()) == json.loads(pdk.Deck.to_json(deck))


@given(st.lists(st.tuples(st.sampled_from(CELLS), st.integers(1, 200), st.text()), max_size=12))
def test_the_json_is_pydecks_own_for_any_text(rows):
    frame = pd.DataFrame(rows, columns=["cell", "n", "street"]).assign(count="1", note="")
    deck = maps.cells(ground(), streets(*SHAPES), frame, clusters(DISC), LIGHT, "")
    assert json.loads(deck.to_json()) == json.loads(pdk.Deck.to_json(deck))


@pytest.mark.parametrize("deck", [*decks()])
def test_nothing_is_fetched(deck):
    written = deck.to_json()
    assert "http" not in written.replace(HOSTILE, "")
    assert (
        json.loads(written)["mapStyle"] == "__MAP_STYLE__"
    )  # pydeck's word for "none was given"; none would be fetched
    assert "mapProvider" not in json.loads(written)


@pytest.mark.parametrize("deck", [*decks()])
def test_every_layer_has_an_id_of_its_own(deck):
    ids = [layer["id"] for layer in json.loads(deck.to_json())["layers"]]
    assert len(ids) == len(set(ids))


def test_the_tooltip_names_fields_and_holds_no_data():
    shapes = {HOSTILE: SHAPES["云溪街道"]}
    cells = drawn(7).assign(street=HOSTILE)
    deck = maps.cells(ground(shapes), streets(HOSTILE), cells, clusters(), LIGHT, "")
    assert deck._tooltip["html"] == maps.TOOLTIP
    assert layers(deck)["cells"]["data"][0]["street"] == HOSTILE
    assert layers(deck)["land"]["data"]["features"][0]["properties"]["street"] == HOSTILE


def test_the_browser_gets_no_count_below_five():
    records = layers(maps.cells(ground(), streets(), drawn(1, 2, 3, 4, 5), clusters(), LIGHT, ""))["cells"]["data"]
    assert [record["count"] for record in records] == ["1—4"] * 4 + ["5"]
    assert all(set(record) == {"cell", "street", "count", "note", "fill"} for record in records)


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_the_five_classes_begin_at_5_10_20_and_40(tokens):
    counts = (1, 4, 5, 9, 10, 19, 20, 39, 40, 400)
    fills = [
        r["fill"]
        for r in layers(maps.cells(ground(), streets(), drawn(*counts), clusters(), tokens, ""))["cells"]["data"]
    ]
    assert fills[::2] == fills[1::2]
    assert fills[::2] == [maps.rgb(colour, maps.SEEN) for colour in tokens.sequence]


@pytest.mark.parametrize("show", ["rate", "count"])
def test_the_classes_of_streets_are_ratios_to_the_mean(show):
    limits = maps.RATIOS[show]
    assert [maps.shade(limit, show, LIGHT) for limit in (0, *limits)] == list(LIGHT.sequence)
    assert len(maps.RATIO_LABELS[show]) == len(LIGHT.sequence)
    unknown = streets("云溪街道").assign(ratio=float("nan"))
    land = layers(maps.streets(ground(), unknown, show, clusters(), LIGHT, ""))["land"]["data"]["features"]
    assert land[0]["properties"]["fill"] == maps.rgb(LIGHT.land)


def test_a_cluster_is_outlined_over_a_halo_and_bears_the_number_of_the_table():
    found = layers(maps.cells(ground(), streets(), drawn(9), clusters(DISC, FAR), LIGHT, ""))
    assert (found["halo"]["lineWidthMinPixels"], found["outline"]["lineWidthMinPixels"]) == (7, 3)
    assert found["outline"]["getLineColor"] == maps.rgb(LIGHT.outline)
    numbers = [feature["properties"]["number"] for feature in found["outline"]["data"]["features"]]
    assert [record["text"] for record in found["numbers"]["data"]] == [str(number) for number in numbers] == ["1", "2"]


def test_without_clusters_there_is_no_outline():
    assert not {"halo", "outline", "numbers"} & set(
        layers(maps.cells(ground(), streets(), drawn(9), clusters(), LIGHT, ""))
    )


@pytest.mark.parametrize("group", [DISC, FAR, (CELLS[0],), tuple(h3.grid_disk(CELLS[40], 2))])
def test_the_number_stands_outside_its_outline(group):
    base = ground()
    record = layers(maps.cells(base, streets(), drawn(9), clusters(group), LIGHT, ""))["numbers"]["data"][0]
    across = 512 * 2 ** base.view["zoom"] / 360
    up = across / math.cos(math.radians(record["place"][1]))
    lon, lat = record["place"][0] + record["offset"][0] / across, record["place"][1] - record["offset"][1] / up
    assert not outline(group).contains(Point(lon, lat))


def test_texts_bring_their_own_characters():
    found = layers(maps.cells(ground(), streets(), drawn(9), clusters(DISC), LIGHT, "演示数据·虚构"))
    for name in ("names", "numbers", "mark"):
        assert found[name]["characterSet"] == "auto"
    assert found["mark"]["data"][0]["text"] == "演示数据·虚构"
    assert "mark" not in layers(maps.cells(ground(), streets(), drawn(9), clusters(), LIGHT, ""))


def test_a_chosen_street_stands_alone():
    found = layers(maps.cells(ground(chosen=("金穗街道",)), streets(*SHAPES), drawn(9), clusters(), LIGHT, ""))
    assert [record["text"] for record in found["names"]["data"]] == ["金穗"]
    fills = {f["properties"]["street"]: f["properties"]["fill"] for f in found["land"]["data"]["features"]}
    assert fills == {"云溪街道": maps.rgb(LIGHT.background), "金穗街道": maps.rgb(LIGHT.land)}


@pytest.mark.parametrize(
    ("street", "text"),
    [("西乡街道", "西乡"), ("九江镇", "九江"), ("大镇", "大镇"), ("South Boston / Waterfront", "South Boston")],
)
def test_names_are_shortened(street, text):
    assert maps.short(street) == text


@given(st.lists(st.tuples(st.floats(113, 113.12), st.floats(27.5, 27.55)), min_size=1, max_size=20))
def test_no_name_covers_another(points):
    labels = {f"街道{number}": place for number, place in enumerate(points)}
    base = maps.Ground({}, labels, (113, 27.5, 113.12, 27.55), geography.view((113, 27.5, 113.12, 27.55), 640, 560))
    kept = maps.apart(dict.fromkeys(labels, "街道"), base)
    across = 512 * 2 ** base.view["zoom"] / 360
    up = across / math.cos(math.radians(27.525))
    assert kept[0] == "街道0"
    for i, one in enumerate(kept):
        for other in kept[:i]:
            x, y = (labels[one][0] - labels[other][0]) * across, (labels[one][1] - labels[other][1]) * up
            assert abs(x) > 2 * maps.NAME or abs(y) > maps.NAME


def test_the_view_holds_the_shapes_and_the_cells_beside_them_but_not_null_island():
    shapes = (113.0, 27.5, 113.12, 27.55)
    beside = h3.latlng_to_cell(27.525, 113.13, 8)
    west, south, east, north = maps.bounds_of([beside, h3.latlng_to_cell(0, 0, 8)], shapes)
    assert (west, south, north) == (113.0, 27.5, 27.55)
    assert east == h3.cell_to_latlng(beside)[1] + maps.REACH
    assert maps.bounds_of([], shapes) == shapes
    assert maps.bounds_of([], None) is None


def test_the_legend_holds_no_tag_of_a_label():
    html = maps.legend("<b>", ("<i>",) * 5, "<script>", LIGHT)
    assert "<script>" not in html
    assert html.count("<b ") == 1


# --- what the cards put into a deck -----------------------------------------------------------------------------------


def found(*rows):
    columns = ["cell", "n", "observed", "expected", "hot", "inside"]
    cells = pd.DataFrame([(cell, *row) for cell, row in zip(CELLS, rows, strict=False)], columns=columns)
    return Hotspots(cells.assign(street="云溪街道"), clusters(), "history", True, 99, 99, 0, 0, len(CELLS))


SOME = (
    (3, 3, 0.25, True, True),
    (12, 12, 3.149, False, True),
    (7, 9, 2.0, False, True),
    (6, 6, float("nan"), False, False),
)


def test_those_who_see_rows_see_counts_from_five_on_and_what_was_expected():
    cells = cells_of(found(*SOME), rows=True)
    assert [text.split()[0] for text in cells["count"]] == ["1—4", "12", "7", "6"]
    assert ["0.3" in cells["note"][0], "3.1" in cells["note"][1]] == [True, True]
    assert "2.0" not in cells["note"][2]  # it is of all records of the cell, and not all of them are shown


def test_those_who_do_not_see_rows_see_classes_and_no_expectation():
    cells = cells_of(found(*SOME), rows=False)
    assert [text.split()[0] for text in cells["count"]] == ["1—4", "10—19", "5—9", "5—9"]
    assert not cells["note"].str.contains(r"\d").any()


def test_no_cells_make_no_trouble():
    assert cells_of(found(), rows=True).empty


class Shapes:
    boundaries = Boundaries(SHAPES, "sketch")


def test_a_street_with_a_hidden_count_has_no_rate_and_no_ratio():
    counts = pd.DataFrame({
        "name": ["云溪街道", "金穗街道", "elsewhere"], "n": [float("nan"), 40, 3], "rate": [float("nan"), 8.0, 1.0],
    })  # fmt: skip
    shown = streets_of(Shapes, counts, 4.0, "rate").set_index("street")
    assert list(shown.index) == ["云溪街道", "金穗街道"]
    assert shown.loc["云溪街道", "count"].startswith("×")
    assert shown.loc["云溪街道", "note"] == ""
    assert math.isnan(shown.loc["云溪街道", "ratio"])
    assert shown.loc["金穗街道", "ratio"] == 2
