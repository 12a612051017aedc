"""What a briefing asks, once: the figures of its week or month, of the one before, and what they are judged by."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from sqlalchemy import Table

from cockpit import format, hotspots, session, situation, steps
from cockpit.analysis.attention import Finding, foremost
from cockpit.analysis.funnel import Funnel
from cockpit.deadlines import board
from cockpit.deadlines.board import Board
from cockpit.ground import Ground, ground
from cockpit.hotspots import Hotspots
from cockpit.masking import FEWEST
from cockpit.situation import Subject
from queries.filters import Filters, before
from queries.tables import cases, complaints

BUCKETS = 13
PETITIONS = ("received", "closed", "repeat_rate")
BASIS = "period"  # of the funnel: what happened in the week, for most of those that entered in it are in progress


def few(n: int) -> float | None:
    """A count as this viewer may see it."""
    told = session.told(n, n)
    return None if format.missing(told) else float(told)


@dataclass(frozen=True)
class Facts:
    """Everything is computed when it is first asked for, and once."""

    filters: Filters

    @cached_property
    def about(self) -> Subject:
        return situation.subject(self.filters)

    @property
    def table(self) -> Table:
        return self.about.table

    @cached_property
    def rows(self) -> tuple[dict, dict]:
        """The figures of the period and of the one before; None where the data cannot say it, and before a period that
        is not over: a part is compared with no whole."""
        now, then = (
            session.figures(self.about.keys, self.table, period).iloc[0].to_dict()
            | {"median_days": session.days(0.5, self.table, period)}
            for period in (self.filters, before(self.filters))
        )
        if not self.dated:
            then["overdue"] = None
        if self.undated:
            now["overdue"] = None
        return now, then if self.filters.is_over else dict.fromkeys(then)

    @cached_property
    def petitions(self) -> tuple[dict, dict] | None:
        """The same of the complaints, where the briefing is about disputes and there are any."""
        if self.table is complaints or not session.has_rows(complaints, self.filters):
            return None
        now, then = (
            session.figures(PETITIONS, complaints, period).iloc[0].to_dict()
            for period in (self.filters, before(self.filters))
        )
        return now, then if self.filters.is_over else dict.fromkeys(then)

    @cached_property
    def flow(self) -> pd.DataFrame:
        """One row a bucket, the last the period: bucket, received, closed, overdue, pending."""
        buckets = session.history(self.filters, BUCKETS)
        return session.trend(("received", "closed", "overdue", "pending"), self.table, self.filters, buckets)

    @cached_property
    def overdue_known(self) -> str:
        return situation.overdue_known(self.table, self.filters)

    @property
    def dated(self) -> bool:
        """Are there due times, so that one can say what was overdue before and what falls due next?"""
        return self.overdue_known == "always"

    @property
    def undated(self) -> bool:
        """Can the data not say what was overdue at the end of this period?"""
        return self.overdue_known == "never"

    @cached_property
    def whole(self) -> Finding | None:
        """What was received in all, against its control limits."""
        return situation.whole(self.table, self.filters) if self.filters.is_over else None

    @cached_property
    def petitions_whole(self) -> Finding | None:
        return situation.whole(complaints, self.filters) if self.filters.is_over else None

    @cached_property
    def watched(self) -> list[Finding]:
        return situation.watch(self.filters) if self.filters.is_over else []

    @property
    def foremost(self) -> list[Finding]:
        return foremost(self.watched)

    @cached_property
    def marks_repeats(self) -> bool:
        """Do the complaints say which of them repeat an earlier one? A count that may not be shown is one."""
        recent = session.trend(("repeat_rate",), complaints, self.filters, session.history(self.filters, BUCKETS))
        return bool((recent["repeat_rate_n"].fillna(1) > 0).any())

    @cached_property
    def places(self) -> pd.DataFrame:
        frame = situation.places(self.about, self.filters, self.filters.level)
        if not self.filters.is_over:
            frame = frame.assign(previous=np.nan, change=np.nan)
        return frame.assign(overdue=None) if self.undated else frame

    @cached_property
    def repeated(self) -> pd.DataFrame:
        """Repeated complaints by street: street, repeat_rate_n; of a single street nothing more is told."""
        if self.filters.level != "street":
            return pd.DataFrame(columns=[self.filters.level, "repeat_rate_n"])
        return session.figures(("repeat_rate",), complaints, self.filters, (self.filters.level,))

    @cached_property
    def board(self) -> Board:
        """What was open at the end of the period, by every term that ran then, and counted from the day after it."""
        return board.at_end(self.filters)

    @property
    def timed(self) -> bool:
        """Does any term run, so that one can say what is overdue?"""
        return bool(self.board.records["state"].ne("none").any())

    @cached_property
    def due(self) -> pd.DataFrame:
        """By place: the place, over, soon (due within seven days), later, n; as the viewer may see it."""
        return board.by(self.board, self.filters.level, board.GROUPS)

    @cached_property
    def due_counts(self) -> dict[str, float]:
        """The same of all: over, soon, later."""
        return board.counts(self.board, board.GROUPS)

    @cached_property
    def funnel(self) -> tuple[str, Funnel] | None:
        """The programme with most of the chosen cases, and what happened in it."""
        if self.table is not cases:
            return None
        offered, _districts = steps.programmes(self.filters)
        if not offered or not offered[0].chosen:
            return None
        shown, _year = steps.funnels(self.filters, offered[0].name, BASIS)
        return (offered[0].name, shown) if shown.total else None

    @cached_property
    def ground(self) -> Ground:
        return ground(self.filters.district or "")

    @cached_property
    def hotspots(self) -> Hotspots:
        """Sudden clusters. Those of fewer than 5 records stay out: a week's neighbours make one of a single record."""
        found = hotspots.find(self.ground, self.table, self.filters, "sudden")
        return replace(found, clusters=found.clusters[found.clusters["observed"] >= FEWEST])

    @cached_property
    def streets(self) -> pd.DataFrame:
        """All streets of the district for the map: name, n, population, rate."""
        return hotspots.places(self.ground, self.table, replace(self.filters, streets=()))

    def most(self, frame: pd.DataFrame, column: str, n: int = 3) -> list[tuple[str, float]]:
        """The named places with the largest known counts."""
        known = frame[frame[self.filters.level].notna() & frame[column].notna()]
        top = known[known[column] > 0].sort_values([column, self.filters.level], ascending=[False, True]).head(n)
        return list(zip(top[self.filters.level], top[column], strict=True))

    @property
    def empty(self) -> bool:
        """Is there nothing to report?"""
        now = self.rows[0]
        counts = [
            now["received"],
            now["closed"],
            now["pending"],
            *([self.petitions[0]["received"]] if self.petitions else []),
        ]
        return all(not format.missing(count) and count == 0 for count in counts)

    @property
    def petitioned(self) -> bool:
        """Are there complaints beside the disputes in this period?"""
        return self.petitions is not None and self.petitions[0]["received"] != 0
