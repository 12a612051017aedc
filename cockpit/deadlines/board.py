"""What stands before an official: every open record with its next term, and how many of them where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cached_property

import numpy as np
import pandas as pd

from cockpit import payment_orders, session
from cockpit.analysis.intervals import wilson
from cockpit.deadlines import rules, terms
from cockpit.deadlines.rules import Version
from cockpit.deadlines.terms import KEY, STATES
from cockpit.masking import mask
from cockpit.settings import settings
from queries import deadlines as ask
from queries.filters import Filters
from queries.tables import FACTS, YEARS

QUESTIONS = {
    "cases": ask.open_cases,
    "complaints": ask.open_complaints,
    "case_steps": ask.open_case_steps,
    "complaint_steps": ask.open_complaint_steps,
    "payment_orders": ask.open_orders,
    "changes": ask.changes,
}
EACH = {state: (state,) for state in STATES}
GROUPS = {"over": ("over",), "soon": ("today", "three", "seven"), "later": ("later", "none")}
"""Three groups of states, for bars: overdue, due within seven days, later or without a term."""
CARDS = {state: (state,) for state in ("over", "today", "three", "seven")} | {"later": GROUPS["later"]}
"""The states told one by one; what is later stands with what is paused or has no term."""
_WORDS = ("body", "street", "community", "category", "channel")
_ABOUT = (*KEY, "listed", *_WORDS)


@dataclass(frozen=True)
class Board:
    """``records``: one row per open record (or closed one under review) with its next duty; a frame of
    ``terms.running`` beside the columns that say what it is, ``state``, ``opened_at`` and ``listed`` (of what is or was
    an accusation, 检举控告, nothing but counts is shown). ``terms``: one row per term that runs, rights too.
    ``versions``: what their ``version`` points to. ``today``: the day counted from."""

    records: pd.DataFrame
    terms: pd.DataFrame
    versions: tuple[Version, ...]
    today: date

    @cached_property
    def nbytes(self) -> int:
        return sum(int(frame.memory_usage().sum()) for frame in (self.records, self.terms))

    def chosen(self, filters: Filters, targets: Sequence[str] = ()) -> "Board":
        """What the filters leave; ``targets``: of these kinds of record alone."""
        kept = np.ones(len(self.records), bool)
        for column, values in filters.chosen():
            kept &= self.records[column].isin(values).to_numpy()
        if targets:
            kept &= self.records["target"].isin(targets).to_numpy()
        return replace(self, records=self.records[kept])

    def of(self, target: str, record: str) -> pd.DataFrame:
        """Every term of one record, the next first."""
        return self.terms[self.terms["target"].eq(target) & self.terms["record"].eq(record)]

    def late(self, records: pd.DataFrame) -> list[tuple[int, ...]]:
        """Of each of these records the versions of its duties that are overdue, the longest overdue first."""
        over = self.terms["duty"] & ~(self.terms["left"] >= 0) & self.terms["record"].isin(records["record"])
        named = self.terms.loc[over, ["target", "record", "version"]]
        found: dict[tuple[str, str], list[int]] = {}
        for target, record, version in named.itertuples(index=False):
            found.setdefault((target, record), []).append(version)
        keys = zip(records["target"], records["record"], strict=True)
        return [tuple(found.get(key, ())) for key in keys]

    @property
    def rights(self) -> pd.DataFrame:
        """Terms whose end has legal effect, of the records that are left, the next first."""
        about = self.records[[*_ABOUT, "opened_at"]]
        kinds = np.array([*(version.rule.kind for version in self.versions), "duty"])
        found = self.terms[kinds[self.terms["version"].to_numpy()] == "right"].merge(about, on=KEY)
        return found.sort_values(["left", "record"], ignore_index=True)


def now(filters: Filters) -> Board:
    """What is open now, counted from today."""
    return _kept(filters.district, session.today(), None).chosen(filters)


def at_end(filters: Filters) -> Board:
    """What was open at the end of the period, counted from the day after it, as far as was known then."""
    moment = None if filters.is_current else filters.until
    return _kept(filters.district, filters.known_until.date(), moment).chosen(filters)


def _kept(district: str | None, today: date, moment: datetime | None) -> Board:
    """The board of a district: made once for each version of the data, each day and each rulebook."""
    named = ("deadlines", district, today.isoformat(), str(moment), str(settings().rules))
    return session.kept(lambda: made(district, today, moment), *named)


def made(district: str | None, today: date, moment: datetime | None = None) -> Board:
    """The board of a district; of a moment that is past from what was open at any time, which is read once."""
    versions = rules.versions(rules.book())
    if moment is None:
        frames = dict(_read(district, None).frames)
    else:
        known = session.kept(
            lambda: _read(district, datetime(YEARS[0], 1, 1)), "lives", district, str(settings().rules)
        )
        frames = {name: terms.standing(name, frame, moment) for name, frame in known.frames.items()}
    changes = pd.concat([frames.pop("changes"), frames.pop("excluded")], ignore_index=True)
    frames["payment_orders"] = _barred(frames["payment_orders"], moment or datetime.combine(today, time.max))
    found = terms.running(frames, changes, versions, today, moment)
    return Board(_records(frames, found), found, versions, today)


@dataclass(frozen=True)
class Lives:
    """The answers of queries.deadlines by name."""

    frames: dict[str, pd.DataFrame]

    @cached_property
    def nbytes(self) -> int:
        return sum(int(frame.memory_usage().sum()) for frame in self.frames.values())


def _read(district: str | None, since: datetime | None) -> Lives:
    beside = tuple(sorted({step for rule in rules.book().rules for step in rule.excludes}))
    frames = {name: session.read_once(question, district, since) for name, question in QUESTIONS.items()}
    frames["excluded"] = session.read_once(ask.excluded, beside, district, since)
    return Lives({name: _typed(frame) for name, frame in frames.items()})


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Times as times, also where all are missing; words as categories, of which a district has few; identifiers as
    objects, which are compared faster."""
    words = [name for name in frame if name in (*_WORDS, "track", "procedure", "step", "programme")]
    times = {name: pd.to_datetime(frame[name]) for name in frame if name.endswith("_at")}
    keys = {name: frame[name].astype(object) for name in KEY if name in frame}
    return frame.assign(**times, **keys, **{name: frame[name].astype("category") for name in words})


