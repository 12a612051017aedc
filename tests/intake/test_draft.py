"""A mapping while a person makes it: what they choose is what the import is told."""

import pytest

from cockpit.fields import FIELDS
from cockpit.intake import mapping
from cockpit.intake.checking.known import Area
from cockpit.intake.suggesting.draft import Draft
from cockpit.intake.suggesting.look import look
from tests.intake import exports

AREAS = [
    Area("1", "district", "宝安区"),
    *(Area(f"1{i}", "street", name, "1") for i, name in enumerate(exports.STREETS)),
]
HEADER = ("编号", "登记日期", "办结日期", "街道", "状态", "类别")


def rows(**changes: str) -> list[tuple[str, ...]]:
    """Forty records; ``changes``: a column → its value in every row."""
    return [
        tuple(
            changes.get(name, value)
            for name, value in zip(
                HEADER,
                (
                    f"A{i:03d}",
                    exports.day(i),
                    exports.day(i, 12),
                    exports.STREETS[i % 3],
                    ("办结", "在办")[i % 2],
                    "噪声",
                ),
                strict=True,
            )
        )
        for i in range(40)
    ]


@pytest.fixture
def draft(tmp_path) -> Draft:
    return Draft.suggested(look(exports.text(tmp_path, "登记.csv", [HEADER, *rows()])), AREAS)


@pytest.fixture
def slashed(tmp_path) -> Draft:
    """Nobody can tell whether 3/4 is in March or in April."""
    made = rows(登记日期="3/4/2023", 办结日期="5/6/2023")
    return Draft.suggested(look(exports.text(tmp_path, "登记.csv", [HEADER, *made])), AREAS, "complaints")


def test_what_is_suggested_can_be_imported_as_it_is(draft):
    assert draft.problems(FIELDS) == []
    plan = draft.plan
    assert plan.columns["complaint_id"] == "编号"
    assert plan.constants["district"] == "宝安区"  # of the only district that is known
    assert mapping.parse(mapping.text(plan).encode(), "x.toml") == plan


def test_another_column_brings_its_own_words_and_formats(draft):
    draft.choose("closed_at", None)
    assert "closed_at" not in draft.plan.columns
    assert not draft.choices["closed_at"].filled
    draft.choose("channel", "状态")
    assert draft.plan.columns["channel"] == "状态"
    assert "办结" in draft.choices["channel"].suggestion.examples


def test_a_constant_takes_the_place_of_a_column_and_gives_way_to_it(draft):
    draft.say("street", " 西乡街道 ")
    assert draft.plan.constants["street"] == "西乡街道"
    assert "street" not in draft.plan.columns
    draft.choose("street", "街道")
    assert draft.plan.columns["street"] == "街道"
    assert "street" not in draft.plan.constants


def test_a_constant_without_a_value_is_asked_for(draft):
    draft.say("district", "  ")
    assert draft.problems(FIELDS) == ["District: choose a column, or one value for all rows."]
    assert "district" not in draft.plan.constants


def test_what_must_be_there_is_asked_for(draft):
    draft.choose("complaint_id", None)
    draft.choose("opened_at", None)
    assert draft.problems(FIELDS) == [
        "Number: choose a column, or one value for all rows.",
        "Received on: choose a column, or one value for all rows.",
    ]


def test_words_are_spelt_one_by_one_and_taken_back(draft):
    draft.spell("status", "在办", "open")
    assert draft.plan.values["status"]["在办"] == "open"
    draft.spell("status", "在办", "")
    assert draft.plan.values["status"]["在办"] == ""
    draft.spell("status", "在办", None)
    assert "在办" not in draft.plan.values["status"]


def test_the_order_of_day_and_month_is_asked_once_for_all_columns(slashed):
    assert slashed.asked() == ["opened_at", "closed_at"]
    assert slashed.problems(FIELDS)[0] == "Received on: say whether day or month comes first."
    slashed.order("opened_at", day_first=True)
    assert slashed.problems(FIELDS) == []
    assert slashed.plan.formats == {"opened_at": ["%d/%m/%Y"], "closed_at": ["%d/%m/%Y"]}


def test_an_answer_to_one_column_leaves_what_was_answered_before(slashed):
    slashed.order("closed_at", day_first=False)
    slashed.order("opened_at", day_first=True)
    assert slashed.plan.formats == {"opened_at": ["%d/%m/%Y"], "closed_at": ["%m/%d/%Y"]}


def test_the_number_of_a_record_is_nothing_else(draft):
    draft.choose("street", "编号")
    assert draft.problems(FIELDS) == ["编号 is chosen twice: for Number, Street."]


def test_one_column_may_tell_two_times(draft):
    draft.choose("due_at", "办结日期")
    assert draft.problems(FIELDS) == []


def test_a_saved_mapping_comes_back_as_it_was(draft):
    draft.spell("status", "在办", "open")
    draft.say("channel", "来访")
    draft.read["duplicates"] = "last"
    again = Draft.saved(draft.found, AREAS, "登记", draft.plan)
    assert again.name == "登记"
    assert again.plan == draft.plan
    assert again.problems(FIELDS) == []
    assert again.choices["street"].suggestion.examples


def test_an_answer_that_was_saved_is_not_asked_again(slashed):
    slashed.order("opened_at", day_first=True)
    again = Draft.saved(slashed.found, AREAS, "登记", slashed.plan)
    assert again.asked() == []
    assert again.plan == slashed.plan


def test_what_is_as_usual_is_not_written_down(draft):
    draft.read["duplicates"] = "reject"
    assert "duplicates" not in draft.plan.model_dump(exclude_defaults=True).get("read", {})
