"""The mapping file: how a foreign file becomes rows of the data contract (docs/intake.md)."""

import codecs
import re
import tomllib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

import duckdb
import tomlkit
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator
from sqlalchemy import DateTime, Table

from cockpit.errors import IntakeError, nearest
from cockpit.i18n import _
from cockpit.intake import contract
from queries.words import N_

ANY = "*"


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Scalar = Annotated[str, BeforeValidator(lambda value: value if isinstance(value, dict | list) else _as_text(value))]
Formats = Annotated[list[str], BeforeValidator(_as_list)]
STRICT = ConfigDict(extra="forbid", frozen=True)


class Reading(BaseModel):
    """How the file is read, before any column has a meaning."""

    model_config = STRICT

    encoding: str = "auto"
    header: int = Field(default=1, ge=1)
    sheet: str | None = None
    null: list[str] = [""]
    duplicates: Literal["reject", "first", "last"] = "reject"
    as_of: datetime | None = None
    delimiter: str = Field(default="auto", pattern=r"^(auto|[^\"\r\n])$")
    decimal: Literal[".", ","] = "."
    header_rows: int = Field(default=1, ge=1, le=3)
    timezone: str | None = None
    offset: Literal["convert", "drop"] = "convert"
    coordinates: Literal["wgs84", "gcj02", "bd09"] = "wgs84"

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, name: str) -> str:
        if name != "auto":
            try:
                "".encode(name)
            except (LookupError, ValueError):
                raise ValueError(_("no encoding of text has this name")) from None
        return name if name == "auto" else codecs.lookup(name).name

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str | None) -> str | None:
        if name is not None and name not in available_timezones():
            near = nearest(name, sorted(available_timezones()))
            raise ValueError(_("no time zone has this name; nearest: {name!r}").format(name=near))
        return name

    @field_validator("as_of", mode="before")
    @classmethod
    def _whole_day(cls, moment: object) -> object:
        """A day without a time is known to its end."""
        if isinstance(moment, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", moment):
            moment = date.fromisoformat(moment)
        if isinstance(moment, date) and not isinstance(moment, datetime):
            return datetime.combine(moment + timedelta(days=1), time())
        return moment

    @field_validator("as_of")
    @classmethod
    def _local(cls, moment: datetime | None) -> datetime | None:
        return moment.replace(tzinfo=None) if moment else None


class Mapping(BaseModel):
    """One mapping file. ``columns``: ours → theirs; ``values``: ours → (their value → ours)."""

    model_config = STRICT

    table: str
    read: Reading = Reading()
    columns: dict[str, str] = {}
    constants: dict[str, Scalar] = {}
    formats: dict[str, Formats] = {}
    values: dict[str, dict[str, Scalar]] = {}

    @property
    def target(self) -> Table:
        return contract.TABLES[self.table]

    @property
    def named(self) -> tuple[str, ...]:
        """Our columns that the mapping fills, in the order of the table."""
        return tuple(name for name in contract.writable(self.target) if name in self.columns or name in self.constants)


def load(path: str | Path) -> Mapping:
    """The mapping in a TOML file; raises IntakeError naming the key, the value, and the nearest known one."""
    path = Path(path)
    try:
        return parse(path.read_bytes(), path.name)
    except OSError as problem:
        raise IntakeError(
            N_("The mapping file {path} cannot be read: {why}. Check the path."), path=path, why=problem.strerror
        ) from problem


def parse(toml: bytes, name: str) -> Mapping:
    """The mapping that ``toml`` says; ``name`` is how errors call it. Raises IntakeError as ``load`` does."""
    try:
        mapping = Mapping.model_validate(tomllib.loads(toml.decode("utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise IntakeError(
            N_(
                "{file} is not TOML: {why}. A Chinese name before “=” needs quotation marks, for example "
                '"办结" = "closed". See docs/intake.md.'
            ),
            file=name,
            why=problem,
        ) from problem
    except ValidationError as problem:
        raise _complain(name, (_shape_problem(error) for error in problem.errors())) from problem
    if found := problems(mapping):
        raise _complain(name, found)
    return mapping


def text(mapping: Mapping, remark: str = "") -> str:
    """The mapping as TOML, ``remark`` as a comment above it; ``parse`` makes the same mapping of it."""
    document = tomlkit.document()
    for line in remark.splitlines():
        document.add(tomlkit.comment("".join(sign for sign in line if sign.isprintable())))
    for key, value in mapping.model_dump(exclude_defaults=True).items():
        document[key] = value
    return tomlkit.dumps(document)


def _complain(name: str, problems: Iterable[str]) -> IntakeError:
    return IntakeError(N_("{file}: {problems} See docs/intake.md."), file=name, problems=" ".join(problems))


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """A sentence with the known names that come nearest."""
    known = list(known)
    near = dict.fromkeys([nearest(wrong, known), *get_close_matches(wrong, known, n=3, cutoff=0.4)])
    return _("Nearest: {names}.").format(names=", ".join(repr(name) for name in near if name is not None))


def _shape_problem(error: Any) -> str:
    """pydantic's finding as a sentence."""
    where, wrong = ".".join(map(str, error["loc"])), error["input"]
    if error["type"] == "extra_forbidden":
        fields = (Reading if error["loc"][0] == "read" else Mapping).model_fields
        return _("{key!r} is no key of a mapping.").format(key=where) + " " + suggestion(str(error["loc"][-1]), fields)
    if error["type"] == "missing":
        return _("The key {key!r} is missing.").format(key=where)
    why = error["msg"].removeprefix("Value error, ")
    return _("{key} = {value!r} cannot be taken: {why}.").format(key=where, value=wrong, why=why)


def problems(mapping: Mapping) -> list[str]:
    """What is wrong with the meaning of a mapping, a sentence each; empty where a file can be read by it."""
    return list(_meaning_problems(mapping))


def _meaning_problems(mapping: Mapping) -> Iterable[str]:
    if mapping.table not in contract.TABLES:
        yield (
            _("table = {table!r} is no table of the cockpit.").format(table=mapping.table)
            + " "
            + suggestion(mapping.table, contract.TABLES)
        )
        return
    yield from _unknown_columns(mapping)
    yield from _missing_columns(mapping)
    yield from _bad_constants(mapping)
    yield from _bad_formats(mapping)
    yield from _bad_values(mapping)


def _unknown_columns(mapping: Mapping) -> Iterable[str]:
    known = contract.writable(mapping.target)
    for section in ("columns", "constants", "formats", "values"):
        for name in getattr(mapping, section):
            if name in contract.COMPUTED:
                yield _("[{section}] names {name!r}, which is computed from lon and lat.").format(
                    section=section, name=name
                )
            elif name not in known:
                yield (
                    _("[{section}] names {name!r}, which table {table} does not have.").format(
                        section=section, name=name, table=mapping.table
                    )
                    + " "
                    + suggestion(name, known)
                )
            elif section in ("formats", "values") and name not in mapping.columns:
                yield _("[{section}] names {name!r}, which [columns] does not take from the file.").format(
                    section=section, name=name
                )


def _missing_columns(mapping: Mapping) -> Iterable[str]:
    for name in contract.must_be_mapped(mapping.target):
        if name not in mapping.columns and name not in mapping.constants:
            yield _(
                "Table {table} needs {name!r}: name its column under [columns] or its value under [constants]."
            ).format(table=mapping.table, name=name)
    if ("lon" in mapping.columns) != ("lat" in mapping.columns):
        yield _("lon and lat go together: name both under [columns], or neither.")


def _bad_constants(mapping: Mapping) -> Iterable[str]:
    for name in mapping.constants:
        if name in mapping.columns:
            yield _("{name!r} stands under [columns] and under [constants]; keep one.").format(name=name)
        elif name in contract.keys(mapping.target) and len(contract.keys(mapping.target)) == 1:
            yield _("{name!r} identifies a row and cannot be a constant.").format(name=name)
    yield from (
        problem
        for name, value in mapping.constants.items()
        if name in contract.writable(mapping.target)
        for problem in _outside_vocabulary(mapping, "constants", name, value)
    )


def _bad_formats(mapping: Mapping) -> Iterable[str]:
    for name, formats in mapping.formats.items():
        if name in mapping.target.c and not isinstance(mapping.target.c[name].type, DateTime):
            yield _("[formats] names {name!r}, which holds no time.").format(name=name)
        for wrong in (one for one in formats if not _is_format(one)):
            yield _("[formats] {name} = {value!r} is no format of a time; an example is %Y/%m/%d %H:%M:%S.").format(
                name=name, value=wrong
            )


def _is_format(text: str) -> bool:
    try:
        duckdb.execute("SELECT try_strptime('2000-01-01', ?)", [text.replace("%z", "")])
    except duckdb.Error:
        return False
    return "%" in text


def _bad_values(mapping: Mapping) -> Iterable[str]:
    for name, values in mapping.values.items():
        if name in contract.writable(mapping.target):
            for ours in dict.fromkeys(values.values()):
                yield from _outside_vocabulary(mapping, f"values.{name}", name, ours)


def _outside_vocabulary(mapping: Mapping, section: str, name: str, ours: str) -> Iterable[str]:
    words = contract.vocabulary(mapping.target.c[name])
    if words and ours not in ("", *words):
        yield (
            _("[{section}] gives {name} the value {value!r}, which the cockpit does not know.").format(
                section=section, name=name, value=ours
            )
            + " "
            + suggestion(ours, words)
        )
