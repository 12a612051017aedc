"""三函 by kind and body, and 听证 and 评理 with their results; computed when they are shown."""

from typing import Any

import pandas as pd
import streamlit as st

from cockpit import format, petitions, session
from cockpit.cards import petitions as parts
from cockpit.cards.elements import offer, table, title
from cockpit.cards.kpi import beside, kpi_grid
from cockpit.cards.listing import listing, unseen
from cockpit.cards.sheet import box, side_by_side
from cockpit.fields import LETTERS, PETITION_RESULTS, PETITION_STEPS
from cockpit.i18n import _
from queries import letters, petition_steps
from queries.filters import Filters

TRANSFER, DIALOGUES = "transfer", ("hearing", "reasoning")


# --- letters ----------------------------------------------------------------------------------------------------------


def three_letters(filters: Filters) -> None:
    """督查办函, 风险提示函, 问责建议书: issued, due, answered, overdue."""
    raw = session.load(letters.by_body, filters, raw=True)
    if raw.empty:
        _no_letters(filters)
        return
    with box():
        _letter_cards(raw, filters)
    left, right = side_by_side([6, 8])
    with box(left, "stretch"):
        _by_kind(filters)
    with box(right, "stretch"):
        _by_body(raw)
    if not session.is_print():
        with box():
            _letter_list(filters)


def _no_letters(filters: Filters) -> None:
    if session.load(letters.known, filters.district, raw=True)["n"].iloc[0]:
        st.markdown(_("No letter was issued under this choice."))
    else:
        st.markdown(_("These data hold no letters (三函)."))


def _letter_cards(raw: pd.DataFrame, filters: Filters) -> None:
    note = _("issued in the period, as far as the data know")
    if filters.categories or filters.channels:
        note += " · " + _("letters have no category and no channel: these choices do not narrow them")
    title(_("Three kinds of letter"), note)
    sums = {name: int(raw[name].sum()) for name in ("issued", "due", "answered", "judged", "on_time", "overdue")}
    told = {name: session.told(n, n) for name, n in sums.items()}
    grid = kpi_grid(4)
    share = petitions.share(sums["on_time"], sums["judged"])
    beside(grid, "letters_issued", _count(told["issued"]))
    beside(grid, "letters_due", _count(told["due"]))
    beside(grid, "letters_on_time", format.told(share, format.share), f"n={format.told(told['judged'])}")
    beside(grid, "letters_overdue", _count(told["overdue"]))


def _count(n: float) -> str:
    return f"{format.told(n)} :small[{_('letters')}]"


def _by_kind(filters: Filters) -> None:
    title(_("By kind of letter"), _("letters"))
    frame = petitions.letters_by_kind(filters)
    shown = parts.percent(frame, ("rate",)).assign(name=[_(LETTERS[code]) for code in frame["letter"]])
    columns: dict[str, Any] = {
        "name": st.column_config.TextColumn(_("Letter")),
        "issued": parts.count(_("Letters issued")),
        "due": parts.count(_("Due")),
        "answered": parts.count(_("Answered")),
        "rate": st.column_config.NumberColumn(_("On time"), format="%.1f%%", width=80),
        "overdue": parts.count(_("Overdue")),
        "waiting": parts.count(_("Waiting"), _("Not answered, and not overdue")),
        "median_days": parts.number(_("Median days"), _("From issue to answer")),
    }
    table(shown, "petitions_letters", columns, phone=("name", "issued", "rate", "overdue"), height="content")
    offer(_("By kind of letter"), shown, {name: parts.label_of(config) for name, config in columns.items()})


def _by_body(raw: pd.DataFrame) -> None:
    title(_("Letters by body"), _("the least timely first; fewer than 30 judged come last"))
    frame = petitions.letters_by_body(raw)
    columns: dict[str, Any] = {
        "organisation": st.column_config.TextColumn(_("Body addressed")),
        "rate": st.column_config.NumberColumn(_("On time"), format="%.1f%%", width=80),
        "judged": parts.count("n", _("Those that can be judged")),
        "issued": parts.count(_("Letters issued")),
        "due": parts.count(_("Due")),
        "answered": parts.count(_("Answered")),
        "overdue": parts.count(_("Overdue")),
    }
    shown = parts.percent(frame, ("rate",))
    phone = ("organisation", "rate", "issued", "overdue")
    table(shown, "petitions_letter_bodies", columns, phone=phone, height=36 * (min(len(shown), 9) + 1) + 2)
    filed = {"waiting": _("Waiting"), **{code: _(label) for code, label in LETTERS.items()}}
    offer(_("Letters by body"), shown, {name: parts.label_of(config) for name, config in columns.items()} | filed)


