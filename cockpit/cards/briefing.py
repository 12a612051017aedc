"""The briefing on the screen: its blocks as they will be printed, and what can be done with it."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import pandas as pd
import pyarrow as pa
import streamlit as st
from playwright.sync_api import Browser

from cockpit import format
from cockpit.briefing import layout as layouts
from cockpit.briefing import register, render
from cockpit.briefing.batch import stem
from cockpit.briefing.compose import NAMES
from cockpit.briefing.document import Block, Briefing, Chart, Kpis, Part, Picture, Table, Words, plain, runs
from cockpit.briefing.layout import Layout
from cockpit.cards import elements, sheet
from cockpit.cards.press import printed
from cockpit.errors import LayoutError
from cockpit.i18n import _, language
from cockpit.session import is_phone, is_print, tokens
from cockpit.theme import ROW

DRAFT, NAME, PROBLEM = "brief_layout_draft", "brief_layout", "brief_layout_problem"
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
                (briefing.hash, chosen.blocks, tuple(chosen.remarks.items()), chosen.title, name, language()),
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


# --- layouts ----------------------------------------------------------------------------------------------------------


def layout_chosen() -> Layout:
    """The layout of this reader: the one chosen by name, with what was changed since."""
    name = st.session_state.get(NAME) or st.query_params.get("layout") or layouts.STANDARD
    draft = st.session_state.get(DRAFT)
    if draft and draft[0] == name:
        return draft[1]
    try:
        return layouts.load(name)
    except LayoutError as problem:
        elements.notice(elements.said(problem))
        st.session_state[NAME] = layouts.STANDARD
        return layouts.load(layouts.STANDARD)


def layout_panel(chosen: Layout) -> None:
    """Which layout, and the way to change it."""
    elements.title(_("Layout"), _("blocks, their order, remarks"))
    known = layouts.names()
    asked = st.session_state.get(NAME) or st.query_params.get("layout") or layouts.STANDARD
    st.session_state[NAME] = asked if asked in known else layouts.STANDARD
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        name = st.selectbox(
            _("Layout"),
            known,
            key=NAME,
            format_func=_named,
            label_visibility="collapsed",
        )
        if st.button(_("Adjust"), icon=":material/tune:", key="brief_change"):
            st.dialog(_("Layout of the briefing"), width="large")(_edit)()
    if name == layouts.STANDARD:
        st.query_params.pop("layout", None)
    elif st.query_params.get("layout") != name:
        st.query_params["layout"] = name
    if chosen != _saved(name):
        st.caption(_("Changed and not saved."))


def _named(name: str) -> str:
    return _("Standard") if name == layouts.STANDARD else name


def _saved(name: str) -> Layout | None:
    try:
        return layouts.load(name)
    except LayoutError:
        return None


def _change(changed: Layout) -> None:
    st.session_state[DRAFT] = (st.session_state[NAME], changed)


def _edit() -> None:
    """Every block in its place: shown or not, earlier, later, with a remark; and the name under which it is kept."""
    chosen = layout_chosen()
    hidden = [key for key in NAMES if key not in chosen.blocks]
    for place, key in enumerate((*chosen.blocks, *hidden)):
        _row(chosen, key, place)
    st.divider()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        named = st.session_state[NAME]
        st.text_input(
            _("Save as"),
            "" if named == layouts.STANDARD else named,
            key="brief_save_as",
            max_chars=40,
            placeholder=_("Name of the layout"),
        )
        closing = [
            st.button(_("Save"), icon=":material/save:", key="brief_save", on_click=_save, args=(chosen,)),
            st.button(_("Undo changes"), icon=":material/undo:", key="brief_undo", on_click=_undo),
            st.button(_("Done"), key="brief_done"),
        ]
    if problem := st.session_state.pop(PROBLEM, None):
        st.error(elements.said(problem))
    elif any(closing):
        st.rerun()


def _row(chosen: Layout, key: str, place: int) -> None:
    shown = key in chosen.blocks
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        toggled = chosen.without(key) if shown else chosen.moved(key, 0)
        st.checkbox(
            _(NAMES[key]), shown, key=f"brief_show_{key}_{shown}", on_change=_change, args=(toggled,), width=220
        )
        for icon, step, label in (("arrow_upward", -1, _("Earlier")), ("arrow_downward", 1, _("Later"))):
            last = place == (0 if step < 0 else len(chosen.blocks) - 1)
            st.button(
                "",
                icon=f":material/{icon}:",
                key=f"brief_{icon}_{key}",
                help=label,
                on_click=_change,
                args=(chosen.moved(key, step),),
                disabled=not shown or last,
            )
        st.text_input(
            _("Remark"),
            chosen.remarks.get(key, ""),
            key=f"brief_remark_{key}",
            placeholder=_("Remark printed below this block"),
            label_visibility="collapsed",
            on_change=_remark,
            args=(key,),
            disabled=not shown,
            max_chars=500,
        )


def _remark(key: str) -> None:
    _change(layout_chosen().remarking(key, st.session_state[f"brief_remark_{key}"].strip()))


def _save(chosen: Layout) -> None:
    name = st.session_state["brief_save_as"].strip()
    try:
        layouts.save(name, chosen)
    except LayoutError as problem:
        st.session_state[PROBLEM] = problem
        return
    _undo()
    st.session_state[NAME] = name


def _undo() -> None:
    st.session_state.pop(DRAFT, None)


# --- what was issued --------------------------------------------------------------------------------------------------


def issued_panel(briefing: Briefing) -> None:
    elements.title(_("Issued"), _("what went out, and what was revised since"))
    if st.button(_("Look it up"), icon=":material/history:", key="brief_issued"):
        st.dialog(_("Briefings issued"), width="large")(_issued)(briefing)


def _issued(briefing: Briefing) -> None:
    rows = register.issued(50)
    if not rows:
        st.markdown(_("Nothing was issued yet."))
        return
    frame = pd.DataFrame(
        {
            "id": [row.id for row in rows],
            "at": [_moment(row) for row in rows],
            "scope": [format.describe(row.filters) for row in rows],
            "hash": [row.hash for row in rows],
            "formats": [", ".join(row.formats) for row in rows],
        }
    )
    text = st.column_config.TextColumn
    columns = {
        "id": st.column_config.NumberColumn(_("No."), width=50),
        "at": text(_("Issued at")),
        "scope": text(_("Scope")),
        "hash": text(_("Content")),
        "formats": text(_("Formats")),
    }
    elements.table(frame, "brief_register", columns, phone=("id", "at", "scope"))
    same = [row for row in rows if row.filters.start == briefing.filters.start and _scope(row) == _of(briefing)]
    if same:
        _revised(briefing, same)


def _moment(row: register.Issued) -> str:
    moment = register.local(row.issued_at)
    return f"{format.day(moment)} {moment:%H:%M}"


def _scope(row: register.Issued) -> tuple:
    return row.filters.district, row.filters.streets, row.filters.categories, row.filters.channels, row.filters.end


def _of(briefing: Briefing) -> tuple:
    chosen = briefing.filters
    return chosen.district, chosen.streets, chosen.categories, chosen.channels, chosen.end


def _revised(briefing: Briefing, same: Sequence[register.Issued]) -> None:
    """What changed since this scope and period was last issued."""
    last = same[0]
    if not last.comparable:
        st.markdown(register.kept_back(last))
        return
    revisions = register.compare(last.figures, briefing.figures)
    if not revisions:
        st.markdown(_("Since no. {id} no figure of this briefing was revised.").format(id=last.id))
        return
    st.markdown(_("Revised since no. {id}: {n} figures.").format(id=last.id, n=len(revisions)))
    frame = pd.DataFrame(
        {
            "what": [register.label(one.name) for one in revisions],
            "before": [register.shown(one.before) for one in revisions],
            "now": [register.shown(one.now) for one in revisions],
        }
    )
    text = st.column_config.TextColumn
    elements.table(
        frame,
        "brief_revised",
        {
            "what": text(_("Figure")),
            "before": text(_("Then"), alignment="right"),
            "now": text(_("Now"), alignment="right"),
        },
    )
