"""Packed files: what is in a ZIP, a gzip file, a workbook; and how much may come out of them."""

import gzip
import re
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol

from cockpit.errors import IntakeError
from cockpit.settings import settings
from queries.words import N_

RATIO = 100
# Short texts of one letter shrink further than any table; what stays below this harms nobody.
HARMLESS = 1 << 20
MEMBERS = 200
BLOCK = 1 << 20
XML = (".xml", ".rels", ".vml")
ENTITIES = re.compile(rb"<!(DOCTYPE|ENTITY)")
BROKEN = (EOFError, OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, UnicodeDecodeError)


class Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Allowance:
    """How many bytes may come out of a file of ``packed`` bytes; raises IntakeError beyond."""

    def __init__(self, name: str, packed: int) -> None:
        self.name, self.taken = name, 0
        self.most = settings().unpacked_mb << 20
        self.ratio = max(HARMLESS, packed * RATIO)

    def require(self, size: int) -> None:
        """That so many bytes in all are allowed."""
        if size > self.ratio:
            raise IntakeError(
                N_(
                    "{file} would unpack to more than {n} times its own size, which a table hardly does; perhaps it is "
                    "damaged. Fetch it again; if it is sound, unpack it and import what it holds."
                ),
                file=self.name,
                n=RATIO,
            )
        if size > self.most:
            raise IntakeError(
                N_(
                    "{file} would unpack to more than {limit} MB. Unpack it and import its parts one by one, or "
                    "have COCKPIT_UNPACKED_MB raised."
                ),
                file=self.name,
                limit=self.most >> 20,
            )

    def take(self, count: int) -> None:
        self.taken += count
        self.require(self.taken)


@contextmanager
def explained(name: str) -> Iterator[None]:
    """What is wrong with a packed file, as a sentence."""
    try:
        yield
    except BROKEN as problem:
        if isinstance(problem, OSError) and problem.errno is not None:
            raise
        raise IntakeError(
            N_("{file} is damaged and cannot be unpacked: {why}. Fetch it again."), file=name, why=problem
        ) from problem


class Counted:
    """What comes out of a packed file, counted as it is read."""

    def __init__(self, stream: Stream, allowance: Allowance) -> None:
        self.stream, self.allowance = stream, allowance

    def read(self, size: int, /) -> bytes:
        with explained(self.allowance.name):
            block = self.stream.read(size)
        self.allowance.take(len(block))
        return block


@contextmanager
def gunzipped(path: Path, name: str) -> Iterator[Counted]:
    """The content of a gzip file. Its last four bytes say how much that is; what really comes is counted too."""
    size = path.stat().st_size
    allowance = Allowance(name, size)
    with path.open("rb") as file:
        file.seek(max(size - 4, 0))
        allowance.require(int.from_bytes(file.read(4), "little"))
    with gzip.open(path) as content:
        yield Counted(content, allowance)


def members(path: Path, name: str) -> Iterator[tuple[str, Counted]]:
    """Name and content of each file in a ZIP, hidden ones left out; raises IntakeError before anything is unpacked."""
    with explained(name), zipfile.ZipFile(path) as packed:
        allowance = Allowance(name, path.stat().st_size)
        found = {_decoded(entry): entry for entry in _plain(_checked(packed, name, allowance), name)}
        for inner, entry in found.items():
            with packed.open(entry) as content:
                yield inner, Counted(content, allowance)


def _checked(packed: zipfile.ZipFile, name: str, allowance: Allowance) -> list[zipfile.ZipInfo]:
    """The files of an archive that may be opened, by what its directory says of them."""
    entries = [entry for entry in packed.infolist() if not entry.is_dir()]
    allowance.require(sum(entry.file_size for entry in entries))
    if any(entry.flag_bits & 1 for entry in entries):
        raise IntakeError(
            N_("{file} is protected by a password. Unpack it and import the files that it holds."), file=name
        )
    return entries


def _plain(entries: list[zipfile.ZipInfo], name: str) -> list[zipfile.ZipInfo]:
    """Those of them that people put there."""
    for entry in entries:
        _require_plain(entry, name)
    seen = [entry for entry in entries if not _hidden(_decoded(entry))]
    _require_distinct(seen, name)
    return seen


def _require_plain(entry: zipfile.ZipInfo, name: str) -> None:
    """A name inside the archive and a file of its own, not a way to another place."""
    inner = _decoded(entry).replace("\\", "/")
    path = PurePosixPath(inner)
    if path.is_absolute() or ".." in path.parts or inner[1:2] == ":" or stat.S_ISLNK(entry.external_attr >> 16):
        raise IntakeError(
            N_(
                "{file} holds {name!r}, which points to a place outside the archive. Do not use it; ask its sender for "
                "the files themselves."
            ),
            file=name,
            name=inner,
        )


def _require_distinct(entries: list[zipfile.ZipInfo], name: str) -> None:
    twice = [inner for inner, n in Counter(map(_decoded, entries)).items() if n > 1]
    if twice:
        raise IntakeError(
            N_("{file} holds {name!r} more than once. Unpack it and import the right one."), file=name, name=twice[0]
        )
    if len(entries) > MEMBERS:
        raise IntakeError(
            N_("{file} holds {n} files, more than {most}. Pack fewer into one archive."),
            file=name,
            n=len(entries),
            most=MEMBERS,
        )


def _hidden(inner: str) -> bool:
    parts = PurePosixPath(inner.replace("\\", "/")).parts
    return any(part.startswith(".") or part == "__MACOSX" for part in parts) or parts[-1] in (
        "Thumbs.db",
        "desktop.ini",
    )


def _decoded(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: only newer programs say that theirs is UTF-8, Chinese Windows writes GBK."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        raw = entry.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def require_sound_workbook(path: Path, name: str) -> None:
    """A workbook is a ZIP of XML: it may unpack to no more than another one, and may define no entities."""
    if not zipfile.is_zipfile(path):
        return
    with explained(name), zipfile.ZipFile(path) as packed:
        allowance = Allowance(name, path.stat().st_size)
        for entry in _checked(packed, name, allowance):
            with packed.open(entry) as content:
                _require_no_entities(Counted(content, allowance), entry.filename.lower().endswith(XML))


def _require_no_entities(content: Counted, xml: bool) -> None:
    rest = b""
    while block := content.read(BLOCK):
        # Without the zero bytes, UTF-16 looks as UTF-8 does.
        text = rest + block.replace(b"\0", b"")
        if xml and ENTITIES.search(text):
            raise IntakeError(
                N_(
                    "{file} holds a document type or entity definition, which no spreadsheet program writes; it was "
                    "not opened. Save it again as XLSX, or as CSV."
                ),
                file=content.allowance.name,
            )
        rest = text[-16:]
