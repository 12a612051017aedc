"""Which of their columns is which of ours: suggested, with examples and how sure; everything can be changed."""

from collections.abc import Callable, Sequence

import streamlit as st
from sqlalchemy import Boolean

from cockpit import format, session
from cockpit.cards import elements
from cockpit.cards.intake.work import Piece, Work
from cockpit.fields import TABLES, codes, label
from cockpit.i18n import _
from cockpit.intake import contract
from cockpit.intake.mapping import ANY
from cockpit.intake.suggesting import saved
from cockpit.intake.suggesting.draft import Choice
from cockpit.intake.suggesting.proposal import DAY_MONTH
from cockpit.intake.suggesting.suggest import TABLES as SUGGESTED
from queries.words import N_

NONE, SAME = "", "\0same"  # options of a select box that are no column
FIELD, COLUMN, MEANING, SURE = 168, 280, 168, 168  # px
UNUSED = 40  # columns of theirs that are named
COORDINATES = {"wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}
DUPLICATES = {"reject": N_("reject the later rows"), "first": N_("keep the first row"), "last": N_("keep the last row")}
OFFSETS = {"convert": N_("convert to the time zone here"), "drop": N_("keep the clock as written")}


def meaning(work: Work, piece: Piece) -> None:
    """The table, and a row for each of its columns: those that are filled or must be, then the others."""
    with st.container(border=True, gap="small", key="intake_meaning"):
        elements.title(_("What the columns mean"), _("suggested; change what is not right"))
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            _table(work, piece)
            _saved(work, piece)
            with st.popover(_("Details of reading"), icon=":material/tune:"):
                _details(piece)
        shown = _shown(piece)
        for ours in shown:
            _row(piece, ours)
        others = [ours for ours in piece.draft.choices if ours not in shown]
        if others:
            # A number in the label would close it whenever a column is chosen.
            label = _("Other columns of the cockpit, not filled")
            box = st.expander(label, key=f"{piece.key}_others", on_change="rerun")
            with box:
                for ours in others if box.open else ():
                    _row(piece, ours)
        _unused(piece)


def _shown(piece: Piece) -> list[str]:
    must = contract.must_be_mapped(contract.TABLES[piece.draft.table])
    key = f"{piece.key}_shown"  # a row that was emptied stays where it was
    kept: set[str] = st.session_state.setdefault(key, set())
    kept.update(ours for ours, one in piece.draft.choices.items() if ours in must or one.theirs is not None or one.same)
    return [ours for ours in piece.draft.choices if ours in kept]


def _table(work: Work, piece: Piece) -> None:
    key = f"{piece.key}_table"
    st.session_state[key] = piece.draft.table
    st.selectbox(
        _("These are"),
        SUGGESTED,
        key=key,
        width=200,
        format_func=lambda name: _(TABLES[name]),
        on_change=lambda: work.put_into(piece, st.session_state[key]),
    )


def _saved(work: Work, piece: Piece) -> None:
    key = f"{piece.key}_saved"
    st.session_state[key] = piece.draft.name
    st.selectbox(
        _("Saved mapping"),
        ["", *saved.names()],
        key=key,
        width=280,
        format_func=lambda name: name or _("none: suggested anew"),
        on_change=lambda: work.use(piece, st.session_state[key]),
    )


def _row(piece: Piece, ours: str) -> None:
    """One column of ours: where it comes from, three values, how sure."""
    choice = piece.draft.choices[ours]
    must = ours in contract.must_be_mapped(contract.TABLES[piece.draft.table])
    phone = session.is_phone()
    with st.container(horizontal=not phone, gap="small", vertical_alignment="center"):
        named = _(label(piece.draft.table, ours))
        st.markdown(f"**{named}**" + (" :red[＊]" if must else ""), width="stretch" if phone else FIELD)
        _column(piece, ours, choice)
        if choice.same:
            _constant(piece, ours, choice)
        elif choice.theirs is not None:
            _meant(piece, ours, choice)
            examples = " ｜ ".join(format.markdown(text) for text in choice.suggestion.examples)
            st.markdown(f":gray[{examples or format.DASH}]", width="stretch")
            st.markdown(_sure(choice), width="content" if phone else SURE, help=_(choice.suggestion.why))


def _column(piece: Piece, ours: str, choice: Choice) -> None:
    key = f"{piece.key}_{ours}"
    st.session_state[key] = SAME if choice.same else choice.theirs or NONE
    words = {NONE: _("— not used"), SAME: _("the same for every row …")}

    def changed() -> None:
        asked = st.session_state[key]
        if asked == SAME:
            piece.draft.say(ours, "")
        else:
            piece.draft.choose(ours, asked or None)

    st.selectbox(
        _(label(piece.draft.table, ours)),
        [NONE, SAME, *piece.found.names],
        key=key,
        width="stretch" if session.is_phone() else COLUMN,
        format_func=lambda name: words.get(name, name),
        label_visibility="collapsed",
        on_change=changed,
    )


def _constant(piece: Piece, ours: str, choice: Choice) -> None:
    """The value of every row: a word of the contract, a name that is known, or free text."""
    key = f"{piece.key}_{ours}_same"
    words = codes(piece.draft.table, ours)
    known = tuple(words) or tuple(dict.fromkeys(area.name for area in piece.draft.areas if area.level == ours))
    options = tuple(dict.fromkeys([*([choice.constant] if choice.constant else []), *known]))
    st.session_state[key] = choice.constant or None
    st.selectbox(
        _("Value of every row"),
        options,
        key=key,
        index=None,
        width="stretch" if session.is_phone() else COLUMN,
        format_func=lambda name: _(words[name]) if name in words else name,
        accept_new_options=not words,
        placeholder=_("Value of every row"),
        label_visibility="collapsed",
        on_change=lambda: piece.draft.say(ours, st.session_state[key] or ""),
    )


def _meant(piece: Piece, ours: str, choice: Choice) -> None:
    """What else has to be said of a column: the order of day and month, the meaning of its words."""
    if choice.suggestion.question == DAY_MONTH:
        _order(piece, ours, choice)
    elif ours == "lon":
        _detail(piece, "coordinates", _("System of the coordinates"), COORDINATES, "wgs84", MEANING)
    elif ours == "opened_at" and "offset" in piece.draft.read:
        _detail(piece, "offset", _("Times with an offset"), OFFSETS, "convert", MEANING)
    elif choice.suggestion.words and (words := _meanings(piece, ours)):
        opened = st.popover(
            _("Words: {n}").format(n=len(choice.suggestion.words)),
            width=MEANING,
            on_change="rerun",
            key=f"{piece.key}_{ours}_w",
        )
        if opened.open:
            with opened:
                _words(piece, ours, choice, words)


def _order(piece: Piece, ours: str, choice: Choice) -> None:
    key = f"{piece.key}_{ours}_order"
    example = next(iter(choice.suggestion.examples), "")
    now = {choice.suggestion.day_first: "day", choice.suggestion.month_first: "month"}.get(choice.formats)
    st.session_state[key] = now
    words = {"month": _("month/day"), "day": _("day/month")}
    st.selectbox(
        _("Which comes first in {example}?").format(example=example),
        list(words),
        key=key,
        index=None,
        width=MEANING,
        placeholder=_("Day or month first?"),
        format_func=words.__getitem__,
        label_visibility="collapsed",
        on_change=lambda: piece.draft.order(ours, st.session_state[key] == "day"),
    )


def _meanings(piece: Piece, ours: str) -> dict[str, str]:
    """The words of ours that one of theirs can mean; empty for free text."""
    words = codes(piece.draft.table, ours)
    flag = isinstance(contract.TABLES[piece.draft.table].c[ours].type, Boolean)
    return words or (codes("", "flag") if flag else {})


def _words(piece: Piece, ours: str, choice: Choice, meanings: dict[str, str]) -> None:
    """A select box for each of their words, and one for all others."""
    rows: Sequence[tuple[str, int]] = [*choice.suggestion.words, (ANY, 0)]
    for place, (word, count) in enumerate(rows):
        label = _("any other word") if word == ANY else word
        options = [None, "", *meanings]
        key = f"{piece.key}_{ours}_{place}_word"
        st.session_state[key] = choice.values.get(word, word if word in meanings else None)
        st.selectbox(
            format.markdown(label) + (f" :gray[{format.number(count)}]" if count else ""),
            options,
            key=key,
            format_func=lambda code: _named(code, meanings),
            on_change=_spelt(piece, ours, word, key),
        )


def _spelt(piece: Piece, ours: str, word: str, key: str) -> Callable[[], None]:
    return lambda: piece.draft.spell(ours, word, st.session_state[key])


def _named(code: str | None, meanings: dict[str, str]) -> str:
    if code is None:
        return _("nothing said: the row is rejected")
    return _(meanings[code]) if code else _("left empty")


def _sure(choice: Choice) -> str:
    """In three steps, and in words for those who see no colours."""
    sure = choice.suggestion.sure
    if sure >= 0.8:
        dots, words = ":green[●●●]", _("sure")
    elif sure >= 0.5:
        dots, words = ":orange[●●○]", _("likely")
    else:
        dots, words = ":red[●○○]", _("a guess")
    return f"{dots} :gray[{words}]"


def _details(piece: Piece) -> None:
    """What holds for the whole file: repeated numbers, the data date, times and coordinates."""
    draft = piece.draft
    _detail(piece, "duplicates", _("When a number comes again in the file"), DUPLICATES, "reject")
    key = f"{piece.key}_as_of"
    st.session_state.setdefault(key, None)

    def dated() -> None:
        day = st.session_state[key]
        draft.read.pop("as_of", None)
        if day is not None:
            draft.read["as_of"] = day

    st.date_input(_("Known to the end of (data date)"), key=key, value=None, format="YYYY-MM-DD", on_change=dated)
    nothing = [word for word in draft.read.get("null", ()) if word]
    if nothing:
        st.caption(_("Stands for nothing: {words}").format(words=format.markdown(" ".join(nothing))))


def _detail(
    piece: Piece, name: str, label: str, options: dict[str, str], default: str, width: int | None = None
) -> None:
    """A key of [read]; with ``width`` it stands in a column's row, where the label would take a line."""
    key = f"{piece.key}_{name}"
    st.session_state[key] = piece.draft.read.get(name, default)

    def changed() -> None:
        piece.draft.read[name] = st.session_state[key]

    st.selectbox(
        label,
        list(options),
        key=key,
        width=width or "stretch",
        label_visibility="collapsed" if width else "visible",
        format_func=lambda code: _(options[code]),
        on_change=changed,
    )


def _unused(piece: Piece) -> None:
    """Their columns that nothing is taken from."""
    taken = {one.theirs for one in piece.draft.choices.values()}
    left = [format.markdown(name) for name in piece.found.names if name not in taken]
    if left:
        listed = " · ".join(left[:UNUSED])
        if len(left) > UNUSED:
            listed = _("{listed} and {n} more").format(listed=listed, n=format.number(len(left) - UNUSED))
        st.caption(_("Not taken from the file: {columns}").format(columns=listed))
