"""Mappings that were saved under a name: TOML files in a folder of their own, found again by the header of a file."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from cockpit import clock, database
from cockpit.errors import IntakeError, nearest
from cockpit.i18n import say
from cockpit.intake import mapping
from cockpit.intake.mapping import Mapping
from cockpit.intake.suggesting.look import Found
from cockpit.settings import settings
from queries.words import N_

NAME = re.compile(r"[\w\-]{1,40}")


class Recognised(NamedTuple):
    """A saved mapping that fits a file. ``well``: 0 to 1, the share of the file's columns that it takes."""

    name: str
    mapping: Mapping
    well: float


def folder() -> Path:
    """Where mappings are kept: the folder of COCKPIT_MAPPINGS, else ``mappings`` beside the file of facts (for a server
    of facts: in the working folder)."""
    return settings().mappings or database.beside(settings().database_url) / "mappings"


def names() -> list[str]:
    """Those that were saved, in alphabetical order."""
    return sorted(file.stem for file in folder().glob("*.toml") if NAME.fullmatch(file.stem))


def load(name: str) -> Mapping:
    """A mapping by name; raises IntakeError where there is none or its file makes no sense."""
    file = folder() / f"{name}.toml"
    if not NAME.fullmatch(name) or not file.is_file():
        raise IntakeError(
            N_("There is no saved mapping {name}; did you mean {near}?"), name=repr(name), near=nearest(name, names())
        )
    return mapping.load(file)


def save(name: str, plan: Mapping, overwrite: bool = False, file: str = "") -> Path:
    """Keep a mapping, whole or not at all. ``file``: for which file it was made, told in its first line. Raises
    IntakeError for a name that is none, one that is taken unless ``overwrite``, a mapping by which no file can be
    read, and a folder that cannot be written."""
    if not NAME.fullmatch(name):
        raise IntakeError(
            N_("A mapping is named with up to 40 letters, digits, - and _, and not {name}."), name=repr(name)
        )
    path = folder() / f"{name}.toml"
    if path.exists() and not overwrite:
        raise IntakeError(N_("There is a mapping {name} already. Take another name, or replace it."), name=repr(name))
    text = mapping.text(plan, " · ".join(part for part in (file, f"{clock.now():%Y-%m-%d}") if part))
    mapping.parse(text.encode(), path.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text)
    except OSError as problem:
        raise IntakeError(
            N_("{folder} cannot be written to: {problem}. COCKPIT_MAPPINGS names another folder."),
            folder=path.parent,
            problem=problem.strerror,
        ) from problem
    return path


def recognise(found: Found) -> list[Recognised]:
    """The saved mappings all of whose columns the file has, the best first; those that cannot be read are passed over.

    What changes from week to week comes from the file: the sheet, and the row of the names.
    """
    fitting = []
    for name, plan in _readable():
        theirs = set(plan.columns.values())
        if theirs and theirs <= set(found.names):
            fitting.append(Recognised(name, _at_home(plan, found), len(theirs) / len(found.names)))
    return sorted(fitting, key=lambda one: (-one.well, one.name))


def broken() -> dict[str, str]:
    """Name → what is wrong with it, for each file of the folder that cannot be read, in the reader's language."""
    found = {}
    for name in names():
        try:
            load(name)
        except IntakeError as problem:
            found[name] = say(problem.text, problem.values)
    return found


def _readable() -> Iterator[tuple[str, Mapping]]:
    for name in names():
        with suppress(IntakeError):
            yield name, load(name)


def _at_home(plan: Mapping, found: Found) -> Mapping:
    """The mapping for the sheet and the header of this file."""
    where: dict[str, object] = {"header": found.header, "header_rows": found.header_rows}
    where["sheet"] = found.sheet if found.sheets[1:] else None
    return plan.model_copy(update={"read": plan.read.model_copy(update=where)})


def _replace(file: Path, text: str) -> None:
    with tempfile.TemporaryDirectory(prefix=".mapping-", dir=file.parent) as part:
        (Path(part) / file.name).write_text(text, encoding="utf-8")
        os.replace(Path(part) / file.name, file)
