"""What is kept and flagged: each doubt on a row that has it and on one that only nearly has it; fields counted."""

import json
import tempfile
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
import shapely

from cockpit import settings as settings_module
from cockpit.intake import mapping, run
from cockpit.intake.checking.check import check
from cockpit.intake.checking.doubts import SHARED_ROWS
from cockpit.intake.checking.known import Area, Known, of
from cockpit.intake.reading.arrival import arrive
from cockpit.intake.reading.read import read
from queries.quality import DOUBTS
from queries.tables import cases, complaints
from tests.intake.files import HEADER, MAPPING, as_csv, row, rows_of, take

AREAS = (
    Area("d", "district", "宝安区"),
    Area("s1", "street", "西乡街道", "d", 113.86, 22.58),
    Area("s2", "street", "福永街道", "d", 113.81, 22.67),
    Area("s3", "street", "新桥街道", "d"),
    Area("s4", "street", "新桥镇", "d"),
    Area("c1", "community", "劳动社区", "s1"),
    Area("d2", "district", "南山区"),
    Area("s5", "street", "西丽街道", "d2"),
)
CASES = """
table = "cases"
[read]
{read}
[columns]
case_id = "编号"
opened_at = "登记时间"
closed_at = "办结时间"
accepted_at = "受理时间"
due_at = "期限"
mediator_id = "调解员"
amount_claimed = "金额"
[constants]
district = "宝安区"
"""
CASE = ("编号", "登记时间", "办结时间", "受理时间", "期限", "调解员", "金额")


@pytest.fixture
def checked(tmp_path):
    """Check rows under a header and mapping; answers what a table of the scratch database holds."""

    def run_check(header, rows, toml, known=None):
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        (folder / "file.csv").write_text(as_csv([header, *rows]), "utf-8")
        (folder / "map.toml").write_text(toml, "utf-8")
        plan = mapping.load(folder / "map.toml")
        (arrival,) = arrive(folder / "file.csv", folder)
        return check(read(arrival, plan.read, folder, lambda *_: None), plan, folder, known)

    return run_check


def table(checked, name, *columns):
    with duckdb.connect(str(checked.database), read_only=True) as scratch:
        return sorted(scratch.execute(f"SELECT {', '.join(columns) or '*'} FROM {name}").fetchall())


def found(checked, *reasons):
    """record, field, reason and value of the doubts of these reasons."""
    return [doubt for doubt in table(checked, "doubts") if doubt[2] in reasons]


def of_cases(checked, *rows, read="", known=None):
    return checked(CASE, rows, CASES.format(read=read), known)


def of_complaints(checked, *rows, read="", known=None):
    return checked(HEADER, rows, MAPPING.format(read=read, more=""), known)


def test_closed_before_opened(checked):
    result = of_complaints(
        checked,
        row(办结时间="2023-10-31 23:59"),
        row(编号="A2", 办结时间="2023-11-01 09:00"),
        row(编号="A3", 办结时间=""),
    )
    assert found(result, "closed_before_opened") == [
        ("A1", "closed_at", "closed_before_opened", "2023-10-31 23:59:00"),
    ]
    assert (result.kept, result.flagged) == (3, 1)


def test_times_before_1990_and_after_the_data_date(checked):
    result = of_cases(
        checked,
        ("C1", "1989-12-31", "2023-12-02", "", "2030-01-01", "", ""),
        ("C2", "1990-01-01", "2023-12-01 23:59", "2024-01-01", "1975-01-01", "", ""),
        read='as_of = "2023-12-01"',
    )
    assert [doubt[:3] for doubt in found(result, "before_1990", "in_future")] == [
        ("C1", "closed_at", "in_future"), ("C1", "opened_at", "before_1990"),
        ("C2", "accepted_at", "in_future"), ("C2", "due_at", "before_1990"),
    ]  # fmt: skip


def test_without_a_data_date_the_future_begins_now(checked, monkeypatch):
    monkeypatch.setattr("cockpit.clock.now", lambda: datetime(2023, 6, 1, 12))
    result = of_cases(
        checked, ("C1", "2023-06-01 11:59", "", "", "", "", ""), ("C2", "2023-06-01 12:01", "", "", "", "", "")
    )
    assert [doubt[0] for doubt in found(result, "in_future")] == ["C2"]


def test_amounts_below_zero(checked):
    result = of_cases(
        checked, *(("C" + amount, "2023-06-01", "", "", "", "", amount) for amount in ("-0.01", "0", "12", ""))
    )
    assert found(result, "negative_amount") == [("C-0.01", "amount_claimed", "negative_amount", "-0.01")]


