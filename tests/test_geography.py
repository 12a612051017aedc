import gzip
import json
import math
from pathlib import Path

import h3
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import Point, box, mapping

from cockpit.errors import BoundaryError
from cockpit.geography import bearing, boundaries, features, label_point, sketch, view, where

GEO = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "geo"
BAOAN = GEO / "baoan_10_streets.geojson"
BOSTON = GEO / "Boston_Neighborhoods.geojson.gz"
real = pytest.mark.skipif(not BAOAN.exists(), reason="the real boundary files of ../shared/data/geo are not here")

STREETS = ["新安街道", "西乡街道", "航城街道", "福永街道", "福海街道", "沙井街道", "新桥街道", "松岗街道", "燕罗街道"]
STREETS += ["石岩街道"]


def areas(names, points=None, parent="宝安区", level="street"):
    points = points or [(np.nan, np.nan)] * len(names)
    table = pd.DataFrame({"name": names, "lon": [p[0] for p in points], "lat": [p[1] for p in points]})
    return table.assign(level=level, parent=parent)


def ring(count):
    angle = 2 * np.pi * np.arange(count) / count
    return list(zip(113 + 0.05 * np.cos(angle), 27.5 + 0.05 * np.sin(angle), strict=True))


def write(path, *shapes, **properties):
    content = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"name": name}, "geometry": mapping(shape)} for name, shape in shapes
        ],
        **properties,
    }
    path.write_text(json.dumps(content), "utf-8")
    return path


def polygon(coordinates):
    return b'{"type":"Feature","geometry":{"type":"Polygon","coordinates":' + coordinates + b"}}"


SQUARE, NEXT = box(113, 27, 113.1, 27.1), box(113.1, 27, 113.2, 27.1)


# The sketch


@pytest.mark.parametrize(
    "points",
    [
        ring(1),
        ring(2),
        ring(10),
        [(113 + i / 100, 27.5) for i in range(4)],  # in a line
        [(113, 27.5)] * 2,
        [(113, 27.5)] * 3 + [(113.1, 27.5)] * 2,
        [(120.84, 27.96), (120.84, 27.960001), (121.9, 27.9)],
    ],
)
def test_each_street_of_a_sketch_has_its_own_place(points):
    names = [f"s{i}" for i in range(len(points))]
    shapes = sketch(areas(names, points))
    assert list(shapes) == names
    assert all(shape.is_valid and shape.geom_type == "Polygon" and shape.area > 0 for shape in shapes.values())
    together = shapely.union_all(list(shapes.values()))
    assert sum(shape.area for shape in shapes.values()) == pytest.approx(together.area)
    assert shapely.coverage_is_valid(list(shapes.values()))


def test_a_point_belongs_to_the_nearest_centre():
    points = ring(7)
    shapes = list(sketch(areas([f"s{i}" for i in range(7)], points)).values())
    rng = np.random.default_rng(1)
    scale = np.array([np.cos(np.radians(27.5)), 1])
    for place in rng.uniform((112.95, 27.45), (113.05, 27.55), (300, 2)):
        nearest = np.hypot(*((np.array(points) - place) * scale).T).argmin()
        assert shapes[nearest].distance(Point(place)) < 1e-4


def test_a_street_without_a_centre_is_missing_and_said():
    table = areas(["甲街道", "乙街道", "丙街道"], [(113, 27.5), (np.nan, np.nan), (113.1, 27.5)])
    found = boundaries(table)
    assert (found.source, list(found.shapes), found.missing) == ("sketch", ["甲街道", "丙街道"], ("乙街道",))


def test_no_areas_at_all():
    found = boundaries(areas([]))
    assert (dict(found.shapes), found.missing) == ({}, ())
    assert features(found) == {"type": "FeatureCollection", "features": []}


def test_only_the_streets_of_the_district_are_drawn():
    table = pd.concat([areas(["甲街道", "乙街道"], ring(2)), areas(["丙镇"], ring(1), parent="南海区")])
    assert list(boundaries(table, district="南海区").shapes) == ["丙镇"]
    assert list(boundaries(table).shapes) == ["甲街道", "乙街道", "丙镇"]


# The file


@real
def test_baoan_is_taken_and_its_broken_polygon_repaired():
    found = boundaries(areas(STREETS), BAOAN)
    assert (found.source, found.unmatched, found.missing, found.repaired) == ("file", (), (), ("航城街道",))
    assert all(shape.is_valid and not shape.has_z for shape in found.shapes.values())
    inside = {
        "新安街道": (113.8999, 22.5759),
        "西乡街道": (113.8607, 22.5879),
        "福永街道": (113.8180, 22.6641),
        "沙井街道": (113.7886, 22.7369),
        "松岗街道": (113.8384, 22.7665),
    }
    for street, point in inside.items():
        assert [name for name, shape in found.shapes.items() if shape.contains(Point(point))] == [street]


