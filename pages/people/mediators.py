"""调解员榜: people against the district mean without false ranks, and organisations by tier."""

from typing import Any

import pandas as pd
import streamlit as st

from cockpit import cards, format, people
from cockpit.charts import mediators as charts
from cockpit.i18n import _
from cockpit.masking import FEWEST
from cockpit.session import current_filters, focus, is_phone, load, tokens, viewer
from queries import mediators as ask
from queries.measures import MEASURES

LARGEST = 25  # organisations that are drawn
PERCENT, ONE, WHOLE = "%.1f%%", "%.1f", "%d"  # formats of numbers in tables

filters, who = current_filters(), viewer()
mean_name = _("mean of the chosen streets") if filters.streets or filters.scope else _("district mean")


def kept(name: str, label: str, options: dict[str, str], default: str) -> str:
    """A choice of this page that the URL keeps by its code; a code that does not exist is dropped and said."""
    key, memory = f"mediators_{name}", f"mediators_{name}_code"
    asked = st.session_state.get(key) or st.session_state.get(memory) or st.query_params.get(name) or default
    if asked not in options:
        text = _("“{value}” does not exist here and was dropped.").format(value=asked)
        st.warning(format.markdown(text), icon=":material/filter_alt_off:")
    st.session_state[key] = asked if asked in options else default
    look: Any = {"label_visibility": "collapsed" if name == "view" else "visible"}
    code = st.segmented_control(label, list(options), key=key, required=True, format_func=options.__getitem__, **look)
    st.session_state[memory] = code
    if code == default:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != code:
        st.query_params[name] = code
    return code


def longer() -> dict:
    """The button that sets a longer period."""
    wide = st.session_state.get("period_code") in ("last_12_months", "all")
    code, text = ("all", _("All time")) if wide else ("last_12_months", _("Last 12 months"))
    return {text: (focus, {"period": code, "period_code": code})}


def columns_missing(what: str, needed: str) -> None:
    sentence = _("This page needs the columns {columns}.").format(columns=format.markdown(needed))
    cards.empty(what, filters.district or _("All districts"), sentence, {})


def metric(place, label: str, value: str, note: str = "", why: str = "") -> None:
    muted: Any = {"delta_color": "off", "delta_arrow": "off"}
    place.metric(label, value, note or None, border=True, help=why or None, height="stretch", **muted)


def cases(n: float) -> str:
    return _("{n} :small[cases]").format(n=format.FEW if format.missing(n) else format.number(n))


def beside(text: str, n: int) -> str:
    """What stays out, unless the viewer may not know so small a number."""
    return text.format(n=format.number(n)) if n and (who.rows or n >= FEWEST) else ""


def spoken(texts: dict[str, str]) -> dict[str, str]:
    return {key: _(text) for key, text in texts.items()}


def ranges(frame: pd.DataFrame) -> list[str]:
    return [format.share_range(*pair) for pair in zip(frame["lower"], frame["upper"], strict=True)]


def hundred(frame: pd.DataFrame, *columns: str) -> dict[str, pd.Series]:
    return {name: frame[name] * 100 for name in columns}


def listing(key: str, name: str, frame: pd.DataFrame, columns: dict, phone: tuple[str, ...], more: dict) -> None:
    """A table, and the same with ``more`` columns in the export. ``columns``: name → (label, number format or None)."""
    shown = {
        column: label if kind is None else st.column_config.NumberColumn(label, format=kind)
        for column, (label, kind) in columns.items()
    }
    most = frame["concluded"].max()
    shown["concluded"] = st.column_config.ProgressColumn(
        columns["concluded"][0], format="%d", min_value=0, max_value=1.0 if pd.isna(most) else max(float(most), 1.0)
    )
    cards.table(frame, key, shown, phone=phone, placeholder=format.DASH)
    cards.offer(name, frame, {column: label for column, (label, _kind) in columns.items()} | more)


def concluded_cards(grid, total: pd.Series, unnamed: str, why: str) -> None:
    counted = _("Mediated + failed, closed in the period; withdrawn and transferred stay out")
    metric(grid, _("Concluded by them"), cases(total["concluded"]), unnamed, counted)
    interval = f"95% {format.share_range(total['lower'], total['upper'])}"
    metric(grid, _("Mediation success rate"), format.share(total["rate"]), interval, why)


# --- people -----------------------------------------------------------------------------------------------------------


