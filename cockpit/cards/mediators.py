"""What the board of mediators is made of: figures, three blocks, how to read them, and everybody in a table."""

from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cockpit import format, people
from cockpit.cards import sheet
from cockpit.cards.elements import chart, empty, finding, offer, table, title
from cockpit.cards.kpi import kpi_grid, metric
from cockpit.charts import mediators as charts
from cockpit.i18n import _
from cockpit.masking import FEWEST
from cockpit.session import choose_period, focus, is_phone, is_print, mark, tokens, viewer
from queries.filters import Filters
from queries.measures import MEASURES

PERCENT, WHOLE_PERCENT, ONE, WHOLE = "%.1f%%", "%.0f%%", "%.1f", "%d"  # formats of numbers in tables
REOPENED = "reopened_rate_90"


# --- what both views use ----------------------------------------------------------------------------------------------


def mean_name(filters: Filters) -> str:
    """What the vertical line is called: it is the mean of what is chosen."""
    return _("mean of the chosen streets") if filters.streets or filters.scope else _("district mean")


def longer() -> dict:
    """The button that sets a longer period."""
    wide = st.session_state.get("period_code") in ("last_12_months", "all")
    code, text = ("all", _("All time")) if wide else ("last_12_months", _("Last 12 months"))
    return {text: (choose_period, {"code": code})}


def concluded_cards(grid: DeltaGenerator, total: pd.Series, left_out: str, why: str) -> None:
    """Caseload and success rate of ``people.totals``."""
    counted = _("Mediated + failed, closed in the period; withdrawn and transferred stay out")
    shown = format.told(total["concluded"])
    metric(grid, _("Concluded by them"), _("{n} :small[cases]").format(n=shown), left_out, counted)
    interval = "" if format.missing(total["lower"]) else f"95% {format.share_range(total['lower'], total['upper'])}"
    metric(grid, _("Mediation success rate"), format.share(total["rate"]), interval, why)


def beside(text: str, n: int) -> str:
    """What stays out, unless the viewer may not know so small a number."""
    return text.format(n=format.number(n)) if n and (viewer().rows or n >= FEWEST) else ""


def spoken(texts: dict[str, str]) -> dict[str, str]:
    return {key: _(text) for key, text in texts.items()}


def ranges(frame: pd.DataFrame, decimals: int = 1) -> list[str | None]:
    pairs = zip(frame["lower"], frame["upper"], strict=True)
    return [None if pd.isna(low) else format.share_range(low, high, decimals) for low, high in pairs]


def decimals() -> int:
    """Of shrunken estimates in per cent: ``people.discreet`` rounds them."""
    return 1 if viewer().rows else 0


def hundred(frame: pd.DataFrame, *columns: str) -> dict[str, pd.Series]:
    return {name: frame[name] * 100 for name in columns}


def listing(key: str, name: str, frame: pd.DataFrame, columns: dict, phone: dict[str, int], more: dict) -> None:
    """A table, and the same with ``more`` columns in the export.

    columns: name → (label, number format or None); a column without any value is left out. phone: name → width in px.
    """
    columns = {column: words for column, words in columns.items() if frame[column].notna().any()}
    shown: dict[str, Any] = {}
    for column, (label, kind) in columns.items():
        text, number = st.column_config.TextColumn, st.column_config.NumberColumn
        shown[column] = number(label, format=kind) if kind else text(label)
    if not is_phone() and "concluded" in columns:
        most, label = max(float(frame["concluded"].max()), 1.0), columns["concluded"][0]
        shown["concluded"] = st.column_config.ProgressColumn(label, format="localized", min_value=0, max_value=most)
    table(frame, key, shown, phone=phone)
    offer(name, frame, {column: label for column, (label, _kind) in columns.items()} | more)


# --- people -----------------------------------------------------------------------------------------------------------


def people_cards(attributed: pd.DataFrame, unnamed: int, listed: pd.DataFrame, minimum: int) -> None:
    """Five figures: people, cases, the mean, who differs from it, what flared up again."""
    total, apart = people.totals(attributed, viewer().rows), listed["block"].value_counts()
    above, below, ripe = int(apart.get("above", 0)), int(apart.get("below", 0)), total["reopened_d"]
    grid = kpi_grid(5)
    metric(
        grid,
        _("Mediators with cases"),
        _("{n} :small[people]").format(n=format.number(len(attributed))),
        _("{n} with at least {minimum} cases").format(n=format.number(len(listed)), minimum=minimum) if minimum else "",
        _("People with at least one mediation that succeeded or failed in the period"),
    )
    concluded_cards(
        grid,
        total,
        beside(_("{n} more name no mediator"), unnamed),
        _("Of the cases concluded by them, the share that succeeded: the mean that people are compared with"),
    )
    metric(
        grid,
        _("Significantly different"),
        _("{n} :small[people]").format(n=above + below) if len(listed) else format.DASH,
        _("above {above} · below {below}").format(above=above, below=below) if len(listed) else "",
        _("Binomial test of each person against the mean, false discoveries held at 5% (Benjamini-Hochberg)"),
    )
    metric(
        grid,
        _(MEASURES[REOPENED].label),
        format.share(total["reopened"]),
        _("90 days have not passed yet") if ripe == 0 else _("n = {n}").format(n=format.number(ripe)),
        _(MEASURES[REOPENED].why),
    )


def too_few(few: int, minimum: int, filters: Filters) -> None:
    """Nobody reaches the minimum: say so, and offer the period and the minimum that mend it."""
    said = _("In this period {n} people have fewer than {minimum} cases each").format(n=few, minimum=minimum)
    finding(said)
    anyway = {_("Show all regardless"): (focus, {"mediators_minimum": "0"})}
    empty(said, format.describe(filters), _("Too few to compare people."), longer() | anyway)


