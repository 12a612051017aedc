"""People on a page: what they are called there, how they stand, and what of it a viewer without row access may see."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import pandas as pd

from cockpit.analysis.intervals import wilson
from cockpit.analysis.shrinkage import leaderboard
from cockpit.masking import FEWEST, mask
from queries.words import N_

JOINT = "·"
COMPOUND = frozenset(
    [
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "澹台",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "闾丘",
        "令狐",
        "歐陽",
        "東方",
        "獨孤",
        "南宮",
        "聞人",
        "諸葛",
        "尉遲",
        "赫連",
        "澹臺",
        "濮陽",
        "公孫",
        "鐘離",
        "長孫",
        "閭丘",
    ]
)  # surnames of two characters
COUNTS = ["mediated", "concluded"]
ESTIMATE = ["shrunk", "lower", "upper"]

BLOCKS = {"above": N_("above"), "same": N_("no significant difference"), "below": N_("below")}
STATUSES = {"suspended": N_("suspended"), "listed": N_("barred")}
TIERS = {
    "district_centre": N_("District centre"),
    "street_centre": N_("Street centre"),
    "community_station": N_("Community station"),
    "agency": N_("Resident agency"),
    "platform": N_("Specialised platform"),
    "team": N_("Specialised team"),
    "window": N_("Service window"),
    "studio": N_("Personal studio"),
}


def person_label(name: str | None, mediator_id: str) -> str:
    """姓·编号, as people stand in charts for everybody: 徐·007, 欧阳·012; of other scripts the first letter: J·028.

    Signs that are no letters are passed over; a name without any letter leaves the number alone.
    """
    return JOINT.join(part for part in (surname(name), _number(mediator_id)) if part)


def full_label(name: str | None, mediator_id: str) -> str:
    """The full name and the number, for viewers who may see names."""
    return JOINT.join(part for part in (_clean(name), _number(mediator_id)) if part)


def surname(name: str | None) -> str:
    letters = "".join(sign for sign in _clean(name) if unicodedata.category(sign).startswith("L"))
    return letters[:2] if letters[:2] in COMPOUND and len(letters) > 2 else letters[:1].upper()


def _clean(name: str | None) -> str:
    """The name without signs that cannot be seen or that turn the writing round."""
    text = "" if name is None or pd.isna(name) else str(name)
    return " ".join("".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text).split())


def _number(mediator_id: str) -> str:
    """The last digits of the identifier, at most four: no identity number is shown; ? where it may be a name."""
    digits = re.search(r"[0-9]{1,4}$", mediator_id)
    if digits:
        return f"{int(digits[0]):03d}"
    tail = re.sub(r"[^0-9A-Za-z]", "", mediator_id)[-4:]
    return tail if re.search(r"[0-9]", tail) else "?"


def labels(names: Iterable[str | None], ids: Iterable[str], full: bool = False) -> list[str]:
    """The label of each person; those that would be alike are counted: 王·007, 王·007（2）."""
    name_of = full_label if full else person_label
    found = pd.Series([name_of(name, number) for name, number in zip(names, ids, strict=True)], dtype="str")
    again = found.groupby(found).cumcount()
    return [text if not before else f"{text}（{before + 1}）" for text, before in zip(found, again, strict=True)]


def ranked(people: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """``shrinkage.leaderboard`` of the people with concluded cases; computed once for the same numbers."""
    active = people[people["concluded"] > 0].drop(columns="rate", errors="ignore")
    numbers = (active[name].to_numpy(np.int64).tobytes() for name in COUNTS)
    found = _judged(*numbers, minimum)
    return active.iloc[found["row"]].reset_index(drop=True).join(found.drop(columns=["row", *COUNTS]))


@lru_cache(maxsize=256)
def _judged(mediated: bytes, concluded: bytes, minimum: int) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"mediated": np.frombuffer(mediated, np.int64), "concluded": np.frombuffer(concluded, np.int64)}
    )
    return leaderboard(frame.assign(row=np.arange(len(frame))), minimum)


def rated(bodies: pd.DataFrame) -> pd.DataFrame:
    """Organisations with rate, lower and upper (Wilson 95%); NaN without concluded cases."""
    lower, upper = wilson(bodies["mediated"], bodies["concluded"])
    rate = bodies["mediated"] / bodies["concluded"].where(bodies["concluded"] > 0)
    return bodies.assign(rate=rate, lower=lower, upper=upper)


def discreet(frame: pd.DataFrame, among: pd.DataFrame | None = None) -> pd.DataFrame:
    """What a viewer without row access may see of a frame of ``ranked`` or ``rated``.

    Small counts are hidden, and every rate from which one could be worked out: the raw rate and a Wilson interval
    vanish; shrunken estimates, which also lean on everybody else, are rounded to whole per cent. ``among``: all the
    people that stand on the page, of whom the frame holds some; what one table hides must not stand in the other.
    """
    hidden = _masked(frame if among is None else among)
    if among is not None:
        hidden = hidden.take(pd.Index(among["mediator_id"]).get_indexer(frame["mediator_id"])).set_axis(frame.index)
    seen = frame.assign(days=frame["days"].where(hidden["concluded"] >= FEWEST), **hidden)
    for name in frame.columns.intersection(ESTIMATE):
        seen[name] = frame[name].round(2) if "shrunk" in frame.columns else frame[name].mask(hidden["rate"].isna())
    return seen


def _masked(frame: pd.DataFrame) -> pd.DataFrame:
    """concluded, mediated, rate, reopened, reopened_n, reopened_d."""
    counts = frame[["concluded", "rate"]].assign(rate_n=frame["mediated"], rate_d=frame["concluded"])
    hidden = mask(counts.join(frame[["reopened", "reopened_n", "reopened_d"]]))
    return hidden.rename(columns={"rate_n": "mediated"}).drop(columns="rate_d")


def totals(frame: pd.DataFrame, may_see_rows: bool) -> pd.Series:
    """Sums over a frame of people or organisations: concluded, rate with lower and upper (Wilson 95%), reopened,
    reopened_n, reopened_d; NaN where the viewer may not know."""
    sums = {name: int(frame[name].sum()) for name in (*COUNTS, "reopened_n", "reopened_d")}
    share = sums["reopened_n"] / sums["reopened_d"] if sums["reopened_d"] else np.nan
    whole = rated(pd.DataFrame([sums | {"days": np.nan, "reopened": share}]))
    return (whole if may_see_rows else discreet(whole)).iloc[0]


def misread(board: pd.DataFrame, n: int = 3) -> pd.DataFrame:
    """The people whose raw rate lies furthest from the shrunken one."""
    gap = (board["rate"] - board["shrunk"]).abs().dropna()
    return board.loc[gap.sort_values(ascending=False, kind="stable").index[:n]]


def everybody(attributed: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """All people with cases by caseload; what ``ranked`` says is NaN for those that it does not list."""
    judged = ["mediator_id", "rate", "shrunk", "lower", "upper", "rank_lower", "rank_upper", "block"]
    frame = attributed.drop(columns=["rate"], errors="ignore").merge(listed[judged], "left", "mediator_id")
    return frame.sort_values("concluded", ascending=False, kind="stable", ignore_index=True)


def by_caseload(bodies: pd.DataFrame) -> pd.DataFrame:
    """The largest first, those without cases last; those whose cases may not be told stand between them, by name."""
    named = bodies.sort_values("label", kind="stable")
    return named.sort_values(
        "concluded", ascending=False, kind="stable", ignore_index=True, key=lambda n: n.fillna(FEWEST - 1)
    )


def tiers(bodies: pd.DataFrame) -> pd.DataFrame:
    """One row per tier in the order of the 1+5+N, those not on the roll last: organisations, active (with concluded
    cases), mediators, concluded (NaN as soon as that of one organisation is: the sum would tell it)."""
    frame = bodies.assign(organisations=1, active=bodies["concluded"] != 0)
    columns = ["organisations", "active", "mediators", "concluded"]
    summed = frame.groupby("tier", dropna=False)[columns].sum(skipna=False).reset_index()
    order = {tier: position for position, tier in enumerate(TIERS)}
    return summed.sort_values("tier", key=lambda column: column.map(order), ignore_index=True)
