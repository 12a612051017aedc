"""What moves a term, and who may take the payment-order procedure."""

import numpy as np
import pandas as pd

from sample_data.calendar import END, office_time
from sample_data.disputes import NEVER, days
from sample_data.longwan import ORDER, PRESERVATION
from sample_data.places import DEMONSTRATION, LONGWAN
from sample_data.planted import BARRED

APPRAISED = ("工程建设", "医疗纠纷", "损害赔偿")
SINCE = np.datetime64("2022-05-01")
EXTENSION, PETITION_EXTENSION = 15, 30
"""Days: of a mediation by consent, of a petition by article 34."""
ORDERS = 62
"""Requests in 示范区 that nothing bars."""


def term_changes(rng: np.random.Generator, cases: pd.DataFrame, complaints: pd.DataFrame) -> pd.DataFrame:
    """The table ``term_changes`` of 示范区: pauses for appraisals, extensions of long matters."""
    disputes = cases[_recent(cases)].rename(columns={"case_id": "record"})
    petitions = complaints[_recent(complaints) & complaints["procedure"].eq("petition")]
    parts = [
        _pauses(rng, disputes[disputes["category"].isin(APPRAISED)], "cases"),
        _extensions(rng, disputes, "cases", 25, EXTENSION, 0.5),
        _extensions(
            rng, petitions.rename(columns={"complaint_id": "record"}), "complaints", 50, PETITION_EXTENSION, 0.7
        ),
    ]
    return pd.concat(parts, ignore_index=True).astype({"days": "Int64"})


def _recent(frame: pd.DataFrame) -> pd.Series:
    return frame["district"].eq(DEMONSTRATION.name) & (frame["opened_at"] >= SINCE)


def _pauses(rng: np.random.Generator, of: pd.DataFrame, target: str) -> pd.DataFrame:
    some = of[rng.random(len(of)) < 0.3]
    n = len(some)
    began = office_time(rng, some["opened_at"].to_numpy("datetime64[s]") + days(rng.uniform(3, 18, n)))
    ended = office_time(rng, began + days(rng.uniform(8, 35, n)))
    shut = some["closed_at"].to_numpy("datetime64[s]")
    frame = _changes(target, some, "pause", began, np.where(ended < END, ended, NEVER), None, "鉴定")
    return frame[(began < END) & (np.isnat(shut) | (ended < shut))]


def _extensions(
    rng: np.random.Generator, of: pd.DataFrame, target: str, after: int, granted: int, share: float
) -> pd.DataFrame:
    """Granted shortly before the term ends, to matters that still ran then."""
    when = office_time(rng, of["opened_at"].to_numpy("datetime64[s]") + days(after + 3 * rng.random(len(of))))
    shut = of["closed_at"].to_numpy("datetime64[s]")
    chosen = (when < END) & (np.isnat(shut) | (shut > when)) & (rng.random(len(of)) < share)
    return _changes(target, of[chosen], "extension", when[chosen], NEVER, granted, "情况复杂")


def _changes(
    target: str,
    of: pd.DataFrame,
    change: str,
    began: np.ndarray,
    ended: np.ndarray | np.datetime64,
    granted: int | None,
    reason: str,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "target": target,
            "record": of["record"].to_numpy(object),
            "change": change,
            "started_at": began,
            "ended_at": ended,
            "days": pd.array([granted] * len(of), "Int64"),
            "reason": reason,
        }
    )


def payment_orders(rng: np.random.Generator, cases: pd.DataFrame, case_steps: pd.DataFrame) -> pd.DataFrame:
    """The table ``payment_orders``: of 金融1+N in 龙湾, where nothing is barred, and of 示范区, where a few are."""
    court = case_steps[case_steps["case_id"].isin(cases.loc[cases["district"].eq(LONGWAN.name), "case_id"])]
    preserved = court[court["step"].eq(PRESERVATION)]
    kept = pd.DataFrame({"case_id": preserved["case_id"], "preservation_at": preserved["entered_at"]})
    return pd.concat([kept, _ordered(court[court["step"].eq(ORDER)]), _demonstration(rng, cases)], ignore_index=True)


def _ordered(steps: pd.DataFrame) -> pd.DataFrame:
    """Orders were issued and served inside the step; where its end is not published nothing is known of either."""
    applied, left = (steps[name].to_numpy("datetime64[s]") for name in ("entered_at", "left_at"))
    stay = (left - applied).astype(float)
    known = ~np.isnat(left)

    def at(share: float) -> np.ndarray:
        return np.where(known, applied + (np.where(known, stay, 0) * share).astype("timedelta64[s]"), NEVER)

    reached = pd.arrays.BooleanArray(known.copy(), ~known)
    return pd.DataFrame(
        {
            "case_id": steps["case_id"].to_numpy(object),
            "debtor_reachable": reached,
            "applied_at": applied,
            "accepted_at": at(0.12),
            "issued_at": at(0.3),
            "served_at": at(0.45),
        }
    )


def _demonstration(rng: np.random.Generator, cases: pd.DataFrame) -> pd.DataFrame:
    """Creditors who asked for an order after mediation had failed."""
    failed = cases[cases["district"].eq(DEMONSTRATION.name) & cases["outcome"].eq("failed") & cases["filed_at"].isna()]
    recent = failed[(failed["closed_at"] >= "2022-10-01") & (failed["closed_at"] < "2023-10-01")]
    n = ORDERS + sum(BARRED.values())
    chosen = recent.iloc[np.sort(rng.choice(len(recent), n, replace=False))]
    kind = rng.permutation(np.repeat(["free", *BARRED], [ORDERS, *BARRED.values()]))
    applied = office_time(rng, chosen["closed_at"].to_numpy("datetime64[s]") + days(rng.uniform(1, 9, n)))
    accepted = office_time(rng, applied + days(rng.uniform(0.5, 2.5, n)))
    issued = office_time(rng, accepted + days(rng.uniform(2, 11, n)))
    served = np.where(
        np.isin(kind, ["unreachable", "unserved"]), NEVER, office_time(rng, issued + days(rng.uniform(1, 18, n)))
    )
    objects = (kind == "free") & (rng.random(n) < 0.15)
    return pd.DataFrame(
        {
            "case_id": chosen["case_id"].to_numpy(object),
            "preservation_at": np.where(kind == "preserved", applied - days(rng.uniform(1, 12, n)), NEVER),
            "debtor_reachable": pd.array(np.where(kind == "unreachable", False, True), "boolean"),
            "applied_at": applied,
            "accepted_at": accepted,
            "issued_at": np.where(kind == "unreachable", NEVER, issued),
            "served_at": served,
            "objected_at": np.where(objects, served + days(rng.uniform(1, 13, n)), NEVER),
        }
    )
