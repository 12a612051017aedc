"""热点 on the screen: what is planted is found by the question that is its own, and its bad days end in a sentence."""

import json
import re
import shutil

import duckdb
import pytest

from sample_data import planted
from tests.app.test_pages import failed, open_script, texts

SCRIPT = "pages/situation/hotspots.py"
YEAR = {"period": "last_12_months"}


@pytest.fixture
def opened(start, demonstration_url):
    def page(url=demonstration_url, environment=None, **query):
        return open_script(start(url, environment, **query), SCRIPT)

    return page


def decks(page) -> list[dict]:
    return [json.loads(element.proto.json) for element in page.get("deck_gl_json_chart")]


def layers(page) -> dict[str, dict]:
    (deck,) = decks(page)
    return {layer["id"]: layer for layer in deck["layers"]}


def found(page) -> list[str]:
    """The first column in words: where the clusters are."""
    return [where for frame in page.dataframe if "where" in frame.value for where in frame.value["where"]]


def planted_in(kind: str) -> set[str]:
    return {cluster.street for cluster in planted.CLUSTERS if cluster.kind == kind}


def test_the_sudden_clusters_are_listed_outlined_and_numbered_alike(opened):
    page = opened()
    assert failed(page) == []
    places = found(page)
    assert all(any(street in where for where in places) for street in planted_in("sudden"))
    assert not any(street in where.split(" · ")[0] for where in places for street in {"望桥街道"})
    assert len(layers(page)["outline"]["data"]["features"]) == len(layers(page)["numbers"]["data"]) == len(places)
    assert "2022年11月—2023年10月" in texts(page)


def test_the_standing_clusters_are_found_over_a_year_and_nothing_else(opened):
    page = opened(question="standing", **YEAR)
    assert {where.split("街道")[0] + "街道" for where in found(page)} == planted_in("standing")
    assert "不足一年" not in texts(page)


def test_a_month_of_the_standing_question_offers_the_year(opened):
    page = opened(question="standing")
    assert "不足一年" in texts(page)
    page.button(key="hotspots_year").click().run()
    assert {where.split("街道")[0] + "街道" for where in found(page)} == planted_in("standing")


def test_the_choices_live_in_the_url_as_codes(opened):
    page = opened(table="complaints", question="standing", map="count")
    chosen = [page.segmented_control(key=f"hotspots_{name}").value for name in ("table", "question", "map")]
    assert chosen == ["complaints", "standing", "count"]
    page.segmented_control(key="hotspots_map").set_value("rate").run()
    assert page.query_params["map"] == "rate"
    page.segmented_control(key="hotspots_map").set_value("cells").run()
    assert "map" not in page.query_params


def test_a_choice_that_does_not_exist_is_dropped_and_said(opened):
    page = opened(map="<b>globe</b>")
    assert "<b>globe</b>" in "".join(warning.value.replace("\\", "") for warning in page.warning)
    assert page.segmented_control(key="hotspots_map").value == "cells"


def test_a_street_shows_its_own_and_keeps_the_numbers_of_the_district(opened):
    whole, street = opened(), opened(street="金穗街道")
    numbers = {
        where: number for frame in whole.dataframe[:1] for number, where in frame.value[["number", "where"]].values
    }
    mine = street.dataframe[0].value
    assert all("金穗街道" in where for where in mine["where"])
    assert all(numbers[where] == number for number, where in mine[["number", "where"]].values)
    assert "按全区网格判断" in texts(street)
    assert "各社区每万人件数" in texts(street)
    assert len(layers(street)["cells"]["data"]) < len(layers(whole)["cells"]["data"])
    assert decks(street)[0]["initialViewState"]["zoom"] > decks(whole)[0]["initialViewState"]["zoom"]


def test_records_without_coordinates_are_counted_and_the_sketch_is_named(opened):
    said = texts(opened())
    assert "示意边界" in said
    assert "无坐标" in said


def test_the_map_bears_the_mark_of_invented_data(opened):
    assert layers(opened())["mark"]["data"][0]["text"] == "演示数据·虚构"


