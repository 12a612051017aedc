"""口径: what each measure says under the current choice, and what rival definitions of the same word say beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import isnan, nan

import pandas as pd
from sqlalchemy import Table

from cockpit import breakdown, format, petitions, session, situation
from cockpit.fields import TABLES
from cockpit.i18n import _
from cockpit.masking import mask, small
from cockpit.rivals import RIVALS, Rivals, Way
from queries.filters import Filters, last_year
from queries.measures import BESIDE, MEASURES, Beside, Measure
from queries.measures.parts import PENDING, PENDING_AT_START
from queries.sources import SOURCES
from queries.tables import FACTS, cases

YEAR = 365


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
    return {
        name: _known(session.figures(of, FACTS[name], filters, raw=True).iloc[0].to_dict(), FACTS[name], filters)
        for name, of in keys.items()
    }


def _known(row: dict, table: Table, filters: Filters) -> dict:
    """The figures without those that the data never speak of."""
    unsaid = situation.unsaid(table, row, filters)
    return {name: nan if name.removesuffix("_n").removesuffix("_d") in unsaid else value for name, value in row.items()}


def _row(way: Way, known: dict) -> dict:
    if way.is_measure:
        n, d = known[f"{way.key}_n"], known[f"{way.key}_d"]
    else:
        n = sum(known[name] for name in way.n) - sum(known[name] for name in way.less)
        d = sum(known[name] for name in way.d)
    if isnan(n) or isnan(d):
        return {"key": way.key, "value": nan, "n": 0, "d": 0}
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
    year = session.figures([key], cases, last_year(filters)).iloc[0]
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


SINGLE = "single"


def single() -> pd.DataFrame:
    """One row per figure that a single page shows and that is no measure of a table: page, label, why, on."""
    return pd.DataFrame([[_(text) for text in one] for one in BESIDE.values()], columns=Beside._fields)


def measured(filters: Filters) -> dict[str, str]:
    """The tables that have measures and records in the district, and ``SINGLE``, with their names."""
    facts = breakdown.present(filters)
    beside = [name for name in SOURCES if name not in FACTS and session.has_rows(SOURCES[name], filters)]
    return {name: _(TABLES[name]) for name in (*facts, *beside)} | {SINGLE: _("Figures of single pages")}


def measures(table: Table, filters: Filters) -> pd.DataFrame:
    """One row per measure of the table: key, label, value and parts in words, why, on, after."""
    known = [measure for measure in MEASURES.values() if table.name in measure.tables]
    keys = [measure.key for measure in known if measure.quantile is None]
    row = discreet(session.figures(keys, table, filters)).iloc[0]
    unsaid = situation.unsaid(table, row, filters) if table.name in FACTS else ()
    return pd.DataFrame([_measure(measure, row, table, filters, measure.key in unsaid) for measure in known])


def discreet(frame: pd.DataFrame) -> pd.DataFrame:
    """The figures without the stocks, and the ratios that are made of them, where these and what moved them would tell
    a part that may not be shown."""
    if not set(petitions.BALANCE) <= set(frame.columns):
        return frame
    hidden = frame[list(petitions.BALANCE)].isna().any(axis=1)
    keys = [
        name for name in frame.columns if name in MEASURES and {*MEASURES[name].terms} & {PENDING, PENDING_AT_START}
    ]
    told = [f"{key}{part}" for key in keys for part in ("", "_n", "_d") if f"{key}{part}" in frame.columns]
    return petitions.discreet(frame).assign(**{name: frame[name].mask(hidden) for name in told})


def _measure(measure: Measure, row: pd.Series, table: Table, filters: Filters, unsaid: bool) -> dict:
    value = nan if unsaid else _value(measure.key, row, table, filters)
    if measure.unit == "cny" and format.missing(row.get("closed")):  # a sum over so few tells what one of them paid
        value = nan
    return {
        "key": measure.key,
        "label": _(measure.label),
        "value": format.text(value, measure.unit),
        "parts": _parts(row, measure.key) if measure.is_ratio and not unsaid else "",
        "why": _(measure.why),
        "on": _(measure.on),
        "after": measure.after or _("own definition"),
    }


def _parts(row: pd.Series, key: str) -> str:
    return f"{format.told(row[f'{key}_n'])} ÷ {format.told(row[f'{key}_d'])}"