@real
@pytest.mark.parametrize("ending", ["", "镇"])
def test_names_match_without_their_suffix(ending):
    found = boundaries(areas([name.removesuffix("街道") + ending for name in STREETS]), BAOAN)
    assert len(found.shapes) == len(STREETS)
    assert not found.unmatched


@real
def test_what_the_file_does_not_know_is_listed():
    found = boundaries(areas([*STREETS[:3], "云溪街道"]), BAOAN)
    assert list(found.shapes) == STREETS[:3]
    assert found.unmatched == tuple(STREETS[3:])
    assert found.missing == ("云溪街道",)


@real
def test_a_district_that_is_not_in_the_file_is_sketched():
    table = pd.concat([areas(STREETS), areas(["云溪街道", "金穗街道"], ring(2), parent="示范区")])
    found = boundaries(table, BAOAN, district="示范区")
    assert (found.source, list(found.shapes), found.unmatched) == ("sketch", ["云溪街道", "金穗街道"], ())


@real
def test_bostons_neighbourhoods_are_taken():
    found = boundaries(areas(["Dorchester", "ROXBURY", "Jamaica Plain", "Allston / Brighton"]), BOSTON)
    assert list(found.shapes) == ["Dorchester", "ROXBURY", "Jamaica Plain"]
    assert found.missing == ("Allston / Brighton",)
    assert "Mattapan" in found.unmatched
    assert len(found.unmatched) == 23
    assert found.repaired == ("Hyde Park",)


@real
@pytest.mark.parametrize(("path", "names"), [(BAOAN, STREETS), (BOSTON, ["Dorchester", "Roxbury", "Mattapan"])])
def test_borders_for_the_browser_are_short_and_near(path, names):
    found = boundaries(areas(names), path)
    drawn = features(found)
    text = json.dumps(drawn)
    assert len(text) < 80_000
    for feature in drawn["features"]:
        shape, original = (
            shapely.from_geojson(json.dumps(feature["geometry"])),
            found.shapes[feature["properties"]["street"]],
        )
        assert shape.symmetric_difference(original).area < 0.01 * original.area
    decimals = [len(str(c).partition(".")[2]) for c in shapely.get_coordinates(shapely.from_geojson(text)).ravel()]
    assert max(decimals) <= 5


def test_a_street_may_be_several_features(tmp_path):
    path = write(tmp_path / "b.geojson", ("甲街道", SQUARE), ("甲街道", NEXT), ("乙镇", NEXT))
    found = boundaries(areas(["甲街道"]), path)
    assert found.shapes["甲街道"].equals(box(113, 27, 113.2, 27.1))
    assert found.unmatched == ("乙镇",)


def test_any_property_may_hold_the_names(tmp_path):
    content = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"name": "440306001", "镇街名": " 甲 街道"}, "geometry": mapping(SQUARE)},
            {"type": "Feature", "properties": {"name": "440306002", "镇街名": None}, "geometry": mapping(NEXT)},
            {"type": "Feature", "properties": None, "geometry": mapping(NEXT)},
            {"type": "Feature", "properties": {"镇街名": "点街道"}, "geometry": mapping(Point(113, 27))},
            {"type": "Feature", "properties": {"镇街名": "无街道"}, "geometry": None},
        ],
    }
    path = tmp_path / "b.json"
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8-sig")
    found = boundaries(areas(["甲街道", "乙街道"]), path)
    assert list(found.shapes) == ["甲街道"]
    assert found.unmatched == ("#2", "#3")
    assert found.missing == ("乙街道",)


def test_a_short_name_that_fits_two_streets_fits_none(tmp_path):
    path = write(tmp_path / "b.geojson", ("新桥", SQUARE), ("新桥镇", NEXT))
    found = boundaries(areas(["新桥街道", "新桥镇"]), path)
    assert list(found.shapes) == ["新桥镇"]
    assert found.unmatched == ("新桥",)


def test_a_name_that_ends_in_a_suffix_keeps_it(tmp_path):
    path = write(tmp_path / "b.geojson", ("西乡街道", SQUARE), ("西镇", NEXT))
    found = boundaries(areas(["西乡", "西街道"]), path)
    assert list(found.shapes) == ["西乡"]
    assert found.unmatched == ("西镇",)


