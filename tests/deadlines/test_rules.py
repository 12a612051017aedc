"""The rulebook: what it must have, what changed when, and how a place adds to it."""

from datetime import date
from itertools import groupby

import pytest

from cockpit import i18n
from cockpit.deadlines import rules, wording
from cockpit.errors import RulesError
from cockpit.settings import settings

VERSIONS = rules.versions(rules.read(rules.BOOK))

OWN = """
[laws.hotline]
name = { zh = "区12345办理规范", en = "Hotline rules of the district" }
text = { zh = "2023年", en = "2023" }
since = 2023-07-01
source = "区政办〔2023〕1号"

[[rules]]
key = "hotline.answer"
name = { zh = "热线工单答复", en = "Answer the call" }
basis = [{ law = "hotline", article = "5" }]
length = 5
unit = "working"
table = "complaints"
start = "opened_at"
ends = ["closed_at"]
applies = [{ channel = ["12345热线"] }]
"""

STATUTES = {  # measures of the law: key → (article, from, days or months, extension)
    "petition.register": [("21", 2005, 15, 0), ("22", 2022, 15, 0)],
    "petition.notify": [("21", 2005, 15, 0), ("23", 2022, 15, 0)],
    "petition.objection": [("23", 2022, 5, 0)],
    "petition.close": [("33", 2005, 60, 30), ("34", 2022, 60, 30)],
    "petition.request_review": [("34", 2005, 30, 0), ("35", 2022, 30, 0)],
    "petition.request_second_review": [("35", 2005, 30, 0), ("36", 2022, 30, 0)],
    "petition.review": [("34", 2005, 30, 0), ("35", 2022, 30, 0)],
    "petition.second_review": [("35", 2005, 30, 0), ("36", 2022, 30, 0)],
    "mediation.people": [("33", 2002, 1, "granted")],
    "mediation.delegated": [("27", 2016, 30, "consent")],
    "confirmation.decide": [("5", 2011, 15, 10)],
    "confirmation.special": [("180", 2017, 30, "granted"), ("187", 2022, 30, "granted"), ("187", 2024, 30, "granted")],
    "confirmation.apply": [("33", 2011, 30, 0)],
    "confirmation.apply_other": [("194", 2017, 30, 0), ("201", 2022, 30, 0), ("205", 2024, 30, 0)],
    "order.accept": [("215", 2017, 5, 0), ("222", 2022, 5, 0), ("226", 2024, 5, 0)],
    "order.issue": [("216", 2017, 15, 0), ("223", 2022, 15, 0), ("227", 2024, 15, 0)],
    "order.serve": [("432", 2015, 30, 0), ("430", 2022, 30, 0)],
    "order.debtor": [("216", 2017, 15, 0), ("223", 2022, 15, 0), ("227", 2024, 15, 0)],
    "preservation.sue": [("101", 2017, 30, 0), ("104", 2022, 30, 0), ("104", 2024, 30, 0)],
    "enforcement.close": [("5", 2000, 6, "granted")],
}


@pytest.mark.parametrize("key", STATUTES)
def test_a_rule_says_article_text_length_and_extension(key):
    found = [one for one in VERSIONS if one.rule.key == key]
    said = [(one.article, one.since.year, one.rule.length, one.rule.extension) for one in found]
    assert said == STATUTES[key]


def test_the_texts_of_a_rule_follow_each_other_without_a_gap():
    for key, group in groupby(sorted(VERSIONS, key=lambda one: (one.rule.key, one.since)), lambda one: one.rule.key):
        versions = list(group)
        assert [one.until for one in versions[:-1]] == [one.since for one in versions[1:]], key
        assert versions[-1].until is None, key


def test_terms_of_courts_roll_and_those_of_petitions_do_not():
    rolls = {one.rule.key.split(".")[0] for one in VERSIONS if one.rule.rolls}
    assert "petition" not in rolls
    assert {"order", "preservation", "confirmation"} <= rolls


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_speaks_both_languages(language):
    i18n.use(language)
    for one in VERSIONS:
        said = " ".join([wording.basis(one), wording.text_version(one), str(one.rule.name), wording.length(one.rule)])
        assert any("\u4e00" <= sign <= "\u9fff" for sign in said) == (language == "zh"), said
    i18n.use("zh")


