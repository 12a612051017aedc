"""Chromium on this machine: found or set, started once for many pictures, and what can go wrong with it."""

import logging
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from cockpit.errors import RenderError
from cockpit.settings import settings
from queries.words import N_

log = logging.getLogger(__name__)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
START = 30_000  # ms until a program that is set but is no browser is given up
# The software renderer draws maps where there is no graphics card. Pages are put together without it: a third less CPU.
FLAGS = (
    "--disable-gpu-compositing",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--hide-scrollbars",
    "--font-render-hinting=none",
)
_known = {"localhost", "127.0.0.1"}


def reach(host: str) -> None:
    """A browser started from here on finds ``host`` too; no other than this machine has a name."""
    _known.add(host)


def _flags() -> list[str]:
    return [*FLAGS, "--host-resolver-rules=" + ", ".join(["MAP * ~NOTFOUND", *(f"EXCLUDE {host}" for host in _known)])]


def find() -> Path:
    """The browser of ``COCKPIT_CHROMIUM``, else the first that is installed; raises RenderError where there is none."""
    chosen = settings().chromium
    if chosen is not None:
        if not os.access(chosen, os.X_OK) or chosen.is_dir():
            raise RenderError(
                N_("COCKPIT_CHROMIUM={path} is no program that can be started. Correct it, or leave it out."),
                path=chosen,
            )
        return chosen
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise RenderError(
        N_(
            "There is no Chromium on the server, which draws PDF and PNG. Install it (Debian: apt-get install chromium "
            "fonts-noto-cjk) or say where it is with COCKPIT_CHROMIUM."
        )
    )


@contextmanager
def browser() -> Iterator[Browser]:
    """A running Chromium, for the thread that asked for it; ended with the block. Raises RenderError."""
    program = find()
    root = hasattr(os, "geteuid") and os.geteuid() == 0  # Chromium refuses its sandbox to root
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(
                executable_path=program, args=[*_flags(), *(["--no-sandbox"] if root else [])], timeout=START
            )
        except PlaywrightError as problem:
            raise RenderError(
                N_("Chromium ({path}) does not start: {problem}"),
                path=program,
                problem=str(problem).strip().splitlines()[0],
            ) from problem
        try:
            yield started
        finally:
            started.close()


def pid(of: Browser) -> int:
    """The browser's own process."""
    session = of.new_browser_cdp_session()
    try:
        found = session.send("SystemInfo.getProcessInfo")["processInfo"]
    finally:
        session.detach()
    return next(process["id"] for process in found if process["type"] == "browser")


class Kept:
    """One browser for many files: started when it is first asked for, another one where it has died.

    For one thread, except ``kill``.
    """

    def __init__(self) -> None:
        self._stack, self._browser, self._pid = ExitStack(), None, 0

    _browser: Browser | None

    @property
    def died(self) -> bool:
        return self._browser is not None and not self._browser.is_connected()

    def running(self) -> Browser:
        """The browser, which answers; raises RenderError where none starts."""
        if self._browser is not None and self._answers(self._browser):
            return self._browser
        self.close()
        self._browser = self._stack.enter_context(browser())
        self._pid = pid(self._browser)
        return self._browser

    def kill(self) -> None:
        """End the browser from another thread: whatever waits for it fails at once."""
        if self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)

    def close(self) -> None:
        self._browser, self._pid = None, 0
        try:
            self._stack.close()
        except Exception:
            log.exception("the browser did not end in order")
        self._stack = ExitStack()

    @staticmethod
    def _answers(kept: Browser) -> bool:
        """Asked, because a death shows only when the browser is spoken to."""
        with suppress(PlaywrightError):
            return kept.is_connected() and pid(kept) > 0
        return False
