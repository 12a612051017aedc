"""A real mail server on this machine, with a certificate of its own and one user."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

USER, PASSWORD = "cockpit", "geheim-7531"


class Mailbox:
    """What the server took. It does not know anybody called nobody, and takes no message with REFUSE in its subject."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(one.content, policy=SMTP) for one in self.envelopes]  # type: ignore

    async def handle_RCPT(self, server, session, envelope: Envelope, address: str, options) -> str:
        if address.startswith("nobody@"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope: Envelope) -> str:
        if b"REFUSE" in envelope.content:
            return f"552-5.3.4 too big\r\n552 for {PASSWORD}"
        self.envelopes.append(envelope)
        return "250 OK"


def _login(server, session, envelope, mechanism, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


def certificate(folder: Path, host: str = "127.0.0.1") -> Path:
    """A certificate for ``host``, signed by itself; its key stands beside it."""
    file = folder / f"{host}.pem"
    kind = "IP" if host[0].isdigit() else "DNS"
    key = f"ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout {file.with_suffix('.key')} -out {file}"
    name = f"-subj /CN={host} -addext subjectAltName={kind}:{host}"
    subprocess.run(f"openssl req -x509 -newkey {key} {name}".split(), check=True, capture_output=True)
    return file


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(security: str, certificate: Path | None = None, login: bool = True) -> Iterator[tuple[int, Mailbox]]:
    """The server's port and what it takes, as long as the block runs."""
    box, port, options = Mailbox(), free_port(), dict[str, Any](enable_SMTPUTF8=False)
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        options |= {"ssl_context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
    if login:
        options |= {"authenticator": _login, "auth_required": True, "auth_require_tls": security == "starttls"}
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port, box
    finally:
        controller.stop()


@contextmanager
def answering(answers: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a server that treats its one visitor as ``answers`` says."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with listening.accept()[0] as visitor:
                answers(visitor)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(10)
