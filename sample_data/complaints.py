"""The life of complaints and petitions: received, repeated, handled, called back."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sample_data import words
from sample_data.calendar import END, clock, office_time
from sample_data.disputes import NEVER, days, described, handled, kinds_of, located, mix, only, pick
from sample_data.places import District

KINDS = words.COMPLAINTS
BUREAU = dict(zip((kind.name for kind in KINDS), (5, 2, 1, 3, 4, 6, 2, 7, 9, 6, 0), strict=True))
"""Which of words.BODIES answers for a category."""


def complaints(
    rng: np.random.Generator,
    district: District,
    street: np.ndarray,
    opened: np.ndarray,
    place: dict[str, np.ndarray],
    repeats: float = 0.095,
    slower: float = 1.0,
) -> pd.DataFrame:
    """Complaints in the order of arrival, with identifiers; ``repeats``: share of those made by complaining again."""
    frame = located(rng, district, street, place)
    kind = kinds_of(rng, mix(rng, len(district.streets), KINDS, 0.25), street)
    frame = described(rng, frame, kind, KINDS)
    frame = frame.assign(
        organisation=_responsible(rng, frame), opened_at=opened, parent=-1, nature=pick(rng, len(frame), words.NATURES)
    )
    frame = _repeated(rng, frame, repeats)
    n = len(frame)
    frame = frame.assign(channel=pick(rng, n, words.COMPLAINT_CHANNELS), people_count=_people(rng, n), backlog=False)
    return handled(rng, identified(district.prefix, frame), KINDS, slower)


def _responsible(rng: np.random.Generator, frame: pd.DataFrame) -> np.ndarray:
    """The street's own office or the bureau that answers for the category."""
    bureau = frame["district"] + np.array(words.BODIES, object)[frame["category"].map(BUREAU)]
    own = frame["street"].notna().to_numpy() & (rng.random(len(frame)) < 0.42)
    return np.where(own, frame["street"].fillna("") + "办事处", bureau)


def _people(rng: np.random.Generator, n: int) -> pd.arrays.IntegerArray:
    """Persons: mostly one, sometimes a few, seldom a group; unknown for some."""
    luck = rng.random(n)
    few, group = 2 + rng.geometric(0.5, n), 4 + rng.geometric(0.12, n)
    people = np.select([luck < 0.88, luck < 0.96, luck < 0.975], [1, few, group], 0)
    return pd.arrays.IntegerArray(people.astype(np.int64), people == 0)


def _repeated(rng: np.random.Generator, frame: pd.DataFrame, share: float) -> pd.DataFrame:
    """Adds the same matter again, some of it more than twice; ``parent`` is the row of the complaint it repeats."""
    whole, parents = frame, np.arange(len(frame))
    for part in (0.8 * share, 0.25, 0.25):
        again = _again(rng, whole, _spread(rng, whole["cell"].iloc[parents], parents, part))
        parents = len(whole) + np.arange(len(again))
        whole = pd.concat([whole, again], ignore_index=True)
    return whole


def _spread(rng: np.random.Generator, cell: pd.Series, rows: np.ndarray, share: float) -> np.ndarray:
    """A share of the rows, taken evenly over the cells: repeats crowd nowhere by chance."""
    shuffled = rng.permutation(len(rows))
    in_order = shuffled[np.argsort(cell.fillna("").to_numpy()[shuffled], kind="stable")]
    return np.sort(
        rows[in_order[((np.arange(round(len(rows) * share)) + rng.random()) / share).astype(int) % len(rows)]]
    )


def _again(rng: np.random.Generator, whole: pd.DataFrame, parents: np.ndarray) -> pd.DataFrame:
    opened = whole["opened_at"].to_numpy("datetime64[s]")[parents] + days(6 + rng.exponential(45, len(parents)))
    opened = opened.astype("datetime64[D]") + clock(rng, len(parents))
    again = whole.iloc[parents].assign(opened_at=opened, parent=parents)
    return again[opened < END]


def identified(prefix: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Sorted by arrival, numbered in that order, repeats pointing to the earlier one."""
    order = np.argsort(frame["opened_at"].to_numpy(), kind="stable")
    names = np.empty(len(frame) + 1, object)
    names[order] = [f"{prefix}-P{number:06d}" for number in range(1, len(frame) + 1)]
    names[-1] = None
    return frame.assign(complaint_id=names[:-1], repeat_of=names[frame["parent"]]).iloc[order].reset_index(drop=True)


def called_back(rng: np.random.Generator, frame: pd.DataFrame, solved: float = 0.86) -> pd.DataFrame:
    """Adds the answers of the callback: unknown where nobody asked, or nobody answered that question."""
    n = len(frame)
    asked = (frame["status"] == "closed").to_numpy() & (rng.random(n) < 0.66)
    contacted = rng.random(n) < 0.9
    fixed = rng.random(n) < solved
    pleased = rng.random(n) < np.where(fixed, 0.95, 0.28)
    reached = asked & contacted
    return frame.assign(
        contacted=yes_no(contacted, asked),
        solved=yes_no(fixed, reached & (rng.random(n) < 0.95)),
        satisfied=yes_no(pleased, reached & (rng.random(n) < 0.9)),
    )


def yes_no(answer: np.ndarray, known: np.ndarray) -> pd.arrays.BooleanArray:
    return pd.arrays.BooleanArray(answer.copy(), ~known)


def taken_up(rng: np.random.Generator, frame: pd.DataFrame, share: float) -> pd.DataFrame:
    """Marks some complaints as cases of long standing (积案): slow, a tenth never closed, most led by somebody."""
    backlog = rng.random(len(frame)) < share
    opened, ends = (frame[name].to_numpy("datetime64[s]") for name in ("opened_at", "ends"))
    slow = office_time(rng, opened + 6 * (ends - opened))
    slow[rng.random(len(frame)) < 0.1] = NEVER
    leader = rng.choice(np.array(words.LEADERS, object), len(frame))
    sponsor = only(backlog & (rng.random(len(frame)) < 0.88), leader)
    return frame.assign(backlog=backlog, sponsor=sponsor, ends=np.where(backlog, slow, ends))


def linked(frame: pd.DataFrame, cases: pd.DataFrame, channels: Sequence[str] = ("信访转办",)) -> pd.DataFrame:
    """Adds ``case_id``: each case that came from petitions names the newest complaint of its street before it."""
    handed = cases.loc[cases["channel"].isin(channels) & cases["street"].notna(), ["case_id", "street", "opened_at"]]
    source = frame.loc[frame["street"].notna(), ["complaint_id", "street", "opened_at"]]
    pairs = pd.merge_asof(handed, source, on="opened_at", by="street").dropna().drop_duplicates("complaint_id")
    return frame.assign(case_id=frame["complaint_id"].map(pairs.set_index("complaint_id")["case_id"]))
