"""Layouts of the briefing on the page: which one, and the dialog that changes and keeps it."""

import streamlit as st

from cockpit.briefing import layout as layouts
from cockpit.briefing.compose import NAMES
from cockpit.briefing.layout import Layout
from cockpit.cards import elements
from cockpit.errors import LayoutError
from cockpit.i18n import _

DRAFT, NAME, PROBLEM = "brief_layout_draft", "brief_layout", "brief_layout_problem"


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
