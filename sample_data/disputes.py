"""The life of dispute cases: received, handled, concluded, followed up. Frames in the making, one row a case.

Beside the columns of ``cases`` a frame carries ``position`` (of its street in the district) and ``kind`` (of its
category in the list it was drawn from) until it is written.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sample_data import words
from sample_data.calendar import END, clock, office_time
from sample_data.places import District

NEVER = np.datetime64("NaT", "s")
NO_COORDINATES, NO_STREET, NO_COMMUNITY = 0.035, 0.009, 0.012
ENDINGS = {"withdrawn": 0.034, "transferred": 0.022, "unknown": 0.006}
"""Of the closed cases; the rest ended in mediation."""
STUCK = 0.0012
"""Cases that nobody closes."""
DAY = np.timedelta64(86_400, "s")


def days(amount: np.ndarray) -> np.ndarray:
    return (amount * 86_400).astype("timedelta64[s]")


def only(chosen: np.ndarray | pd.Series, value: object) -> np.ndarray:
    """``value``, one for all or one for each, where chosen; None elsewhere."""
    result = np.full(len(chosen), None, object)
    result[chosen] = value[chosen] if isinstance(value, np.ndarray) else value
    return result


def pick(rng: np.random.Generator, n: int, weights: Mapping[str, float]) -> np.ndarray:
    share = np.array(list(weights.values()), float)
    return np.array(list(weights), object)[rng.choice(len(share), n, p=share / share.sum())]


def mix(rng: np.random.Generator, streets: int, kinds: Sequence[words.Kind], spread: float = 0.3) -> np.ndarray:
    """Share of each kind (columns) in each street (rows): every street has a case mix of its own."""
    weights = np.array([kind.weight for kind in kinds]) * np.exp(rng.normal(0, spread, (streets, len(kinds))))
    return weights / weights.sum(axis=1, keepdims=True)


def kinds_of(rng: np.random.Generator, shares: np.ndarray, street: np.ndarray) -> np.ndarray:
    """The position of a kind for each record, by the mix of its street."""
    limits = np.cumsum(shares, axis=1)[street]
    return np.minimum((rng.random(len(street))[:, None] > limits).sum(axis=1), shares.shape[1] - 1)


def located(
    rng: np.random.Generator, district: District, street: np.ndarray, place: dict[str, np.ndarray]
) -> pd.DataFrame:
    """Where the records are, with what real registers leave out: coordinates, street, community."""
    n = len(street)
    frame = pd.DataFrame(
        {"position": street, "district": district.name, "street": np.array(district.names, object)[street], **place}
    )
    no_street = rng.random(n) < NO_STREET
    no_point = (rng.random(n) < NO_COORDINATES) | (no_street & (rng.random(n) < 0.5))
    frame.loc[no_point, ["lon", "lat"]] = np.nan
    frame.loc[no_point, "cell"] = None
    frame.loc[no_street | (rng.random(n) < NO_COMMUNITY), "community"] = None
    frame.loc[no_street, "street"] = None
    return frame


def described(
    rng: np.random.Generator, frame: pd.DataFrame, kind: np.ndarray, kinds: Sequence[words.Kind]
) -> pd.DataFrame:
    """Adds category and subcategory."""
    names = np.array([each.name for each in kinds], object)[kind]
    sizes = np.array([len(each.parts) for each in kinds])
    parts = np.array([list(each.parts) + [None] * (sizes.max() - len(each.parts)) for each in kinds], object)
    chosen = parts[kind, (rng.random(len(kind)) ** 1.4 * sizes[kind]).astype(int)]
    return frame.assign(kind=kind, category=names, subcategory=only(rng.random(len(kind)) > 0.03, chosen))


def received(rng: np.random.Generator, frame: pd.DataFrame, opened: np.ndarray) -> pd.DataFrame:
    """Adds arrival, channel and track; in the order of arrival."""
    channel = pick(rng, len(frame), words.DISPUTE_CHANNELS)
    by_people = np.where(rng.random(len(frame)) < 0.9, "people", "administrative")
    by_office = np.where(rng.random(len(frame)) < 0.6, "administrative", "people")
    track = np.where(np.isin(channel, words.ADMINISTRATIVE), by_office, by_people)
    track = np.where(np.isin(channel, words.JUDICIAL), "judicial", track)
    frame = frame.assign(opened_at=opened, channel=channel, track=track)
    return frame.sort_values("opened_at", kind="stable", ignore_index=True)


def pace(frame: pd.DataFrame) -> np.ndarray:
    """How much longer than the typical time each track takes."""
    return frame["track"].map({"people": 0.9, "administrative": 1.05, "judicial": 1.4}).to_numpy(float)


def handled(
    rng: np.random.Generator, frame: pd.DataFrame, kinds: Sequence[words.Kind], slower: np.ndarray | float = 1
) -> pd.DataFrame:
    """Adds acceptance, due time and ``ends``: when it will be closed, also after the data end; NaT where never."""
    n, kind, opened = len(frame), frame["kind"].to_numpy(), frame["opened_at"].to_numpy("datetime64[s]")
    typical = np.array([each.days for each in kinds])[kind] * slower
    accepted = opened + days(0.05 + rng.exponential(0.7, n))
    ends = office_time(rng, opened + days(typical * np.exp(rng.normal(0, 0.62, n))))
    ends = np.maximum(ends, accepted + days(0.05 + 0.2 * rng.random(n)))
    ends[rng.random(n) < STUCK] = NEVER
    due = opened.astype("datetime64[D]") + np.array([each.term for each in kinds])[kind]
    due[rng.random(n) < 0.03] = NEVER
    accepted[(rng.random(n) < 0.015) | (accepted >= END)] = NEVER
    return frame.assign(accepted_at=accepted, due_at=due, ends=ends)


def closed(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """Adds closing time and status as the data date knows them, and the source's own overdue flag on a few."""
    ends = frame["ends"].to_numpy("datetime64[s]")
    shut = ends < END
    late = np.where(shut, ends, END) >= frame["due_at"].to_numpy("datetime64[s]") + DAY
    flagged = (rng.random(len(frame)) < 0.04) & frame["due_at"].notna().to_numpy()
    return frame.assign(
        closed_at=np.where(shut, ends, NEVER),
        status=np.where(shut, "closed", "open"),
        overdue=pd.arrays.BooleanArray(late, ~flagged),
    )


