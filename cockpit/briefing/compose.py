"""A briefing from the facts of its week or month: every block, and every figure that stands in one."""

from collections.abc import Callable
from datetime import datetime

from cockpit import format, session
from cockpit.briefing import petitions
from cockpit.briefing.deadlines import deadlines
from cockpit.briefing.document import Block, Briefing, Made, Words, strong
from cockpit.briefing.facts import Facts
from cockpit.briefing.programme import clusters, funnel
from cockpit.briefing.summary import attention, headline, kpis, trend
from cockpit.briefing.worklist import monday, streets
from cockpit.i18n import _
from queries.filters import Filters
from queries.measures import MEASURES, VERSION
from queries.words import N_


def compose(filters: Filters, made_at: datetime) -> Briefing | None:
    """Every block that has something to say, in the usual order; None where there is no record at all."""
    facts = Facts(filters)
    if facts.empty:
        return None
    made = [BLOCKS[name](facts) for name in NAMES]
    title = (
        _("Weekly briefing on disputes and complaints")
        if filters.is_week
        else _("Monthly briefing on disputes and complaints")
    )
    return Briefing(
        title,
        filters,
        tuple(block for block, _figures in made if block is not None),
        tuple(figure for _block, figures in made for figure in figures),
        VERSION,
        session.mark(),
        made_at,
        session.viewer().rows,
    )


def definitions(facts: Facts) -> Made:
    keys = ["received", "closed", facts.about.rate, "median_days", *(() if facts.undated else ("overdue",))]
    if facts.marks_repeats:
        keys.append("repeat_rate")
    said = [f"{strong(_(MEASURES[key].label))}　{_(MEASURES[key].why)}" for key in keys]
    said += [
        _("Intervals are Wilson 95%; a change is significant where the intervals do not overlap."),
        _(
            "Control limits: three sigma around the mean of the 12 months before, holidays left out, widened for "
            "overdispersion; street and category are judged each by their own."
        ),
        _(
            "Shares are rounded half up and may not add to 100%. × stands for a count from 1 to 4, or one that would "
            "give such a count away."
        ),
        _("Source: the case and complaint tables of {district}, known to {moment}.").format(
            district=facts.filters.district or _("All districts"), moment=format.data_date(facts.filters.data_date)
        ),
    ]
    return Block("definitions", _("Definitions and source"), (Words(tuple(said), small=True),)), []


NAMES = {  # in the usual order; what a block is called where it is chosen
    "headline": N_("In short"),
    "kpis": N_("Key figures"),
    "trend": N_("Recent weeks or months"),
    "attention": N_("What moved, and what did not"),
    "monday": N_("To act on"),
    "deadlines": N_("Deadlines"),
    "petitions": N_("Petitions"),
    "streets": N_("Streets"),
    "funnel": N_("Funnel"),
    "clusters": N_("Clusters"),
    "definitions": N_("Definitions and source"),
}
BLOCKS: dict[str, Callable[[Facts], Made]] = {
    "headline": headline,
    "kpis": kpis,
    "trend": trend,
    "attention": attention,
    "monday": monday,
    "deadlines": deadlines,
    "petitions": petitions.block,
    "streets": streets,
    "funnel": funnel,
    "clusters": clusters,
    "definitions": definitions,
}
