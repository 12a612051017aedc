"""南海区: 访调对接. Reproduces N1 of the published figures: complaints that mediation settled."""

import numpy as np
import pandas as pd

from sample_data import casework, complaints, disputes, ordinary, people, points, words
from sample_data.calendar import between
from sample_data.places import NANHAI as HERE

SETTLED, COMPLAINTS = 13_800, 29_600
THIS_YEAR = np.datetime64("2023-01-01")
FAILED, WAITING = 280, 320
CHANNEL = "信访转办"
DISPUTE_OF = dict(zip((kind.name for kind in words.COMPLAINTS), (2, 1, 2, 0, 6, 8, 4, 7, 10, 4, 4), strict=True))
"""Which of words.DISPUTES a category of complaints turns into."""


def make(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """The rows of the district, by table."""
    pools = points.pools(rng, HERE, 0.1)
    bodies = people.organisations(HERE, HERE.names, 10, 4, 3, 2)
    petitions = _settled(rng, pools)
    cases = _cases(rng, petitions)
    petitions["case_id"] = petitions["complaint_id"].map(cases.set_index("source")["case_id"])
    roll = people.mediators(rng, HERE, bodies, people.shared_out(80, HERE.shares), others=12)
    return {
        "cases": casework.assigned(rng, cases, roll, bodies, 0.95),
        "complaints": petitions,
        "mediators": roll,
        "organisations": bodies,
    }


def _settled(rng: np.random.Generator, pools: list[points.Pool]) -> pd.DataFrame:
    """Complaints of two years; exactly SETTLED of them closed in the second, each settled."""
    arrivals = ordinary.arrivals(rng, HERE, pools, COMPLAINTS, between("2022-01-01", "2023-12-01"))
    frame = complaints.complaints(rng, HERE, *arrivals, repeats=0.05)
    frame = disputes.closed(rng, frame)
    now = (frame["closed_at"] >= THIS_YEAR).to_numpy()
    again = (frame["repeat_of"].notna() | frame["complaint_id"].isin(frame["repeat_of"])).to_numpy()
    surplus = rng.choice(np.flatnonzero(now & ~again), now.sum() - SETTLED, replace=False)
    frame = frame.drop(index=surplus).reset_index(drop=True)
    shut, pleased = (frame["status"] == "closed").to_numpy(), rng.random(len(frame)) < 0.96
    yes = np.ones(len(frame), bool)
    return frame.assign(
        contacted=complaints.yes_no(yes, shut),
        solved=complaints.yes_no(yes, shut),
        satisfied=complaints.yes_no(pleased, shut & (rng.random(len(frame)) < 0.8)),
    )


def _cases(rng: np.random.Generator, petitions: pd.DataFrame) -> pd.DataFrame:
    """The dispute opened from each closed complaint, mediated; from open complaints some that failed or still wait."""
    undone = rng.permutation(np.flatnonzero(petitions["status"] == "open"))
    outcome = disputes.only(petitions["status"] == "closed", "mediated")
    outcome[undone[:FAILED]], outcome[undone[FAILED : FAILED + WAITING]] = "failed", "waiting"
    source = petitions.assign(outcome=outcome).dropna(subset="outcome").reset_index(drop=True)
    frame = source[["position", "district", "street", "community", "lon", "lat", "cell"]].assign(
        source=source["complaint_id"]
    )
    frame = disputes.described(rng, frame, source["category"].map(DISPUTE_OF).to_numpy(), words.DISPUTES)
    frame = _dated(rng, frame, source).sort_values("opened_at", kind="stable", ignore_index=True)
    frame = frame.assign(case_id=people.numbered(f"{HERE.prefix}-C", len(frame)), channel=CHANNEL, track="people")
    return disputes.followed_up(rng, frame, words.DISPUTES)


def _dated(rng: np.random.Generator, frame: pd.DataFrame, source: pd.DataFrame) -> pd.DataFrame:
    """Opened soon after the complaint, closed shortly before it; a failed one half-way to the data end."""
    opened, ends = (source[name].to_numpy("datetime64[s]") for name in ("opened_at", "closed_at"))
    settled, waiting = ((source["outcome"] == outcome).to_numpy() for outcome in ("mediated", "waiting"))
    ends = np.where(settled, ends, opened + 0.6 * (np.datetime64("2023-12-01") - opened))
    took = (ends - opened).astype(float)
    received = opened + (took * 0.25 * rng.random(len(frame))).astype("timedelta64[s]")
    shut = ends - np.minimum(took * 0.1, 2_400).astype("timedelta64[s]")
    return frame.assign(
        opened_at=received,
        accepted_at=received + ((shut - received) // 10),
        closed_at=np.where(waiting, disputes.NEVER, shut),
        status=np.where(waiting, "open", "closed"),
        due_at=opened.astype("datetime64[D]") + 30 * disputes.DAY,
        outcome=source["outcome"].mask(waiting, None),
    )
