"""What the funnel page asks before it draws, and its sentences: programmes, this year and last, what is not known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from cockpit import format, session
from cockpit.analysis.discretion import masked
from cockpit.analysis.funnel import LAST, Funnel, Range, read
from cockpit.charts.funnel import place_name
from cockpit.i18n import _, language
from cockpit.masking import FEWEST
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
    for column, wanted in filters.chosen():
        chosen &= here[column].isin(wanted)
    groups = here.assign(chosen=here["cases"].where(chosen, 0)).groupby("programme", sort=True)
    found = groups.agg(cases=("cases", "sum"), chosen=("chosen", "sum"), first=("first", "min"), last=("last", "max"))
    listed = [Programme(r.Index, r.cases, r.chosen, r.first.date(), r.last.date()) for r in found.itertuples()]
    listed.sort(key=lambda programme: (-programme.chosen, -programme.cases))
    return listed, sorted(frame["district"].unique())


def funnels(filters: Filters, programme: str, basis: str) -> tuple[Funnel, Funnel]:
    """This period and the year before, as the viewer may see them."""
    frame = session.load(funnel.steps, filters, programme, basis, raw=True)
    years = read(frame, 0), read(frame, 1)
    return years if session.viewer().rows else (masked(years[0], FEWEST), masked(years[1], FEWEST))


def discreet(n: int) -> str:
    """A count, unless it is too small for this viewer."""
    return format.FEW if 0 < n < FEWEST and not session.viewer().rows else format.number(n)


def found(shown: Funnel, programme: str, basis: str) -> str:
    """The finding in the header, data in it escaped."""
    name, n = format.markdown(programme), format.number(shown.received)
    if basis == "cohort":
        said = _("{programme}: {n} entered, of them {rest}") if shown.residual > 0 else _("{programme}: {n} entered")
        return said.format(programme=name, n=n, rest=without_exit(shown))
    still = shown.count(funnel.IN_PROGRESS)
    return _("{programme}: {n} entered and {left} left in the period, {open} in progress at its end").format(
        programme=name, n=n, left=format.number(shown.total - still), open=format.number(still)
    )


def without_exit(shown: Funnel) -> str:
    """483 去向未公布、12 在办."""
    texts = {funnel.UNKNOWN: _("{n} whose exit is not published"), funnel.IN_PROGRESS: _("{n} in progress")}
    parts = [
        text.format(n=format.number(shown.count(place))) for place, text in texts.items() if shown.count(place) > 0
    ]
    return listed(parts) or _("{n} without a known exit").format(n=format.number(shown.residual))


def residual(shown: Funnel) -> str:
    """How the residual comes about, 2,000 − 1,108 − 403 − 6, and what it consists of."""
    left = [n for place, n in shown.exits.items() if place not in LAST and n]
    sums = f" {format.MINUS} ".join(format.number(n) for n in (shown.total, *left))
    said = [
        _("**{n} cases** ({share}) have no known exit: {sum}.").format(
            n=format.number(shown.residual), share=format.share(shown.residual / shown.total), sum=sums
        )
    ]
    unknown, still = shown.count(funnel.UNKNOWN), shown.count(funnel.IN_PROGRESS)
    if unknown > 0:
        said.append(
            _(
                "{n} are closed and no source says how: withdrawn, sent back or settled elsewhere. None is assigned, "
                "and no midpoint is taken."
            ).format(n=format.number(unknown))
        )
    if still > 0:
        said.append(_("{n} are still in progress.").format(n=format.number(still)))
    return (" " if language() == "en" else "").join(said)


def narrowing(shown: Funnel) -> str:
    """What would make the range narrower."""
    if shown.count(funnel.UNKNOWN) != 0:
        return _(
            "To narrow the range: fill in how these cases ended (withdrawn, transferred, settled …) at the source and "
            "import them again; this page then counts anew."
        )
    return _("The range narrows by itself as the cases in progress end.")


def meaning(clear: Range) -> dict[str, list[str]]:
    """What the residual means for the result: its two ends."""
    return {
        _("The {n} cases").format(n=format.number(clear.unclear)): [_("none resolved"), _("all resolved")],
        _("Resolved without trial"): [
            f"{format.number(n)} {_('cases')}" for n in (clear.known, clear.known + clear.unclear)
        ],
        _("Share"): [format.share(clear.lower), format.share(clear.upper)],
    }


def compared(shown: Funnel, last: Funnel, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``analysis.funnel.comparison`` as texts for a table, under a row of all that came."""

    def share(row: dict, name: str = "") -> str:
        if format.missing(row[f"share{name}"]):
            return format.DASH
        interval = format.share_range(row[f"lower{name}"], row[f"upper{name}"])
        return _("{share} ({interval})").format(share=format.share(row[f"share{name}"]), interval=interval)

    def change(row: dict) -> str:
        if format.missing(row["cases"]) or format.missing(row["cases_before"]):
            return format.DASH
        if row["apart"] is None or format.missing(row["change"]):
            return _("base under 30")
        points = format.signed(row["change"] * 100, 1)
        return (_("{n} points") if row["apart"] else _("not significant ({n})")).format(n=points)

    entered = {
        "place": _("Entered"),
        "cases": shown.received,
        "share": None,
        "before": last.received,
        "share_before": None,
        "change": growth(shown.received, last.received) or _("base under 30"),
    }
    rows = [
        {
            "place": place_name(row["place"]),
            "cases": row["cases"],
            "share": share(row),
            "before": row["cases_before"],
            "share_before": share(row, "_before"),
            "change": change(row),
        }
        for row in frame.to_dict("records")
    ]
    return pd.DataFrame([entered, *rows])


def growth(now: float, then: float) -> str | None:
    """+21.0%; — where one of them is not known, None where the base is too small for a percentage."""
    if format.missing(now) or format.missing(then):
        return format.DASH
    return f"{format.signed((now / then - 1) * 100, 1)}%" if then >= 30 else None


def ten_thousands(value: float) -> str:
    """万元 with one decimal; nothing where there is nothing."""
    return format.number(value / 10_000, 1) if value else ""


def residual_file(rows: pd.DataFrame) -> pd.DataFrame:
    """The residual cases under the reader's column names."""
    labels = {
        "case_id": _("Case"),
        "district": _("District"),
        "street": _("Street"),
        "category": _("Category"),
        "channel": _("Channel"),
        "opened_at": _("Received at"),
        "step": _("Last step known"),
        "entered_at": _("Entered it at"),
        "place": _("Status"),
        "amount_claimed": _("Amount claimed, CNY"),
    }
    named = rows.assign(place=[place_name(place) for place in rows["place"]])
    return named[list(labels)].rename(columns=labels)


def listed(names: Sequence[str]) -> str:
    return _(", ").join(names)
