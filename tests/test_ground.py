"""The ground of a map from a real database: streets from the areas, from the records, or from a boundary file."""

import json
import math

import pandas as pd
import pytest
from shapely.geometry import Point, box, mapping

from cockpit import database as databases
from cockpit import ground as module
from cockpit import hotspots
from cockpit.analysis.hotspots import outline
from cockpit.geography import Place
from cockpit.ground import Ground, with_centres

DISTRICT = "示范区"
KNOWN = ["area_id", "level", "name", "parent", "population", "lon", "lat"]
NO_AREAS = pd.DataFrame({name: pd.Series(dtype=object) for name in KNOWN})


@pytest.fixture
def ground(database):
    """The ground of what the test has put into the database."""
    module._ground.cache_clear()

    def made(path=None, district=DISTRICT) -> Ground:
        return module._ground(database.url, "", district, path, 0.0)

    yield made
    reader = databases._readers.pop(database.url, None)
    if reader and reader.engine:
        reader.engine.dispose()  # a file that is open for reading cannot be opened for writing


@pytest.fixture
def streets(database):
    database.add(
        "areas",
        """
        area_id  level      name          parent_id  population  lon     lat
        1        district   示范区        -          30000       113.05  27.50
        11       street     云溪街道      1          20000       113.00  27.50
        12       street     金穗街道      1          10000       113.10  27.50
        13       community  云溪第一社区  11         20000       113.00  27.51
        2        district   别的区        -          999         114.00  28.00
        21       street     别的街道      2          999         114.00  28.00""",
    )
    return database


def geojson(path, **shapes):
    features = [{"type": "Feature", "properties": {"name": n}, "geometry": mapping(s)} for n, s in shapes.items()]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), "utf-8")
    return path


def test_the_streets_of_the_district_are_sketched(streets, ground):
    here = ground()
    assert here.boundaries.source == "sketch"
    assert set(here.labels) == {"云溪街道", "金穗街道"} == set(here.grid.cells["street"])
    assert here.population.to_dict() == {"云溪街道": 20_000, "金穗街道": 10_000}
    assert here.residents == 30_000
    assert set(here.areas["name"]) == {"云溪街道", "金穗街道", "云溪第一社区"}


def test_every_label_lies_in_its_street(streets, ground):
    here = ground()
    assert all(here.boundaries.shapes[street].contains(Point(at)) for street, at in here.labels.items())


def test_labels_keep_clear_of_outlines(streets, ground):
    here = ground()
    cells = here.grid.cells[here.grid.cells["street"] == "云溪街道"]["cell"].head(9)
    taken = outline(cells).union(Point(here.labels["云溪街道"]).buffer(0.003))
    moved = here.labels_beside(taken)
    assert not taken.contains(Point(moved["云溪街道"]))
    assert here.boundaries.shapes["云溪街道"].contains(Point(moved["云溪街道"]))
    assert moved["金穗街道"] == here.labels["金穗街道"]
    everything = box(110, 20, 120, 30)
    assert here.labels_beside(everything) == here.labels  # no room: better there than nowhere


def test_streets_on_no_list_come_from_the_records(database, ground):
    database.add_complaints("""
        district  street    lon      lat
        Boston    Roxbury   -71.08   42.32
        Boston    Roxbury   -71.10   42.34
        Boston    Roxbury   -71.09   42.33
        Boston    Brighton  -71.15   42.35
        Boston    -         -71.15   42.35
        示范区    云溪街道  113.00   27.50""")
    here = ground(district="Boston")
    assert set(here.labels) == {"Roxbury", "Brighton"}
    roxbury = here.areas.set_index("name").loc["Roxbury"]
    assert (roxbury["lon"], roxbury["lat"]) == (-71.09, 42.33)
    assert here.population.isna().all()
    assert math.isnan(here.residents)


def test_a_listed_street_without_a_centre_gets_that_of_its_records(streets, database, ground):
    database.add(
        "areas",
        """
        area_id  level   name      parent_id  population  lon  lat
        14       street  松岭街道  1          5000        -    -
        15       street  白鹭街道  1          5000        -    -""",
    )
    database.add_cases("""
        street    lon    lat
        松岭街道  113.2  27.6
        错字街道  113.3  27.9""")
    here = ground()
    assert set(here.labels) == {"云溪街道", "金穗街道", "松岭街道"}
    assert here.boundaries.missing == ("白鹭街道",)
    assert here.areas.set_index("name").loc["云溪街道", "lon"] == 113.0


