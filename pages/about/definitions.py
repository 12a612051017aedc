"""口径: what each measure means and says now, what rival definitions of a word say, and the published figures."""

from functools import partial

import streamlit as st

from cockpit import breakdown, cards, definitions, format, session
from cockpit.cards import definitions as parts
from cockpit.cards.kept import kept
from cockpit.casework import SUBJECTS
from cockpit.i18n import _
from queries.sources import SOURCES
from queries.tables import FACTS, cases

filters = session.current_filters()


def show_rivals() -> None:
    groups = definitions.of_table(table)
    figures = definitions.figures(groups, table, filters)
    closed = definitions.compared(groups[0], table, figures)
    names = [definitions.label(way) for way in groups[0].ways]
    said = [f"{name} {format.share(value)}" for name, value in zip(names, closed["value"], strict=True)]
    cards.finding(_(", ").join(said))
    shown = [one for one in groups if definitions.said(one, table, figures)]
    boxes = [partial(parts.rivals, one, table, figures) for one in shown]
    boxes.append(partial(parts.durations, table, filters))
    if table is cases:
        boxes.append(partial(parts.litigation, filters))
    places = cards.side_by_side([1, 1])
    for place, draw in enumerate(boxes):
        with places[place % 2], cards.box():
            draw()
    if silent := [_(one.title) for one in groups if one not in shown]:
        st.caption(_("The data say nothing about: {what}").format(what=_(", ").join(silent)))
    parts.maturity(filters)


def show_published() -> None:
    if not session.is_demonstration():
        cards.empty(
            _("Published figures are held against the demonstration only"),
            _("These data are others: what a newspaper printed about other places says nothing of them."),
            None,
            {},
        )
        return
    found = parts.published()
    held, built = (sum(one.state in states for one in found) for states in (("holds",), ("holds", "differs")))
    cards.finding(
        _("{held} of {built} published numbers hold").format(held=format.number(held), built=format.number(built))
    )
    parts.counts(found)
    with cards.box(long=True):
        parts.table(found)


with st.container(horizontal=True, gap="small", vertical_alignment="center", key="definitions_choice"):
    views = {
        "rivals": _("Rival definitions"),
        "measures": _("All measures"),
        "published": _("Published figures"),
    }
    view = kept("definitions", "view", _("View"), views, "rivals")
    if view == "rivals":
        offered = {code: _(SUBJECTS[code].label) for code in breakdown.present(filters)}
        table = FACTS[kept("definitions", "table", _("Records"), offered, next(iter(offered)))]
    elif view == "measures":
        offered = definitions.measured(filters)
        source = kept("definitions", "of", _("Records"), offered, next(iter(offered)))
if view == "rivals":
    show_rivals()
elif view == "measures":
    with cards.box(long=True):
        if source == definitions.SINGLE:
            parts.single()
        else:
            parts.measures(SOURCES[source], filters)
else:
    show_published()
