"""What a check found, small enough to be told: counts, reasons, doubts, unknown streets, and the first rows refused."""

from dataclasses import dataclass, field
from typing import Any

import duckdb

from cockpit.intake.checking.check import Checked

MOST = 200  # of each list


@dataclass(frozen=True)
class Outcome:
    """Of one file. ``reasons``, ``doubts``: [name, rows], most frequent first; ``strange``: [street, rows];
    ``refused``: [line, reason, raw]; ``fields``: [field, rows, filled, valid, flagged]."""

    file: str
    table: str
    read: int
    kept: int
    rejected: int
    superseded: int
    noted: dict[str, int]
    reasons: list[list] = field(default_factory=list)
    doubts: list[list] = field(default_factory=list)
    strange: list[list] = field(default_factory=list)
    refused: list[list] = field(default_factory=list)
    fields: list[list] = field(default_factory=list)


def outcome(file: str, table: str, read: int, checked: Checked) -> Outcome:
    with duckdb.connect(str(checked.database), read_only=True) as connection:

        def rows(question: str) -> list[list[Any]]:
            return [list(row) for row in connection.execute(question).fetchall()]

        return Outcome(
            file,
            table,
            read,
            checked.kept,
            checked.rejected,
            checked.superseded,
            checked.noted,
            reasons=rows(
                "SELECT why, count(*) AS n FROM (SELECT unnest(string_split(reason, '; ')) AS why FROM refused) "
                f"GROUP BY why ORDER BY n DESC, why LIMIT {MOST}"
            ),
            doubts=rows("SELECT reason, count(*) AS n FROM doubts GROUP BY reason ORDER BY n DESC, reason"),
            strange=rows(
                "SELECT value, count(*) AS n FROM doubts WHERE reason = 'unknown_street' AND value IS NOT NULL "
                f"GROUP BY value ORDER BY n DESC, value LIMIT {MOST}"
            ),
            refused=rows(f"SELECT line, reason, raw FROM refused ORDER BY line LIMIT {MOST}"),
            fields=rows('SELECT field, "rows", filled, valid, flagged FROM fields'),
        )
