"""Which encoding a file of text is in."""

import codecs
import re
from collections.abc import Iterable
from functools import partial
from typing import BinaryIO

import chardet

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A file that calls itself GB2312 or GBK mostly holds characters of the larger set, which contains both.
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030"}
WESTERN = "cp1252"
EXPECTED = ("utf-8", "gb18030", "big5", "big5hkscs", "utf-16-le", "utf-16-be", WESTERN)
HEAD = 1 << 16
ENOUGH = 1 << 18


def widened(name: str) -> str:
    return WIDER.get(codecs.lookup(name).name, codecs.lookup(name).name)


def detect(stream: BinaryIO) -> str:
    """The encoding of a stream of bytes: its mark, else UTF-8 if it is that, else the likeliest of the Chinese ones.

    Judges the beginning and the first 256 kB of lines outside ASCII, wherever in the file they stand.
    """
    head = stream.read(HEAD)
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    if b"\0" in head:
        return _sixteen_bits(head)
    lines, newline, rest = head.rpartition(b"\n") if len(head) == HEAD else (head, b"", b"")
    sample = b"".join(line for line in ((lines or head) + newline).splitlines(keepends=True) if not line.isascii())
    return _likeliest(sample + b"".join(_outside_ascii(stream, rest)))


def _outside_ascii(stream: BinaryIO, rest: bytes) -> Iterable[bytes]:
    """Whole lines that hold other bytes than ASCII, from the one that begins with ``rest``."""
    taken = 0
    while taken < ENOUGH and (block := stream.read(HEAD)):
        if rest.isascii() and block.isascii():
            rest = block.rpartition(b"\n")[2]
            continue
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            if not line.isascii():
                taken += len(line) + 1
                yield line + b"\n"
        if len(rest) > ENOUGH:
            return
    if taken < ENOUGH and not rest.isascii():
        yield rest


def _likeliest(sample: bytes) -> str:
    """A few broken characters do not make another encoding of a text."""
    if _damage(sample, "utf-8") * 50 <= len(sample.decode("utf-8", "ignore")):
        return "utf-8"
    found = (chardet.detect(sample, include_encodings=EXPECTED, max_bytes=len(sample))["encoding"] or WESTERN).lower()
    if found in (WESTERN, "windows-1252"):
        return WESTERN if _single(sample) else min(("gb18030", "cp950"), key=partial(_damage, sample))
    return "cp950" if found == "big5" else widened(found)


def _damage(sample: bytes, encoding: str) -> int:
    return sample.decode(encoding, "replace").count("\ufffd")


def _single(sample: bytes) -> bool:
    """Accents stand alone between ASCII letters; the bytes of Chinese characters keep company."""
    runs = re.findall(rb"[\x80-\xff]+", sample)
    return sum(len(run) == 1 for run in runs) * 2 > len(runs)


def _sixteen_bits(head: bytes) -> str:
    """UTF-16 without its mark: ASCII characters have their zero byte on one side."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) // 100 + 1 or min(even, odd) * 4 > max(even, odd):
        return _likeliest(head.replace(b"\0", b""))
    return "utf-16-le" if odd > even else "utf-16-be"
