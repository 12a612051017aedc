"""热点: where disputes or complaints cluster, and where there are many for the people who live there."""

from dataclasses import replace
from typing import Literal

import streamlit as st

from cockpit import cards, format, ground, hotspots, maps, session
from cockpit.cards import hotspots as parts
from cockpit.cards.kept import kept
from cockpit.i18n import _
from queries.tables import FACTS

filters, tokens, phone, rows = session.current_filters(), session.tokens(), session.is_phone(), session.viewer().rows
here = ground.ground(filters.district or "")

kinds = {"cases": _("Disputes"), "complaints": _("Complaints")}
present = [name for name in kinds if session.has_rows(FACTS[name], filters)] or list(kinds)
questions = {"sudden": _("Sudden rise"), "standing": _("Standing high")}
views = {"cells": _("Cells"), "rate": _("Streets, per 10,000"), "count": _("Streets, number")}
if not here.population.gt(0).any():
    del views["rate"]
with st.container(horizontal=True, gap="small", vertical_alignment="center", key="hotspots_choice"):
    kind = kept("hotspots", "table", _("Records"), kinds, present[0])
    question = kept("hotspots", "question", _("Question"), questions, "sudden")
    show = kept("hotspots", "map", _("Map"), views, "cells")
table = FACTS[kind]

found = hotspots.find(here, table, filters, question)
if not found.total:
    newest = hotspots.latest(table, filters)
    last = None if newest is None else _("Newest record: {day}").format(day=format.day(newest))
    cards.empty(_("No records under this choice"), format.describe(filters), last, cards.ways_out(filters))
    st.stop()

cards.finding(hotspots.sentence(found, question))
parts.problem(here)
everywhere = replace(filters, streets=())
streets = hotspots.places(here, table, everywhere)
base = parts.base(here, found, filters)

height: Literal["content", "stretch"] = "content" if phone else "stretch"
left, right = (st.container(), st.container()) if phone else st.columns([6.2, 8.0], gap="small")
with left.container(border=True, height=height, gap="xsmall"):
    if base is None:
        cards.title(_("Map"))
        st.markdown(_("No record of this choice has coordinates, so there is no map."))
    else:
        parts.legend(show)
        mean = hotspots.overall(here, everywhere, found.everywhere) if show == "rate" else streets["n"].mean()
        drawn = parts.streets_of(here, streets, mean, show)
        if show == "cells":
            deck = maps.cells(base, drawn, parts.cells_of(found, rows), found.clusters, tokens, cards.mark())
        else:
            deck = maps.streets(base, drawn, show, found.clusters, tokens, cards.mark())
        parts.draw(deck, _("Map of {kind}: {n} significant hotspots").format(kind=kinds[kind], n=len(found.clusters)))
        parts.under(here, found, rows)

with right.container(border=True, height=height, gap="small"):
    parts.table(hotspots.table_of(found, here, rows), hotspots.nothing(found))
    parts.longer(filters, question)
    read = _("**Colour is number; only a thick outline is a hotspot.**")
    st.markdown(f"{read} {hotspots.compared(found, question, filters)}")
    around = hotspots.places(here, table, filters) if filters.streets else streets
    parts.bars(around, hotspots.overall(here, filters, found.total), filters)
    st.caption(hotspots.method(found, filters))
