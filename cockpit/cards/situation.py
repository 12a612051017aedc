"""What stands on the overview alone: the table of places, and what is worth a look."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from cockpit import findings as words
from cockpit import format
from cockpit.analysis.attention import Finding
from cockpit.cards.elements import offer, table
from cockpit.cards.kpi import definition
from cockpit.i18n import _
from cockpit.session import focus, is_print, url_params
from cockpit.theme import ROW
from queries.measures import MEASURES

SHORT = {"mediation_success_rate": lambda: _("Success"), "on_time_rate": lambda: _("On time")}  # column titles
WIDE = 12  # half-width characters: longer names need the room of the sparkline
PLACES_HEIGHT = 12 * ROW + 2  # px, ten streets, the unknown ones and the header


def places_table(frame: pd.DataFrame, by: str, rate: str, target: str) -> None:
    """Streets or communities with their main figures (``rate``: the measure's key); a click on a street leads to the
    page that explains it. ``frame`` as ``cockpit.situation.places`` has it."""
    if st.session_state.pop("follow", None):
        st.switch_page(target, query_params=url_params())
    shown = frame.assign(
        place=frame[by].fillna(_("Not stated")),
        change=frame["change"] * 100,
        rate=frame["rate"] * 100,
        interval=[
            format.share_range(low, high).replace("%", "")
            for low, high in zip(frame["lower"], frame["upper"], strict=True)
        ],
    )
    offer(
        _("Streets") if by == "street" else _("Communities"),
        shown,
        {
            "place": _("Street") if by == "street" else _("Community"),
            "received": _("Received"),
            "previous": _("Period before"),
            "per_10k": _("Per 10,000 residents"),
            "rate": f"{_(MEASURES[rate].label)} %",
            "rate_d": "n",
            "interval": _("95% interval"),
            "overdue": _("Overdue"),
        },
    )
    column, long = st.column_config, any(len(name.encode("gbk", "replace")) > WIDE for name in shown["place"])
    columns = {
        "place": column.TextColumn(_("Street") if by == "street" else _("Community"), width=190 if long else 84),
        "received": column.ProgressColumn(
            _("Received"),
            format="localized",
            min_value=0,
            width=106,
            max_value=max(float(frame["received"].max() or 0), 1.0),
        ),
        "recent": column.LineChartColumn(_("12 months"), width=76, color="gray"),
        "change": column.NumberColumn(_("Change"), format="%+.1f%%", width=68),
        "per_10k": column.NumberColumn(
            _("Per 10,000"), format="%.1f", width=74, help=_("Received ÷ residents × 10,000")
        ),
        "rate": column.NumberColumn(SHORT[rate](), format="%.1f%%", width=68, help=definition(rate)),
        "interval": column.TextColumn(
            _("95% interval"), width=88, help=_("Wilson; streets whose intervals overlap are not ranked")
        ),
        "overdue": column.NumberColumn(_("Overdue"), format="localized", width=60),
    }
    usable = [
        name for name in columns if name in shown and shown[name].notna().any() and not (long and name == "recent")
    ]
    table(
        shown,
        f"overview_{by}",
        {name: columns[name] for name in usable},
        phone=[name for name in ("place", "received", "rate", "overdue") if name in usable],
        height="content" if len(shown) <= 11 else PLACES_HEIGHT,
        on_select=lambda: _follow_street(shown, by),
        selection_mode="single-cell",
    )


def _follow_street(shown: pd.DataFrame, by: str) -> None:
    cells = st.session_state[f"overview_{by}"].selection.cells
    street = shown[by].iloc[cells[0][0]] if cells and by == "street" else None
    if isinstance(street, str):
        focus(street=street)
        st.session_state["follow"] = True


def findings(found: Sequence[Finding], previous: str, judged: bool) -> None:
    """What moved beyond its control limits (◐), and what did not although it looks so (○), each with its evidence.
    ``judged``: whether there was enough history to say so."""
    if not judged:
        st.markdown(_("○ Not judged: too little history."))
        st.caption(_("Judged are streets and categories with at least 8 comparable months behind them."))
    elif not found:
        st.markdown(_("○ Nothing moved beyond the control limits of the 12 months before."))
        st.caption(_("Judged are streets and categories with at least 8 comparable months behind them."))
    for place, finding_ in enumerate(found):
        with st.container(gap="xxsmall"):
            with st.container(horizontal=True, vertical_alignment="top", gap="xsmall"):
                glyph = ("◐" if is_print() else ":orange[◐]") if finding_.signal else ":gray[○]"
                st.markdown(f"{glyph} **{format.markdown(words.headline(finding_))}**", width="stretch")
                if not is_print() and st.button(
                    _("Look"),
                    key=f"overview_finding_{place}",
                    type="tertiary",
                    on_click=_focus_on,
                    args=(finding_,),
                    icon=":material/arrow_forward:",
                ):
                    st.switch_page(_page_of(finding_), query_params=url_params(table=finding_.table))
            st.caption(format.markdown(words.evidence(finding_, previous)))


def _focus_on(finding_: Finding) -> None:
    focus(**{finding_.by: finding_.group})


def _page_of(finding_: Finding) -> str:
    if finding_.measure == "mediation_success_rate":
        return "pages/people/mediators.py"
    return "pages/situation/hotspots.py" if finding_.by == "street" else "pages/casework/resolution.py"
