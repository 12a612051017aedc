"""What the documents say is there, and what is there is in the documents."""

import re
import subprocess
from pathlib import Path

import pytest

from cockpit import measures_page
from cockpit.__main__ import cli
from cockpit.settings import Settings
from queries.measures import MEASURES

PROJECT = Path(__file__).resolve().parent.parent
README = PROJECT / "README.md"
DOCUMENTS = [README, PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").glob("*.md"))]
COMMANDS = sorted(command.name or str(getattr(command.callback, "__name__", "")) for command in cli.registered_commands)
MEASURES_PAGE = PROJECT / "docs" / "measures.md"
SETTINGS = sorted(f"COCKPIT_{name.upper()}" for name in Settings.model_fields)


def targets() -> set[str]:
    listed = subprocess.run(["make", "-s", "help"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^  make (\w+)", listed, re.MULTILINE))


def text(document: Path) -> str:
    return document.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_in_the_readme(command):
    assert f"python -m cockpit {command}" in text(README)


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_is_in_the_readme(setting):
    assert setting in text(README)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_a_document_names_only_what_exists(document):
    said = text(document)
    assert set(re.findall(r"python -m cockpit ([a-z]+)", said)) <= set(COMMANDS)
    assert set(re.findall(r"\bCOCKPIT_[A-Z_]+[A-Z]", said)) <= set(SETTINGS)
    assert set(re.findall(r"`make ([a-z]+)", said)) <= targets()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_a_link_leads_somewhere(document):
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", text(document))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_documented_document_is_there():
    wanted = ("architecture", "measures", "databases", "decisions", "benchmarks")
    assert [name for name in wanted if not (PROJECT / "docs" / f"{name}.md").is_file()] == []


def test_the_page_of_measures_is_written_from_the_measures():
    anew = "write it anew: python -m cockpit.measures_page > docs/measures.md"
    assert text(MEASURES_PAGE) == measures_page.page(), anew


@pytest.mark.parametrize("key", MEASURES)
def test_a_measure_has_its_paragraph(key):
    heading = f"### `{key}` · {measures_page.chinese(MEASURES[key].label)}\n"
    paragraph = text(MEASURES_PAGE).partition(heading)[2].partition("\n#")[0]
    for part in (MEASURES[key].label, MEASURES[key].why, MEASURES[key].on, *MEASURES[key].tables):
        assert part in paragraph
    assert re.search(r"释义：.*[\u4e00-\u9fff]", paragraph)


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_stands_in_both_tables_with_its_default_and_meaning(setting):
    field = Settings.model_fields[setting.removeprefix("COCKPIT_").lower()]
    english, chinese = (line for line in text(README).splitlines() if line.startswith(f"| `{setting}` |"))
    assert str(field.description) in english
    for row in (english, chinese):
        shown = row.split("|")[2].strip()
        assert shown == default_of(field.default) or setting == "COCKPIT_DATABASE_URL"


def default_of(value: object) -> str:
    """As the tables show it; yes and no as the environment spells them."""
    if value is None:
        return "—"
    return f"`{int(value) if isinstance(value, bool) else value}`"
