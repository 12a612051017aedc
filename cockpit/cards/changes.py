"""变动: what was removed, merged, re-dated or re-classified between versions, and when and how records were closed."""

import pandas as pd
import streamlit as st
from sqlalchemy import Table

from cockpit import changes, format, session
from cockpit.analysis.rates import PLAIN
from cockpit.cards import elements
from cockpit.cards.kpi import beside, kpi_grid, records
from cockpit.changes import KINDS, MONTH_END, REMOVED, UNASKED, Closings, Span
from cockpit.charts import month_end as charts
from cockpit.i18n import _
from cockpit.theme import ROW
from queries.filters import Filters
from queries.measures import BESIDE
from queries.tables import cases

LARGEST = 16  # bodies that are drawn
HIGH = 10  # rows of a table without scrolling
BAR = 22  # px, a row of the chart
MARKS = {1: "▲", -1: "▽", 0: ""}


def figures(frame: pd.DataFrame, totals: dict[str, float], table: Table, span: Span) -> None:
    """One card a kind: how many records, at how many bodies."""
    grid = kpi_grid(len(changes.kinds(table)))
    for kind in changes.kinds(table):
        n = int((frame[kind] > 0).sum())
        note = "" if format.missing(totals[kind]) else _("at {n} bodies").format(n=format.number(n))
        if kind == REMOVED:
            note = (
                _("against {n} kept versions").format(n=len(span.kept)) if span.kept else _("no older version is kept")
            )
        value = format.DASH if kind == REMOVED and not span.kept else records(totals[kind])
        beside(grid, kind, value, note)


def bodies(frame: pd.DataFrame, table: Table, span: Span) -> None:
    """Changed records by responsible body; of removed ones only where there is a version to compare with."""
    elements.title(_("Changed records by responsible body"), _("records; corrections and late entries are among them"))
    if frame.empty:
        st.markdown(_("No record of this choice was changed in these ways."))
        return
    number = st.column_config.NumberColumn
    columns = {"body": st.column_config.TextColumn(_("Responsible body"), width=260)}
    kinds = [kind for kind in changes.kinds(table) if kind != REMOVED or span.kept]
    columns |= {kind: number(_(KINDS[kind]), format="localized") for kind in kinds}
    high = (min(len(frame), HIGH) + 1) * ROW
    phone = {"body": 112, "redated": 62, "reclassified": 62, "reopened": 86}
    elements.table(frame, "changes_bodies", columns, phone=phone, placeholder=format.HIDDEN, height=high)
    names = {"body": _("Responsible body")} | {kind: _(KINDS[kind]) for kind in kinds}
    elements.offer(_("Changed records by responsible body"), frame, names)


def month_end(found: Closings) -> None:
    """The share of closings on the last two days of a month, against what these days would have been good for."""
    heading = _(BESIDE[MONTH_END].label)
    elements.title(heading, _("share of closings with a time · upright: expected of this body"))
    if not found.days:
        st.markdown(_("The period holds no last day of a month."))
        return
    if format.missing(found.expected):
        st.markdown(_("Too few closings to say what was to be expected."))
        return
    frame = _named(found, MONTH_END)
    frame["name"] = [f"{MARKS[one]}{name}" for one, name in zip(frame["told_apart"], frame["name"], strict=True)]
    drawn = _drawn(frame)
    space = 28 + BAR * (len(drawn) + 1)
    figure = charts.shares(drawn, session.tokens(), space, session.mark(), session.is_phone())
    elements.chart(figure, "changes_month_end", _("Share of closings in the last two days of a month, by body"))
    st.caption(_(BESIDE[MONTH_END].why))
    _offer(frame, heading, _("In the last two days"), _("Closed with a time"), {"expected": _("Expected")})


def unasked(found: Closings, table: Table, filters: Filters) -> None:
    """Closings without any answer or visit on record, by responsible body: those of enough records first, by share."""
    heading, of = _(BESIDE[UNASKED].label), _("Resolved") if table is cases else _("Closed")
    what = _("resolved disputes without a visit paid") if table is cases else _(BESIDE[UNASKED].why)
    elements.title(heading, what)
    if found.total["owed"] == 0:
        st.markdown(_("Nothing that a callback should follow was closed under this choice."))
        return
    if found.total["unasked"] == found.total["owed"] and not changes.asks(table, filters):
        st.markdown(_("These data record no callback and no visit at all."))
        return
    frame = _named(found, UNASKED)
    frame = frame.assign(few=frame["n"] < PLAIN, percent=frame["value"] * 100, interval=_ranges(frame))
    frame = frame.sort_values(["few", "value"], ascending=[True, False], na_position="last", ignore_index=True)
    column = st.column_config
    columns = {
        "name": column.TextColumn(_("Responsible body"), width=220),
        "k": column.NumberColumn(_("No answer on record"), format="localized", width=80),
        "n": column.NumberColumn(of, format="localized", width=80),
        "percent": column.ProgressColumn(_("Share"), format="%.1f%%", min_value=0, max_value=100),
        "interval": column.TextColumn(_("95% interval"), width=140),
    }
    high = (min(len(frame), HIGH) + 1) * ROW
    key = f"changes_unasked_{table.name}"
    phone = {"name": 112, "k": 82, "n": 54, "percent": 78}
    elements.table(frame, key, columns, phone=phone, height=high, placeholder=format.HIDDEN)
    if filters.until + changes.YOUNG > filters.data_date:
        st.caption(_("What was closed in the last 30 days before the data end may not have been asked about yet."))
    _offer(frame, heading, _("No answer on record"), of)


def _named(found: Closings, what: str) -> pd.DataFrame:
    part = found.bodies
    return pd.DataFrame(
        {
            "name": part["body"],
            "data": part["body"],
            "value": part[what].astype(float),
            "k": part[f"{what}_n"],
            "n": part[f"{what}_d"],
            "lower": part[f"{what}_low"],
            "upper": part[f"{what}_high"],
            "told_apart": part["told_apart"],
            "expected": part["expected"],
        }
    )


def _drawn(frame: pd.DataFrame) -> pd.DataFrame:
    """Those told apart, then the largest; the highest share first."""
    first = frame.assign(large=frame["told_apart"] != 0).sort_values("large", ascending=False, kind="stable")
    return first.head(LARGEST).sort_values("value", ascending=False, na_position="last", ignore_index=True)


def _ranges(frame: pd.DataFrame) -> list[str | None]:
    """The intervals in words, with a mark where n is too small to say much."""
    return [
        None
        if format.missing(row.value)
        else format.share_range(row.lower, row.upper) + (_(" (n<30)") if row.n < PLAIN else "")
        for row in frame.itertuples()
    ]


def _offer(frame: pd.DataFrame, heading: str, k: str, n: str, more: dict[str, str] | None = None) -> None:
    columns = {"name": _("Responsible body"), "k": k, "n": n, "value": _("Share")}
    elements.offer(heading, frame, columns | {"lower": _("95% lower"), "upper": _("95% upper")} | (more or {}))


def note() -> None:
    """What these figures are not."""
    words = _("Facts as recorded. A correction, a late entry or a justified merger looks the same as any other change.")
    st.caption(words)
