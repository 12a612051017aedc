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
    """Table → key → by how much it grew; what did not change or is known only once stays out."""
    grown: Headline = {
        table: {
            key: round(value - before, 6)
            for key, value in values.items()
            if value is not None and (before := then.get(table, {}).get(key)) is not None and value != before
        }
        for table, values in now.items()
    }
    return {table: values for table, values in grown.items() if values}
