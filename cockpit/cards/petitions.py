"""The first screen of the page 信访: key figures, what callbacks say, responsible bodies, natures and channels."""

from collections.abc import Collection, Iterable
from typing import Any

import pandas as pd
import streamlit as st

from cockpit import format, petitions, session
from cockpit.analysis.intervals import wilson
from cockpit.cards.elements import chart, height, offer, table, title
from cockpit.cards.kept import kept
from cockpit.cards.kpi import definition, kpi, kpi_grid
from cockpit.charts import petitions as charts
from cockpit.fields import PETITION_RESULTS, PETITION_STEPS
from cockpit.i18n import _
from queries.filters import Filters
from queries.measures import MEASURES
from queries.tables import complaints
from queries.words import N_

CALLBACK_HEIGHT, ROWS = 330, 11  # px; rows of the table of bodies without scrolling
MONTHS = 12
UNSAID = {
    "accepted_on_time_rate": N_("these data do not say when anything was accepted"),
    "callback_rate": N_("these data hold no callbacks"),
    "repeat_rate": N_("these data mark no repeats"),
    "group_visits": N_("these data do not say how many people came"),
}
SHOWN = ("received", "accepted_on_time_rate", "replied_on_time_rate", "callback_rate", "repeat_rate", "group_visits")


def scope(filters: Filters) -> Filters:
    """All complaints, or the channels of petitions alone; no question where a channel is chosen above."""
    known = petitions.channels(filters)
    if filters.channels or not known:
        return filters
    words = {"all": _("All complaints"), "petitions": _("Petition channels only")}
    chosen = kept("petitions", "scope", _("Scope"), words, "all")
    if chosen == "all":
        return filters
    st.caption(format.markdown("、".join(known)), width="content")
    return petitions.narrowed(filters, known)


def found(now: dict) -> str:
    """The finding of the page: how much was answered on time; where that is not known, how much is pending."""
    key = "replied_on_time_rate"
    if format.missing(now[key]):
        return _("{measure} {value}").format(
            measure=_("Pending stock"), value=format.told(now["pending"], lambda n: format.text(n, "count"))
        )
    low, high = wilson(now[f"{key}_n"], now[f"{key}_d"])
    return _("{rate} {value} ({interval})").format(
        rate=_(MEASURES[key].label), value=format.share(now[key]), interval=format.share_range(float(low), float(high))
    )


# --- key figures ------------------------------------------------------------------------------------------------------


def cards(rows: list[dict], filters: Filters, unsaid: Collection[str]) -> None:
    """Received (件, 人次, 批), accepted and answered on time, reached by callback, repeated, group visits; without a
    value what the data never say."""
    now, grid = rows[0], kpi_grid(6)
    recent = session.trend(SHOWN, complaints, filters, session.history(filters, MONTHS))
    labels = {
        "received": _("Petitions received"),
        "callback_rate": _("Answered the callback"),
        "group_visits": _("Group visits (5 and more)"),
    }
    notes = {"received": _people(now), "repeat_rate": _first(now), "group_visits": _group(now)}
    for key in SHOWN:
        label = labels.get(key, "")
        if key in unsaid:
            kpi(grid, key, [_nothing(row, key) for row in rows], filters, label=label, note=_(UNSAID[key]))
        else:
            spark = [*recent[key]] if recent[key].notna().any() else None
            kpi(grid, key, rows, filters, label=label, note=notes.get(key, ""), spark=spark)


def _nothing(row: dict, key: str) -> dict:
    return row | {key: None, f"{key}_n": 0, f"{key}_d": 0}


def _people(now: dict) -> str:
    said = [format.text(now[key], MEASURES[key].unit) for key in ("persons", "visits") if now[key] != 0]
    return " · ".join([said[0], _("in person {visits}").format(visits=said[1])]) if len(said) == 2 else "".join(said)


def _first(now: dict) -> str:
    again = now["repeat_rate_n"]
    first = now["repeat_rate_d"] - again
    return _("first time {first} · again {again}").format(first=format.told(first), again=format.told(again))


def _group(now: dict) -> str:
    if format.missing(now["group_visits"]) or not now["group_visits"]:
        return ""
    return _("{persons} in all").format(persons=format.text(now["group_visitors"], "persons"))


# --- callbacks, bodies, natures, channels -----------------------------------------------------------------------------


def callback(now: dict, filters: Filters) -> None:
    """The three rates, each with what it could be if all who were not reached had answered."""
    share = format.told(now["callback_rate"], format.share)
    title(
        _("What callbacks say"),
        _("reached {share} of {n} closed").format(share=share, n=format.told(now["callback_rate_d"])),
    )
    if now["callback_rate_n"] == 0:
        st.markdown(_("Nobody was called back in this period, or these data do not say."))
        return
    frame = petitions.callback(now)
    figure = charts.callback(frame, session.tokens(), height(CALLBACK_HEIGHT), session.mark())
    chart(figure, "petitions_callback", _("Contacted, solved and satisfied with intervals and bounds"))
    st.caption(_("dot: of those who answered · line: 95% interval · band: were all others to say no, or yes"))
    labels = {
        "name": _("Question"),
        "value": _("Share of yes"),
        "lower": _("95% lower"),
        "upper": _("95% upper"),
        "worst": _("Worst case"),
        "best": _("Best case"),
        "n": "n",
        "closed": _("Closed"),
    }
    offer(_("What callbacks say"), frame, labels)


