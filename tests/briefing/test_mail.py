"""Mail is handed to a real server, encrypted and logged in; what goes wrong is a sentence, and the password in none."""

import base64
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes
from email.policy import SMTP, default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit import i18n
from cockpit.briefing import mail
from cockpit.briefing.mail import Server
from cockpit.errors import MailError, SettingsError
from cockpit.settings import Settings, settings
from tests.briefing.mailserver import PASSWORD, USER, answering, certificate, free_port, serving

FROM, TO = "cockpit@example.org", ["a@example.org", "b@example.org"]
SUBJECT = "演示数据·虚构 · 矛盾纠纷与群众诉求周报 · 示范区 · 西乡街道 · 2023年第47周（11月20日—26日）"
NAME = "周报_2023-W47_宝安区_" + "很长的街道名称" * 8 + ".pdf"
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 2000


@pytest.fixture(autouse=True)
def spoken() -> None:
    i18n.use("en")


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> Path:
    """A certificate for 127.0.0.1 that no system knows."""
    return certificate(tmp_path_factory.mktemp("certificates"))


def letter(*to: str, subject: str = SUBJECT) -> mail.EmailMessage:
    return mail.message(
        FROM, to or TO, subject, "西乡街道受理纠纷 312 件。\n.\n第二行", {NAME: PDF, "周报.docx": b"PK"}
    )


def at(port: int, security: str, own: Path | None) -> Server:
    user, password = (None, "") if security == "none" else (USER, PASSWORD)
    return Server("127.0.0.1", port, security, user, password, own)


@contextmanager
def reached(security: str, own: Path) -> Iterator[tuple[Server, object]]:
    with serving(security, None if security == "none" else own, login=security != "none") as (port, box):
        yield at(port, security, own), box


# --- what arrives -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_it_arrives_as_it_was_written(security, own):
    with reached(security, own) as (server, box):
        mail.send(letter(), server)
    (envelope,), (found,) = box.envelopes, box.messages
    assert (envelope.mail_from, envelope.rcpt_tos) == (FROM, TO)
    assert (found["From"], found["To"], found["Subject"]) == (FROM, ", ".join(TO), SUBJECT)
    assert found.get_body().get_content().splitlines() == ["西乡街道受理纠纷 312 件。", ".", "第二行"]
    pdf, docx = found.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content_type(), pdf.get_content()) == (NAME, "application/pdf", PDF)
    assert (docx.get_filename(), docx.get_content()) == ("周报.docx", b"PK")
    assert docx.get_content_type().endswith("wordprocessingml.document")
    assert found["Message-ID"].endswith("@example.org>")
    assert found["Date"].datetime.utcoffset() is not None


def test_what_travels_is_ascii_in_short_lines(own):
    """RFC 2047 for the subject, RFC 2231 for the names of files, base64 for the rest."""
    with reached("starttls", own) as (server, box):
        mail.send(letter(), server)
    content = box.envelopes[0].content
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert b"Subject: =?utf-8?" in content
    assert b"filename*" in content and b"utf-8''" in content  # noqa: PT018


# --- what data cannot do ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028", "\x85", "\x0b", "\n\n", "\r\n\r\n"])
def test_a_name_with_line_ends_begins_no_header(end, own):
    evil = f"西乡街道{end}Bcc: thief@example.org{end}{end}<b>"
    with reached("tls", own) as (server, box):
        mail.send(mail.message(FROM, TO, evil, "text", {f"{evil}.pdf": b"x"}), server)
    (found,), (envelope,) = box.messages, box.envelopes
    assert found["Bcc"] is None
    assert envelope.rcpt_tos == TO
    assert found["Subject"] == "西乡街道 Bcc: thief@example.org <b>"
    assert next(found.iter_attachments())["Bcc"] is None
    assert found.get_body().get_content().strip() == "text"


@given(st.text(), st.text(min_size=1), st.text())
def test_whatever_stands_in_data_the_headers_are_ours(subject, name, text):
    sent = mail.message(FROM, TO, subject, text, {f"{name}.pdf": b"x"})
    found = message_from_bytes(bytes(sent), policy=SMTP)
    headers = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
    assert sorted(found.keys()) == sorted(headers)
    (attached,) = found.iter_attachments()
    assert attached.get_content() == b"x"


def test_marks_that_turn_text_round_are_left_out():
    assert mail.one_line("a\u202egpj.exe\x00\ufeff\ud800b") == "agpj.exeb"


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.fixture
def refused(caplog, capfd):
    """``refused(server, letter)`` → the sentence, after a look for the password in it, the log and the terminal."""
    caplog.set_level(logging.DEBUG)

    def sent(server: Server, message: mail.EmailMessage) -> str:
        with pytest.raises(MailError) as problem:
            mail.send(message, server)
        said = str(problem.value)
        ours = [record.getMessage() for record in caplog.records if not record.name.startswith("mail")]
        everything = "\n".join([said, i18n.say(problem.value.text, problem.value.values), *ours, *capfd.readouterr()])
        secrets = [server.password, base64.b64encode(f"\0{USER}\0{server.password}".encode()).decode()]
        assert not [secret for secret in secrets if server.password and secret in everything]
        assert problem.value.__cause__ is None
        assert problem.value.__suppress_context__
        assert "\n" not in said
        return said

    return sent


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_wrong_password(security, own, refused):
    with reached(security, own) as (server, box):
        said = refused(replace(server, password="wrong-8642"), letter())
    assert f"127.0.0.1:{server.port} does not take the user 'cockpit' with this password: 535" in said
    assert box.envelopes == []


def test_a_recipient_that_nobody_knows_is_named_and_the_others_get_it(own, refused):
    with reached("starttls", own) as (server, box):
        said = refused(server, letter("nobody@example.org", "a@example.org"))
    assert "does not deliver to nobody@example.org (550 5.1.1 no such user)" in said
    assert [envelope.rcpt_tos for envelope in box.envelopes] == [["a@example.org"]]


