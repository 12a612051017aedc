"""GCJ-02 and BD-09 back to WGS-84, held against published points."""

import h3
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from cockpit.coordinates import _bd09, _gcj02, to_wgs84

# googollee/eviltransform, python/test.py: WGS-84 and GCJ-02 of a place in 上海, 深圳, 北京.
EVILTRANSFORM = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
]
# hujiulong/gcoord, test/fixtures/china-cities.json: WGS-84, GCJ-02 and BD-09 of cities all over the country.
GCOORD = {
    "驻马店": ((114.0164322, 33.0133556), (114.022306, 33.0115324), (114.0287781, 33.0176697)),
    "邵阳": ((111.4622119, 27.242124), (111.4677938, 27.2388981), (111.4742271, 27.2451662)),
    "邢台": ((114.498916, 37.0700925), (114.5048503, 37.0705911), (114.5113116, 37.0766797)),
    "那曲": ((92.0499619, 31.4784436), (92.0512438, 31.4762063), (92.0576832, 31.4824421)),
    "汕头": ((116.6775114, 23.3567569), (116.6819735, 23.3540964), (116.6885014, 23.3598884)),
    "沈阳": ((123.4253306, 41.8032629), (123.4314787, 41.8057023), (123.438095, 41.8114013)),
    "酒泉": ((98.4937175, 39.7319946), (98.4943595, 39.7328234), (98.5008441, 39.7388949)),
    "钦州": ((108.6503952, 21.9828281), (108.6541485, 21.9799392), (108.6607283, 21.9856319)),
    "锡林郭勒": ((116.0414035, 43.9312805), (116.0482308, 43.9334573), (116.0546232, 43.9397782)),
}


def metres(one, other) -> float:
    return h3.great_circle_distance(one[::-1], other[::-1], unit="m")


def turned(point, system):
    lon, lat = to_wgs84(np.array([point[0]]), np.array([point[1]]), system)
    return float(lon[0]), float(lat[0])


@pytest.mark.parametrize(("wgs84", "gcj02"), EVILTRANSFORM)
def test_the_points_of_eviltransform(wgs84, gcj02):
    assert metres(turned(gcj02, "gcj02"), wgs84) < 0.01


@pytest.mark.parametrize("city", GCOORD)
def test_the_cities_of_gcoord(city):
    wgs84, gcj02, bd09 = GCOORD[city]
    assert metres(wgs84, gcj02) > 100
    assert metres(turned(gcj02, "gcj02"), wgs84) < 2
    assert metres(turned(bd09, "bd09"), wgs84) < 2


def test_the_point_of_coordtransform():
    """wandergis/coordtransform: 天安门 in BD-09 and GCJ-02."""
    (found,) = _bd09(np.array([[116.404, 39.915]]))
    assert metres(tuple(map(float, found)), (116.41036949371029, 39.92133699351021)) < 0.01


LON, LAT = st.floats(75, 134), st.floats(3, 53)


@given(lon=LON, lat=LAT)
def test_what_was_shifted_comes_back(lon, lat):
    point = np.array([[lon, lat]])
    (gcj02,) = _gcj02(point)
    (bd09,) = _bd09(_gcj02(point))
    assert metres(turned(gcj02, "gcj02"), (lon, lat)) < 0.01
    assert metres(turned(bd09, "bd09"), (lon, lat)) < 0.01


@pytest.mark.parametrize("system", ["wgs84", "gcj02", "bd09"])
@pytest.mark.parametrize("point", [(-71.0587, 42.3594), (2.35, 48.86), (151.2, -33.9), (0.0, 0.0)])
def test_points_outside_china_stay(point, system):
    assert turned(point, system) == point


def test_wgs84_is_left_as_it_is():
    assert turned((113.86, 22.58), "wgs84") == (113.86, 22.58)


def test_no_points_at_all():
    lon, lat = to_wgs84(np.array([]), np.array([]), "bd09")
    assert len(lon) == len(lat) == 0


def test_a_boundary_file_in_other_coordinates_is_turned(tmp_path):
    from cockpit import boundary_file

    square = shapely.box(113.85, 22.55, 113.95, 22.65)
    path = tmp_path / "streets.geojson"
    path.write_text(
        f'{{"type": "Feature", "properties": {{"name": "甲街道"}}, "geometry": {shapely.to_geojson(square)}}}', "utf-8"
    )
    ((as_it_is,), (shifted,)) = (boundary_file.read(path), boundary_file.read(path, "gcj02"))
    assert as_it_is.shape.equals(square)
    corner = turned((113.85, 22.55), "gcj02")
    assert shifted.shape.bounds[:2] == pytest.approx(corner, abs=1e-4)
    assert 300 < metres(tuple(as_it_is.shape.centroid.coords[0]), tuple(shifted.shape.centroid.coords[0])) < 900
