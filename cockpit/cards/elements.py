"""What a page is made of: KPI card, chart, table, empty state. Frames and figures in, Streamlit elements out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from cockpit import format
from cockpit.cards import sheet
from cockpit.charts.ready import Ready
from cockpit.errors import CockpitError
from cockpit.i18n import LANGUAGES, _, language, say
from cockpit.session import choose_period, focus, is_phone, is_print, mark, may_publish
from cockpit.theme import ROW
from queries.filters import Filters
from queries.measures import VERSION

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
PHONE_HEIGHT, PRINT_HEIGHT = 260, 250


def notice(text: str) -> None:
    """Something that was dropped or changed without being asked for; it stands below the header."""
    with st.session_state["notices"]:
        st.warning(format.markdown(text), icon=":material/filter_alt_off:")


def finding(text: str) -> None:
    """What the page found, in one sentence; it stands in the header behind the choice. Data in it must be escaped."""
    st.session_state["finding"] = text


def heading(text: str) -> None:
    """The head of a page that has no filters."""
    st.session_state["finding"], st.session_state["tables"] = "", {}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(text, anchor=False, width="content")
        if mark():
            st.markdown(f":orange-badge[{mark()}]", width="content")
    st.session_state["notices"] = st.container(gap="xsmall")


def title(text: str, note: str = "") -> None:
    """Bold noun, then unit and order in grey."""
    st.markdown(f"**{text}**" + (f"　:gray[:small[{note}]]" if note else ""))


def coloured(text: str) -> str:
    """A sentence with its glyph, ◐ or ●, in the colour of what needs a look; plain on paper."""
    return text if is_print() else text.replace("◐", ":orange[◐]").replace("●", ":red[●]")


def height(desktop: int) -> int:
    if is_print():
        return min(desktop, PRINT_HEIGHT)
    return PHONE_HEIGHT if is_phone() else desktop


def chart(figure: dict, key: str, alt: str, on_select: Callable | None = None) -> Any:
    """A figure of cockpit.charts. ``on_select`` is called after a click on a mark, before the page runs again."""
    if is_print():
        on_select = None
    chosen: dict[str, Any] = {"on_select": on_select, "selection_mode": "points"} if on_select else {}
    return st.plotly_chart(
        Ready(figure), theme=None, config=CONFIG, key=key, alt=alt, width="stretch", height="content", **chosen
    )


def clicked(key: str) -> str | None:
    """The ``customdata`` name of the mark that was clicked in chart ``key``."""
    points = st.session_state[key].selection.points
    data = points[0].get("customdata") if points else None
    return str(data[0] if isinstance(data, (list, tuple)) else data) if data is not None else None


def offer(name: str, frame: pd.DataFrame, labels: dict[str, str]) -> None:
    """Put a table behind a chart into the export menu; ``labels`` chooses, orders and names its columns."""
    st.session_state["tables"][name] = lambda: frame[list(labels)].rename(columns=labels)


Phone = Sequence[str] | Mapping[str, int | None]
"""The columns that a phone shows, or these with their widths there in px (None: as elsewhere)."""


def table(frame: pd.DataFrame, key: str, columns: dict[str, Any], phone: Phone = (), **options: Any) -> Any:
    """A table with one row height; on a phone only the columns that matter most. Others do not reach the browser."""
    if is_print():
        return sheet.table(frame, columns, options.get("placeholder", format.DASH))
    order = [name for name in phone if name in columns] if phone and is_phone() else list(columns)
    if isinstance(phone, Mapping) and is_phone():
        columns = columns | {name: columns[name] | {"width": phone[name]} for name in order if phone[name]}
    options = {"placeholder": format.DASH, "row_height": ROW, **options}
    held = frame[list(columns)]
    return st.dataframe(held, hide_index=True, key=key, column_order=order, column_config=columns, **options)


def nothing(counts: Sequence[float], filters: Filters) -> bool:
    """Whether all counts are zero; then the empty state says so and offers the ways out."""
    if any(format.missing(value) or value for value in counts):
        return False
    empty(_("No records under this choice"), format.describe(filters), None, ways_out(filters))
    return True


def ways_out(filters: Filters, periods: bool = True) -> dict[str, tuple[Callable, dict]]:
    """Buttons that widen the choice: all streets, all categories, all channels and, with ``periods``, all periods."""
    ways: dict[str, tuple[Callable, dict]] = {}
    for chosen, key, label in (
        (filters.streets, "street", _("All streets")),
        (filters.categories, "category", _("All categories")),
        (filters.channels, "channel", _("All channels")),
    ):
        if chosen:
            ways[label] = (focus, {key: ""})
    return ways | ({_("The whole period of the data"): (choose_period, {"code": "all"})} if periods else {})


def empty(what: str, filters_text: str, last: str | None, actions: dict[str, tuple[Callable, dict]]) -> None:
    """What is empty, under which filters, when there was something last, and buttons that mend it."""
    look: Any = {} if is_print() else {"height": 360, "vertical_alignment": "center"}
    with st.container(border=True, horizontal_alignment="center", **look):
        st.markdown(f"**{what}**", text_alignment="center")
        st.markdown(format.markdown(filters_text) + (f"　{last}" if last else ""), text_alignment="center")
        if is_print():
            return
        with st.container(horizontal=True, horizontal_alignment="center", gap="xsmall"):
            for label, (callback, values) in actions.items():
                st.button(format.markdown(label), on_click=callback, kwargs=values, key=f"empty_{label}")


def columns_missing(what: str, needed: str, filters: Filters) -> None:
    """The data have none of the columns that the page is about."""
    sentence = _("This page needs the columns {columns}.").format(columns=format.markdown(needed))
    empty(what, filters.district or _("All districts"), sentence, {})


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
        first_import()


def first_import() -> None:
    """The way to the import, for those who may."""
    if may_publish():
        st.page_link("pages/data/intake.py", label=_("Import a file here"), icon=":material/upload_file:")


def said(problem: CockpitError) -> str:
    """An error in the reader's language, its values as plain text."""
    return format.markdown(say(problem.text, problem.values))


def footer() -> None:
    """Where the definitions are, and the other language; on paper when it was made."""
    if is_print():
        sheet.definitions()
        st.caption(" · ".join([_definitions(), format.made_at(datetime.now())]))
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="footer"):
        st.caption(_definitions(), width="content")
        chosen = st.segmented_control(
            _("Language"),
            list(LANGUAGES),
            key="footer_language",
            required=True,
            format_func=LANGUAGES.__getitem__,
            label_visibility="collapsed",
            default=language(),
        )
        if chosen != language():
            st.session_state["language"] = st.query_params["lang"] = chosen
            st.rerun()


def _definitions() -> str:
    return _("Definitions {version} · intervals are Wilson 95% · shares are rounded and may not add to 100%").format(
        version=VERSION
    )
