"""控增量 · 减存量 · 防变量, and matters that are raised again with the chain of each; computed when they are shown."""

from typing import Any

import pandas as pd
import streamlit as st

from cockpit import format, petitions, session
from cockpit.cards import petitions as parts
from cockpit.cards.elements import chart, height, offer, table, title
from cockpit.cards.kpi import beside, definition, metric, records
from cockpit.cards.listing import listing
from cockpit.cards.sheet import box, side_by_side
from cockpit.charts import durations, trend
from cockpit.charts import petitions as charts
from cockpit.i18n import _
from queries import petitions as ask
from queries.filters import Filters
from queries.measures import MEASURES
from queries.tables import complaints
from queries.words import N_

HIGH, LOW = 300, 190  # px
BUCKETS = 24
BACKLOG = N_("Of the stock, what is marked as backlog; it counts as such from its receipt on")
PARTS = {
    "pending_at_start": N_("Stock at the start"),
    "received": N_("New"),
    "cleared": N_("Cleared"),
    "pending": N_("Stock at the end"),
}


# --- the stock --------------------------------------------------------------------------------------------------------


def stock(filters: Filters, rows: list[dict]) -> None:
    """Stock at the start + new − cleared = stock at the end, over time, by place, and what came back. ``rows``: the
    figures of ``petitions.CARDS`` of the period, of the one before and of the year before."""
    old = petitions.backlog(filters)
    left, middle, right = side_by_side([4.6, 5.6, 4])
    with box(left, "stretch"):
        _equation(filters, old)
    with box(middle, "stretch"):
        _over_time(filters)
    with box(right, "stretch", "small"):
        _returned(rows[0], old)
    with box():
        _places(filters)


def _equation(filters: Filters, old: dict) -> None:
    now = petitions.balance(filters)
    title(_("Stock of petitions"), _("records · start + new − cleared = end"))
    figure = charts.bridge(
        [_(label) for label in PARTS.values()],
        [now[key] for key in PARTS],
        session.tokens(),
        height(HIGH),
        session.mark(),
    )
    chart(figure, "petitions_bridge", _equal(now))
    st.markdown(_equal(now))
    both = pd.DataFrame([now, old]).assign(kind=[_("All"), _("Backlog")])
    labels = {"kind": _("Part of the stock"), **{key: _(label) for key, label in PARTS.items()}}
    offer(_("Stock of petitions"), both, labels)


def _equal(row: dict) -> str:
    """1,204 + 1,321 − 1,297 = 1,228."""
    start, new, gone, end = (format.told(row[key]) for key in PARTS)
    return f"{start} + {new} {format.MINUS} {gone} = {end}"


def _over_time(filters: Filters) -> None:
    frame = petitions.flow(filters, session.history(filters, BUCKETS))
    per_week, per_month = N_("records per week · band: more new"), N_("records per month · band: more new")
    unit = _(per_week if filters.is_week else per_month)
    title(_("New and cleared"), unit)
    drawn, words = frame.assign(closed=frame["cleared"]), (_("New"), _("Cleared"))
    figure = trend.received_closed(drawn, session.tokens(), height(HIGH + 40), filters.is_week, session.mark(), words)
    chart(figure, "petitions_flow", _("New and cleared petitions over time"))
    labels = {"bucket": _("From"), **{key: _(label) for key, label in PARTS.items()}}
    offer(_("New and cleared"), frame.assign(bucket=frame["bucket"].dt.date), labels)


def _returned(now: dict, old: dict) -> None:
    """防变量: what was raised again although it had been closed; and the backlog, a stock of its own."""
    title(_("What came back"), _("received in the period, of matters raised before"))
    for key in ("returned", "urged"):
        metric(st.container(), _(MEASURES[key].label), records(now[key]), "", definition(key))
    if old["pending_at_start"] != 0 or old["received"] != 0:
        metric(st.container(), _("Backlog at the end"), records(old["pending"]), _equal(old), _(BACKLOG))


def _places(filters: Filters) -> None:
    by = filters.level
    heading = _("Stock by street") if by == "street" else _("Stock by community")
    title(heading, _("the least timely first; fewer than 30 judged come last"))
    frame = petitions.balances(filters)
    shown = parts.percent(frame, ("replied_on_time_rate",)).assign(place=parts.stated(frame[by]))
    columns: dict[str, Any] = {
        "place": st.column_config.TextColumn(_("Street") if by == "street" else _("Community")),
        "replied_on_time_rate": parts.rate("replied_on_time_rate", _("Answered on time")),
        "replied_on_time_rate_d": parts.count("n", _("Those that can be judged")),
        **{key: parts.count(_(label), definition(key)) for key, label in PARTS.items()},
        "overdue": parts.count(_("Overdue"), definition("overdue")),
    }
    columns = parts.usable(columns, shown)
    phone = [name for name in ("place", "replied_on_time_rate", "pending", "overdue") if name in columns]
    table(shown, "petitions_places", columns, phone=phone, height="content")
    offer(heading, shown, {name: parts.label_of(config) for name, config in columns.items()})


