"""docs/deadlines.md against the rulebook: every rule, its articles and every field of a rule stand there."""

import re

import pytest

from cockpit.deadlines import rules
from cockpit.settings import PROJECT

TEXT = (PROJECT / "docs" / "deadlines.md").read_text(encoding="utf-8")
BOOK = rules.read(rules.BOOK)
ROWS = [line for line in TEXT.splitlines() if line.startswith("| `")]
BOUND = [rule for rule in BOOK.rules if rule.unbound is None]
SETTABLE = set(rules.Rule.model_fields) - {
    "key",
    "name",
    "basis",
    "length",
    "unit",
    "table",
    "start",
    "ends",
    "applies",
}


@pytest.mark.parametrize("key", sorted({rule.key for rule in BOUND}))
def test_a_rule_stands_in_the_table_with_its_articles(key):
    row = next(line for line in ROWS if f"`{key}`" in line)
    rows = " ".join(line for line in ROWS if f"`{key}`" in line)
    rows += " ".join(line for line in ROWS if "as `order.issue`" in row and "`order.issue`" in line)
    for rule in BOUND:
        if rule.key == key:
            assert all(re.search(rf"\b{basis.article}\b", rows) for basis in rule.basis), rule.basis
            assert str(rule.length) in row


@pytest.mark.parametrize("key", sorted({rule.key for rule in BOOK.rules if rule.unbound is not None}))
def test_what_binds_nothing_is_named(key):
    assert f"`{key}`" in TEXT.partition("bind nothing")[2].partition("## A rule")[0]


def test_the_table_names_no_rule_that_is_not_there():
    named = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", " ".join(ROWS)))
    assert named <= {rule.key for rule in BOOK.rules}


@pytest.mark.parametrize("field", sorted(SETTABLE))
def test_a_field_of_a_rule_has_its_line(field):
    assert any(line.startswith(f"| `{field}` |") for line in ROWS)


def test_the_example_of_the_document_is_a_rulebook(tmp_path):
    file = tmp_path / "rules.toml"
    file.write_text(TEXT.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    whole = rules.joined(BOOK, rules.read(file), file)
    assert whole.rules[-1].key == "hotline.answer"