def test_hostile_names_are_only_names(tmp_path):
    names = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "{street}", "'; drop table cases; --", "\u202e街道", ""]
    path = write(tmp_path / "b.geojson", *[(name, SQUARE) for name in names])
    found = boundaries(areas(["甲街道", "{street}"], ring(2)), path)
    assert list(found.shapes) == ["{street}"]
    assert set(found.unmatched) == {*names[:2], *names[3:5], "#6"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "不是 GeoJSON|not GeoJSON"),
        (b"PK\x03\x04 no json", "GeoJSON"),
        (b"[1, 2]", "GeoJSON"),
        (b"[" * 100_000, "GeoJSON"),
        (b"\xff\xfe\x00", "GeoJSON"),
        (b'{"type": "FeatureCollection"}', "GeoJSON"),
        (b'{"type": "FeatureCollection", "features": {"a": 1}}', "GeoJSON"),
        (b'{"type": "FeatureCollection", "features": []}', "polygon|多边形|面"),
        (b'{"type": "FeatureCollection", "features": [1, null, {"geometry": 3}]}', "polygon|多边形|面"),
        (polygon(b'"x"'), "GeoJSON"),
        (polygon(b'[[[1,2],[3,null]]]'), "GeoJSON"),
        (polygon(b'[[[0,0],[NaN,1],[1,1],[0,0]]]'), "GeoJSON|WGS"),
        (polygon(b'[[[1,1],[1,1],[1,1],[1,1]]]'), "polygon|多边形|面"),
        (json.dumps({"type": "Feature", "geometry": mapping(box(5e5, 2e6, 5.1e5, 2.1e6))}).encode(), "WGS-84"),
        (gzip.compress(b"{}"), "GeoJSON"),
        (gzip.compress(b'{"type": "FeatureCollection"}')[:20], "b.geojson"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_boundary_file_is_said_in_a_sentence(tmp_path, content, says):
    path = tmp_path / "b.geojson"
    path.write_bytes(content)
    with pytest.raises(BoundaryError, match=says) as raised:
        boundaries(areas(["甲街道"], ring(1)), path)
    assert str(path) in str(raised.value)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(BoundaryError, match=r"nowhere\.geojson"):
        boundaries(areas(["甲街道"], ring(1)), tmp_path / "nowhere.geojson")
    with pytest.raises(BoundaryError, match="COCKPIT_BOUNDARIES"):
        boundaries(areas(["甲街道"], ring(1)), tmp_path)


# Points and views


def test_a_label_stands_inside_even_where_the_centre_does_not():
    crescent = Point(113, 27).buffer(0.1).difference(Point(113.02, 27).buffer(0.1))
    assert not crescent.contains(crescent.centroid)
    assert crescent.contains(Point(label_point(crescent)))
    islands = shapely.union_all([box(113, 27, 113.01, 27.01), box(113.5, 27, 113.7, 27.2)])
    lon, lat = label_point(islands)
    assert box(113.5, 27, 113.7, 27.2).contains(Point(lon, lat))
    assert (lon, lat) == pytest.approx((113.6, 27.1), abs=0.02)


@pytest.mark.parametrize(("width", "height"), [(800, 600), (300, 900), (1200, 200)])
def test_the_view_shows_the_bounds_and_no_more(width, height):
    left, bottom, right, top = 113.7, 22.5, 114.0, 22.9
    seen = view((left, bottom, right, top), width, height, margin=0)
    world = 512 * 2 ** seen["zoom"]
    mercator = [math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) for lat in (bottom, top)]
    pixels = (right - left) / 360 * world, (mercator[1] - mercator[0]) / (2 * math.pi) * world
    assert max(pixels[0] / width, pixels[1] / height) == pytest.approx(1)
    assert (seen["longitude"], seen["latitude"]) == pytest.approx((113.85, 22.7))


def test_the_view_of_a_point_has_an_end():
    assert view((113, 27, 113, 27), 800, 600) == {"longitude": 113, "latitude": 27, "zoom": 16}


def test_bearings():
    around = [(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)]
    directions = [bearing(113, 0, 113 + east / 10, north / 10) for east, north in around]
    assert directions == ["N", "NE", "E", "SE", "S", "SW", "W", "NW"]
    assert bearing(0, 60, 0.2, 60.1) == "NE"  # a degree of longitude is half as long there


def test_where_names_the_nearest_community():
    communities = areas(["东社区", "西社区", "无"], [(113.1, 27.5), (113, 27.5), (np.nan, np.nan)], level="community")
    table = pd.concat([areas(["甲街道"], [(113.02, 27.51)]), communities])
    place = where(113.02, 27.51, table)
    assert (place.name, place.direction) == ("西社区", "NE")
    assert place.metres == pytest.approx(h3.great_circle_distance((27.5, 113), (27.51, 113.02), unit="m"), rel=0.01)
    assert where(113, 27.5, table, level="street").name == "甲街道"
    assert where(113, 27.5, table.iloc[:1]) is None