def concluded(rng: np.random.Generator, frame: pd.DataFrame, failing: np.ndarray | float) -> pd.DataFrame:
    """Adds the outcome of the closed cases; ``failing``: chance of each that mediation fails."""
    n = len(frame)
    luck, outcome = rng.random(n), np.where(rng.random(n) < failing, "failed", "mediated").astype(object)
    limit = 0.0
    for name, share in ENDINGS.items():
        outcome[(luck >= limit) & (luck < limit + share)] = name
        limit += share
    return without_time(rng, frame.assign(outcome=only(frame["status"] == "closed", outcome)))


def concluded_exactly(rng: np.random.Generator, frame: pd.DataFrame, mediated: int, failed: int) -> pd.DataFrame:
    """The same with given numbers of mediated and failed cases; all other closed ones were withdrawn or transferred."""
    rows = rng.permutation(np.flatnonzero(frame["status"] == "closed"))
    outcome = np.full(len(frame), None, object)
    outcome[rows] = rng.choice(["withdrawn", "transferred"], len(rows))
    outcome[rows[:mediated]], outcome[rows[mediated : mediated + failed]] = "mediated", "failed"
    return frame.assign(outcome=outcome)


def without_time(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """Of the cases with unknown outcome some lack the closing time too."""
    lost = (frame["outcome"] == "unknown").to_numpy() & (rng.random(len(frame)) < 0.5)
    return frame.assign(closed_at=np.where(lost, NEVER, frame["closed_at"].to_numpy("datetime64[s]")))


def followed_up(
    rng: np.random.Generator, frame: pd.DataFrame, kinds: Sequence[words.Kind], court: str | None = None
) -> pd.DataFrame:
    """Adds amounts, performance, enforcement, relapses and, where a court is named, suits after failed mediation."""
    frame = _claims(rng, frame, np.array([each.claim for each in kinds])[frame["kind"].to_numpy()])
    end = frame["closed_at"].to_numpy("datetime64[s]")
    agreed = (frame["outcome"] == "mediated").to_numpy()
    owed = agreed & frame["amount_claimed"].notna().to_numpy()
    performs = rng.random(len(frame)) < 0.86
    frame = frame.assign(
        performed_at=after(rng, end, 14, owed & performs),
        enforcement_at=after(rng, end + 30 * DAY, 50, owed & ~performs & (rng.random(len(frame)) < 0.12)),
        reopened_at=after(rng, end, 55, agreed & (rng.random(len(frame)) < 0.032)),
    )
    if court is None:
        return frame
    sues = (frame["outcome"] == "failed").to_numpy() & (rng.random(len(frame)) < 0.35)
    return with_filing(frame, after(rng, end + 3 * DAY, 12, sues), court)


def _claims(rng: np.random.Generator, frame: pd.DataFrame, typical: np.ndarray) -> pd.DataFrame:
    n = len(frame)
    claimed = np.round(typical * np.exp(rng.normal(0, 0.9, n)), -1)
    claimed[(typical == 0) | (rng.random(n) < 0.25)] = np.nan
    agreed = np.where(frame["outcome"] == "mediated", claimed, np.nan)
    paid = np.round(agreed * rng.beta(9, 1.6, n), 2)
    waived = np.where(rng.random(n) < 0.3, np.round((agreed - paid) * rng.random(n), 2), np.nan)
    return frame.assign(amount_claimed=claimed, amount_paid=paid, amount_waived=waived)


def after(rng: np.random.Generator, start: np.ndarray, mean: float, chosen: np.ndarray) -> np.ndarray:
    """A working-hours moment some days after ``start`` for the chosen; NaT for the others and past the data end."""
    moment = (start + days(1 + rng.exponential(mean, len(start)))).astype("datetime64[D]") + clock(rng, len(start))
    return np.where(chosen & (moment < END), moment, NEVER)


def with_filing(frame: pd.DataFrame, filed: np.ndarray, court: str) -> pd.DataFrame:
    """Adds filing time and number, such as （2023）示01民初12号, numbered within the year."""
    year = pd.Series(filed).dt.year
    number = pd.Series(filed).groupby(year).rank(method="first")
    name = [None if np.isnan(y) else f"（{y:.0f}）{court}民初{i:.0f}号" for y, i in zip(year, number, strict=True)]
    return frame.assign(filed_at=filed, filing_no=np.array(name, object))
