"""What a reader has on the import page: the files that came, what was said of each, and the import under way."""

import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import streamlit as st

from cockpit import i18n, session
from cockpit.errors import CockpitError, IntakeError
from cockpit.fields import label
from cockpit.i18n import _
from cockpit.intake.checking import known
from cockpit.intake.job import Job
from cockpit.intake.outcome import Outcome
from cockpit.intake.reading import kinds
from cockpit.intake.reading.arrival import Arrival, arrive
from cockpit.intake.suggesting import saved
from cockpit.intake.suggesting.draft import Draft
from cockpit.intake.suggesting.look import Found, Overrides, look
from cockpit.intake.uploads import MB, Upload
from cockpit.settings import settings

KEY = "intake"


@dataclass
class Piece:
    """One table among what came. ``key`` is part of the keys of its widgets; a new one forgets what they held."""

    path: Path
    name: str
    found: Found
    draft: Draft
    overrides: Overrides = field(default_factory=Overrides)
    turn: int = 0

    @property
    def key(self) -> str:
        return f"intake_{self.path.parent.name}_{self.path.name}_{self.turn}"


class Work:
    """Kept in the session; it goes with it, and its files too."""

    def __init__(self) -> None:
        self.upload = Upload(settings().database_url, settings().upload_mb * MB)
        self.pieces: list[Piece] = []
        self.problems_of_files: list[CockpitError] = []
        self.looked_at = 0
        self.known = known.of(settings().database_url)
        self.job: Job | None = None
        self.remember = True
        self.language = i18n.language()
        self.aliases: dict[str, str] = {}

    def speak(self) -> None:
        """In the reader's language: callbacks run before the page has chosen it, fragments without the page."""
        i18n.use(self.language)

    # --- what came -----------------------------------------------------------------------------------------------

    def receive(self) -> None:
        """Look at the files that came since the last run."""
        files = self.upload.files()
        new, self.looked_at = files[self.looked_at :], len(files)
        for file in new:
            try:
                for path, name in self._members(file):
                    self._add(path, name)
            except CockpitError as problem:
                self.problems_of_files.append(problem)

    def _members(self, file: Path) -> list[tuple[Path, str]]:
        """A file itself, or the tables in it; raises IntakeError for what is none."""
        if kinds.of(file) == kinds.TEXT:
            return [(file, file.name)]
        folder = Path(tempfile.mkdtemp(prefix="members-", dir=self.upload.folder))
        arrivals = arrive(file, folder)
        if kinds.of(file) != kinds.ZIP:
            shutil.rmtree(folder)
            return [(file, file.name)]
        own = file.parent.name  # two archives may hold files of one name
        return [(_named(one, folder / f"{own}-{place}"), one.name) for place, one in enumerate(arrivals, 1)]

    def _add(self, path: Path, name: str) -> None:
        found = look(path, name=name)
        self.pieces.append(Piece(path, name, found, self._draft(found)))

    def _draft(self, found: Found) -> Draft:
        """By the saved mapping that fits the header, else by what the columns look like."""
        for name, plan, _well in saved.recognise(found):
            return Draft.saved(found, self.known.areas, name, plan)
        return Draft.suggested(found, self.known.areas)

    @property
    def rows(self) -> int:
        return sum(piece.found.count for piece in self.pieces)

    # --- what was said of it -------------------------------------------------------------------------------------

    def overrule(self, piece: Piece, **what: Any) -> None:
        """Read the file otherwise; its mapping begins anew."""
        self.speak()
        try:
            overrides = replace(piece.overrides, **what)
            found = look(piece.path, overrides, piece.name)
        except CockpitError as problem:
            self.problems_of_files = [problem]
            return
        self.problems_of_files = []
        piece.overrides, piece.found, piece.turn = overrides, found, piece.turn + 1
        piece.draft = self._draft(found)

    def put_into(self, piece: Piece, table: str) -> None:
        piece.draft, piece.turn = Draft.suggested(piece.found, self.known.areas, table), piece.turn + 1

    def use(self, piece: Piece, name: str) -> None:
        """Begin with a saved mapping, or with none."""
        if name:
            piece.draft = Draft.saved(piece.found, self.known.areas, name, saved.load(name))
        else:
            piece.draft = Draft.suggested(piece.found, self.known.areas)
        piece.turn += 1

    def problems(self) -> list[str]:
        """What must be said before the files can be checked, a sentence each."""
        several = len(self.pieces) > 1
        return [
            _("{file}: {problem}").format(file=piece.name, problem=problem) if several else problem
            for piece in self.pieces
            for problem in piece.draft.problems(
                {ours: _(label(piece.draft.table, ours)) for ours in piece.draft.choices}
            )
        ]

    # --- check and publish ---------------------------------------------------------------------------------------

    def check(self) -> None:
        self.speak()
        self._keep_mappings()
        files = [
            {"path": str(piece.path), "file": piece.name, "mapping": _plain(piece), "name": piece.draft.name}
            for piece in self.pieces
        ]
        self.job = Job(files, settings().database_url, self.upload.folder, self.language, self.aliases)

    def _keep_mappings(self) -> None:
        """Under their names, so that next week's files are recognised."""
        for piece in self.pieces if self.remember else ():
            own = piece.draft.name
            name = own or _free_name(piece.name)
            try:
                saved.save(name, piece.draft.plan, overwrite=bool(own), file=piece.name)
                piece.draft.name = name
            except CockpitError as problem:
                self.problems_of_files = [problem]

    def publish(self, replace: bool = False, again: bool = False) -> None:
        if self.job is not None:
            self.job.publish(again=again, replace=replace)

    def check_again(self) -> None:
        """With the names that were said since."""
        self.cancel()
        self.check()

    def cancel(self) -> None:
        """Back to the columns; nothing was changed."""
        if self.job is not None:
            self.job.cancel()
        self.job = None

    def discard(self) -> None:
        """Nothing of it stays."""
        self.cancel()
        self.upload.discard()
        st.session_state.pop(KEY, None)

    @property
    def outcomes(self) -> Sequence[Outcome]:
        return self.job.progress.outcomes if self.job else ()


def _named(arrival: Arrival, folder: Path) -> Path:
    """The copy under the name that it has in its archive: that is what the import is recorded by."""
    folder.mkdir()
    return arrival.path.rename(folder / Path(arrival.name).name)


def _plain(piece: Piece) -> dict[str, Any]:
    return piece.draft.plan.model_dump(mode="json", exclude_defaults=True)


def _free_name(file: str) -> str:
    """A name after the file's that no mapping has yet."""
    base = re.sub(r"[^\w-]+", "_", re.sub(r"(\.\w{1,5})+$", "", file)).strip("_-")[:36] or "mapping"
    taken = set(saved.names())
    return next(name for name in (base, *(f"{base}-{n}" for n in range(2, 1000))) if name not in taken)


def work() -> Work:
    """That of this reader."""
    if not session.viewer().publish:
        raise IntakeError(_("Only people who may publish can import."))
    if KEY not in st.session_state:
        st.session_state[KEY] = Work()
    made: Work = st.session_state[KEY]
    made.language = i18n.language()
    return made
