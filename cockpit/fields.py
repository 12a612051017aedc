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
    "complaint_steps": N_("Steps of petitions"),
    "letters": N_("Letters that urge a body to act"),
    "whistles": N_("Calls of streets to departments"),
    "follow_ups": N_("Visits after closing"),
    "term_changes": N_("Pauses and extensions of terms"),
    "payment_orders": N_("Requests for payment orders"),
    "milestones": N_("Dated facts about places"),
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
    "procedure": N_("Procedure"),
    "letter_id": N_("Number of the letter"),
    "letter": N_("Kind of letter"),
    "issued_at": N_("Issued on"),
    "answered_at": N_("Answered on"),
    "whistle_id": N_("Number of the call"),
    "arrive_by": N_("To arrive by"),
    "arrived_at": N_("Arrived on"),
    "record": N_("Number of the record"),
    "follow_up_id": N_("Number of the visit"),
    "target": N_("Kind of record"),
    "visitor": N_("Visitor"),
    "done_at": N_("Done on"),
    "change": N_("Pause or extension"),
    "started_at": N_("Began on"),
    "ended_at": N_("Ended on"),
    "days": N_("Days granted"),
    "reason": N_("Reason"),
    "preservation_at": N_("Preservation asked for on"),
    "debtor_reachable": N_("Debtor can be reached"),
    "applied_at": N_("Payment order asked for on"),
    "served_at": N_("Served on"),
    "objected_at": N_("Objected on"),
    "milestone": N_("Fact"),
    "happened_at": N_("Happened on"),
    "source": N_("Source"),
}
_IN_TABLE = {
    ("complaints", "case_id"): N_("Number of its dispute"),
    ("whistles", "organisation"): N_("Department called"),
    ("whistles", "opened_at"): N_("Whistled on"),
    ("whistles", "closed_at"): N_("Solved on"),
}
"""Where a column means something else in one table than elsewhere."""

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
PETITION_STEPS = {
    "transfer": N_("Transfer to the responsible body"),
    "hearing": N_("Hearing"),
    "reasoning": N_("Public reasoning"),
    "review": N_("Review"),
    "second_review": N_("Second review"),
}
PETITION_RESULTS = {
    "settled": N_("Agreement reached"),
    "upheld": N_("Claim supported"),
    "partly": N_("Partly supported"),
    "rejected": N_("Claim not supported"),
    "withdrawn": N_("Withdrawn"),
}
LETTERS = {
    "supervision": N_("Supervision letter"),
    "risk": N_("Risk warning letter"),
    "accountability": N_("Proposal to hold to account"),
}
_CODES_IN_TABLE = {
    ("mediators", "status"): {"active": N_("Active"), "suspended": N_("Suspended"), "listed": N_("Listed")},
    ("complaints", "procedure"): {
        "petition": N_("Petition procedure (article 31(6))"),
        "statutory": N_("Another statutory procedure"),
    },
    ("complaint_steps", "step"): PETITION_STEPS,
    ("complaint_steps", "result"): PETITION_RESULTS,
    ("letters", "letter"): LETTERS,
    ("follow_ups", "result"): {
        "stable": N_("Stable"),
        "relapsed": N_("Flared up again"),
        "unreached": N_("Not reached"),
    },
    ("follow_ups", "target"): {name: TABLES[name] for name in ("cases", "complaints")},
    ("term_changes", "target"): {name: TABLES[name] for name in ("cases", "complaints")},
    ("term_changes", "change"): {"pause": N_("Pause"), "extension": N_("Extension")},
    ("milestones", "milestone"): {"last_visit": N_("Last petition in person")},
}


def label(table: str, field: str) -> str:
    """What a column is called, as a msgid."""
    return _IN_TABLE.get((table, field)) or FIELDS.get(field, field)


def codes(table: str, field: str) -> dict[str, str]:
    """The words of the contract that ``field`` may hold → what they are called; empty for free text."""
    return _CODES_IN_TABLE.get((table, field)) or CODES.get(field, {})
