"""What to act on, and where: overdue, due soon, repeated, moved; the records overdue for longest; the streets."""

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from cockpit import format, session
from cockpit.briefing import wording
from cockpit.briefing.document import Block, Figure, Made, Table, Words, name_of
from cockpit.briefing.facts import Facts, few
from cockpit.i18n import _
from queries.measures import MEASURES

WORST = 10  # records in the list of what is overdue for longest


def monday(facts: Facts) -> Made:
    """Overdue, due within seven days, newly repeated, streets that moved; and the records that are overdue longest."""
    now, table = facts.rows[0], facts.table.name
    rows, figures = [], []
    if not facts.undated:
        rows.append(_to_do(facts, _("Overdue"), now["overdue"], facts.places, "overdue"))
    if facts.dated:
        soon = few(len(facts.soon))
        figures += [Figure(name_of(f"{table}.due_soon"), soon), *_due_figures(facts)]
        rows.append(_to_do(facts, _("Due within 7 days"), soon, facts.due_soon, "n"))
    if facts.marks_repeats:
        frame = facts.repeated.rename(columns={"repeat_rate_n": "again"})
        source = (
            facts.petitions[0]
            if facts.petitions
            else session.figures(("repeat_rate",), facts.table, facts.filters).iloc[0].to_dict()
        )
        rows.append(_to_do(facts, _("Newly repeated complaints"), source["repeat_rate_n"], frame, "again"))
        figures += _repeat_figures(facts, source)
    if facts.watched:
        moved = list(dict.fromkeys(one.group for one in facts.watched if one.signal and one.by == "street"))
        rows.append((_("Streets that moved"), format.number(len(moved)), _(", ").join(moved) or format.DASH))
    if not rows:
        return None, figures
    parts: list[Table | Words] = [
        Table((_("What"), _("Count"), _("Where most")), tuple(rows), frozenset({1}), (2.4, 1, 5))
    ]
    if session.viewer().rows and not facts.undated and len(facts.overdue):
        parts.append(_longest(facts))
    return Block("monday", _("To act on this week") if facts.filters.is_week else _("To act on"), tuple(parts)), figures


def _at(facts: Facts, row: dict) -> dict[str, str]:
    """Where a row of a frame by place is; the empty name where that is not stated."""
    level = facts.filters.level
    return {level: row[level] if isinstance(row[level], str) else ""}


def _due_figures(facts: Facts) -> list[Figure]:
    name = f"{facts.table.name}.due_soon"
    return [Figure.of(name_of(name, **_at(facts, row)), "n", row) for row in facts.due_soon.to_dict("records")]


def _repeat_figures(facts: Facts, whole: dict) -> list[Figure]:
    """By street; the whole stands among the key figures where the complaints are not what the briefing is about."""
    name, key = "complaints.repeat_rate", "repeat_rate"
    own = [] if facts.petitions else [Figure.of(name, key, whole)]
    rows = facts.repeated.to_dict("records")
    return [*own, *(Figure.of(name_of(name, **_at(facts, row)), key, row) for row in rows)]


def _to_do(facts: Facts, what: str, n, frame: pd.DataFrame, column: str) -> tuple[str, str, str]:
    most = facts.most(frame, column)
    where = _(", ").join(f"{place} {format.number(value)}" for place, value in most)
    return what, format.told(n), where or format.DASH


def _longest(facts: Facts) -> Table:
    rows = tuple(
        (
            str(row.id),
            row.street if isinstance(row.street, str) else _("Not stated"),
            row.category if isinstance(row.category, str) else format.DASH,
            format.day(row.opened_at),
            format.DASH if pd.isna(row.due_at) else format.day(row.due_at),
            format.number(row.days_over, 0),
        )
        for row in facts.overdue.head(WORST).itertuples()
    )
    head = (_("Record"), _("Street"), _("Category"), _("Received at"), _("Due"), _("Days over"))
    caption = _("Overdue for longest: {n} of {total}").format(
        n=len(rows), total=format.number(facts.rows[0]["overdue"])
    )
    return Table(head, rows, frozenset({5}), (2.4, 2, 2, 2.2, 2.2, 1.2), caption)


class Column(NamedTuple):
    """One column of the table of streets: ``key`` has something to say, or it is left out."""

    key: str
    head: str
    width: float
    cell: Callable[[dict], str]
    right: bool = True


def streets(facts: Facts) -> Made:
    frame = facts.places
    shown = frame[~((frame["received"] == 0) & (frame["rate_d"] == 0))]
    if shown.empty:
        return None, []
    columns = [
        column for column in _columns(facts) if column.key == facts.filters.level or frame[column.key].notna().any()
    ]
    table = Table(
        tuple(column.head for column in columns),
        tuple(tuple(column.cell(row) for column in columns) for row in shown.to_dict("records")),
        frozenset(place for place, column in enumerate(columns) if column.right),
        tuple(column.width for column in columns),
    )
    note = _("by number received · streets whose intervals overlap are not ranked")
    heading = _("Streets") if facts.filters.level == "street" else _("Communities")
    return Block("streets", heading, (table,), note), _street_figures(facts)


def _columns(facts: Facts) -> list[Column]:
    level, rate = facts.filters.level, _(MEASURES[facts.about.rate].label)
    previous = _("Against {previous}").format(previous=wording.period_before(facts.filters))

    def named(row: dict) -> str:
        return row[level] if isinstance(row[level], str) else _("Not stated")

    return [
        Column(level, _("Street") if level == "street" else _("Community"), 2.2, named, right=False),
        Column("received", _("Received"), 1.1, lambda row: format.told(row["received"])),
        Column("previous", previous, 1.3, lambda row: format.signed(row["received"] - row["previous"])),
        Column("per_10k", _("Per 10,000"), 1.2, lambda row: format.number(row["per_10k"], 1)),
        Column("rate", _("{rate} (95% interval)").format(rate=rate), 2.8, _interval, right=False),
        Column("rate_d", "n", 1, lambda row: format.told(row["rate_d"])),
        Column("overdue", _("Overdue"), 1.2, lambda row: format.told(row["overdue"])),
    ]


def _interval(row: dict) -> str:
    if format.missing(row["rate"]):
        return format.DASH
    interval = format.share_range(row["lower"], row["upper"])
    return _("{share} ({interval})").format(share=format.share(row["rate"]), interval=interval)


def _street_figures(facts: Facts) -> list[Figure]:
    figures, table, rate = [], facts.table.name, facts.about.rate
    for row in facts.places.to_dict("records"):
        at = _at(facts, row)
        figures += [
            Figure.of(name_of(f"{table}.received", **at), "received", row),
            Figure.of(name_of(f"{table}.overdue", **at), "overdue", row),
            Figure.of(name_of(f"{table}.{rate}", **at), "rate", row),
        ]
        if facts.filters.level == "street" and facts.filters.is_over:
            figures.append(Figure.of(name_of(f"{table}.received", **at, when="previous"), "previous", row))
    return figures
