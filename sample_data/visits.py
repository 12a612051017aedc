"""回访: visits after a record was closed, by whom, when, and what they found."""

import numpy as np
import pandas as pd

from queries.tables import NATURES, RESOLVED
from sample_data import petitions
from sample_data.calendar import END, office_time
from sample_data.disputes import DAY, NEVER, days, pick
from sample_data.places import BAOAN, DEMONSTRATION, NANHAI
from sample_data.planted import UNVISITED_STREET

VISITORS = {"网格员": 38, "平安志愿者": 34, "社区工作者": 18, "部门工作人员": 10}
SINCE = {DEMONSTRATION: "2022-07-01", BAOAN: "2023-07-01", NANHAI: "2023-07-01"}
"""First closings that were visited; the mechanism is older than the records of it."""
TERM = np.timedelta64(30, "D")
UNPLANNED, UNPLANNED_THERE = 0.05, 0.6
LATE, UNDONE, UNREACHED = 0.07, 0.05, 0.07


def follow_ups(rng: np.random.Generator, cases: pd.DataFrame, complaints: pd.DataFrame) -> pd.DataFrame:
    """The table ``follow_ups``: of disputes that were resolved, and of appeals among the petitions."""
    resolved = cases[cases["outcome"].isin(RESOLVED)].assign(target="cases", record=cases["case_id"])
    appeals = complaints["channel"].isin(petitions.CHANNELS) & complaints["nature"].eq(NATURES["appeal"])
    again = complaints.groupby("repeat_of")["opened_at"].max()
    answered = complaints[appeals].assign(target="complaints", record=complaints["complaint_id"])
    answered = answered.assign(reopened_at=answered["record"].map(again))
    columns = ["target", "record", "district", "street", "closed_at", "reopened_at"]
    shut = pd.concat([resolved[columns], answered[columns]], ignore_index=True)
    since = shut["district"].map({district.name: since for district, since in SINCE.items()})
    shut = shut[shut["closed_at"] >= pd.to_datetime(since)].sort_values("closed_at", kind="stable")
    chance = np.where(shut["street"].eq(UNVISITED_STREET), UNPLANNED_THERE, UNPLANNED)
    planned = shut[rng.random(len(shut)) >= chance].reset_index(drop=True)
    done, result = _done(rng, planned)
    return pd.DataFrame(
        {
            "follow_up_id": [f"HF{number:06d}" for number in range(1, len(planned) + 1)],
            "target": planned["target"],
            "record": planned["record"],
            "visitor": pick(rng, len(planned), VISITORS),
            "due_at": _due(planned),
            "done_at": done,
            "result": result,
        }
    )


def _due(planned: pd.DataFrame) -> np.ndarray:
    return planned["closed_at"].to_numpy("datetime64[D]").astype("datetime64[s]") + TERM


def _done(rng: np.random.Generator, planned: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """When the visit was paid and what it found; nothing where it has not been."""
    n, over = len(planned), _due(planned) + DAY
    late = rng.random(n) < LATE
    done = office_time(rng, over + days(np.where(late, rng.exponential(9, n), -1 - rng.uniform(0, 20, n))))
    done[(rng.random(n) < UNDONE) | (done >= END)] = NEVER
    flared, shut = (planned[name].to_numpy("datetime64[s]") for name in ("reopened_at", "closed_at"))
    again = (flared > shut) & (flared < done)
    found = np.select([again, rng.random(n) < UNREACHED], ["relapsed", "unreached"], "stable").astype(object)
    found[np.isnat(done)] = None
    return np.where(
        np.isnat(done), NEVER, np.maximum(done, planned["closed_at"].to_numpy("datetime64[s]") + DAY)
    ), found
