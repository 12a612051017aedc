"""One row of a question of queries.deadlines, as the engine takes it; what a test does not care about is missing."""

from datetime import date

import pandas as pd

from cockpit.deadlines import rules, terms
from queries.deadlines import COLUMNS

BESIDE = {"cases": ("overdue",), "complaints": ("overdue",), "payment_orders": ("barred",)}
CHANGES = ("target", "record", "change", "started_at", "ended_at", "days")


def frame(table: str, *rows: dict) -> pd.DataFrame:
    """Rows of a table; times as text. Without ``record`` a row is the record ``x``."""
    names = ("record", "body", *COLUMNS[table], *BESIDE.get(table, ()))
    whole = pd.DataFrame([dict.fromkeys(names) | {"record": "x"} | row for row in rows], columns=list(names))
    times = {name: pd.to_datetime(whole[name]) for name in names if name.endswith("_at")}
    return whole.assign(**times)


def changes(*rows: tuple) -> pd.DataFrame:
    """Events of record ``x``: target, change, started, ended, days."""
    whole = [dict(zip(CHANGES, (target, "x", *rest), strict=True)) for target, *rest in rows]
    known = pd.DataFrame(whole, columns=list(CHANGES))
    return known.assign(**{name: pd.to_datetime(known[name]) for name in ("started_at", "ended_at")})


PLACE = rules.joined(rules.book(), rules.Book(pauses=("petition.close",)), None)
"""The rulebook of a place whose own rules let petitions stand still."""


def running(
    today: str, events: pd.DataFrame | None = None, book: rules.Book | None = None, **tables: pd.DataFrame
) -> pd.DataFrame:
    """The terms that run on a day, with the rule's key, its article and law beside them; dates as dates."""
    versions = rules.versions(book or rules.book())
    found = terms.running(tables, changes() if events is None else events, versions, date.fromisoformat(today))
    known = [rules.version_of(int(place), versions) for place in found["version"]]
    return found.assign(
        key=[one.rule.key if one else "source" for one in known],
        article=[f"{one.law.name.zh} {one.article}" if one else "" for one in known],
        last=[None if pd.isna(last) else last.date() for last in found["last"]],
    )
