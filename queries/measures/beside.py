"""Figures of single pages that are no sum over rows of one table: what each means, for tooltips and for 口径."""

from typing import NamedTuple

from queries.words import N_


class Beside(NamedTuple):
    """``page``: the title of the page that shows it; ``on``: date basis. Texts are English msgids."""

    page: str
    label: str
    why: str
    on: str


DEADLINES, PETITIONS, FUNNEL = N_("Deadlines"), N_("Petitions"), N_("Funnel")
CALLS, FOLLOW_UP, CHANGES = N_("Calls"), N_("Follow-up"), N_("Changes")
TODAY, ISSUED = N_("today"), N_("time of issue")
PUBLISHED, CLOSING = N_("time of publication"), N_("closed_at")
KAPLAN_MEIER = N_(
    "Median by Kaplan–Meier over the calls of the period: one that still waits counts for as long as it has "
    "waited, so that never coming does not shorten the time"
)

BESIDE = {
    "over": Beside(
        DEADLINES,
        N_("Overdue"),
        N_("The last day of a duty has passed, or the source says overdue. Of several terms the first counts."),
        TODAY,
    ),
    "today": Beside(DEADLINES, N_("Due today"), N_("The last day is today."), TODAY),
    "three": Beside(DEADLINES, N_("Due in 1—3 days"), N_("1 to 3 days are left, today not counted."), TODAY),
    "seven": Beside(DEADLINES, N_("Due in 4—7 days"), N_("4 to 7 days are left, today not counted."), TODAY),
    "later": Beside(
        DEADLINES,
        N_("In more than 7 days"),
        N_("More than 7 days are left; with paused terms and records without a term."),
        TODAY,
    ),
    "first": Beside(PETITIONS, N_("First time"), N_("Received in the period, repeating none"), N_("opened_at")),
    "backlog_pending": Beside(
        PETITIONS,
        N_("Backlog pending"),
        N_("Backlog petitions received by the end of the period and not closed by then"),
        N_("end of period"),
    ),
    "backlog_oldest": Beside(
        PETITIONS, N_("Oldest pending"), N_("Days from receipt to the end of the period"), N_("end of period")
    ),
    "letters_issued": Beside(PETITIONS, N_("Letters sent"), N_("Letters issued in the period"), ISSUED),
    "letters_due": Beside(
        PETITIONS,
        N_("Letters due"),
        N_("Letters of the period whose date to be answered by has come by the data date"),
        ISSUED,
    ),
    "letters_on_time": Beside(
        PETITIONS,
        N_("Letters answered on time"),
        N_("Answered by the date ÷ answered or overdue, of letters that have such a date"),
        ISSUED,
    ),
    "letters_overdue": Beside(
        PETITIONS,
        N_("Overdue, not answered"),
        N_("Not answered, and the date to be answered by has passed at the data date"),
        ISSUED,
    ),
    "barred": Beside(
        FUNNEL,
        N_("Who may have a payment order"),
        N_(
            "Requests that preservation, a debtor who cannot be reached, or an order not served within 30 days keeps "
            "from the procedure, of all requests so far"
        ),
        N_("end of period"),
    ),
    "arrival": Beside(CALLS, N_("Median time to arrive"), KAPLAN_MEIER, N_("time of the call")),
    "solving": Beside(CALLS, N_("Median time to solve"), KAPLAN_MEIER, N_("time of the call")),
    "held": Beside(
        FOLLOW_UP,
        N_("Held 180 days"),
        N_(
            "Of the disputes resolved (mediated, payment order or written off) in the twelve months that end with the "
            "period, or in the period where that is longer, the share that has not flared up again: Kaplan–Meier, so "
            "that those resolved recently count for as long as they were followed. 95% limits by log(−log)"
        ),
        CLOSING,
    ),
    "removed": Beside(
        CHANGES,
        N_("Removed"),
        N_("A kept older version of the data has the record, and the present one has not"),
        PUBLISHED,
    ),
    "merged": Beside(
        CHANGES,
        N_("Merged"),
        N_("The record was declared a repetition of another one after it had come in by itself"),
        PUBLISHED,
    ),
    "redated": Beside(
        CHANGES,
        N_("Dates changed"),
        N_("The date of receipt, acceptance, term or closing was another one before"),
        PUBLISHED,
    ),
    "reclassified": Beside(
        CHANGES,
        N_("Classified anew"),
        N_(
            "Category, nature, procedure, channel, street, responsible body or the mark of an old case was another one "
            "before"
        ),
        PUBLISHED,
    ),
    "reopened": Beside(
        CHANGES,
        N_("Reopened after closing"),
        N_("The record had been published as closed, and was open again in a later version"),
        PUBLISHED,
    ),
    "month_end": Beside(
        CHANGES,
        N_("Closed in the last two days of a month"),
        N_(
            "▲ more, ▽ less than expected, at a false discovery rate of 5%; a body without a mark is not told apart. "
            "Expected: what it closed on days of one kind (days off, first working day after them, other working "
            "days), spread evenly over all days of this kind. The figure says when files were closed, not why."
        ),
        CLOSING,
    ),
    "unasked": Beside(
        CHANGES,
        N_("Closed without a callback on record"),
        N_("no answer to any callback question and no visit paid"),
        CLOSING,
    ),
}
