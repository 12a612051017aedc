"""The data contract: every table, its grain, and what each column means.

Times are naive local timestamps, money is CNY, coordinates are WGS-84. Facts carry the names people use
(西乡街道, not 西乡); ``areas`` says which of them exist. A column is nullable only where the contract says so.
"""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Float, Integer, MetaData, Numeric, Table, Text

metadata = MetaData()

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


def required(name, type_, comment, **options):
    return Column(name, type_, nullable=False, comment=comment, **options)


def optional(name, type_, comment):
    return Column(name, type_, nullable=True, comment=comment)


def identifier(name, comment):
    return Column(name, Text, primary_key=True, nullable=False, comment=comment)


def place():
    """Where a record belongs; shared by both fact tables."""
    return (
        required("district", Text, "district, canonical name"),
        optional("street", Text, "street or town, canonical name"),
        optional("community", Text, "community or village"),
        optional("lon", Float, "longitude, WGS-84 degrees"),
        optional("lat", Float, "latitude, WGS-84 degrees"),
        optional("cell", Text, "H3 cell of resolution 8, computed at intake"),
    )


areas = Table(
    "areas",
    metadata,
    identifier("area_id", "identifier of the administrative area"),
    required("level", Text, "district, street or community"),
    required("name", Text, "canonical name, as the facts spell it"),
    optional("parent_id", Text, "area that contains this one"),
    optional("population", Integer, "resident population, persons"),
    optional("lon", Float, "longitude of its centre"),
    optional("lat", Float, "latitude of its centre"),
    comment="one administrative area",
)

cases = Table(
    "cases",
    metadata,
    identifier("case_id", "identifier of the dispute"),
    *place(),
    required("category", Text, "kind of dispute"),
    optional("subcategory", Text, "finer kind of dispute"),
    required("channel", Text, "how it came in"),
    optional("track", Text, "people, administrative or judicial mediation"),
    optional("programme", Text, "programme whose steps it follows"),
    optional("organisation_id", Text, "mediation body that handles it"),
    optional("mediator_id", Text, "mediator who handles it"),
    required("opened_at", DateTime, "received"),
    optional("accepted_at", DateTime, "accepted"),
    optional("due_at", DateTime, "to be closed by"),
    optional("closed_at", DateTime, "closed"),
    optional("overdue", Boolean, "the source's own flag; null = judged by due_at"),
    required("status", Text, "open or closed"),
    optional(
        "outcome",
        Text,
        "how it ended: mediated, failed, withdrawn, transferred, payment_order, written_off, filed, unknown",
    ),
    optional("amount_claimed", Numeric(18, 2), "claimed, CNY"),
    optional("amount_paid", Numeric(18, 2), "paid, CNY"),
    optional("amount_waived", Numeric(18, 2), "waived, CNY"),
    optional("amount_written_off", Numeric(18, 2), "written off, CNY"),
    optional("filed_at", DateTime, "filed with the court (立案)"),
    optional("filing_no", Text, "court case number"),
    optional("performed_at", DateTime, "agreement performed (自动履行)"),
    optional("enforcement_at", DateTime, "enforcement filed (进入执行)"),
    optional("reopened_at", DateTime, "flared up again (反复)"),
    comment="one dispute case (矛盾纠纷)",
)

case_steps = Table(
    "case_steps",
    metadata,
    identifier("case_id", "the case"),
    identifier("programme", "programme the step belongs to"),
    Column(
        "position",
        Integer,
        primary_key=True,
        nullable=False,
        autoincrement=False,
        comment="place of the step in the case's own path, from 1",
    ),
    required("step", Text, "step entered"),
    required("entered_at", DateTime, "when the case entered the step"),
    optional("left_at", DateTime, "when it left; null = still there, or not published"),
    optional("result", Text, "passed (to the next step) or the exit it took; null = none known"),
    comment="one step that a case entered",
)

