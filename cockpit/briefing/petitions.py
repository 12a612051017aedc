"""The block of petitions: how timely they are answered, what became of the stock, the backlog, letters not answered."""

from dataclasses import replace

import pandas as pd

from cockpit import format, petitions, session
from cockpit.analysis.intervals import wilson
from cockpit.briefing import wording
from cockpit.briefing.document import Block, Figure, Made, Table, Words, name_of, strong
from cockpit.briefing.facts import Facts, few
from cockpit.i18n import _
from queries import letters
from queries.filters import Filters, before
from queries.tables import complaints

RATE, CLEARED = "replied_on_time_rate", "backlog_cleared_rate"
KEYS = (RATE, CLEARED, *petitions.BALANCE)


def block(facts: Facts) -> Made:
    """Sentences, and the streets by how timely they answer; of the period and of what stood at its end."""
    filters = facts.filters
    if not session.has_rows(complaints, filters):
        return None, []
    now, then = (session.figures(KEYS, complaints, period).iloc[0].to_dict() for period in (filters, before(filters)))
    if now["pending_at_start"] == 0 and now["received"] == 0:
        return None, []
    if not filters.is_over:
        then = dict.fromkeys(then)
    balance = petitions.discreet(pd.DataFrame([now])).iloc[0].to_dict()
    said = [wording.rate(RATE, now, then, filters), _stock(balance)]
    said += [_backlog(now)] if now[f"{CLEARED}_d"] != 0 else []
    issued, overdue = _letters(filters)
    said += [_unanswered(issued, overdue)] if issued else []
    parts, figures = [Words(tuple(said))], _figures(facts, now, balance)
    places = petitions.balances(filters)
    table = _places(places, filters)
    figures += [Figure("letters.overdue", few(overdue))] if issued else []
    note = _("the least timely first; fewer than 30 judged come last")
    return Block("petitions", _("Petitions"), (*parts, table), note), [*figures, *_by_place(facts, places)]


def _stock(row: dict) -> str:
    """期初 1,204 件，新增 1,321 件，化解 1,297 件，期末 1,228 件。"""
    start, new, gone, end = (format.told(row[key]) for key in petitions.BALANCE)
    text = _("Stock at the start {start}, new {new}, cleared {gone}, at the end {end}.")
    return text.format(start=start, new=new, gone=gone, end=strong(end))


def _backlog(row: dict) -> str:
    """积案化解率 82.1%（629 ÷ 766）。"""
    text = _("Backlog cleared: {rate} ({cleared} of {all}); a stock of its own, not the resolution rate of disputes.")
    return text.format(
        rate=strong(format.told(row[CLEARED], format.share)),
        cleared=format.told(row[f"{CLEARED}_n"]),
        all=format.told(row[f"{CLEARED}_d"]),
    )


def _letters(filters: Filters) -> tuple[int, int]:
    """Letters issued up to the end of the period, and those of them that are overdue and not answered."""
    bounds = session.reach()
    assert bounds is not None
    since = replace(filters, start=min(bounds.first, filters.start))
    frame = session.load(letters.by_kind, since, raw=True)
    return int(frame["issued"].sum()), int(frame["overdue"].sum())


def _unanswered(issued: int, overdue: int) -> str:
    text = _(
        "Letters (supervision, risk, accountability) issued so far: {issued}; overdue and not answered: {overdue}."
    )
    return text.format(issued=format.told(few(issued)), overdue=strong(format.told(few(overdue))))


def _places(frame: pd.DataFrame, filters: Filters) -> Table:
    by = filters.level
    head = (
        _("Street") if by == "street" else _("Community"),
        _("Answered on time (95% interval)"),
        "n",
        _("Stock at the start"),
        _("New"),
        _("Cleared"),
        _("Stock at the end"),
    )
    rows = tuple(
        (
            row[by] if isinstance(row[by], str) else _("Not stated"),
            _interval(row),
            *(format.told(row[key]) for key in (f"{RATE}_d", *petitions.BALANCE)),
        )
        for row in frame.to_dict("records")
    )
    return Table(head, rows, frozenset(range(2, 7)), (2.2, 2.8, 0.9, 1.1, 1, 1, 1.1))


def _interval(row: dict) -> str:
    if format.missing(row[RATE]):
        return format.HIDDEN if row[f"{RATE}_d"] != 0 else format.DASH
    low, high = wilson(row[f"{RATE}_n"], row[f"{RATE}_d"])
    interval = format.share_range(float(low), float(high))
    return _("{share} ({interval})").format(share=format.share(row[RATE]), interval=interval)


def _figures(facts: Facts, now: dict, balance: dict) -> list[Figure]:
    """What no other block tells: where the briefing is about complaints, its key figures say some of it."""
    told = set(facts.about.keys) if facts.table is complaints else {"received"}
    row = now | balance
    return [Figure.of(f"complaints.{key}", key, row) for key in KEYS if key not in told]


def _by_place(facts: Facts, frame: pd.DataFrame) -> list[Figure]:
    by, told = facts.filters.level, {"received", facts.about.rate} if facts.table is complaints else set()
    keys = [key for key in (RATE, *petitions.BALANCE) if key not in told]
    return [
        Figure.of(name_of(f"complaints.{key}", **{by: row[by] if isinstance(row[by], str) else ""}), key, row)
        for row in frame.to_dict("records")
        for key in keys
    ]
