"""What 热点 shows, as frames: cells, clusters with words for where they are, streets, and what could not be placed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from sqlalchemy import Table

from cockpit import format, session
from cockpit.analysis import hotspots as statistics
from cockpit.geography import Place
from cockpit.ground import Ground
from cockpit.i18n import _
from cockpit.masking import FEWEST
from queries.filters import Filters
from queries.hotspots import by_cell, newest, year_ahead
from queries.words import N_

Basis = Literal["history", "population", "street", "mixed", "none"]
NEAR = 350
"""Metres within which a cluster is at a place rather than on one side of it: half a cell."""
BESIDE = {
    "N": N_("north of {place}"),
    "NE": N_("north-east of {place}"),
    "E": N_("east of {place}"),
    "SE": N_("south-east of {place}"),
    "S": N_("south of {place}"),
    "SW": N_("south-west of {place}"),
    "W": N_("west of {place}"),
    "NW": N_("north-west of {place}"),
}
PART = {
    "N": N_("northern part"),
    "NE": N_("north-eastern part"),
    "E": N_("eastern part"),
    "SE": N_("south-eastern part"),
    "S": N_("southern part"),
    "SW": N_("south-western part"),
    "W": N_("western part"),
    "NW": N_("north-western part"),
}
PER = 10_000


@dataclass(frozen=True)
class Hotspots:
    """One question about one choice, and its answer.

    cells: cell, street, n of the choice, observed and expected of the whole district, hot, inside (judged at all); one
    row a cell with records. clusters: as analysis.hotspots.clusters, numbered over the district, those that touch the
    chosen streets. basis: where the expectation comes from. judged: were there enough records? everywhere: records of
    the whole district; total: of the choice; of these unplaced: without coordinates; outside: in cells that are not
    judged, for their centre lies in no street. grid: cells judged in all.
    """

    cells: pd.DataFrame
    clusters: pd.DataFrame
    basis: Basis
    judged: bool
    everywhere: int
    total: int
    unplaced: int
    outside: int
    grid: int


def find(ground: Ground, table: Table, filters: Filters, question: str) -> Hotspots:
    """Gi* runs over the whole district, for a single street has no surroundings; what is shown is the choice's."""
    counts = session.load(by_cell, table, replace(filters, streets=()), raw=True)
    judged = _judge(ground, question, counts)
    chosen = counts[counts["street"].isin(filters.streets)] if filters.streets else counts
    cells, total = _cells(chosen, judged), int(chosen["n"].sum())
    return Hotspots(
        cells,
        _touching(statistics.clusters(judged), judged, filters.streets),
        _basis(judged),
        bool(judged["p"].notna().any()),
        int(counts["n"].sum()),
        total,
        total - int(cells["n"].sum()),
        int(cells.loc[~cells["inside"], "n"].sum()),
        len(judged),
    )


def _judge(ground: Ground, question: str, counts: pd.DataFrame) -> pd.DataFrame:
    observed = _per_cell(counts, "n")
    if question == "standing" or not len(ground.grid.cells):
        return statistics.standing(ground.grid, observed, ground.population)
    return statistics.sudden(ground.grid, observed, _per_cell(counts, "before"), ground.population)


def _per_cell(counts: pd.DataFrame, column: str) -> pd.Series:
    return counts.groupby("cell")[column].sum()  # leaves out the records without a cell


def _touching(found: pd.DataFrame, judged: pd.DataFrame, streets: tuple[str, ...]) -> pd.DataFrame:
    if not streets or found.empty:
        return found
    mine = set(judged.loc[judged["street"].isin(streets), "cell"])
    return found[[not mine.isdisjoint(group) for group in found["cells"]]].reset_index(drop=True)


