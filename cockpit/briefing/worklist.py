"""What to act on, and where: overdue, due soon, repeated, moved; the records overdue for longest; the streets."""

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from cockpit import format, session
from cockpit.briefing import wording
from cockpit.briefing.document import Block, Figure, Made, Table, Words, counted, name_of
from cockpit.briefing.facts import Facts
from cockpit.deadlines import board
from cockpit.deadlines import wording as terms
from cockpit.i18n import _
from queries.measures import MEASURES

WORST = 10  # records in the list of what is overdue for longest


def monday(facts: Facts) -> Made:
    """Overdue and due within seven days by every term that runs, newly repeated, streets that moved; and the records
    that are overdue longest."""
    rows, figures = [], []
    if facts.timed:
        rows.append(_to_do(facts, _("Overdue, by law or by the source"), facts.due_counts["over"], facts.due, "over"))
        rows.append(_to_do(facts, _("Due within 7 days"), facts.due_counts["soon"], facts.due, "soon"))
        figures += _due_figures(facts)
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
    longest = board.listed(facts.board, ("over",))
    if session.viewer().rows and len(longest):
        parts.append(_longest(facts, longest))
    return Block("monday", _("To act on this week") if facts.filters.is_week else _("To act on"), tuple(parts)), figures


def _at(facts: Facts, row: dict) -> dict[str, str]:
    """Where a row of a frame by place is; the empty name where that is not stated."""
    level = facts.filters.level
    return {level: row[level] if isinstance(row[level], str) else ""}


def _due_figures(facts: Facts) -> list[Figure]:
    kinds = {"over": "deadlines.late", "soon": "deadlines.due_soon"}
    whole = [counted(name, facts.due_counts[part]) for part, name in kinds.items()]
    rows = facts.due.to_dict("records")
    return whole + [
        counted(name_of(name, **_at(facts, row)), row[part]) for row in rows for part, name in kinds.items()
    ]


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


def _longest(facts: Facts, longest: pd.DataFrame) -> Table:
    worst = longest.head(WORST)
    shown = terms.worded(worst, facts.board.versions, facts.board.late(worst))
    rows = tuple(
        (
            str(row.record),
            row.street if isinstance(row.street, str) else _("Not stated"),
            row.body if isinstance(row.body, str) else format.DASH,
            row.basis,
            format.DASH if pd.isna(row.since) else format.day(row.since),
            format.DASH if pd.isna(row.last) else format.day(row.last),
            format.DASH if pd.isna(row.left) else format.number(-row.left),
        )
        for row in shown.itertuples()
    )
    head = (
        _("Record"),
        _("Street"),
        _("Responsible body"),
        _("Legal basis"),
        _("Since"),
        _("Last day"),
        _("Days over"),
    )
    caption = _("Overdue for longest: {n} of {total}").format(n=len(rows), total=format.told(facts.due_counts["over"]))
    return Table(head, rows, frozenset({6}), (2.2, 1.8, 2.6, 2.6, 2, 2, 1), caption)


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
