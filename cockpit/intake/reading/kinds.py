"""What a file is, by its bytes: a name may say anything."""

import mmap
import zipfile
from collections.abc import Iterable
from pathlib import Path

from queries.words import N_

TEXT, GZIP, ZIP, WORKBOOK = "text", "gzip", "zip", "workbook"
TABLES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".gz")

PROTECTED = N_("a file protected by a password")
WORD, SLIDES, ARCHIVE = (
    N_("a Word document"),
    N_("a presentation"),
    N_("an archive of a kind that is not unpacked here"),
)
PICTURE, DATABASE, PAGE = N_("a picture"), N_("a database file"), N_("a web page")
# Offset and bytes; what none of these begins with is text until it cannot be decoded.
SIGNATURES = (
    (0, b"%PDF-", N_("a PDF")),
    (0, b"\xff\xd8\xff", PICTURE),
    (0, b"\x89PNG\r\n", PICTURE),
    (0, b"GIF87a", PICTURE),
    (0, b"GIF89a", PICTURE),
    (0, b"II*\0", PICTURE),
    (0, b"MM\0*", PICTURE),
    (0, b"Rar!\x1a", ARCHIVE),
    (0, b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (0, b"\xfd7zXZ\0", ARCHIVE),
    (0, b"\x28\xb5\x2f\xfd", ARCHIVE),
    (257, b"ustar", ARCHIVE),
    (0, b"SQLite format 3\0", DATABASE),
    (8, b"DUCK", DATABASE),
    (0, b"{\\rtf", WORD),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams of an OLE file, which names them in UTF-16.
STREAMS = (
    ("EncryptedPackage", PROTECTED),
    ("WordDocument", WORD),
    ("PowerPoint Document", SLIDES),
    ("Workbook", WORKBOOK),
    ("Book", WORKBOOK),
)
# Members of a ZIP that is really a document.
PARTS = (("xl/workbook.", WORKBOOK), ("word/", WORD), ("ppt/", SLIDES))
OPEN_DOCUMENT = {b"spreadsheet": WORKBOOK, b"text": WORD, b"presentation": SLIDES}
MARKUP = (b"<!doctype html", b"<html", b"<table", b"<?xml")
OTHER = N_("a file of an unknown kind")


def of(path: Path) -> str:
    """TEXT, GZIP, ZIP or WORKBOOK; else words for what it seems to be, as a msgid."""
    with path.open("rb") as file:
        head = file.read(1 << 10)
    if head.startswith(b"\x1f\x8b"):
        return GZIP
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _of_zip(path)
    if head.startswith(OLE):
        return _of_ole(path)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(MARKUP):
        return PAGE
    return next((kind for offset, mark, kind in SIGNATURES if head.startswith(mark, offset)), TEXT)


def _of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as packed:
            names = packed.namelist()
            if "mimetype" in names and (kind := _of_open_document(packed)):
                return kind
    except zipfile.BadZipFile:
        return ZIP
    return _of_parts(names)


def _of_parts(names: Iterable[str]) -> str:
    if "[Content_Types].xml" not in names:
        return ZIP
    return next((kind for part, kind in PARTS if any(name.startswith(part) for name in names)), OTHER)


def _of_open_document(packed: zipfile.ZipFile) -> str | None:
    with packed.open("mimetype") as mimetype:
        said = mimetype.read(100)
    mark = b"application/vnd.oasis.opendocument."
    return OPEN_DOCUMENT.get(said.removeprefix(mark).strip(), OTHER) if said.startswith(mark) else None


def _of_ole(path: Path) -> str:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return next((kind for stream, kind in STREAMS if data.find(stream.encode("utf-16-le")) >= 0), OTHER)
