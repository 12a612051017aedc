"""支付令资格 in words: the articles of the day, the next lawful way, and what may not be told."""

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from cockpit import i18n, payment_orders
from queries.filters import Filters
from sample_data.planted import BARRED

KNOWN = datetime(2023, 12, 1)
NOVEMBER = Filters(date(2023, 11, 1), date(2023, 11, 30), KNOWN, "示范区")


def test_what_is_planted_is_found(as_page, demonstration_url):
    as_page(demonstration_url)
    found = payment_orders.standing(NOVEMBER)
    assert found["preservation"] == BARRED["preserved"]
    assert found["unreachable"] == BARRED["unreachable"]
    assert found["not_served"] == BARRED["unserved"]
    assert found["barred"] == sum(BARRED.values())
    assert "30 件不适用或应终结督促程序" in payment_orders.said(found)


def test_longwan_has_none_but_those_who_took_the_other_branch(as_page, demonstration_url):
    as_page(demonstration_url)
    found = payment_orders.standing(replace(NOVEMBER, district="龙湾区"))
    assert (found["asked"], found["barred"]) == (449, 0)
    assert found["preservation_elsewhere"] == found["barred_elsewhere"] > 900
    assert payment_orders.said(found).startswith("申请支付令 449 件，未见下列三类情形。")


def test_only_districts_with_requests_have_the_card(as_page, demonstration_url):
    as_page(demonstration_url)
    assert payment_orders.recorded(NOVEMBER)
    assert not payment_orders.recorded(replace(NOVEMBER, district="宝安区"))


@pytest.mark.parametrize(
    ("on", "order", "conditions", "ends"),
    [
        (date(2021, 12, 31), 214, 429, 432),
        (date(2022, 1, 1), 221, 429, 432),
        (date(2022, 4, 10), 221, 427, 430),
        (date(2023, 12, 31), 221, 427, 430),
        (date(2024, 1, 1), 225, 427, 430),
        (date(2010, 1, 1), 214, 429, 432),
    ],
)
def test_the_articles_are_those_in_force(on, order, conditions, ends):
    found = payment_orders.articles(on)
    assert (found.order, found.conditions, found.ends) == (order, conditions, ends)


def test_each_bar_names_its_article_and_the_way_that_is_left():
    i18n.use("zh")
    counts = {name: 0.0 for bar in payment_orders.BARS for name in (bar, f"{bar}_elsewhere")}
    frame = payment_orders.reasons(counts, date(2023, 11, 30)).set_index("reason")
    assert frame.loc["已申请诉前保全", "basis"] == "民事诉讼法解释第427条第1款第（七）项"
    assert "第104条" in frame.loc["已申请诉前保全", "way"]
    assert "公告送达（民事诉讼法第95条）" in frame.loc["债务人下落不明或无法送达", "way"]
    assert "{" not in "".join(frame["way"]) + "".join(frame["basis"])


TIMES = ("opened_at", "preservation_at", "applied_at", "accepted_at", "issued_at", "served_at")
BARRED_ON = {  # what is known of a case as_page on 1 October 2023 → what bars it on 1 December
    "nothing": ({}, "no"),
    "preservation before acceptance": ({"preservation_at": "2023-10-05", "accepted_at": "2023-10-06"}, "preservation"),
    "preservation after acceptance": ({"preservation_at": "2023-10-07", "accepted_at": "2023-10-06"}, "no"),
    "preservation later than the day": ({"preservation_at": "2023-12-05"}, "no"),
    "nobody finds the debtor": ({"debtor_reachable": False, "accepted_at": "2023-10-06"}, "unreachable"),
    "served all the same": ({"debtor_reachable": False, "issued_at": "2023-10-20", "served_at": "2023-10-30"}, "no"),
    "served in time": ({"issued_at": "2023-10-20", "served_at": "2023-11-20 23:00"}, "no"),  # the 19th is a Sunday
    "served after the order had lapsed": ({"issued_at": "2023-09-01", "served_at": "2023-11-16"}, "not_served"),
    "lapsed and never served": ({"issued_at": "2023-10-20"}, "not_served"),
    "its last day": ({"issued_at": "2023-11-01"}, "no"),  # 1 December
}


@pytest.mark.parametrize("case", BARRED_ON)
def test_what_bars_an_order_on_a_day(case):
    said, expected = BARRED_ON[case]
    row = dict.fromkeys(TIMES) | {"debtor_reachable": None, "opened_at": "2023-10-01"} | said
    frame = pd.DataFrame([row]).assign(**{name: pd.to_datetime(row[name]) for name in TIMES})
    assert payment_orders.reason(frame, np.datetime64("2023-12-01T23:59:59")).tolist() == [expected]


def test_whoever_may_not_see_rows_is_told_no_small_count(as_page, real_url):
    as_page(real_url)
    whole = payment_orders.standing(NOVEMBER)
    assert whole["barred"] == 30  # nothing in it is small
    streets = [payment_orders.standing(replace(NOVEMBER, streets=(name,))) for name in ("青禾街道", "云溪街道")]
    for found in streets:
        told = [value for value in found.values() if value == value]
        assert not any(0 < value < 5 for value in told)
        assert found["barred"] != found["barred"]
    assert "× 件不适用或应终结督促程序" in payment_orders.said(streets[0])