@pytest.mark.parametrize("show", ["rate", "count"])
def test_streets_are_shown_by_rate_or_number(opened, show):
    names = [record["text"] for record in layers(opened(map=show))["names"]["data"]]
    assert all("\n" in name for name in names)
    assert "cells" not in layers(opened(map=show))


def test_a_category_of_the_other_kind_of_record_offers_that_kind(opened):
    page = opened(category="噪声扰民")
    assert "所选条件下没有记录" in texts(page)
    assert decks(page) == []
    assert "噪声扰民" in page.markdown[0].value  # the header says what is shown all the same
    next(button for button in page.button if button.label == "诉求").click().run()
    assert failed(page) == []
    assert len(decks(page)) == 1


def test_before_there_is_history_the_page_says_what_it_fell_back_to(opened):
    said = texts(opened(period="2020-01"))
    assert "无法判断突增" in said
    assert "街道常住人口" in said


def test_a_short_history_says_when_it_begins(opened):
    assert "数据自2020年1月1日起" in texts(opened(period="2020-06"))


def test_the_map_approval_number_is_printed(opened):
    assert "审图号：粤S(2023)001号" in texts(opened(environment={"COCKPIT_MAP_APPROVAL": "粤S(2023)001号"}))


@pytest.fixture
def changed(demonstration_url, tmp_path):
    """A copy of the demonstration after some statements."""

    def copy(*statements: str) -> str:
        file = tmp_path / "changed.duckdb"
        shutil.copy(demonstration_url.removeprefix("duckdb:///"), file)
        with duckdb.connect(str(file)) as connection:
            for statement in statements:
                connection.execute(statement)
        return f"duckdb:///{file}"

    return copy


def test_without_any_coordinates_there_are_bars_alone(opened, changed):
    url = changed("update cases set lon = null, lat = null, cell = null", "update areas set lon = null, lat = null",
                  "update complaints set lon = null, lat = null, cell = null")  # fmt: skip
    page = opened(url)
    assert failed(page) == []
    assert decks(page) == []
    assert "没有带坐标的件" in texts(page)
    assert len(page.get("plotly_chart")) == 1


def test_without_cells_but_with_centres_there_are_streets(opened, changed):
    page = opened(changed("update cases set cell = null"))
    assert failed(page) == []
    assert layers(page)["cells"]["data"] == []
    assert "未判断热点" in texts(page)


def test_without_population_there_are_numbers_and_the_page_says_so(opened, changed):
    page = opened(changed("update areas set population = null"), question="standing", map="rate", **YEAR)
    assert failed(page) == []
    assert "没有人口数据" in texts(page)
    assert "rate" not in page.segmented_control(key="hotspots_map").options


def test_names_from_a_file_are_no_markup(opened, changed):
    bad = "<img src=x>[a](http://b.example)街道"
    url = changed(f"update areas set name = '{bad}' where name = '云溪街道'",
                  f"update cases set street = '{bad}' where street = '云溪街道'")  # fmt: skip
    page = opened(url)
    assert failed(page) == []
    raw = [str(element.value) for kind in (page.markdown, page.caption) for element in kind]
    assert any("img" in text for text in raw)
    assert not any(re.search(r"(?<!\\)(<img|\]\()", text) for text in raw)
    assert bad in {feature["properties"]["street"] for feature in layers(page)["land"]["data"]["features"]}


def test_boston_shows_the_complaints_without_small_counts(opened, boston_url):
    page = opened(boston_url)
    assert failed(page) == []
    assert page.segmented_control(key="hotspots_table").value == "complaints"
    shown = {record["count"] for record in layers(page)["cells"]["data"]}
    assert shown <= {"1—4 件", "5—9 件", "10—19 件", "20—39 件", "≥40 件"}
    assert not any(character.isdigit() for record in layers(page)["cells"]["data"] for character in record["note"])
    assert "没有人口数据" in texts(page)


def test_boston_with_its_neighbourhoods_lists_what_matches_no_street(opened, boston_url, real_data):
    file = real_data / "geo" / "Boston_Neighborhoods.geojson.gz"
    page = opened(boston_url, {"COCKPIT_BOUNDARIES": str(file)})
    assert failed(page) == []
    assert "Harbor Islands" in texts(page)
    assert "示意边界" not in texts(page)