def test_a_boundary_file_gives_real_shapes_and_lists_what_matches_no_street(streets, ground, tmp_path):
    shapes = {"云溪": box(112.9, 27.4, 113.0, 27.5), "无名镇": box(114, 27, 115, 28), "别的街道": box(116, 27, 117, 28)}
    here = ground(geojson(tmp_path / "streets.geojson", **shapes))
    assert here.boundaries.source == "file"
    assert set(here.labels) == {"云溪街道"}
    assert here.boundaries.unmatched == ("无名镇",)
    assert here.boundaries.missing == ("金穗街道",)
    assert here.bounds() == (112.9, 27.4, 113.0, 27.5)


def test_an_unreadable_boundary_file_leaves_the_sketch_and_its_reason(streets, ground, tmp_path):
    file = tmp_path / "streets.geojson"
    file.write_text("{}", "utf-8")
    here = ground(file)
    assert here.boundaries.source == "sketch"
    assert set(here.labels) == {"云溪街道", "金穗街道"}
    assert "streets.geojson" in str(here.problem)


def test_a_centre_on_another_continent_makes_no_millions_of_cells(streets, database, ground):
    database.add(
        "areas",
        """
        area_id  level   name      parent_id  population  lon   lat
        16       street  远街道    1          5000        11.3  47.0""",
    )
    here = ground()
    assert len(here.labels) == 3
    assert here.grid.cells.empty


def test_a_district_without_any_place_has_no_shape_and_no_grid(database, ground):
    database.add_cases("""
        street    category
        云溪街道  邻里纠纷""")
    here = ground()
    assert here.bounds() is None
    assert here.grid.cells.empty
    assert here.features["features"] == []
    assert here.labels == {}


def test_one_street_alone_has_a_ground(streets, ground):
    here = ground(district="别的区")
    assert set(here.labels) == {"别的街道"}
    assert len(here.grid.cells) > 10
    assert here.bounds(["别的街道"]) == here.bounds()


def test_one_chosen_street_has_its_own_bounds(streets, ground):
    west, _south, east, _north = ground().bounds(["金穗街道"])
    assert 113.04 < west < 113.10 < east


def test_complete_areas_are_left_as_they_are(streets, database):
    areas = pd.DataFrame([["11", "street", "云溪街道", DISTRICT, 1.0, 113.0, 27.5]], columns=KNOWN)
    assert with_centres(areas, database.url, DISTRICT) is areas


def test_a_place_is_told_from_the_nearest_community(streets, ground):
    place = ground().place_of(113.0, 27.53, "云溪街道")
    assert (place.name, place.direction) == ("云溪第一社区", "N")
    assert place.metres == pytest.approx(0.02 * 111_320, rel=0.01)


def test_without_communities_it_is_told_from_the_middle_of_the_street(database, ground):
    database.add_complaints("""
        district  street   lon     lat
        Boston    Roxbury  -71.09  42.33""")
    here = ground(district="Boston")
    lon, lat = here.labels["Roxbury"]
    place = here.place_of(lon + 0.01, lat, "Roxbury")
    assert (place.name, place.direction) == ("", "E")
    assert place.metres == pytest.approx(0.01 * 111_320 * math.cos(math.radians(lat)), rel=0.01)
    assert here.place_of(lon, lat, "nowhere") is None


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place("云溪第一社区", 900, "N"), "云溪街道 · 云溪第一社区以北"),
        (Place("云溪第一社区", 100, "N"), "云溪街道 · 云溪第一社区一带"),
        (Place("", 900, "SE"), "云溪街道 · 东南部"),
        (Place("", 100, "SE"), "云溪街道 · 中部"),
        (None, "云溪街道"),
    ],
)
def test_a_cluster_is_named_in_words(place, words):
    assert hotspots.words(("云溪街道",), place) == words


def test_a_cluster_over_several_streets_names_the_first_two():
    assert hotspots.words(("甲街道", "乙街道", "丙街道"), None) == "甲街道、乙街道"
