"""Text → number, as expressions of DuckDB: thousands separators, currencies, 万 and 亿."""

from cockpit.intake.texts import half_width, literal

PLAIN = {".": r"[+-]?\d+(\.\d+)?", ",": r"[+-]?\d+"}
CURRENCY = r"(?:¥|\$|CNY|RMB|人民币)"
DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+\.?\d*|\.\d+)(?:E[+-]?\d{1,3})?"
ANY = rf"(?i)^([+-]?) *{CURRENCY}? *([+-]?)({DIGITS}) *(万|亿)?(?:元|圆|CNY|RMB)?整?$"
EXACT = "DECIMAL(28, 8)"


def number(text: str, decimal: str, kind: str) -> str:
    """A number of the SQL type ``kind``, or null; ``decimal`` is the sign before the fraction."""
    usual = half_width(text)
    swapped = f"translate({usual}, '.,', ',.')" if decimal == "," else usual
    parts = f"regexp_extract({swapped}, {literal(ANY)}, ['sign', 'inner', 'digits', 'unit'])"
    factor = "CASE m.unit WHEN '万' THEN 10000 WHEN '亿' THEN 100000000 ELSE 1 END"
    wide = "DOUBLE" if kind == "DOUBLE" else EXACT
    value = f"try_cast(m.sign || m.inner || replace(m.digits, ',', '') AS {wide})"
    return (
        f"CASE WHEN regexp_full_match({text}, {literal(PLAIN[decimal])}) THEN try_cast({text} AS {kind}) "
        f"ELSE list_transform([{parts}], lambda m: try_cast({value} * {factor} AS {kind}))[1] END"
    )
