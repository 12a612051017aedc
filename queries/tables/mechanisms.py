"""What is done beside handling a record: letters, calls, visits, and what moves a term."""

from sqlalchemy import Boolean, Column, DateTime, Integer, Table, Text

from queries.tables.columns import identifier, metadata, optional, required

letters = Table(
    "letters",
    metadata,
    identifier("letter_id", "identifier of the letter (三函)"),
    required("district", Text, "district, canonical name"),
    optional("street", Text, "street or town it concerns"),
    required("letter", Text, "supervision (督查办函), risk (风险提示函) or accountability (问责建议书)"),
    required("organisation", Text, "body it is addressed to"),
    optional("complaint_id", Text, "the petition it is about"),
    required("issued_at", DateTime, "issued"),
    optional("due_at", DateTime, "to be answered by; midnight: by the end of that day"),
    optional("answered_at", DateTime, "answered; null = not yet"),
    comment="one letter that urges a body to act",
)

whistles = Table(
    "whistles",
    metadata,
    identifier("whistle_id", "identifier of the call (吹哨报到)"),
    required("district", Text, "district, canonical name"),
    optional("street", Text, "street or town that whistled"),
    optional("community", Text, "community or village"),
    required("category", Text, "subject"),
    required("channel", Text, "how the need was found"),
    required("organisation", Text, "department that was called"),
    required("opened_at", DateTime, "whistled"),
    optional("arrive_by", DateTime, "to be there by"),
    optional("arrived_at", DateTime, "reported on the spot; null = not yet"),
    optional("due_at", DateTime, "to be solved by; midnight: by the end of that day"),
    optional("closed_at", DateTime, "solved; null = not yet"),
    optional("record", Text, "the case or complaint it is about"),
    comment="one call of a street to a department",
)

follow_ups = Table(
    "follow_ups",
    metadata,
    identifier("follow_up_id", "identifier of the visit (回访)"),
    required("target", Text, "cases or complaints"),
    required("record", Text, "identifier of the record that had been closed"),
    required("visitor", Text, "kind of visitor: 平安志愿者, 网格员 …"),
    required("due_at", DateTime, "to be done by; midnight: by the end of that day"),
    optional("done_at", DateTime, "done; null = not yet"),
    optional("result", Text, "stable, relapsed or unreached; null = not yet done"),
    comment="one visit after a record was closed",
)

term_changes = Table(
    "term_changes",
    metadata,
    identifier("target", "table of the record"),
    identifier("record", "identifier of the record"),
    identifier("change", "pause or extension"),
    Column(
        "started_at", DateTime, primary_key=True, nullable=False, comment="the pause began, the extension was granted"
    ),
    optional("ended_at", DateTime, "the pause ended; null = still paused"),
    optional("days", Integer, "granted beyond the term, calendar days; of extensions only"),
    optional("reason", Text, "why: 鉴定, 听证, 补正材料 …"),
    comment="one event that moves a statutory term of an open record",
)

payment_orders = Table(
    "payment_orders",
    metadata,
    identifier("case_id", "the case"),
    optional("preservation_at", DateTime, "the creditor asked for pre-filing preservation"),
    optional("debtor_reachable", Boolean, "can papers be served on the debtor? null = not known"),
    optional("applied_at", DateTime, "payment order asked for"),
    optional("accepted_at", DateTime, "the court accepted the request"),
    optional("issued_at", DateTime, "payment order issued"),
    optional("served_at", DateTime, "served on the debtor"),
    optional("objected_at", DateTime, "the debtor objected in writing"),
    comment="what decides whether a case may take the payment-order procedure (督促程序), one row a case",
)

milestones = Table(
    "milestones",
    metadata,
    identifier("area_id", "the administrative area"),
    identifier("milestone", "last_visit (last petition in person, 走访)"),
    required("happened_at", DateTime, "when"),
    required("source", Text, "who says so"),
    comment="one dated fact about a place from before the records begin",
)
