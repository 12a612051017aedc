"""时限: what is overdue and what falls due, for whom, by which article; down to the records and to a file."""

import streamlit as st

from cockpit import cards, format, session
from cockpit.cards import deadline_list, deadlines
from cockpit.cards.kept import kept
from cockpit.cards.listing import unseen
from cockpit.deadlines import board as boards
from cockpit.i18n import _

KINDS = {"all": (), "cases": ("cases",), "complaints": ("complaints",)}
filters = session.current_filters()
whole = boards.now(filters)

words = {"all": _("All"), "cases": _("Disputes"), "complaints": _("Complaints and petitions")}
both = whole.records["target"].nunique() > 1
kind = kept("deadlines", "kind", _("Records"), words, "all") if both else "all"
board = whole.chosen(filters, KINDS[kind])

if board.records.empty:
    text = format.describe(filters, _("today, {day}").format(day=format.day(board.today)))
    cards.empty(_("Nothing is pending under this choice"), text, None, cards.ways_out(filters, periods=False))
    raise session.Finished

old = (board.today - filters.data_date.date()).days
if old > 0:
    text = _("The data end {n} days before today: what was closed since then still counts as pending here.")
    st.warning(text.format(n=format.number(old)), icon=":material/history:")
counts = boards.counts(board, boards.GROUPS)
cards.finding(
    _("{n} pending, {over} overdue").format(n=format.told(boards.total(board)), over=format.told(counts["over"]))
)

deadlines.states(board)
left, right = cards.side_by_side([4.4, 8])
with cards.box(left, "content" if session.is_phone() else "stretch", long=True):
    deadlines.places(board, filters)
with cards.box(right, long=True):
    if unseen():
        deadlines.bodies(board)
    else:
        cards.title(_("To act on"), _("the longest overdue first, then by days left"))
        state = kept("deadlines", "state", _("Status"), deadline_list.choices(), "due")
        deadline_list.worklist(board, filters, state)
if session.viewer().rows:
    with cards.box(long=True):
        deadlines.bodies(board)

if not session.is_print():
    rights = st.expander(_("Terms whose end has legal effect"), key="deadlines_rights_open", on_change="rerun")
    if rights.open:
        with rights:
            deadline_list.rights(board, filters)
    rules = st.expander(_("Rulebook: every term and its article"), key="deadlines_rules_open", on_change="rerun")
    if rules.open:
        with rules:
            deadline_list.rulebook(whole)
if years := boards.guessed_years(board):
    text = _("The holidays of {years} are not decreed yet: there, terms in working days count weekends alone.")
    st.caption(text.format(years=_(", ").join(str(year) for year in years)))
