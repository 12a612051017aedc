"""The quality page: what came, what was not taken, what is doubtful; every number leads to its rows and to a file."""

from collections.abc import Callable

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cockpit import format, quality, session
from cockpit.cards import elements
from cockpit.cards.listing import listing
from cockpit.fields import TABLES, codes, label
from cockpit.i18n import _
from queries import quality as ask
from queries.tables import FACTS, metadata

COMPUTED = ("cell", "doubt", "in_doubt")  # columns of a record that say nothing to a reader


def which(loads: pd.DataFrame) -> str:
    """The table that is looked at."""
    there = [name for name in TABLES if name in set(loads["target"])]
    if len(there) < 2:
        return (there or list(loads["target"]))[0]
    return st.segmented_control(
        _("Table"),
        there,
        key="quality_table",
        required=True,
        default=there[0],
        format_func=lambda name: _(TABLES[name]),
        label_visibility="collapsed",
    )


def loads_table(loads: pd.DataFrame) -> str | None:
    """The imports of a table, the newest first; the one that was chosen."""
    frame = loads.assign(at=[format.moment(at) for at in loads["loaded_at"]])
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn

    def count(label: str) -> object:
        return number(label, format="localized", width=70 if session.is_phone() else 90)

    columns = {
        "file": text(_("File"), width="large"),
        "at": text(_("Loaded"), width=140 if session.is_phone() else 160),
        "rows_read": count(_("Rows read")),
        "rows_kept": count(_("Rows kept")),
        "rows_rejected": count(_("Rejected")),
        "rows_superseded": count(_("Superseded")),
        "rejects_open": count(_("Still rejected")),
        "flagged": count(_("Doubtful now")),
    }
    elements.title(_("Imports"), _("rows read = kept + rejected + superseded; choose one to see it alone"))
    chosen = elements.table(
        frame,
        f"quality_loads_{loads['load_id'].iloc[0]}",  # a new import takes the first row
        columns,
        phone=("at", "rows_kept", "rejects_open"),
        on_select="rerun",
        selection_mode="single-row",
    )
    rows = chosen.selection.rows
    return str(loads["load_id"].iloc[rows[0]]) if rows and rows[0] < len(loads) else None


def rejects(target: str, load: str | None, below: DeltaGenerator) -> None:
    """Why rows were not taken; ``below``, the rows behind the reason that is chosen, or all of them."""
    counts = session.load(ask.rejects_by_reason, target, load)
    elements.title(_("Not taken"), _("rows, by reason; a row may have several"))
    if counts.empty:
        st.markdown(_("Every row was taken, or corrected since."))
        return
    frame = counts.assign(what=counts["reason"].map(quality.reason))
    chosen = _chosen(frame, "quality_rejects", {"what": _("Reason"), "rows": _("Rows")})
    code = None if chosen is None else str(frame["reason"].iloc[chosen])
    with below, _list(_("Rows that were not taken"), quality.reason(code) if code else ""):
        listing(
            lambda limit, offset: session.read_once(ask.rejects_behind, target, code, load, limit, offset),
            counts["rows"].iloc[chosen] if chosen is not None else _one(ask.rejected, target, load),
            "rejects",
            _rejects_shown,
            quality.returnable,
        )


def defects(target: str, load: str | None, below: DeltaGenerator) -> None:
    """What is doubtful or missing in what was taken, what that touches; ``below``, the records of the one chosen."""
    doubts = session.load(ask.doubts_by_reason, target, load)
    lacks = session.load(ask.lacking, FACTS[target]) if target in FACTS and load is None else pd.DataFrame()
    frame = quality.defects(doubts, lacks, target)
    elements.title(_("Taken, but doubtful"), _("records, and the measures that it touches"))
    if frame.empty:
        st.markdown(_("Nothing is in doubt."))
        return
    chosen = _chosen(
        frame,
        "quality_defects",
        {"what": _("Doubt"), "records": _("Number of records"), "touches": _("What it touches")},
    )
    if chosen is None:
        st.caption(_("Choose a row to see its records."))
        return
    row = frame.iloc[chosen]
    why = _(quality.defect(row["code"]).why)
    with below, _list(_("Records in doubt"), f"{row['what']} · {why}"):
        listing(_behind(target, load, row), row["records"], "doubts", _records_shown(target), _named(target))