@pytest.mark.parametrize(
    ("key", "basis", "most"),
    [
        ("order.serve", "民事诉讼法司法解释第430条第（二）项", "—"),
        ("petition.close", "信访工作条例第34条", "至多 30 日"),
        ("mediation.people", "人民调解工作若干规定第33条", "条文未定"),
        ("mediation.delegated", "特邀调解规定第27条", "双方同意，不限"),
        ("confirmation.special", "民事诉讼法第187条", "院长批准"),
    ],
)
def test_article_and_extension_in_words(key, basis, most):
    last = [one for one in VERSIONS if one.rule.key == key][-1]
    assert (wording.basis(last), wording.extension(last.rule)) == (basis, most)


def test_what_takes_a_month_as_a_rule_is_over_the_usual_time():
    assert wording.left(-3, "over", False, usual=True) == "● 超一般期限 3 天"
    assert wording.left(-3, "over", False) == "● 超 3 天"


def test_what_nothing_can_start_says_why():
    unbound = {one.rule.key for one in VERSIONS if one.rule.unbound is not None}
    assert {"enforcement.close", "confirmation.apply", "petition.request_review"} <= unbound
    assert all(one.rule.table or one.rule.unbound for one in VERSIONS)


@pytest.fixture
def own(tmp_path, monkeypatch):
    def write(text: str):
        file = tmp_path / "rules.toml"
        file.write_text(text, encoding="utf-8")
        monkeypatch.setenv("COCKPIT_RULES", str(file))
        settings.cache_clear()
        rules._book.cache_clear()
        return file

    yield write
    settings.cache_clear()
    rules._book.cache_clear()


def test_a_place_adds_rules_of_its_own(own):
    own(OWN)
    added = rules.versions(rules.book())[len(VERSIONS) :]
    assert [(one.rule.key, wording.basis(one), one.since) for one in added] == [
        ("hotline.answer", "区12345办理规范第5条", date(2023, 7, 1))
    ]


def test_a_place_says_which_terms_of_the_common_book_a_pause_moves(own):
    own('pauses = ["petition.close"]')
    paused = {rule.key for rule in rules.book().rules if rule.pauses}
    assert paused == {"petition.close", "mediation.delegated", "mediation.entrusted"}
    assert {rule.key for rule in rules.read(rules.BOOK).rules if rule.pauses} == paused - {"petition.close"}


BROKEN = {
    "a pause of a term that does not exist": ('pauses = ["petition.finish"]', "petition.finish"),
    "no TOML": ("[[rules", "TOML"),
    "an unknown column": (OWN.replace('"opened_at"', '"arrived_at"'), "arrived_at"),
    "an unknown table": (OWN.replace('"complaints"', '"calls"'), "table is one of"),
    "no end": (OWN.replace('ends = ["closed_at"]', ""), "ends"),
    "an unknown law": (OWN.replace('law = "hotline"', 'law = "phone"'), "phone"),
    "an unknown unit": (OWN.replace('"working"', '"weeks"'), "unit"),
    "a field that does not exist": (OWN + 'until = "x"\n', "until"),
    "a length of nothing": (OWN.replace("length = 5", "length = 0"), "length"),
    "neither bound nor said why not": (OWN.replace('table = "complaints"', ""), "table is one of"),
    "two versions at once": (OWN + OWN[OWN.index("[[rules]]") :], "hotline.answer"),
    "a key of the common book": (OWN.replace("hotline.answer", "petition.close"), "petition.close"),
    "a law that ends before it begins": (OWN.replace("since = 2023", "until = 2020-01-01\nsince = 2023"), "until"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_makes_no_sense_is_named_with_its_fault(own, case):
    text, fault = BROKEN[case]
    file = own(text)
    with pytest.raises(RulesError) as problem:
        rules.book()
    assert file.name in str(problem.value)
    assert fault in str(problem.value)


def test_a_file_that_is_not_there_is_named(own, tmp_path):
    own(OWN).unlink()
    with pytest.raises(RulesError, match=r"rules\.toml"):
        rules.book()
