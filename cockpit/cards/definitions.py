"""口径: every measure, rival definitions side by side, and the published figures against the rows."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from sqlalchemy import Table

from cockpit import definitions, figures, format, session
from cockpit.analysis.rates import is_mature
from cockpit.cards import elements, sheet
from cockpit.cards.kpi import kpi_grid, metric
from cockpit.figures import GLYPHS, STATES, Judged
from cockpit.i18n import _
from cockpit.rivals import Rivals
from queries.filters import Filters
from queries.measures import VERSION

RIGHT: Any = "right"


def points(value: float) -> str:
    """A difference of two shares."""
    return format.DASH if format.missing(value) else _("{difference} points").format(
        difference=format.signed(value * 100, 1)
    )  # fmt: skip


def rivals(one: Rivals, table: Table, known: Mapping[str, dict]) -> None:
    """One word, its definitions, and by how much they differ under this choice."""
    frame = definitions.compared(one, table, known)
    shown = pd.DataFrame(
        {
            "label": [definitions.label(way) for way in one.ways],
            "formula": [definitions.formula(way) for way in one.ways],
            "value": frame["value"].map(format.share),
            "parts": [
                "" if row.d == 0 else f"{format.told(row.n)} ÷ {format.told(row.d)}" for row in frame.itertuples()
            ],
            "difference": ["", *frame["difference"].iloc[1:].map(points)],
        }
    )
    _box(_(one.title), _(one.why), shown)


def maturity(filters: Filters) -> None:
    """Said where the newest of those received have had too little time."""
    if not is_mature(filters.until, filters.data_date):
        st.caption(
            _("Rates of those received are not yet mature: some had less than 60 days. They rise by themselves.")
        )


def _differences(frame: pd.DataFrame, text: str) -> list[str]:
    """Of each row to the first, with its unit."""
    rest = frame["difference"].iloc[1:]
    return [
        "",
        *(format.DASH if format.missing(one) else text.format(difference=format.signed(one, 1)) for one in rest),
    ]


def litigation(filters: Filters) -> None:
    frame = definitions.litigation(filters)
    shown = frame.assign(
        value=[format.text(value, "per_10k") for value in frame["value"]],
        parts=[
            "" if format.missing(row.d) else f"{format.told(row.n)} ÷ {format.number(row.d)}"
            for row in frame.itertuples()
        ],
        difference=_differences(frame, _("{difference} per 10,000")),
    )
    why = _(
        "The published rate is a yearly one. Over which population, and which filings count, differs from place to "
        "place"
    )
    _box(_("Court filings per 10,000 residents"), why, shown)


def durations(table: Table, filters: Filters) -> None:
    frame = definitions.durations(table, filters)
    shown = frame.assign(
        value=[format.text(value, "days") for value in frame["value"]],
        difference=_differences(frame, _("{difference} days")),
    )
    why = _(
        "A median of what was closed says nothing of what is still pending: the older that grows, the better it looks"
    )
    _box(_("How long it takes"), why, shown)


def _box(title: str, why: str, shown: pd.DataFrame) -> None:
    elements.title(title)
    st.markdown(f":gray[:small[{why}]]")
    text = st.column_config.TextColumn
    columns: dict[str, Any] = {
        "label": text(_("Definition")),
        "formula": text(_("What it counts")),
        "value": text(_("Value"), alignment=RIGHT),
        "parts": text(_("Numerator ÷ denominator"), alignment=RIGHT),
        "difference": text(_("Difference to the first"), alignment=RIGHT),
    }
    hidden = {"formula", "parts"} if session.is_phone() else set() if "parts" in shown else {"parts"}
    columns = {name: config for name, config in columns.items() if name not in hidden}
    sheet.table(shown, columns)
    elements.offer(title, shown, {name: config["label"] for name, config in columns.items()})


def measures(table: Table, filters: Filters) -> None:
    """Every measure of the table with its value, its definition, its date and where it is from."""
    frame = definitions.measures(table, filters)
    elements.title(
        _("Measures"), _("{n} measures, definitions {version}").format(n=format.number(len(frame)), version=VERSION)
    )
    text = st.column_config.TextColumn
    columns: dict[str, Any] = {
        "label": text(_("Measure")),
        "value": text(_("Value"), alignment=RIGHT),
        "parts": text(_("Numerator ÷ denominator"), alignment=RIGHT),
        "why": text(_("Definition")),
        "on": text(_("Date basis")),
        "after": text(_("Follows")),
        "key": text(_("Name in files")),
    }
    phone = ("label", "value", "why")
    sheet.table(frame, {name: columns[name] for name in (phone if session.is_phone() else columns)})
    elements.offer(_("Measures"), frame, {name: config["label"] for name, config in columns.items()})


# --- published figures ------------------------------------------------------------------------------------------------


def published() -> list[Judged]:
    """Every published figure as the demonstration answers it."""
    return list(figures.judged(partial(session.load, raw=True)))


def single() -> None:
    """Figures of single pages: what they mean and by which date, in the order of the pages."""
    frame = definitions.single()
    elements.title(_("Figures of single pages"), _("their values stand on the pages"))
    text = st.column_config.TextColumn
    columns: dict[str, Any] = {
        "page": text(_("Page")),
        "label": text(_("Figure")),
        "why": text(_("Definition")),
        "on": text(_("Date basis")),
    }
    sheet.table(frame, {name: columns[name] for name in columns if name != "on" or not session.is_phone()})
    elements.offer(_("Figures of single pages"), frame, {name: config["label"] for name, config in columns.items()})


def counts(found: list[Judged]) -> None:
    grid = kpi_grid(3)
    why = {
        "holds": _(
            "The cockpit's own questions give what was printed: 余 and 以上 are bounds, 万, 亿 and % are rounded"
        ),
        "differs": _("They give something else"),
        "unbuilt": _("The cockpit has no records of this mechanism yet"),
    }
    for state, name in STATES.items():
        n = sum(one.state == state for one in found)
        metric(grid, f"{GLYPHS[state]} {_(name)}", _("{n} :small[numbers]").format(n=format.number(n)), why=why[state])


def table(found: list[Judged]) -> None:
    """One row a printed number; they are of fixed places and periods, whatever is chosen."""
    elements.title(_("Published figures"), _("of fixed places and periods, whatever is chosen above"))
    frame = pd.DataFrame(
        {
            "id": [one.figure.id for one in found],
            "place": [one.figure.place for one in found],
            "mechanism": [one.figure.mechanism for one in found],
            "printed": [one.figure.printed for one in found],
            "computed": [figures.told(one) for one in found],
            "period": [figures.period(one.figure) for one in found],
            "state": [f"{GLYPHS[one.state]} {_(STATES[one.state])}" for one in found],
        }
    )
    text = st.column_config.TextColumn
    columns: dict[str, Any] = {
        "id": text(_("Number"), width=46),
        "place": text(_("Place")),
        "mechanism": text(_("Mechanism")),
        "printed": text(_("Printed"), width=260),
        "computed": text(_("Computed"), alignment=RIGHT),
        "period": text(_("Period")),
        "state": text(_("State")),
    }
    phone = {"id": 46, "printed": 100, "computed": 96, "state": 84}
    elements.table(frame, "definitions_published", columns, phone=phone, height="content")
    elements.offer(_("Published figures"), frame, {name: config["label"] for name, config in columns.items()})
