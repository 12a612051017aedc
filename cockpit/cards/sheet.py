"""The print view: one column as wide as a sheet of A4, words instead of controls, tables that paper can hold."""

import itertools
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from html import escape
from typing import Any, Literal

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cockpit import format
from cockpit.i18n import _
from cockpit.session import is_phone, is_print
from cockpit.theme import PRINT, SHEET

MOST = 60  # rows of a printed table
WIDE = 7  # columns, above which a table is set smaller
NAME = 14  # signs of a cell that stays in one line
SIGN, PADDING, ROOM = 7, 12, 90  # px: a sign, beside a cell, a column that may break
# Our own keys and plain elements only. A box stays whole, a long table breaks between rows and has its head on each
# page; what scrolls on the screen would be cut instead.
BREAKS = (
    "<style>@page{size:A4}@media print{[class*='st-key-sheet_']{break-inside:avoid}"
    "[class*='st-key-long_']>:first-child{break-after:avoid}"
    "div:has(>table),div:has(>div>table){overflow:visible!important}"
    "table{display:table!important;width:100%}tr{break-inside:avoid}thead{display:table-header-group}}</style>"
)
NUMBER = re.compile(r"%(?P<sign>\+?)(?:\.(?P<decimals>\d))?[fd](?P<percent>%%)?")


def paper() -> AbstractContextManager:
    """What a page is drawn into: on paper a column of fixed width, else the page itself."""
    if not is_print():
        return nullcontext()
    st.session_state["sheet"] = itertools.count()
    st.session_state["definitions"] = {}
    st.html(BREAKS)
    return st.container(width=SHEET, gap="small")


def box(
    place: DeltaGenerator | None = None,
    height: Literal["content", "stretch"] | int = "content",
    gap: Literal["xsmall", "small"] = "xsmall",
    long: bool = False,
) -> DeltaGenerator:
    """A card: on the screen a border, on paper none, but no page break in it unless it is ``long``."""
    where = place or st
    if is_print():
        return where.container(key=_key("long" if long else "sheet"), gap=gap)
    return where.container(border=True, height=height, gap=gap)


def whole() -> DeltaGenerator:
    """What stays on one page of paper, as a heading and what it is about."""
    return st.container(key=_key("sheet") if is_print() else None, gap="xsmall")


def _key(kind: str) -> str:
    return f"{kind}_{next(st.session_state['sheet'])}"


def side_by_side(widths: Sequence[float]) -> list[DeltaGenerator]:
    """Columns; on a phone and on paper one below the other."""
    if is_phone() or is_print():
        return [st.container() for _width in widths]
    return list(st.columns(widths, gap="small"))


def metric(place: DeltaGenerator, label: str, value: str, change: str | None, notes: Sequence[str | None]) -> None:
    """A figure for paper. ``value`` may have its unit as ``:small[…]``."""
    figure = re.sub(r":small\[(.*?)\]", r"<span style='font-size:13px;font-weight:400'>\1</span>", escape(value))
    lines = [change, *notes]
    below = "".join(f"<div>{escape(line)}</div>" for line in lines if line)
    place.html(
        f"<div style='border-top:2px solid {PRINT.ink};padding-top:4px;color:{PRINT.ink}'>"
        f"<div style='font-size:14px'>{escape(label)}</div>"
        f"<div style='font-size:24px;font-weight:700;line-height:1.3'>{figure}</div>"
        f"<div style='font-size:12px;line-height:1.4;color:{PRINT.ink2}'>{below}</div></div>"
    )


def define(label: str, definition: str) -> None:
    """Keep what a tooltip says on the screen for the end of the printed page."""
    if definition:
        st.session_state["definitions"][label] = " · ".join(definition.split("  \n"))


def definitions() -> None:
    known = st.session_state.get("definitions")
    if known:
        with box():
            st.markdown(f"**{_('Definitions')}**")
            for label, text in known.items():
                st.caption(f"**{format.markdown(label)}**　{format.markdown(text)}")


def table(frame: pd.DataFrame, columns: dict[str, Any], placeholder: str = format.DASH) -> None:
    """A table for paper: ``columns`` and ``placeholder`` as of ``st.dataframe``, every cell as text, at most ``MOST``
    rows."""
    shown = {name: config for name, config in columns.items() if _kind(config) != "line_chart"}
    rows, heads = frame.head(MOST), {name: format.markdown(_label(name, config)) for name, config in shown.items()}
    cells = pd.DataFrame(
        {heads[name]: [_cell(one, config, placeholder) for one in rows[name]] for name, config in shown.items()}
    )
    right = [place for place, (name, config) in enumerate(shown.items()) if _is_number(rows[name], config)]
    look = [{"selector": f".col{place}", "props": "text-align:right !important"} for place in right]
    look += [{"selector": f"td.col{place} p", "props": "white-space:nowrap"} for place in _short(cells)]
    if len(cells.columns) > WIDE:
        look.append({"selector": "th, td", "props": "font-size:12px !important;padding:3px 5px !important"})
    st.table(cells.style.set_table_styles(look), border="horizontal", hide_index=True)  # type: ignore[arg-type]
    if (left_out := len(frame) - len(rows)) > 0:
        st.caption(_("{n} more rows are not printed; the table has all of them.").format(n=format.number(left_out)))


def _short(cells: pd.DataFrame) -> list[int]:
    """Columns whose cells stay in one line, as long as that leaves room for the others."""
    wide = [max((_signs(text) for text in cells[name]), default=0) for name in cells]
    short = [place for place, signs in enumerate(wide) if signs <= NAME]
    taken = sum(wide[place] * SIGN + PADDING for place in short) + (len(wide) - len(short)) * ROOM
    return short if taken <= SHEET else []


def _signs(text: str) -> int:
    """Width in Latin letters; the backslashes that escape Markdown are not seen."""
    return format.columns(text.replace("\\", ""))


def _kind(config: Any) -> str:
    return config["type_config"]["type"] if isinstance(config, dict) and config.get("type_config") else ""


def _label(name: str, config: Any) -> str:
    return str(config.get("label") or name) if isinstance(config, dict) else str(config or name)


def _is_number(values: pd.Series, config: Any) -> bool:
    aligned = isinstance(config, dict) and config.get("alignment") == "right"
    return aligned or _kind(config) in ("number", "progress") or pd.api.types.is_numeric_dtype(values)


def _cell(value: Any, config: Any, placeholder: str = format.DASH) -> str:
    if not isinstance(value, str) and format.missing(value):
        return placeholder
    if hasattr(value, "year"):
        return format.day(value)
    if isinstance(value, str):
        return format.markdown(value)
    return format.markdown(_number(float(value), str((config["type_config"] if _kind(config) else {}).get("format"))))


def _number(value: float, pattern: str) -> str:
    """As the browser's table writes it, with our minus and our rounding."""
    found = NUMBER.fullmatch(pattern)
    if found is None:
        return format.number(value, 0 if value == int(value) else 1)
    written = (format.signed if found["sign"] else format.number)(value, int(found["decimals"] or 0))
    return written + ("%" if found["percent"] else "")
