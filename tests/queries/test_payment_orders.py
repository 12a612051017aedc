"""Who may not take the payment-order procedure, on both engines."""

import pytest

from cockpit import payment_orders
from queries.payment_orders import BARS, districts, named, requests
from tests.asking import days, november


@pytest.fixture
def asked(database):
    cases = "\n".join(
        f"k{number} {street} 2023-09-01" for number, street in enumerate(["西乡街道"] * 7 + ["福永街道"] * 3)
    )
    database.add_cases(f"case_id street opened_at\n{cases}")
    database.add("payment_orders", """
        case_id preservation_at debtor_reachable applied_at accepted_at issued_at  served_at
        k0      -               true             2023-10-02 2023-10-04  2023-10-09 2023-10-20
        k1      2023-09-20      true             2023-10-02 2023-10-04  2023-10-09 2023-10-20
        k2      -               false            2023-10-03 -           -          -
        k3      -               true             2023-10-02 2023-10-04  2023-10-09 -
        k4      -               true             2023-10-02 2023-10-04  2023-10-09 2023-11-20
        k5      2023-09-20      -                -          -           -          -
        k6      2023-10-30      true             2023-10-02 2023-10-04  2023-11-20 -
        k7      -               false            2023-10-01 2023-10-04  2023-10-09 -
        k8      -               -                2023-10-02 -           -          -
        k9      2023-12-05      -                2023-12-02 -           -          -""")  # fmt: skip
    return database


def known(database):
    return payment_orders.requests(database.frame(requests("示范区")))


def counts(database, filters):
    return known(database).standing(filters)


def barred(database, filters):
    return known(database).barred(filters)


def test_each_bar_is_counted_where_an_order_was_asked_for_and_where_none_was(asked):
    found = counts(asked, november())
    assert (found["asked"], found["served"]) == (8, 3)  # k9 asks later than the data know
    assert {name: found[name] for name in BARS} == {"preservation": 1, "unreachable": 2, "not_served": 3}
    assert found["barred"] == 5  # k7 has two bars: k1, k2, k3, k4, k7
    assert (found["preservation_elsewhere"], found["barred_elsewhere"]) == (1, 1)  # k5 took the other branch


def test_preservation_asked_for_after_the_court_accepted_is_no_bar(asked):
    assert "k6" not in barred(asked, november())["case_id"].tolist()


def test_an_order_has_thirty_days_to_be_served(asked):
    """Issued on the 9th of October: the 8th of November is the thirtieth day, and all of it counts."""
    assert counts(asked, days("2023-11-01", "2023-11-07"))["not_served"] == 0
    assert counts(asked, days("2023-11-01", "2023-11-08"))["not_served"] == 3
    october = counts(asked, days("2023-10-01", "2023-10-31"))
    assert (october["served"], october["not_served"], october["unreachable"]) == (2, 0, 2)


def test_the_thirtieth_day_counts_whole_and_is_a_working_day(database):
    database.add_cases("case_id\nk0\nk1\nk2")
    database.add("payment_orders", """
        case_id applied_at issued_at           served_at
        k0      2023-10-02 2023-10-09T15:00:00 2023-11-08T16:00:00
        k1      2023-10-02 2023-10-09T15:00:00 2023-11-09T00:00:00
        k2      2023-09-25 2023-09-28T10:00:00 2023-10-30T17:00:00""")  # fmt: skip
    found = barred(database, november())
    assert found["case_id"].tolist() == ["k1"]  # the 28th of October 2023 is a Saturday, so k2 had until Monday


def test_the_list_names_the_cases_and_their_bars(asked):
    frame = barred(asked, november()).set_index("case_id")
    assert sorted(frame.index) == ["k1", "k2", "k3", "k4", "k7"]
    assert frame.loc["k7", list(BARS)].tolist() == [False, True, True]
    assert frame.index[0] == "k2"  # the newest request
    assert barred(asked, november(streets=("福永街道",)))["case_id"].tolist() == ["k7"]
    told = asked.frame(named(("k7", "k2")))
    assert told["case_id"].tolist() == ["k2", "k7"]
    assert told["applied_at"].dt.day.tolist() == [3, 1]


def test_the_list_and_the_counts_agree(asked):
    for filters in (november(), days("2023-10-01", "2023-10-31"), november(streets=("福永街道",))):
        rows, found = barred(asked, filters), counts(asked, filters)
        assert len(rows) == found["barred"]
        assert {name: int(rows[name].sum()) for name in BARS} == {name: found[name] for name in BARS}


def test_where_there_are_requests_at_all(asked):
    assert asked.rows(districts()) == [("示范区", 10)]


def test_without_requests_nothing_is_barred(database):
    database.add_cases("case_id\nk0")
    assert set(counts(database, november()).values()) == {0}
    assert database.rows(districts()) == []
