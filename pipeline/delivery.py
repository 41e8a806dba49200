"""Carries the outbox to its receivers: signed, retried with backoff, at least once, each attempt kept.

A receiver that honours the idempotency key (a header of the webhook, the Message-ID of the mail) takes nothing twice.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx

from pipeline.receivers import Mail, Receivers, Webhook, beside, secret_of
from store.database import Database
from store.outbox import Delivery, due, keep_attempt

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
"""Doubled from the first to the longest; there is no last attempt, since a receiver may be down for days."""
TIMEOUT = 10.0
SIGNATURE, KEY = "X-Whyred-Signature", "Idempotency-Key"

Send = Callable[[Delivery], None]
"""Hands one delivery over, or raises `DeliveryError`."""


class DeliveryError(RuntimeError):
    """The receiver did not take it; the message says what it answered."""


@dataclass(slots=True)
class DeliveryReport:
    delivered: int = 0
    failed: int = 0
    waiting: int = 0


def deliver(database: Database, senders: Mapping[str, Send], now: datetime) -> DeliveryReport:
    """Try what is due. A receiver that fails is left alone until the next run; the others go on."""
    report = DeliveryReport()
    for receiver, send in senders.items():
        with database.reading() as connection:
            waiting = due(connection, [receiver], now)
        for number, item in enumerate(waiting):
            tried = _tried(item, send, now)
            with database.transaction() as connection:
                keep_attempt(connection, tried)
            if tried.delivered is None:
                report.failed += 1
                report.waiting += len(waiting) - number - 1
                break
            report.delivered += 1
    return report


def senders_of(receivers: Receivers, file: Path) -> dict[str, Send]:
    """How each receiver is reached; what it does not want counts as taken."""
    found: dict[str, Send] = {}
    for receiver in receivers.all:
        send = (
            webhook_sender(receiver, secret_of(file, receiver.secret_file))
            if isinstance(receiver, Webhook)
            else mail_sender(receiver, secret_of(file, receiver.password_file), file)
        )
        found[receiver.name] = _only(receiver.kinds, send) if receiver.kinds else send
    return found


def webhook_sender(webhook: Webhook, secret: str, transport: httpx.BaseTransport | None = None) -> Send:
    def send(item: Delivery) -> None:
        body = json.dumps({**item.content, "kind": item.kind, "day": item.day.isoformat(), "key": item.key})
        headers = {"Content-Type": "application/json", KEY: item.key}
        if secret:
            headers[SIGNATURE] = signature(body, secret)
        try:
            with httpx.Client(timeout=TIMEOUT, transport=transport, trust_env=False) as client:
                answer = client.post(str(webhook.url), content=body, headers=headers)
        except httpx.HTTPError as error:
            raise DeliveryError(f"{webhook.name}: {type(error).__name__}: {error}") from error
        if not answer.is_success:
            raise DeliveryError(f"{webhook.name}: answered {answer.status_code}")

    return send


def signature(body: str, secret: str) -> str:
    """`sha256=` and the HMAC of the body as sent: the receiver computes the same from the bytes it got."""
    return "sha256=" + hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()


def mail_sender(mail: Mail, password: str, file: Path) -> Send:
    """`file` is the receivers file, beside which a relative `ca_file` lies."""

    def send(item: Delivery) -> None:
        message = letter(item, mail)
        try:
            with smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT) as server:
                if mail.starttls:
                    authority = beside(file, mail.ca_file) if mail.ca_file is not None else None
                    server.starttls(context=ssl.create_default_context(cafile=authority))
                if mail.user:
                    server.login(mail.user, password)
                refused = server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(f"{mail.name}: {type(error).__name__}: {error}") from error
        if refused:
            raise DeliveryError(f"{mail.name}: refused for {', '.join(sorted(refused))}")

    return send


def letter(item: Delivery, mail: Mail) -> EmailMessage:
    content: dict[str, Any] = item.content
    message = EmailMessage()
    message["From"] = mail.sender
    message["To"] = ", ".join(mail.to or (content["owner"],))
    message["Subject"] = " ".join(str(content["text"]).split())[:120]
    message["Message-ID"] = f"<{item.key.removeprefix('sha256:')}@whyred>"
    steps = "\n".join(f"- {step}" for step in content.get("steps", ()))
    message.set_content("\n\n".join(part for part in (content["text"], content.get("paragraph", ""), steps) if part))
    return message


def wait_after(attempts: int) -> timedelta:
    """One minute, then twice as long each time, at most six hours."""
    doubled: int = 2 ** min(attempts - 1, 20)
    return min(doubled * FIRST_WAIT, LONGEST_WAIT)


def _tried(item: Delivery, send: Send, now: datetime) -> Delivery:
    attempts = item.attempts + 1
    try:
        send(item)
    except DeliveryError as error:
        return replace(item, attempts=attempts, next_at=now + wait_after(attempts), error=str(error))
    return replace(item, attempts=attempts, next_at=None, delivered=now, error="")


def _only(kinds: tuple[str, ...], send: Send) -> Send:
    def wanted(item: Delivery) -> None:
        if item.kind in kinds:
            send(item)

    return wanted
