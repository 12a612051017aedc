"""The tables behind a page as CSV and XLSX: readable by Excel, safe against formulas, saying what they are."""

import io
import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from cockpit import format
from cockpit.i18n import _, language, use
from cockpit.session import is_demonstration
from queries.filters import Filters

FORMULA = re.compile(r"^[=+\-@\t\r＝＋－＠]")
XLSX_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def harmless(value):
    """Text that a spreadsheet would run as a formula, made text; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def prepared(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as it leaves the house: harmless, and marked where its rows are invented."""
    safe = frame.map(harmless).rename(columns=harmless)
    return safe.assign(**{_("Note"): _("Demonstration data · invented")}) if is_demonstration() else safe


def lines(frame: pd.DataFrame, header: bool = True) -> str:
    """CSV as RFC 4180 has it. Lines end in CR LF, so that a CR inside a cell is quoted and cannot begin a new line."""
    return prepared(frame).to_csv(index=False, header=header, lineterminator="\r\n")


def csv(frame: pd.DataFrame) -> bytes:
    return lines(frame).encode("utf-8-sig")


def xlsx(frame: pd.DataFrame, about: dict[str, str]) -> bytes:
    """Two sheets: the table, and what it is."""
    file = io.BytesIO()
    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with pd.ExcelWriter(file, engine="xlsxwriter", engine_kwargs=options) as writer:
        prepared(frame).to_excel(writer, sheet_name=_("Table"), index=False)
        pd.DataFrame(about.items()).map(harmless).to_excel(writer, sheet_name=_("About"), index=False, header=False)
    return file.getvalue()


def about(title: str, filters: Filters) -> dict[str, str]:
    lines = {
        _("Table"): title,
        _("Shown"): format.describe(filters),
        _("Data date"): format.data_date(filters.data_date),
    }
    return lines | ({_("Note"): _("Demonstration data · invented")} if is_demonstration() else {})


def later(make: Callable[..., bytes], *arguments: Any) -> Callable[[], bytes]:
    """A file made when it is asked for, in the language in which it was offered: the server makes it elsewhere."""
    spoken = language()

    def made() -> bytes:
        use(spoken)
        return make(*arguments)

    return made


def offer(tables: dict[str, Callable[[], pd.DataFrame]], filters: Filters) -> None:
    """The export menu: each table of the page in both formats, made when it is asked for."""
    with st.popover(_("Export"), icon=":material/download:", width="stretch", disabled=not tables):
        for title, table in tables.items():
            name = re.sub(r"[^\w-]+", "_", f"{title}_{format.describe(filters)}").strip("_")
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.markdown(format.markdown(title), width="stretch")
                st.download_button(
                    "CSV",
                    later(lambda table: csv(table()), table),
                    f"{name}.csv",
                    "text/csv",
                    key=f"csv_{title}",
                    on_click="ignore",
                )
                st.download_button(
                    "XLSX",
                    later(lambda table, lines: xlsx(table(), lines), table, about(title, filters)),
                    f"{name}.xlsx",
                    XLSX_MIME,
                    key=f"xlsx_{title}",
                    on_click="ignore",
                )
