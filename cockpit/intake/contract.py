"""What the data contract asks of a foreign file: which columns exist, must be there, or take only certain words."""

from sqlalchemy import Column, Table

from queries.tables import (
    FACTS,
    FOLLOW_UP_RESULTS,
    LETTERS,
    LEVELS,
    MEDIATOR_KINDS,
    MEDIATOR_ROLES,
    MEDIATOR_STATUSES,
    MILESTONES,
    OUTCOMES,
    PETITION_RESULTS,
    PETITION_STEPS,
    PROCEDURES,
    STATUSES,
    TERM_CHANGES,
    TIERS,
    TRACKS,
    metadata,
)

OURS = ("loads", "load_fields", "rejects", "flags", "history", "versions")  # what the import itself writes
TABLES = {name: table for name, table in metadata.tables.items() if name not in OURS}
REJECTED_COLUMNS = ("cockpit_load", "cockpit_line")
"""Load and line of a reject, as columns of a file that brings it back corrected."""
COMPUTED = ("cell",)
UNKNOWN = {"category": "未分类", "channel": "未知"}
VOCABULARIES = {
    ("areas", "level"): LEVELS,
    ("cases", "status"): STATUSES,
    ("cases", "outcome"): OUTCOMES,
    ("cases", "track"): TRACKS,
    ("complaints", "status"): STATUSES,
    ("complaints", "procedure"): PROCEDURES,
    ("complaint_steps", "step"): PETITION_STEPS,
    ("complaint_steps", "result"): PETITION_RESULTS,
    ("letters", "letter"): LETTERS,
    ("follow_ups", "target"): tuple(FACTS),
    ("follow_ups", "result"): FOLLOW_UP_RESULTS,
    ("term_changes", "target"): tuple(FACTS),
    ("term_changes", "change"): TERM_CHANGES,
    ("milestones", "milestone"): MILESTONES,
    ("mediators", "kind"): MEDIATOR_KINDS,
    ("mediators", "role"): MEDIATOR_ROLES,
    ("mediators", "status"): MEDIATOR_STATUSES,
    ("organisations", "tier"): TIERS,
}


def writable(table: Table) -> tuple[str, ...]:
    """The columns a mapping may name."""
    return tuple(column.name for column in table.columns if column.name not in COMPUTED)


def keys(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key.columns)


def derives_status(table: Table) -> bool:
    """A fact without a status is closed where it has a closing time, and open where it has none."""
    return "closed_at" in table.c and "status" in table.c


def vocabulary(column: Column) -> tuple[str, ...] | None:
    """The only words the column may hold; None for free text."""
    return VOCABULARIES.get((column.table.name, column.name))


def fallback(column: Column) -> str | None:
    """The word that stands for a missing value in a required column of free text, and false for a missing flag."""
    if column.server_default is not None:
        return "false"
    return UNKNOWN.get(column.name) if not column.nullable else None


def must_be_mapped(table: Table) -> tuple[str, ...]:
    """The columns without which no row can be taken."""
    return tuple(
        column.name
        for column in table.columns
        if not column.nullable and fallback(column) is None and not (column.name == "status" and derives_status(table))
    )
