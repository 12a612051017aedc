"""Who works on them: people and bodies."""

from sqlalchemy import Table, Text

from queries.tables.columns import identifier, metadata, optional, required

mediators = Table(
    "mediators",
    metadata,
    identifier("mediator_id", "identifier of the person"),
    required("name", Text, "full name"),
    required("kind", Text, "full_time or part_time"),
    required("role", Text, "mediator, legal_adviser, duty_lawyer or counsellor"),
    optional("organisation_id", Text, "body the person belongs to"),
    required("status", Text, "active, suspended or listed (黑名单)"),
    comment="one mediator or other person on the roll",
)

organisations = Table(
    "organisations",
    metadata,
    identifier("organisation_id", "identifier of the body"),
    required("name", Text, "name"),
    required("tier", Text, "district_centre, street_centre, community_station, agency, platform, team, window, studio"),
    required("district", Text, "district it works for"),
    optional("street", Text, "street it works for; null = the whole district"),
    comment="one mediation body",
)
