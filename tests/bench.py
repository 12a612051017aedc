"""Time from a filter change to the end of the script, and the server's CPU, for every page.

    python -m tests.bench [--changes 40] [--check] [--database URL]

Starts the cockpit on the demonstration data and speaks Streamlit's own websocket protocol to it, one user, no browser:
a session opens a page, then changes one filter at a time, by the real select boxes, to combinations that never repeat.
Prints a Markdown table; with --check, exits with 1 where a bar is missed. Needs the same streamlit as the server.
"""

import argparse
import asyncio
import platform
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import psutil
import websockets
from streamlit import __version__ as streamlit_version
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Selectbox_pb2 import Selectbox

from tests.browser.visit import REPORTS
from tests.server import PROJECT, Server, serve

FILTERS = ("street", "period", "period_from", "period_to", "period_week", "category", "channel")
WEEKLY = "brief"  # about one week: other weeks are chosen there, never another kind of period
SAID = ("street", "category")  # the header names them, so a run that missed our choice is noticed
P95_MS, CPU_MS = 150, 60
QUIET = 5  # seconds
PATIENCE = 60
STATUS = ForwardMsg.ScriptFinishedStatus
EARLY = STATUS.Value("FINISHED_EARLY_FOR_RERUN")
GOOD = STATUS.Value("FINISHED_SUCCESSFULLY")


@dataclass
class Session:
    """One user: one websocket, as a browser tab has it."""

    socket: websockets.ClientConnection
    page: str
    url: str
    script: str = ""
    boxes: dict[str, Selectbox] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    known: dict[str, ForwardMsg] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)
    awaited: str = ""
    said: list[str] = field(default_factory=list)
    titles: set[str] = field(default_factory=set)
    empty: bool = False  # did the last run find no records?
    received: int = 0  # bytes

    async def run(self) -> float:
        """Ask for a run with the chosen values; returns seconds until its script has finished."""
        request = self._request()
        self.boxes, self.said, self.empty = {}, [], False
        started = time.perf_counter()
        await self.socket.send(request)
        await self._answer()
        seconds = time.perf_counter() - started
        if not any(self.awaited in text for text in self.said):
            raise RuntimeError(f"/{self.page} does not say that {self.awaited!r} was chosen")
        return seconds

    def _request(self) -> bytes:
        message = BackMsg()
        state = message.rerun_script
        state.page_script_hash = self.script
        if not self.script:
            state.page_name = self.page
        state.context_info.timezone = "Asia/Shanghai"
        state.context_info.locale = "zh-CN"
        state.context_info.url = f"{self.url}/{self.page}"
        state.query_string = urlencode(self.query)
        state.cached_message_hashes.extend(self.known)
        for key in self.chosen.keys() & self.boxes.keys():
            widget = state.widget_states.widgets.add()
            widget.id, widget.string_value = self.boxes[key].id, self.chosen[key]
        return message.SerializeToString()

    async def _answer(self) -> None:
        """Read until our run has finished; raises RuntimeError if it failed or drew an exception."""
        while True:
            raw = await asyncio.wait_for(self.socket.recv(), PATIENCE)
            message = ForwardMsg.FromString(raw)
            self.received += len(raw)
            if message.hash and message.metadata.cacheable:
                self.known[message.hash] = message
            message = self.known.get(message.ref_hash, message)
            kind = message.WhichOneof("type")
            if kind == "script_finished" and message.script_finished != EARLY:
                if message.script_finished != GOOD:
                    raise RuntimeError(f"/{self.page}: {STATUS.Name(message.script_finished)}")
                return
            self._note(kind, message)

    def _note(self, kind: str | None, message: ForwardMsg) -> None:
        if kind == "navigation":
            self.script = message.navigation.page_script_hash
            self.pages = ["" if page.is_default else page.url_pathname for page in message.navigation.app_pages]
        elif kind == "page_info_changed":
            self.query = dict(parse_qsl(message.page_info_changed.query_string))
        elif kind == "page_not_found":
            raise RuntimeError(f"no page {self.page!r}")
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            if element.WhichOneof("type") == "exception":
                raise RuntimeError(f"/{self.page} with {self.chosen}: {element.exception.message[:300]}")
            if element.WhichOneof("type") == "alert" and element.alert.format == Alert.ERROR:
                raise RuntimeError(f"/{self.page} with {self.chosen}: {element.alert.body[:300]}")
            if element.WhichOneof("type") == "heading" and element.heading.tag == "h1":
                self.titles.add(element.heading.body)
            if element.WhichOneof("type") == "markdown":
                self.said.append(element.markdown.body)
            if element.WhichOneof("type") == "selectbox":
                self._note_box(element.selectbox)
            if element.WhichOneof("type") == "button" and _key(element.button.id).startswith("empty_"):
                self.empty = True

    def _note_box(self, box: Selectbox) -> None:
        key = _key(box.id)
        if key in FILTERS:
            self.boxes[key] = box

    @property
    def view(self) -> tuple[str, ...]:
        """What the page says; the header names every filter, so each view says something else."""
        return tuple(self.said)

    def shown(self, key: str) -> str:
        box = self.boxes[key]
        return box.raw_value if box.set_value else self.chosen.get(key, box.options[box.default])

    def choose(self, key: str, value: str) -> None:
        """Turn a box, and with it the URL, as the browser does."""
        self.chosen[key], self.awaited = value, value if key in SAID else ""
        box = self.boxes[key]
        if box.query_param_key:
            self.query[box.query_param_key] = value
            if value == box.options[box.default]:
                del self.query[box.query_param_key]


def _key(identifier: str) -> str:
    return identifier.split("-", 2)[-1]  # $$ID-hash-key


