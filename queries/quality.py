"""What came in and what is wrong with it: loads, fields, rejects and doubts, and which measures a defect touches.

Rejects that a later load corrected do not count any more; ``flags`` hold the doubts about the records as they are now.
"""

from dataclasses import dataclass
from functools import reduce

from sqlalchemy import ColumnElement, Select, Table, Text, and_, case, cast, func, literal, select

from queries import records as r
from queries.measures import MEASURES, Measure
from queries.measures.reading import dated_by, judged_by, reads, summed
from queries.tables import flags, load_fields, loads, metadata, rejects
from queries.words import N_

FIRST_YEAR = 1990
"""Times before are doubtful; those outside queries.tables.YEARS are none."""
JOINT = "; "
"""Between the reasons of one reject."""


@dataclass(frozen=True)
class Defect:
    """One kind of flaw. Texts are msgids: ``label`` names it, ``why`` is the sentence, ``beside`` what it touches other
    than measures. ``columns``: those concerned; empty: whichever column it is found in."""

    key: str
    label: str
    why: str
    columns: tuple[str, ...] = ()
    beside: str = ""


def _by_key(*defects: Defect) -> dict[str, Defect]:
    return {defect.key: defect for defect in defects}


DOUBTS = _by_key(
    Defect(
        "closed_before_opened",
        N_("Closed before opened"),
        N_("The closing time lies before the opening time"),
        ("opened_at", "closed_at"),
    ),
    Defect(
        "in_future",
        N_("In the future"),
        N_("The time lies after the data date of the file, or after the day on which it was loaded"),
    ),
    Defect("before_1990", N_("Before 1990"), N_("The time lies before 1990; many systems write such a date for none")),
    Defect(
        "outside_district",
        N_("Outside the district"),
        N_("The coordinates lie outside the district"),
        ("lon", "lat"),
        N_("Map and clusters"),
    ),
    Defect(
        "shared_point",
        N_("On a default point"),
        N_("So many records lie on exactly this point that it probably stands for an unknown place"),
        ("lon", "lat"),
        N_("Map and clusters"),
    ),
    Defect(
        "unknown_street",
        N_("Unknown street"),
        N_("The district has no street of this name; add another name of a street, or correct it"),
        ("street",),
        N_("Figures by street"),
    ),
    Defect(
        "unknown_mediator",
        N_("Unknown mediator"),
        N_("Nobody on the roll has this identifier"),
        ("mediator_id",),
        N_("Figures by mediator"),
    ),
    Defect("negative_amount", N_("Amount below zero"), N_("The amount is below zero")),
    Defect(
        "possible_duplicate",
        N_("Possible duplicate"),
        N_("An earlier record of the file says the same in everything but its identifier"),
    ),
)
LACKS = _by_key(
    Defect(
        "closed_without_time",
        N_("Closed without a time"),
        N_("The record is closed but has no closing time; it counts as closed under its opening time"),
        ("closed_at",),
    ),
    Defect(
        "not_judged",
        N_("On time or not: unknown"),
        N_("The record is closed and has neither a flag of the source nor a due time"),
        ("overdue", "due_at"),
    ),
    Defect("no_street", N_("Without a street"), N_("No street is named"), ("street",), N_("Figures by street")),
    Defect(
        "no_place",
        N_("Without coordinates"),
        N_("No coordinates, or such as cannot be"),
        ("lon", "lat"),
        N_("Map and clusters"),
    ),
)
REJECTIONS = {
    "missing": N_("{field} is missing"),
    "not a time": N_("{field} is no time"),
    "not a time (day or month first?)": N_("{field}: the mapping must say whether day or month comes first"),
    "not a number": N_("{field} is no number"),
    "not yes or no": N_("{field} is neither yes nor no"),
    "unknown value": N_("{field} has an unknown word"),
    "repeated": N_("{field} was there before in this file"),
    "more cells than columns": N_("The row has more cells than the header"),
}
"""The kinds of reasons, in words; a reason is its kind, or kind and columns with a colon between them."""


