"""Which body and which mediator handles a case."""

import numpy as np
import pandas as pd


def assigned(
    rng: np.random.Generator,
    frame: pd.DataFrame,
    roll: pd.DataFrame,
    bodies: pd.DataFrame,
    full_time: float,
    part_time: float = 0.0,
) -> pd.DataFrame:
    """Adds organisation and mediator: somebody of the case's street, outside administrative mediation.

    full_time, part_time: share of the other cases that go to mediators of either kind; the rest name a body only.
    """
    luck = rng.random(len(frame))
    mediated = (frame["track"] != "administrative").to_numpy()
    chosen = {
        "full_time": mediated & (luck < full_time),
        "part_time": mediated & (luck >= full_time) & (luck < full_time + part_time),
    }
    agencies = bodies.loc[bodies["tier"].isin(["agency", "platform", "window", "district_centre"]), "organisation_id"]
    body, person = rng.choice(agencies.to_numpy(object), len(frame)), np.full(len(frame), None, object)
    street, working = frame["position"].to_numpy(), roll[roll["role"] == "mediator"]
    for (kind, position), group in working.groupby(["kind", "position"]):
        rows = np.flatnonzero(chosen[kind] & (street == position))
        who = rng.integers(0, len(group), len(rows))
        person[rows] = group["mediator_id"].to_numpy(object)[who]
        body[rows] = group["organisation_id"].to_numpy(object)[who]
    return frame.assign(organisation_id=body, mediator_id=person)
