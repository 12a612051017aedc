"""The KPI card: a figure with everything that is needed to defend it."""

import re
from collections.abc import Sequence
from math import nan
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cockpit import format
from cockpit.analysis.intervals import wilson
from cockpit.cards import sheet
from cockpit.change import Change, compare
from cockpit.i18n import _
from cockpit.session import is_phone, is_print, url_params
from queries.filters import Filters, before
from queries.measures import BESIDE, MEASURES, Measure


def kpi_grid(n: int):
    """A row of ``n`` cards; one below the other on a phone, at most three on paper."""
    if is_print():
        return sheet.whole().grid(4 if n == 4 else 3, min_column_width=140, gap="small")
    return st.grid(1 if is_phone() else n, min_column_width=200, gap="xsmall" if is_phone() else "small")


def records(n: float) -> str:
    """A count of records with its unit, as the value of a figure; × where it may not be told."""
    return f"{format.told(n)} :small[{_('records')}]"


def metric(place: DeltaGenerator, label: str, value: str, note: str = "", why: str = "") -> None:
    """A card with a figure that is no measure: its value, what stands beside it, and what it means."""
    value = re.sub("%$", " :small[%]", value)
    if is_print():
        sheet.metric(place, label, value, None, [note])
        sheet.define(label, why)
        return
    muted: Any = {"delta_color": "off", "delta_arrow": "off"}
    place.metric(label, value, note or None, border=True, help=why or None, height="stretch", **muted)


def beside(place: DeltaGenerator, key: str, value: str, note: str = "") -> None:
    """A card with a figure of ``BESIDE``."""
    metric(place, _(BESIDE[key].label), value, note, _(BESIDE[key].why))


def kpi(
    place: DeltaGenerator,
    key: str,
    rows: Sequence[dict],
    filters: Filters,
    *,
    label: str = "",
    note: str = "",
    spark: Sequence[float] | None = None,
    link: tuple[str, str, dict[str, str]] | None = None,
) -> None:
    """A KPI card: value, change against the period before, denominator, the year before, sparkline, definition.

    ``rows``: the figures of the period, of the one before and of the year before. ``note``: what else must stand
    beside it. ``link``: page, label, and what its URL says beside the
    filters.
    """
    measure, (now, then, year) = MEASURES[key], rows
    value, unit = format.valued(now[key], measure.unit)
    change, yearly = compare(measure, now, then), compare(measure, now, year)
    notes = (_yearly(measure, yearly, year), _base(measure, now, change), note)
    label, value = label or _(measure.label), f"{value} :small[{unit}]" if unit else value
    against = _against(measure, then, before(filters), filters)
    if is_print():
        moved = "　".join(part for part in (change.text, against) if part)
        sheet.metric(place, label, value, moved, notes)
        sheet.define(label, definition(key, now))
        return
    with place.container(border=True, height="stretch", gap="xxsmall"):
        st.metric(
            label,
            value,
            change.text or None,
            help=definition(key, now),
            delta_color=change.colour,
            delta_arrow=change.arrow,
            delta_description=against,
            chart_data=None if is_phone() or spark is None else [nan if format.missing(one) else one for one in spark],
            chart_type="bar" if measure.on == "end of period" else "line",
        )
        st.caption(" · ".join(part for part in notes if part))
        if link:
            st.page_link(link[0], label=link[1], query_params=url_params(**link[2]))


def _against(measure: Measure, then: dict, period: Filters, filters: Filters) -> str | None:
    if format.missing(then[measure.key]):
        return None
    return _("against {period}: {value}").format(
        period=format.short_period(period, filters), value=format.text(then[measure.key], measure.unit)
    )


def _base(measure: Measure, now: dict, change: Change) -> str:
    parts = [f"n={format.count(now[f'{measure.key}_d'])}"] if measure.is_ratio else []
    return " · ".join(parts + ([_("change not significant")] if change.text and not change.certain else []))


def _yearly(measure: Measure, change: Change, then: dict) -> str:
    if not change.text:
        return ""
    value = format.text(then[measure.key], measure.unit)
    return _("on the year {change} ({value})").format(change=change.text, value=value)


def bounds(row: dict, key: str) -> str:
    """What a callback rate would be if all who were not reached had said no, or yes."""
    yes, answered, closed = row[f"{key}_n"], row[f"{key}_d"], row["callback_rate_d"]
    if format.missing(yes) or format.missing(closed) or not closed:
        return ""
    interval = format.share_range(yes / closed, (yes + closed - answered) / closed)
    return _("of all closed {interval}").format(interval=interval)


def definition(key: str, row: dict | None = None) -> str:
    """What a measure is: counted over what, by which date, and the figures behind this very value."""
    measure = MEASURES[key]
    lines = [_(measure.why), _("By: {date}").format(date=_(measure.on))]
    if row is not None and measure.is_ratio:
        k, n = row[f"{key}_n"], row[f"{key}_d"]
        lines.append(f"{format.number(k)} ÷ {format.number(n)}")
        if not measure.per_days and k <= n:
            low, high = wilson(k, n)
            lines.append(_("95% interval {interval}").format(interval=format.share_range(float(low), float(high))))
    return "  \n".join(lines)