def _barred(orders: pd.DataFrame, moment: datetime) -> pd.DataFrame:
    """Requests for payment orders with what bars them at a moment."""
    return orders.assign(barred=payment_orders.reason(orders, np.datetime64(moment, "us")))


def _records(frames: dict[str, pd.DataFrame], found: pd.DataFrame) -> pd.DataFrame:
    """The open records and those of which only a step runs, each with its next term, the longest overdue first."""
    whole = pd.concat([_about(frame, terms.OF[name], name in FACTS) for name, frame in frames.items()])
    known = whole.drop_duplicates(KEY).merge(terms.next_terms(found), "left", KEY)
    known = known[known["open"] | known["version"].notna()].drop(columns="open")
    known = known.assign(state=pd.Categorical(terms.state_of(known), STATES, ordered=True))
    return known.sort_values(["state", "left", "since", "record"], na_position="last", ignore_index=True)


def _about(frame: pd.DataFrame, target: str, is_open: bool) -> pd.DataFrame:
    columns = [name for name in (*_ABOUT, "opened_at") if name in frame]
    words = {name: frame[name].astype(object) for name in _WORDS if name in frame}
    shown = frame["listed"].astype(bool) if "listed" in frame else True
    return frame[columns].assign(target=pd.Series(target, frame.index, object), listed=shown, open=is_open, **words)


# --- how many ---------------------------------------------------------------------------------------------------------


def total(board: Board) -> float:
    """How many records stand on the board; NaN where so few may not be shown."""
    return session.told(len(board.records), len(board.records))


