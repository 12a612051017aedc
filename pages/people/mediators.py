"""调解员榜: people against the district mean without false ranks, and organisations by tier."""

import pandas as pd
import streamlit as st

from cockpit import cards, format, people
from cockpit.cards import mediators as parts
from cockpit.cards import organisations as bodies
from cockpit.cards.kept import kept
from cockpit.i18n import _
from cockpit.session import current_filters, focus, is_phone, is_print, load, viewer
from queries import mediators as ask

filters, rows = current_filters(), viewer().rows


def show_people(minimum: int) -> None:
    found = load(ask.people, filters, raw=True)
    unnamed = int(found.loc[found["mediator_id"].isna(), "concluded"].sum())
    attributed = found[found["mediator_id"].notna() & (found["concluded"] > 0)].reset_index(drop=True)
    if attributed.empty:
        nobody()
        return
    attributed["label"] = people.labels(attributed["name"], attributed["mediator_id"])
    attributed["rate"] = attributed["mediated"] / attributed["concluded"]
    listed = people.ranked(attributed, minimum)
    seen, everybody = listed, attributed
    if not rows:
        seen, everybody = people.discreet(listed, attributed), people.discreet(attributed)
    few = len(attributed) - len(listed)
    figures = (attributed, unnamed, listed, minimum)
    if not is_phone():
        parts.people_cards(*figures)
    if listed.empty:
        parts.too_few(few, minimum, filters)
    else:
        parts.board(seen, few, minimum, parts.mean_name(filters))
    if is_phone():
        parts.people_cards(*figures)
    parts.people_table(people.everybody(everybody, seen))


def nobody() -> None:
    """No case of the choice names a mediator."""
    known = load(ask.newest, filters, raw=True).iloc[0]
    if not known["attributed"]:
        needed = "cases.mediator_id, cases.outcome, cases.closed_at, mediators.name"
        cards.columns_missing(_("These data name no mediators"), needed, filters)
        return
    last = None if pd.isna(known["last"]) else _("Last: {day}").format(day=format.day(known["last"]))
    every = {_("All streets and categories"): (focus, {"street": "", "category": "", "channel": ""})}
    cards.empty(_("Nobody concluded a mediation here"), format.describe(filters), last, parts.longer() | every)


def show_organisations() -> None:
    found = people.rated(load(ask.bodies, filters, raw=True))
    unnamed = int(found.loc[found["organisation_id"].isna(), "concluded"].sum())
    found = found[found["organisation_id"].notna()].reset_index(drop=True)
    if found.empty:
        needed = "cases.organisation_id, organisations.name, organisations.tier"
        cards.columns_missing(_("These data name no organisations"), needed, filters)
        return
    found["label"] = found["name"].fillna(found["organisation_id"])
    seen = found if rows else people.by_caseload(people.discreet(found))
    active, total = seen[seen["concluded"] != 0], people.totals(found, rows)
    said = _("{active} of {n} organisations concluded cases")
    cards.finding(said.format(active=format.number(len(active)), n=format.number(len(found))))
    bodies.organisation_cards(found["tier"].value_counts(), len(active), total, unnamed)
    left, right = cards.side_by_side([9.4, 4.8])
    with cards.box(left, "stretch"):
        bodies.organisation_chart(active, total["rate"], filters)
    with cards.box(right, "stretch", "small"):
        bodies.tier_table(seen)
    bodies.organisation_table(seen)


with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="xsmall"):
    views = {"people": _("People"), "organisations": _("Organisations")}
    view = kept("mediators", "view", _("View"), views, "people")
    if view == "people":
        with st.container(horizontal=True, vertical_alignment="center", width="content", gap="xsmall"):
            if not is_print():
                st.markdown(_("Minimum caseload"), width="content")
            minima = {"0": _("No minimum"), "10": "10", "30": "30", "50": "50", "100": "100"}
            minimum = int(kept("mediators", "minimum", _("Minimum caseload"), minima, "30"))
if view == "people":
    show_people(minimum)
else:
    show_organisations()
