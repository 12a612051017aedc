"""What a page is made of: KPI card, chart, table, empty state. Frames and figures in, Streamlit elements out."""

from collections.abc import Callable, Sequence
from math import nan
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cockpit import format
from cockpit.analysis.attention import Finding
from cockpit.analysis.intervals import wilson
from cockpit.change import Change, compare
from cockpit.errors import CockpitError
from cockpit.i18n import LANGUAGES, _, language
from cockpit.session import focus, is_demonstration, is_phone
from cockpit.theme import ROW
from queries.filters import Filters, before
from queries.measures import MEASURES, Measure

VERSION = "v1.0"  # of the definitions in docs/measures.md
CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
PHONE_HEIGHT = 260
PLACES_HEIGHT = 12 * ROW + 2  # px, ten streets, the unknown ones and the header


def finding(text: str) -> None:
    """What the page found, in one sentence; it stands in the header behind the choice. Data in it must be escaped."""
    st.session_state["finding"] = text


def kpi_grid(n: int):
    """A row of ``n`` cards; one below the other on a phone."""
    return st.grid(1 if is_phone() else n, min_column_width=200, gap="xsmall" if is_phone() else "small")


def mark() -> str:
    """What every image of invented data says inside; empty for real data."""
    return _("Demonstration data · invented") if is_demonstration() else ""


def kpi(
    place: DeltaGenerator,
    key: str,
    rows: Sequence[dict],
    filters: Filters,
    *,
    label: str = "",
    note: str = "",
    spark: Sequence[float] | None = None,
    link: tuple[str, str] | None = None,
) -> None:
    """A KPI card: value, change against the period before, denominator, the year before, sparkline, definition.

    ``rows``: the figures of the period, of the one before and of the year before. ``note``: what else must stand
    beside it. ``link``: page and its label.
    """
    measure, (now, then, year) = MEASURES[key], rows
    value, unit = format.valued(now[key], measure.unit)
    change, yearly = compare(measure, now, then), compare(measure, now, year)
    with place.container(border=True, height="stretch", gap="xxsmall"):
        st.metric(
            label or _(measure.label),
            f"{value} :small[{unit}]" if unit else value,
            change.text or None,
            delta_color=change.colour,
            delta_arrow=change.arrow,
            help=definition(key, now),
            delta_description=_against(measure, then, before(filters), filters),
            chart_data=None if is_phone() or spark is None else [nan if format.missing(one) else one for one in spark],
            chart_type="bar" if measure.on == "end of period" else "line",
        )
        notes = (_base(measure, now, change), _yearly(measure, yearly, year), note)
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.caption(" · ".join(part for part in notes if part), width="stretch")
            if link:
                st.page_link(link[0], label=link[1], icon=":material/arrow_forward:", width="content")


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
        lines.append(f"{format.number(row[f'{key}_n'])} ÷ {format.number(row[f'{key}_d'])}")
        low, high = wilson(row[f"{key}_n"], row[f"{key}_d"])
        if not measure.per_days and row[f"{key}_n"] <= row[f"{key}_d"]:
            lines.append(_("95% interval {interval}").format(interval=format.share_range(float(low), float(high))))
    return "  \n".join(lines)


def title(text: str, note: str = "") -> None:
    """Bold noun, then unit and order in grey."""
    st.markdown(f"**{text}**" + (f"　:gray[:small[{note}]]" if note else ""))


def height(desktop: int) -> int:
    return PHONE_HEIGHT if is_phone() else desktop


def chart(figure: dict, key: str, alt: str, on_select: Callable | None = None) -> Any:
    """A figure of cockpit.charts. ``on_select`` is called after a click on a mark, before the page runs again."""
    chosen = {"on_select": on_select, "selection_mode": "points"} if on_select else {}
    return st.plotly_chart(
        figure, theme=None, config=CONFIG, key=key, alt=alt, width="stretch", height="content", **chosen
    )


def clicked(key: str) -> str | None:
    """The ``customdata`` name of the mark that was clicked in chart ``key``."""
    points = st.session_state[key].selection.points
    data = points[0].get("customdata") if points else None
    return str(data[0] if isinstance(data, (list, tuple)) else data) if data is not None else None


