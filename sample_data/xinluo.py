"""新罗区: 矛盾纠纷排查化解 and 信访积案. Reproduces X1 and X2 of the published figures."""

import numpy as np
import pandas as pd

from sample_data import disputes, ordinary, people, points, words
from sample_data.calendar import END, between
from sample_data.places import XINLUO as HERE

YEAR_BEFORE, RECEIVED, RESOLVED, FAILED = 13_900, 13_696, 11_767, 290
COMPLAINTS, BACKLOG = 6_500, 240
BEFORE, THIS_YEAR = between("2022-01-01", "2023-01-01"), between("2023-01-01", "2023-12-01")


def make(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """The rows of the district, by table."""
    pools = points.pools(rng, HERE, 0)
    bodies = people.organisations(HERE, HERE.names, 9, 3, 2, 1)
    earlier = disputes.concluded(rng, ordinary.cases(rng, HERE, pools, YEAR_BEFORE, BEFORE), FAILED / RECEIVED)
    newer = disputes.concluded_exactly(rng, ordinary.cases(rng, HERE, pools, RECEIVED, THIS_YEAR), RESOLVED, FAILED)
    frame = pd.concat([earlier, newer], ignore_index=True)
    cases, roll = ordinary.staffed(rng, HERE, frame, bodies, 70)
    cases = cases.assign(case_id=people.numbered(f"{HERE.prefix}-C", len(cases)))
    return {
        "cases": disputes.followed_up(rng, cases, words.DISPUTES, "闽0802"),
        "complaints": _complaints(rng, pools),
        "mediators": roll,
        "organisations": bodies,
    }


def _complaints(rng: np.random.Generator, pools: list[points.Pool]) -> pd.DataFrame:
    """Ordinary ones, and the backlog: all of it closed (X2)."""
    frame = ordinary.grievances(rng, HERE, pools, COMPLAINTS, BEFORE + THIS_YEAR)
    old = (frame["opened_at"] < np.datetime64("2023-06-01")) & (frame["closed_at"] < END)
    chosen = np.isin(np.arange(len(frame)), rng.choice(np.flatnonzero(old), BACKLOG, replace=False))
    leader = rng.choice(np.array(words.LEADERS, object), len(frame))
    return frame.assign(backlog=chosen, sponsor=disputes.only(chosen, leader))
