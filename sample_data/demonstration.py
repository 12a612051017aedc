"""示范区: an invented district with every planted problem; PLANTED.md."""

import numpy as np
import pandas as pd

from sample_data import casework, complaints, disputes, people, planted, points, steps, words
from sample_data.calendar import monthly
from sample_data.places import DEMONSTRATION as HERE

CASES, COMPLAINTS = 60_000, 60_000
VOLUNTEERS = 60
COURT = "示01"
PROGRAMME = "诉前联调"
REGISTRATION, TRIAGE, APPRAISAL, MEDIATION, CONFIRMATION = "登记", "分流", "评估鉴定", "调解", "司法确认"
STUDIOS = ("老周", "兰姐", "红叶", "同心", "百姓")


def make(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """The rows of the district, by table."""
    pools = points.pools(rng, HERE, 0.2)
    bodies = people.organisations(HERE, HERE.names, 8, 3, 4, 2, STUDIOS)
    roll = people.mediators(
        rng,
        HERE,
        bodies,
        people.shared_out(planted.MEDIATORS, HERE.shares),
        people.shared_out(VOLUNTEERS, HERE.shares),
        24,
    )
    cases = _concluded(rng, _received(rng, pools, roll, bodies))
    followed, way = _programme(rng, disputes.followed_up(rng, cases, words.DISPUTES, COURT))
    return {
        "cases": followed,
        "case_steps": way,
        "complaints": _complaints(rng, pools, followed),
        "mediators": people.lapsed(rng, roll, suspended=4, listed=3),
        "organisations": bodies,
    }


def _received(
    rng: np.random.Generator, pools: list[points.Pool], roll: pd.DataFrame, bodies: pd.DataFrame
) -> pd.DataFrame:
    """All cases with what was known on arrival: those of everyday, and those of the planted clusters."""
    everyday = (CASES - planted.expected_extra()) * HERE.shares
    street, opened = monthly(rng, everyday * rng.normal(1, 0.02, len(everyday)), planted.factors())
    arrivals = [(street, opened, points.draw(rng, pools, street))]
    arrivals += [planted.extra(rng, cluster, pools[cluster.position]) for cluster in planted.CLUSTERS]
    streets, times, places = zip(*arrivals, strict=True)
    place = {name: np.concatenate([each[name] for each in places]) for name in places[0]}
    frame = disputes.located(rng, HERE, np.concatenate(streets), place)
    kind = disputes.kinds_of(rng, disputes.mix(rng, len(pools), words.DISPUTES), frame["position"].to_numpy())
    frame = disputes.received(rng, disputes.described(rng, frame, kind, words.DISPUTES), np.concatenate(times))
    frame = frame.assign(case_id=people.numbered(f"{HERE.prefix}-C", len(frame)))
    return casework.assigned(rng, frame, roll, bodies, 0.825, 0.05)


def _concluded(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    frame = disputes.closed(rng, disputes.handled(rng, frame, words.DISPUTES, disputes.pace(frame)))
    weak = frame["mediator_id"].isin(planted.WEAK_MEDIATORS)
    base = 1 - np.where(weak, planted.WEAK_SUCCESS, planted.SUCCESS)
    hard = pd.Series(np.array([kind.hard for kind in words.DISPUTES])[frame["kind"]])
    return disputes.concluded(rng, frame, base * (hard / hard.groupby(frame["position"]).transform("mean")).to_numpy())


def _programme(rng: np.random.Generator, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A fifth of the cases take the programme; some of them end in a suit instead of failing silently."""
    chosen = rng.random(len(frame)) < np.where(frame["track"] == "judicial", 0.75, 0.12)
    sued = (frame["outcome"] == "mediated").to_numpy() & chosen & (rng.random(len(frame)) < 0.045)
    frame = _sued(rng, frame.assign(programme=disputes.only(chosen, PROGRAMME)), sued)
    return frame, _path(rng, frame[chosen])


def _sued(rng: np.random.Generator, frame: pd.DataFrame, sued: np.ndarray) -> pd.DataFrame:
    nothing = {
        name: frame[name].mask(sued)
        for name in ("amount_paid", "amount_waived", "performed_at", "enforcement_at", "reopened_at")
    }
    filed = np.where(sued, frame["closed_at"].to_numpy("datetime64[s]"), frame["filed_at"].to_numpy("datetime64[s]"))
    frame = frame.assign(outcome=frame["outcome"].mask(sued, "filed"), **nothing)
    return disputes.with_filing(frame, filed, COURT)


def _path(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """登记 → 分流 → (评估鉴定 →) 调解 → 司法确认; withdrawn and transferred cases leave at 分流."""
    n, outcome = len(frame), frame["outcome"].fillna("").to_numpy(object)
    early = np.isin(outcome, ["withdrawn", "transferred"]) & (rng.random(n) < 0.7)
    appraised = ~early & (rng.random(n) < np.where(frame["amount_claimed"] > 20_000, 0.35, 0.06))
    confirmed = np.isin(outcome, ["mediated", "unknown", ""]) & (rng.random(n) < 0.6)
    names = np.column_stack(
        [
            np.full(n, REGISTRATION),
            np.full(n, TRIAGE),
            np.where(appraised, APPRAISAL, ""),
            np.where(early, "", MEDIATION),
            np.where(confirmed, CONFIRMATION, ""),
        ]
    ).astype(object)
    opened, ends = (frame[name].to_numpy("datetime64[s]") for name in ("opened_at", "ends"))
    ends = np.where(np.isnat(ends), opened + disputes.days(rng.exponential(900, n) + 30), ends)
    until = _times(rng, opened, ends, names != "")
    return steps.path(
        frame["case_id"].to_numpy(object),
        PROGRAMME,
        names,
        _lost(until, names, frame),
        disputes.only(outcome != "", outcome),
        opened,
    )


def _times(rng: np.random.Generator, opened: np.ndarray, ends: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """When each step is left: shares of the time the case takes; a step not taken ends when it begins."""
    weights = np.array([0.05, 0.12, 0.35, 0.6, 0.2]) * np.exp(rng.normal(0, 0.35, taken.shape)) * taken
    share = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
    return opened[:, None] + (share * (ends - opened).astype(float)[:, None]).round().astype("timedelta64[s]")


def _lost(until: np.ndarray, names: np.ndarray, frame: pd.DataFrame) -> np.ndarray:
    """The last step of a case that ended nobody knows how, or never ends, has no end either."""
    open_end = (frame["outcome"] == "unknown").to_numpy() | frame["ends"].isna().to_numpy()
    last = names.shape[1] - 1 - np.argmax((names != "")[:, ::-1], axis=1)
    columns = np.arange(names.shape[1])
    return np.where(open_end[:, None] & (columns >= last[:, None]), disputes.NEVER, until)


def _complaints(rng: np.random.Generator, pools: list[points.Pool], cases: pd.DataFrame) -> pd.DataFrame:
    originals = COMPLAINTS * 0.91 * HERE.shares * rng.normal(1, 0.04, len(pools))
    street, opened = monthly(rng, originals)
    frame = complaints.complaints(rng, HERE, street, opened, points.draw(rng, pools, street))
    frame = disputes.closed(rng, complaints.taken_up(rng, frame, 0.012))
    return complaints.linked(complaints.called_back(rng, frame), cases)
