"""Everyday disputes and complaints of the real districts: seasons, noise, unequal streets, and no problem."""

import numpy as np
import pandas as pd

from sample_data import casework, complaints, disputes, people, points, words
from sample_data.calendar import moments
from sample_data.places import District


def arrivals(
    rng: np.random.Generator, district: District, pools: list[points.Pool], n: int, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Exactly ``n`` arrivals in the order of time: (street, time, place)."""
    street, place = points.draw_evenly(rng, pools, district.shares, n)
    return street, np.sort(moments(rng, n, weights)), place


def cases(
    rng: np.random.Generator, district: District, pools: list[points.Pool], n: int, weights: np.ndarray
) -> pd.DataFrame:
    """``n`` cases, handled and closed or still open; outcome, body and mediator are not yet known."""
    street, opened, place = arrivals(rng, district, pools, n, weights)
    frame = disputes.located(rng, district, street, place)
    kind = disputes.kinds_of(rng, disputes.mix(rng, len(pools), words.DISPUTES), street)
    frame = disputes.received(rng, disputes.described(rng, frame, kind, words.DISPUTES), opened)
    return disputes.closed(rng, disputes.handled(rng, frame, words.DISPUTES, disputes.pace(frame)))


def staffed(
    rng: np.random.Generator, district: District, frame: pd.DataFrame, bodies: pd.DataFrame, mediators: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cases with body and mediator, and the roll of mediators."""
    roll = people.mediators(rng, district, bodies, people.shared_out(mediators, district.shares), others=mediators // 6)
    return casework.assigned(rng, frame, roll, bodies, 0.9), roll


def grievances(
    rng: np.random.Generator, district: District, pools: list[points.Pool], n: int, weights: np.ndarray
) -> pd.DataFrame:
    """About ``n`` complaints, repeats included, called back."""
    frame = complaints.complaints(rng, district, *arrivals(rng, district, pools, round(n * 0.91), weights))
    return complaints.called_back(rng, disputes.closed(rng, frame))