def board(listed: pd.DataFrame, few: int, minimum: int, mean: str) -> None:
    """The three blocks, and beside them how they are to be read."""
    apart = int((listed["block"] != "same").sum())
    said = _("{apart} of {n} people differ significantly from the {mean}")
    finding(said.format(apart=apart, n=format.number(len(listed)), mean=mean))
    narrow = is_phone()
    left, right = sheet.side_by_side([9.4, 4.8])
    if is_print():  # how to read it fills the first sheet, which has no room for the board
        left, right = right, left
    with sheet.box(left, "stretch"):
        note = (
            _("dots are shrunken estimates · the line is the {mean} · at the right, cases")
            if narrow
            else _("dots are shrunken estimates · the line is the {mean} · at the right, cases and rank interval")
        )
        title(_("Success rate and 95% interval"), note.format(mean=mean))
        figure = charts.board(listed, mean, tokens(), phone=narrow, decimals=decimals(), mark=mark())
        chart(figure, "mediators_board", _("Mediators' success rates and intervals in three blocks"))
        if few:
            rest = _("{n} people with fewer than {minimum} cases are not drawn; they count for the mean.")
            st.caption(rest.format(n=format.number(few), minimum=minimum))
        blurred()
    with sheet.box(right, "stretch", "small", long=True):
        how_to_read(mean)
        st.space("xsmall")
        misread(listed)
        st.space("xsmall")
        notes()


def blurred() -> None:
    """Why some figures are missing or round, for those who may not see rows."""
    if not viewer().rows:
        st.caption(
            _(
                "Without access to records, rates that would give away fewer than 5 cases are not shown (—), and "
                "shrunken rates are rounded to whole per cent."
            )
        )


def how_to_read(mean: str) -> None:
    title(_("How to read the board"))
    blocks = _(
        "Only those whose raw rate differs from the {mean} by a test **corrected for comparing many people** "
        "stand in the upper or lower block. Those on grey cannot be told apart **from the {mean}** and are not "
        "ranked; that does not mean that they do not differ from each other. Somebody's interval may miss the mean "
        "and yet fail the correction: they stay in the middle."
    )
    ranks = _(
        "**Rank interval** (95%): the ranks that are possible among those listed once uncertainty is counted in; "
        "3—14 means that any from 3rd to 14th may be true."
    )
    rates = _(
        "**Rates are shrunken**: those with few cases are drawn towards the mean, so that nobody is first with "
        "five out of five. The raw rate appears when you point at a dot."
    )
    for text in (blocks.format(mean=mean), ranks, rates):
        st.markdown(text)


def misread(listed: pd.DataFrame) -> None:
    """The three whom the raw rate shows in the falsest light."""
    three = people.misread(listed)
    if three.empty:
        return
    title(_("The three most easily misread"), _("raw against shrunken rate"))
    number = st.column_config.NumberColumn
    columns = {
        "label": _("Mediator"),
        "concluded": number(_("Cases"), format=WHOLE),
        "rate": number(_("Raw"), format=PERCENT),
        "shrunk": number(_("Shrunken"), format=PERCENT if decimals() else WHOLE_PERCENT),
        "interval": _("95% interval"),
    }
    frame = three.assign(interval=ranges(three, decimals()), **hundred(three, "rate", "shrunk"))
    table(frame, "mediators_misread", columns, phone=("label", "concluded", "rate", "shrunk"))


def notes() -> None:
    text = _(
        "Success rate = mediated ÷ (mediated + failed); withdrawn and transferred stay out. Intervals are those of "
        "the shrunken estimate; significance by Benjamini-Hochberg at 5%. Not adjusted for how hard the cases were: "
        "not fit to judge people by itself. People stand here by surname and number; full names and standing are "
        "for those who may see them."
    )
    st.markdown(f":gray[:small[{text}]]")


def people_table(frame: pd.DataFrame) -> None:
    """Everybody with cases; rates only of those listed."""
    names = viewer().names
    standing = frame["status"].map(spoken(people.STATUSES)) if names else pd.Series(pd.NA, frame.index)
    called = people.labels(frame["name"], frame["mediator_id"], full=names)
    ranks = zip(frame["rank_lower"], frame["rank_upper"], strict=True)
    frame = frame.assign(
        person=[name if pd.isna(state) else f"{name}（{state}）" for name, state in zip(called, standing, strict=True)],
        interval=ranges(frame, decimals()),
        reopened_d=frame["reopened_d"].where(frame["reopened_d"] > 0),
        ranks=[None if pd.isna(low) else f"{low:.0f}{format.DASH}{high:.0f}" for low, high in ranks],
        block=frame["block"].map(spoken(people.BLOCKS)),
        **hundred(frame, "rate", "shrunk", "reopened"),
    )
    columns = {
        "person": (_("Mediator"), None),
        "organisation": (_("Organisation"), None),
        "concluded": (_("Cases"), WHOLE),
        "shrunk": (_("Shrunken rate, %"), PERCENT if decimals() else WHOLE_PERCENT),
        "interval": (_("95% interval"), None),
        "ranks": (_("Rank interval"), None),
        "days": (_("Median, days"), ONE),
        "reopened": (_("Reopened within 90 days, %"), PERCENT),
        "reopened_d": (_("n (ripe)"), WHOLE),
    }
    more = {"rate": _("Raw rate, %"), "block": _("Against the mean")}
    with sheet.box(long=True):
        order = _("by caseload") if is_print() else _("by caseload; a click on a column sorts")
        title(_("All mediators with cases"), order)
        phone = {"person": 92, "concluded": 56, "shrunk": 76, "interval": 100}
        listing("mediators_table", _("Mediators"), frame, columns, phone, more)
