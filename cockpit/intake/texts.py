"""Names, literals and texts in SQL of DuckDB."""

from collections.abc import Iterable

SPACES = " \t\r\n\v\f\u00a0\u3000\ufeff"
AT_AN_END = r"^[ \t\r\n\x0b\f\x{a0}\x{3000}\x{feff}]|[ \t\r\n\x0b\f\x{a0}\x{3000}\x{feff}]$"
WIDE = "".join(map(chr, range(0xFF01, 0xFF5F))) + "\u3000\u2212\uffe5"
NARROW = "".join(map(chr, range(0x21, 0x7F))) + " -¥"
HAS_WIDE = r"[\x{ff01}-\x{ff5e}\x{3000}\x{2212}\x{ffe5}]"


def name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def listed(texts: Iterable[str]) -> str:
    return ", ".join(literal(text) for text in texts)


def trimmed(text: str) -> str:
    """Without white space at both ends; only the texts that have some are rewritten."""
    return (
        f"CASE WHEN regexp_matches({text}, {literal(AT_AN_END)}) THEN trim({text}, {literal(SPACES)}) ELSE {text} END"
    )


def half_width(text: str) -> str:
    """Full-width digits, letters and signs as ASCII has them."""
    return f"CASE WHEN {is_wide(text)} THEN translate({text}, {literal(WIDE)}, {literal(NARROW)}) ELSE {text} END"


def is_wide(text: str) -> str:
    return f"regexp_matches({text}, {literal(HAS_WIDE)})"


def narrow(text: str) -> str:
    """``half_width`` of a text of our own."""
    return text.translate(str.maketrans(WIDE, NARROW))
