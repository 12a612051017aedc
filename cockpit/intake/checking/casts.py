"""Text → value, as expressions of DuckDB. Each is null where the text is null or says nothing of its type."""

from sqlalchemy import Boolean, Column, DateTime, Float, Integer, Numeric, Text

from cockpit.intake import contract
from cockpit.intake.checking.numbers import number
from cockpit.intake.checking.texts import half_width, is_wide, listed, literal, name, narrow, once, trimmed
from cockpit.intake.checking.times import AS_WRITTEN, Clock, moment

YES = ("true", "t", "yes", "y", "1", "是")
NO = ("false", "f", "no", "n", "0", "否")

__all__ = ["AS_WRITTEN", "Clock", "cast", "complaint", "listed", "literal", "mapped", "moment", "name", "trimmed"]


def mapped(text: str, values: dict[str, str], other: str) -> str:
    """``text`` by their → ours, as it is written, else as it is written in half width.

    A value of ours that is empty means null; ``other`` names the rule for all the rest.
    """
    pairs = {theirs.strip(): _ours(ours) for theirs, ours in values.items() if theirs != other}

    def rest(text: str) -> str:
        return f"CASE WHEN {text} IS NOT NULL THEN {_ours(values[other])} END" if other in values else text

    if not pairs:
        return rest(text)
    found = once(half_width("t"), "w", _looked_up("w", _narrow(pairs), rest("t")))
    return _looked_up(text, pairs, once(text, "t", f"CASE WHEN {is_wide('t')} THEN {found} ELSE {rest('t')} END"))


def _ours(value: str) -> str:
    return literal(value.strip()) if value.strip() else "NULL"


def _narrow(pairs: dict[str, str]) -> dict[str, str]:
    return {narrow(theirs): ours for theirs, ours in reversed(pairs.items())}


def _looked_up(text: str, pairs: dict[str, str], rest: str) -> str:
    cases = "".join(f" WHEN {text} = {literal(theirs)} THEN {ours}" for theirs, ours in pairs.items())
    return f"CASE{cases} ELSE {rest} END"


def yes_no(text: str) -> str:
    def judged(text: str, other: str = "") -> str:
        return f"CASE WHEN {text} IN ({listed(YES)}) THEN true WHEN {text} IN ({listed(NO)}) THEN false {other} END"

    plain = once(text, "t", once(f"lower({half_width('t')})", "w", judged("w")))
    return judged(text, f"WHEN {text} IS NOT NULL THEN {plain}")


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
        return number(text, decimal, "DOUBLE")
    if isinstance(column.type, Numeric):
        return number(text, decimal, f"DECIMAL({column.type.precision}, {column.type.scale})")
    if isinstance(column.type, Integer):
        return number(text, decimal, "INTEGER")
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
