"""A cockpit of its own for a test: the real command on a free port, ended when the test is."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

PROJECT = Path(__file__).resolve().parent.parent
PATIENCE = 60


@dataclass(frozen=True)
class Server:
    url: str
    pid: int
    log: Path
    seconds: float  # from the command to the first healthy answer


@contextmanager
def serve(database_url: str, log: Path, **settings: str) -> Iterator[Server]:
    """Run ``python -m cockpit serve`` on these facts; settings are environment variables."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COCKPIT_")}
    environment |= {"COCKPIT_DATABASE_URL": database_url, "PYTHONUNBUFFERED": "1"} | settings
    command = [sys.executable, "-m", "cockpit", "serve", "--port", str(port)]
    started = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        url = f"http://localhost:{port}"
        wait_until_healthy(url, process, log)
        yield Server(url, process.pid, log, time.monotonic() - started)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_healthy(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urlopen(f"{url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the cockpit did not come up at {url}: {log.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
