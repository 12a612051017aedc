"""What the quality page says: why rows were not taken, what is doubtful, which measures that touches."""

import json
from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Table

from cockpit import format
from cockpit.fields import FIELDS
from cockpit.i18n import _
from cockpit.intake.contract import REJECTED_COLUMNS
from queries.quality import DOUBTS, JOINT, LACKS, REJECTIONS, Defect, kind_of, touched
from queries.tables import FACTS

MOST = 4  # measures named in one sentence


def field(name: str) -> str:
    """What a column of ours is called; several with commas between them."""
    return " · ".join(_(FIELDS.get(one, one)) for one in name.split(", "))


def reason(code: str) -> str:
    """One reason, such as ``not a time: closed_at``; what is not known stands as it is."""
    kind, columns = kind_of(code)
    return _(REJECTIONS[kind]).format(field=field(columns)) if kind in REJECTIONS else code


def reasons(codes: str) -> str:
    """Several of them, as ``rejects.reason`` joins them."""
    return _("; ").join(reason(code) for code in codes.split(JOINT))


def doubt(code: str) -> str:
    return _(defect(code).label) if code in DOUBTS | LACKS else code


def defect(code: str) -> Defect:
    return (DOUBTS | LACKS)[code]


def as_came(raw: str) -> str:
    """A row of a file, as ``rejects.raw`` holds it, for reading: its filled cells, each behind its column's name."""
    cells = ((name, value) for name, value in json.loads(raw).items() if value not in (None, ""))
    return _("; ").join(_("{name}: {value}").format(name=name, value=value) for name, value in cells)


def touches(code: str, target: str, name: str | None = None) -> str:
    """Which measures a defect touches: those that its records stay out of, else those that count a doubtful value."""
    table = FACTS.get(target)
    found = touched(code, table, name) if table is not None else ()
    out = [_(one.measure.label) for one in found if one.out]
    counted = [_(one.measure.label) for one in found if not one.out]
    parts = [_(defect(code).beside)] if defect(code).beside else []
    parts += [_("stay out of {measures}").format(measures=_some(out))] if out else []
    parts += [_("count in {measures}").format(measures=_some(counted))] if counted and not out else []
    return _("; ").join(parts)


def _some(labels: Sequence[str]) -> str:
    listed = _(", ").join(labels[:MOST])
    return listed if len(labels) <= MOST else _("{listed} and {n} more").format(listed=listed, n=len(labels) - MOST)


def defects(doubts: pd.DataFrame, lacks: pd.DataFrame, target: str) -> pd.DataFrame:
    """One row per kind of flaw that some record has: code, field, what, records, share, touches; most frequent first.

    ``doubts`` and ``lacks``: of queries.quality.doubts_by_reason and lacking.
    """
    rows = [
        {
            "code": row.reason,
            "field": row.field,
            "records": row.records,
            "what": f"{doubt(row.reason)} · {field(row.field)}",
        }
        for row in doubts.itertuples()
    ]
    total = lacks["records"].iloc[0] if len(lacks) else None
    rows += [
        {"code": code, "field": None, "records": lacks[code].iloc[0], "what": doubt(code)}
        for code in (LACKS if len(lacks) else ())
        if format.missing(lacks[code].iloc[0]) or lacks[code].iloc[0]
    ]
    frame = pd.DataFrame(rows, columns=["code", "field", "records", "what"])
    frame["share"] = frame["records"].astype(float) / total if total else float("nan")
    frame["touches"] = [
        touches(row.code, target, None if format.missing(row.field) else row.field) for row in frame.itertuples()
    ]
    return frame.sort_values("records", ascending=False, na_position="last", ignore_index=True)


def fields(history: pd.DataFrame, table: Table) -> pd.DataFrame:
    """One row per field of a table, in its order: field, filled and valid (per cent, in the newest load), flagged, and
    ``trend``, the per cent filled in each load, the oldest first. ``history``: of queries.quality.over_time."""
    order = {name: place for place, name in enumerate(table.columns.keys())}
    rows = []
    for name, loads in history.groupby("field"):
        shares = 100 * (loads["filled"] / loads["rows"].where(loads["rows"] > 0)).astype(float)
        last = loads.iloc[-1]
        rows.append(
            {
                "place": order.get(str(name), len(order)),
                "field": field(str(name)),
                "filled": shares.iloc[-1],
                "valid": 100 * last.valid / last.filled if last.filled else float("nan"),
                "flagged": last.flagged,
                "trend": shares.tolist(),
            }
        )
    columns = ["place", "field", "filled", "valid", "flagged", "trend"]
    return pd.DataFrame(rows, columns=columns).sort_values("place", ignore_index=True)


def returnable(rows: pd.DataFrame) -> pd.DataFrame:
    """Rejects as a file to correct and load again: the columns as they came, why they were not taken, and what tells
    the import which rejects these rows were."""
    raw = pd.DataFrame([json.loads(text) for text in rows["raw"]], index=rows.index, dtype=str).fillna("")
    load, line = REJECTED_COLUMNS
    why = {_("Why it was not taken"): rows["reason"].map(reasons)}
    return raw.assign(**why, **{load: rows["load_id"], line: rows["line"]})
