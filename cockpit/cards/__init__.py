"""What a page is made of. Frames and figures in, Streamlit elements out."""

from cockpit.cards.elements import (
    chart,
    clicked,
    columns_missing,
    empty,
    finding,
    first_import,
    footer,
    heading,
    height,
    no_data,
    nothing,
    offer,
    said,
    table,
    title,
    ways_out,
)
from cockpit.cards.kpi import bounds, definition, kpi, kpi_grid
from cockpit.cards.sheet import box, paper, side_by_side
from cockpit.cards.situation import findings, places_table

__all__ = [
    "bounds",
    "box",
    "chart",
    "clicked",
    "columns_missing",
    "definition",
    "empty",
    "finding",
    "findings",
    "first_import",
    "footer",
    "heading",
    "height",
    "kpi",
    "kpi_grid",
    "no_data",
    "nothing",
    "offer",
    "paper",
    "places_table",
    "said",
    "side_by_side",
    "table",
    "title",
    "ways_out",
]
