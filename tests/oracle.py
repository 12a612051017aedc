"""Every measure once more, in plain Python over plain rows.

Written from the definitions (docs/measures.md) and not from the queries, so that the two can disagree. A rule says what
one record adds to a measure; the measure is the sum over the records, for a ratio a sum over a sum.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

Record = Any  # one row, its columns as attributes
DAY = timedelta(days=1)
RESOLVED = {"mediated", "payment_order", "written_off"}


@dataclass(frozen=True)
class Period:
    """From its first moment to the first one after it; ``known``: what happened before this moment is known."""

    start: datetime
    end: datetime
    known: datetime
    first_steps: Mapping[str, datetime] = field(default_factory=dict)  # case → when it entered its programme
    mediated: frozenset[str] = frozenset()  # the disputes whose outcome is mediated
    petitions: Mapping[str, Record] = field(default_factory=dict)  # those that others repeat, by number
    visited: frozenset[str] = frozenset()  # the disputes for which a visit was arranged

    def holds(self, moment: datetime | None) -> bool:
        return moment is not None and self.start <= moment < self.end


Rule = Callable[[Record, Period], float]

# --- one record -------------------------------------------------------------------------------------------------------


def closed(r: Record) -> datetime | None:
    """A record is closed when it has a closing time or its status says so; without a time, as of its opening."""
    if r.closed_at is not None:
        return r.closed_at
    return r.opened_at if r.status == "closed" else None


def closed_by(r: Record, moment: datetime) -> bool:
    when = closed(r)
    return when is not None and when < moment


def pending(r: Record, moment: datetime) -> bool:
    return r.opened_at < moment and not closed_by(r, moment)


def overdue(r: Record, p: Period) -> bool:
    at_data_date = p.end >= p.known
    if not pending(r, p.end):
        return False
    if at_data_date and r.overdue is not None:
        return r.overdue
    return r.due_at is not None and due_until(r) < min(p.end, p.known)


def late(r: Record) -> bool | None:
    if r.overdue is not None:
        return r.overdue
    return r.closed_at > due_until(r) if r.closed_at and r.due_at else None


def days_to_close(r: Record, p: Period) -> float | None:
    if not p.holds(r.closed_at) or r.closed_at < r.opened_at:
        return None
    return (r.closed_at - r.opened_at) / DAY


def age(r: Record, p: Period) -> float | None:
    return max((min(p.end, p.known) - r.opened_at) / DAY, 0) if pending(r, p.end) else None


# --- a record's part in a measure -------------------------------------------------------------------------------------


def received(r: Record, p: Period) -> bool:
    return p.holds(r.opened_at)


def closed_in(r: Record, p: Period) -> bool:
    return p.holds(closed(r))


def pending_at_end(r: Record, p: Period) -> bool:
    return pending(r, p.end)


def outcome(*outcomes: str) -> Rule:
    return lambda r, p: r.outcome in outcomes and p.holds(closed(r))


def answer(question: str, yes: bool) -> Rule:
    return lambda r, p: closed_in(r, p) and (getattr(r, question) is True if yes else getattr(r, question) is not None)


def amount(column: str) -> Rule:
    return lambda r, p: float(getattr(r, column) or 0) if closed_in(r, p) else 0.0


def old_enough(days: int) -> Rule:
    return lambda r, p: r.outcome in RESOLVED and closed_in(r, p) and closed(r) <= p.known - days * DAY


def reopened(days: int) -> Rule:
    def rule(r: Record, p: Period) -> bool:
        when = closed(r)
        again = r.reopened_at is not None and when is not None and when <= r.reopened_at <= when + days * DAY
        return again and bool(old_enough(days)(r, p))

    return rule


def last_second(moment: datetime, days: int) -> datetime:
    """Of the ``days``-th day after that of a moment."""
    return datetime.combine(moment.date() + (days + 1) * DAY, time()) - timedelta(seconds=1)


def due_until(r: Record) -> datetime | None:
    """A due time at midnight is a day, which counts whole."""
    return last_second(r.due_at, 0) if r.due_at and r.due_at.time() == time() else r.due_at


def deadline(r: Record) -> datetime | None:
    """60 days only where article 34 says so: of an appeal by the petition procedure (article 31(6))."""
    by_article = r.procedure == "petition" and r.nature == "申诉求决"
    return due_until(r) or (last_second(r.accepted_at or r.opened_at, 60) if by_article else None)


def reply_judged(r: Record, p: Period) -> bool:
    when = closed(r) or deadline(r)
    return deadline(r) is not None and p.holds(when) and when < p.known


def replied_on_time(r: Record, p: Period) -> bool:
    return reply_judged(r, p) and r.closed_at is not None and r.closed_at <= deadline(r)


def in_person(r: Record, p: Period) -> bool:
    words = ("来访", "走访", "上访", "接访", "visit", "walk in", "walk-in")
    return received(r, p) and any(word in r.channel.lower() for word in words)


def group(r: Record, p: Period) -> bool:
    return in_person(r, p) and (r.people_count or 0) >= 5


def heads(rule: Rule) -> Rule:
    return lambda r, p: (r.people_count or 0) if rule(r, p) else 0


def again(r: Record, p: Period, closed_before: bool) -> bool:
    earlier = p.petitions.get(r.repeat_of)
    if earlier is None or not received(r, p):
        return False
    when = closed(earlier)
    return (when is not None and when <= r.opened_at) is closed_before


def gone(r: Record, p: Period) -> bool:
    """Left the stock, in which nothing is before it was opened."""
    when = closed(r)
    return when is not None and p.holds(max(when, r.opened_at))


def accepted_judged(r: Record, p: Period) -> bool:
    return received(r, p) and (r.accepted_at is not None or last_second(r.opened_at, 15) < p.known)


def accepted_on_time(r: Record, p: Period) -> bool:
    return received(r, p) and r.accepted_at is not None and r.accepted_at <= last_second(r.opened_at, 15)


def with_amount(r: Record, p: Period) -> bool:
    return r.outcome == "mediated" and (r.amount_claimed or 0) > 0 and closed_in(r, p)


def performed(r: Record, p: Period) -> bool:
    known = r.performed_at is not None and r.performed_at < p.known
    return with_amount(r, p) and known and r.enforcement_at is None


def enforced(r: Record, p: Period) -> bool:
    return outcome("mediated")(r, p) and r.enforcement_at is not None and r.enforcement_at < p.known


def entered(r: Record, p: Period) -> bool:
    return p.holds(p.first_steps.get(r.case_id))


def resolved_before_filing(r: Record, p: Period) -> bool:
    if not entered(r, p) or r.outcome not in RESOLVED or not closed_by(r, p.known):
        return False
    return r.filed_at is None or closed(r) <= r.filed_at


COUNTS: dict[str, Rule] = {
    "received": received,
    "closed": closed_in,
    "pending": pending_at_end,
    "overdue": overdue,
    "mediated": outcome("mediated"),
    "resolved": outcome(*RESOLVED),
    "filed": lambda r, p: p.holds(r.filed_at),
    "pending_at_start": lambda r, p: pending(r, p.start),
    "cleared": gone,
    "returned": lambda r, p: again(r, p, True),
    "urged": lambda r, p: again(r, p, False),
    "persons": heads(received),
    "visits": in_person,
    "visitors": heads(in_person),
    "group_visits": group,
    "group_visitors": heads(group),
    "settled_by_mediation": lambda r, p: closed_in(r, p) and r.case_id in p.mediated,
    "amount_paid": amount("amount_paid"),
    "amount_waived": amount("amount_waived"),
    "amount_written_off": amount("amount_written_off"),
}
RATIOS: dict[str, tuple[Rule, Rule]] = {
    "clearance_rate": (closed_in, received),
    "closed_share": (lambda r, p: received(r, p) and closed_by(r, p.known), received),
    "case_closing_rate": (closed_in, lambda r, p: pending(r, p.start) + received(r, p)),
    "disposition_time": (pending_at_end, closed_in),
    "on_time_rate": (
        lambda r, p: closed_in(r, p) and late(r) is False,
        lambda r, p: closed_in(r, p) and late(r) is not None,
    ),
    "mediation_success_rate": (outcome("mediated"), outcome("mediated", "failed")),
    "resolution_rate": (
        lambda r, p: received(r, p) and r.outcome in RESOLVED and closed_by(r, p.known),
        received,
    ),
    "pretrial_resolution_rate": (resolved_before_filing, entered),
    "performance_rate": (performed, with_amount),
    "visit_arranged_rate": (
        lambda r, p: outcome(*RESOLVED)(r, p) and r.case_id in p.visited,
        outcome(*RESOLVED),
    ),
    "enforcement_rate": (enforced, outcome("mediated")),
    **{f"reopened_rate_{n}": (reopened(n), old_enough(n)) for n in (30, 90, 180)},
    "contact_rate": (answer("contacted", True), answer("contacted", False)),
    "solved_rate": (answer("solved", True), answer("solved", False)),
    "satisfied_rate": (answer("satisfied", True), answer("satisfied", False)),
    "callback_rate": (
        lambda r, p: closed_in(r, p) and (r.contacted, r.solved, r.satisfied) != (None, None, None),
        closed_in,
    ),
    "repeat_rate": (lambda r, p: received(r, p) and r.repeat_of is not None, received),
    "backlog_cleared_rate": (
        lambda r, p: r.backlog and r.opened_at < p.end and closed_by(r, p.end),
        lambda r, p: r.backlog and r.opened_at < p.end,
    ),
    "accepted_on_time_rate": (accepted_on_time, accepted_judged),
    "replied_on_time_rate": (replied_on_time, reply_judged),
}
QUANTILES = {"median_days": (0.5, days_to_close), "p90_days": (0.9, days_to_close), "pending_age_median": (0.5, age)}

# --- all records ------------------------------------------------------------------------------------------------------


def quantile(values: Iterable[float], q: float) -> float | None:
    """Linear interpolation between order statistics."""
    ordered = sorted(values)
    if not ordered:
        return None
    below, share = divmod((len(ordered) - 1) * q, 1)
    upper = ordered[min(int(below) + 1, len(ordered) - 1)]
    return ordered[int(below)] + share * (upper - ordered[int(below)])


def measured(key: str, records: Iterable[Record], p: Period, residents: int | None = None) -> dict[str, float | None]:
    """The measure under its key; for a ratio also ``key_n`` and ``key_d``."""
    if key in QUANTILES:
        q, days = QUANTILES[key]
        return {key: quantile((value for r in records if (value := days(r, p)) is not None), q)}
    if key in COUNTS:
        return {key: sum(COUNTS[key](r, p) for r in records)}
    if key == "litigation_per_10k":
        n, d, scale = sum(COUNTS["filed"](r, p) for r in records), residents or 0, 10_000
    else:
        records = list(records)
        n, d = (sum(rule(r, p) for r in records) for rule in RATIOS[key])
        scale = (p.end - p.start).days if key == "disposition_time" else 1
    return {key: n * scale / d if d else None, f"{key}_n": n, f"{key}_d": d}