def show_people(minimum: int) -> None:
    found = load(ask.people, filters, raw=True)
    unnamed = int(found.loc[found["mediator_id"].isna(), "concluded"].sum())
    attributed = found[found["mediator_id"].notna() & (found["concluded"] > 0)].reset_index(drop=True)
    if attributed.empty:
        nobody()
        return
    attributed["label"] = people.labels(attributed["name"], attributed["mediator_id"])
    attributed["rate"] = attributed["mediated"] / attributed["concluded"]
    listed = people.ranked(attributed, minimum)
    people_cards(attributed, unnamed, listed, minimum)
    seen, everybody = (listed, attributed) if who.rows else (people.discreet(listed), people.discreet(attributed))
    few = len(attributed) - len(listed)
    if listed.empty:
        too_few(few, minimum)
    else:
        draw(seen, few, minimum)
    people_table(people.everybody(everybody, seen))


def nobody() -> None:
    """No case of the choice names a mediator."""
    known = load(ask.newest, filters, raw=True).iloc[0]
    if not known["attributed"]:
        needed = "cases.mediator_id, cases.outcome, cases.closed_at, mediators.name"
        columns_missing(_("These data name no mediators"), needed)
        return
    last = None if pd.isna(known["last"]) else _("Last: {day}").format(day=format.day(known["last"]))
    every = {_("All streets and categories"): (focus, {"street": "", "category": "", "channel": ""})}
    cards.empty(_("Nobody concluded a mediation here"), format.describe(filters), last, longer() | every)


def too_few(few: int, minimum: int) -> None:
    said = _("In this period {n} people have fewer than {minimum} cases each").format(n=few, minimum=minimum)
    cards.finding(said)
    anyway = {_("No minimum"): (focus, {"mediators_minimum": "0"})}
    cards.empty(said, format.describe(filters), _("Too few to compare people."), longer() | anyway)


def people_cards(attributed: pd.DataFrame, unnamed: int, listed: pd.DataFrame, minimum: int) -> None:
    total, apart = people.totals(attributed, who.rows), listed["block"].value_counts()
    above, below = int(apart.get("above", 0)), int(apart.get("below", 0))
    grid = cards.kpi_grid(5)
    metric(
        grid,
        _("Mediators with cases"),
        _("{n} :small[people]").format(n=format.number(len(attributed))),
        _("{n} with at least {minimum} cases").format(n=format.number(len(listed)), minimum=max(minimum, 1)),
        _("People with at least one mediation that succeeded or failed in the period"),
    )
    concluded_cards(
        grid,
        total,
        beside(_("{n} more name no mediator"), unnamed),
        _("Of the cases concluded by them, the share that succeeded: the mean that people are compared with"),
    )
    metric(
        grid,
        _("Significantly different"),
        _("{n} :small[people]").format(n=above + below) if len(listed) else format.DASH,
        _("above {above} · below {below}").format(above=above, below=below) if len(listed) else "",
        _("Binomial test of each person against the mean, false discoveries held at 5% (Benjamini-Hochberg)"),
    )
    ripe = total["reopened_d"]
    metric(
        grid,
        _(MEASURES[ask.REOPENED].label),
        format.share(total["reopened"]),
        _("90 days have not passed yet") if ripe == 0 else _("n = {n}").format(n=format.number(ripe)),
        _(MEASURES[ask.REOPENED].why),
    )


def draw(listed: pd.DataFrame, few: int, minimum: int) -> None:
    apart = int((listed["block"] != "same").sum())
    said = _("{apart} of {n} people differ significantly from the {mean}")
    cards.finding(said.format(apart=apart, n=format.number(len(listed)), mean=mean_name))
    left, right = (st.container(), st.container()) if is_phone() else st.columns([9.4, 4.8], gap="small")
    with left.container(border=True, height="stretch", gap="xsmall"):
        note = _("dots are shrunken estimates · the line is the {mean} · at the right, cases and rank interval")
        cards.title(_("Success rate and 95% interval"), note.format(mean=mean_name))
        figure = charts.board(listed, mean_name, tokens(), phone=is_phone(), mark=cards.mark())
        cards.chart(figure, "mediators_board", _("Mediators' success rates and intervals in three blocks"))
        if few:
            rest = _("{n} people with fewer than {minimum} cases are not drawn; they count for the mean.")
            st.caption(rest.format(n=format.number(few), minimum=minimum))
    with right.container(border=True, height="stretch", gap="small"):
        how_to_read()
        st.space("xsmall")
        misread(listed)
        st.space("xsmall")
        notes()