def offer(name: str, frame: pd.DataFrame, labels: dict[str, str]) -> None:
    """Put a table behind a chart into the export menu; ``labels`` chooses, orders and names its columns."""
    st.session_state["tables"][name] = frame[list(labels)].rename(columns=labels)


def table(
    frame: pd.DataFrame, key: str, columns: dict[str, Any], phone: Sequence[str] | None = None, **options: Any
) -> Any:
    """A table with one row height; on a phone only the columns that matter most."""
    order = list(phone) if phone and is_phone() else list(columns)
    return st.dataframe(
        frame, hide_index=True, key=key, column_order=order, column_config=columns, row_height=ROW, **options
    )


def places_table(frame: pd.DataFrame, by: str, target: str) -> None:
    """Streets or communities with their main figures; a click on a street leads to the page that explains it."""
    shown = frame.assign(
        place=frame[by].fillna(_("Not stated")), change=frame["change"] * 100,
        rate=frame["mediation_success_rate"] * 100,
        interval=[format.share_range(low, high).replace("%", "") for low, high in zip(frame["lower"], frame["upper"], strict=True)],
    )  # fmt: skip
    offer(_("Streets") if by == "street" else _("Communities"), shown, {
        "place": _("Street") if by == "street" else _("Community"), "received": _("Received"),
        "previous": _("Period before"), "per_10k": _("Per 10,000 residents"), "rate": _("Mediation success rate %"),
        "mediation_success_rate_d": "n", "interval": _("95% interval"), "overdue": _("Overdue"),
    })  # fmt: skip
    column = st.column_config
    columns = {
        "place": column.TextColumn(_("Street") if by == "street" else _("Community"), width=84),
        "received": column.ProgressColumn(_("Received"), format="%d", min_value=0, width=112,
                                          max_value=max(float(frame["received"].max() or 0), 1.0)),
        "recent": column.LineChartColumn(_("12 months"), width=76, color="gray"),
        "change": column.NumberColumn(_("Change"), format="%+.1f%%", width=68),
        "per_10k": column.NumberColumn(_("Per 10,000"), format="%.1f", width=68,
                                       help=_("Received ÷ residents × 10,000")),
        "rate": column.NumberColumn(_("Success"), format="%.1f%%", width=68, help=definition("mediation_success_rate")),
        "interval": column.TextColumn(_("95% interval"), width=90,
                                      help=_("Wilson; streets whose intervals overlap are not ranked")),
        "overdue": column.NumberColumn(_("Overdue"), format="%d", width=58),
    }  # fmt: skip
    usable = [name for name in columns if name in shown and shown[name].notna().any()]
    table(
        shown,
        f"overview_{by}",
        {name: columns[name] for name in usable},
        phone=[name for name in ("place", "received", "rate", "overdue") if name in usable],
        height="content" if len(shown) <= 11 else PLACES_HEIGHT,
        on_select=lambda: _follow_street(shown, by),
        selection_mode="single-cell",
    )
    if by == "street" and st.session_state.pop("follow", None):
        st.switch_page(target)


def _follow_street(shown: pd.DataFrame, by: str) -> None:
    cells = st.session_state[f"overview_{by}"].selection.cells
    street = shown[by].iloc[cells[0][0]] if cells and by == "street" else None
    if isinstance(street, str):
        focus(street=street)
        st.session_state["follow"] = True


def findings(found: Sequence[Finding], previous: str) -> None:
    """What moved beyond its control limits (◐), and what did not although it looks so (○), each with its evidence."""
    if not found:
        st.markdown(_("○ Nothing moved beyond the control limits of the 12 months before."))
        st.caption(_("Judged are streets and categories with at least 8 comparable months behind them."))
    for place, finding_ in enumerate(found):
        with st.container(gap="xxsmall"):
            with st.container(horizontal=True, vertical_alignment="top", gap="xsmall"):
                st.markdown(_headline(finding_), width="stretch")
                if st.button(
                    _("Look"), key=f"overview_finding_{place}", type="tertiary", on_click=_focus_on, args=(finding_,),
                    icon=":material/arrow_forward:",
                ):  # fmt: skip
                    st.switch_page(_page_of(finding_))
            st.caption(_evidence(finding_, previous))


