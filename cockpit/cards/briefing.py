"""The briefing on the screen: its blocks as they will be printed, and what can be done with it."""

import io
import zipfile
from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd
import pyarrow as pa
import streamlit as st
from playwright.sync_api import Browser

from cockpit import format
from cockpit.briefing import register, render
from cockpit.briefing.batch import stem
from cockpit.briefing.document import Block, Briefing, Chart, Kpis, Part, Picture, Table, Words, plain, runs
from cockpit.briefing.layout import Layout
from cockpit.cards import elements, sheet
from cockpit.cards.press import printed
from cockpit.i18n import _, language
from cockpit.session import is_phone, is_print, tokens
from cockpit.theme import ROW

FILES = {
    "pdf": ("PDF", ":material/picture_as_pdf:", "application/pdf"),
    "png": ("PNG", ":material/image:", "application/zip"),
    "pptx": (
        "PPTX",
        ":material/slideshow:",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "docx": (
        "DOCX",
        ":material/description:",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
}


# --- the document -----------------------------------------------------------------------------------------------------


def draw(briefing: Briefing) -> None:
    st.markdown(f"### {format.markdown(briefing.title)}")
    for block in briefing.blocks:
        with sheet.box(gap="small"):
            _block(block)
    st.caption(format.markdown(render.ending(briefing)))


def _block(block: Block) -> None:
    elements.title(format.markdown(block.heading), format.markdown(block.note))
    for place, part in enumerate(block.parts):
        _part(part, f"brief_{block.key}_{place}")
    if block.remark:
        st.markdown(f"> {_('Remark: ')}{format.markdown(block.remark)}")


def _part(part: Part, key: str) -> None:
    if isinstance(part, Words):
        _words(part)
    elif isinstance(part, Kpis):
        _kpis(part)
    elif isinstance(part, Table):
        _table(part, key)
    elif isinstance(part, Chart):
        figure = part.figure(tokens()) if is_print() else part.figure(tokens(), narrow=is_phone())
        elements.chart(figure, key, part.alt)
    else:
        _picture(part)


def _words(part: Words) -> None:
    glyphs = part.glyphs or [""] * len(part.paragraphs)
    lines = [f"{glyph} {spoken(text)}".strip() for glyph, text in zip(glyphs, part.paragraphs, strict=True)]
    (st.caption if part.small else st.markdown)("\n\n".join(lines))


def spoken(text: str) -> str:
    """A sentence as Markdown: its strong parts bold, everything else as it is."""
    return "".join(f" **{format.markdown(part)}** " if bold else format.markdown(part) for part, bold in runs(text))


def _kpis(part: Kpis) -> None:
    grid = st.grid(2 if is_phone() else 4, min_column_width=140, gap="small")
    for kpi in part.items:
        value = f"{kpi.value} :small[{kpi.unit}]" if kpi.unit else kpi.value
        notes = [kpi.against, kpi.base]
        with grid.container(gap="xxsmall"):
            if is_print():
                sheet.metric(st.container(), kpi.label, value, kpi.change, notes)
                continue
            st.metric(kpi.label, value, kpi.change or None, delta_color="off", delta_arrow="off")
            st.caption(format.markdown(" · ".join(filter(None, notes))))


def _table(part: Table, key: str) -> None:
    names = [f"c{place}" for place in range(len(part.head))]
    columns = {
        name: st.column_config.TextColumn(
            head, alignment="right" if place in part.right else "left", width=_width(place in part.right)
        )
        for place, (name, head) in enumerate(zip(names, part.head, strict=True))
    }
    if part.caption:
        st.caption(format.markdown(part.caption))
    if is_print():
        sheet.table(pd.DataFrame(part.rows, columns=names, dtype=object), columns)
        return
    cells = {name: [row[place] for row in part.rows] for place, name in enumerate(names)}
    # Arrow at once: a frame of texts costs six times as much on its way to the browser.
    st.dataframe(
        pa.table(cells),
        key=key,
        hide_index=True,
        row_height=ROW,
        height="content",
        column_order=names[:3] if is_phone() else names,
        column_config=columns,
    )


def _width(number: bool) -> int | None:
    """Three columns side by side on a phone; elsewhere as wide as there is room."""
    return (76 if number else 112) if is_phone() else None


def _picture(part: Picture) -> None:
    st.image(part.svg(tokens()), alt=part.alt)


# --- what can be done with it -----------------------------------------------------------------------------------------


def words_to_paste(briefing: Briefing) -> None:
    """The headline as text without marks, for a message or a document."""
    found = next((block for block in briefing.blocks if block.key == "headline"), None)
    if found is None:
        return
    elements.title(_("Text to paste"), _("the same figures as in the briefing"))
    said = [plain(text) for part in found.parts if isinstance(part, Words) for text in part.paragraphs]
    known = _("(Data to {moment})").format(moment=briefing.known)
    st.code(("" if language() == "zh" else " ").join([*said, known]), language=None, wrap_lines=True)


def exports(briefing: Briefing, chosen: Layout) -> None:
    """The four files, PNG as a ZIP of the whole picture and one a block; each is drawn when it is asked for, and
    written into the register."""
    elements.title(_("Export"), _("greys and lines only: nothing is lost in black and white"))
    with st.container(horizontal=True, gap="small"):
        for name, (label, icon, mime) in FILES.items():
            printed(
                label,
                icon,
                f"brief_{name}",
                f"{stem(briefing.filters)}.{'png.zip' if name == 'png' else name}",
                mime,
                partial(_making, briefing, name),
                (
                    briefing.hash,
                    briefing.mark,
                    chosen.blocks,
                    tuple(chosen.remarks.items()),
                    chosen.title,
                    name,
                    language(),
                ),
            )


def _making(briefing: Briefing, name: str) -> Callable[[Browser], bytes]:
    def make(browser: Browser) -> bytes:
        drawn = render.files(briefing, (name,), browser)
        data = zipped(stem(briefing.filters), drawn) if name == "png" else drawn[f".{name}"]
        register.issue(briefing, (name,))
        return data

    return make


def zipped(name: str, files: Mapping[str, bytes]) -> bytes:
    """``files`` by ending in one ZIP, each under ``name`` and its ending. Pictures are packed already."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
        for ending, content in files.items():
            archive.writestr(f"{name}{ending}", content)
    return data.getvalue()


def checklist() -> None:
    """What a person should look at before it goes out; nothing is stored."""
    elements.title(_("Before it goes out"))
    for place, text in enumerate(
        (
            _("The data reach to the end of the period"),
            _("What is overdue was checked with those who handle it"),
            _("What moved has an explanation, or says that it has none yet"),
            _("Cases whose exit is unknown are told, not left out"),
        )
    ):
        st.checkbox(text, key=f"brief_check_{place}")