def counts(board: Board, parts: Mapping[str, Sequence[str]] = EACH) -> dict[str, float]:
    """How many records are in each of ``parts`` (name → its states); NaN what may not be shown."""
    numbers = np.bincount(_places(board, parts), minlength=len(parts) + 1)[: len(parts)]
    frame = pd.DataFrame({"part": list(parts), "n": numbers.astype(np.int64)})
    frame = session.as_seen(frame)
    return dict(zip(parts, frame["n"].astype(float), strict=True))


def _places(board: Board, parts: Mapping[str, Sequence[str]]) -> np.ndarray:
    """The position among ``parts`` of each record's state; past the end where none has it."""
    at = {state: place for place, states in enumerate(parts.values()) for state in states}
    return np.array([at.get(state, len(parts)) for state in STATES])[board.records["state"].cat.codes]


def by(board: Board, column: str, parts: Mapping[str, Sequence[str]] = EACH) -> pd.DataFrame:
    """One row per value of ``column`` (None: not stated): the column, a count for each of ``parts`` (name → its
    states), n; NaN what may not be shown. First comes where the share overdue is largest for certain: by the lower end
    of its 95% interval, so that one record of one does not lead."""
    codes, names = pd.factorize(board.records[column].fillna(""), sort=True)
    width = len(parts) + 1
    cells = np.bincount(codes * width + _places(board, parts), minlength=len(names) * width)
    numbers = cells.reshape(-1, width)[:, : len(parts)].astype(np.int64)
    values = pd.Series([name or None for name in names], dtype=object)
    frame = pd.DataFrame(numbers, columns=list(parts)).assign(n=numbers.sum(axis=1))
    frame.insert(0, column, values)
    certain = wilson(frame["over"].to_numpy(float), frame["n"].to_numpy(float))[0]
    order = np.lexsort((-frame["n"], -certain))
    frame = frame.iloc[order].reset_index(drop=True)
    return frame if session.viewer().rows else _masked(frame, column, list(parts))


def _masked(frame: pd.DataFrame, column: str, parts: list[str]) -> pd.DataFrame:
    """Neither a cell nor a sum of its row or column gives a small count away. In the order of the names: the order by
    shares would tell of what is hidden."""
    frame = frame.sort_values(column, ignore_index=True, na_position="last")
    long = frame.melt(column, parts, "part", "count")
    shown = mask(long.assign(**{column: long[column].fillna("")}))["count"].to_numpy(float)
    cells = pd.DataFrame(shown.reshape(len(parts), len(frame)).T, columns=parts)
    return cells.assign(**{column: frame[column], "n": mask(frame[[column, "n"]])["n"]})[list(frame.columns)]


def listed(board: Board, states: Sequence[str] = (), column: str = "", value: str | None = None) -> pd.DataFrame:
    """The records of these states (empty: all) at one value of a column, in order, without those that are never
    listed."""
    records = board.records[board.records["listed"]]
    kept = records["state"].isin(states).to_numpy() if states else np.ones(len(records), bool)
    if column:
        kept = kept & (records[column].isna() if value is None else records[column].eq(value)).to_numpy(bool)
    return records[kept].reset_index(drop=True)


def listed_rights(board: Board) -> pd.DataFrame:
    """The rights that run, the next to end first, without those of records that are never listed."""
    found = board.rights
    return found[found["listed"]].reset_index(drop=True)


def unlisted(board: Board, states: Sequence[str]) -> float:
    """How many records of these states are counted and never listed; NaN what may not be shown."""
    hidden = ~board.records["listed"] & board.records["state"].isin(states)
    n = int(hidden.sum())
    return session.told(n, n)


def guessed_years(board: Board) -> list[int]:
    """Years over which a term was counted although their holidays are not known."""
    years = board.terms.loc[board.terms["guessed"], "last"].dt.year
    return sorted(int(year) for year in years.unique())
