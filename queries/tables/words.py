"""The codes that the contract knows, and the years it believes."""

YEARS = (1950, 2100)
"""First and last year in which a time is believed: systems write 1900 for "not known" and 9999 for "never"."""

STATUSES = ("open", "closed")
OUTCOMES = ("mediated", "failed", "withdrawn", "transferred", "payment_order", "written_off", "filed", "unknown")
RESOLVED = ("mediated", "payment_order", "written_off")
TRACKS = ("people", "administrative", "judicial")
LEVELS = ("district", "street", "community")
TIERS = ("district_centre", "street_centre", "community_station", "agency", "platform", "team", "window", "studio")
MEDIATOR_KINDS = ("full_time", "part_time")
MEDIATOR_ROLES = ("mediator", "legal_adviser", "duty_lawyer", "counsellor")
MEDIATOR_STATUSES = ("active", "suspended", "listed")
NATURES = {"appeal": "申诉求决", "suggestion": "建议意见", "accusation": "检举控告"}
"""How a petition's nature is written, for the three kinds that the law treats apart; others (咨询 …) are free text."""
PROCEDURES = ("petition", "statutory")
PETITION_STEPS = ("transfer", "hearing", "reasoning", "review", "second_review")
PETITION_RESULTS = ("settled", "upheld", "partly", "rejected", "withdrawn")
LETTERS = ("supervision", "risk", "accountability")
FOLLOW_UP_RESULTS = ("stable", "relapsed", "unreached")
TERM_CHANGES = ("pause", "extension")
MILESTONES = ("last_visit",)
