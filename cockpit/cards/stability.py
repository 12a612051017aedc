"""Whether resolutions held, as cards: the curve, who differs from the rest, and enforcement after mediation."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from cockpit import format, stability
from cockpit.analysis.intervals import wilson
from cockpit.analysis.survival import Curve, LogRank
from cockpit.cards.definitions import maturity
from cockpit.cards.elements import chart, coloured, height, offer, table, title
from cockpit.cards.kept import kept
from cockpit.cards.kpi import beside, definition
from cockpit.charts import rates, survival
from cockpit.i18n import _
from cockpit.lasting import Followed
from cockpit.session import figures, is_phone, is_print, load, mark, tokens
from queries.aggregate import happening
from queries.filters import Filters
from queries.tables import cases
from queries.words import N_

ROW, CURVE = 22, 300  # px: a row of the intervals, the curve
LONGEST = stability.LONGEST
GROUPS = {"street": N_("Street"), "track": N_("Track"), "category": N_("Category")}
PERCENT = "%.1f%%"
ENFORCED = "enforcement_rate"


# --- whether it held --------------------------------------------------------------------------------------------------


def held_card(place: Any, whole: pd.Series) -> None:
    """The share that held 180 days, as a KPI."""
    value = whole[f"value_{LONGEST}"]
    said = _("95% interval {interval}").format(interval=format.share_range(*_limits(whole, LONGEST)))
    beside(place, "held", format.told(value, format.share), "" if format.missing(value) else said)


def found(whole: pd.Series, visited: dict | None) -> str:
    """The finding in the header."""
    value = whole[f"value_{LONGEST}"]
    said = []
    if not format.missing(value):
        text = _("{value} of resolutions held 180 days ({interval})")
        interval = format.share_range(*_limits(whole, LONGEST))
        said.append(text.format(value=format.share(value), interval=interval))
    if visited and not format.missing(visited["visited_on_time_rate"]):
        text = _("{value} of visits on time, {n} overdue")
        on_time, overdue = visited["visited_on_time_rate"], visited["visits_overdue"]
        said.append(text.format(value=format.share(on_time), n=format.told(overdue)))
    return _("; ").join(said)


def _help(key: str) -> str | None:
    """The definition behind a question mark, which paper has no use for."""
    return None if is_print() else definition(key)


def _limits(row: pd.Series, day: int) -> tuple[float, float]:
    return row[f"lower_{day}"], row[f"upper_{day}"]


def held_curve(curve: Curve, whole: pd.Series, filters: Filters) -> None:
    period = format.period(stability.window(filters))
    note = _("resolved in {period}: n={n} · band: 95%").format(period=period, n=format.told(whole["n"]))
    title(_("Do resolutions hold?"), note)
    at_risk = {day: whole[f"risk_{day}"] for day in stability.HORIZONS}
    path = stability.path(curve)
    figure = survival.curve(path, at_risk, tokens(), height(CURVE), mark())
    chart(figure, "follow_ups_curve", _("Share of resolutions that held, by days since closing"))
    st.caption(_("Below the days: how many are still followed; those resolved recently leave the count early."))
    offer(_("Do resolutions hold?"), path, {"day": _("Day"), "value": _("Held"), **_edges()})


def _edges() -> dict[str, str]:
    return {"lower": _("95% lower"), "upper": _("95% upper")}


def companion(whole: pd.Series, filters: Filters) -> None:
    """The figures of the curve at its horizons, beside the resolution rate that they belong to."""
    title(_("Beside the resolution rate"))
    row = figures(("resolution_rate",), cases, stability.window(filters)).iloc[0]
    text = _("Of {n} disputes received in the same time {share} are resolved. Of those resolved, this share held:")
    n, share = format.told(row["resolution_rate_d"]), format.told(row["resolution_rate"], format.share)
    st.markdown(text.format(n=n, share=share), help=_help("resolution_rate"))
    maturity(filters)
    labels = {
        "day": _("Since closing"),
        "value": _("Held"),
        "interval": _("95% interval"),
        "risk": _("Still followed"),
        "again": _("Flared up again"),
    }
    number, shown = st.column_config.NumberColumn, _horizons(whole)
    columns: dict[str, Any] = labels | {"value": number(labels["value"], format=PERCENT)}
    columns |= {name: number(labels[name], format="localized") for name in ("risk", "again")}
    table(shown, "follow_ups_horizons", columns, phone=("day", "value", "interval", "risk"))
    offer(_("Beside the resolution rate"), shown, labels)


def _horizons(whole: pd.Series) -> pd.DataFrame:
    """One row a horizon: day, value (per cent), interval, risk, again (flared up by then)."""
    days = stability.HORIZONS
    numbers = {name: [whole[f"{name}_{day}"] for day in days] for name in ("value", "risk", "events")}
    return pd.DataFrame(
        {
            "day": [_("{n} days").format(n=day) for day in days],
            "value": np.array(numbers["value"], float) * 100,
            "interval": [format.share_range(*_limits(whole, day)) for day in days],
            "risk": numbers["risk"],
            "again": np.array(numbers["events"], float).cumsum(),
        }
    )


def held_by(some: Followed, whole: pd.Series) -> None:
    """The same by street, track or category: intervals, the test, and the table."""
    options = {code: _(text) for code, text in GROUPS.items() if _several(some, code)}
    title(_("Held 180 days, by"), _("the least lasting first · dashed: overall · hollow: n < 200"))
    if not options:
        st.markdown(_("All of these records are of one street, track and category."))
        return
    column = kept("follow_ups", "held_by", _("Compare by"), options, next(iter(options)))
    frame, test = stability.by(some, column)
    _intervals(frame, whole[f"value_{LONGEST}"])
    st.markdown(coloured(_verdict(frame, test)))
    _held_table(frame, options[column], column)


def _several(some: Followed, column: str) -> bool:
    codes = some.codes[column]
    return len(codes) > 0 and bool((codes != codes[0]).any())


def _intervals(frame: pd.DataFrame, overall: float) -> None:
    names = {name: f"{name}_{LONGEST}" for name in ("value", "lower", "upper")}
    drawn = frame.assign(data="", **{name: frame[column] for name, column in names.items()})
    space = 24 + ROW * (len(drawn) + 2)
    figure = rates.intervals(drawn, tokens(), space, overall, None, mark(), is_phone())
    chart(figure, "follow_ups_groups", _("Share of resolutions that held 180 days, by group, with 95% intervals"))


def _verdict(frame: pd.DataFrame, test: LogRank) -> str:
    """The test in words: all groups together, then those that differ from the rest."""
    if format.missing(test.p):
        return _("○ Nothing flared up again, so nothing can be compared.")
    differ = test.p < 0.05
    text = (
        _("◐ They differ more than chance explains: log-rank χ²={statistic}, {freedom} degrees of freedom, {p}.")
        if differ
        else _(
            "○ No difference that chance does not explain: log-rank χ²={statistic}, {freedom} degrees of freedom, {p}."
        )
    )
    p = "p<0.001" if test.p < 0.001 else f"p={format.number(test.p, 3)}"
    overall = text.format(statistic=format.number(test.statistic, 1), freedom=test.freedom, p=p)
    said = [overall] if differ or not (frame["apart"] != 0).any() else []
    for signal, one in (
        (-1, _("Holds less long than the rest: {names}.")),
        (1, _("Holds longer than the rest: {names}.")),
    ):
        names = [format.markdown(name) for name in frame.loc[frame["apart"] == signal, "name"]]
        said += [one.format(names=_(", ").join(names))] if names else []
    return "  \n".join(said)


def _held_table(frame: pd.DataFrame, group: str, column: str) -> None:
    number = st.column_config.NumberColumn
    percent, whole = partial(number, format=PERCENT, width=74), partial(number, format="localized", width=76)
    shown = frame.assign(**{f"value_{day}": frame[f"value_{day}"] * 100 for day in stability.HORIZONS})
    shown["interval"] = [format.share_range(*_limits(row, LONGEST)) for _i, row in frame.iterrows()]
    labels = {"name": group, "n": _("Resolved")}
    labels |= {f"value_{day}": _("{n} days").format(n=day) for day in stability.HORIZONS}
    labels |= {"interval": _("95% at 180 days"), f"risk_{LONGEST}": _("Still followed")}
    columns: dict[str, Any] = {"name": st.column_config.TextColumn(group), "n": whole(labels["n"])}
    columns |= {f"value_{day}": percent(labels[f"value_{day}"]) for day in stability.HORIZONS}
    columns["interval"] = st.column_config.TextColumn(labels["interval"], width=104)
    columns[f"risk_{LONGEST}"] = whole(labels[f"risk_{LONGEST}"])
    offer(_("Held 180 days, by"), shown, labels)
    if is_print():
        table(shown, f"follow_ups_held_{column}", columns)
        return
    with st.expander(_("Figures at 30, 90 and 180 days"), key="follow_ups_held_open", on_change="rerun") as opened:
        if opened.open:
            table(shown, f"follow_ups_held_{column}", columns, phone=("name", "n", f"value_{LONGEST}", "interval"))


# --- mediated, and enforced after all ---------------------------------------------------------------------------------


def enforced(filters: Filters) -> None:
    """Of the disputes mediated in the period, how many ended in enforcement: in all, and by programme."""
    title(_("Mediated, and in enforcement after all"), _("mediated in {period}").format(period=format.period(filters)))
    row = figures((ENFORCED,), cases, filters).iloc[0]
    if row[f"{ENFORCED}_d"] == 0:
        st.markdown(_("No dispute was mediated in the period."))
        return
    st.markdown(_enforced(row[f"{ENFORCED}_n"], row[f"{ENFORCED}_d"]), help=_help(ENFORCED))
    if is_print():
        _programmes(filters)
        return
    with st.expander(_("By programme"), key="follow_ups_enforced_open", on_change="rerun") as opened:
        if opened.open:
            _programmes(filters)


def _enforced(k: float, n: float) -> str:
    if format.missing(k) or format.missing(n):
        return _("Too few to show.")
    _low, high = wilson(k, n)
    text = (
        _("**None** of {n} mediated disputes went to enforcement (95%: at most {high}).")
        if k == 0
        else _("**{k}** of {n} mediated disputes went to enforcement: {share} (95%: at most {high}).")
    )
    return text.format(k=format.number(k), n=format.number(n), share=format.share(k / n, 2), high=format.share(high, 2))


def _programmes(filters: Filters) -> None:
    frame = load(happening, (ENFORCED,), cases, filters, ("programme",))
    frame = frame[frame["enforcement_rate_d"] != 0]
    lower, upper = wilson(frame["enforcement_rate_n"], frame["enforcement_rate_d"])
    named = [_("No programme") if format.missing(name) else name for name in frame["programme"]]
    shown = frame.assign(
        name=pd.Series(named, dtype=object, index=frame.index),
        share=frame["enforcement_rate"].astype(float) * 100,
        interval=[format.share_range(low, high, 2) for low, high in zip(lower, upper, strict=True)],
    ).sort_values("enforcement_rate_d", ascending=False)
    labels = {
        "name": _("Programme"),
        "enforcement_rate_d": _("Mediated"),
        "enforcement_rate_n": _("In enforcement"),
        "share": _("Share"),
        "interval": _("95% interval"),
    }
    number = st.column_config.NumberColumn
    counts = {name: number(labels[name], format="localized") for name in ("enforcement_rate_d", "enforcement_rate_n")}
    columns: dict[str, Any] = labels | counts | {"share": number(labels["share"], format="%.2f%%")}
    table(shown, "follow_ups_enforced", columns, phone=tuple(labels)[:3])
    offer(_("Mediated, and in enforcement after all"), shown, labels)
