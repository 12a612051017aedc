"""The page 信访: what stands on it holds; parts are computed when shown; no accusation and no row where none may be."""

import re
import shutil

import duckdb
import pytest
from sqlalchemy import select

from cockpit import database
from queries.tables import NATURES, complaints
from tests.app.test_pages import failed, open_script, texts
from tests.browser.visit import REPORTS

PARTS = ("stock", "repeats", "backlog", "mediation", "letters", "hearings")
DEFINITIONS = "pages/about/definitions.py"
YEAR = {"period": "this_year"}


@pytest.fixture
def petitions(start):
    """``petitions(url, …)``: the page with these query parameters."""

    def opened(url: str, **query: str):
        page = open_script(start(url, **query), REPORTS["petitions"])
        assert failed(page) == []
        return page

    return opened


def metric(page, label: str):
    return next(one for one in page.metric if one.label == label)


def tables(page) -> dict:
    return {name: table() for name, table in page.session_state["tables"].items()}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("district", ["示范区", "新罗区", "南海区", "宝安区", "龙湾区"])
def test_every_part_is_shown_in_every_district(petitions, demonstration_url, part, district):
    page = petitions(demonstration_url, district=district, part=part, **YEAR)
    assert page.segmented_control(key="petitions_part").value == part


@pytest.mark.parametrize("part", PARTS)
def test_every_part_has_a_print_view_and_speaks_english(petitions, demonstration_url, part):
    page = petitions(demonstration_url, part=part, print="1", lang="en")
    assert not re.search(r"[\u4e00-\u9fff]", metric_labels(page))


def test_where_petitions_were_only_passed_on_no_hearing_is_told_of(petitions, demonstration_url):
    page = petitions(demonstration_url, district="宝安区", part="hearings", period="2023-W46", street="西乡街道")
    assert "没有听证、评理或复查复核记录" in texts(page)
    assert "无。" in [one.value for one in page.markdown]
    assert "hearings_page" not in [one.key for one in page.number_input]
    assert "信访环节及结果" not in tables(page)


def metric_labels(page) -> str:
    return " ".join(one.label for one in page.metric)


# --- the published figures --------------------------------------------------------------------------------------------


def test_X1_and_X2_stand_side_by_side(petitions, demonstration_url):
    page = petitions(demonstration_url, district="新罗区", part="backlog", **YEAR)
    labels = [one.label for one in page.metric]
    assert labels.index("积案化解率") == labels.index("化解率") + 1
    assert metric(page, "化解率").value.startswith("85.9 ")
    assert metric(page, "积案化解率").value.startswith("100.0 ")
    assert metric(page, "未化解积案").value.startswith("0 ")
    assert labels[-1] == "未化解积案", "nothing is pending, so nothing is the oldest"


def test_X3_has_three_kinds_of_letter_with_their_dates(petitions, demonstration_url):
    page = petitions(demonstration_url, district="新罗区", part="letters", period="all")
    frame = tables(page)["按函件种类"]
    assert frame["函件"].tolist() == ["督查办函", "风险提示函", "问责建议书"]
    assert (frame["发出"] == frame["已答复"] + frame["超期"] + frame["待答复"]).all()
    assert (frame[["发出", "已到期", "已答复"]] > 0).all().all()
    bodies = tables(page)["各单位函件"]
    assert (bodies["发出"] == bodies["已答复"] + bodies["超期"] + bodies["待答复"]).all()
    assert (bodies["发出"] == bodies[frame["函件"].tolist()].sum(axis=1)).all()
    assert bodies["已到期"].sum() == frame["已到期"].sum()


def test_N1_is_what_mediation_settled(petitions, demonstration_url):
    page = petitions(demonstration_url, district="南海区", part="mediation", **YEAR)
    assert metric(page, "访调对接化解").value.startswith("1.4 ")
    assert "期内办结 13,800 件" in texts(page)
    chain = tables(page)["访调对接链"]
    assert chain["件数"].is_monotonic_decreasing
    assert chain["件数"].iloc[0] - chain["本环节流失"].sum() == chain["件数"].iloc[-1]


# --- what holds together ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "choice", [{}, YEAR, {"street": "青禾街道"}, {"channel": "来访", "period": "2023-W46"}], ids=str
)
def test_the_equation_of_the_page_holds(petitions, demonstration_url, choice):
    shown = tables(petitions(demonstration_url, **choice))
    frame = shown["控增量·减存量·防变量"]
    assert frame.iloc[:, 0].tolist() == ["全部", "积案"]
    assert (frame["期初存量"] + frame["新增"] - frame["化解"] == frame["期末存量"]).all()
    places = shown["各社区存量" if "street" in choice else "各街道存量"]
    assert places["期末存量"].sum() == frame["期末存量"].iloc[0]