def test_mediators_that_nobody_knows_where_some_are_known(checked):
    rows = [(f"C{i}", "2023-06-01", "", "", "", mediator, "") for i, mediator in enumerate(("", "m1", "m9"))]
    assert found(of_cases(checked, *rows), "unknown_mediator") == []
    result = of_cases(checked, *rows, known=Known(mediators=frozenset(["m1"])))
    assert found(result, "unknown_mediator") == [("C2", "mediator_id", "unknown_mediator", "m9")]


def test_streets_that_nobody_knows_where_those_of_the_district_are_known(checked):
    rows = [row(编号=f"A{i}", 街道=street) for i, street in enumerate(["西乡街道", "西丽街道", "", "某某街道"])]
    assert found(of_complaints(checked, *rows), "unknown_street") == []
    assert [doubt[::3] for doubt in found(of_complaints(checked, *rows, known=Known(AREAS)), "unknown_street")] == [
        ("A1", "西丽街道"),
        ("A3", "某某街道"),
    ]


def test_rows_that_say_the_same_but_for_their_id(checked):
    rows = [row(编号="A1"), row(编号="A2"), row(编号="A3", 类别="占道"), row(编号="A4"), row(编号="A5", 人数="")]
    rows.append(row(编号="A6", 人数=""))
    result = of_complaints(checked, *rows)
    assert found(result, "possible_duplicate") == [
        ("A2", "complaint_id", "possible_duplicate", "A1"),
        ("A4", "complaint_id", "possible_duplicate", "A1"),
        ("A6", "complaint_id", "possible_duplicate", "A5"),
    ]


def spread(n, **changes):
    """Rows at places of their own."""
    return [row(编号=f"P{i}", 经度=f"{113.8 + i / 10_000:.4f}", **changes) for i in range(n)]


@pytest.mark.parametrize(
    ("on_it", "elsewhere", "busiest", "flagged"),
    [
        (SHARED_ROWS, 900, 1, True),
        (SHARED_ROWS - 1, 900, 1, False),  # too few
        (SHARED_ROWS, 9901, 1, False),  # not one in a hundred
        (200, 9000, 21, False),  # a market, with other busy places: not ten times as many
        (210, 9000, 21, True),
    ],
)
def test_a_default_point(checked, on_it, elsewhere, busiest, flagged):
    rows = spread(elsewhere) + [row(编号=f"D{i}", 经度="113.5", 纬度="22.1") for i in range(on_it)]
    rows += [row(编号=f"M{i}", 经度="113.6", 纬度="22.2") for i in range(busiest)]
    doubts = found(of_complaints(checked, *rows), "shared_point")
    assert len(doubts) == (on_it if flagged else 0)
    assert {doubt[1:] for doubt in doubts} <= {("lon", "shared_point", "113.500000, 22.100000")}


def test_several_default_points_do_not_hide_each_other(checked):
    rows = spread(300) + [row(编号=f"D{i}", 经度=f"113.5{i % 3}") for i in range(900)]
    assert len(found(of_complaints(checked, *rows), "shared_point")) == 900


DISTRICT = shapely.union_all([shapely.box(113.80, 22.50, 113.90, 22.60), shapely.box(113.90, 22.50, 114.00, 22.55)])
PLACES = {
    "in": ("113.85", "22.55"), "notch": ("113.95", "22.57"), "far": ("114.50", "22.55"), "edge": ("113.9003", "22.58"),
    "beyond the edge": ("113.9030", "22.58"), "wrong way": ("22.55", "113.85"), "none": ("", ""),
}  # fmt: skip


def test_coordinates_outside_the_district(checked):
    rows = [row(编号=name, 经度=lon, 纬度=lat) for name, (lon, lat) in PLACES.items() if name != "wrong way"]
    result = of_complaints(checked, *rows, known=Known(shapes={"宝安区": DISTRICT}))
    outside = found(result, "outside_district")
    assert [doubt[0] for doubt in outside] == ["beyond the edge", "far", "notch"]
    assert {doubt[1] for doubt in outside} == {"lon"}
    assert outside[1][3] == "114.500000, 22.550000"


def test_the_shape_of_another_district_says_nothing(checked):
    rows = [row(编号=name, 经度=lon, 纬度=lat) for name, (lon, lat) in PLACES.items() if name != "wrong way"]
    assert found(of_complaints(checked, *rows, known=Known(shapes={"南山区": DISTRICT})), "outside_district") == []


