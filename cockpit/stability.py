"""化解后是否稳定: how many resolutions held 30, 90 and 180 days, and whether streets or tracks differ in it."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from cockpit import session
from cockpit.analysis.multiple import benjamini_hochberg
from cockpit.analysis.survival import Curve, LogRank, kaplan_meier, log_rank
from cockpit.casework import stated
from cockpit.lasting import Followed, Lasting, lasting
from cockpit.masking import mask
from queries import follow_ups as ask
from queries.filters import Filters, last_year

HORIZONS = (30, 90, 180)  # days
LONGEST = HORIZONS[-1]
PARTS = ("value", "lower", "upper", "risk")
NOTHING = float("nan")


def window(filters: Filters) -> Filters:
    """What was resolved last month has had no time to show whether it holds: at least the twelve months that end with
    the period."""
    year = last_year(filters)
    return filters if filters.start <= year.start else year


def held(filters: Filters) -> Lasting:
    """Every resolved dispute of the district."""
    return session.kept(partial(_read, filters.district), "lasting", filters.district)


def followed(filters: Filters) -> Followed:
    """The disputes resolved in the window, none followed longer than the last horizon."""
    return held(filters).followed(window(filters)).within(LONGEST)


def _read(district: str | None) -> Lasting:
    return lasting(session.read_once(ask.lasting, district))


def curve_of(some: Followed) -> Curve:
    return kaplan_meier(some.days, some.again)


def path(curve: Curve) -> pd.DataFrame:
    """The curve every third day, or where single records must not show, at the horizons alone: day, value, lower,
    upper."""
    if session.viewer().rows:
        days = np.arange(0, LONGEST + 1, 3)
        lower, upper = curve.limits(days)
        return pd.DataFrame({"day": days, "value": curve.at(days), "lower": lower, "upper": upper})
    shown = table([""], [curve]).iloc[0]
    rows = [(day, *(shown[f"{part}_{day}"] for part in ("value", "lower", "upper"))) for day in HORIZONS]
    return pd.DataFrame([(0, 1.0, 1.0, 1.0), *rows], columns=["day", "value", "lower", "upper"])


def table(names: list[str], curves: list[Curve]) -> pd.DataFrame:
    """One row a curve: name, n, and for each horizon value, lower, upper, risk (still followed then), and the events
    since the horizon before. NaN what nobody was followed for, and what may not be shown."""
    columns: dict[str, Any] = {"name": pd.Series(names, dtype=object), "n": [len(curve.durations) for curve in curves]}
    limits = [curve.limits(HORIZONS) for curve in curves]
    parts = {
        "value": [curve.at(HORIZONS) for curve in curves],
        "lower": [low for low, _high in limits],
        "upper": [high for _low, high in limits],
        "risk": [curve.at_risk(HORIZONS) for curve in curves],
        "events": [np.diff(curve.happened(HORIZONS), prepend=0) for curve in curves],
    }
    for part, rows in parts.items():
        matrix = np.reshape(rows, (len(curves), len(HORIZONS)))
        columns |= {f"{part}_{day}": matrix[:, place] for place, day in enumerate(HORIZONS)}
    frame = pd.DataFrame(columns)
    return frame if session.viewer().rows else _discreet(frame)


def _discreet(frame: pd.DataFrame) -> pd.DataFrame:
    """A step of the curve is a count: from the first hidden one on, nothing is told."""
    whole = [name for name in frame.columns if name == "n" or name.startswith(("risk", "events"))]
    seen = frame.assign(**mask(frame[["name", *whole]])[whole])
    hidden = seen["n"].isna()
    for day in HORIZONS:
        hidden = hidden | seen[f"events_{day}"].isna()
        risky = hidden | seen[f"risk_{day}"].isna()
        for part in PARTS:
            seen[f"{part}_{day}"] = seen[f"{part}_{day}"].mask(risky)
    return seen


def by(some: Followed, column: str) -> tuple[pd.DataFrame, LogRank]:
    """The rows of ``table`` by street, track or category, those that last least first and the unnamed last; ``apart``:
    −1 where a group lasts less than the rest, 1 where longer (log-rank, false discoveries held at 5%), else 0."""
    codes, labels = some.codes[column], some.labels[column]
    present = np.unique(codes)
    groups = np.searchsorted(present, codes)
    test = log_rank(some.days, some.again, groups, len(present))
    curves = [kaplan_meier(some.days[groups == place], some.again[groups == place]) for place in range(len(present))]
    frame = table([stated(column, labels[code]) for code in present], curves)
    signal = np.where(benjamini_hochberg(test.p_each), np.sign(test.expected - test.observed), 0).astype(float)
    named = np.array([labels[code] is not None for code in present], bool)
    if not session.viewer().rows:
        signal[frame[f"value_{LONGEST}"].isna()] = 0
    frame = frame.assign(apart=signal, named=named, expected=test.expected)
    return frame.sort_values(["named", f"value_{LONGEST}"], ascending=[False, True], ignore_index=True), test
