"""The deadline board row by row: what is to be done first, by which article, since when; and the rulebook."""

from typing import Any

import pandas as pd
import streamlit as st

from cockpit import export, format, session
from cockpit.cards.deadlines import clear
from cockpit.cards.elements import offer, table, title
from cockpit.cards.listing import listing
from cockpit.charts import deadlines as charts
from cockpit.deadlines import board as boards
from cockpit.deadlines import terms, wording
from cockpit.deadlines.board import GROUPS, Board
from cockpit.deadlines.rules import version_of
from cockpit.fields import TABLES
from cockpit.i18n import _
from queries.filters import Filters

LIST, RIGHTS = "deadlines_records", "deadlines_rights"
SHOWN = {
    "due": (*GROUPS["over"], *GROUPS["soon"]),
    "over": ("over",),
    "today": ("today",),
    "soon": GROUPS["soon"],
    "later": GROUPS["later"],
    "all": terms.STATES,
}
"""What the list can be narrowed to: code → states."""


def choices() -> dict[str, str]:
    return {
        "due": _("To act on"),
        "over": wording.marked("over"),
        "today": wording.marked("today"),
        "soon": f"{charts.GLYPHS['soon']} {_('Due within 7 days')}",
        "later": f"{charts.GLYPHS['later']} {_('Later or without a term')}",
        "all": _("All"),
    }


def chip() -> tuple[str, str | None]:
    """The column and value that were clicked, shown with the way back; an empty column where none was."""
    column, value = st.session_state.get("deadlines_at") or ("", None)
    if column:
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", width="content"):
            words = format.markdown(value or _("Not stated"))
            st.markdown(f":blue-badge[{words}]", width="content")
            if not session.is_print():
                st.button(_("× clear"), key="deadlines_clear", on_click=clear)
    return column, value


def worklist(board: Board, filters: Filters, state: str) -> None:
    """The records of a state, the longest overdue first, a page at a time and as files; a click shows all the terms of
    one."""
    column, value = chip()
    records = boards.listed(board, SHOWN[state], column, value)
    beside = boards.unlisted(board, SHOWN[state])
    if beside or format.missing(beside):
        st.caption(_("Accusations are counted and not listed: {n}.").format(n=format.told(beside)))
    if records.empty:
        st.markdown(_("No record is in this state."))
        return
    if session.is_print():
        if session.viewer().rows:
            on_paper = {name: config for name, config in _columns().items() if name not in ("street", "matter")}
            table(_in_words(records, board), LIST, on_paper)
        return
    seen = listing(
        lambda limit, offset: records.iloc[offset : offset + limit].reset_index(drop=True),
        len(records),
        LIST,
        lambda rows: (_in_words(rows, board), _columns()),
        lambda rows: filed(rows, board),
        export.about(f"{_('Deadlines')} · {choices()[state]}", filters),
        phone={"left_words": 116, "record": 102, "street": 76},
        on_select="rerun",
        selection_mode="single-row",
    )
    chosen = st.session_state[f"{LIST}_list"].selection.rows if seen is not None else []
    if seen is not None and chosen and chosen[0] < len(seen):
        terms_of(board, seen.iloc[chosen[0]])


def _in_words(records: pd.DataFrame, board: Board) -> pd.DataFrame:
    return _placed(wording.worded(records, board.versions, board.late(records)))


def _placed(known: pd.DataFrame) -> pd.DataFrame:
    return known.assign(street=known["street"].fillna(_("Not stated")), body=known["body"].fillna(_("Not stated")))


def _columns() -> dict[str, Any]:
    text, days = st.column_config.TextColumn, format.day_pattern()
    date = st.column_config.DateColumn
    return {
        "left_words": text(_("Left"), width=140),
        "record": text(_("Number"), width=112),
        "street": text(_("Street"), width=84),
        "body": text(_("Responsible body"), width=140),
        "matter": text(_("Term"), width=130, help=_("With what moved it: pauses and extensions")),
        "basis": text(_("Legal basis"), width=220, help=_("Of every overdue term, the longest overdue first")),
        "since": date(_("Since"), format=days, width=114),
        "last": date(_("Last day"), format=days, width=114, help=_("Empty while the term is paused")),
    }


def filed(records: pd.DataFrame, board: Board) -> pd.DataFrame:
    """The rows as a file has them: every column in words."""
    return _filed(_in_words(records, board))