# --- matters that are raised again ------------------------------------------------------------------------------------


def repeats(filters: Filters) -> None:
    """First time or again; how often a matter is raised; every matter, and the chain of the one that is chosen."""
    matters = session.load(ask.matters, filters, raw=True)
    if matters.empty:
        st.markdown(_("No matter of this period was raised more than once."))
        return
    left, right = side_by_side([4, 10])
    with box(left, "stretch"):
        _lengths(matters, filters)
    if session.is_print():
        return
    with box(right, "stretch"):
        root = _matters(matters[matters["accused"] == 0].reset_index(drop=True))
    if root:
        with box():
            _chain(root)


def _lengths(matters: pd.DataFrame, filters: Filters) -> None:
    row = session.figures(("repeat_rate",), complaints, filters).iloc[0]
    first = row["repeat_rate_d"] - row["repeat_rate_n"]
    with st.container(horizontal=True, gap="small"):
        beside(st.container(), "first", records(first))
        metric(st.container(), _("Again"), records(row["repeat_rate_n"]), "", definition("repeat_rate"))
    title(_("How often"), _("matters of which a petition was received in the period"))
    frame = petitions.lengths(matters)
    frame = frame.assign(name=[_("raised {n} times").format(n=links) for links in frame["links"]], data="")
    figure = durations.ages(frame, session.tokens(), height(LOW), session.mark())
    chart(figure, "petitions_lengths", _("Matters by number of petitions"))
    st.caption(_("counted are all petitions of a matter up to the data date"))
    labels = {"name": _("How often"), "n": _("Matters"), "pending": _("Pending")}
    offer(_("How often"), frame, labels)


def _matters(frame: pd.DataFrame) -> str | None:
    """The matters as a list; the number of the first petition of the one chosen."""
    title(_("Matters raised again"), _("pending first, the oldest before the others; choose one to see its chain"))
    seen = listing(
        lambda limit, offset: frame.iloc[offset : offset + limit].reset_index(drop=True),
        len(frame),
        "matters",
        _matters_shown,
        on_select="rerun",
        selection_mode="single-row",
    )
    if seen is None:
        return None
    rows = st.session_state["matters_list"].selection.rows
    return str(seen["root"].iloc[rows[0]]) if rows and rows[0] < len(seen) else None


def _matter_columns() -> dict[str, Any]:
    text = st.column_config.TextColumn
    return {
        "root": text(_("First petition")),
        "links": parts.count(_("Times raised")),
        "pending": parts.count(_("Pending")),
        "returned": parts.count(_("After closing"), _("Raised again after the petition before was closed")),
        "first_at": parts.day(_("First on")),
        "last_at": parts.day(_("Last on")),
        "street": text(_("Street")),
        "organisation": text(_("Responsible body")),
    }


def _matters_shown(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
    columns = _matter_columns()
    return rows[list(columns)], columns


def _chain(root: str) -> None:
    """Every petition of the matter in order of receipt, and the steps that they entered."""
    links = session.load(ask.links, root, raw=True)
    title(
        _("Chain of {number}").format(number=format.markdown(root)),
        _("all petitions of the matter, in order of receipt"),
    )
    answers = {True: _("yes"), False: _("no")}
    shown = links.assign(
        place=range(1, len(links) + 1),
        solved=[answers.get(value, format.DASH) for value in links["solved"]],
    )
    text = st.column_config.TextColumn
    columns: dict[str, Any] = {
        "place": parts.count(_("Place in the chain")),
        "complaint_id": text(_("Number")),
        "channel": text(_("Channel")),
        "organisation": text(_("Responsible body")),
        "opened_at": parts.day(_("Received on")),
        "accepted_at": parts.day(_("Accepted on")),
        "closed_at": parts.day(_("Closed on")),
        "solved": text(_("Matter solved")),
    }
    table(shown, "petitions_chain", columns, phone=("complaint_id", "opened_at", "closed_at"), height="content")
    steps = session.load(ask.link_steps, root, raw=True)
    if len(steps):
        _steps(steps)


def _steps(steps: pd.DataFrame) -> None:
    columns: dict[str, Any] = {
        "complaint_id": st.column_config.TextColumn(_("Number")),
        "step": st.column_config.TextColumn(_("Step")),
        "entered_at": parts.day(_("Started on")),
        "left_at": parts.day(_("Done on")),
        "result": st.column_config.TextColumn(_("Result")),
    }
    table(
        parts.steps(steps), "petitions_chain_steps", columns, phone=("step", "entered_at", "result"), height="content"
    )