def _behind(target: str, load: str | None, row: pd.Series) -> Callable[[int, int], pd.DataFrame]:
    if format.missing(row["field"]):
        return lambda limit, offset: session.read_once(ask.lacking_behind, FACTS[target], row["code"], limit, offset)
    return lambda limit, offset: session.read_once(
        ask.records_behind, target, row["code"], row["field"], load, limit, offset
    )


def fields(target: str) -> None:
    """How full and how sound each field was, in the newest import and over time."""
    history = session.load(ask.over_time, target, raw=session.viewer().rows)
    if history.empty:
        return
    elements.title(_("Fields"), _("shares of the rows of the newest import; the line goes through all of them"))
    frame = quality.fields(history, metadata.tables[target])
    progress = st.column_config.ProgressColumn
    columns = {
        "field": st.column_config.TextColumn(_("Field"), width=110 if session.is_phone() else 200),
        "filled": progress(_("Filled"), format="%.1f%%", min_value=0, max_value=100),
        "valid": progress(_("Valid, of those filled"), format="%.1f%%", min_value=0, max_value=100),
        "flagged": st.column_config.NumberColumn(
            _("Doubtful"), format="localized", width=60 if session.is_phone() else 90
        ),
    }
    if history["load_id"].nunique() > 1:
        columns["trend"] = st.column_config.LineChartColumn(_("Filled, over the imports"), y_min=0, y_max=100)
    elements.table(frame, "quality_fields", columns, phone=("field", "filled", "flagged"), height="content")


# --- a list behind a number -------------------------------------------------------------------------------------------


def _chosen(frame: pd.DataFrame, key: str, labels: dict[str, str]) -> int | None:
    """A table of counts; the place of the row that was chosen."""
    columns = {
        name: st.column_config.NumberColumn(label, format="localized", width=80)
        if name in ("rows", "records")
        else st.column_config.TextColumn(label, width=190 if session.is_phone() else None)
        for name, label in labels.items()
    }
    shown = elements.table(
        frame,
        key,
        columns,
        phone=tuple(labels)[:2],
        on_select="rerun",
        selection_mode="single-row",
        height="content",
        placeholder=format.HIDDEN,
    )
    rows = shown.selection.rows
    return rows[0] if rows and rows[0] < len(frame) else None


def _list(label: str, note: str):
    box = st.container(border=True, gap="xsmall")
    with box:
        elements.title(label, format.markdown(note))
    return box


def _one(question: Callable, target: str, load: str | None) -> float:
    value = session.load(question, target, load).iloc[0, 0]
    return 0 if format.missing(value) else value


def _rejects_shown(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
    text = st.column_config.TextColumn
    frame = rows.assign(why=rows["reason"].map(quality.reasons), raw=rows["raw"].map(quality.as_came))
    return frame, {
        "line": st.column_config.NumberColumn(_("Line"), format="%d", width=70),
        "why": text(_("Reason"), width="medium"),
        "raw": text(_("The row as it came"), width="large"),
        "file": text(_("File"), width="medium"),
    }


def _records_shown(target: str) -> Callable[[pd.DataFrame], tuple[pd.DataFrame, dict]]:
    def shown(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
        own = metadata.tables[target].primary_key.columns
        held = [name for name in rows if name not in COMPUTED and (rows[name].notna().any() or name in own)]
        kept = rows[held].astype(object).where(rows[held].notna(), None)
        for name in held:
            if words := codes(target, name):
                kept[name] = kept[name].map({code: _(word) for code, word in words.items()})
        return kept, {name: _column(target, name, rows[name]) for name in held}

    return shown


def _column(target: str, name: str, values: pd.Series):
    named = _("As it stands") if name == "as_it_stands" else _(label(target, name))
    if pd.api.types.is_datetime64_any_dtype(values):
        return st.column_config.DatetimeColumn(named, format="YYYY-MM-DD HH:mm")
    return st.column_config.Column(named)


def _named(target: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """The file: as the table shows it, with the names of the fields."""

    def named(rows: pd.DataFrame) -> pd.DataFrame:
        frame, _columns = _records_shown(target)(rows)
        return frame.rename(columns={name: _(label(target, name)) for name in frame})

    return named
