"""Which blocks a briefing shows, in which order, with which remarks: a TOML file by name, in a folder of its own."""

import os
import re
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import tomlkit

from cockpit import database
from cockpit.briefing.compose import NAMES
from cockpit.briefing.document import Block, Briefing
from cockpit.errors import LayoutError, nearest
from cockpit.settings import settings
from queries.words import N_

STANDARD = "standard"
BLOCKS = tuple(NAMES)
NAME = re.compile(r"[\w\-]{1,40}")


@dataclass(frozen=True)
class Layout:
    """``blocks``: those shown, in order. ``remarks``: block → text that is printed below it. ``title``: empty for the
    usual one."""

    blocks: tuple[str, ...] = BLOCKS
    remarks: dict[str, str] = field(default_factory=dict)
    title: str = ""

    def of(self, briefing: Briefing) -> Briefing:
        """The briefing as this layout wants it."""
        made = {block.key: block for block in briefing.blocks}
        shown = tuple(self._remarked(made[key]) for key in self.blocks if key in made)
        return replace(briefing, blocks=shown, title=self.title or briefing.title)

    def _remarked(self, block: Block) -> Block:
        return replace(block, remark=self.remarks.get(block.key, ""))

    def without(self, key: str) -> "Layout":
        return replace(self, blocks=tuple(name for name in self.blocks if name != key))

    def moved(self, key: str, places: int) -> "Layout":
        """``key`` earlier (−1) or later (+1); at the end where it was hidden."""
        order = list(self.blocks)
        if key not in order:
            return replace(self, blocks=(*order, key))
        at = order.index(key)
        order.insert(max(0, min(len(order) - 1, at + places)), order.pop(at))
        return replace(self, blocks=tuple(order))

    def remarking(self, key: str, text: str) -> "Layout":
        return replace(self, remarks={name: said for name, said in (self.remarks | {key: text}).items() if said})


def folder() -> Path:
    """Where layouts are kept: the folder of COCKPIT_LAYOUTS, else ``layouts`` beside the file of facts (for a server of
    facts: in the working folder)."""
    return settings().layouts or database.beside(settings().database_url) / "layouts"


def names() -> list[str]:
    """The standard layout and those that were saved."""
    saved = sorted(file.stem for file in folder().glob("*.toml")) if folder().is_dir() else []
    return [STANDARD, *(name for name in saved if name != STANDARD)]


def load(name: str) -> Layout:
    """A layout by name; raises LayoutError where there is none or its file makes no sense."""
    file = folder() / f"{name}.toml"
    if not NAME.fullmatch(name) or not file.is_file():
        if name == STANDARD:
            return Layout()
        raise LayoutError(
            N_("There is no layout {name}; did you mean {near}?"), name=repr(name), near=nearest(name, names())
        )
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as problem:  # not TOML, or not UTF-8
        raise LayoutError(N_("{file} is not TOML: {problem}"), file=file, problem=problem) from problem
    except OSError as problem:
        raise LayoutError(N_("{file} cannot be read: {problem}"), file=file, problem=problem.strerror) from problem
    return _read(said, file)


def _read(said: dict, file: Path) -> Layout:
    blocks, remarks, title = said.get("blocks", list(BLOCKS)), said.get("remarks", {}), said.get("title", "")
    texts = isinstance(remarks, dict) and all(isinstance(text, str) for text in remarks.values())
    if not isinstance(blocks, list) or not texts or not isinstance(title, str):
        raise LayoutError(N_("{file}: blocks is a list of names, remarks a table of texts, title a text."), file=file)
    for name in [*(blocks), *remarks]:
        if name not in BLOCKS:
            raise LayoutError(
                N_("{file} names the block {name}; did you mean {near}?"),
                file=file,
                name=repr(name),
                near=nearest(str(name), BLOCKS),
            )
    for name in said:
        if name not in ("blocks", "remarks", "title"):
            near = nearest(name, ("blocks", "remarks", "title"))
            raise LayoutError(N_("{file} says {name}; did you mean {near}?"), file=file, name=repr(name), near=near)
    return Layout(tuple(dict.fromkeys(blocks)), dict(remarks), title)


def save(name: str, layout: Layout) -> Path:
    """Keep a layout, whole or not at all; comments that somebody wrote into the file stay. Raises LayoutError."""
    if not NAME.fullmatch(name):
        raise LayoutError(
            N_("A layout is named with up to 40 letters, digits, - and _, and not {name}."), name=repr(name)
        )
    file = folder() / f"{name}.toml"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _replace(file, _written(file, layout))
    except ValueError as problem:  # somebody broke it by hand, and may want to mend it
        raise LayoutError(N_("{file} is not TOML: {problem}"), file=file, problem=problem) from problem
    except OSError as problem:
        raise LayoutError(
            N_("{folder} cannot be written to: {problem}. COCKPIT_LAYOUTS names another folder."),
            folder=file.parent,
            problem=problem.strerror,
        ) from problem
    return file


def _written(file: Path, layout: Layout) -> str:
    document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.is_file() else tomlkit.document()
    document["title"] = layout.title
    document["blocks"] = _listed(layout.blocks)
    document["remarks"] = dict(layout.remarks)
    return tomlkit.dumps(document)


def _listed(blocks: Sequence[str]) -> tomlkit.items.Array:
    listed = tomlkit.array()
    listed.extend(blocks)
    return listed.multiline(True)


def _replace(file: Path, text: str) -> None:
    with tempfile.TemporaryDirectory(prefix=".layout-", dir=file.parent) as folder:
        part = Path(folder) / file.name
        part.write_text(text, encoding="utf-8")
        os.replace(part, file)
