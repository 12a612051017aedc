"""What was found in a file, and the ways to overrule it."""

import pandas as pd
import streamlit as st

from cockpit import format
from cockpit.cards import elements
from cockpit.cards.intake.work import Piece, Work
from cockpit.i18n import _
from cockpit.intake.suggesting.look import Found
from cockpit.theme import ROW
from queries.words import N_

ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "cp1252")
DELIMITERS = {",": N_("comma"), ";": N_("semicolon"), "\t": N_("tab"), "|": N_("vertical bar")}
ROWS_OF_HEADER = (1, 2, 3)
PREVIEW = 8  # rows


def found(work: Work, piece: Piece) -> None:
    """How the file was read, its first rows, and what to change where that is wrong."""
    seen = piece.found
    with st.container(border=True, gap="small", key="intake_found"):
        elements.title(_("What was found"), format.markdown(piece.name))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(" · ".join(_described(seen)), width="content")
            with st.popover(_("Read it otherwise"), icon=":material/tune:"):
                _overrules(work, piece)
        for warning in seen.warnings:
            st.caption(f":orange[◐] {format.markdown(warning)}")
        _preview(seen)


def _described(seen: Found) -> list[str]:
    form = _("workbook") if seen.workbook else _("text")
    rows = format.number(seen.count)
    parts = [
        form,
        *([_("sheet {name}").format(name=format.markdown(seen.sheet or ""))] if len(seen.sheets) > 1 else []),
        *([seen.encoding.upper(), _(DELIMITERS.get(seen.delimiter, seen.delimiter))] if not seen.workbook else []),
        _header(seen),
        _("{n} columns").format(n=format.number(len(seen.names))),
        _("about {n} rows").format(n=rows) if seen.estimated else _("{n} rows").format(n=rows),
    ]
    return [parts[0], *parts[1:-1], f"**{parts[-1]}**"]


def _header(seen: Found) -> str:
    if seen.header_rows > 1:
        return _("names in rows {first}—{last}").format(first=seen.header - seen.header_rows + 1, last=seen.header)
    return _("names in row {row}").format(row=seen.header)


def _overrules(work: Work, piece: Piece) -> None:
    """A select box for each property; what is chosen is read again at once."""
    seen = piece.found
    if seen.workbook:
        _choice(work, piece, "sheet", _("Sheet"), seen.sheets, seen.sheet)
    else:
        known = tuple(dict.fromkeys((seen.encoding, *ENCODINGS)))
        _choice(work, piece, "encoding", _("Encoding"), known, seen.encoding, str.upper)
        marks = tuple(dict.fromkeys((seen.delimiter, *DELIMITERS)))
        _choice(work, piece, "delimiter", _("Cells are parted by"), marks, seen.delimiter, _named)
    rows = range(1, max(len(seen.preview), seen.header) + 1)
    _choice(work, piece, "header", _("The names of the columns are in row"), tuple(rows), seen.header)
    depths = tuple(depth for depth in ROWS_OF_HEADER if depth <= seen.header)
    _choice(work, piece, "header_rows", _("Rows that the names take"), depths, seen.header_rows)


def _named(mark: str) -> str:
    return _(DELIMITERS.get(mark, mark))


def _choice(work: Work, piece: Piece, name: str, label: str, options: tuple, now, shown=str) -> None:
    key = f"{piece.key}_{name}"
    st.session_state[key] = now

    def changed() -> None:
        work.overrule(piece, **{name: st.session_state[key]})

    st.selectbox(label, options, key=key, format_func=shown, on_change=changed)


def _preview(seen: Found) -> None:
    """The first rows as read, under the names of their columns; rows above the names too, so that one sees them."""
    width = max([len(seen.names), *map(len, seen.preview)], default=0)
    rows = [list(row) + [""] * (width - len(row)) for row in seen.preview[: seen.header + PREVIEW]]
    frame = pd.DataFrame(rows, columns=[f"c{place}" for place in range(width)])
    frame.insert(0, "row", range(1, len(frame) + 1))
    names = {f"c{place}": name for place, name in enumerate(seen.names)}
    columns = {"row": st.column_config.NumberColumn(_("Row"), width=50, format="%d")} | {
        column: st.column_config.TextColumn(names.get(column, "")) for column in frame.columns[1:]
    }
    elements.table(frame, "intake_preview", columns, height=(min(len(frame), PREVIEW) + 1) * ROW)
