"""A choice of one page that the URL keeps by its code, the same in every language."""

from collections.abc import Mapping

import streamlit as st

from cockpit.cards.elements import notice
from cockpit.i18n import _
from cockpit.session import is_print


def kept(page: str, name: str, label: str, options: Mapping[str, str], default: str) -> str:
    """The chosen code of ``options`` (code → text); one that does not exist is dropped, and said unless it was the
    default that nobody had chosen.

    The URL parameter is ``name``; the default leaves no trace in it.
    """
    key, memory, usual = f"{page}_{name}", f"{page}_{name}_code", f"{page}_{name}_default"
    asked = str(st.session_state.get(key) or st.session_state.get(memory) or st.query_params.get(name) or default)
    if asked not in options and asked != st.session_state.get(usual):
        text = _("“{value}” does not exist here and was dropped.").format(value=asked)
        notice(text)
    if is_print():
        code = asked if asked in options else default
        st.markdown(f":gray[{label}]　{options[code]}", width="content")
        return code
    st.session_state[key] = asked if asked in options else default
    chosen = st.segmented_control(
        label, list(options), key=key, required=True, format_func=options.__getitem__, label_visibility="collapsed"
    )
    code = str(chosen)
    st.session_state[memory], st.session_state[usual] = code, default
    if code == default:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != code:
        st.query_params[name] = code
    return code