def test_only_recipients_that_nobody_knows(own, refused):
    with reached("starttls", own) as (server, box):
        said = refused(server, letter("nobody@example.org", "nobody@example.com"))
    assert "nobody@example.org (550" in said
    assert "nobody@example.com (550" in said
    assert box.envelopes == []


def test_a_message_that_the_server_does_not_take_even_if_it_repeats_the_password(own, refused):
    with reached("tls", own) as (server, _box):
        said = refused(server, letter(subject="REFUSE"))
    assert "does not take the message: 552 5.3.4 too big" in said
    assert "***" in said


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_signed(security, own, refused):
    with reached(security, own) as (server, box):
        said = refused(replace(server, ca_file=None), letter())
    assert "is not trusted: self-signed certificate. Name the authority" in said
    assert "COCKPIT_SMTP_CA_FILE" in said
    assert box.envelopes == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_another_host(security, tmp_path, refused):
    other = certificate(tmp_path, "mail.example.org")
    with serving(security, other) as (port, box):
        said = refused(at(port, security, other), letter())
    assert "is not trusted: IP address mismatch" in said
    assert box.envelopes == []


def test_a_file_that_holds_no_certificate(tmp_path, own, refused):
    (tmp_path / "ca.pem").write_text("no certificate")
    with reached("starttls", own) as (server, _box):
        for file in (tmp_path / "ca.pem", tmp_path / "nowhere.pem"):
            with pytest.raises(MailError, match=f"COCKPIT_SMTP_CA_FILE={file} is no file"):
                mail.send(letter(), replace(server, ca_file=file))


def test_a_server_that_is_gone(refused):
    said = refused(at(free_port(), "starttls", None), letter())
    assert "cannot be reached: Connection refused. Check COCKPIT_SMTP_HOST" in said


def test_a_host_that_nobody_knows(refused):
    said = refused(replace(at(25, "none", None), host="nowhere.invalid"), letter())
    assert "nowhere.invalid:25 cannot be reached" in said


def test_a_server_that_says_nothing(refused, monkeypatch):
    monkeypatch.setattr(mail, "PATIENCE", 0.3)
    with answering(lambda visitor: visitor.recv(1)) as port:
        said = refused(at(port, "starttls", None), letter())
    assert "broke off: Connection unexpectedly closed: timed out" in said


def test_a_server_that_hangs_up(refused):
    with answering(lambda visitor: visitor.sendall(b"220 hello\r\n")) as port:
        said = refused(at(port, "starttls", None), letter())
    assert "broke off: " in said


def test_a_strange_goodbye_after_it_took_the_message_is_no_failure():
    answers = [b"220 hello", b"250 hello", b"250 from", b"250 to", b"354 go on", b"250 taken", b"500 what?"]

    def talk(visitor):
        for answer in answers:
            visitor.sendall(answer + b"\r\n")
            received = visitor.recv(65536)
            while answer == b"354 go on" and not received.endswith(b"\r\n.\r\n"):
                received += visitor.recv(65536)

    with answering(talk) as port:
        mail.send(mail.message(FROM, TO[:1], SUBJECT, "text"), at(port, "none", None))


def test_a_server_without_encryption_gets_no_password(refused):
    with serving("none", login=False) as (port, box):
        assert "does not take the message: STARTTLS" in refused(at(port, "starttls", None), letter())
        assert "does not speak TLS as expected" in refused(at(port, "tls", None), letter())
    assert box.envelopes == []


def test_a_server_without_login(own, refused):
    with serving("starttls", own, login=False) as (port, box):
        refused(at(port, "starttls", own), letter())
    assert box.envelopes == []


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def given_settings(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"COCKPIT_{name.upper()}", raising=False)

    def given(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"COCKPIT_SMTP_{name.upper()}", str(value))
        settings.cache_clear()

    yield given
    settings.cache_clear()


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_usual_port(given_settings, security, port):
    given_settings(host="smtp.example.org", security=security)
    assert mail.server() == Server("smtp.example.org", port, security)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_password_may_stand_in_a_file(given_settings, tmp_path, end, own):
    (tmp_path / "password").write_text(PASSWORD + end, newline="")
    with serving("starttls", own) as (port, box):
        given_settings(host="127.0.0.1", port=port, user=USER, password_file=tmp_path / "password", ca_file=own)
        mail.sender()(letter())
    assert len(box.envelopes) == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "COCKPIT_SMTP_HOST names no server"),
        ({"host": "h", "user": "u"}, "go together"),
        ({"host": "h", "password": "geheim"}, "go together"),
        ({"host": "h", "user": "u", "password": "geheim", "security": "none"}, "readable to all"),
        ({"host": "h", "user": "u", "password": "geheim密"}, "ASCII characters only"),
        ({"host": "h", "user": "u", "password": "geheim", "password_file": "/x"}, "both set"),
        ({"host": "h", "user": "u", "password_file": "/nowhere/password"}, "/nowhere/password cannot be read"),
    ],
)
def test_settings_that_do_not_go_together(given_settings, values, said):
    given_settings(**values)
    with pytest.raises(SettingsError, match=said) as problem:
        mail.server()
    assert "geheim" not in str(problem.value)


def test_nothing_that_is_printed_of_settings_holds_the_password(given_settings):
    given_settings(host="h", user="u", password="geheim")
    assert "geheim" not in f"{settings()!r} {settings()} {mail.server()!r} {settings().model_dump()}"


def test_a_message_can_be_read_by_an_ordinary_reader():
    assert message_from_bytes(bytes(letter()), policy=default)["Subject"] == SUBJECT
