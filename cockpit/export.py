"""What leaves the cockpit: the link, the page on paper, and its tables as CSV and XLSX, safe against formulas."""

import io
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import pandas as pd
import streamlit as st

from cockpit import format, paper, versions
from cockpit.cards.press import printed
from cockpit.i18n import _, language, use
from cockpit.session import choices, mark, url_params
from queries.filters import Filters
from queries.measures import VERSION

FORMULA = re.compile(r"^(?![+-]?\d+([.,]\d+)*$)[=+\-@\t\r＝＋－＠]")
OWN = ("localhost", "127.0.0.1", "::1")
XLSX_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def harmless(value):
    """Text that a spreadsheet would run as a formula, made text; numbers stay numbers, those that are text too."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def prepared(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as it leaves the house: harmless, and marked where its rows are invented."""
    safe = frame.map(harmless).rename(columns=harmless)
    return safe.assign(**{_("Note"): mark()}) if mark() else safe


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
    return lines | ({_("Note"): mark()} if mark() else {})


def later(make: Callable[..., bytes], *arguments: Any) -> Callable[[], bytes]:
    """A file made when it is asked for, in the language and of the data with which it was offered: the server makes it
    elsewhere."""
    spoken, version = language(), versions.looked_at()

    def made() -> bytes:
        use(spoken)
        versions.look_at(version)
        return make(*arguments)

    return made


def offer(tables: dict[str, Callable[[], pd.DataFrame]], filters: Filters, title: str, page: str) -> None:
    """The export menu: the link, the page on paper, and each table in both formats; drawn when it is opened, made when
    it is asked for.

    ``page`` is the page's address in the cockpit, empty for the first.
    """
    menu = st.popover(_("Export"), icon=":material/download:", width="stretch", key="export", on_change="rerun")
    if not menu.open:
        return
    with menu:
        query = carried(filters)
        _link(str(st.context.url), query)
        st.link_button(
            _("Print view, for Ctrl+P"),
            f"{st.context.url}?{urlencode(query | {'lang': language()} | paper.PRINT_VIEW)}",
            icon=":material/print:",
            width="stretch",
        )
        _drawn(filters, title, page, query)
        for name, table in tables.items():
            _table(name, table, filters)


def _link(here: str, query: dict[str, str]) -> None:
    """The address of this view as the reader sees it.

    Browsers let a page copy only over https and on their own machine; elsewhere a field holds the link, to be selected.
    """
    link = f"{here}?{urlencode(query)}" if query else here
    split = urlsplit(here)
    if split.scheme == "https" or split.hostname in OWN:
        st.caption(_("Link to this view: the button at its right copies it"))
        st.code(link, language=None)
    else:
        st.text_input(_("Link to this view: click it, then Ctrl+A and Ctrl+C"), link)


def carried(filters: Filters) -> dict[str, str]:
    """What the address of this view says: the filters, the period and the page's own codes."""
    district = filters.district or ""
    chosen = {
        "district": district if choices().districts[:1] != (district,) else "",
        **{key: "".join(values[:1]) for key, values in _lists(filters).items()},
        **{name: value for name, value in url_params().items() if name not in paper.PRINT_VIEW},
    }
    return {name: value for name, value in chosen.items() if value}


def _lists(filters: Filters) -> dict[str, tuple[str, ...]]:
    return {"street": filters.streets, "category": filters.categories, "channel": filters.channels}


def _drawn(filters: Filters, title: str, page: str, query: dict[str, str]) -> None:
    """PNG and PDF of this page, drawn by the server in the language of the reader."""
    spoken, name = query | {"lang": language()}, file_name(f"{title}_{format.describe(filters)}")
    view = (page, *sorted(spoken.items()), filters.data_date)
    printed(
        _("This page as a picture, PNG"),
        ":material/image:",
        "export_png",
        f"{name}.png",
        "image/png",
        lambda: paper.picture(page, spoken),
        view,
    )
    printed(
        _("Print version, A4 PDF"),
        ":material/picture_as_pdf:",
        "export_pdf",
        f"{name}.pdf",
        "application/pdf",
        lambda: paper.sheets(page, spoken, *foot(filters)),
        view,
    )


def foot(filters: Filters) -> tuple[list[str], str]:
    """What stands at the foot of every printed page: what is shown, and the page's number."""
    parts = [
        format.describe(filters),
        _("Data to {moment}").format(moment=format.data_date(filters.data_date)),
        *([mark()] if mark() else []),
        _("Definitions {version}").format(version=VERSION),
        format.made_at(datetime.now()),
    ]
    return parts, _("Page {page} of {pages}")


def file_name(text: str) -> str:
    return re.sub(r"[^\w-]+", "_", text).strip("_")


def _table(title: str, table: Callable[[], pd.DataFrame], filters: Filters) -> None:
    name = file_name(f"{title}_{format.describe(filters)}")
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
