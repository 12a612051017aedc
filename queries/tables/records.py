"""What is counted: areas, disputes, complaints, and the steps of both."""

from sqlalchemy import Boolean, Column, DateTime, Float, Integer, Numeric, Table, Text

from queries.tables.columns import identifier, metadata, optional, place, required

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
    optional("due_at", DateTime, "to be closed by; midnight: by the end of that day"),
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
    optional("due_at", DateTime, "to be answered by; midnight: by the end of that day"),
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
    optional("procedure", Text, "petition (handled by 信访工作条例 31(6)) or statutory (a procedure of its own)"),
    comment="one complaint or petition (诉求/信访)",
)

complaint_steps = Table(
    "complaint_steps",
    metadata,
    identifier("complaint_id", "the petition"),
    Column(
        "position",
        Integer,
        primary_key=True,
        nullable=False,
        autoincrement=False,
        comment="place of the step in the petition's own path, from 1",
    ),
    required(
        "step", Text, "transfer (转送交办), hearing (听证), reasoning (评理), review (复查), second_review (复核)"
    ),
    required("entered_at", DateTime, "handed over, asked for or requested"),
    optional("left_at", DateTime, "when it was done: notified, held, decided; null = not yet"),
    optional("result", Text, "settled, upheld, partly, rejected or withdrawn; null = none known"),
    comment="one step beside the ordinary handling that a petition entered",
)
