"""Definitions that go by one word: each a measure, or a quotient of what measures are made of."""

from dataclasses import dataclass

from sqlalchemy import Table

from queries.measures import MEASURES
from queries.tables import cases, complaints
from queries.words import N_


@dataclass(frozen=True)
class Way:
    """One definition: a measure by its ``key``, or the quotient of what ``n`` less ``less`` and ``d`` add up to. Terms
    are columns of ``session.figures``: a measure, or its numerator (``…_n``) or denominator (``…_d``)."""

    key: str
    label: str = ""
    formula: str = ""
    n: tuple[str, ...] = ()
    d: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    table: Table | None = None  # where it is not the table of its group

    @property
    def is_measure(self) -> bool:
        return not self.n

    def terms(self) -> set[str]:
        """The measures that it is made of."""
        named = {self.key} if self.is_measure else {*self.n, *self.d, *self.less}
        return {name if name in MEASURES else name[:-2] for name in named}


@dataclass(frozen=True)
class Rivals:
    """Definitions that go by one word; the first is the one that the pages show. ``why``: in what they differ."""

    title: str
    why: str
    ways: tuple[Way, ...]
    tables: tuple[Table, ...]


def _asked(key: str, title: str) -> Rivals:
    """A callback rate over those who answered, and with everybody else taken as a no or as a yes."""
    return Rivals(
        title,
        N_(
            "The pages divide by those who answered. Whoever divides by all closed takes silence for a no; the two "
            "last rows say how far the rate could lie from it"
        ),
        (
            Way(key),
            Way(f"{key}_worst", N_("Silence taken as no"), N_("yes ÷ all closed"), (f"{key}_n",), ("callback_rate_d",)),
            Way(
                f"{key}_best",
                N_("Silence taken as yes"),
                N_("(all closed − no) ÷ all closed"),
                ("callback_rate_d", f"{key}_n"),
                ("callback_rate_d",),
                (f"{key}_d",),
            ),
        ),
        (complaints,),
    )


RIVALS = (
    Rivals(
        N_("How much was closed"),
        N_(
            "All three are called closing rate in reports. The first may exceed 100%, the second counts the old stock, "
            "the third follows only what came in during the period"
        ),
        (Way("clearance_rate"), Way("case_closing_rate"), Way("closed_share")),
        (cases, complaints),
    ),
    Rivals(
        N_("How much was resolved"),
        N_(
            "The first follows those received until the data date; the others look at what ended in the period and "
            "leave out what is still pending"
        ),
        (
            Way("resolution_rate"),
            Way("mediation_success_rate"),
            Way(
                "resolved_of_closed", N_("Resolved, of all closed"), N_("resolved ÷ closed"), ("resolved",), ("closed",)
            ),
            Way(
                "mediated_of_closed", N_("Mediated, of all closed"), N_("mediated ÷ closed"), ("mediated",), ("closed",)
            ),
        ),
        (cases,),
    ),
    Rivals(
        N_("Old cases and all others"),
        N_(
            "A cleared backlog says nothing about the rest: it is read beside the resolution of disputes and the "
            "closing of complaints, never instead of them"
        ),
        (
            Way("backlog_cleared_rate", table=complaints),
            Way("closed_share", table=complaints),
            Way("resolution_rate", table=cases),
        ),
        (cases, complaints),
    ),
    Rivals(
        N_("How much was on time"),
        N_(
            "Over what can be judged, over everything closed, and with what is overdue and not closed at all: who "
            "leaves late matters open improves the first only"
        ),
        (
            Way("on_time_rate"),
            Way(
                "on_time_of_closed",
                N_("Unknown taken as late"),
                N_("on time ÷ all closed"),
                ("on_time_rate_n",),
                ("closed",),
            ),
            Way(
                "on_time_with_pending",
                N_("With what is overdue and pending"),
                N_("on time ÷ (judged + overdue and pending)"),
                ("on_time_rate_n",),
                ("on_time_rate_d", "overdue"),
            ),
        ),
        (cases, complaints),
    ),
    Rivals(
        N_("On time by which term"),
        N_(
            "The first judges what was closed, by the source's flag or due time; the second also what is still open "
            "and overdue, by the due time, else the statutory term; the third asks for acceptance alone"
        ),
        (Way("on_time_rate"), Way("replied_on_time_rate"), Way("accepted_on_time_rate")),
        (complaints,),
    ),
    _asked("solved_rate", N_("How much was solved")),
    _asked("satisfied_rate", N_("How many are satisfied")),
)