def kind_of(reason: str) -> tuple[str, str]:
    """The kind of a reject's reason and the columns it names, empty where it names none."""
    kind, _, columns = reason.partition(": ")
    return kind, columns


@dataclass(frozen=True)
class Touch:
    """A measure that a defect touches. ``out``: the records stay out of it; else they count with a doubtful value."""

    measure: Measure
    out: bool


def touched(defect: str, table: Table, field: str | None = None) -> tuple[Touch, ...]:
    """The measures that a defect touches, those first that the records stay out of; ``field`` is the column in doubt.

    Derived from what the terms of each measure read: a record with a doubtful date stays out of the periods that
    people look at, one that was closed before it was opened has no duration, one without a value has no say.
    """
    columns = set(_defect(defect).columns) if field is None else {field}
    measures = [measure for measure in MEASURES.values() if table.name in measure.tables]
    found = [
        Touch(measure, _stays_out(defect, measure, table, columns))
        for measure in measures
        if defect == "possible_duplicate" or columns & reads(measure, table)
    ]
    return tuple(sorted(found, key=lambda touch: not touch.out))


def _defect(key: str) -> Defect:
    return (DOUBTS | LACKS)[key]


def _stays_out(defect: str, measure: Measure, table: Table, columns: set[str]) -> bool:
    lasting = measure.quantile is not None and measure.of == "closed"
    if defect in ("closed_before_opened", "closed_without_time"):
        return lasting
    if defect in ("in_future", "before_1990"):
        return bool(columns & dated_by(measure, table))
    if defect == "negative_amount":
        return not columns & summed(measure)
    return defect == "not_judged" and bool(columns & judged_by(measure, table))


def listed() -> Select:
    """One row per load, the newest first: its row of ``loads``, rejects not corrected, and records now in doubt."""
    open_ = select(func.count()).where(rejects.c.load_id == loads.c.load_id, rejects.c.corrected_by.is_(None))
    doubtful = select(func.count(flags.c.record.distinct())).where(flags.c.load_id == loads.c.load_id)
    columns = [column for column in loads.columns if column.name != "mapping_text"]
    return select(
        *columns, open_.scalar_subquery().label("rejects_open"), doubtful.scalar_subquery().label("flagged")
    ).order_by(loads.c.loaded_at.desc(), loads.c.load_id.desc())


def fields(load_id: str) -> Select:
    """One row per field of a load: field, rows, filled, valid, flagged."""
    columns = [column for column in load_fields.columns if column.name != "load_id"]
    return select(*columns).where(load_fields.c.load_id == load_id).order_by(load_fields.c.field)


def over_time(target: str, field: str | None = None) -> Select:
    """One row per load of a table and field, the oldest first: load_id, loaded_at, field, rows, filled, valid and
    flagged."""
    columns = [column for column in load_fields.columns if column.name != "load_id"]
    asked = select(loads.c.load_id, loads.c.loaded_at, *columns).where(
        loads.c.load_id == load_fields.c.load_id, loads.c.target == target
    )
    if field is not None:
        asked = asked.where(load_fields.c.field == field)
    return asked.order_by(loads.c.loaded_at, loads.c.load_id, load_fields.c.field)


def rejects_by_reason(target: str, load_id: str | None = None) -> Select:
    """One row per reason: reason, rows. A row with several reasons counts under each; corrected ones stay out."""
    one = func.unnest(func.string_to_array(rejects.c.reason, JOINT)).label("reason")
    each = select(one).where(*_open(target, load_id)).subquery()
    return (
        select(each.c.reason, func.count().label("rows"))
        .group_by(each.c.reason)
        .order_by(func.count().desc(), each.c.reason)
    )


def rejected(target: str, load_id: str | None = None) -> Select:
    """One row: how many rows of a table's loads were not taken and not corrected since."""
    return select(func.count().label("rows")).select_from(rejects).where(*_open(target, load_id))