def test_every_point_outside_is_what_shapely_says(checked):
    points = [(113.79 + i * 0.0037 % 0.22, 22.49 + i * 0.0011 % 0.12) for i in range(2_000)]
    rows = [row(编号=f"A{i:04d}", 经度=f"{lon:.6f}", 纬度=f"{lat:.6f}") for i, (lon, lat) in enumerate(points)]
    result = of_complaints(checked, *rows, known=Known(shapes={"": DISTRICT}))
    wide = DISTRICT.buffer(100 / 111_320)
    expected = [
        f"A{i:04d}"
        for i, (lon, lat) in enumerate(points)
        if not wide.contains(shapely.Point(round(lon, 6), round(lat, 6)))
    ]
    assert 200 < len(expected) < 1_800
    assert [doubt[0] for doubt in found(result, "outside_district")] == expected


def test_without_a_boundary_file_far_away_from_the_streets_is_outside(checked):
    rows = [row(编号=name, 经度=lon, 纬度=lat) for name, (lon, lat) in PLACES.items() if name != "wrong way"]
    result = of_complaints(checked, *rows, known=Known(AREAS))
    assert [doubt[0] for doubt in found(result, "outside_district")] == ["far"]
    assert found(of_complaints(checked, *rows), "outside_district") == []


def test_every_reason_is_one_that_the_quality_page_knows(checked):
    rows = [row(办结时间="1985-01-01", 经度="120", 街道="某某街道"), row(编号="A2", 登记时间="2099-01-01")]
    result = of_complaints(checked, *rows, known=Known(AREAS, shapes={"": DISTRICT}))
    reasons = {reason for _, _, reason, _ in table(result, "doubts")}
    assert len(reasons) >= 5
    assert reasons <= set(DOUBTS)
    assert {field for _, field, _, _ in table(result, "doubts")} <= {*complaints.c.keys(), *cases.c.keys()}


def test_rows_that_are_not_kept_are_in_no_doubt(checked):
    result = of_complaints(checked, row(办结时间="2020-01-01", 状态="转办"), row(编号="", 办结时间="2020-01-01"))
    assert (result.kept, result.flagged, table(result, "doubts")) == (0, 0, [])
    assert table(result, "refused", "line", "reason", "record") == [
        (2, "unknown value: status", "A1"), (3, "missing: complaint_id", None),
    ]  # fmt: skip


def test_fields_are_counted_over_the_file_and_flags_over_what_is_kept(checked):
    result = of_complaints(
        checked,
        row(办结时间="2023-10-01"),
        row(编号="A2", 办结时间="-", 类别=""),
        row(编号="A3", 办结时间="不详"),
        row(编号="A4", 经度="0", 纬度="0"),
        row(编号="A5", 经度="", 状态="转办"),
        read='null = ["-"]',
    )
    fields = {field: counts for field, *counts in table(result, "fields")}
    assert fields["closed_at"] == [5, 4, 3, 1]
    assert fields["category"] == [5, 4, 4, 0]
    assert fields["lon"] == [5, 4, 3, 0]
    assert fields["lat"] == [5, 5, 3, 0]
    assert fields["status"] == [5, 5, 4, 0]
    assert len(fields) == len(HEADER)  # the constant is none of the file


@pytest.mark.parametrize(("written", "meant"), [
    ("西乡街道", "西乡街道"), ("西乡", "西乡街道"), ("西乡街道办事处", "西乡街道"), ("西乡街道办", "西乡街道"),
    ("西乡镇", "西乡街道"), ("西 乡", "西乡街道"), ("　西乡　街道", "西乡街道"), ("宝安区西乡街道", "西乡街道"),
    ("宝安区西乡", "西乡街道"), ("西乡大道", "西乡大道"), ("老西乡", "西乡街道"), ("新桥", "新桥"),
    ("新桥镇", "新桥镇"), ("西丽", "西丽"), ("两处", "两处"),
])  # fmt: skip
def test_streets_are_written_as_the_areas_spell_them(checked, written, meant):
    aliases = {"老西乡": ("s1",), "两处": ("s1", "s2"), "南边": ("s5",)}
    result = of_complaints(checked, row(街道=written), known=Known(AREAS, aliases))
    assert table(result, "staged", "street") == [(meant,)]
    assert result.noted.get("streets_matched", 0) == (meant != written.strip())
    known = {area.name for area in AREAS}
    assert bool(found(result, "unknown_street")) == (meant not in known)


