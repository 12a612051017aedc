"""漏斗: what entered each step of a programme, how it left, and what is not known."""

from typing import Literal

import streamlit as st

from cockpit import cards, steps
from cockpit.analysis.funnel import Funnel, resolution
from cockpit.cards import funnel as parts
from cockpit.cards.payment_orders import eligibility
from cockpit.session import current_filters, is_phone
from queries.funnel import Basis

filters, phone = current_filters(), is_phone()
box: Literal["content", "stretch"] = "content" if phone else "stretch"


def show(programme: str, basis: Basis, shown: Funnel, year: Funnel) -> None:
    cards.finding(steps.found(shown, programme, basis))
    clear = resolution(shown, basis)
    above = st.container() if phone else None  # on a phone the chart comes before the cards
    parts.figures(shown, year, clear, filters)
    left, right = (above, st.container()) if above else cards.side_by_side([9.4, 4.8])
    with cards.box(left):
        parts.draw(shown, programme)
    with cards.box(right, box, "small"):
        parts.how_to_read(shown, clear)
        parts.residual_list(shown, filters, programme, basis)
    tables = cards.side_by_side([6.2, 4.2, 3.8])
    with cards.box(tables[0], box):
        parts.against_last_year(shown, year, filters)
    with cards.box(tables[1], box):
        parts.amounts(shown)
    with cards.box(tables[2], box):
        parts.days(shown)


offered, districts = steps.programmes(filters)
if offered:
    programme, basis = parts.choose(filters, offered)
    shown, year = steps.funnels(filters, programme.name, basis)
    if shown.total:
        show(programme.name, basis, shown, year)
    else:
        parts.no_case(filters, programme)
else:
    parts.no_programme(filters, districts)
eligibility(filters)
