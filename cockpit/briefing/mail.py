"""A briefing by mail: a message that data cannot bend, and a server that takes it or says in a sentence why not."""

import smtplib
import ssl
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, make_msgid
from pathlib import Path
from typing import Literal

from cockpit.errors import MailError, SettingsError
from cockpit.i18n import _
from cockpit.settings import settings
from queries.words import N_

PORTS = {"starttls": 587, "tls": 465, "none": 25}
PATIENCE = 30  # seconds for each answer of the server
LONGEST = 200  # characters of what a server says
TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
Send = Callable[[EmailMessage], None]


@dataclass(frozen=True)
class Server:
    """Where mail is handed over. ``password``: never in a text that anybody reads."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str | None = None
    password: str = field(default="", repr=False)
    ca_file: Path | None = None

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"


def server() -> Server:
    """The mail server of the settings; raises SettingsError where they do not go together."""
    chosen = settings()
    if chosen.smtp_host is None:
        raise SettingsError(N_("The schedule sends mail, and COCKPIT_SMTP_HOST names no server for it."))
    port = chosen.smtp_port or PORTS[chosen.smtp_security]
    found = Server(chosen.smtp_host, port, chosen.smtp_security, chosen.smtp_user, _password(), chosen.smtp_ca_file)
    if (found.user is None) != (not found.password):
        raise SettingsError(N_("COCKPIT_SMTP_USER and its password go together: set both, or neither."))
    if found.user and found.security == "none":
        raise SettingsError(
            N_("COCKPIT_SMTP_SECURITY=none would send the password readable to all on the way. Set starttls or tls.")
        )
    if not f"{found.user or ''}{found.password}".isascii():
        raise SettingsError(
            N_("COCKPIT_SMTP_USER and its password may hold ASCII characters only, for so SMTP sends them.")
        )
    return found


def _password() -> str:
    given, file = settings().smtp_password, settings().smtp_password_file
    if given is not None and file is not None:
        raise SettingsError(N_("COCKPIT_SMTP_PASSWORD and COCKPIT_SMTP_PASSWORD_FILE are both set; keep one."))
    if file is None:
        return given.get_secret_value() if given is not None else ""
    try:
        return file.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise SettingsError(N_("COCKPIT_SMTP_PASSWORD_FILE={file} cannot be read as text."), file=file) from None


def sender() -> Send:
    """What hands messages to the server of the settings; raises SettingsError, and when called MailError."""
    found = server()
    return lambda message: send(message, found)


# --- the message ------------------------------------------------------------------------------------------------------


def message(
    sender: str, to: Sequence[str], subject: str, text: str, attached: Mapping[str, bytes] | None = None
) -> EmailMessage:
    """A message with files by name. Nothing in subject, addresses or names can begin another header."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"] = one_line(sender), ", ".join(map(one_line, to))
    made["Subject"] = one_line(subject)
    made["Date"] = localtime()
    made["Message-ID"] = make_msgid(domain=one_line(sender).rpartition("@")[2] or None)
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text, cte="base64")
    for name, content in (attached or {}).items():
        kind, subtype = TYPES.get(Path(name).suffix, "application/octet-stream").split("/")
        made.add_attachment(content, maintype=kind, subtype=subtype, filename=one_line(name))
    return made


def one_line(text: str) -> str:
    """Without line ends and other characters that steer instead of being read."""
    words = " ".join(text.split())
    return "".join(sign for sign in words if unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))


# --- handing it over --------------------------------------------------------------------------------------------------


def send(message: EmailMessage, to: Server) -> None:
    """Hand the message over; MailError where the server does not take it for everybody."""
    with _in_a_sentence(to), _connected(to) as connection:
        if to.user is not None:
            connection.login(to.user, to.password)
        refused = connection.send_message(message)
        if refused:
            raise smtplib.SMTPRecipientsRefused(refused)


@contextmanager
def _connected(to: Server) -> Iterator[smtplib.SMTP]:
    if to.security == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(to.host, to.port, timeout=PATIENCE, context=_trust(to))
    else:
        connection = smtplib.SMTP(to.host, to.port, timeout=PATIENCE)
    try:
        if to.security == "starttls":
            connection.starttls(context=_trust(to))
        yield connection
    finally:
        with suppress(OSError):  # how it says goodbye changes nothing about what it took
            connection.quit()
        connection.close()


def _trust(to: Server) -> ssl.SSLContext:
    """Certificates are checked against the system's authorities and, where set, one's own."""
    context = ssl.create_default_context()
    if to.ca_file is not None:
        try:
            context.load_verify_locations(cafile=to.ca_file)
        except OSError as problem:  # ssl.SSLError is one: a file that holds no certificate
            raise MailError(
                N_("COCKPIT_SMTP_CA_FILE={file} is no file with certificates (PEM)."), file=to.ca_file
            ) from problem
    return context


@contextmanager
def _in_a_sentence(to: Server) -> Iterator[None]:
    """Without the cause behind it: an answer of the server could repeat what it was sent."""
    try:
        yield
    except (OSError, ValueError) as problem:  # smtplib.SMTPException and ssl.SSLError are OSErrors
        text, values = _sentence(problem, to)
        raise MailError(text, server=to.name, **values) from None


def _sentence(problem: Exception, to: Server) -> tuple[str, dict[str, object]]:
    why: dict[str, object] = {"why": _said(problem, to)}
    match problem:
        case ssl.SSLCertVerificationError():
            why = {"why": _clean(problem.verify_message, to)}
            return N_(
                "The certificate of the mail server {server} is not trusted: {why}. Name the authority that signed it "
                "with COCKPIT_SMTP_CA_FILE, or the host as the certificate does."
            ), why
        case ssl.SSLError():
            return N_(
                "The mail server {server} does not speak TLS as expected: {why}. Check COCKPIT_SMTP_SECURITY and "
                "COCKPIT_SMTP_PORT."
            ), why
        case smtplib.SMTPAuthenticationError():
            return N_("The mail server {server} does not take the user {user} with this password: {why}."), why | {
                "user": repr(to.user)
            }
        case smtplib.SMTPRecipientsRefused():
            return N_("The mail server {server} does not deliver to {who}."), {"who": _refusals(problem, to)}
        case smtplib.SMTPServerDisconnected():
            return N_("The mail server {server} broke off: {why}."), why
        case smtplib.SMTPException():
            return N_("The mail server {server} does not take the message: {why}."), why
        case _:
            return N_(
                "The mail server {server} cannot be reached: {why}. Check COCKPIT_SMTP_HOST and COCKPIT_SMTP_PORT."
            ), why


def _refusals(problem: smtplib.SMTPRecipientsRefused, to: Server) -> str:
    return _("; ").join(f"{who} ({code} {_clean(said, to)})" for who, (code, said) in problem.recipients.items())


def _said(problem: Exception, to: Server) -> str:
    match problem:
        case smtplib.SMTPResponseException():
            return f"{problem.smtp_code} {_clean(problem.smtp_error, to)}"
        case OSError() if problem.strerror:
            return _clean(problem.strerror, to)
        case _:
            return _clean(str(problem), to) or type(problem).__name__


def _clean(said: str | bytes, to: Server) -> str:
    """What a server says, short, in one line, and never the password."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    hidden = text.replace(to.password, "***") if to.password else text
    return one_line(hidden)[:LONGEST].rstrip(". ")
