"""口径: what each measure says under the current choice, and what rival definitions of the same word say beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import nan

import pandas as pd
from sqlalchemy import Table

from cockpit import breakdown, format, session
from cockpit.fields import TABLES
from cockpit.i18n import _
from cockpit.masking import mask, small
from queries.filters import Filters, last_months
from queries.measures import MEASURES, Measure
from queries.sources import SOURCES
from queries.tables import FACTS, cases, complaints
from queries.words import N_

YEAR = 365


@dataclass(frozen=True)
class Way:
    """One definition: a measure by its ``key``, or the quotient of what ``n`` less ``less`` and ``d`` add up to. Terms
    are columns of ``session.figures``: a measure, or its numerator (``…_n``) or denominator (``…_d``)."""

    key: str
    label: str = ""
    formula: str = ""
    n: tuple[str, ...] = ()
    d: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    table: Table | None = None  # where it is not the table of its group

    @property
    def is_measure(self) -> bool:
        return not self.n

    def terms(self) -> set[str]:
        """The measures that it is made of."""
        named = {self.key} if self.is_measure else {*self.n, *self.d, *self.less}
        return {name if name in MEASURES else name[:-2] for name in named}


@dataclass(frozen=True)
class Rivals:
    """Definitions that go by one word; the first is the one that the pages show. ``why``: in what they differ."""

    title: str
    why: str
    ways: tuple[Way, ...]
    tables: tuple[Table, ...]


def _asked(key: str, title: str) -> Rivals:
    """A callback rate over those who answered, and with everybody else taken as a no or as a yes."""
    return Rivals(
        title,
        N_(
            "The pages divide by those who answered. Whoever divides by all closed takes silence for a no; the two "
            "last rows say how far the rate could lie from it"
        ),
        (
            Way(key),
            Way(f"{key}_worst", N_("Silence taken as no"), N_("yes ÷ all closed"), (f"{key}_n",), ("callback_rate_d",)),
            Way(
                f"{key}_best",
                N_("Silence taken as yes"),
                N_("(all closed − no) ÷ all closed"),
                ("callback_rate_d", f"{key}_n"),
                ("callback_rate_d",),
                (f"{key}_d",),
            ),
        ),
        (complaints,),
    )


RIVALS = (
    Rivals(
        N_("How much was closed"),
        N_(
            "All three are called closing rate in reports. The first may exceed 100%, the second counts the old stock, "
            "the third follows only what came in during the period"
        ),
        (Way("clearance_rate"), Way("case_closing_rate"), Way("closed_share")),
        (cases, complaints),
    ),
    Rivals(
        N_("How much was resolved"),
        N_(
            "The first follows those received until the data date; the others look at what ended in the period and "
            "leave out what is still pending"
        ),
        (
            Way("resolution_rate"),
            Way("mediation_success_rate"),
            Way(
                "resolved_of_closed", N_("Resolved, of all closed"), N_("resolved ÷ closed"), ("resolved",), ("closed",)
            ),
            Way(
                "mediated_of_closed", N_("Mediated, of all closed"), N_("mediated ÷ closed"), ("mediated",), ("closed",)
            ),
        ),
        (cases,),
    ),
    Rivals(
        N_("Old cases and all others"),
        N_(
            "A cleared backlog says nothing about the rest: it is read beside the resolution of disputes and the "
            "closing of complaints, never instead of them"
        ),
        (
            Way("backlog_cleared_rate", table=complaints),
            Way("closed_share", table=complaints),
            Way("resolution_rate", table=cases),
        ),
        (cases, complaints),
    ),
    Rivals(
        N_("How much was on time"),
        N_(
            "Over what can be judged, over everything closed, and with what is overdue and not closed at all: who "
            "leaves late matters open improves the first only"
        ),
        (
            Way("on_time_rate"),
            Way(
                "on_time_of_closed",
                N_("Unknown taken as late"),
                N_("on time ÷ all closed"),
                ("on_time_rate_n",),
                ("closed",),
            ),
            Way(
                "on_time_with_pending",
                N_("With what is overdue and pending"),
                N_("on time ÷ (judged + overdue and pending)"),
                ("on_time_rate_n",),
                ("on_time_rate_d", "overdue"),
            ),
        ),
        (cases, complaints),
    ),
    Rivals(
        N_("On time by which term"),
        N_(
            "The first goes by the term that the source gave, the second by the statutory one from acceptance, the "
            "third asks for acceptance alone"
        ),
        (Way("on_time_rate"), Way("replied_on_time_rate"), Way("accepted_on_time_rate")),
        (complaints,),
    ),
    _asked("solved_rate", N_("How much was solved")),
    _asked("satisfied_rate", N_("How many are satisfied")),
)


def of_table(table: Table) -> list[Rivals]:
    return [one for one in RIVALS if table in one.tables]


def said(rivals: Rivals, table: Table, known: Mapping[str, dict]) -> bool:
    """Do the data say anything by the first definition? ``known``: of ``figures``."""
    return bool(_row(rivals.ways[0], _of(rivals.ways[0], table, known))["d"])


def _of(way: Way, table: Table, known: Mapping[str, dict]) -> dict:
    return known[(way.table if way.table is not None else table).name]


def compared(rivals: Rivals, table: Table, known: Mapping[str, dict]) -> pd.DataFrame:
    """One row a definition: key, value, n, d and difference (to the first), as this viewer may see them.

    ``known``: of ``figures``. Where a row would tell of fewer than five records, by itself
    or by what it differs from the first, it is hidden.
    """
    rows = [_row(way, _of(way, table, known)) for way in rivals.ways]
    frame = pd.DataFrame(rows)
    if not session.viewer().rows:
        frame = _hidden(frame)
    return frame.assign(difference=frame["value"] - frame["value"].iloc[0])


def figures(rivals: Iterable[Rivals], table: Table, filters: Filters) -> dict[str, dict]:
    """What ``compared`` needs of the choice: by table name, the raw figures that the definitions are made of."""
    keys: dict[str, list[str]] = {}
    for way in (way for one in rivals for way in one.ways):
        named = keys.setdefault((way.table if way.table is not None else table).name, [])
        named += [key for key in sorted(way.terms()) if key not in named]
    return {name: session.figures(of, FACTS[name], filters, raw=True).iloc[0].to_dict() for name, of in keys.items()}


def _row(way: Way, known: dict) -> dict:
    if way.is_measure:
        n, d = known[f"{way.key}_n"], known[f"{way.key}_d"]
    else:
        n = sum(known[name] for name in way.n) - sum(known[name] for name in way.less)
        d = sum(known[name] for name in way.d)
    return {"key": way.key, "value": n / d if d else nan, "n": int(n), "d": int(d)}


def _hidden(frame: pd.DataFrame) -> pd.DataFrame:
    """Without small counts, and without counts that lie so near to those of the first row that they tell one."""
    seen = pd.concat([_masked(frame.iloc[[place]]) for place in range(len(frame))], ignore_index=True)
    near = small((frame["n"] - frame["n"].iloc[0]).abs()) | small((frame["d"] - frame["d"].iloc[0]).abs())
    return seen.assign(**{name: seen[name].mask(near) for name in ("value", "n", "d")})


def _masked(row: pd.DataFrame) -> pd.DataFrame:
    key = row["key"].iloc[0]
    named = row.rename(columns={"value": key, "n": f"{key}_n", "d": f"{key}_d"})
    return mask(named).set_axis(row.columns, axis=1)


def label(way: Way) -> str:
    """What it is called; where it is not about the records of its group, with the name of its own."""
    named = _(MEASURES[way.key].label if way.is_measure else way.label)
    if way.table is None:
        return named
    return _("{measure} ({records})").format(measure=named, records=_(TABLES[way.table.name]))


def formula(way: Way) -> str:
    return _(MEASURES[way.key].why if way.is_measure else way.formula)


# --- definitions that no quotient of counts can say -------------------------------------------------------------------


def litigation(filters: Filters) -> pd.DataFrame:
    """Court filings per 10,000 residents by rival definitions: label, formula, value, n, d, difference; what the data
    lack has no value."""
    key = "litigation_per_10k"
    now = session.figures([key], cases, filters).iloc[0]
    year = session.figures([key], cases, last_months(filters, 12)).iloc[0]
    whole = session.figures([key], cases, replace(filters, streets=())).iloc[0]
    rows = [
        (_(MEASURES[key].label), _("filings of the period ÷ residents"), now[key], now),
        (
            _("Turned into a year"),
            _("filings of the period × 365 ÷ days ÷ residents"),
            now[key] * YEAR / filters.days,
            now,
        ),
        (_("Twelve months"), _("filings of the twelve months that end with the period ÷ residents"), year[key], year),
    ]
    if filters.streets:
        rows.append((_("Whole district"), _("filings of the period ÷ residents of the district"), whole[key], whole))
    frame = pd.DataFrame(
        [{"label": a, "formula": b, "value": c, "n": row[f"{key}_n"], "d": row[f"{key}_d"]} for a, b, c, row in rows]
    )
    lacking = {"formula": _("not in the data"), "value": nan, "n": nan, "d": nan}
    named = [_("First-instance civil cases only"), _("With registered floating population")]
    frame = pd.concat([frame, pd.DataFrame([{"label": one, **lacking} for one in named])], ignore_index=True)
    return frame.assign(difference=frame["value"] - frame["value"].iloc[0])


def durations(table: Table, filters: Filters) -> pd.DataFrame:
    """How long it takes by rival definitions, in days: label, formula, value, difference."""
    keys = ("median_days", "p90_days", "pending_age_median", "disposition_time")
    row = session.figures(["disposition_time"], table, filters).iloc[0]
    frame = pd.DataFrame(
        {
            "label": [_(MEASURES[key].label) for key in keys],
            "formula": [_(MEASURES[key].why) for key in keys],
            "value": [_value(key, row, table, filters) for key in keys],
        }
    )
    return frame.assign(difference=frame["value"] - frame["value"].iloc[0])


def _value(key: str, row: pd.Series, table: Table, filters: Filters) -> float:
    """A measure's value; of quantiles one that tells nothing of fewer than five records."""
    measure = MEASURES[key]
    if measure.quantile is None:
        return row[key]
    if measure.of == "pending":
        return session.ages((0,), table, filters)[1]
    return session.days(measure.quantile, table, filters)