def _cells(counts: pd.DataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    """The cells with records, in the columns that Hotspots names. Outside the grid the records say the street."""
    n = _per_cell(counts[counts["n"] > 0], "n")
    at = pd.Index(judged["cell"]).get_indexer(n.index)
    inside = at >= 0

    def known(column: str, missing: str | float) -> np.ndarray:
        return np.append(judged[column].to_numpy(), [missing])[at]  # −1, not in the grid, is the last place

    street = known("street", "")
    if not inside.all():
        named = dict(zip(counts["cell"], counts["street"], strict=True))
        street[~inside] = [named[cell] for cell in n.index[~inside]]
    return pd.DataFrame(
        {
            "cell": n.index.to_numpy(),
            "street": street,
            "n": n.to_numpy(),
            "observed": np.where(inside, known("observed", 0), n),
            "expected": known("expected", np.nan),
            "hot": known("hot", False).astype(bool),
            "inside": inside,
        }
    )


def _basis(judged: pd.DataFrame) -> Basis:
    kinds = set(judged["basis"])
    return "none" if not kinds else kinds.pop() if len(kinds) == 1 else "mixed"


# --- streets ----------------------------------------------------------------------------------------------------------


def places(ground: Ground, table: Table, filters: Filters) -> pd.DataFrame:
    """One row per street, of a chosen street one per community: name, n (NaN where it may not be shown), population,
    rate (per 10,000 residents). Highest rate first; by n where no population is known. Those without a name come last,
    with name null."""
    by = filters.level
    frame = session.figures(("received",), table, filters, (by,), raw=True).rename(
        columns={by: "name", "received": "n"}
    )
    areas = ground.areas[ground.areas["level"] == by]
    if by == "community":
        areas = areas[areas["parent"].isin(filters.streets)]
    known = areas.drop_duplicates("name").set_index("name")["population"].astype(float)
    frame = frame.merge(pd.DataFrame({"name": known.index.astype(object)}), "outer", "name")
    frame["n"] = frame["n"].fillna(0).astype("int64")
    frame = frame[(frame["n"] > 0) | frame["name"].isin(known.index)]
    frame = session.as_seen(frame)
    frame["population"] = frame["name"].map(known).astype(float)
    frame["rate"] = frame["n"] / frame["population"].where(frame["population"] > 0) * PER
    order = frame.assign(nameless=frame["name"].isna(), none=frame["rate"].isna())
    return frame.loc[
        order.sort_values(["nameless", "none", "rate", "n"], ascending=[True, True, False, False]).index
    ].reset_index(drop=True)


def overall(ground: Ground, filters: Filters, total: int) -> float:
    """Records per 10,000 residents of the district, or of the chosen streets; NaN where residents are unknown, or the
    total may not be shown."""
    residents = ground.population.reindex(filters.streets).sum(skipna=False) if filters.streets else ground.residents
    return session.told(total / residents * PER, total) if residents > 0 else float("nan")


# --- words ------------------------------------------------------------------------------------------------------------


def table_of(found: Hotspots, ground: Ground, rows: bool) -> pd.DataFrame:
    """The clusters in words: number, where, observed, expected, ratio, cells; small counts as 1—4 without ``rows``."""
    records = [_row(cluster, ground, rows) for cluster in found.clusters.itertuples()]
    return pd.DataFrame(records, columns=["number", "where", "observed", "expected", "ratio", "cells"])


def _row(cluster, ground: Ground, rows: bool) -> tuple:
    where = words(cluster.streets, ground.place_of(cluster.lon, cluster.lat, cluster.streets[0]))
    if not rows and cluster.observed < FEWEST:
        return cluster.number, where, format.FEW, format.DASH, format.DASH, len(cluster.cells)
    ratio = _("{n} times").format(n=format.number(cluster.ratio, 1)) if np.isfinite(cluster.ratio) else format.DASH
    count, expected = format.number(cluster.observed), format.number(cluster.expected, 1)
    return cluster.number, where, count, expected, ratio, len(cluster.cells)


def words(streets: Sequence[str], place: Place | None) -> str:
    """青禾街道 · 青禾第一社区以北."""
    named = _(", ").join(streets[:2])
    if place is None:
        return named
    if place.name:
        near = place.metres <= NEAR
        side = _("at {place}") if near else _(BESIDE[place.direction])
        return f"{named} · {side.format(place=place.name)}"
    return f"{named} · {_('the middle') if place.metres <= NEAR else _(PART[place.direction])}"


def compared(found: Hotspots, question: str, filters: Filters) -> str:
    """What the expectation is, in one or two sentences: never a guess which one was used."""
    year = year_ahead(filters)
    if found.basis == "history":
        bounds = session.reach()
        assert bounds is not None
        said = _("**Expected** = the cell's share of the 12 months before ({period}) × this period's total.")
        short = (
            "" if bounds.first <= year.start else _(" The data begin on {day}.").format(day=format.day(bounds.first))
        )
        return said.format(period=format.period(year)) + short
    fallback = _("There is no record in the 12 months before, so sudden rises cannot be told. ")
    lead = fallback if question == "sudden" and found.basis != "none" else ""
    return (
        lead
        + {
            "population": _(
                "**Expected** = the street's residents spread evenly over its cells × the district's rate; where "
                "people live inside a street is not known."
            ),
            "street": _("No population is known: **expected** = the mean of the cells of the same street."),
            "mixed": _(
                "**Expected** = the street's residents spread evenly over its cells × the district's rate; for streets "
                "of unknown population the mean of their own cells."
            ),
            "none": "",
        }[found.basis]
    )


def sentence(found: Hotspots, question: str) -> str:
    """The finding, for the header; names escaped."""
    if not found.judged:
        return _("too few records to judge hotspots")
    n = len(found.clusters)
    if not n:
        return (
            _("no significant sudden hotspot")
            if question == "sudden" and found.basis == "history"
            else _("no significant standing hotspot")
        )
    streets = dict.fromkeys(street for cluster in found.clusters["streets"] for street in cluster[:1])
    said = (
        _("sudden hotspots: {n} ({streets})")
        if question == "sudden" and found.basis == "history"
        else _("standing hotspots: {n} ({streets})")
    )
    listed = [format.markdown(street) for street in streets]
    return said.format(n=n, streets=_(", ").join(listed[:3]) + (_(" …") if len(listed) > 3 else ""))


def nothing(found: Hotspots) -> str:
    """Why there is no cluster."""
    if not found.grid:
        return _("No street has a known place, so there is no grid to judge.")
    if not found.judged:
        return _(
            "Too few records: a cell and its neighbours hold fewer than two on average, and single records would pass "
            "for hotspots. Choose a longer period or more categories."
        )
    return _("No group of cells is significantly above what is expected.")


def method(found: Hotspots, filters: Filters) -> str:
    """How the cells were judged, in small print."""
    said = _(
        "Cells of about 0.74 km² (H3, resolution 8): {grid} in the district, {used} with records shown here; fewer "
        "than 5 records in a cell read 1—4. Getis-Ord Gi*, one ring of neighbours, Benjamini-Hochberg 5%."
    ).format(grid=format.number(found.grid), used=format.number(len(found.cells)))
    whole = _(
        " Judged on the grid of the whole district: numbers are the district's, and a hotspot that reaches into "
        "another street counts as a whole."
    )
    return said + (whole if filters.streets else "")


def latest(table: Table, filters: Filters) -> pd.Timestamp | None:
    """When the newest record of the choice was opened, whatever the period; None without any."""
    opened = session.load(newest, table, filters, raw=True)["opened"].iloc[0]
    return None if pd.isna(opened) else pd.Timestamp(opened)
