"""A queue of what Chromium draws: one browser for the whole process, started on first use, ended when nobody asks.

``press.ask(make)`` returns at once; ``make(browser)`` runs in the queue's own thread. No Streamlit here: a page, the
command line and a schedule ask in the same way.
"""

import logging
import threading
import uuid
from collections import deque
from collections.abc import Callable

from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError

from cockpit import chromium, i18n, versions
from cockpit.errors import CockpitError, RenderError
from queries.words import N_

log = logging.getLogger(__name__)

MOST = 8  # waiting
PATIENCE = 60.0  # seconds for one job
IDLE = 300.0  # seconds until a browser without work is ended

Make = Callable[[Browser], bytes]


class Job:
    """One file that was asked for."""

    def __init__(self, make: Make, queue: "Press") -> None:
        self.make, self.language, self.version = make, i18n.language(), versions.looked_at()
        self._queue, self._ended = queue, threading.Event()
        self._data: bytes | None = None
        self._problem: CockpitError | None = None

    @property
    def done(self) -> bool:
        return self._ended.is_set()

    @property
    def place(self) -> int:
        """How many jobs are made before this one; 0: it is being made, or done."""
        return self._queue.place(self)

    def result(self, timeout: float | None = None) -> bytes:
        """The file, as soon as it is there; raises CockpitError where there is none, TimeoutError after ``timeout``."""
        if not self._ended.wait(timeout):
            raise TimeoutError
        if self._problem is not None:
            raise self._problem
        assert self._data is not None
        return self._data

    def end(self, data: bytes | None, problem: CockpitError | None = None) -> None:
        """The first end counts: a job that took too long has failed, whatever comes of it later."""
        if not self.done:
            self._data, self._problem = data, problem
            self._ended.set()


class Press:
    """The queue. ``most`` jobs wait at a time; each has ``patience`` seconds; after ``idle`` the browser ends."""

    def __init__(self, most: int = MOST, patience: float = PATIENCE, idle: float = IDLE) -> None:
        self.most, self.patience, self.idle = most, patience, idle
        self._changed = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._worker: _Worker | None = None

    def ask(self, make: Make) -> Job:
        """Put ``make`` at the end of the queue; raises RenderError where too many wait already.

        It must give the same file when it runs again: a job whose browser dies is tried once more.
        """
        job = Job(make, self)
        with self._changed:
            if len(self._waiting) >= self.most:
                raise RenderError(
                    N_("{n} files are waiting to be drawn already. Try again in a minute."), n=len(self._waiting)
                )
            self._waiting.append(job)
            if self._worker is None:
                self._worker = _Worker(self)
                self._worker.start()
            self._changed.notify_all()
        return job

    def place(self, job: Job) -> int:
        with self._changed:
            if job not in self._waiting:
                return 0
            busy = self._worker is not None and self._worker.job is not None
            return self._waiting.index(job) + busy

    def next(self, worker: "_Worker") -> Job | None:
        """The next job for ``worker``; None when it may go home."""
        with self._changed:
            worker.job = None
            if self._worker is worker and not self._waiting:
                self._changed.wait(self.idle)
            if self._worker is not worker:
                return None
            if not self._waiting:
                self._worker = None
                return None
            worker.job = self._waiting.popleft()
            return worker.job

    def give_up(self, worker: "_Worker", job: Job) -> None:
        """The job took too long: it has failed, its browser is ended, and another worker takes the next."""
        log.error("a file was not drawn in %s s; its browser is ended", self.patience)
        job.end(None, too_slow(self.patience))
        with self._changed:
            if self._worker is worker:
                self._worker = _Worker(self) if self._waiting else None
                if self._worker is not None:
                    self._worker.start()
        worker.kept.kill()


class _Worker(threading.Thread):
    """A thread with one browser."""

    def __init__(self, queue: Press) -> None:
        super().__init__(name="press", daemon=True)
        self.queue, self.job = queue, None
        self.kept = chromium.Kept()

    job: Job | None

    def run(self) -> None:
        while (job := self.queue.next(self)) is not None:
            watch = threading.Timer(self.queue.patience, self.queue.give_up, (self, job))
            watch.start()
            self._make(job)
            watch.cancel()
        self.kept.close()

    def _make(self, job: Job) -> None:
        i18n.use(job.language)
        versions.look_at(job.version)
        for attempt in (1, 2):
            try:
                job.end(job.make(self.kept.running()))
            except Exception as problem:
                died = self.kept.died and _by_browser(problem)
                if attempt == 1 and died and not job.done:
                    log.warning("the browser ended while it drew; once more")
                    continue
                job.end(None, _told(problem, died))
            return


def _by_browser(problem: Exception) -> bool:
    return isinstance(problem, PlaywrightError) or isinstance(problem.__cause__, PlaywrightError)


def _told(problem: Exception, died: bool) -> CockpitError:
    """What the reader is told: a sentence of ours as it is, of anything else the number under which it is logged."""
    if isinstance(problem, CockpitError) and not died:
        log.warning("not drawn: %s", problem)
        return problem
    reference = uuid.uuid4().hex[:8]
    log.error("not drawn, reference %s", reference, exc_info=problem)
    return _failed(reference, died)


def too_slow(seconds: float) -> RenderError:
    return RenderError(
        N_("This was not drawn within {seconds} seconds. Choose less (a shorter period, one street) or try again."),
        seconds=round(seconds),
    )


def _failed(reference: str, died: bool) -> RenderError:
    if died:
        return RenderError(
            N_("Chromium ended while it drew this. Try again; if it stays so, tell the administrator {reference}."),
            reference=reference,
        )
    return RenderError(
        N_("This could not be drawn. Tell the administrator the number {reference}."), reference=reference
    )


press = Press()
"""The queue of this process."""


def ask(make: Make) -> Job:
    """As ``Press.ask``, in the queue of this process."""
    return press.ask(make)
