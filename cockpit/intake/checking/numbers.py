"""Text → number, as expressions of DuckDB: thousands separators, currencies, 万 and 亿."""

from cockpit.intake.checking.texts import half_width, literal, once

WHOLE = r"[+-]?\d{1,9}"
PLAIN = {".": r"[+-]?\d{1,15}(\.\d{1,20})?", ",": r"[+-]?\d{1,15}"}
"""What the engine reads by itself, into any type."""
CURRENCY = r"(?:¥|\$|CNY|RMB|人民币)"
DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+\.?\d*|\.\d+)(?:E[+-]?\d{1,3})?"
ANY = rf"(?i)^([+-]?) *{CURRENCY}? *([+-]?)({DIGITS}) *(万|亿)?(?:元|圆|CNY|RMB)?整?$"
EXACT = "DECIMAL(28, 8)"


def number(text: str, decimal: str, kind: str) -> str:
    """A finite number of the SQL type ``kind``, or null; ``decimal`` is the sign before the fraction.

    A whole number may have a fraction of zeros. The many usual texts are cast as they are, the others taken apart.
    """
    usual = half_width("t")
    swapped = f"translate({usual}, '.,', ',.')" if decimal == "," else usual
    parts = f"regexp_extract({swapped}, {literal(ANY)}, ['sign', 'inner', 'digits', 'unit'])"
    factor = "CASE m.unit WHEN '万' THEN 10000 WHEN '亿' THEN 100000000 ELSE 1 END"
    wide = "DOUBLE" if kind == "DOUBLE" else EXACT
    value = f"try_cast(m.sign || m.inner || replace(m.digits, ',', '') AS {wide})"
    check = {"DOUBLE": "isfinite(x)", "INTEGER": "x = floor(x)"}.get(kind, "true")
    plain = WHOLE if kind == "INTEGER" else PLAIN[decimal]
    other = once(parts, "m", once(f"{value} * {factor}", "x", f"CASE WHEN {check} THEN try_cast(x AS {kind}) END"))
    return (
        f"CASE WHEN regexp_full_match({text}, {literal(plain)}) THEN try_cast({text} AS {kind}) "
        f"WHEN {text} IS NOT NULL THEN {once(text, 't', other)} END"
    )
