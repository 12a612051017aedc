"""What the documents say is there, and what is there is in the documents."""

import re
import subprocess
from pathlib import Path

import pytest

from cockpit.__main__ import cli
from cockpit.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent
README = PROJECT / "README.md"
DOCUMENTS = [README, PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").glob("*.md"))]
COMMANDS = sorted(command.name or str(getattr(command.callback, "__name__", "")) for command in cli.registered_commands)
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
