"""积案 by leader and case, and 访调对接 as a chain with what is lost on the way; computed when they are shown."""

from typing import Any

import pandas as pd
import streamlit as st

from cockpit import breakdown, casework, format, petitions, session
from cockpit.analysis.rates import is_mature
from cockpit.cards import petitions as parts
from cockpit.cards.elements import chart, height, offer, table, title
from cockpit.cards.kpi import beside, definition, kpi, kpi_grid, records
from cockpit.cards.listing import listing, unseen
from cockpit.cards.sheet import box, side_by_side
from cockpit.charts import durations
from cockpit.charts import petitions as charts
from cockpit.i18n import _
from queries import backlog, linkage
from queries.filters import Filters
from queries.tables import cases, complaints
from queries.words import N_

AGES = (
    N_("under 3 months"),
    N_("3—6 months"),
    N_("6—12 months"),
    N_("1—2 years"),
    N_("2—3 years"),
    N_("over 3 years"),
)
HIGH = 250  # px
STAGE = 44  # px, a stage of the chain


# --- cases of long standing -------------------------------------------------------------------------------------------


def old_cases(filters: Filters, everything: Filters) -> None:
    """The backlog apart from the rest. ``everything``: the choice as the header has it, for disputes."""
    ages, found = session.load(backlog.ages, filters), session.load(backlog.sponsors, filters, raw=True)
    if found.empty:
        st.markdown(_("No petition of this choice is marked as backlog."))
        return
    with box():
        _side_by_side(filters, everything, found)
    left, right = side_by_side([4, 10])
    with box(left, "stretch"):
        _ages(ages)
    with box(right, "stretch"):
        _sponsors(found)
    if not session.is_print():
        with box():
            _list(filters)


def _side_by_side(filters: Filters, everything: Filters, found: pd.DataFrame) -> None:
    """X1 and X2: two rates of two things."""
    title(_("Two rates, never one for the other"), _("disputes by cohort · backlog as a stock"))
    grid = kpi_grid(4)
    disputes = session.compared(("resolution_rate",), cases, everything)
    ripe = is_mature(everything.until, everything.data_date)
    kpi(
        grid,
        "resolution_rate",
        disputes if ripe else breakdown.alone(disputes),
        everything,
        note=_cohort(everything, ripe),
    )
    rows = session.compared(("backlog_cleared_rate",), complaints, filters)
    kpi(grid, "backlog_cleared_rate", rows, filters, note=_("petitions marked as backlog, at the end of the period"))
    pending = found["pending"].sum()
    beside(grid, "backlog_pending", records(session.told(pending, pending)))
    if pending == 0:
        return
    oldest = session.told(found["oldest"].max(), pending)
    days = _("{n} :small[days]").format(n=format.number(oldest, 0))
    beside(grid, "backlog_oldest", days)


def _cohort(filters: Filters, ripe: bool) -> str:
    if ripe:
        return _("disputes received in the period")
    if is_mature(filters.since, filters.data_date):
        return _("disputes received in the period; partly not yet mature")
    return _("disputes received in the period; not yet mature")


def _ages(ages: pd.DataFrame) -> None:
    title(_("Age of pending backlog"), _("records · since receipt"))
    if ages.empty:
        st.markdown(_("No backlog is pending."))
        return
    known = dict(zip(ages["bucket"], ages["n"], strict=True))
    frame = pd.DataFrame({"name": [_(name) for name in AGES], "n": [known.get(place, 0) for place in range(len(AGES))]})
    figure = durations.ages(frame.assign(data=""), session.tokens(), height(HIGH), session.mark())
    chart(figure, "petitions_ages", _("Pending backlog by age"))
    offer(_("Age of pending backlog"), frame, {"name": _("Age"), "n": _("Pending")})


def _sponsors(found: pd.DataFrame) -> None:
    """By leader in charge, who has the oldest pending case first; for those who may see names."""
    title(_("By leader in charge"), _("the oldest pending case first"))
    if not session.viewer().names:
        st.markdown(_("Names are shown only to people with row access."))
        return
    shown = found.assign(
        name=[_("Nobody named") if format.missing(name) else name for name in found["sponsor"]],
        rate=found["cleared"] / found["total"] * 100,
        oldest=found["oldest"].round(),
        median=found["median"].round(),
    )
    columns: dict[str, Any] = {
        "name": st.column_config.TextColumn(_("Leader in charge")),
        "oldest": parts.count(_("Oldest, days"), _("Days from receipt to the end of the period")),
        "median": parts.count(_("Median age, days"), _("Of the pending ones")),
        "pending": parts.count(_("Pending")),
        "cleared": parts.count(_("Cleared")),
        "total": parts.count(_("In charge of")),
        "rate": st.column_config.ProgressColumn(
            _("Backlog cleared"),
            format="%.1f%%",
            min_value=0,
            max_value=100,
            help=definition("backlog_cleared_rate"),
        ),
    }
    phone = {"name": None, "oldest": None, "pending": None, "rate": 90}
    table(shown, "petitions_sponsors", columns, phone=phone, height="content")
    offer(_("By leader in charge"), shown, {name: parts.label_of(config) for name, config in columns.items()})


