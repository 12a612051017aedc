"""The pages of visits and of calls, and who may have a payment order on the funnel page."""

import pytest

from cockpit import database
from queries.tables import metadata
from tests.app.test_funnel import cards, everything
from tests.app.test_pages import failed, open_script, texts
from tests.rows import Rows

FOLLOW_UPS, WHISTLES, FUNNEL = (f"pages/casework/{name}.py" for name in ("follow_ups", "whistles", "funnel"))
CAMPAIGN = {"district": "龙湾区", "period": "2023-02..2023-11"}


@pytest.fixture
def opened(start, demonstration_url):
    return lambda script, url=demonstration_url, **query: open_script(start(url, **query), script)


def downloads(page) -> list[str]:
    return [button.key for button in page.get("download_button")]


def unfolded(page, key):
    """The page with one of its expanders open."""
    page.session_state[key] = True
    return page.run()


def test_the_curve_stands_beside_the_resolution_rate(opened):
    page = opened(FOLLOW_UPS)
    assert failed(page) == []
    assert cards(page)["180 天稳定率"].endswith(":small[%]")
    assert "化解率" in texts(page)
    assert "log-rank χ²=" in texts(page)
    horizons = next(frame.value for frame in page.dataframe if "risk" in frame.value)
    assert horizons["day"].tolist() == ["30 天", "90 天", "180 天"]
    assert horizons["risk"].is_monotonic_decreasing


def test_no_mediated_case_of_longwan_is_in_enforcement(opened):
    page = opened(FOLLOW_UPS, **CAMPAIGN)
    assert failed(page) == []
    assert "无一进入执行" in texts(page)
    assert "龙湾区没有回访记录" in texts(page)
    assert cards(page)["进入执行率"].startswith("0.0 ")
    opened_ = unfolded(page, "follow_ups_enforced_open")
    (programmes,) = [frame.value for frame in opened_.dataframe if "enforcement_rate_n" in frame.value]
    found = programmes.set_index("name")
    assert (found.loc["金融1+N", "enforcement_rate_d"], found.loc["金融1+N", "enforcement_rate_n"]) == (708, 0)


def test_the_comparison_is_kept_in_the_address(opened):
    page = opened(FOLLOW_UPS, held_by="track")
    assert page.segmented_control(key="follow_ups_held_by").value == "track"
    page.segmented_control(key="follow_ups_held_by").set_value("street").run()
    assert failed(page) == []
    assert "held_by" not in page.query_params


def test_the_street_without_visits_stands_out(opened):
    page = opened(FOLLOW_UPS, period="2023-01..2023-11")
    (streets,) = [frame.value for frame in page.dataframe if "visit_arranged_rate" in frame.value]
    arranged = streets.set_index("name")["visit_arranged_rate"]
    assert arranged.idxmin() == "南塬街道"
    assert arranged["南塬街道"] < 50 < arranged.drop("南塬街道").min()


def test_visits_are_listed_for_those_who_may_see_them(opened, real_url):
    page = unfolded(opened(FOLLOW_UPS), "follow_ups_lists_open")
    assert failed(page) == []
    assert {"follow_ups_overdue_CSV", "follow_ups_overdue_XLSX"} <= set(downloads(page))
    page.segmented_control(key="follow_ups_visits").set_value("relapsed").run()
    assert failed(page) == []
    listed = next(frame.value for frame in page.dataframe if "due_at" in frame.value)
    assert len(listed) > 0
    assert listed["closed_at"].notna().all()
    hidden = unfolded(opened(FOLLOW_UPS, real_url), "follow_ups_lists_open")
    assert failed(hidden) == []
    assert not [key for key in downloads(hidden) if key.startswith("follow_ups")]


def test_a_street_alone_is_told_by_category(opened):
    page = opened(FOLLOW_UPS, street="青禾街道")
    assert failed(page) == []
    assert "各类型回访" in texts(page)


@pytest.mark.parametrize("script", [FOLLOW_UPS, WHISTLES])
def test_data_without_the_tables_say_what_the_page_needs(opened, boston_url, script):
    page = opened(script, boston_url)
    assert failed(page) == []
    assert "opened_at" in texts(page) or "follow_ups.target" in texts(page)


