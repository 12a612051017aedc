"""吹哨报到: streets call departments; when they came, and when it was solved."""

import numpy as np
import pandas as pd

from sample_data import words
from sample_data.calendar import END, between, moments, office_time
from sample_data.complaints import BUREAU
from sample_data.disputes import NEVER, days, pick
from sample_data.places import BAOAN, DEMONSTRATION, District, communities
from sample_data.planted import SLOW_DEPARTMENT

CALLS = {DEMONSTRATION: 2_400, BAOAN: 1_600}
"""Since 2022."""
CHANNELS = {"网格上报": 62, "12345热线": 26, "来访": 12}
HOURS, SLOW_HOURS = 6.5, 22.0
"""Median from whistle to arrival."""
ARRIVE_WITHIN, SOLVE_WITHIN = np.timedelta64(24, "h"), np.timedelta64(10, "D")
NEVER_CAME = 0.012


def whistles(rng: np.random.Generator) -> pd.DataFrame:
    """The table ``whistles``."""
    return pd.concat([_of(rng, district, n) for district, n in CALLS.items()], ignore_index=True)


def _of(rng: np.random.Generator, district: District, n: int) -> pd.DataFrame:
    opened = np.sort(moments(rng, n, between("2022-01-01", "2023-12-01")))
    street = rng.choice(len(district.streets), n, p=district.shares)
    kinds = {kind.name: kind.weight for kind in words.COMPLAINTS if BUREAU[kind.name]}
    category = pick(rng, n, kinds)
    called = np.array([f"{district.name}{words.BODIES[BUREAU[name]]}" for name in category], object)
    arrived, solved = _answered(rng, opened, np.where(called == SLOW_DEPARTMENT, SLOW_HOURS, HOURS))
    return pd.DataFrame(
        {
            "whistle_id": [f"{district.prefix}-W{number:05d}" for number in range(1, n + 1)],
            "district": district.name,
            "street": np.array(district.names, object)[street],
            "community": [rng.choice([one.name for one in communities(district.streets[place])]) for place in street],
            "category": category,
            "channel": pick(rng, n, CHANNELS),
            "organisation": called,
            "opened_at": opened,
            "arrive_by": opened + ARRIVE_WITHIN,
            "arrived_at": arrived,
            "due_at": opened.astype("datetime64[D]") + SOLVE_WITHIN,
            "closed_at": solved,
        }
    )


def _answered(rng: np.random.Generator, opened: np.ndarray, hours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """When they came and when it was solved; NaT for never, and for what the data do not know yet."""
    n = len(opened)
    arrived = opened + days(hours / 24 * np.exp(rng.normal(0, 0.75, n)))
    arrived[rng.random(n) < NEVER_CAME] = NEVER
    solved = office_time(rng, arrived + days(4.2 * np.exp(rng.normal(0, 0.6, n))))
    solved = np.where(rng.random(n) < 0.015, NEVER, np.maximum(solved, arrived))
    return np.where(arrived < END, arrived, NEVER), np.where(solved < END, solved, NEVER)
