"""What the words of foreign files mean in ours: closed or open, yes or no, how a dispute ended."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from cockpit.intake.checking.casts import NO, YES
from cockpit.intake.mapping import ANY
from cockpit.intake.suggesting.profile import plain

Words = Mapping[str, str]


MEANINGS: dict[str, Words] = {
    column: {word: ours for ours, words in groups.items() for word in words}
    for column, groups in tomllib.loads(Path(__file__).with_name("meanings.toml").read_text("utf-8")).items()
}
ELSE: dict[str, str] = {"status": "open", "outcome": "unknown", "satisfied": "", "solved": "", "contacted": ""}
"""What every word that is not listed becomes; an empty text is nothing."""
ANSWERS = dict.fromkeys((*YES, "有", "√", "对"), "true") | dict.fromkeys((*NO, "无", "×", "不是", "没有"), "false")


def of(table: str, column: str) -> Words:
    """Their word, in lower case → ours, for a column that takes few words or yes and no; empty for the others."""
    return MEANINGS.get(f"{table}.{column}") or MEANINGS.get(column, {})


def known(table: str, column: str, flag: bool, words: Iterable[str], turned: bool = False) -> dict[str, str]:
    """Those of the words whose meaning for the column is known. ``turned``: yes means no, as in 是否按时办结."""
    meanings = dict(of(table, column))
    if flag:
        answers = {word: _turned(ours) for word, ours in ANSWERS.items()} if turned else ANSWERS
        meanings = answers | meanings
    return {word: meanings[said] for word in words if (said := _said(word, meanings)) is not None}


def _turned(flag: str) -> str:
    return "false" if flag == "true" else "true"


def _said(word: str, meanings: Words) -> str | None:
    """The word as it is listed: as written, or without what stands in brackets behind it."""
    said = plain(word)
    bare = said.partition("(")[0].strip()
    return next((one for one in (said, bare) if one in meanings), None)


def rest(column: str, unknown: bool) -> dict[str, str]:
    """What stands for any other word: always where a column has such a rule."""
    return {ANY: ELSE[column]} if column in ELSE and (unknown or column in ("status", "outcome")) else {}
