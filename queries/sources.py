"""Every table that measures are asked of: the facts, the calls of streets, and the visits after a closing."""

from typing import cast

from sqlalchemy import ColumnElement, Select, Table, literal, select, union_all

from queries.tables import FACTS, cases, complaints, follow_ups, whistles

PLACE = ("district", "street", "community", "category", "channel")


def _visits(record: Table, key: ColumnElement, name: str) -> Select:
    visit = follow_ups.c
    return (
        select(
            visit.follow_up_id,
            literal(name).label("target"),
            visit.record,
            visit.visitor,
            record.c.closed_at.label("opened_at"),
            visit.due_at,
            visit.done_at.label("closed_at"),
            visit.result,
            *(record.c[column] for column in PLACE),
        )
        .join_from(follow_ups, record, key == visit.record)
        .where(visit.target == name)
    )


# Measures ask it as they ask a table.
VISITS = cast(
    Table,
    union_all(
        _visits(cases, cases.c.case_id, "cases"), _visits(complaints, complaints.c.complaint_id, "complaints")
    ).subquery("follow_ups"),
)
"""One row per visit (回访) with the place and kind of its record. opened_at: the record was closed, so a visit was
owed; due_at; closed_at: done, null = not yet. Visits of records that are not there have no place and are left out."""

SOURCES: dict[str, Table] = {**FACTS, "whistles": whistles, "follow_ups": VISITS}
"""Name → table, or what stands for it; each has district, street, category and channel."""
