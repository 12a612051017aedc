"""The block of terms: how many are how late, by kind of record, by the article that is overdue, and by body."""

from dataclasses import replace

import pandas as pd

from cockpit import format, session
from cockpit.briefing.document import Block, Figure, Made, Table, Words, counted, name_of, strong
from cockpit.briefing.facts import Facts
from cockpit.deadlines import board as boards
from cockpit.deadlines import wording
from cockpit.deadlines.board import GROUPS, Board
from cockpit.deadlines.rules import version_of
from cockpit.fields import TABLES
from cockpit.i18n import _

NAMED = 6  # articles and bodies that are named


def deadlines(facts: Facts) -> Made:
    """What was open at the end of the period, by the terms that ran then."""
    if not facts.timed:
        return None, []
    board = facts.board
    kinds, articles = boards.by(board, "target", boards.CARDS), _articles(board)
    bodies = _late(boards.by(board, "body", GROUPS))
    parts: list[Words | Table] = [Words((_sentence(facts),)), _kinds(kinds)]
    parts += [_table(articles, board)] if len(articles) else []
    parts += [_bodies(bodies)] if len(bodies) else []
    note = _("counted from {day} · by law or by the source").format(day=format.day(board.today))
    return Block("deadlines", _("Deadlines"), tuple(parts), note), _figures(kinds, articles, bodies, board)


def _sentence(facts: Facts) -> str:
    counts = facts.due_counts
    return _("Of {n} pending, {over} are overdue and {soon} fall due within 7 days.").format(
        n=strong(format.told(boards.total(facts.board))),
        over=strong(format.told(counts["over"])),
        soon=strong(format.told(counts["soon"])),
    )


def _late(frame: pd.DataFrame) -> pd.DataFrame:
    """The first rows in which something is overdue; a count that may not be shown is something."""
    return frame[frame["over"].fillna(1) > 0].head(NAMED)


def _articles(board: Board) -> pd.DataFrame:
    """Overdue records by the version of the rule that is their next term: version, over; the most first."""
    over = replace(board, records=board.records[board.records["state"].eq("over").to_numpy()])
    named = over.records["version"].map(lambda place: str(int(place)))
    frame = boards.by(replace(over, records=over.records.assign(version=named)), "version", {"over": ("over",)})
    return _late(frame.sort_values(["over", "version"], ascending=[False, True], na_position="last"))


def _kinds(frame: pd.DataFrame) -> Table:
    head = (_("Kind of record"), _("Pending"), *(wording.marked(state) for state in boards.CARDS))
    rows = tuple(
        (_(TABLES[row["target"]]), *(format.told(row[name]) for name in ("n", *boards.CARDS)))
        for row in frame.to_dict("records")
    )
    return Table(head, rows, frozenset(range(1, len(head))), (2.2, *[1.2] * (len(head) - 1)))


def _table(articles: pd.DataFrame, board: Board) -> Table:
    rows = tuple(
        (wording.matter(one, 0, 0), wording.basis(one), format.told(row["over"]))
        for row in articles.to_dict("records")
        for one in [version_of(int(row["version"]), board.versions)]
    )
    return Table((_("Term"), _("Legal basis"), _("Overdue")), rows, frozenset({2}), (3, 3, 1))


def _bodies(frame: pd.DataFrame) -> Table:
    rows = tuple(
        (
            row["body"] if isinstance(row["body"], str) else _("Not stated"),
            *(format.told(row[name]) for name in ("over", "soon", "n")),
        )
        for row in frame.to_dict("records")
    )
    head = (_("Responsible body"), _("Overdue"), _("Due within 7 days"), _("Pending"))
    order = _("by share overdue (lower end of its 95% interval)") if session.viewer().rows else ""
    return Table(head, rows, frozenset({1, 2, 3}), (3.4, 1.2, 1.2, 1.2), order)


def _figures(kinds: pd.DataFrame, articles: pd.DataFrame, bodies: pd.DataFrame, board: Board) -> list[Figure]:
    found = [
        counted(name_of("deadlines.standing", kind=row["target"], state=part), row[part])
        for row in kinds.to_dict("records")
        for part in boards.CARDS
    ]
    for row in articles.to_dict("records"):
        one = version_of(int(row["version"]), board.versions)
        basis = f"{one.rule.key} {one.article}" if one else "source"
        found.append(counted(name_of("deadlines.late", basis=basis), row["over"]))
    for row in bodies.to_dict("records"):
        body = row["body"] if isinstance(row["body"], str) else ""
        found.append(counted(name_of("deadlines.late", body=body), row["over"]))
        found.append(counted(name_of("deadlines.due_soon", body=body), row["soon"]))
        found.append(counted(name_of("deadlines.standing", body=body), row["n"]))
    return found