def how_to_read() -> None:
    cards.title(_("How to read this"))
    blocks = _(
        "Only those whose raw rate differs from the {mean} by a test **corrected for comparing many people** "
        "stand in the upper or lower block. Those on grey cannot be told apart **from the {mean}** and are not "
        "ranked; that does not mean that they do not differ from each other. Somebody's interval may miss the mean "
        "and yet fail the correction: they stay in the middle."
    )
    ranks = _(
        "**Rank interval** (95%): the ranks that are possible among those listed once uncertainty is counted in; "
        "“3—14” means that any from 3rd to 14th may be true."
    )
    rates = _(
        "**Rates are shrunken**: those with few cases are drawn towards the mean, so that nobody is first with "
        "five out of five. The raw rate appears when you point at a dot."
    )
    for text in (blocks.format(mean=mean_name), ranks, rates):
        st.markdown(text)


def misread(listed: pd.DataFrame) -> None:
    three = people.misread(listed)
    if three.empty:
        return
    cards.title(_("The three most easily misread"), _("raw against shrunken rate"))
    columns = {
        "label": _("Mediator"),
        "concluded": st.column_config.NumberColumn(_("Cases"), format=WHOLE),
        "rate": st.column_config.NumberColumn(_("Raw"), format=PERCENT),
        "shrunk": st.column_config.NumberColumn(_("Shrunken"), format=PERCENT),
        "interval": _("95% interval"),
    }
    frame = three.assign(interval=ranges(three), **hundred(three, "rate", "shrunk"))
    cards.table(frame, "mediators_misread", columns)


def notes() -> None:
    text = _(
        "Success rate = mediated ÷ (mediated + failed); withdrawn and transferred stay out. Intervals are those of the "
        "shrunken estimate; significance by Benjamini-Hochberg at 5%. Not adjusted for how hard the cases were: not fit "
        "to judge people by itself. People stand here by surname and number; full names and standing are for those who "
        "may see them."
    )
    st.markdown(f":gray[:small[{text}]]")


def people_table(frame: pd.DataFrame) -> None:
    """Everybody with cases; rates only of those listed."""
    standing = frame["status"].map(spoken(people.STATUSES)) if who.names else pd.Series(pd.NA, frame.index)
    called = people.labels(frame["name"], frame["mediator_id"], full=who.names)
    frame = frame.assign(
        person=[name if pd.isna(state) else f"{name}（{state}）" for name, state in zip(called, standing, strict=True)],
        interval=ranges(frame),
        ranks=[
            format.DASH if pd.isna(low) else f"{low:.0f}{format.DASH}{high:.0f}"
            for low, high in zip(frame["rank_lower"], frame["rank_upper"], strict=True)
        ],
        block=frame["block"].map(spoken(people.BLOCKS)),
        **hundred(frame, "rate", "shrunk", "reopened"),
    )
    columns = {
        "person": (_("Mediator"), None),
        "concluded": (_("Cases"), WHOLE),
        "shrunk": (_("Shrunken rate, %"), PERCENT),
        "interval": (_("95% interval"), None),
        "ranks": (_("Rank interval"), None),
        "days": (_("Median days"), ONE),
        "reopened": (_("Reopened within 90 days, %"), PERCENT),
        "reopened_d": (_("n (ripe)"), WHOLE),
    }
    more = {"rate": _("Raw rate, %"), "block": _("Against the mean"), "organisation": _("Organisation")}
    with st.container(border=True, gap="xsmall"):
        cards.title(_("All mediators with cases"), _("by caseload; a click on a column sorts"))
        phone = ("person", "concluded", "shrunk", "interval")
        listing("mediators_table", _("Mediators"), frame, columns, phone, more)


# --- organisations ----------------------------------------------------------------------------------------------------


def show_organisations() -> None:
    found = people.rated(load(ask.bodies, filters, raw=True))
    unnamed = int(found.loc[found["organisation_id"].isna(), "concluded"].sum())
    found = found[found["organisation_id"].notna()].reset_index(drop=True)
    if found.empty:
        needed = "cases.organisation_id, organisations.name, organisations.tier"
        columns_missing(_("These data name no organisations"), needed)
        return
    found["label"] = found["name"].fillna(found["organisation_id"])
    seen = found if who.rows else people.discreet(found)
    active = seen[found["concluded"] > 0]
    total = people.totals(found, who.rows)
    said = _("{active} of {n} organisations concluded cases")
    cards.finding(said.format(active=format.number(len(active)), n=format.number(len(found))))
    organisation_cards(found["tier"].value_counts(), len(active), total, unnamed)
    left, right = (st.container(), st.container()) if is_phone() else st.columns([9.4, 4.8], gap="small")
    with left.container(border=True, height="stretch", gap="xsmall"):
        organisation_chart(active, total["rate"])
    with right.container(border=True, height="stretch", gap="small"):
        tier_table(found)
    organisation_table(seen)