def bodies(raw: pd.DataFrame, unsaid: Collection[str]) -> None:
    """Responsible bodies, the least timely first."""
    title(_("By responsible body"), _("the least timely first; fewer than 30 judged come last"))
    frame = petitions.by_body(raw)
    if frame.empty:
        st.markdown(_("These data name no responsible body."))
        return
    shown = percent(frame, petitions.JUDGED).assign(
        name=[_("Not stated") if format.missing(name) else name for name in frame["organisation"]],
        interval=[
            format.share_range(low, high).replace("%", "")
            for low, high in zip(frame["lower"], frame["upper"], strict=True)
        ],
    )
    columns: dict[str, Any] = {
        "name": st.column_config.TextColumn(_("Responsible body"), width=160),
        "replied_on_time_rate": st.column_config.ProgressColumn(
            _("Answered on time"),
            format="%.1f%%",
            min_value=0,
            max_value=100,
            width=130,
            help=definition("replied_on_time_rate"),
        ),
        "interval": st.column_config.TextColumn(_("95% interval"), width=94, help="Wilson"),
        "replied_on_time_rate_d": count("n", _("Those that can be judged")),
        "accepted_on_time_rate": rate("accepted_on_time_rate", _("Accepted on time")),
        "overdue": count(_("Overdue"), definition("overdue")),
        "solved_rate": rate("solved_rate", _("Solved")),
        "callback_rate": rate("callback_rate", _("Reached")),
    }
    columns = usable(columns, shown, unsaid)
    if list(columns) == ["name"]:
        st.markdown(_("These data record no term, no acceptance and no callback: bodies cannot be compared."))
        return
    table(
        shown,
        "petitions_bodies",
        columns,
        phone={"name": 112, "replied_on_time_rate": 100, "replied_on_time_rate_d": 48, "overdue": 60},
        height="content" if len(shown) <= ROWS else 36 * (ROWS + 1) + 2,
    )
    offer(_("By responsible body"), shown, {name: label_of(config) for name, config in columns.items()})


def natures(raw: pd.DataFrame, unsaid: Collection[str]) -> None:
    """By what the law treats apart; of accusations the counts alone."""
    title(_("By nature"), _("of accusations counts only"))
    frame = percent(petitions.by_nature(raw), petitions.JUDGED)
    shown = frame.assign(name=[_(petitions.OTHER) if format.missing(name) else name for name in frame["nature"]])
    columns: dict[str, Any] = {
        "name": st.column_config.TextColumn(_("Nature"), width=90),
        "received": count(_("Received"), definition("received")),
        "closed": count(_("Closed"), definition("closed")),
        "replied_on_time_rate": rate("replied_on_time_rate", _("Answered on time")),
        "solved_rate": rate("solved_rate", _("Solved")),
        "callback_rate": rate("callback_rate", _("Reached")),
    }
    columns = usable(columns, shown, unsaid)
    table(shown, "petitions_natures", columns, phone=("name", "received", "replied_on_time_rate", "solved_rate"))
    offer(_("By nature"), shown, {name: label_of(config) for name, config in columns.items()})


def channels(filters: Filters, unsaid: Collection[str]) -> None:
    title(_("By channel"), _("the least timely first; fewer than 30 judged come last"))
    frame = petitions.by_channel(filters)
    shown = percent(frame, ("repeat_rate", "replied_on_time_rate"))
    columns: dict[str, Any] = {
        "channel": st.column_config.TextColumn(_("Channel"), width=90),
        "replied_on_time_rate": rate("replied_on_time_rate", _("Answered on time")),
        "received": count(_("Received"), definition("received")),
        "persons": count(_("Persons"), definition("persons")),
        "group_visits": count(_("Groups"), definition("group_visits")),
        "repeat_rate": rate("repeat_rate", _("Repeated")),
    }
    columns = usable(columns, shown, unsaid)
    table(shown, "petitions_channels", columns, phone=("channel", "replied_on_time_rate", "received", "persons"))
    offer(_("By channel"), shown, {name: label_of(config) for name, config in columns.items()})


# --- columns of these and of the other tables of the page -------------------------------------------------------------


def rate(key: str, label: str) -> Any:
    """A rate in per cent, as ``percent`` makes it; wide enough for its head."""
    return st.column_config.NumberColumn(
        label, format="%.1f%%", width=max(64, 16 + 7 * format.columns(label)), help=definition(key)
    )


def count(label: str, why: str = "") -> Any:
    """A count, or whole days."""
    width = 52 if session.is_phone() else 66
    return st.column_config.NumberColumn(label, format="localized", width=width, help=why or None)


def number(label: str, why: str = "") -> Any:
    """Days."""
    return st.column_config.NumberColumn(label, format="%.1f", width=76, help=why or None)


def day(label: str) -> Any:
    return st.column_config.DatetimeColumn(label, format=format.day_pattern(), width=110)


def usable(columns: dict[str, Any], frame: pd.DataFrame, unsaid: Collection[str] = ()) -> dict[str, Any]:
    """The columns that have something to say; what stands beside a rate goes with it."""
    silent = {*unsaid, *frame.columns[frame.isna().to_numpy().all(axis=0)]}
    if "replied_on_time_rate" in silent:
        silent |= {"replied_on_time_rate_d", "interval"}
    return {name: config for name, config in columns.items() if name not in silent}


def steps(rows: pd.DataFrame) -> pd.DataFrame:
    """Steps of petitions and their results in words."""
    results = [_(PETITION_RESULTS[code]) if code in PETITION_RESULTS else format.DASH for code in rows["result"]]
    return rows.assign(step=[_(PETITION_STEPS.get(step, step)) for step in rows["step"]], result=results)


def label_of(config: Any) -> str:
    return str(config["label"])


def percent(frame: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    return frame.assign(**{name: frame[name] * 100 for name in names})


def stated(values: Iterable) -> list[str]:
    return [_("Not stated") if format.missing(value) else str(value) for value in values]