complaints = Table(
    "complaints",
    metadata,
    identifier("complaint_id", "identifier of the complaint or petition"),
    *place(),
    required("channel", Text, "12345, letter, visit, online …"),
    required("category", Text, "subject"),
    optional("subcategory", Text, "finer subject"),
    optional("nature", Text, "申诉求决, 建议意见, 检举控告, 咨询 …"),
    optional("people_count", Integer, "persons (人次); a group from 5"),
    optional("organisation", Text, "responsible body (责任单位)"),
    required("opened_at", DateTime, "received"),
    optional("accepted_at", DateTime, "accepted"),
    optional("due_at", DateTime, "to be answered by"),
    optional("closed_at", DateTime, "closed"),
    optional("overdue", Boolean, "the source's own flag; null = judged by due_at"),
    required("status", Text, "open or closed"),
    optional("contacted", Boolean, "callback: was the person contacted? null = not asked or not reached"),
    optional("solved", Boolean, "callback: was it solved? null = not answered"),
    optional("satisfied", Boolean, "callback: satisfied? null = not answered"),
    optional("repeat_of", Text, "the earlier complaint of the same matter"),
    required("backlog", Boolean, "an old case of long standing (积案)", server_default="false"),
    optional("sponsor", Text, "leader in charge (包案领导)"),
    optional("case_id", Text, "the dispute opened from it (访调对接)"),
    comment="one complaint or petition (诉求/信访)",
)

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

loads = Table(
    "loads",
    metadata,
    identifier("load_id", "identifier of the import; 'demonstration' marks invented data"),
    required("target", Text, "table the rows went into"),
    required("file", Text, "name of the file"),
    required("sha256", Text, "hash of the file as it came"),
    required("rows_read", BigInteger, "rows in the file"),
    required("rows_kept", BigInteger, "rows taken"),
    required("rows_rejected", BigInteger, "rows not taken, listed in rejects"),
    required("rows_superseded", BigInteger, "earlier rows of the same id in the same file"),
    required("loaded_at", DateTime, "when it was published"),
    optional("as_of", DateTime, "data date of the file: what happened before this moment is known"),
    optional("mapping", Text, "name of the mapping it was read with"),
    optional("mapping_text", Text, "the mapping as it was, TOML"),
    optional("version", Integer, "the version of the data that it made, with the other files of one publish"),
    comment="one import",
)

load_fields = Table(
    "load_fields",
    metadata,
    identifier("load_id", "the import"),
    identifier("field", "column of the target"),
    required("rows", BigInteger, "rows in the file"),
    required("filled", BigInteger, "of these, with any text in the field"),
    required("valid", BigInteger, "of these, with a text that is a value of the field"),
    required("flagged", BigInteger, "of the rows kept, those in doubt for this field"),
    comment="one field of one import",
)

rejects = Table(
    "rejects",
    metadata,
    identifier("load_id", "the import"),
    Column(
        "line",
        BigInteger,
        primary_key=True,
        nullable=False,
        autoincrement=False,
        comment="record of the file, counted from its header's line",
    ),
    required("reason", Text, "why it was not taken"),
    required("raw", Text, "the row as it came, JSON"),
    optional("record", Text, "identifier of the record, where the row has one"),
    optional("corrected_by", Text, "the later import that brought it after all"),
    comment="one row that was not taken",
)

flags = Table(
    "flags",
    metadata,
    identifier("target", "table of the record"),
    identifier("record", "identifier of the record; of several columns with a slash between them"),
    identifier("field", "column in doubt"),
    identifier("reason", "why: a key of queries.quality.DOUBTS"),
    required("load_id", Text, "the import that brought the record as it is"),
    optional("value", Text, "what stands there"),
    comment="one doubt about one record that was kept",
)

history = Table(
    "history",
    metadata,
    identifier("load_id", "the import that changed it"),
    identifier("target", "table of the record"),
    identifier("record", "identifier of the record; of several columns with a slash between them"),
    identifier("field", "column that changed"),
    optional("old", Text, "value before"),
    optional("new", Text, "value after"),
    required("changed_at", DateTime, "when it was published"),
    comment="one changed value of one record",
)

versions = Table(
    "versions",
    metadata,
    Column(
        "version",
        Integer,
        primary_key=True,
        nullable=False,
        autoincrement=False,
        comment="number of the version, from 1",
    ),
    required("published_at", DateTime, "when readers began to see it"),
    required("published_by", Text, "user of the operating system, or who was signed in"),
    required("kind", Text, "import, rollback, aliases or demonstration"),
    optional("restores", Integer, "the version that a rollback brought back"),
    required("added", BigInteger, "records that came new"),
    required("changed", BigInteger, "records that changed"),
    required("measures", Text, "headline measures of all the data, JSON: table → key → value"),
    optional(
        "files", Text, "the files of an import, JSON: file, table, mapping, load_id, read, kept, rejected, superseded"
    ),
    comment="one state of the data that readers saw",
)

area_aliases = Table(
    "area_aliases",
    metadata,
    identifier("alias", "another way to write the name, as files have it"),
    identifier("area_id", "the area that is meant"),
    comment="one other name of an administrative area",
)

FACTS = {"cases": cases, "complaints": complaints}
