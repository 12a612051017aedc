"""热点: where disputes or complaints cluster, and where there are many for the people who live there."""

from dataclasses import replace
from typing import Literal

import streamlit as st

from cockpit import cards, hotspots, maps, session
from cockpit.cards import hotspots as parts
from cockpit.cards.kept import kept
from cockpit.ground import ground
from cockpit.i18n import _
from queries.tables import FACTS

filters, tokens, phone, rows = session.current_filters(), session.tokens(), session.is_phone(), session.viewer().rows
everywhere, here = replace(filters, streets=()), ground(filters.district or "")
kinds = {"cases": _("Disputes"), "complaints": _("Complaints")}
present = [name for name in kinds if session.has_rows(FACTS[name], filters)]
questions = {"sudden": _("Sudden rise"), "standing": _("Standing high")}
views = {"cells": _("Cells"), "rate": _("Streets, per 10,000"), "count": _("Streets, number")}
if not here.population.gt(0).any():
    del views["rate"]


def draw_map() -> None:
    base = parts.base(here, found, filters)
    if base is None:
        cards.title(_("Map"))
        st.markdown(_("No record of this choice has coordinates, so there is no map."))
        return
    mean = (
        hotspots.overall(here, everywhere, found.everywhere)
        if show == "rate"
        else streets.dropna(subset="name")["n"].mean()
    )
    if session.is_print():
        parts.print_map(here, streets, found, show, mean)
        parts.under(here, found, rows)
        return
    drawn = parts.streets_of(here, streets, mean, show)
    parts.legend(show)
    if show == "cells":
        deck = maps.cells(base, drawn, parts.cells_of(found, rows), found.clusters, tokens, session.mark())
    else:
        deck = maps.streets(base, drawn, show, found.clusters, tokens, session.mark())
    parts.draw(deck, _("Map of {kind}: {n} significant hotspots").format(kind=kinds[kind], n=len(found.clusters)))
    parts.under(here, found, rows)


def draw_lists() -> None:
    parts.table(hotspots.table_of(found, here, rows), hotspots.nothing(found))
    parts.longer(filters, question)
    read = _("**Only a thick outline is a hotspot, a strong colour is not.**")
    st.markdown(f"{read} {hotspots.compared(found, question, filters)}")
    around = hotspots.places(here, table, filters) if filters.streets else streets
    parts.bars(around, hotspots.overall(here, filters, found.total), filters)
    st.caption(hotspots.method(found, filters))


with st.container(horizontal=True, gap="small", vertical_alignment="center", key="hotspots_choice"):
    kind = kept("hotspots", "table", _("Records"), kinds, (present or list(kinds))[0])
    question = kept("hotspots", "question", _("Question"), questions, "sudden")
    show = kept("hotspots", "map", _("Map"), views, "cells")
table = FACTS[kind]
found = hotspots.find(here, table, filters, question)
parts.problem(here)
if not found.total:
    parts.nothing_here(table, filters, {name: kinds[name] for name in present if name != kind})
else:
    cards.finding(hotspots.sentence(found, question))
    streets = hotspots.places(here, table, everywhere)
    height: Literal["content", "stretch"] = "content" if phone else "stretch"
    left, right = cards.side_by_side([6.2, 8.0])
    with cards.box(left, height):
        draw_map()
    with cards.box(right, height, "small", long=True):
        draw_lists()
