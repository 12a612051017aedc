"""The published figures on a terminal."""

from cockpit import database, figures
from cockpit.errors import DatabaseError
from cockpit.figures import Judged
from cockpit.i18n import _
from queries import catalogue
from queries.words import N_


def computed(url: str) -> list[Judged]:
    """Every figure as the rows at ``url`` answer it; raises DatabaseError where these are not the demonstration."""

    def ask(question, *arguments):
        return database.fetch(question(*arguments), url)

    if not ask(catalogue.demonstration).iloc[0, 0]:
        raise DatabaseError(
            N_(
                "The published figures can only be held against the demonstration, and {database} holds other data. "
                "Build it with “python -m cockpit sample” in a database of its own."
            ),
            database=str(database.parse(url).database),
        )
    return list(figures.judged(ask))


def records(found: list[Judged], spoken: bool) -> list[dict]:
    """One record a printed number; ``spoken``: for people, else for programs."""
    return [(_said if spoken else _record)(one) for one in found]


def _said(one: Judged) -> dict:
    return {
        _("Number"): one.figure.id,
        _("Place"): f"{one.figure.place} · {one.figure.mechanism}",
        _("Printed"): one.figure.printed,
        _("Computed"): figures.told(one),
        _("Period"): figures.period(one.figure),
        _("State"): f"{figures.GLYPHS[one.state]} {_(figures.STATES[one.state])}",
    }


def _record(one: Judged) -> dict:
    figure = one.figure
    return {
        "id": figure.id,
        "place": figure.place,
        "mechanism": figure.mechanism,
        "printed": figure.printed,
        "computed": None if one.computed != one.computed else one.computed,
        "unit": figure.unit,
        "since": figure.since and figure.since.isoformat(),
        "until": figure.until and figure.until.isoformat(),
        "state": one.state,
    }