@pytest.mark.parametrize("script", [FOLLOW_UPS, WHISTLES])
def test_a_choice_without_records_offers_the_way_out(opened, script):
    page = opened(script, category="涉法涉诉", street="枫林街道", period="2020-01")
    assert failed(page) == []
    assert [button for button in page.button if str(button.key).startswith("empty_")]


def test_the_slow_department_is_named(opened):
    page = opened(WHISTLES, period="2022-12..2023-11")
    assert failed(page) == []
    assert "报到明显慢于其余部门：示范区住房和建设局（" in texts(page)
    assert cards(page)["报到用时（中位）"].endswith("小时]")
    departments, streets = [frame.value for frame in page.dataframe if "arrival" in frame.value]
    assert departments["short"].iloc[0] == "住房和建设局"
    assert len(streets) >= 10
    listed = unfolded(page, "whistles_lists_open")
    assert failed(listed) == []
    assert "whistles_waiting_CSV" in downloads(listed)
    for which in ("slow", "unsolved"):
        listed.segmented_control(key="whistles_calls").set_value(which).run()
        assert failed(listed) == []
        assert f"whistles_{which}_CSV" in downloads(listed)


def test_a_district_without_calls_says_so(opened):
    page = opened(WHISTLES, district="龙湾区")
    assert failed(page) == []
    assert "这里没有吹哨报到记录" in texts(page)


def test_longwan_has_no_barred_order_and_the_demonstration_a_few(opened):
    assert "申请支付令 449 件，未见下列三类情形。另有 910 件" in everything(opened(FUNNEL, **CAMPAIGN))
    page = opened(FUNNEL)
    assert "其中 **30 件不适用或应终结督促程序**" in texts(page)
    assert "funnel_barred_open" not in [frame.key for frame in page.dataframe]
    listed = unfolded(page, "funnel_barred_open")
    assert failed(listed) == []
    (frame,) = [frame.value for frame in listed.dataframe if "reason" in frame.value]
    assert len(frame) == 30
    counts = {"已申请诉前保全": 12, "债务人下落不明或无法送达": 10, "发出后30日内未送达": 8}
    assert frame["reason"].value_counts().to_dict() == counts
    assert "payment_orders_CSV" in downloads(listed)


def test_a_district_without_orders_has_no_card(opened):
    assert "支付令资格" not in texts(opened(FUNNEL, district="宝安区"))


@pytest.fixture
def petitions_alone(tmp_path):
    """A district that records complaints and visits, and no dispute; its names would be markup."""
    url, rows = f"duckdb:///{tmp_path / 'petitions.duckdb'}", Rows()
    texts_ = {
        "loads": "load_id target as_of\ndemonstration all 2023-12-01",
        "complaints": "\n".join(
            ["complaint_id street opened_at closed_at"]
            + [f"p{n} **甲街道** 2023-10-01 2023-10-{n:02}" for n in range(1, 9)]
        ),
        "follow_ups": "\n".join(
            ["target record visitor due_at done_at result"]
            + [f"complaints p{n} <b>网格员</b> 2023-10-{n + 10} 2023-10-{n + 11} stable" for n in range(1, 9)]
        ),
    }
    engine = database.create(url)
    with engine.begin() as connection:
        for name, text in texts_.items():
            connection.execute(metadata.tables[name].insert(), rows.read(name, text))
    engine.dispose()
    return url


def test_visits_are_told_where_there_are_no_disputes(opened, petitions_alone):
    page = opened(FOLLOW_UPS, petitions_alone)
    assert failed(page) == []
    assert cards(page)["按期回访率"].startswith("0.0 ")
    assert "180 天稳定率" not in cards(page)
    streets, visitors, _kinds = [frame.value for frame in page.dataframe if "visits_due" in frame.value]
    assert streets["name"].tolist() == ["**甲街道**"]
    assert visitors["name"].tolist() == ["<b>网格员</b>"]