def _list(filters: Filters) -> None:
    title(_("Cases of long standing"), _("pending first, the oldest before the others"))
    if unseen():
        return
    count = session.load(backlog.row_count, filters)["n"].iloc[0]
    listing(lambda *page: session.load(backlog.rows, filters, *page), count, "backlog", _cases_shown)


def _cases_shown(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
    text = st.column_config.TextColumn
    shown = rows.assign(
        days=rows["days"].round(),
        state=[_("Pending") if format.missing(at) else _("Closed") for at in rows["closed_at"]],
        sponsor=[_("Nobody named") if format.missing(name) else name for name in rows["sponsor"]],
    )
    columns: dict[str, Any] = {
        "complaint_id": text(_("Number")),
        "state": text(_("Status"), width=70),
        "days": parts.count(_("Days"), _("Age, of closed ones the days that they took")),
        "sponsor": text(_("Leader in charge")),
        "organisation": text(_("Responsible body")),
        "street": text(_("Street")),
        "opened_at": parts.day(_("Received on")),
        "closed_at": parts.day(_("Closed on")),
    }
    return shown[list(columns)], columns


# --- from the petition to the dispute and back ------------------------------------------------------------------------


def mediation(filters: Filters) -> None:
    """访调对接: petition → dispute → result, and what is lost on the way."""
    if session.load(linkage.named, filters.district, raw=True)["n"].iloc[0] == 0:
        st.markdown(_("These data name no dispute that was opened from a petition."))
        return
    left, right = side_by_side([9, 5])
    fates = session.load(linkage.chain, filters, raw=True)
    with box(left, "stretch"):
        _stages(fates)
    with box(right, "stretch", "small"):
        rows = petitions.settled(filters)
        n = format.told(rows[0]["settled_by_mediation"])
        note = _("{n} closed in the period, whenever received").format(n=n)
        kpi(kpi_grid(1), "settled_by_mediation", rows, filters, note=note)
        _otherwise(petitions.outcomes(fates))
    if not session.is_print():
        with box():
            _unsettled(filters)


def _stages(fates: pd.DataFrame) -> None:
    title(_("From petition to result"), _("those received in the period, as far as the data know · hatched: lost"))
    frame = petitions.stages(fates)
    if frame.empty or not frame["n"].iloc[0]:
        st.markdown(_("No petition of this period, or too few to show."))
        return
    space = max(height(0), STAGE * len(frame) + 24)
    chart(
        charts.chain(frame, session.tokens(), space, session.mark()),
        "petitions_mediation",
        _("From petition to dispute to result"),
    )
    lines = [f"{name}　{format.MINUS}{format.number(n)}　{why}" for name, n, why in _losses(frame)]
    st.caption("  \n".join(lines))
    labels = {"name": _("Stage"), "n": _("Count"), "lost": _("Lost before"), "why": _("Why")}
    offer(_("From petition to result"), frame, labels)


def _losses(frame: pd.DataFrame) -> list[tuple[str, float, str]]:
    rows = zip(frame["name"], frame["lost"], frame["why"], strict=True)
    return [(name, n, why) for name, n, why in rows if n]


def _otherwise(frame: pd.DataFrame) -> None:
    title(_("Mediation that ended otherwise"), _("records"))
    if frame.empty:
        st.markdown(_("None."))
        return
    words = {code: _(text) for code, text in casework.OUTCOMES.items()}
    shown = frame.assign(name=[words.get(code, code) for code in frame["result"]])
    columns = {"name": st.column_config.TextColumn(_("Outcome")), "n": parts.count(_("Count"))}
    table(shown, "petitions_outcomes", columns, height="content", placeholder=format.HIDDEN)
    offer(_("Mediation that ended otherwise"), shown, {"name": _("Outcome"), "n": _("Count")})


def _unsettled(filters: Filters) -> None:
    title(_("Handed to mediation and not settled"), _("received in the period, the oldest first"))
    if unseen():
        return
    count = session.load(linkage.unsettled_count, filters)["n"].iloc[0]
    listing(
        lambda *page: session.load(linkage.unsettled, filters, *page),
        count,
        "unsettled",
        _unsettled_shown,
    )


def _unsettled_shown(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
    words = {code: _(text) for code, text in casework.OUTCOMES.items()} | {linkage.OPEN: _("Pending")}
    text = st.column_config.TextColumn
    shown = rows.assign(
        result=[_("Not on record") if format.missing(code) else words.get(code, code) for code in rows["result"]]
    )
    columns: dict[str, Any] = {
        "complaint_id": text(_("Number")),
        "case_id": text(_("Number of its dispute")),
        "result": text(_("Outcome")),
        "opened_at": parts.day(_("Received on")),
        "case_opened_at": parts.day(_("Dispute opened on")),
        "organisation": text(_("Responsible body")),
        "street": text(_("Street")),
        "category": text(_("Category")),
    }
    return shown[list(columns)], columns
