"""Alerts by mail, to a real SMTP server: encrypted, signed in, down for a day, and nothing twice for who knows the id."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pipeline.delivery import LONGEST_WAIT, deliver, senders_of
from pipeline.receivers import ReceiversError, load_receivers
from store.database import Database
from store.outbox import Announcement, Delivery, all_deliveries, enqueue

NOW = datetime(2026, 6, 12, 9, tzinfo=UTC)
PASSWORD = "a password"


class Mailbox:
    """Takes each message; `by_id` is what a reader sees who files mails by their Message-ID."""

    def __init__(self) -> None:
        self.got: list[tuple[list[str], Any]] = []
        self.refuses: set[str] = set()

    async def handle_RCPT(  # noqa: N802  the server asks for this name
        self, _server: object, _session: object, envelope: Any, address: str, _o: list[str]
    ) -> str:
        if address in self.refuses:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  the server asks for this name
        self, _server: object, _session: object, envelope: Any
    ) -> str:
        self.got.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 OK"

    @property
    def by_id(self) -> dict[str, Any]:
        return {message["Message-ID"]: message for _, message in self.got}


def certificate(folder: Path) -> tuple[Path, Path]:
    """A key and a self-signed certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail of the test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "mail.key", folder / "mail.pem"
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    files[0].write_bytes(key.private_bytes(*private))
    files[1].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return files


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def start(tmp_path: Path, mailbox: Mailbox) -> Iterator[Callable[..., Controller]]:
    """Starts a server that wants STARTTLS and a password; called again with its port, it is back."""
    key, certificate_file = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate_file, key)
    running: list[Controller] = []

    def check(_s: object, _se: object, _e: object, _m: str, given: LoginPassword) -> AuthResult:
        right = (given.login, given.password) == (b"whyred", PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    def begin(port: int) -> Controller:
        server = Controller(
            mailbox,
            hostname="127.0.0.1",
            port=port,
            tls_context=context,
            require_starttls=True,
            authenticator=check,
            auth_required=True,
        )
        server.start()
        running.append(server)
        return server

    yield begin
    for server in running:
        if server.server is not None:
            server.stop()


@pytest.fixture
def port() -> int:
    """One that is free; the server's own check wants to know it beforehand."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def receivers(folder: Path, port: int, more: str = "ca_file: mail.pem") -> Path:
    (folder / "mail.password").write_text(PASSWORD + "\n")
    path = folder / "receivers.yaml"
    path.write_text(
        f"mail:\n  - {{name: mail, host: 127.0.0.1, port: {port}, sender: whyred@vendor.example, "
        f"user: whyred, password_file: mail.password, {more}}}\n"
    )
    return path


def send(database: Database, file: Path, now: datetime = NOW) -> int:
    return deliver(database, senders_of(load_receivers(file), file), now).failed


def announce(database: Database, count: int = 2) -> None:
    with database.transaction() as connection:
        for n in range(count):
            content = {"text": f"Grüße: account {n} turned red", "owner": "csm@vendor.example", "steps": ["Call"]}
            enqueue(connection, [Announcement("band_crossed", f"a{n}", date(2026, 6, 12), content)])


def test_a_mail_arrives_encrypted_and_signed_in(
    tmp_path: Path, database: Database, mailbox: Mailbox, start: Callable[..., Controller], port: int
) -> None:
    announce(database)
    start(port)
    file = receivers(tmp_path, port)
    assert [send(database, file) for _ in range(2)] == [0, 0]
    assert [to for to, _ in mailbox.got] == [["csm@vendor.example"]] * 2
    body = mailbox.got[0][1].get_payload(decode=True).decode()
    assert "Grüße: account 0 turned red" in body
    assert "- Call" in body


def test_down_for_a_day_and_back_nothing_is_lost_and_nothing_filed_twice(
    tmp_path: Path, database: Database, mailbox: Mailbox, start: Callable[..., Controller], port: int
) -> None:
    announce(database, 3)
    start(port).stop()
    file = receivers(tmp_path, port)
    failed = [send(database, file, NOW + timedelta(hours=n)) for n in range(24)]
    assert sum(failed) > 3
    start(port)
    back = NOW + timedelta(days=1) + LONGEST_WAIT

    def dies(item: Delivery) -> None:
        """The run ends between the server's answer and the commit."""
        senders_of(load_receivers(file), file)["mail"](item)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver(database, {"mail": dies}, back)
    assert send(database, file, back) == 0
    assert len(mailbox.got) == 4
    assert len(mailbox.by_id) == 3
    with database.reading() as connection:
        assert all(d.delivered for d in all_deliveries(connection))


@pytest.mark.parametrize("more", ["starttls: true", "ca_file: other.pem"])
def test_a_server_that_cannot_prove_its_name_gets_no_password(
    tmp_path: Path, database: Database, mailbox: Mailbox, start: Callable[..., Controller], port: int, more: str
) -> None:
    announce(database, 1)
    (tmp_path / "other").mkdir()
    (tmp_path / "other.pem").write_bytes(certificate(tmp_path / "other")[1].read_bytes())
    start(port)
    file = receivers(tmp_path, port, more)
    assert send(database, file) == 1
    assert mailbox.got == []
    with database.reading() as connection:
        assert "CERTIFICATE_VERIFY_FAILED" in all_deliveries(connection)[0].error


def test_a_wrong_password_waits_and_says_so(
    tmp_path: Path, database: Database, mailbox: Mailbox, start: Callable[..., Controller], port: int
) -> None:
    announce(database, 1)
    start(port)
    file = receivers(tmp_path, port)
    (tmp_path / "mail.password").write_text("another")
    assert send(database, file) == 1
    with database.reading() as connection:
        assert "SMTPAuthenticationError" in all_deliveries(connection)[0].error


def test_one_refused_address_of_several_is_no_delivery(
    tmp_path: Path, database: Database, mailbox: Mailbox, start: Callable[..., Controller], port: int
) -> None:
    announce(database, 1)
    mailbox.refuses = {"gone@vendor.example"}
    to = "to: [lead@vendor.example, gone@vendor.example], ca_file: mail.pem"
    start(port)
    file = receivers(tmp_path, port, to)
    assert send(database, file) == 1
    with database.reading() as connection:
        assert "gone@vendor.example" in all_deliveries(connection)[0].error


def test_a_password_without_encryption_is_refused(tmp_path: Path) -> None:
    file = receivers(tmp_path, 25, "starttls: false")
    with pytest.raises(ReceiversError, match="unencrypted"):
        load_receivers(file)
