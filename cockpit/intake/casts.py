"""Text → value, as expressions of DuckDB. Each is null where the text is null or says nothing of its type."""

from sqlalchemy import Boolean, Column, DateTime, Float, Integer, Numeric

from cockpit.intake import contract
from queries.tables import YEARS

SPACES = " \t\r\n\v\f\u00a0\u3000\ufeff"
YES = ("true", "t", "yes", "y", "1", "是")
NO = ("false", "f", "no", "n", "0", "否")
DAYS = ("%Y-%m-%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
CLOCKS = ("", " %H:%M:%S", " %H:%M:%S.%f", " %H:%M", " %H时%M分", " %H时%M分%S秒", "%H时%M分", "%H时%M分%S秒")
USUAL = (*(day + clock for day in DAYS for clock in CLOCKS), "%Y%m%d%H%M%S")
OFFSET = r"(\d:\d{2}(:\d{2}(\.\d+)?)?)\s*(Z|UTC|[+-]\d{2}(:?\d{2})?)$"
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
GROUPED = r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$"


def name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def listed(texts) -> str:
    return ", ".join(literal(text) for text in texts)


def trimmed(text: str) -> str:
    return f"trim({text}, {literal(SPACES)})"


def mapped(text: str, values: dict[str, str], other: str) -> str:
    """``text`` by their → ours; a value of ours that is empty means null, ``other`` names the rule for all the rest."""
    rest = literal(values[other].strip()) if other in values else text
    cases = "".join(
        f" WHEN {literal(theirs.strip())} THEN {literal(ours.strip())}"
        for theirs, ours in values.items()
        if theirs != other
    )
    chosen = f"CASE {text}{cases} ELSE {rest} END" if cases else rest
    return f"CASE WHEN {text} IS NOT NULL THEN nullif({chosen}, '') END"


def moment(text: str, formats: list[str] | None) -> str:
    """A time by the formats in their order, else by the usual ones. The clock stays as written, offsets are dropped."""
    local = f"regexp_replace({text}, {literal(OFFSET)}, '\\1')"
    if formats:
        source = local if any("%z" in one for one in formats) else text
        parsed = f"try_strptime({source}, [{listed(one.replace('%z', '').strip() for one in formats)}])"
    else:
        plain = f"regexp_replace(translate({local}, '/T', '- '), '(\\.\\d{{6}})\\d+$', '\\1')"
        parsed = f"try_strptime({plain}, [{listed(USUAL)}])"
    return f"CASE WHEN year({parsed}) BETWEEN {YEARS[0]} AND {YEARS[1]} THEN {parsed} END"


def number(text: str, decimal: str) -> str:
    """The digits of a number: currency signs go, commas go where they group by threes."""
    swapped = f"translate({text}, '.,', ',.')" if decimal == "," else text
    bare = f"trim(regexp_replace({swapped}, '^[¥￥$]|元$', '', 'g'))"
    plain = f"CASE WHEN regexp_full_match({bare}, {literal(GROUPED)}) THEN replace({bare}, ',', '') ELSE {bare} END"
    return f"regexp_extract({plain}, {literal(NUMBER)})"


def yes_no(text: str) -> str:
    return f"CASE WHEN lower({text}) IN ({listed(YES)}) THEN true WHEN lower({text}) IN ({listed(NO)}) THEN false END"


def cast(column: Column, text: str, formats: list[str] | None, decimal: str) -> str:
    """``text`` as a value of the column's type."""
    words = contract.vocabulary(column)
    if words:
        return f"CASE WHEN {text} IN ({listed(words)}) THEN {text} END"
    if isinstance(column.type, DateTime):
        return moment(text, formats)
    if isinstance(column.type, Boolean):
        return yes_no(text)
    if isinstance(column.type, Float):
        value = f"try_cast({number(text, decimal)} AS DOUBLE)"
        return f"CASE WHEN isfinite({value}) THEN {value} END"
    if isinstance(column.type, Numeric):
        return f"try_cast({number(text, decimal)} AS DECIMAL({column.type.precision}, {column.type.scale}))"
    if isinstance(column.type, Integer):
        value = f"try_cast({number(text, decimal)} AS DECIMAL(18, 6))"
        return f"CASE WHEN {value} = floor({value}) THEN try_cast({value} AS INTEGER) END"
    return text


def complaint(column: Column) -> str:
    """What is wrong with a text that gave no value of the column's type."""
    if contract.vocabulary(column):
        return "unknown value"
    if isinstance(column.type, DateTime):
        return "not a time"
    if isinstance(column.type, Boolean):
        return "not yes or no"
    return "not a number"
