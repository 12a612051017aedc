"""Who may not take the payment-order procedure, on both engines."""

import pytest

from cockpit import payment_orders
from queries.payment_orders import BARS, barred, districts, requests
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


def counts(database, filters):
    return payment_orders.requests(database.frame(requests("示范区"))).standing(filters)


def test_each_bar_is_counted_where_an_order_was_asked_for_and_where_none_was(asked):
    found = counts(asked, november())
    assert (found["asked"], found["served"]) == (8, 3)  # k9 asks later than the data know
    assert {name: found[name] for name in BARS} == {"preservation": 1, "unreachable": 2, "not_served": 3}
    assert found["barred"] == 5  # k7 has two bars: k1, k2, k3, k4, k7
    assert (found["preservation_elsewhere"], found["barred_elsewhere"]) == (1, 1)  # k5 took the other branch


def test_preservation_asked_for_after_the_court_accepted_is_no_bar(asked):
    assert "k6" not in asked.frame(barred(november(), 10))["case_id"].tolist()


def test_an_order_has_thirty_days_to_be_served(asked):
    """Issued on the 9th of October: the 8th of November is the thirtieth day."""
    assert counts(asked, days("2023-11-01", "2023-11-06"))["not_served"] == 0
    assert counts(asked, days("2023-11-01", "2023-11-07"))["not_served"] == 3
    october = counts(asked, days("2023-10-01", "2023-10-31"))
    assert (october["served"], october["not_served"], october["unreachable"]) == (2, 0, 2)


def test_the_list_names_the_cases_and_their_bars(asked):
    frame = asked.frame(barred(november(), 10)).set_index("case_id")
    assert sorted(frame.index) == ["k1", "k2", "k3", "k4", "k7"]
    assert frame.loc["k7", list(BARS)].tolist() == [False, True, True]
    assert frame.index[0] == "k2"  # the newest request
    assert len(asked.frame(barred(november(), 2, 4))) == 1
    assert asked.frame(barred(november(streets=("福永街道",)), 10))["case_id"].tolist() == ["k7"]


def test_the_list_and_the_counts_agree(asked):
    for filters in (november(), days("2023-10-01", "2023-10-31"), november(streets=("福永街道",))):
        rows, found = asked.frame(barred(filters, 100)), counts(asked, filters)
        assert len(rows) == found["barred"]
        assert {name: int(rows[name].sum()) for name in BARS} == {name: found[name] for name in BARS}


def test_where_there_are_requests_at_all(asked):
    assert asked.rows(districts()) == [("示范区", 10)]


def test_without_requests_nothing_is_barred(database):
    database.add_cases("case_id\nk0")
    assert set(counts(database, november()).values()) == {0}
    assert database.rows(districts()) == []
