"""What the page 变动 shows, as frames and sentences: facts about records and closings by responsible body."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from sqlalchemy import Table

from cockpit import casework, database, format, session, situation, versions
from cockpit.analysis import month_end
from cockpit.analysis.intervals import wilson
from cockpit.deadlines.calendar import working
from cockpit.fields import codes, label
from cockpit.i18n import _
from cockpit.removed import chosen, removed
from cockpit.settings import settings
from queries import changes as ask
from queries.filters import Filters
from queries.measures import BESIDE
from queries.words import N_

REMOVED, MONTH_END, UNASKED = "removed", "month_end", "unasked"
KINDS = {kind: BESIDE[kind].label for kind in (REMOVED, *ask.KINDS)}
YOUNG = timedelta(days=30)
"""Closings younger than this may not have been asked about yet."""
WEEKENDS = np.busdaycalendar(weekmask="1111100")


def kinds(table: Table) -> list[str]:
    """The kinds that records of this table can be of: disputes repeat none."""
    return [kind for kind in KINDS if kind != "merged" or "repeat_of" in table.c]


@dataclass(frozen=True)
class Span:
    """Which versions are looked at: changes published after ``since`` (None: all), and the ``kept`` versions that the
    present one is compared with."""

    since: datetime | None
    kept: tuple[int, ...]


def span(newest_only: bool) -> Span:
    """All versions before the one that is read, or only the last publication."""
    published = session.load(ask.versions_published, raw=True)
    if published.empty:
        return Span(None, ())
    now = versions.looked_at() or int(published["version"].iloc[0])
    earlier = published[published["version"] < now]
    kept = database.versions_kept(settings().database_url) & set(earlier["version"])
    if not newest_only or earlier.empty:
        return Span(None, tuple(sorted(kept)))
    last = earlier.iloc[0]
    return Span(pd.Timestamp(last["published_at"]).to_pydatetime(), tuple(kept & {int(last["version"])}))


# --- changed between versions -----------------------------------------------------------------------------------------


def gone(table: Table, filters: Filters, span: Span) -> pd.DataFrame:
    """The records that are no longer there, as they stood; raw."""
    return chosen(removed(table, settings().database_url, versions.facts_url(), span.kept), filters)


def by_body(table: Table, filters: Filters, span: Span) -> pd.DataFrame:
    """One row per responsible body with such records: body (null: not stated), and a count for each of ``KINDS``; those
    with most first. Raw."""
    changed = session.load(ask.by_body, table, filters, span.since, raw=True)
    missing = gone(table, filters, span)[["body"]].assign(**{REMOVED: 1})
    both = pd.concat([part.astype({"body": object}) for part in (changed, missing)], ignore_index=True)
    counts = both.reindex(columns=["body", *KINDS]).fillna(dict.fromkeys(KINDS, 0))
    frame = counts.groupby("body", dropna=False, as_index=False).sum().astype(dict.fromkeys(KINDS, "int64"))
    order = frame[list(KINDS)].sum(axis=1).sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def totals(frame: pd.DataFrame) -> dict[str, float]:
    """Records of each kind; NaN where so few may not be shown."""
    return {kind: session.told(int(frame[kind].sum()), int(frame[kind].sum())) for kind in KINDS}


def shown(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as this viewer may see it, bodies in words."""
    seen = session.as_seen(frame)
    return seen.assign(
        body=[casework.stated("organisation", None if format.missing(one) else one) for one in seen.body]
    )


def in_sight(frame: pd.DataFrame) -> pd.DataFrame:
    """``by_body`` as this viewer may see it, in an order that tells nothing of what is hidden."""
    seen = shown(frame)
    if session.viewer().rows:
        return seen
    order = seen.assign(visible=seen[list(KINDS)].sum(axis=1)).sort_values(["visible", "body"], ascending=[False, True])
    return order.drop(columns="visible").reset_index(drop=True)


# --- closings ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Closings:
    """Closings of the period. ``bodies``: body, expected (its share of the month's last days; missing where there is
    none), told_apart (−1, 0, 1), and for the month's end and for those nobody asked about the share, its n and d, low
    and high (missing where they may not be shown); the largest first. ``expected``: of all; ``days``: the last days."""

    bodies: pd.DataFrame
    total: pd.Series
    expected: float
    days: tuple[datetime, ...]


