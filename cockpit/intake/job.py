"""An import that runs beside the server: started, watched and ended by the page. No Streamlit."""

import json
import logging
import shutil
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Mapping as Values
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from cockpit import errors
from cockpit.errors import CockpitError, IntakeError
from cockpit.intake.outcome import Outcome
from cockpit.intake.worker import WORK
from cockpit.settings import PROJECT
from queries.words import N_

log = logging.getLogger(__name__)

BROKEN = N_("The import broke off; nothing was changed. The log of the server says why. Start it again.")


@dataclass
class Progress:
    """How far it is. ``done`` of ``total``: bytes while reading, rows afterwards; ``total`` None: not known."""

    stage: str = "starting"
    done: int = 0
    total: int | None = None
    since: float = field(default_factory=time.monotonic)  # of the stage
    outcomes: list[Outcome] = field(default_factory=list)
    published: dict[str, Any] | None = None
    problem: CockpitError | None = None
    publishing: bool = False
    cancelled: bool = False
    ended: bool = False

    @property
    def busy(self) -> bool:
        """Whether the person can only wait: not while it asks whether to publish, and not when it has ended."""
        if self.ended or self.problem or self.published:
            return False
        return self.publishing or not self.outcomes

    @property
    def share(self) -> float | None:
        """Of the stage, 0 to 1; None where that is not known."""
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def left(self) -> float | None:
        """Seconds until the stage ends, at the speed so far."""
        share, gone = self.share, time.monotonic() - self.since
        return gone * (1 - share) / share if share and gone > 1 else None


class Job:
    """Check ``files`` (path, mapping, name of the mapping) for the database of ``url``; then publish, when told.

    ``aliases``: other names of areas, published with the rows.
    """

    def __init__(
        self,
        files: Sequence[Values[str, Any]],
        url: str,
        folder: Path,
        language: str,
        aliases: Values[str, str] | None = None,
    ) -> None:
        self.progress = Progress()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cockpit.intake.worker"],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self.end = weakref.finalize(self, _end, self.process, folder)
        threading.Thread(target=_listen, args=(self.process, self.progress), daemon=True).start()
        orders = {"files": files, "url": url, "folder": str(folder), "language": language, "aliases": aliases or {}}
        self._order(orders)

    def publish(self, again: bool = False, replace: bool = False) -> None:
        self.progress.stage, self.progress.done, self.progress.since = "publishing", 0, time.monotonic()
        self.progress.publishing, self.progress.problem = True, None
        self._order({"again": again, "replace": replace})

    def cancel(self) -> None:
        """End it; what readers see is as it was."""
        self.progress.cancelled = True
        self.end()

    def _order(self, what: dict) -> None:
        try:
            stdin = self.process.stdin
            assert stdin is not None
            stdin.write(json.dumps(what, ensure_ascii=False, default=str) + "\n")
            stdin.flush()
        except OSError:
            log.exception("the import does not listen")
            self.progress.problem = IntakeError(BROKEN)


def _end(process: subprocess.Popen, folder: Path) -> None:
    """Kill it, whatever it does: what is half done is nowhere that readers look."""
    process.kill()
    process.wait()
    for left in folder.glob(f"{WORK}*"):
        shutil.rmtree(left, ignore_errors=True)


def _listen(process: subprocess.Popen, progress: Progress) -> None:
    """Keep ``progress`` up to what the process says, until it ends."""
    lines: list[str] = []
    reader = threading.Thread(target=_collect, args=(process.stderr, lines), daemon=True)
    reader.start()
    for line in process.stdout or ():
        _heard(json.loads(line), progress)
    process.wait()
    reader.join(1)
    if process.returncode and not progress.cancelled and progress.problem is None:  # below 0: by which signal
        log.error("import ended with %s: %s", process.returncode, "".join(lines)[-4000:])
        progress.problem = IntakeError(BROKEN)
    progress.ended = True


def _collect(stream: IO[str] | None, lines: list[str]) -> None:
    lines.extend(stream or ())


def _heard(said: dict[str, Any], progress: Progress) -> None:
    if "stage" in said:
        if said["stage"] != progress.stage:
            progress.since = time.monotonic()
        progress.stage, progress.done, progress.total = said["stage"], said["done"], said["total"]
    elif "outcomes" in said:
        progress.outcomes = [Outcome(**one) for one in said["outcomes"]]
    elif "published" in said:
        progress.published = said["published"]
    elif "problem" in said:
        problem = said["problem"]
        progress.problem = getattr(errors, problem["kind"])(problem["text"], **problem["values"])