def organisation_cards(tiers: pd.Series, active: int, total: pd.Series, unnamed: int) -> None:
    n = {tier: int(tiers.get(tier, 0)) for tier in people.TIERS}
    core, others = list(n)[:3], list(n)[3:]
    grid = cards.kpi_grid(5)
    parts = _("district centre + street centres + community stations")
    metric(grid, "1+5+N", " + ".join(format.number(n[tier]) for tier in core), parts)
    metric(
        grid,
        _("Other organisations"),
        format.number(sum(n[tier] for tier in others)),
        " · ".join(format.number(n[tier]) for tier in others),
        " · ".join(_(people.TIERS[tier]) for tier in others),
    )
    metric(
        grid,
        _("Organisations with cases"),
        format.number(active),
        _("of {n} organisations").format(n=format.number(tiers.sum())),
        _("With at least one mediation that succeeded or failed in the period"),
    )
    missing = beside(_("{n} more name no organisation"), unnamed)
    concluded_cards(grid, total, missing, _(MEASURES["mediation_success_rate"].why))


def organisation_chart(active: pd.DataFrame, mean: float) -> None:
    shown = active.head(LARGEST)
    note = _("the {n} with most cases · Wilson 95% · the line is the {mean} · grey: fewer than 30 cases")
    cards.title(_("Success rate by organisation"), note.format(n=len(shown), mean=mean_name))
    if shown.empty:
        cards.empty(_("No organisation concluded a mediation here"), format.describe(filters), None, longer())
        return
    figure = charts.bodies(shown, mean, mean_name, tokens(), phone=is_phone(), mark=cards.mark())
    cards.chart(figure, "mediators_bodies", _("Success rates of organisations with Wilson intervals, by caseload"))


def tier_table(found: pd.DataFrame) -> None:
    cards.title(_("Tiers"), _("1+5+N and the organisations beside it"))
    frame = people.tiers(found)
    if not who.rows:
        frame = frame.assign(
            concluded=frame["concluded"].where(frame["concluded"].eq(0) | frame["concluded"].ge(FEWEST))
        )
    labels = {
        "tier": _("Tier"),
        "organisations": _("Organisations"),
        "active": _("With cases"),
        "mediators": _("On the roll"),
        "concluded": _("Cases"),
    }
    frame["tier"] = frame["tier"].map(spoken(people.TIERS)).fillna(_("not on the roll"))
    cards.table(frame, "mediators_tiers", labels, placeholder=format.DASH)
    cards.offer(_("Tiers"), frame, labels)
    note = _("Organisations of the whole district have no street: under a street they appear only with cases from it.")
    st.markdown(f":gray[:small[{note}]]")


def organisation_table(frame: pd.DataFrame) -> None:
    few = frame["concluded"].between(1, charts.SURE - 1)
    frame = frame.assign(
        interval=[f"{text}（n<30）" if grey else text for text, grey in zip(ranges(frame), few, strict=True)],
        tier=frame["tier"].map(spoken(people.TIERS)),
        **hundred(frame, "rate", "reopened"),
    )
    columns = {
        "label": (_("Organisation"), None),
        "tier": (_("Tier"), None),
        "street": (_("Street"), None),
        "mediators": (_("On the roll"), WHOLE),
        "concluded": (_("Cases"), WHOLE),
        "rate": (_("Success rate, %"), PERCENT),
        "interval": (_("95% interval"), None),
        "days": (_("Median days"), ONE),
    }
    more = {"reopened": _("Reopened within 90 days, %"), "reopened_d": _("n (ripe)")}
    with st.container(border=True, gap="xsmall"):
        cards.title(_("All organisations"), _("by caseload; those without cases at the end"))
        listing(
            "mediators_organisations",
            _("Organisations"),
            frame,
            columns,
            ("label", "concluded", "rate", "interval"),
            more,
        )


with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    view = kept("view", _("View"), {"people": _("People"), "organisations": _("Organisations")}, "people")
    if view == "people":
        minima = {"0": _("No minimum"), "10": "10", "30": "30", "50": "50", "100": "100"}
        minimum = int(kept("minimum", _("Minimum caseload"), minima, "30"))
if view == "people":
    show_people(minimum)
else:
    show_organisations()
