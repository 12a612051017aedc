"""How much of a period lies in 春节 and in 国庆, the two weeks in which China stands still.

No network and no calendar package: the dates of 正月初一, 2000-2050, stand here, checked in a test against the lunar
calendar. GB/T 33661-2017 (农历的编算和颁行) defines the calendar that they follow.
"""

import numpy as np
import pandas as pd

NEW_YEAR = (
    "0205 0124 0212 0201 0122 0209 0129 0218 0207 0126 "
    "0214 0203 0123 0210 0131 0219 0208 0128 0216 0205 "
    "0125 0212 0201 0122 0210 0129 0217 0206 0126 0213 "
    "0203 0123 0211 0131 0219 0208 0128 0215 0204 0124 "
    "0212 0201 0122 0210 0130 0217 0206 0126 0214 0202 "
    "0123"
)
"""正月初一 as month and day, ten years a line."""
FIRST_YEAR = 2000
LAST_YEAR = 2050
LENGTH = 7
"""Days of either holiday. Some years gave eight or ten; the week is what they share."""
SEASONS = ("spring_festival", "national_day")


def new_years() -> pd.DatetimeIndex:
    """正月初一 of each year from 2000 to 2050."""
    return pd.DatetimeIndex([f"{FIRST_YEAR + n}{day}" for n, day in enumerate(NEW_YEAR.split())])


def overlap(starts: pd.DatetimeIndex, ends: pd.DatetimeIndex) -> np.ndarray:
    """Share of the holiday week that lies in each period [start, end): one row a period, one column a season.

    春节 is 除夕 to 初六, 国庆 the first to the seventh of October. A period outside 2000-2050 has no 春节.
    """
    spring = new_years() - pd.Timedelta(days=1)
    national = pd.DatetimeIndex([f"{year}1001" for year in range(FIRST_YEAR, LAST_YEAR + 1)])
    return np.column_stack([_days(starts, ends, first).sum(axis=1) for first in (spring, national)]) / LENGTH


def _days(starts: pd.DatetimeIndex, ends: pd.DatetimeIndex, first: pd.DatetimeIndex) -> np.ndarray:
    day = np.timedelta64(1, "D")
    begin, until = first.to_numpy(), first.to_numpy() + LENGTH * day
    both = np.minimum(ends.to_numpy()[:, None], until) - np.maximum(starts.to_numpy()[:, None], begin)
    return np.maximum(both / day, 0)