def _filed(known: pd.DataFrame) -> pd.DataFrame:
    known = known.assign(
        target=[_(TABLES[name]) for name in known["target"]],
        state=[wording.label(state) for state in known["state"]],
        **{name: pd.to_datetime(known[name]).dt.date for name in ("since", "last", "opened_at", "halted")},
    )
    labels = {
        "record": _("Number"),
        "target": _("Kind of record"),
        "state": _("Status"),
        "days_left": _("Days left"),
        "matter": _("Term"),
        "basis": _("Legal basis"),
        "text": _("Text version"),
        "since": _("Since"),
        "last": _("Last day"),
        "paused": _("Days paused"),
        "halted": _("Paused since"),
        "extended": _("Days extended"),
        "refused": _("Days granted beyond the limit"),
        "body": _("Responsible body"),
        "street": _("Street"),
        "community": _("Community"),
        "category": _("Category"),
        "channel": _("Channel"),
        "opened_at": _("Received on"),
    }
    return known[list(labels)].rename(columns=labels)


def terms_of(board: Board, row: pd.Series) -> None:
    """Every term of one record, rights too."""
    found = board.of(row["target"], row["record"])
    title(_("All terms of {record}").format(record=format.markdown(row["record"])), _("the one that ends first counts"))
    if found.empty:
        st.markdown(_("No term runs: the source sets none, and no rule of the book applies."))
        return
    _terms_table(found, board, "deadlines_terms")
    if found["refused"].any():
        st.caption(
            _("{n} days were granted beyond what the law allows; they do not count.").format(
                n=format.number(found["refused"].max())
            )
        )


def _terms_table(found: pd.DataFrame, board: Board, key: str) -> None:
    judged = found.assign(state=terms.state_of(found))
    shown = wording.worded(judged, board.versions)
    known = [version_of(int(place), board.versions) for place in shown["version"]]
    shown = shown.assign(kind=[_(wording.KINDS[one.rule.kind if one else "duty"]) for one in known])
    columns = {name: config for name, config in _columns().items() if name not in ("record", "street", "body")}
    columns |= {
        "text": st.column_config.TextColumn(_("Text version"), width=190),
        "kind": st.column_config.TextColumn(_("Duty or right"), width=170),
    }
    table(shown, key, columns, phone=("left_words", "matter", "basis", "last"), height="content")


# --- rights, rules ----------------------------------------------------------------------------------------------------


def rights(board: Board, filters: Filters) -> None:
    """Terms whose end has legal effect, the next first, a page at a time and as files; they are nobody's delay."""
    found = boards.listed_rights(board)
    if found.empty:
        st.markdown(_("No such term runs."))
        return
    if not session.viewer().rows:
        st.markdown(_("Running: {n}").format(n=format.told(session.told(len(found), len(found)))))
        return
    listing(
        lambda limit, offset: found.iloc[offset : offset + limit].reset_index(drop=True),
        len(found),
        RIGHTS,
        lambda rows: (_rights_in_words(rows, board), _columns()),
        lambda rows: filed_rights(rows, board),
        export.about(_("Terms whose end has legal effect"), filters),
        phone=("left_words", "record", "matter", "last"),
    )


def _rights_in_words(found: pd.DataFrame, board: Board) -> pd.DataFrame:
    return _placed(wording.worded(found.assign(state=terms.state_of(found)), board.versions))


def filed_rights(found: pd.DataFrame, board: Board) -> pd.DataFrame:
    """The rows as a file has them; without a state, for a right is never overdue."""
    return _filed(_rights_in_words(found, board)).drop(columns=_("Status"))


def rulebook(board: Board) -> None:
    """Every rule in each of its versions, how many records it is the next term of, and why some are not bound."""
    frame = pd.DataFrame([_rule(board, place) for place in range(len(board.versions))])
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    columns = {
        "name": text(_("Term"), width=190),
        "basis": text(_("Legal basis"), width=200),
        "version": text(_("Text version"), width=210),
        "length": text(_("Length"), width=90),
        "extension": text(_("Extension"), width=110),
        "kind": text(_("Duty or right"), width=170),
        "n": number(_("Running"), format="localized", width=76),
        "note": text(_("Note"), width=420),
    }
    table(frame, "deadlines_rules", columns, phone=("name", "basis", "length", "n"), height="content")
    offer(_("Rulebook"), frame, {name: str(config["label"]) for name, config in columns.items()})


def _rule(board: Board, place: int) -> dict[str, Any]:
    version = board.versions[place]
    rule = version.rule
    n = int(board.terms["version"].eq(place).sum())
    return {
        "name": str(rule.name),
        "basis": wording.basis(version),
        "version": wording.text_version(version),
        "length": wording.length(rule),
        "extension": wording.extension(rule),
        "kind": _(wording.KINDS[rule.kind]),
        "n": None if rule.unbound is not None else session.told(n, n),
        "note": " ".join(str(one) for one in (rule.unbound, rule.note) if one is not None),
    }
