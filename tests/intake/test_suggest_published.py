"""How little of the proposals for the published files a person has to change."""

import pytest

from cockpit.intake import mapping
from cockpit.intake.suggesting.draft import Draft
from cockpit.intake.suggesting.look import Found, look
from cockpit.intake.suggesting.proposal import Proposal
from cockpit.intake.suggesting.suggest import suggest
from tests.intake.test_real_files import FILES, MAPPINGS


def proposed(file) -> tuple[Found, Proposal]:
    found = look(file)
    return found, suggest(found)


def effect(plan: mapping.Mapping, found: Found) -> dict[str, object]:
    """What a mapping decides, as far as this file can tell: each of its columns with the words it changes, constants,
    and options of reading."""
    counts = {one.name: one.counts for one in found.profiles}
    words = {
        f"values.{ours}": {word: said.get(word, said.get("*", word)) for word in counts[plan.columns[ours]]}
        for ours, said in plan.values.items()
    }
    read = plan.read.model_dump(exclude={"encoding", "null"}, exclude_defaults=True)
    nothing = {"null": {word for theirs in plan.columns.values() for word in plan.read.null if word in
                        next(one.nothing for one in found.profiles if one.name == theirs)}}  # fmt: skip
    return {**plan.columns, **{f"constants.{k}": v for k, v in plan.constants.items()}, **words, **read, **nothing}


LEFT = {
    "boston311": {"constants.district", "due_at", "as_of"},
    "sf311": {"constants.district"},
    "nyc311": {"constants.district"},
    "nlrb": {"constants.district", "constants.channel", "constants.track", "subcategory"},
    "tdcup2020": {"constants.district", "constants.channel", "constants.category"},
}
"""What a person would have to change in the proposal to come to the mapping of the project. Of these the figures of the
published files need the district, and of Boston that TARGET_DT stays out."""


@pytest.mark.parametrize("name", FILES)
def test_little_is_left_to_decide_for_the_published_files(real_data, name):
    found, proposal = proposed(real_data / FILES[name])
    ours, wanted = (
        effect(Draft.suggested(found, ()).plan, found),
        effect(mapping.load(MAPPINGS / f"{name}.toml"), found),
    )
    assert {key for key in {*ours, *wanted} if ours.get(key) != wanted.get(key)} == LEFT[name]
    assert not proposal.questions


@pytest.mark.parametrize("name", FILES)
def test_every_time_of_the_published_files_is_read(real_data, name):
    found, proposal = proposed(real_data / FILES[name])
    times = [one for one in found.profiles if one.name in {proposal.of(o).theirs for o in ("opened_at", "closed_at")}]
    assert [one.moments.share for one in times] == [1.0, 1.0]
