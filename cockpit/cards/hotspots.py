"""The map of 热点 with what must stand under it, and the clicks on it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st
from sqlalchemy import Table

from cockpit import format, geography, ground, hotspots, maps, session
from cockpit.analysis import hotspots as statistics
from cockpit.cards import elements, sheet
from cockpit.cards.elements import chart, clicked, offer, said, title
from cockpit.charts import hotspots as charts
from cockpit.charts import map_svg
from cockpit.i18n import _
from cockpit.masking import FEWEST
from cockpit.settings import settings
from cockpit.theme import CLASS_LABELS, SHEET
from queries.filters import Filters

MAP, DESKTOP_VIEW, PHONE_MAP, PHONE_VIEW = 612, (660, 580), 400, (320, 370)  # px; what the view must fit into
YEAR = 360  # days
LISTED = 12  # names in one sentence
LAYERS = ("cells", "land")


def key_of(name: str) -> str:
    """The key of a chart that forgets its mark once the click was taken."""
    return f"hotspots_{name}_{st.session_state.get('hotspots_turn', 0)}"


def focus(street: str | None) -> None:
    """Show one street; the same one again shows all."""
    if street and street in session.choices().streets.get(session.current_filters().district or "", ()):
        already = session.current_filters().streets == (street,)
        session.focus(street="" if already else street)
    st.session_state["hotspots_turn"] = st.session_state.get("hotspots_turn", 0) + 1


def on_bar() -> None:
    focus(clicked(key_of("bars")))


def on_map() -> None:
    objects = st.session_state[key_of("map")].selection.get("objects", {})
    marks = [mark for layer in LAYERS for mark in objects.get(layer, [])]
    street = marks[0].get("street") or marks[0].get("properties", {}).get("street") if marks else None
    focus(street)


def base(of: ground.Ground, found: hotspots.Hotspots, filters: Filters) -> maps.Ground | None:
    """The base of the map, its view on the chosen streets; None where nothing has a place."""
    bounds = maps.bounds_of(found.cells["cell"], of.bounds(filters.streets))
    if bounds is None:
        return None
    size = PHONE_VIEW if session.is_phone() else DESKTOP_VIEW
    labels = of.labels_beside(statistics.outline(cell for cells in found.clusters["cells"] for cell in cells))
    return maps.Ground(of.features, labels, bounds, geography.view(bounds, *size), filters.streets)


def draw(deck: maps.Deck, alt: str) -> None:
    st.pydeck_chart(
        deck,
        height=PHONE_MAP if session.is_phone() else MAP,
        key=key_of("map"),
        on_select=on_map,
        selection_mode="single-object",
        alt=alt,
    )


def legend(show: str) -> None:
    titles = {
        "cells": _("Records per cell"),
        "rate": _("Times the district's rate"),
        "count": _("Times the mean street"),
    }
    title, labels = titles[show], CLASS_LABELS if show == "cells" else maps.RATIO_LABELS[show]
    st.html(maps.legend(title, labels, _("Significant hotspot (false discovery rate 5%)"), session.tokens()))


def print_map(of: ground.Ground, streets: pd.DataFrame, found: hotspots.Hotspots, show: str, mean: float) -> None:
    """The map as an SVG that paper can hold. ``streets`` as ``cockpit.hotspots.places`` has them."""
    filters, look = session.current_filters(), (session.tokens(), SHEET)
    if show == "cells":
        drawn = map_svg.cells_svg(of, found.cells, found.clusters, *look, chosen=filters.streets, mark=session.mark())
    else:
        drawn = map_svg.streets_svg(
            of, streets, found.clusters, *look, show=show, mean=mean, chosen=filters.streets, mark=session.mark()
        )
    st.image(drawn, width=SHEET)


def cells_of(found: hotspots.Hotspots, rows: bool) -> pd.DataFrame:
    """The cells as the map shows them: cell, n, street, count, note. Without ``rows`` classes only, no counts."""
    cells, counted = found.cells, _("{n} records")
    shown = maps.count_text if rows else maps.class_label
    text = {n: counted.format(n=shown(n)) for n in cells["n"].unique()}
    return cells.assign(count=cells["n"].map(text), note=_notes(cells, rows))


def _notes(cells: pd.DataFrame, rows: bool) -> list[str]:
    """Judged or not; with ``rows`` also what was expected, where all records of the cell are shown."""
    aside, whole = _("outside the boundary, not judged"), _("expected {n} · {level}")
    level = {True: _("with its neighbours significantly high"), False: _("not significant")}
    tenths = np.floor(cells["expected"].fillna(0) * 10 + 0.5) / 10
    number = {value: format.number(value, 1) for value in tenths.unique()}
    told = rows & cells["n"].eq(cells["observed"])
    return [
        aside if not inside else whole.format(n=number[n], level=level[hot]) if tell else level[hot]
        for inside, hot, n, tell in zip(cells["inside"], cells["hot"], tenths, told, strict=True)
    ]


def streets_of(of: ground.Ground, counts: pd.DataFrame, mean: float, show: str) -> pd.DataFrame:
    """The streets as the map shows them: street, ratio to the mean, label, count, note."""
    frame = counts[counts["name"].isin(list(of.boundaries.shapes))].rename(columns={"name": "street"})
    value = frame["rate"] if show == "rate" else frame["n"]
    counted = [format.told(n, format.count) for n in frame["n"]]
    rates = [format.number(rate, 1) for rate in frame["rate"]]
    return frame.assign(
        ratio=value / mean if mean else float("nan"),
        label=rates if show == "rate" else counted,
        count=[_("{n} records").format(n=n) for n in counted],
        note=[_("{n} per 10,000 residents").format(n=rate) if rate != format.DASH else "" for rate in rates],
    )


def under(of: ground.Ground, found: hotspots.Hotspots, rows: bool) -> None:
    """What must stand under the map: sketch or approval, what has no place, what lies outside."""
    approval = settings().map_approval
    parts = [
        _("Sketched boundaries") if of.boundaries.source == "sketch" and of.labels else "",
        _("Map approval number: {number}").format(number=format.markdown(approval)) if approval else "",
        _("{n} without coordinates").format(n=_shown(found.unplaced, rows)),
        _("{n} outside the boundaries, not judged").format(n=_shown(found.outside, rows)) if found.outside else "",
    ]
    st.caption(" · ".join(part for part in [*parts, *_of_file(of)] if part))


def _shown(n: int, rows: bool) -> str:
    return format.number(n) if rows or not 0 < n < FEWEST else format.FEW


def problem(of: ground.Ground) -> None:
    """Why the boundary file was not taken."""
    if of.problem is not None:
        text = _("The map shows sketched boundaries instead.")
        st.warning(f"{said(of.problem)} {text}", icon=":material/map:")


def _of_file(of: ground.Ground) -> list[str]:
    """What the boundary file and the streets do not have in common, and what was repaired."""
    found = of.boundaries
    return [
        text.format(names=listed(names))
        for names, text in (
            (found.unmatched, _("Names in the boundary file that match no street: {names}")),
            (found.missing if found.source == "file" else (), _("Streets without a polygon: {names}")),
            (found.repaired, _("Repaired polygons: {names}")),
        )
        if names
    ]


def listed(names: Sequence[str]) -> str:
    shown = _(", ").join(format.markdown(name) for name in names[:LISTED])
    more = len(names) - LISTED
    return shown + (_(" and {n} more").format(n=more) if more > 0 else "")


def table(clusters: pd.DataFrame, why_none: str) -> None:
    """The clusters in words, or why there is none."""
    title(_("Significant hotspots"), _("numbers as on the map · most records first"))
    if clusters.empty:
        st.markdown(why_none)
        return
    labels = {
        "number": _("No."),
        "where": _("Where"),
        "observed": _("Records found"),
        "expected": _("Expected"),
        "ratio": _("Ratio"),
        "cells": _("Cells found"),
    }
    column, numbers = st.column_config, ("observed", "expected", "ratio")
    columns = {
        "number": column.NumberColumn(labels["number"], width=44),
        "where": column.TextColumn(labels["where"], width=280),
        **{name: column.TextColumn(labels[name], alignment="right") for name in numbers},
        "cells": column.NumberColumn(labels["cells"]),
    }
    elements.table(clusters, "hotspots_table", columns, phone={"number": 44, "where": 212, "observed": None})
    offer(_("Significant hotspots"), clusters, labels)


def bars(places: pd.DataFrame, mean: float, filters: Filters) -> None:
    """Streets, or communities of the chosen street, per 10,000 residents; by number where residents are unknown."""
    rated = bool(places["rate"].notna().any())
    named = places.assign(name=places["name"].fillna(_("Not named")), value=places["rate"] if rated else places["n"])
    with sheet.whole():
        _bars(named, mean, filters, rated)


def _bars(named: pd.DataFrame, mean: float, filters: Filters, rated: bool) -> None:
    who = _("Communities") if filters.streets else _("Streets")
    place = format.markdown(_(", ").join(filters.streets) or filters.district or "")
    if rated:
        note = _("records · line: {place} {rate} · right: number").format(place=place, rate=format.number(mean, 1))
        title(_("{places} per 10,000 residents").format(places=who), note)
    else:
        title(_("{places} by number").format(places=who), _("records · residents unknown, so no rate"))
    unit = _("per 10,000") if rated else ""
    figure = charts.bars(named, session.tokens(), mean if rated else float("nan"), unit, session.mark())
    alt = _("Records per 10,000 residents") if rated else _("Records by place")
    chart(figure, key_of("bars"), alt, on_select=on_bar)
    labels = {"name": who, "n": _("Records found"), "population": _("Residents"), "rate": _("per 10,000")}
    offer(who, named, labels if rated else {"name": who, "n": _("Records found")})


def longer(filters: Filters, question: str) -> None:
    """常年高发 over a short period finds what is only sudden, too: say so, and offer the year."""
    if session.is_print() or question != "standing" or filters.days >= YEAR:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(_("Under a year, a sudden rise passes for a standing one."), width="content")
        year = {"code": "last_12_months"}
        st.button(_("Last 12 months"), on_click=session.choose_period, kwargs=year, key="hotspots_year")


def nothing_here(of: Table, filters: Filters, others: dict[str, str]) -> None:
    """No record under this choice: when there was one last, the ways out, and the other kinds of record."""
    opened = hotspots.latest(of, filters)
    last = None if opened is None else _("Newest record: {day}").format(day=format.day(opened))
    ways = {text: (session.focus, {"hotspots_table": name}) for name, text in others.items()}
    elements.empty(_("No records under this choice"), format.describe(filters), last, elements.ways_out(filters) | ways)
