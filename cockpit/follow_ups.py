"""What the page 回访 shows of visits, as frames and words."""

import pandas as pd

from cockpit import format, session, stability
from cockpit.analysis.intervals import wilson
from cockpit.casework import stated
from cockpit.fields import TABLES
from cockpit.i18n import _
from cockpit.lasting import ARRANGED
from queries.filters import Filters
from queries.sources import VISITS
from queries.words import N_

KEYS = ("visits_due", "visited_rate", "visited_on_time_rate", "visits_overdue", "reached_rate", "relapse_rate")
NOTHING = float("nan")
LISTS = {"overdue": N_("Overdue, not yet paid"), "relapsed": N_("Found flaring up again")}


def by(filters: Filters, column: str) -> pd.DataFrame:
    """One row a street, category, visitor or kind of record, the least timely first and the unnamed last: name, the
    measures of ``KEYS``, and the Wilson limits of the relapse rate. Without groups that owed no visit, paid none and
    have none overdue."""
    frame = session.figures(KEYS, VISITS, filters, (column,))
    counts = frame[["visits_due", "visits_overdue", "reached_rate_d"]]
    frame = frame[~counts.eq(0).all(axis=1)]
    lower, upper = wilson(frame["relapse_rate_n"], frame["relapse_rate_d"])
    named = [_named(column, value) for value in frame[column]]
    frame = frame.assign(name=pd.Series(named, dtype=object, index=frame.index), lower=lower, upper=upper)
    order = {"unnamed": frame[column].isna(), "late": -frame["visits_overdue"].fillna(0)}
    sorted_ = frame.assign(**order).sort_values(["unnamed", "visited_on_time_rate", "late"], ignore_index=True)
    return sorted_.drop(columns=list(order))


def arranged(filters: Filters, column: str) -> pd.DataFrame:
    """One row a street or category: ``column``, and for how many of the disputes resolved there a visit was arranged
    (``visit_arranged_rate`` with numerator and denominator)."""
    frame = stability.held(filters).coverage(filters, column)
    return session.as_seen(frame)


def total(filters: Filters) -> dict[str, float]:
    """The same of the whole choice."""
    parts = stability.held(filters).coverage(filters, "street")[[f"{ARRANGED}_n", f"{ARRANGED}_d"]].sum().to_dict()
    frame = pd.DataFrame([{ARRANGED: parts[f"{ARRANGED}_n"] / (parts[f"{ARRANGED}_d"] or NOTHING)} | parts])
    return session.as_seen(frame).iloc[0].to_dict()


def beside(frame: pd.DataFrame, coverage: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows of ``by`` with the share of disputes for which a visit was arranged, where there were any."""
    shares = {_named(column, name): share for name, share in zip(coverage[column], coverage[ARRANGED], strict=True)}
    return frame.assign(**{ARRANGED: frame["name"].map(shares).astype(float)})


def _named(column: str, value: str | None) -> str:
    known = None if format.missing(value) else str(value)
    return _(TABLES[known]) if column == "target" and known else stated(column, known)


def unmet(row: dict) -> str:
    """What the relapse rate would be if all who were not met had, or had not, seen it flare up."""
    relapsed, met, paid = row["relapse_rate_n"], row["relapse_rate_d"], row["reached_rate_d"]
    if format.missing(relapsed) or format.missing(met) or format.missing(paid) or not paid:
        return ""
    interval = format.share_range(relapsed / paid, (relapsed + paid - met) / paid)
    return _("of all visits {interval}").format(interval=interval)


def listed(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``queries.follow_ups.visits`` in the reader's words."""
    return rows.assign(target=[_(TABLES[name]) for name in rows["target"]])