@pytest.mark.parametrize("period", ["2023-11", "2023-W46", "all"])
def test_bodies_are_ordered_by_timeliness_and_never_by_volume(petitions, demonstration_url, period):
    page = petitions(demonstration_url, period=period)
    frame = tables(page)["按责任单位"]
    judged = frame[frame["n"] >= 30]
    assert judged["按期答复率"].is_monotonic_increasing
    assert frame.index[frame["n"] >= 30].tolist() == list(range(len(judged)))


def test_petition_channels_alone_are_fewer(petitions, demonstration_url):
    everything, narrow = (
        metric(petitions(demonstration_url, scope=scope), "收到信访诉求").value for scope in ("all", "petitions")
    )
    assert int(narrow.split()[0].replace(",", "")) < int(everything.split()[0].replace(",", ""))


def test_a_channel_of_the_header_leaves_no_second_question(petitions, demonstration_url):
    page = petitions(demonstration_url, channel="来访")
    assert "petitions_scope" not in [control.key for control in page.segmented_control]


# --- rows -------------------------------------------------------------------------------------------------------------


def test_no_accusation_stands_in_a_list(petitions, demonstration_url):
    question = select(complaints.c.complaint_id).where(complaints.c.nature == NATURES["accusation"])
    accused = set(database.fetch(question, demonstration_url)["complaint_id"])
    for part in ("repeats", "backlog", "mediation", "hearings"):
        page = petitions(demonstration_url, part=part, period="all")
        listed = numbers(page)
        assert len(listed) > 10, part
        assert not accused & listed, part


def numbers(page) -> set[str]:
    """The numbers of petitions in the tables of the page."""
    cells = (str(cell) for frame in page.dataframe for cell in frame.value.to_numpy().ravel())
    return {cell for cell in cells if re.fullmatch(r"SF-P\d+", cell)}


@pytest.mark.parametrize("part", PARTS)
def test_who_may_not_see_rows_sees_none_and_no_name(petitions, real_url, part):
    page = petitions(real_url, part=part, period="2023")
    said = texts(page) + " ".join(str(frame.value.to_dict()) for frame in page.dataframe)
    assert not re.search(r"SF-P\d|SF-H\d|区长|书记", said)


UNSAID = "accepted_at = NULL, due_at = NULL, overdue = false, procedure = NULL"
UNASKED = "contacted = NULL, solved = NULL, satisfied = NULL"


def test_what_the_data_never_speak_of_is_no_zero(start, demonstration_url, tmp_path):
    file = tmp_path / "unsaid.duckdb"
    shutil.copy(demonstration_url.removeprefix("duckdb:///"), file)
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"UPDATE complaints SET {UNSAID}, {UNASKED}")
    page = open_script(start(f"duckdb:///{file}", period="2023-10"), REPORTS["petitions"])
    assert failed(page) == []
    assert "无法按责任单位比较" in texts(page)
    assert not any("超期" in frame.columns or "及时受理率" in frame.columns for frame in tables(page).values())
    page = open_script(start(f"duckdb:///{file}", period="2023-10", table="complaints"), DEFINITIONS)
    assert failed(page) == []
    said = {
        title: frame.set_index("口径")["数值"].to_dict() for title, frame in tables(page).items() if "口径" in frame
    }
    assert (said["按哪个期限算"]["按期办结率"], said["按哪个期限算"]["及时受理率"]) == ("100.0%", "—")
    assert said["按期了多少"]["计入超期在办"] == "—"
    every = open_script(start(f"duckdb:///{file}", period="2023-10", view="measures", of="complaints"), DEFINITIONS)
    values = tables(every)["指标"].set_index("指标")["数值"]
    assert (values["及时受理率"], values["超期在办"]) == ("—", "—")


def test_data_without_mechanisms_say_so(petitions, boston_url):
    sentences = {
        "repeats": "没有重复提出的事项",
        "backlog": "没有标为积案的件",
        "mediation": "没有由信访转立的纠纷",
        "letters": "没有“三函”记录",
        "hearings": "没有信访环节记录",
    }
    for part, sentence in sentences.items():
        assert sentence in texts(petitions(boston_url, part=part)), part
    assert metric(petitions(boston_url), "及时受理率").value == "—"