def rejects_behind(
    target: str, reason: str | None = None, load_id: str | None = None, limit: int | None = None, offset: int = 0
) -> Select:
    """The rejects of a reason (None: of any), the newest load first: load_id, loaded_at, file, line, reason, record and
    raw."""
    asked = select(
        rejects.c.load_id, loads.c.loaded_at, loads.c.file, rejects.c.line, rejects.c.reason, rejects.c.record,
        rejects.c.raw,
    ).join(loads, loads.c.load_id == rejects.c.load_id).where(*_open(target, load_id))  # fmt: skip
    if reason is not None:
        framed = literal(JOINT) + rejects.c.reason + literal(JOINT)
        asked = asked.where(framed.contains(f"{JOINT}{reason}{JOINT}", autoescape=True))
    asked = asked.order_by(loads.c.loaded_at.desc(), rejects.c.load_id, rejects.c.line)
    return asked.limit(limit).offset(offset)


def _open(target: str, load_id: str | None) -> list[ColumnElement[bool]]:
    of = select(loads.c.load_id).where(loads.c.target == target)
    chosen = [rejects.c.load_id == load_id] if load_id is not None else []
    return [rejects.c.load_id.in_(of), rejects.c.corrected_by.is_(None), *chosen]


def doubts_by_reason(target: str, load_id: str | None = None) -> Select:
    """One row per reason and field of the records of a table as they are now: reason, field, records."""
    asked = select(flags.c.reason, flags.c.field, func.count().label("records")).where(*_flagged(target, load_id))
    return asked.group_by(flags.c.reason, flags.c.field).order_by(func.count().desc(), flags.c.reason, flags.c.field)


def doubtful(target: str, load_id: str | None = None) -> Select:
    """One row: how many records of a table are in doubt for anything."""
    return select(func.count(flags.c.record.distinct()).label("records")).where(*_flagged(target, load_id))


def records_behind(
    target: str,
    reason: str | None = None,
    field: str | None = None,
    load_id: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Select:
    """The records in doubt, by their identifier: reason, field, value, then every column of the table."""
    table = metadata.tables[target]
    asked = select(
        flags.c.reason.label("doubt"),
        flags.c.field.label("in_doubt"),
        flags.c.value.label("as_it_stands"),
        *table.columns,
    ).where(flags.c.record == identifier(table), *_flagged(target, load_id))
    asked = asked.where(flags.c.reason == reason) if reason is not None else asked
    asked = asked.where(flags.c.field == field) if field is not None else asked
    return asked.order_by(flags.c.record, flags.c.reason, flags.c.field).limit(limit).offset(offset)


def _flagged(target: str, load_id: str | None) -> list[ColumnElement[bool]]:
    chosen = [flags.c.load_id == load_id] if load_id is not None else []
    return [flags.c.target == target, *chosen]


def identifier(table: Table) -> ColumnElement[str]:
    """What names a record in ``flags``, ``rejects`` and ``history``: its key, several columns with a slash between."""
    first, *rest = (cast(column, Text) for column in table.primary_key.columns)
    return reduce(lambda record, column: record + literal("/") + column, rest, first)  # type: ignore[arg-type]


def lacking(table: Table) -> Select:
    """One row for a fact table: ``records``, and for each key of LACKS how many of them have that defect."""
    counts = (func.count(case((condition, 1))).label(key) for key, condition in _lacks(table).items())
    return select(func.count().label("records"), *counts).select_from(table)


def lacking_behind(table: Table, key: str, limit: int | None = None, offset: int = 0) -> Select:
    """The records of a fact table that have the defect ``key`` of LACKS, by their identifier: every column."""
    return select(*table.columns).where(_lacks(table)[key]).order_by(*table.primary_key).limit(limit).offset(offset)


def _lacks(table: Table) -> dict[str, ColumnElement[bool]]:
    closed = table.c.status == "closed"
    return {
        "closed_without_time": and_(closed, table.c.closed_at.is_(None)),
        "not_judged": and_(closed, r.late(table).is_(None)),
        "no_street": table.c.street.is_(None),
        "no_place": table.c.lon.is_(None),
    }
