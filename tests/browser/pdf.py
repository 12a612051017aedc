"""What a PDF says: its text, words with their place, fonts and size, as poppler reads them."""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree


class Word(NamedTuple):
    page: int
    text: str
    right: float  # pt
    width: float  # of the page, pt


def run(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()


def text(file: Path) -> str:
    return run("pdftotext", "-layout", file, "-")


def squeezed(said: str) -> str:
    """Without spaces and signs that cannot be seen: Chromium sets them as it likes."""
    return re.sub(r"[\s\u00a0\u2060\u200b]+", "", said)


def words(file: Path) -> list[Word]:
    document = ElementTree.fromstring(run("pdftotext", "-bbox", file, "-"))
    space = {"x": "http://www.w3.org/1999/xhtml"}
    return [
        Word(number, word.text or "", float(word.get("xMax", 0)), float(page.get("width", 0)))
        for number, page in enumerate(document.iterfind(".//x:page", space), 1)
        for word in page.iterfind("x:word", space)
    ]


def fonts(file: Path) -> list[tuple[str, str]]:
    """Embedded and with Unicode, for each font: yes or no."""
    rows = run("pdffonts", file).splitlines()[2:]
    return [(emb, uni) for *_name, emb, _sub, uni, _object, _id in (row.split() for row in rows)]


def info(file: Path) -> dict[str, str]:
    return {
        key.strip(): value.strip()
        for key, _, value in (line.partition(":") for line in run("pdfinfo", file).splitlines())
    }
