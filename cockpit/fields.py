"""What the tables and columns of the contract are called, and the words that stand for its codes."""

from cockpit.casework import OUTCOMES, STATUSES, TRACKS
from cockpit.people import TIERS
from queries.words import N_

TABLES = {
    "complaints": N_("Complaints"),
    "cases": N_("Disputes"),
    "case_steps": N_("Steps of disputes"),
    "mediators": N_("Roll of mediators"),
    "organisations": N_("Mediation bodies"),
    "areas": N_("Administrative areas"),
    "area_aliases": N_("Other names of areas"),
}

FIELDS = {
    "case_id": N_("Number"),
    "complaint_id": N_("Number"),
    "mediator_id": N_("Mediator's number"),
    "organisation_id": N_("Number of the mediation body"),
    "area_id": N_("Code of the area"),
    "district": N_("District"),
    "street": N_("Street"),
    "community": N_("Community"),
    "lon": N_("Longitude"),
    "lat": N_("Latitude"),
    "category": N_("Category"),
    "subcategory": N_("Subcategory"),
    "channel": N_("Channel"),
    "track": N_("Track"),
    "programme": N_("Programme"),
    "nature": N_("Nature"),
    "people_count": N_("Persons"),
    "organisation": N_("Responsible body"),
    "opened_at": N_("Received on"),
    "accepted_at": N_("Accepted on"),
    "due_at": N_("Due on"),
    "closed_at": N_("Closed on"),
    "overdue": N_("Overdue (flag of the source)"),
    "status": N_("Status"),
    "outcome": N_("Outcome"),
    "contacted": N_("Person reached by callback"),
    "solved": N_("Matter solved"),
    "satisfied": N_("Person satisfied"),
    "repeat_of": N_("Repeats number"),
    "backlog": N_("Old case (backlog)"),
    "sponsor": N_("Leader in charge"),
    "amount_claimed": N_("Amount claimed"),
    "amount_paid": N_("Amount paid"),
    "amount_waived": N_("Amount waived"),
    "amount_written_off": N_("Amount written off"),
    "filed_at": N_("Filed with the court on"),
    "filing_no": N_("Court case number"),
    "performed_at": N_("Performed on"),
    "enforcement_at": N_("Enforcement on"),
    "reopened_at": N_("Reopened on"),
    "step": N_("Step"),
    "position": N_("Place of the step"),
    "entered_at": N_("Entered on"),
    "left_at": N_("Left on"),
    "result": N_("Result"),
    "name": N_("Name"),
    "kind": N_("Full time or part time"),
    "role": N_("Role"),
    "tier": N_("Tier"),
    "level": N_("Level"),
    "parent_id": N_("Code of the area above"),
    "population": N_("Residents"),
    "alias": N_("Other name"),
}

CODES = {
    "status": STATUSES,
    "outcome": OUTCOMES,
    "track": TRACKS,
    "level": {"district": N_("District"), "street": N_("Street"), "community": N_("Community")},
    "tier": TIERS,
    "kind": {"full_time": N_("Full time"), "part_time": N_("Part time")},
    "role": {
        "mediator": N_("Mediator"),
        "legal_adviser": N_("Legal adviser"),
        "duty_lawyer": N_("Duty lawyer"),
        "counsellor": N_("Counsellor"),
    },
    "flag": {"true": N_("yes"), "false": N_("no")},
}
PEOPLE = {"active": N_("Active"), "suspended": N_("Suspended"), "listed": N_("Listed")}


def label(table: str, field: str) -> str:
    """What a column is called, as a msgid; the dispute that came of a complaint is not the complaint's own number."""
    return N_("Number of its dispute") if (table, field) == ("complaints", "case_id") else FIELDS.get(field, field)


def codes(table: str, field: str) -> dict[str, str]:
    """The words of the contract that ``field`` may hold → what they are called; empty for free text."""
    if (table, field) == ("mediators", "status"):
        return PEOPLE
    return CODES.get(field, {})