def closings(table: Table, filters: Filters) -> Closings:
    rows = session.load(ask.closings, table, filters, raw=True)
    days = month_end.days_of(np.datetime64(filters.start), np.datetime64(filters.known_until, "D"))
    last = month_end.at_end(days)
    kind = month_end.kinds(days, working() if situation.keeps_holidays(filters) else WEEKENDS)
    counts = _counted(rows, days, kind, last)
    of_kinds = counts[list(month_end.KINDS)].to_numpy()
    expected = month_end.expected_share(of_kinds, kind, last)
    overall = float(month_end.expected_share(of_kinds.sum(axis=0), kind, last)[0])
    ends = tuple(pd.Timestamp(day).to_pydatetime() for day in days[last])
    return Closings(_rated(counts, expected), counts.drop(columns="body").sum(), overall, ends)


def asks(table: Table, filters: Filters) -> bool:
    """Has any closing of the district, whenever it was, a callback or a visit on record?"""
    bounds = session.reach()
    assert bounds is not None
    everything = Filters(bounds.first, bounds.last, filters.data_date, filters.district)
    rows = session.load(ask.closings, table, everything, raw=True)
    return bool(rows["unasked"].sum() < rows["owed"].sum())


def _counted(rows: pd.DataFrame, days: np.ndarray, kind: np.ndarray, last: np.ndarray) -> pd.DataFrame:
    """One row a body, the largest first: timed, owed, unasked, at_end, and the closings with a time by kind of day."""
    place = (rows["day"].to_numpy("datetime64[D]") - days[:1]).astype(int) if len(days) else np.zeros(len(rows), int)
    known = (place >= 0) & (place < len(days))
    place, timed = np.where(known, place, 0), np.where(known, rows["timed"], 0)
    parts = {one: np.where(kind[place] == one, timed, 0) for one in month_end.KINDS} if len(days) else {}
    at_end = np.where(last[place], timed, 0) if len(days) else 0
    frame = rows.drop(columns="day").assign(timed=timed, at_end=at_end)
    frame = pd.concat([frame, pd.DataFrame(parts, index=frame.index, columns=list(month_end.KINDS))], axis=1)
    grouped = frame.groupby("body", dropna=False).sum().fillna(0).astype("int64")
    return grouped.sort_values("timed", ascending=False, kind="stable").reset_index()


def _rated(counts: pd.DataFrame, expected: np.ndarray) -> pd.DataFrame:
    frame = pd.DataFrame({"body": counts["body"].astype(object)})
    for name, hits, of in ((MONTH_END, "at_end", "timed"), (UNASKED, "unasked", "owed")):
        frame[name] = counts[hits] / counts[of].where(counts[of] > 0)
        frame[f"{name}_n"], frame[f"{name}_d"] = counts[hits], counts[of]
    apart = month_end.apart(counts["at_end"], counts["timed"], expected)
    frame = shown(frame)
    for name in (MONTH_END, UNASKED):
        limits = wilson(frame[f"{name}_n"].astype(float), frame[f"{name}_d"].astype(float))
        frame[f"{name}_low"], frame[f"{name}_high"] = limits
    hidden = frame[MONTH_END].isna()
    return frame.assign(told_apart=np.where(hidden, 0, apart), expected=np.where(hidden, np.nan, expected))


def share(total: pd.Series, hits: str, of: str) -> tuple[float, float, float]:
    """Share of all bodies together with its interval; NaN where it may not be shown."""
    k, n = int(total.get(hits, 0)), int(total.get(of, 0))
    if not n or format.missing(session.told(k, k)) or format.missing(session.told(k, n - k)):
        return (float("nan"),) * 3
    low, high = wilson(k, n)
    return k / n, float(low), float(high)


# --- lists ------------------------------------------------------------------------------------------------------------


def worded(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Changed values in words: field and codes of the contract as a reader knows them."""
    frame = rows.assign(field=[_(label(table.name, one)) for one in rows["field"]])
    for side in ("old", "new"):
        frame[side] = [_value(table, row.field, getattr(row, side)) for row in rows.itertuples()]
    return frame


def _value(table: Table, field: str, value: str | None) -> str | None:
    if value is None or format.missing(value):
        return None
    words = codes(table.name, field) or ({"true": N_("yes"), "false": N_("no")} if field == "backlog" else {})
    return _(words[value]) if value in words else value
