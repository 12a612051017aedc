"""Text → value, as expressions of DuckDB. Each is null where the text is null or says nothing of its type."""

from sqlalchemy import Boolean, Column, DateTime, Float, Integer, Numeric, Text

from cockpit.intake import contract
from cockpit.intake.numbers import number
from cockpit.intake.texts import half_width, is_wide, listed, literal, name, narrow, trimmed
from cockpit.intake.times import AS_WRITTEN, Clock, moment

YES = ("true", "t", "yes", "y", "1", "是")
NO = ("false", "f", "no", "n", "0", "否")

__all__ = ["AS_WRITTEN", "Clock", "cast", "complaint", "listed", "literal", "mapped", "moment", "name", "trimmed"]


def mapped(text: str, values: dict[str, str], other: str) -> str:
    """``text`` by their → ours, as it is written, else as it is written in half width.

    A value of ours that is empty means null; ``other`` names the rule for all the rest.
    """
    rest = literal(values[other].strip()) if other in values else text
    pairs = {theirs.strip(): ours.strip() for theirs, ours in values.items() if theirs != other}
    if not pairs:
        return f"CASE WHEN {text} IS NOT NULL THEN nullif({rest}, '') END"
    wide = f"CASE WHEN {is_wide(text)} THEN {_looked_up(half_width(text), _narrow(pairs), rest)} ELSE {rest} END"
    return f"CASE WHEN {text} IS NOT NULL THEN nullif({_looked_up(text, pairs, wide)}, '') END"


def _narrow(pairs: dict[str, str]) -> dict[str, str]:
    return {narrow(theirs): ours for theirs, ours in reversed(pairs.items())}


def _looked_up(text: str, pairs: dict[str, str], rest: str) -> str:
    cases = "".join(f" WHEN {literal(theirs)} THEN {literal(ours)}" for theirs, ours in pairs.items())
    return f"CASE {text}{cases} ELSE {rest} END"


def yes_no(text: str) -> str:
    said = f"lower({half_width(text)})"
    return f"CASE WHEN {said} IN ({listed(YES)}) THEN true WHEN {said} IN ({listed(NO)}) THEN false END"


def cast(column: Column, text: str, formats: list[str] | None, decimal: str, clock: Clock = AS_WRITTEN) -> str:
    """``text`` as a value of the column's type."""
    words = contract.vocabulary(column)
    if words:
        return f"CASE WHEN {text} IN ({listed(words)}) THEN {text} END"
    if isinstance(column.type, DateTime):
        return moment(text, formats, clock)
    if isinstance(column.type, Boolean):
        return yes_no(text)
    if isinstance(column.type, Float):
        value = number(text, decimal, "DOUBLE")
        return f"CASE WHEN isfinite({value}) THEN {value} END"
    if isinstance(column.type, Numeric):
        return number(text, decimal, f"DECIMAL({column.type.precision}, {column.type.scale})")
    if isinstance(column.type, Integer):
        value = number(text, decimal, "DECIMAL(18, 6)")
        return f"CASE WHEN {value} = floor({value}) THEN try_cast({value} AS INTEGER) END"
    return text


def is_text(column: Column) -> bool:
    return isinstance(column.type, Text) and not contract.vocabulary(column)


def complaint(column: Column) -> str:
    """What is wrong with a text that gave no value of the column's type."""
    if contract.vocabulary(column):
        return "unknown value"
    if isinstance(column.type, DateTime):
        return "not a time"
    if isinstance(column.type, Boolean):
        return "not yes or no"
    return "not a number"
