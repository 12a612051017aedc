"""宝安区: 三调联动 and 1+5+N. Reproduces B1, B2, B3, B4 and B5 of the published figures."""

import numpy as np
import pandas as pd

from sample_data import disputes, ordinary, people, points, words
from sample_data.calendar import WEIGHTS
from sample_data.places import BAOAN as HERE

CASES, MEDIATED, FAILED = 154_600, 144_600, 2_350
COMPLAINTS = 24_000
CENTRES = ("西乡街道", "福永街道", "沙井街道", "松岗街道", "石岩街道")
"""The streets of the five centres; which streets have them is not published."""
STUDIOS = ("心桥", "和风", "正言", "暖阳", "知音", "春雨", "明理", "安居", "顺和", "解语")
MEDIATORS = 480


def make(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """The rows of the district, by table."""
    pools = points.pools(rng, HERE, 0.1)
    bodies = people.organisations(HERE, CENTRES, 15, 6, 4, 3, STUDIOS)
    cases, roll = ordinary.staffed(rng, HERE, ordinary.cases(rng, HERE, pools, CASES, WEIGHTS), bodies, MEDIATORS)
    cases = disputes.concluded_exactly(rng, cases, MEDIATED, FAILED)
    cases = disputes.followed_up(
        rng, cases.assign(case_id=people.numbered(f"{HERE.prefix}-C", CASES)), words.DISPUTES, "粤0306"
    )
    return {
        "cases": cases,
        "complaints": ordinary.grievances(rng, HERE, pools, COMPLAINTS, WEIGHTS),
        "mediators": roll,
        "organisations": bodies,
    }