def _headline(finding_: Finding) -> str:
    glyph = ":orange[◐]" if finding_.signal else ":gray[○]"
    what = {"cases": _("{place}: disputes received {value}"), "complaints": _("{place}: complaints received {value}")}
    text = (
        what[finding_.table]
        if finding_.measure == "received"
        else f"{{place}}：{_(MEASURES[finding_.measure].label)} {{value}}"
    )
    return (
        f"{glyph} **{text.format(place=format.markdown(finding_.group), value=_value(finding_, finding_.observed))}**"
    )


def _value(finding_: Finding, value: float) -> str:
    return format.share(value) if finding_.is_rate else format.text(round(value), "count")


def _evidence(finding_: Finding, previous: str) -> str:
    limits = (
        f"{format.share(finding_.lower)}{format.DASH}{format.share(finding_.upper)}"
        if finding_.is_rate
        else f"{format.number(finding_.lower)}{format.DASH}{format.number(finding_.upper)}"
    )
    text = (
        _("Beyond the limits {limits} of the 12 months before; expected {expected}, {previous} {before}.")
        if finding_.signal
        else _("{previous} {before}: looks like a change, but lies within the limits {limits}.")
    )
    return text.format(
        limits=limits,
        expected=_value(finding_, finding_.expected),
        previous=previous,
        before=_value(finding_, finding_.previous) if not format.missing(finding_.previous) else "—",
    )


def _focus_on(finding_: Finding) -> None:
    focus(**{finding_.by: finding_.group})


def _page_of(finding_: Finding) -> str:
    if finding_.measure == "mediation_success_rate":
        return "pages/people/mediators.py"
    return "pages/situation/hotspots.py" if finding_.by == "street" else "pages/casework/resolution.py"


def nothing(counts: Sequence[float], filters: Filters) -> bool:
    """Whether all counts are zero; then the empty state says so and offers the ways out."""
    if any(format.missing(value) or value for value in counts):
        return False
    empty(_("No records under this choice"), format.describe(filters), None, ways_out(filters))
    return True


def ways_out(filters: Filters) -> dict[str, tuple[Callable, dict]]:
    """Buttons that widen the choice: all streets, all categories, all channels, all periods."""
    ways: dict[str, tuple[Callable, dict]] = {}
    for chosen, key, label in (
        (filters.streets, "street", _("All streets")),
        (filters.categories, "category", _("All categories")),
        (filters.channels, "channel", _("All channels")),
    ):
        if chosen:
            ways[label] = (focus, {key: ""})
    return ways | {_("The whole period of the data"): (focus, {"period_code": "all", "period": "all"})}


def empty(what: str, filters_text: str, last: str | None, actions: dict[str, tuple[Callable, dict]]) -> None:
    """What is empty, under which filters, when there was something last, and buttons that mend it."""
    with st.container(border=True, height=360, horizontal_alignment="center", vertical_alignment="center"):
        st.markdown(f"**{what}**", text_alignment="center")
        st.markdown(format.markdown(filters_text) + (f"　{last}" if last else ""), text_alignment="center")
        with st.container(horizontal=True, horizontal_alignment="center", gap="xsmall"):
            for label, (callback, values) in actions.items():
                st.button(label, on_click=callback, kwargs=values, key=f"empty_{label}")


def no_data() -> None:
    """The database has its tables and no record in them."""
    with st.container(border=True, height=360, horizontal_alignment="center", vertical_alignment="center"):
        st.markdown(f"**{_('The database holds no records yet')}**", text_alignment="center")
        st.markdown(
            _(
                "Import a file with “python -m cockpit import FILE --mapping MAPPING.toml”, or build the "
                "demonstration with “python -m cockpit sample”, then reload this page."
            ),
            text_alignment="center",
        )


def said(problem: CockpitError) -> str:
    """An error in the reader's language, its values as plain text."""
    return format.markdown(_(problem.text).format(**problem.values) if problem.values else _(problem.text))


def footer() -> None:
    """Where the definitions are, and the other language."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="footer"):
        st.caption(
            _("Definitions {version} · intervals are Wilson 95% · shares are rounded and may not add to 100%").format(
                version=VERSION
            ),
            width="content",
        )
        chosen = st.segmented_control(
            _("Language"),
            list(LANGUAGES),
            key="footer_language",
            required=True,
            format_func=LANGUAGES.get,
            label_visibility="collapsed",
            default=language(),
        )
        if chosen != language():
            st.session_state["language"] = st.query_params["lang"] = chosen
            st.rerun()
