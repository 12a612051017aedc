"""What the funnel page asks before it draws: which programmes there are for a choice, and in which words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from cockpit import format, session
from cockpit.analysis.funnel import Funnel, read
from cockpit.charts.funnel import place_name
from cockpit.i18n import _
from queries import funnel
from queries.filters import Filters


@dataclass(frozen=True)
class Programme:
    """A programme of the district: all its cases, those of the chosen streets and kinds, first and last entry."""

    name: str
    cases: int
    chosen: int
    first: date
    last: date


def programmes(filters: Filters) -> tuple[list[Programme], list[str]]:
    """Those of the district, the one with most of the chosen cases first; and the districts that have any."""
    frame = session.load(funnel.programmes, raw=True)
    here = frame if filters.district is None else frame[frame["district"] == filters.district]
    chosen = pd.Series(True, index=here.index)
    for column, wanted in (
        ("street", filters.streets),
        ("street", filters.scope),
        ("category", filters.categories),
        ("channel", filters.channels),
    ):
        if wanted or (wanted is not None and wanted is filters.scope):
            chosen &= here[column].isin(wanted)
    groups = here.assign(chosen=here["cases"].where(chosen, 0)).groupby("programme", sort=True)
    found = groups.agg(cases=("cases", "sum"), chosen=("chosen", "sum"), first=("first", "min"), last=("last", "max"))
    listed = [Programme(r.Index, r.cases, r.chosen, r.first.date(), r.last.date()) for r in found.itertuples()]
    listed.sort(key=lambda programme: (-programme.chosen, -programme.cases))
    return listed, sorted(frame["district"].unique())


def funnels(filters: Filters, programme: str, basis: str) -> tuple[Funnel, Funnel]:
    """This period and the year before."""
    frame = session.load(funnel.steps, filters, programme, basis, raw=True)
    return read(frame, 0), read(frame, 1)


def sum_of_exits(shown: Funnel) -> str:
    """2,000 − 1,108 − 403 − 6, as a reader would work the residual out."""
    left = [n for place, n in shown.exits.items() if place not in (funnel.UNKNOWN, funnel.IN_PROGRESS) and n]
    return f" {format.MINUS} ".join(format.number(n) for n in (shown.total, *left))


def compared(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``analysis.funnel.comparison`` as texts for a table."""

    def share(row, name: str = "") -> str:
        interval = format.share_range(row[f"lower{name}"], row[f"upper{name}"])
        return DASHED if format.missing(row[f"share{name}"]) else f"{format.share(row[f'share{name}'])}（{interval}）"

    def change(row) -> str:
        if row["apart"] is None or format.missing(row["change"]):
            return _("base too small")
        points = _("{n} points").format(n=format.signed(row["change"] * 100, 1))
        return points if row["apart"] else _("not significant ({change})").format(change=points)

    return pd.DataFrame(
        {
            "place": [place_name(place) for place in frame["place"]],
            "cases": frame["cases"],
            "share": [share(row) for row in frame.to_dict("records")],
            "before": frame["before"],
            "share_before": [share(row, "_before") for row in frame.to_dict("records")],
            "change": [change(row) for row in frame.to_dict("records")],
        }
    )


DASHED = format.DASH


def residual_file(rows: pd.DataFrame) -> pd.DataFrame:
    """The residual cases under the reader's column names."""
    labels = {
        "case_id": _("Case"),
        "district": _("District"),
        "street": _("Street"),
        "category": _("Category"),
        "channel": _("Channel"),
        "opened_at": _("Received on"),
        "step": _("Last step seen"),
        "entered_at": _("Entered it on"),
        "place": _("Status"),
        "amount_claimed": _("Amount claimed, CNY"),
    }
    named = rows.assign(place=[place_name(place) for place in rows["place"]])
    return named[list(labels)].rename(columns=labels)


def names(values: Sequence[str]) -> str:
    return _(", ").join(values)
