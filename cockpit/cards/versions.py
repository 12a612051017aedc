"""Versions of the data on the page: what came with each, what it changed, and the way back."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from cockpit import format, session, versions
from cockpit.cards import elements
from cockpit.cards.listing import listing
from cockpit.errors import CockpitError
from cockpit.fields import TABLES
from cockpit.i18n import _
from cockpit.quality import field
from cockpit.settings import settings
from cockpit.versions import Version
from queries import history as ask
from queries.measures import MEASURES
from queries.words import N_

KINDS = {
    "import": N_("Import"),
    "rollback": N_("Taken back to version {restores}"),
    "aliases": N_("Other names of streets"),
    "demonstration": N_("Demonstration data"),
    "upgrade": N_("Upgrade of the cockpit"),
}
PROBLEM = "versions_problem"
FIELDS_NAMED = 6


def changes(version: Version, before: Version | None, key: str) -> None:
    """The headline measures of all the data, now and in the version before."""
    rows = [
        {
            "what": f"{_(TABLES[table])} · {_(MEASURES[name].label)}",
            "before": _told(before, table, name),
            "now": _exact(value, name),
            "change": difference(version.change.get(table, {}).get(name), name) if _known(before, table, name) else "",
        }
        for table, values in version.measures.items()
        for name, value in values.items()
    ]
    if not rows:
        st.markdown(_("This version holds no record."))
        return
    text = st.column_config.TextColumn
    columns = {
        "what": text(_("Measure, all the data"), width=134 if session.is_phone() else None),
        "before": text(_("Version before"), alignment="right"),
        "now": text(_("This version"), alignment="right"),
        "change": text(_("Difference"), alignment="right", width=98 if session.is_phone() else None),
    }
    frame = pd.DataFrame(rows)
    phone = ("what", "now", "change") if before else ("what", "now")
    elements.table(frame, key, _only(columns, before), phone=phone, height="content")


def _known(before: Version | None, table: str, name: str) -> bool:
    return before is not None and before.measures.get(table, {}).get(name) is not None


def _only(columns: dict, before: Version | None) -> dict:
    return columns if before else {name: columns[name] for name in ("what", "now")}


def _told(version: Version | None, table: str, name: str) -> str:
    value = version.measures.get(table, {}).get(name) if version else None
    return _exact(value, name)


def _exact(value: float | None, name: str) -> str:
    """Versions may differ by one record, so counts are not shortened."""
    if MEASURES[name].unit == "count" and value is not None:
        return _("{n} records").format(n=format.told(session.told(value, int(value))))
    return format.text(value, MEASURES[name].unit)


def difference(value: float | None, name: str) -> str:
    """How far a measure moved: points of a rate, days, or a count."""
    unit = MEASURES[name].unit
    if value is None:
        return "±0"
    if unit == "share":
        return _("{difference} points").format(difference=format.signed(value * 100, 2))
    if unit == "days":
        return _("{difference} days").format(difference=format.signed(value, 2))
    return format.told(session.told(value, abs(int(value))), format.signed)


def kind(version: Version) -> str:
    return _(KINDS.get(version.kind, version.kind)).format(restores=version.restores)


def table(listed: Sequence[Version]) -> Version | None:
    """Every version, the newest first; the one whose row is chosen."""
    frame = pd.DataFrame([_row(one) for one in listed])
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    columns = {
        "number": number(_("Version"), width=48 if session.is_phone() else 60, format="%d"),
        "at": text(_("Published"), width=140 if session.is_phone() else 150),
        "by": text(_("By"), width=90),
        "kind": text(_("What"), width=60 if session.is_phone() else 150),
        "files": text(_("Files"), width=400),
        "read": number(_("Rows read"), format="localized", width=80),
        "kept": number(_("Rows kept"), format="localized", width=60 if session.is_phone() else 80),
        "rejected": number(_("Rejected"), format="localized", width=70),
        "superseded": number(_("Superseded"), format="localized", width=70),
        "added": number(_("New"), format="localized", width=80),
        "changed": number(_("Changed"), format="localized", width=70),
        "there": text(_("Still kept"), width=80),
    }
    chosen = elements.table(
        frame,
        f"versions_table_{listed[0].number}",  # a new version takes the first row: what was chosen would be another one
        columns,
        phone=("number", "at", "kind", "kept"),
        on_select="rerun",
        selection_mode="single-row",
        height="content",
    )
    rows = chosen.selection.rows
    return listed[rows[0]] if rows and rows[0] < len(listed) else None


def _few(count: int) -> float | None:
    """A count, as far as it may be shown."""
    shown = session.told(count, count)
    return None if format.missing(shown) else shown


def _row(one: Version) -> dict:
    return {
        "number": one.number,
        "at": format.moment(one.published_at),
        "by": one.published_by,
        "kind": kind(one),
        "files": "、".join(str(file["file"]) for file in one.files) or format.DASH,
        **{what: _few(one.sum(what)) if one.files else None for what in ("read", "kept", "rejected", "superseded")},
        "added": _few(one.added),
        "changed": _few(one.changed),
        "there": _("yes") if one.kept else _("no"),
    }


def detail(version: Version, listed: Sequence[Version]) -> None:
    """One version: its files, what it changed, and what can be done with it."""
    before = next((one for one in listed if one.number == version.number - 1), None)
    with st.container(border=True, gap="small", key="version_detail"):
        elements.title(
            _("Version {number}").format(number=version.number),
            format.markdown(f"{kind(version)} · {format.moment(version.published_at)} · {version.published_by}"),
        )
        _actions(version, newest=version.number == listed[0].number)
        changes(version, before, "version_changes")
        for file in version.files:
            _file(file)
        _revised([str(file["load_id"]) for file in version.files if file.get("load_id")])


def _revised(load_ids: Sequence[str]) -> None:
    """Which values of known records this version changed, and what they were before."""
    counts = session.load(ask.changed_by_field, tuple(load_ids)) if load_ids else pd.DataFrame()
    if counts.empty:
        return
    named = [f"{_(TABLES[row.target])} · {field(row.field)} {format.told(row.records)}" for row in counts.itertuples()]
    listed = named[:FIELDS_NAMED] + (
        [_("and {n} more").format(n=len(named) - FIELDS_NAMED)] if named[FIELDS_NAMED:] else []
    )
    opened = st.expander(
        _("Revised values: {fields}").format(fields=_(", ").join(listed)), key="version_revised", on_change="rerun"
    )
    if not opened.open:
        return
    with opened:
        listing(
            lambda limit, offset: session.read_once(ask.changes, load_ids, limit, offset),
            counts["records"].sum(),
            "revised",
            _revisions,
            lambda rows: _worded(rows)[["record", "what", "old", "new"]],
        )


def _revisions(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
    text = st.column_config.TextColumn
    return _worded(rows), {
        "record": text(_("Number")),
        "what": text(_("Field")),
        "old": text(_("Before")),
        "new": text(_("After")),
    }


def _worded(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(what=[f"{_(TABLES[row.target])} · {field(row.field)}" for row in rows.itertuples()])


def _file(file: dict) -> None:
    words = _("**{file}** → {table} · {read} read = {kept} kept + {rejected} rejected + {superseded} superseded")
    mapping = _("mapping {name}").format(name=format.markdown(str(file.get("mapping"))))
    st.markdown(
        words.format(
            file=format.markdown(str(file["file"])),
            table=_(TABLES.get(file["table"], file["table"])),
            read=format.told(_few(file["read"])),
            kept=format.told(_few(file["kept"])),
            rejected=format.told(_few(file["rejected"])),
            superseded=format.told(_few(file["superseded"])),
        )
        + (f" · {mapping}" if file.get("mapping") else "")
    )


def _actions(version: Version, newest: bool) -> None:
    if problem := st.session_state.pop(PROBLEM, None):
        st.error(elements.said(problem), icon=":material/error:")
    if newest:
        words = _("This is what everybody sees.")
        st.markdown(f":gray[{words}]")
        return
    if not version.kept:
        words = _("Its rows are no longer kept; only the newest {n} versions are.")
        st.markdown(f":gray[{words.format(n=settings().versions)}]")
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.page_link(
            "pages/situation/overview.py",
            label=_("Look at this version"),
            icon=":material/visibility:",
            query_params={"version": str(version.number)},
        )
        if session.may_publish() and st.button(
            _("Bring it back …"), icon=":material/settings_backup_restore:", key=f"rollback_{version.number}"
        ):
            st.dialog(_("Bring version {number} back").format(number=version.number))(_confirm)(version)


def _confirm(version: Version) -> None:
    st.markdown(
        _(
            "Everybody will see the data as they were on {moment}. What came later is not lost: this becomes a new "
            "version, and the present one can be brought back in the same way."
        ).format(moment=format.moment(version.published_at))
    )
    if st.button(_("Bring it back"), icon=":material/settings_backup_restore:", key="rollback_now"):
        try:
            with st.spinner(_("Bringing back …")):
                versions.rollback(settings().database_url, version.number)
        except CockpitError as problem:
            st.session_state[PROBLEM] = problem
        st.rerun()