def test_a_name_that_comes_with_aliases_just_said(checked):
    known = Known(AREAS).with_aliases({"开发区": "s2"})
    result = of_complaints(checked, row(街道="开发区"), row(编号="A2", 街道="福永"), known=known)
    assert table(result, "staged", "street") == [("福永街道",), ("福永街道",)]
    assert result.noted["streets_matched"] == 2


def test_districts_and_communities_too(checked):
    toml = MAPPING.format(read="", more="").replace('district = "宝安区"', "").replace("[constants]", "")
    toml = toml.replace('street = "街道"', 'street = "街道"\ndistrict = "区"\ncommunity = "社区"')
    result = checked(
        (*HEADER, "区", "社区"),
        [(*row(街道="西乡"), "宝安", "劳动"), (*row(编号="A2", 街道="西丽"), "南山", "劳动")],
        toml,
        Known(AREAS),
    )
    assert table(result, "staged", "complaint_id", "district", "street", "community") == [
        ("A1", "宝安区", "西乡街道", "劳动社区"), ("A2", "南山区", "西丽街道", "劳动"),
    ]  # fmt: skip
    noted = {key: n for key, n in result.noted.items() if key.endswith("matched")}
    assert noted == {"districts_matched": 2, "streets_matched": 2, "communities_matched": 1}


def test_what_the_database_knows(tmp_path, url):
    assert of(url) == Known()
    (tmp_path / "areas.csv").write_text("id,level,name,parent\nd,district,宝安区,\ns,street,西乡街道,d\n", "utf-8")
    (tmp_path / "areas.toml").write_text(
        'table = "areas"\n[columns]\narea_id = "id"\nlevel = "level"\nname = "name"\nparent_id = "parent"\n', "utf-8"
    )
    run(tmp_path / "areas.csv", tmp_path / "areas.toml", url)
    assert of(url).areas == (Area("d", "district", "宝安区"), Area("s", "street", "西乡街道", "d"))
    result = take(tmp_path, url, [row(街道="西乡"), row(编号="A2", 街道="沙井")])
    assert (result.noted["streets_matched"], result.flagged) == (1, 1)
    assert rows_of(url, "complaints", "complaint_id", "street") == [("A1", "西乡街道"), ("A2", "沙井")]
    assert rows_of(url, "flags", "record", "reason", "value") == [("A2", "unknown_street", "沙井")]


@pytest.fixture
def boundaries(tmp_path, monkeypatch):
    def set_to(content: str, coordinates: str = "wgs84"):
        (tmp_path / "streets.geojson").write_text(content, "utf-8")
        monkeypatch.setenv("COCKPIT_BOUNDARIES", str(tmp_path / "streets.geojson"))
        monkeypatch.setenv("COCKPIT_BOUNDARY_COORDINATES", coordinates)
        settings_module.settings.cache_clear()

    yield set_to
    monkeypatch.undo()
    settings_module.settings.cache_clear()


def square(name: str, west: float) -> dict:
    shape = json.loads(shapely.to_geojson(shapely.box(west, 22.5, west + 0.1, 22.6)))
    return {"type": "Feature", "properties": {"name": name}, "geometry": shape}


def test_the_boundary_file_is_the_ground_of_each_district(boundaries, file_url):
    boundaries(json.dumps({"type": "FeatureCollection", "features": [square("西乡", 113.8), square("西丽", 113.9)]}))
    assert list(of(file_url).shapes) == [""]
    from cockpit.intake.checking import known

    shapes = known._shapes(AREAS)
    assert shapes["宝安区"].bounds == pytest.approx((113.8, 22.5, 113.9, 22.6))
    assert shapes["南山区"].bounds == pytest.approx((113.9, 22.5, 114.0, 22.6))


def test_a_boundary_file_in_gcj02_and_points_in_gcj02_meet_in_wgs84(boundaries, checked, file_url):
    boundaries(json.dumps(square("西乡", 113.8)), "gcj02")
    inside = row(经度="113.8010", 纬度="22.5010")  # within the shift of the corner
    as_gcj02 = of_complaints(checked, inside, read='coordinates = "gcj02"', known=of(file_url))
    assert found(as_gcj02, "outside_district") == []
    ((lon, lat),) = table(as_gcj02, "staged", "lon", "lat")
    assert (lon, lat) == (pytest.approx(113.7961, abs=0.0005), pytest.approx(22.5036, abs=0.0005))


def test_a_boundary_file_that_is_none_stops_no_import(boundaries, file_url, checked):
    boundaries("no GeoJSON")
    assert of(file_url) == Known()
    assert of_complaints(checked, row(), known=of(file_url)).kept == 1
