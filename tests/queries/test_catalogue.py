"""What there is to choose from, and how far the data reach."""

from datetime import datetime

from queries import catalogue
from queries.tables import cases, complaints
from tests.asking import plain


def test_the_extent_of_a_table_and_of_an_empty_one(database):
    assert database.rows(catalogue.extent(cases)) == [(None,) * 4]
    database.add_cases("""
        opened_at         closed_at
        2023-11-01T08:00  2024-02-03
        2020-01-02        -
        2023-11-30T23:59  2019-12-31""")
    assert database.rows(catalogue.extent(cases)) == [
        (datetime(2020, 1, 2), datetime(2023, 11, 30, 23, 59), datetime(2019, 12, 31), datetime(2024, 2, 3))
    ]
    assert database.rows(catalogue.extent(complaints)) == [(None,) * 4]


def test_times_that_nobody_believes_do_not_count_for_the_extent(database):
    database.add_cases("""
        opened_at         closed_at
        1900-01-01        9999-12-31
        1950-01-01        2100-12-31T23:59
        2023-11-30        1949-12-31""")
    assert database.rows(catalogue.extent(cases)) == [
        (datetime(1950, 1, 1), datetime(2023, 11, 30), datetime(2100, 12, 31, 23, 59), datetime(2100, 12, 31, 23, 59))
    ]


def test_the_data_date_is_the_newest_that_an_import_of_the_table_gave(database):
    database.add(
        "loads",
        """
        load_id  target      as_of
        1        cases       2023-10-01
        2        cases       2023-11-01
        3        cases       -
        4        complaints  2023-12-01""",
    )
    assert database.rows(catalogue.as_of(cases)) == [(datetime(2023, 11, 1),)]
    assert database.rows(catalogue.as_of()) == [(datetime(2023, 12, 1),)]
    database.add("loads", "load_id  target  as_of\n5  all  2024-01-01")
    assert database.rows(catalogue.as_of(cases)) == database.rows(catalogue.as_of(complaints))


def test_without_a_load_no_data_date_is_given(database):
    assert database.rows(catalogue.as_of(cases)) == [(None,)]


def test_only_one_load_marks_invented_data(database):
    database.add("loads", "load_id\nnew\nDemonstration")
    assert database.rows(catalogue.demonstration()) == [(0,)]
    database.add("loads", "load_id  target\ndemonstration  all")
    assert database.rows(catalogue.demonstration()) == [(1,)]


def test_places_are_those_of_both_tables_each_once(database):
    database.add_cases("district  street\n示范区  西乡街道\n示范区  西乡街道\n宝安区  -")
    database.add_complaints("district  street\n示范区  福永街道\n示范区  西乡街道")
    assert {tuple(map(plain, row)) for row in database.rows(catalogue.places())} == {
        ("示范区", "西乡街道"),
        ("示范区", "福永街道"),
        ("宝安区", None),
    }
    assert len(database.rows(catalogue.places())) == 3


def test_areas_know_what_contains_them(database):
    database.add(
        "areas",
        """
        area_id  level     name      parent_id  population  lon
        d1       district  示范区    -          500000      113.9
        s1       street    西乡街道  d1         200000      113.8
        s2       street    孤岛街道  none       -           -""",
    )
    assert database.rows(catalogue.known_areas()) == [
        ("d1", "district", "示范区", None, 500_000, 113.9, None),
        ("s1", "street", "西乡街道", "示范区", 200_000, 113.8, None),
        ("s2", "street", "孤岛街道", None, None, None, None),
    ]


def test_kinds_are_counted_for_each_district_and_table(database):
    database.add_cases("district  category\n示范区  邻里纠纷\n示范区  邻里纠纷\n宝安区  邻里纠纷")
    database.add_complaints("district  category\n示范区  邻里纠纷\n示范区  噪声")
    rows = database.frame(catalogue.kinds("category")).groupby(["district", "value"])["n"].sum()
    assert rows.to_dict() == {("示范区", "邻里纠纷"): 3, ("示范区", "噪声"): 1, ("宝安区", "邻里纠纷"): 1}


def test_kinds_of_two_tables_that_occur_equally_often_are_both_counted(database):
    database.add_cases("category\n邻里纠纷")
    database.add_complaints("category\n邻里纠纷")
    assert database.frame(catalogue.kinds("category"))["n"].sum() == 2


def test_values_leave_out_what_is_missing(database):
    database.add_cases("street\n西乡街道\n-\n西乡街道\n福永街道")
    assert {value for (value,) in database.rows(catalogue.values_of(cases, "street"))} == {"西乡街道", "福永街道"}
