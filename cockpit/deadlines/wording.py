"""Terms in words: how long, by which article, what moved them, how many days are left. Plain text; pages escape it."""

from collections.abc import Sequence

import pandas as pd

from cockpit import format
from cockpit.deadlines.rules import Rule, Version, version_of
from cockpit.deadlines.terms import STATES
from cockpit.i18n import _, language
from queries.measures import BESIDE
from queries.words import N_

GLYPHS = {"over": "●", "today": "◐", "three": "◐", "seven": "◐", "later": "○", "none": "○"}
LABELS = {state: BESIDE[state].label for state in STATES[:-1]} | {"none": N_("Without a term")}
LENGTHS = {"calendar": N_("{n} calendar days"), "working": N_("{n} working days"), "months": N_("{n} months")}
KINDS = {
    "duty": N_("Duty: can be overdue"),
    "right": N_("Its end has legal effect; never overdue"),
    "unsanctioned": N_("Duty without a rule for lateness; never overdue"),
}
EXTENSIONS = {"consent": N_("by consent"), "granted": N_("as granted")}


def label(state: str) -> str:
    return _(LABELS[state])


def marked(state: str) -> str:
    """A state with its glyph: ● 已超期."""
    return f"{GLYPHS[state]} {label(state)}"


def left(days: float, state: str, halted: bool, usual: bool = False) -> str:
    """● 超 19 天, ● 超一般期限 19 天, ◐ 今日到期, ○ 剩 9 天, ○ 中止，剩 9 天, ○ 无期限."""
    return f"{GLYPHS[state]} {_left(days, state, halted, usual)}"


def _left(days: float, state: str, halted: bool, usual: bool) -> str:
    if state == "none":
        return _("no term")
    if format.missing(days):
        return _("overdue, as the source says")
    if days < 0 and usual:
        return _("{n} days over the usual time").format(n=format.number(-days))
    if days < 0:
        return _("{n} days over").format(n=format.number(-days))
    if halted:
        return _("paused, {n} days left").format(n=format.number(days))
    return _("due today") if days == 0 else _("{n} days left").format(n=format.number(days))


def length(rule: Rule) -> str:
    return _(LENGTHS[rule.unit]).format(n=format.number(rule.length))


def extension(rule: Rule) -> str:
    if rule.extends is not None:
        return str(rule.extends)
    if isinstance(rule.extension, str):
        return _(EXTENSIONS[rule.extension])
    return _("at most {n} days").format(n=format.number(rule.extension)) if rule.extension else format.DASH


def article(number: str) -> str:
    return f"第{number}条" if language() == "zh" else f"art. {number}"


def basis(version: Version | None) -> str:
    """信访工作条例第34条; of the source's own term that it is that."""
    if version is None:
        return _("Term set by the source")
    apart = "" if language() == "zh" else " "
    return f"{version.law.name}{apart}{article(version.article)}{version.part or ''}"


def separator() -> str:
    """Between two articles."""
    return "；" if language() == "zh" else "; "


def text_version(version: Version) -> str:
    """Which text of the law: 2022年（2022年5月1日起施行）."""
    return _("{text}, in force from {day}").format(text=version.law.text, day=format.day(version.law.since))


def matter(version: Version | None, paused: int, extended: int) -> str:
    """信访事项办结 60 日 · 延长 30 日 · 不计入 12 日."""
    parts = [_("Due time") if version is None else f"{version.rule.name} {length(version.rule)}"]
    parts += [_("extended {n} days").format(n=format.number(extended))] if extended else []
    parts += [_("paused {n} days").format(n=format.number(paused))] if paused else []
    return " · ".join(parts)


def worded(
    frame: pd.DataFrame, versions: tuple[Version, ...], late: Sequence[tuple[int, ...]] | None = None
) -> pd.DataFrame:
    """Rows of a board or of its terms with left, matter and basis in words; the last day of a paused one is missing.

    ``late``: of each row the versions of all its overdue duties, which the basis names too.
    """
    known = [None if format.missing(place) else version_of(int(place), versions) for place in frame["version"]]
    none = frame["version"].isna().to_numpy()
    rows = zip(known, frame["paused"], frame["extended"], none, strict=True)
    named = [
        [one, *(version_of(place, versions) for place in dict.fromkeys(more) if place != own)]
        for one, own, more in zip(known, frame["version"], late or [()] * len(known), strict=True)
    ]
    usual = [one is not None and one.rule.usual for one in known]
    states = zip(frame["left"], frame["state"], frame["halted"].notna(), usual, strict=True)
    return frame.assign(
        left_words=[left(*row) for row in states],
        matter=[
            format.DASH if empty else matter(one, int(paused), int(extended)) for one, paused, extended, empty in rows
        ],
        basis=[
            format.DASH if empty else separator().join(map(basis, several))
            for several, empty in zip(named, none, strict=True)
        ],
        text=[separator().join(text_version(one) for one in several if one) for several in named],
        last=frame["last"].mask(frame["halted"].notna()),
        days_left=frame["left"],
    )
