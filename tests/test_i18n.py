"""Every text is said in Chinese, with the same {names}, once; and nothing is said that nobody asks for."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from cockpit import i18n
from tests.architecture import sources

PROJECT = Path(__file__).resolve().parent.parent
PO = PROJECT / "cockpit" / "locale" / "zh_CN" / "LC_MESSAGES" / "cockpit.po"
MARKERS = {"_", "N_"}


def msgids(tree: ast.Module) -> Iterator[str]:
    """The texts that stand in _("…") and N_("…")."""
    for node in ast.walk(tree):
        named = isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", None)) in MARKERS
        if named and node.args and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value


def in_code() -> dict[str, str]:
    """Each text with a file in which it stands."""
    return {text: path for path, tree in sources(PROJECT) for text in msgids(tree)}


def in_catalogue() -> dict[str, str]:
    return {str(message.id): str(message.string) for message in i18n.catalogue("zh") if message.id}


def names(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)[^}]*\}", text))


def test_every_text_has_its_chinese():
    chinese = in_catalogue()
    assert {text: path for text, path in in_code().items() if not chinese.get(text)} == {}


def test_a_translation_keeps_the_names_in_braces():
    assert {text: said for text, said in in_catalogue().items() if said and names(text) != names(said)} == {}


def test_a_translation_keeps_the_colours_and_links_of_markdown():
    kept = re.compile(r":[a-z-]+\[|\]\(|:material/\w+:")
    differ = {
        text: said
        for text, said in in_catalogue().items()
        if said and Counter(kept.findall(text)) != Counter(kept.findall(said))
    }
    assert differ == {}


def test_no_text_stands_twice_in_the_catalogue():
    said = re.findall(r'^msgid ((?:".*"\n?)+)', PO.read_text(encoding="utf-8"), re.MULTILINE)
    texts = ["".join(re.findall(r'"(.*)"', lines)) for lines in said]
    assert [text for text, n in Counter(texts).items() if n > 1] == []


def test_nothing_is_translated_that_nobody_asks_for():
    assert sorted(set(in_catalogue()) - set(in_code())) == []


def test_english_texts_are_english_and_chinese_ones_are_not_left_english():
    han = re.compile(r"[\u4e00-\u9fff]")
    assert [text for text in in_code() if han.search(text) and not re.search("[A-Za-z]", text)] == []
    words = {
        text: said for text, said in in_catalogue().items() if re.search(r"[a-z]{3}", re.sub(r"\{\w+\}", "", text))
    }
    assert {text: said for text, said in words.items() if said == text} == {}


# --- speaking ---------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def chinese():
    yield
    i18n.use("zh")


def test_english_is_the_text_itself():
    i18n.use("en")
    assert {text for text in in_code() if i18n._(text) != text} == set()


@pytest.mark.parametrize("asked", ["fr", "", "zh_CN", "<script>"])
def test_an_unknown_language_is_chinese(asked):
    i18n.use(asked)
    assert i18n.language() == "zh"
    assert i18n._("Overview") == "总览"


def test_a_text_that_nobody_translated_is_said_as_it_is():
    assert i18n._("Nobody ever wrote this") == "Nobody ever wrote this"


def test_every_measure_has_its_chinese():
    from queries.measures import MEASURES

    chinese = in_catalogue()
    assert [key for key, m in MEASURES.items() if not (chinese.get(m.label) and chinese.get(m.why))] == []
