"""Rows of the weekly files that could not be taken: what somebody typed, and why it is refused."""

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.intake.checking.values import MORE_CELLS
from queries.quality import JOINT, kind_of
from sample_data import exports
from sample_data.places import DEMONSTRATION
from sample_data.weekly import Register

COUNTS = {"complaints": (12, 10, 9, 8, 4, 4, 3, 3), "cases": (9, 8, 8, 6, 4, 3, 3, 2)}
"""Rows refused, by week: fewer since the sending office checks its export. The last two of a week come again."""
AGAIN = {"complaints": (2, 1, 2, 0, 0, 0, 0, 0), "cases": (1, 2, 1, 0, 0, 0, 0, 0)}
"""Of these the second rows of records that stand twice, as long as such are refused."""
SUPERSEDED = {"complaints": (0, 0, 0, 3, 5, 2, 4, 1), "cases": (0, 0, 0, 6, 2, 3, 1, 2)}
PREFIX = {"complaints": "SF-PB", "cases": "SF-CB"}
"""Numbers of what was entered by hand from paper; nothing in the facts has such a one."""


@dataclass(frozen=True)
class Slip:
    """What stands in the cells of a row, and the reason that the import gives for it."""

    reason: str
    cells: dict[str, str]
    surplus: tuple[str, ...] = ()


SLIPS = {
    "complaints": (
        Slip("missing: opened_at", {"opened_at": ""}),
        Slip("not a time: closed_at", {"closed_at": "处理中"}),
        Slip("unknown value: status", {"status": "挂起"}),
        Slip("not a number: people_count", {"people_count": "若干"}),
        Slip("missing: complaint_id", {"complaint_id": ""}),
        Slip("not yes or no: satisfied", {"satisfied": "一般"}),
        Slip("not a time: opened_at", {"opened_at": "2023-09-31 10:20:00"}),
        Slip("missing: district", {"district": ""}),
        Slip("missing: opened_at; unknown value: status", {"opened_at": "", "status": "待分派"}),
    ),
    "cases": (
        Slip("not a time (day or month first?): opened_at", {"opened_at": "03/11/2023 09:20"}),
        Slip("unknown value: outcome", {"outcome": "终止调解"}),
        Slip("not a number: amount_claimed", {"amount_claimed": "面议"}),
        Slip("missing: opened_at", {"opened_at": ""}),
        Slip(MORE_CELLS, {}, ("见附件",)),
        Slip("not a number: lon", {"lon": "东经112°58′"}),
        Slip("missing: case_id", {"case_id": ""}),
        Slip("not a time: closed_at; unknown value: status", {"closed_at": "待定", "status": "中止"}),
    ),
}
CORRECTED = {
    "complaints": (
        Slip("not a time: closed_at", {"closed_at": "待回访"}),
        Slip("missing: opened_at", {"opened_at": ""}),
    ),
    "cases": (
        Slip("unknown value: status", {"status": "调处中"}),
        Slip("not a number: amount_claimed", {"amount_claimed": "约三万左右"}),
    ),
}
"""Those of the records that the next file brings as they should be."""


def rows(
    rng: np.random.Generator, records: Register, version: int, state: pd.DataFrame, kept: np.ndarray
) -> pd.DataFrame:
    """The rows that a file lost, ``kept`` being those of ``state`` that were taken: reason, record, raw and, under our
    names, the cells."""
    name, key = records.table.name, records.frame.columns[0]
    many, again = COUNTS[name][version - 1], AGAIN[name][version - 1]
    late = np.flatnonzero(records.frame["late"] & (records.arrival == version + 1))
    here = kept[state["district"].iloc[kept].eq(DEMONSTRATION.name).to_numpy()]
    strangers = rng.choice(here, many - again - len(late), replace=False)
    twice = rng.choice(here, again, replace=False)
    cells = exports.cells(records.table, state.iloc[np.concatenate([strangers, twice, late])]).to_dict("records")
    first = sum(COUNTS[name][: version - 1])
    for number, row in enumerate(cells[: len(strangers)], first + 1):
        row[key] = f"{PREFIX[name]}{number:04d}"
    slips = [SLIPS[name][(first + i) % len(SLIPS[name])] for i in range(len(strangers))]
    slips += [Slip(f"repeated: {key}", {})] * again + list(CORRECTED[name][: len(late)])
    spoilt = [row | slip.cells for row, slip in zip(cells, slips, strict=True)]
    return pd.DataFrame(
        {
            "reason": [slip.reason for slip in slips],
            "record": [row[key] or None for row in spoilt],
            "raw": [_raw(name, row, slip) for row, slip in zip(spoilt, slips, strict=True)],
            "cells": spoilt,
        }
    )


def _raw(table: str, row: dict[str, str], slip: Slip) -> str:
    said = {exports.COLUMNS[table][name]: cell for name, cell in row.items()}
    more = {MORE_CELLS: list(slip.surplus)} if slip.surplus else {}
    return json.dumps(said | more, ensure_ascii=False, separators=(",", ":"))


def wrong(reason: str) -> set[str]:
    """The fields whose text is no value."""
    kinds = [kind_of(one) for one in reason.split(JOINT)]
    return {name for kind, name in kinds if kind not in ("missing", "repeated", MORE_CELLS)}