# --- every measure ----------------------------------------------------------------------------------------------------


def measured(filters: Filters) -> dict[str, str]:
    """The tables that have measures and records in the district, with their names."""
    facts = breakdown.present(filters)
    beside = [name for name in SOURCES if name not in FACTS and session.has_rows(SOURCES[name], filters)]
    return {name: _(TABLES[name]) for name in (*facts, *beside)}


def measures(table: Table, filters: Filters) -> pd.DataFrame:
    """One row per measure of the table: key, label, value and parts in words, why, on, after."""
    known = [measure for measure in MEASURES.values() if table.name in measure.tables]
    keys = [measure.key for measure in known if measure.quantile is None]
    row = session.figures(keys, table, filters).iloc[0]
    return pd.DataFrame([_measure(measure, row, table, filters) for measure in known])


def _measure(measure: Measure, row: pd.Series, table: Table, filters: Filters) -> dict:
    value = _value(measure.key, row, table, filters)
    if measure.unit == "cny" and format.missing(row.get("closed")):  # a sum over so few tells what one of them paid
        value = nan
    return {
        "key": measure.key,
        "label": _(measure.label),
        "value": format.text(value, measure.unit),
        "parts": _parts(row, measure.key) if measure.is_ratio else "",
        "why": _(measure.why),
        "on": _(measure.on),
        "after": measure.after or _("own definition"),
    }


def _parts(row: pd.Series, key: str) -> str:
    return f"{format.told(row[f'{key}_n'])} ÷ {format.told(row[f'{key}_d'])}"
