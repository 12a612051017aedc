"""Rows of records in the reader's words, and as files that grow by slices, never by the whole table."""

from collections.abc import Callable, Iterator

import pandas as pd

from cockpit import export, format
from cockpit.casework import OUTCOMES, STATUSES, stated
from cockpit.i18n import _

CSV_MOST, XLSX_MOST, SLICE = 500_000, 100_000, 20_000
"""Rows that a file may hold, and how many of them are read at once."""

Ask = Callable[[int, int], pd.DataFrame]  # (limit, offset) → rows of queries.casework.rows


def labels() -> dict[str, str]:
    """What the columns of queries.casework.rows are called."""
    return {
        "case_id": _("Number"),
        "complaint_id": _("Number"),
        "street": _("Street"),
        "community": _("Community"),
        "category": _("Category"),
        "subcategory": _("Subcategory"),
        "channel": _("Channel"),
        "track": _("Track"),
        "organisation": _("Responsible body"),
        "opened_at": _("Received on"),
        "due_at": _("Due on"),
        "closed_at": _("Closed on"),
        "status": _("Status"),
        "outcome": _("Outcome"),
        "solved": _("Solved"),
        "late": _("Closed late"),
        "days": _("Days"),
    }


def worded(frame: pd.DataFrame) -> pd.DataFrame:
    """Codes as words, yes and no, days with one decimal; a missing street is named."""
    words: dict[str, dict] = {
        "status": {code: _(text) for code, text in STATUSES.items()},
        "outcome": {code: _(text) for code, text in OUTCOMES.items()},
        "solved": {True: _("yes"), False: _("no")},
        "late": {True: _("yes"), False: _("no")},
    }
    changed = {name: frame[name].map(texts) for name, texts in words.items() if name in frame}
    places = {name: [_known(name, value) for value in frame[name]] for name in ("street", "track") if name in frame}
    return frame.assign(**changed, **places, days=frame["days"].astype(float).round(1))


def _known(name: str, value) -> str:
    return stated(name, None if format.missing(value) else value)


def slices(ask: Ask, most: int) -> Iterator[pd.DataFrame]:
    """The rows in the order of the question, ``SLICE`` at a time, at most ``most``; at least one frame, even empty."""
    for offset in range(0, most, SLICE):
        frame = ask(min(SLICE, most - offset), offset)
        if len(frame) or not offset:
            yield frame
        if len(frame) < SLICE:
            return


def csv(ask: Ask) -> bytes:
    """At most ``CSV_MOST`` rows, with a byte order mark for Excel."""
    pieces = [
        export.lines(worded(frame).rename(columns=labels()), header=not place)
        for place, frame in enumerate(slices(ask, CSV_MOST))
    ]
    return "".join(pieces).encode("utf-8-sig")


def xlsx(ask: Ask, about: dict[str, str]) -> bytes:
    """At most ``XLSX_MOST`` rows, and a sheet that says what they are."""
    frame = pd.concat([worded(piece) for piece in slices(ask, XLSX_MOST)], ignore_index=True)
    return export.xlsx(frame.rename(columns=labels()), about)
