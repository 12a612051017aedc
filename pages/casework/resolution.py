"""化解率: how much of what came in was resolved, where, when, how fast; and the records behind every mark."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from cockpit import breakdown, cards, format, session
from cockpit.analysis.rates import is_mature
from cockpit.cards.kept import kept
from cockpit.cards.records import Drill, records
from cockpit.casework import SUBJECTS
from cockpit.charts import cohorts, durations, matrix, rates
from cockpit.i18n import _
from queries.measures import MEASURES

TOP, BOTTOM, ROW, AGES = 316, 404, 22, 190  # px: the charts of the two rows, a row in a chart, the ages
FOLLOW_UPS = "pages/casework/follow_ups.py"
CELLS, PHONE_CELLS = (14, 12), (14, 5)  # rows and columns of the matrix
filters, tokens, phone = session.current_filters(), session.tokens(), session.is_phone()
mark = session.mark()
drill = Drill("resolution", ("place", "time", "channel", "track", "matrix", "cohorts", "durations", "ages"))


def card(place, heading: str, note: str = ""):
    """A bordered box with its heading, as high as its neighbours."""
    box = cards.box(place, "content" if phone else "stretch")
    with box:
        cards.title(heading, note)
    return box


def plot(
    name: str, frame: pd.DataFrame, figure: Callable[[], dict], alt: str, columns: dict[str, str], heading: str
) -> None:
    """A chart and its table for the export; a sentence where there is nothing to draw."""
    if frame.empty:
        st.markdown(_("No record of this period enters this figure."))
        return
    drill.draw(name, figure(), alt)
    cards.offer(heading, frame, columns)


# --- choice and cards -------------------------------------------------------------------------------------------------

with st.container(horizontal=True, gap="small", vertical_alignment="center", key="resolution_choice"):
    offered = {code: _(SUBJECTS[code].label) for code in breakdown.present(filters)}
    kind = kept("resolution", "table", _("Records"), offered, next(iter(offered)))
    subject = SUBJECTS[kind]
    named = {code: _(MEASURES[code].label) for code in breakdown.computable(subject, filters)}
    key = kept("resolution", f"{kind}_rate", _("Rate"), named, next(iter(named)))
    drill.hold((kind, filters.district))
    drill.chip(filters)

compared = session.compared((*subject.rates, *subject.beside, "closed", "pending"), subject.table, filters)
now, overall, label = compared[0], compared[0][key], _(MEASURES[key].label)
if cards.nothing([now[f"{subject.cohort}_d"], now["closed"], now["pending"]], filters):
    raise session.Finished
speed, days_now, days_before = breakdown.durations(subject, filters)
old, old_median = breakdown.ages(subject, filters)
groups = breakdown.cohorts(subject, filters)
young = not is_mature(filters.until, filters.data_date)
partly = young and is_mature(filters.since, filters.data_date)

grid = cards.kpi_grid(5)
for code in subject.rates:
    immature = young and code == subject.cohort
    note = _("{share} answered").format(share=format.share(now["callback_rate"])) if code == "solved_rate" else ""
    if immature:
        text = _("partly under 60 days old; {newest}") if partly else _("under 60 days old, not yet mature; {newest}")
        note = text.format(newest=breakdown.newest_mature(groups))
    shown = breakdown.alone(compared) if immature else compared
    link: dict = {"link": (FOLLOW_UPS, _("Did it hold? ›"), {})} if code == "resolution_rate" else {}
    cards.kpi(grid, code, shown, filters, note=note, **link)
note = _("90% within {days} days · n={n}").format(
    days=format.number(days_now["q90"], 1), n=format.number(days_now["n"])
)
cards.kpi(grid, "median_days", breakdown.medians(days_now, days_before), filters, note=note)
note = _("median age {days} days").format(days=format.number(old_median, 1))
cards.kpi(grid, "pending", compared, filters, note=note)

found = _("{rate} {value} ({interval})").format(
    rate=label, value=format.share(overall), interval=format.share_range(*breakdown.interval(now, key))
)
unripe = _(", partly not yet mature") if partly else _(", not yet mature") if young else ""
cards.finding(found + (unripe if key == subject.cohort else ""))

# --- one rate by everything -------------------------------------------------------------------------------------------

place = filters.level
places = breakdown.by_column(subject, key, filters, place)
months, level = breakdown.over_time(subject, key, filters)
others = {column: breakdown.by_column(subject, key, filters, column) for column in subject.others}
beside = sum(24 + ROW * (len(frame) + 2) for frame in others.values()) + 52 * (len(others) - 1)
stacked = 0 if "track" in others else AGES + 76  # where there are no tracks, the ages stand below the channels
top = max(TOP, ROW * (len(places) + 2), beside + stacked)
columns = {"name": _("Group"), "value": label, "lower": _("95% lower"), "upper": _("95% upper"), "n": "n"}
titles = {
    "street": _("By street"),
    "community": _("By community"),
    "channel": _("By channel"),
    "track": _("By track"),
}

left, middle, right = cards.side_by_side([5, 5, 4.4])
note = _("dashed: overall {value} · hollow: n < 200 · grey: n < 30").format(value=format.share(overall))
if places["value"].isna().any():
    note += " · " + _("×: too few to show, or would tell such a count")
with card(left, titles[place], note):
    space = max(cards.height(top), ROW * (len(places) + 2))
    plot("place", places, partial(rates.intervals, places, tokens, space, overall, None, mark, phone),
         _("{rate} by place with 95% intervals").format(rate=label), columns, f"{label} · {titles[place]}")  # fmt: skip
title = _("By week") if filters.is_week else _("By month")
with card(middle, title, _("band: 95% interval · hollow: n < 200 or not yet mature")):
    plot("time", months.assign(name=months["bucket"].dt.date),
         partial(rates.over_time, months, tokens, cards.height(top), level, filters.is_week, mark),
         _("{rate} over time with 95% interval").format(rate=label), columns, f"{label} · {title}")  # fmt: skip
span = rates.span_of(*others.values())
with card(right, titles["channel"]):
    for column, frame in others.items():
        if column != "channel":
            cards.title(titles[column])
        space = 24 + ROW * (len(frame) + 2)
        plot(column, frame, partial(rates.intervals, frame, tokens, space, overall, span, mark, phone),
             f"{label} · {titles[column]}", columns, f"{label} · {titles[column]}")  # fmt: skip

# --- cells, cohorts, days, ages ---------------------------------------------------------------------------------------

cells, cut = breakdown.matrix(subject, key, filters, PHONE_CELLS if phone else CELLS)
space = max(cards.height(BOTTOM), ROW * (len(speed) + 2)) if phone else BOTTOM
boxes = cards.side_by_side([5.4, 3.6, 4, 2.8]) if "track" in others else [*cards.side_by_side([6, 3.8, 4.4]), right]

title = _("Category × community") if place == "community" else _("Category × street")
period = format.period(breakdown.matrix_period(filters))
notes = [period, _("% · grey: n < 30"), *([_("only the largest")] if cut else [])]
if cells["value"].isna().any():
    notes.append(_("×: too few to show, or would tell such a count"))
with card(boxes[0], title, " · ".join(notes)):
    named = cells.assign(name=cells["row"] + " · " + cells["column"])
    plot("matrix", named, partial(matrix.matrix, cells, tokens, BOTTOM, mark), f"{label} · {title}",
         columns, f"{label} · {title}")  # fmt: skip
done, otherwise = _(subject.done), bool(groups["other"].fillna(0).any())
legend = (
    _("solid: {done} · pale: closed otherwise · outline: pending · hatched: under 60 days")
    if otherwise
    else _("solid: {done} · outline: pending · hatched: under 60 days")
)
with card(boxes[1], _("By month received"), legend.format(done=done)):
    parts = {"done": done, "other": _("closed otherwise"), "pending": _("pending")}
    plot("cohorts", groups, partial(cohorts.cohorts, groups, tokens, space, done, mark),
         _("What became of those received in each month"),
         {"name": _("Month"), "n": _("Received"), **parts}, _("By month received"))  # fmt: skip
note = _("bar: middle half · dot: median · tick: 90% · right: median, 90%, n")
if phone:
    note = _("bar: middle half · dot: median · tick: 90% · right: median, n")
with card(boxes[2], _("Days to close"), note):
    quantiles = {"name": _("Category"), "q25": "25%", "q50": _("Median"), "q75": "75%", "q90": "90%", "n": "n"}
    plot("durations", speed, partial(durations.quantiles, speed, tokens, space, mark, phone),
         _("Days to close by category"), quantiles, _("Days to close"))  # fmt: skip
with card(boxes[3], _("Age of what is pending"), _("records · at the end of the period")):
    space = top - beside - 76 if stacked and not phone else space
    plot("ages", old, partial(durations.ages, old, tokens, space, mark),
         _("Pending by age in days"), {"name": _("Age"), "n": _("Pending")}, _("Age of what is pending"))  # fmt: skip

if drill.mark:
    records(subject.table, filters, drill.mark)
