"""What the import itself writes, and the other names of areas."""

from sqlalchemy import BigInteger, Column, DateTime, Integer, Table, Text

from queries.tables.columns import identifier, metadata, optional, required

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
    required("kind", Text, "import, rollback, aliases, upgrade or demonstration"),
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
