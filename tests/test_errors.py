"""A problem is a sentence: in English in the log, in the reader's language on the page, whatever its values hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit import errors, i18n
from cockpit.errors import CockpitError, UnknownValue, nearest

FAMILY = tuple(kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, CockpitError))
UNKNOWN = "Unknown {what} {value}; did you mean {near}?"


@pytest.mark.parametrize("kind", FAMILY)
def test_every_problem_is_one_of_the_family(kind):
    assert issubclass(kind, CockpitError)
    assert str(kind("{file} is empty.", file="a.csv")) == "a.csv is empty."


@given(st.text(), st.text())
def test_values_may_hold_anything(value, near):
    problem = UnknownValue(UNKNOWN, what="measure", value=value, near=near)
    assert str(problem) == f"Unknown measure {value}; did you mean {near}?"
    i18n.use("zh")
    said = i18n.say(problem.text, problem.values)
    assert value in said
    assert near in said
    assert said != str(problem)


@given(st.text())
def test_a_sentence_without_values_may_hold_braces(text):
    assert str(CockpitError(text)) == text


@pytest.mark.parametrize(
    ("value", "known", "near"),
    [
        ("recieved", ("received", "resolved", "closed"), "received"),
        ("西乡", ("福永街道", "西乡街道"), "西乡街道"),
        ("西乡街道办", ("福永街道", "西乡街道"), "西乡街道"),
        ("reopened_rate", ("repeat_rate", "reopened_rate_30"), "reopened_rate_30"),
        ("街道", ("西乡街道", "街道办事处外", "街道"), "街道"),
        ("xyz", ("abc",), "abc"),
        ("", ("abc",), "abc"),
        ("abc", (), None),
    ],
)
def test_the_nearest_name(value, known, near):
    assert nearest(value, known) == near
