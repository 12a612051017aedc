"""Which encoding a file of text is in."""

import codecs
from collections.abc import Iterable
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
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "hz": "hz"}
EXPECTED = ("utf-8", "gb18030", "big5", "big5hkscs", "utf-16-le", "utf-16-be", "cp1252")
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
    sample = (lines or head) + newline + b"".join(_outside_ascii(stream, rest))
    if _is_utf8(sample):
        return "utf-8"
    found = chardet.detect(sample, include_encodings=EXPECTED, max_bytes=len(sample))["encoding"] or "gb18030"
    return "cp950" if found.lower() == "big5" else widened(found)


def _outside_ascii(stream: BinaryIO, rest: bytes) -> Iterable[bytes]:
    """Whole lines that hold other bytes than ASCII, from the one that begins with ``rest``."""
    taken = 0
    while taken < ENOUGH and (block := stream.read(HEAD)):
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            if not line.isascii():
                taken += len(line) + 1
                yield line + b"\n"
        if len(rest) > ENOUGH:
            return
    if taken < ENOUGH and not rest.isascii():
        yield rest


def _sixteen_bits(head: bytes) -> str:
    """UTF-16 without its mark: ASCII characters have their zero byte on one side."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) // 100 + 1 or min(even, odd) * 4 > max(even, odd):
        return "utf-8" if _is_utf8(head) else "gb18030"
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True
