"""How a printed number binds."""

from math import nan

import pytest

from cockpit.figures.rules import at_least, equal, rounded, within


@pytest.mark.parametrize(
    ("rule", "agrees", "differs"),
    [
        (equal(13_696), [13_696], [13_695, 13_697]),
        (at_least(0.98), [0.98, 1], [0.9799]),
        (rounded(144_600, 100), [144_600, 144_551, 144_649], [144_549, 144_651]),  # 14.46万
        (rounded(-0.621, 0.001), [-0.621, -0.6206], [-0.6204, -0.6216, 0.621]),
        (within(0.2, 0.3), [0.2, 0.25, 0.3], [0.1999, 0.3001]),
    ],
)
def test_a_rule_knows_what_agrees(rule, agrees, differs):
    assert all(rule.holds(value) for value in agrees)
    assert not any(rule.holds(value) for value in [*differs, nan])
