"""The path of a case through a programme: rows of ``case_steps`` from times and exits."""

import numpy as np
import pandas as pd

from sample_data.calendar import END
from sample_data.disputes import NEVER

COLUMNS = ["case_id", "programme", "position", "step", "entered_at", "left_at", "result"]


def path(
    case_id: np.ndarray, programme: str, step: np.ndarray, until: np.ndarray, exits: np.ndarray, opened: np.ndarray
) -> pd.DataFrame:
    """One row a step entered by the data end.

    step, until: one row a case, one column a step; an empty name is a step the case does not take. until: when it
    leaves the step, NaT where it never does. exits: how it leaves its last step; None where that is not known.
    """
    taken = step != ""
    entered = np.column_stack([opened, until[:, :-1]])
    entered = np.where(taken, entered, NEVER)
    seen = taken & (entered < END)
    last = np.arange(step.shape[1]) == (step.shape[1] - 1 - np.argmax(taken[:, ::-1], axis=1))[:, None]
    left = until < END
    result = np.where(left, np.where(last, exits[:, None], "passed"), np.array(None))
    rows, columns = np.nonzero(seen)
    return pd.DataFrame(
        {
            "case_id": case_id[rows],
            "programme": programme,
            "position": np.cumsum(taken, axis=1)[rows, columns],
            "step": step[rows, columns],
            "entered_at": entered[rows, columns],
            "left_at": np.where(left, until, NEVER)[rows, columns],
            "result": result[rows, columns],
        },
        columns=COLUMNS,
    )