@dataclass(frozen=True)
class Result:
    page: str
    first: float
    times: list[float]
    cpu: float  # seconds of the server for one change
    kilobytes: float

    @property
    def p95(self) -> float:
        return 1000 * quantile(self.times, 0.95)

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cpu

    @property
    def good(self) -> bool:
        return self.p95 <= P95_MS and self.cpu_ms <= CPU_MS

    def line(self) -> str:
        cells = (
            f"/{self.page}",
            f"{len(self.times)}",
            f"{1000 * statistics.median(self.times):.0f}",
            f"{self.p95:.0f}",
            f"{1000 * max(self.times):.0f}",
            f"{self.cpu_ms:.0f}",
            f"{self.kilobytes:.0f}",
            f"{1000 * self.first:.0f}",
            "yes" if self.good else "**no**",
        )
        return f"| {' | '.join(cells)} |"


def quantile(values: list[float], q: float) -> float:
    """The smallest value that at least the share ``q`` of all does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-q * len(ordered) // 1) - 1)]


def cpu_seconds(pid: int) -> float:
    root = psutil.Process(pid)
    return sum(sum(process.cpu_times()[:2]) for process in (root, *root.children(recursive=True)))


def settle(pid: int) -> None:
    """Wait until the server has done what it does after its start: quiet for longer than its own pause."""
    deadline, before, quiet = time.monotonic() + PATIENCE, cpu_seconds(pid), 0
    while time.monotonic() < deadline and quiet < QUIET:
        time.sleep(1)
        now = cpu_seconds(pid)
        before, quiet = now, quiet + 1 if now - before < 0.02 else 0


async def connect(server: Server, page: str) -> Session:
    address = urlsplit(server.url)
    socket = await websockets.connect(
        f"ws://{address.netloc}/_stcore/stream",
        subprotocols=[websockets.Subprotocol("streamlit")],
        origin=websockets.Origin(server.url),
        max_size=None,
        ping_interval=None,
        compression=None,
    )
    return Session(socket, page, server.url)


def change(session: Session, chance: random.Random, seen: set[tuple]) -> tuple[str, str]:
    """Turn one filter to a value that makes a combination not seen before; which one, and what it showed."""
    for _ in range(10_000):
        fixed = "period" if session.page == WEEKLY else ""
        key = chance.choice([key for key, box in session.boxes.items() if len(box.options) > 1 and key != fixed])
        value = chance.choice([o for o in session.boxes[key].options if o != session.shown(key)])
        shown = {key: session.shown(key) for key in session.boxes}
        combination = tuple(sorted((shown | {key: value}).items()))
        if combination not in seen:
            seen.add(combination)
            session.choose(key, value)
            return key, shown[key]
    raise RuntimeError(f"the filters of {session.page!r} have no combination left")


async def measure(server: Server, page: str, changes: int, seen: set[tuple]) -> Result:
    session = await connect(server, page)
    session.query = {"period": "2023-W47"} if page == WEEKLY else {}
    first = await session.run()
    if not session.boxes:
        raise RuntimeError(f"/{page} shows no filter")
    chance = random.Random(f"bench {page}")
    times, views, used, sent = [], {session.view}, 0.0, 0
    while len(times) < changes:
        key, shown = change(session, chance, seen)
        received, before = session.received, cpu_seconds(server.pid)
        seconds = await session.run()
        if session.empty:  # an empty page is fast, and little lies behind it: back again
            session.choose(key, shown)
            await session.run()
        elif session.view not in views:  # the newest month has two names
            views.add(session.view)
            times.append(seconds)
            used, sent = used + cpu_seconds(server.pid) - before, sent + session.received - received
    await session.socket.close()
    if len(session.titles) != 1:
        raise RuntimeError(f"/{page} turned into other pages: {session.titles}")
    return Result(page, first, times, used / changes, sent / 1024 / changes)


async def measure_all(server: Server, changes: int) -> tuple[float, list[Result]]:
    """Seconds of the very first run, and a result for each page."""
    session = await connect(server, "")
    first = await session.run()
    await session.socket.close()
    settle(server.pid)
    seen: set[tuple] = set()
    return first, [await measure(server, page, changes, seen) for page in session.pages if page in REPORTS]


def machine() -> str:
    info = Path("/proc/cpuinfo")
    models = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{models[0] if models else platform.processor()}, {psutil.cpu_count()} cores, {memory:.0f} GiB; "
        f"Python {platform.python_version()}, Streamlit {streamlit_version}; load before {psutil.getloadavg()[0]:.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=40)
    parser.add_argument("--check", action="store_true", help=f"exit with 1 over {P95_MS} ms (p95) or {CPU_MS} ms (CPU)")
    parser.add_argument("--database", default=f"duckdb:///{PROJECT / 'sample_data' / 'demonstration.duckdb'}")
    options = parser.parse_args()
    print(f"{machine()}.\n")
    with tempfile.TemporaryDirectory() as folder, serve(options.database, Path(folder) / "server.log") as server:
        try:
            first, results = asyncio.run(measure_all(server, options.changes))
        except RuntimeError as problem:
            sys.exit(f"{server.log.read_text(errors='replace')[-4000:]}\n{problem}")
        memory = psutil.Process(server.pid).memory_info().rss / 2**20
    print("| page | changes | p50 ms | p95 ms | max ms | CPU ms | kB | first run ms | within the bar |")
    print("| --- " + "| ---: " * 7 + "| --- |")
    print(*(result.line() for result in results), sep="\n")
    print(f"\nBar: p95 ≤ {P95_MS} ms, CPU ≤ {CPU_MS} ms.", end=" ")
    print(f"First page {server.seconds + first:.1f} s after the start; memory at the end {memory:.0f} MB.")
    sys.exit(options.check and not all(result.good for result in results))


if __name__ == "__main__":
    main()
