"""Mediation bodies: the tiers of the 1+5+N and what each organisation concluded."""

import pandas as pd
import streamlit as st

from cockpit import format, people
from cockpit.cards import mediators as parts
from cockpit.cards import sheet
from cockpit.cards.elements import chart, empty, offer, table, title
from cockpit.cards.kpi import kpi_grid
from cockpit.charts import mediators as charts
from cockpit.i18n import _
from cockpit.session import is_phone, mark, tokens
from queries.filters import Filters
from queries.measures import MEASURES

LARGEST = 25  # organisations that are drawn


def organisation_cards(tiers: pd.Series, active: int, total: pd.Series, unnamed: int) -> None:
    """Five figures: 1+5+N, the others, those with cases, cases, success rate. ``tiers``: organisations by tier."""
    n = {tier: int(tiers.get(tier, 0)) for tier in people.TIERS}
    core, others = list(n)[:3], list(n)[3:]
    grid = kpi_grid(5)
    parts.metric(
        grid,
        "1+5+N",
        " + ".join(format.number(n[tier]) for tier in core),
        _("district + street + community"),
    )
    parts.metric(
        grid,
        _("Other organisations"),
        format.number(sum(n[tier] for tier in others)),
        " · ".join(format.number(n[tier]) for tier in others),
        " · ".join(_(people.TIERS[tier]) for tier in others),
    )
    parts.metric(
        grid,
        _("Organisations with cases"),
        format.number(active),
        _("of {n} organisations").format(n=format.number(tiers.sum())),
        _("With at least one mediation that succeeded or failed in the period"),
    )
    left_out = parts.beside(_("{n} more name no organisation"), unnamed)
    parts.concluded_cards(grid, total, left_out, _(MEASURES["mediation_success_rate"].why))


def organisation_chart(active: pd.DataFrame, mean: float, filters: Filters) -> None:
    """``active``: organisations with cases, the largest first."""
    shown, name = active.head(LARGEST), parts.mean_name(filters)
    note = _("the {n} with most cases · Wilson 95% · the line is the {mean} · grey: fewer than 30 cases")
    title(_("Success rate by organisation"), note.format(n=len(shown), mean=name))
    if shown.empty:
        empty(_("No organisation concluded a mediation here"), format.describe(filters), None, parts.longer())
        return
    figure = charts.bodies(shown, mean, name, tokens(), phone=is_phone(), mark=mark())
    chart(figure, "mediators_bodies", _("Success rates of organisations with Wilson intervals, by caseload"))
    parts.blurred()


def tier_table(bodies: pd.DataFrame) -> None:
    """One row a tier of the organisations as they are seen."""
    title(_("Tiers"), _("1+5+N and the organisations beside it"))
    frame = people.tiers(bodies)
    frame["tier"] = frame["tier"].map(parts.spoken(people.TIERS)).fillna(_("not on the roll"))
    labels = {
        "tier": _("Tier"),
        "organisations": _("Organisations"),
        "active": _("With cases"),
        "mediators": _("On the roll"),
        "concluded": _("Cases"),
    }
    table(frame, "mediators_tiers", labels, phone=("tier", "organisations", "mediators"))
    offer(_("Tiers"), frame, labels)
    note = _("Organisations of the whole district have no street: under a street they appear only with cases from it.")
    st.markdown(f":gray[:small[{note}]]")


def organisation_table(frame: pd.DataFrame) -> None:
    """Every organisation, those without cases too."""
    few = frame["concluded"].between(1, charts.SURE - 1)
    frame = frame.assign(
        interval=[
            f"{text}（n<30）" if text and grey else text for text, grey in zip(parts.ranges(frame), few, strict=True)
        ],
        tier=frame["tier"].map(parts.spoken(people.TIERS)),
        **parts.hundred(frame, "rate", "reopened"),
    )
    columns = {
        "label": (_("Organisation"), None),
        "tier": (_("Tier"), None),
        "street": (_("Street"), None),
        "mediators": (_("On the roll"), parts.WHOLE),
        "concluded": (_("Cases"), parts.WHOLE),
        "rate": (_("Success rate, %"), parts.PERCENT),
        "interval": (_("95% interval"), None),
        "days": (_("Median, days"), parts.ONE),
    }
    more = {"reopened": _("Reopened within 90 days, %"), "reopened_d": _("n (ripe)")}
    with sheet.box(long=True):
        title(_("All organisations"), _("by caseload; those without cases at the end"))
        phone = {"label": 160, "concluded": 60, "rate": 76}
        parts.listing("mediators_organisations", _("Organisations"), frame, columns, phone, more)
