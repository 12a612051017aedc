"""The measures by which one state of the data is compared with another: of all records, as the pages define them."""

from cockpit.choice import Ask, bounds
from queries.aggregate import summary
from queries.filters import Filters
from queries.measures import MEASURES
from queries.tables import FACTS

KEYS = {
    "cases": (
        "received", "closed", "pending", "overdue", "mediation_success_rate", "resolution_rate", "median_days",
    ),
    "complaints": ("received", "closed", "pending", "overdue", "on_time_rate", "callback_rate", "median_days"),
}  # fmt: skip

Headline = dict[str, dict[str, float | None]]


def headline(ask: Ask) -> Headline:
    """Table → key → value over everything the table holds; None where nothing can be said. Empty tables stay out."""
    found: Headline = {}
    for name, table in FACTS.items():
        reach = bounds(ask, (table,))
        if reach is not None:
            (row,) = ask(summary, KEYS[name], table, Filters(reach.first, reach.last, reach.data_date)).to_dict(
                "records"
            )
            found[name] = {key: _number(row[key], MEASURES[key].unit == "count") for key in KEYS[name]}
    return found


def _number(value: float | None, whole: bool) -> float | None:
    if value is None or value != value:
        return None
    return int(value) if whole else round(float(value), 6)


def difference(now: Headline, then: Headline) -> Headline:
    """Table → key → by how much it grew; what did not change stays out, and a rate that is known only once."""
    found: Headline = {}
    for table in KEYS:
        values, before = _counted(table, now), _counted(table, then)
        grown = {
            key: round(value - old, 6)
            for key, value in values.items()
            if value is not None and (old := before.get(key)) is not None and value != old
        }
        if grown:
            found[table] = dict(grown)
    return found


def _counted(table: str, measures: Headline) -> dict[str, float | None]:
    """Of a table without rows every count is zero."""
    nothing: dict[str, float | None] = {key: 0 for key in KEYS[table] if MEASURES[key].unit == "count"}
    return measures.get(table, nothing)