def _letter_list(filters: Filters) -> None:
    title(_("Letters"), _("overdue first, then those that wait"))
    if unseen():
        return
    count = session.load(letters.row_count, filters, raw=True)["n"].iloc[0]
    listing(lambda *page: session.load(letters.rows, filters, *page), count, "letters", _letters_shown)


def _letters_shown(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
    text = st.column_config.TextColumn
    shown = rows.assign(
        kind=[_(LETTERS[code]) for code in rows["letter"]],
        state=[_state(at, over) for at, over in zip(rows["answered_at"], rows["days_over"], strict=True)],
    )
    columns: dict[str, Any] = {
        "letter_id": text(_("Number of the letter")),
        "state": text(_("Status")),
        "kind": text(_("Kind of letter")),
        "organisation": text(_("Body addressed")),
        "complaint_id": text(_("Petition")),
        "issued_at": parts.day(_("Issued on")),
        "due_at": parts.day(_("Due on")),
        "answered_at": parts.day(_("Answered on")),
    }
    return shown[list(columns)], columns


def _state(answered_at, over: float) -> str:
    """● 超期 3 天, ○ 按期答复, ◐ 待答复."""
    late = not format.missing(over) and over > 0
    days = format.number(over, 0) if late else ""
    if format.missing(answered_at):
        return f"● {_('overdue by {n} days').format(n=days)}" if late else f"◐ {_('waiting for an answer')}"
    return f"● {_('answered {n} days late').format(n=days)}" if late else f"○ {_('answered')}"


# --- hearings and the like --------------------------------------------------------------------------------------------


def hearings(filters: Filters) -> None:
    """信访听证 and 信访评理, and the other steps, with their results."""
    frame = petitions.steps(filters)
    if frame.empty:
        st.markdown(_("No step of petitions is on record under this choice."))
        return
    with box():
        _results(frame[frame["step"] != TRANSFER])
        for row in frame[frame["step"] == TRANSFER].to_dict("records"):
            st.caption(_transfers(row))
    if not session.is_print():
        with box():
            _step_list(filters)


def _results(frame: pd.DataFrame) -> None:
    title(_("Steps and their results"), _("steps started in the period, as far as the data know"))
    if frame.empty:
        st.markdown(_("No hearing, public reasoning or review is on record under this choice."))
        return
    shown = frame.assign(name=[_(PETITION_STEPS.get(step, step)) for step in frame["step"]])
    columns: dict[str, Any] = {
        "name": st.column_config.TextColumn(_("Step")),
        "n": parts.count(_("Started")),
        "median_days": parts.number(_("Median days"), _("From start to done")),
        **{code: parts.count(_(label)) for code, label in PETITION_RESULTS.items()},
    }
    table(shown, "petitions_steps", columns, phone=("name", "n", "settled", "rejected"), height="content")
    st.caption(_("What has no result is not done yet, or its result is not on record."))
    labels = {name: parts.label_of(config) for name, config in columns.items()}
    offer(_("Steps and their results"), shown, labels | {"none": _("No result yet")})


def _transfers(row: dict) -> str:
    """转送交办 4,951 件，中位数 6.9 天."""
    text = _("Transferred to the responsible body: {n}, half of them within {days} days.")
    return text.format(n=format.told(row["n"]), days=format.number(row["median_days"], 1))


def _step_list(filters: Filters) -> None:
    title(_("Hearings and public reasoning"), _("not yet done first, the longest waiting before the others"))
    if unseen():
        return
    count = session.load(petition_steps.row_count, filters, DIALOGUES, raw=True)["n"].iloc[0]
    listing(
        lambda *page: session.load(petition_steps.rows, filters, DIALOGUES, *page),
        count,
        "hearings",
        _steps_shown,
    )


def _steps_shown(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
    text = st.column_config.TextColumn
    columns: dict[str, Any] = {
        "complaint_id": text(_("Number")),
        "step": text(_("Step")),
        "result": text(_("Result")),
        "entered_at": parts.day(_("Started on")),
        "left_at": parts.day(_("Done on")),
        "organisation": text(_("Responsible body")),
        "street": text(_("Street")),
        "category": text(_("Category")),
    }
    return parts.steps(rows)[list(columns)], columns
