"""Small readable tables → rows of the data contract.

A table is text: the first line names the columns, the others hold values, all divided by spaces; ``-`` is null. What a
test does not care about is left out and gets a sensible value.
"""

from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import Boolean, DateTime, Float, Integer, Numeric, Table

from queries.tables import metadata

DISTRICT = "示范区"
DEFAULTS: dict[str, dict[str, Any]] = {
    "areas": {"level": "street"},
    "cases": {"district": DISTRICT, "category": "邻里纠纷", "channel": "来访", "opened_at": datetime(2023, 11, 1)},
    "case_steps": {"programme": "诉前调解", "step": "委派", "entered_at": datetime(2023, 11, 1)},
    "complaints": {
        "district": DISTRICT,
        "category": "噪声扰民",
        "channel": "12345",
        "opened_at": datetime(2023, 11, 1),
        "backlog": False,
    },
    "whistles": {
        "district": DISTRICT,
        "category": "噪声扰民",
        "channel": "网格上报",
        "organisation": "示范区城市管理局",
        "opened_at": datetime(2023, 11, 1),
    },
    "follow_ups": {"target": "cases", "visitor": "网格员", "due_at": datetime(2023, 11, 1)},
    "mediators": {"kind": "full_time", "role": "mediator", "status": "active"},
    "organisations": {"tier": "street_centre", "district": DISTRICT},
    "loads": {
        "target": "cases",
        "file": "cases.csv",
        "sha256": "0" * 64,
        "rows_read": 0,
        "rows_kept": 0,
        "rows_rejected": 0,
        "rows_superseded": 0,
        "loaded_at": datetime(2023, 12, 1),
    },
    "rejects": {"reason": "no opening time", "raw": "{}"},
    "history": {"changed_at": datetime(2023, 12, 1)},
}


class Rows:
    """Turns text into rows; counts up the identifiers that a test leaves out."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def read(self, table: str, text: str) -> list[dict]:
        """Raises ValueError for a column that the table does not have, and for a line of the wrong length."""
        lines = [line.split() for line in text.strip().splitlines() if line.strip()]
        header, *body = lines
        unknown = set(header) - set(metadata.tables[table].c.keys())
        if unknown:
            raise ValueError(f"{table} has no column {', '.join(sorted(unknown))}")
        cells = [dict(zip(header, line, strict=True)) for line in body]
        columns = metadata.tables[table]
        return [self.row(table, **{name: value(columns, name, text) for name, text in row.items()}) for row in cells]

    def row(self, table: str, **given) -> dict:
        """One row; what is not given gets its sensible value."""
        columns = metadata.tables[table]
        return dict.fromkeys(columns.c.keys()) | DEFAULTS.get(table, {}) | self._implied(columns, given) | given

    def _implied(self, table: Table, given: dict) -> dict:
        number = next(self._numbers)
        implied: dict[str, Any] = {
            column.name: str(number) for column in table.primary_key if column.name not in ("position", "line")
        }
        if "position" in table.c or "line" in table.c:
            implied |= {"position": number} if "position" in table.c else {"line": number}
        if "programme" in implied:
            implied["programme"] = DEFAULTS[table.name]["programme"]
        if "name" in table.c and "name" not in given:
            implied["name"] = f"名称{number}"
        if table.name in ("cases", "complaints"):
            implied["status"] = "closed" if given.get("closed_at") or given.get("outcome") else "open"
        return implied


def value(table: Table, name: str, text: str):
    """One cell as the column's type wants it."""
    kind = table.c[name].type
    if text == "-":
        return None
    if isinstance(kind, Boolean):
        return {"true": True, "yes": True, "false": False, "no": False}[text]
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(text)
    if isinstance(kind, Float):
        return float(text)
    if isinstance(kind, Integer):
        return int(text)
    return Decimal(text) if isinstance(kind, Numeric) else text
