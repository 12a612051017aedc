"""The data contract: every table, its grain, and what each column means.

Times are naive local timestamps, money is CNY, coordinates are WGS-84. Facts carry the names people use
(西乡街道, not 西乡); ``areas`` says which of them exist. A column is nullable only where the contract says so.
"""

from queries.tables.bodies import (
    mediators,
    organisations,
)
from queries.tables.columns import (
    metadata,
)
from queries.tables.intake import (
    area_aliases,
    flags,
    history,
    load_fields,
    loads,
    rejects,
    versions,
)
from queries.tables.mechanisms import (
    follow_ups,
    letters,
    milestones,
    payment_orders,
    term_changes,
    whistles,
)
from queries.tables.records import (
    areas,
    case_steps,
    cases,
    complaint_steps,
    complaints,
)
from queries.tables.words import (
    FOLLOW_UP_RESULTS,
    LETTERS,
    LEVELS,
    MEDIATOR_KINDS,
    MEDIATOR_ROLES,
    MEDIATOR_STATUSES,
    MILESTONES,
    NATURES,
    OUTCOMES,
    PETITION_RESULTS,
    PETITION_STEPS,
    PROCEDURES,
    RESOLVED,
    STATUSES,
    TERM_CHANGES,
    TIERS,
    TRACKS,
    YEARS,
)

FACTS = {"cases": cases, "complaints": complaints}

__all__ = [
    "FACTS",
    "FOLLOW_UP_RESULTS",
    "LETTERS",
    "LEVELS",
    "MEDIATOR_KINDS",
    "MEDIATOR_ROLES",
    "MEDIATOR_STATUSES",
    "MILESTONES",
    "NATURES",
    "OUTCOMES",
    "PETITION_RESULTS",
    "PETITION_STEPS",
    "PROCEDURES",
    "RESOLVED",
    "STATUSES",
    "TERM_CHANGES",
    "TIERS",
    "TRACKS",
    "YEARS",
    "area_aliases",
    "areas",
    "case_steps",
    "cases",
    "complaint_steps",
    "complaints",
    "flags",
    "follow_ups",
    "history",
    "letters",
    "load_fields",
    "loads",
    "mediators",
    "metadata",
    "milestones",
    "organisations",
    "payment_orders",
    "rejects",
    "term_changes",
    "versions",
    "whistles",
]
