"""Keeps who is signed in to the console, one-time links, and failed attempts to sign in."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, or_, select, text, update

from store.database import put, replace
from store.tables import attempts, keys, links, sessions

LIVES = timedelta(hours=12)
IDLE = timedelta(hours=2)
LINK_LIVES = timedelta(hours=24)
SEEN_EVERY = timedelta(minutes=5)
"""How often a page view is written down: every view would be a write."""
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
_SESSION = (
    select(sessions, keys.c.revoked, keys.c.expires.label("key_expires"))
    .outerjoin(keys, keys.c.id == sessions.c.key_id)
    .where(sessions.c.digest == bindparam("digest"))
)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in; `csrf` must come back with every form."""

    name: str
    role: str
    owners: tuple[str, ...]
    csrf: str


@dataclass(frozen=True, slots=True)
class Link:
    """Whom a one-time link signs in."""

    name: str
    role: str
    owners: tuple[str, ...]


def open_session(
    connection: Connection, name: str, role: str, owners: Sequence[str], key_id: str | None, now: datetime
) -> str:
    """The token for the cookie; only its digest is kept."""
    connection.execute(delete(sessions).where(sessions.c.expires <= now))
    token = secrets.token_urlsafe(32)
    row = {
        "digest": _digest(token),
        "name": name,
        "role": role,
        "owners": list(owners),
        "key_id": key_id,
        "csrf": secrets.token_urlsafe(32),
        "created": now,
        "seen": now,
        "expires": now + LIVES,
    }
    put(connection, sessions, [row])
    return token


def session_of(connection: Connection, token: str, now: datetime) -> Session | None:
    """None once it is over, was idle too long, or the key it was opened with stopped working."""
    row = connection.execute(_SESSION, {"digest": _digest(token)}).first()
    if row is None or now >= row.expires or now - row.seen >= IDLE or row.revoked is not None:
        return None
    if row.key_expires is not None and now >= row.key_expires:
        return None
    if now - row.seen >= SEEN_EVERY:
        connection.execute(update(sessions).where(sessions.c.digest == row.digest).values(seen=now))
    return Session(row.name, row.role, tuple(row.owners), row.csrf)


def end_session(connection: Connection, token: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.digest == _digest(token)))


def create_link(connection: Connection, name: str, role: str, owners: Sequence[str], now: datetime) -> str:
    """A token that signs its holder in once, within a day."""
    token = secrets.token_urlsafe(32)
    row = {
        "digest": _digest(token),
        "name": name,
        "role": role,
        "owners": list(owners),
        "expires": now + LINK_LIVES,
    }
    put(connection, links, [row])
    return token


def redeem_link(connection: Connection, token: str, now: datetime) -> Link | None:
    """Use a link up; None for one that is unknown, used or too old."""
    row = connection.execute(select(links).where(links.c.digest == _digest(token), links.c.expires > now)).first()
    taken = connection.execute(delete(links).where(links.c.digest == _digest(token))).rowcount
    if row is None or taken != 1:
        return None
    return Link(row.name, row.role, tuple(row.owners))


def locked_until(connection: Connection, subjects: Sequence[str], now: datetime) -> datetime | None:
    """When the last of these subjects may try again; None where all may now.

    From here on this transaction judges alone: of many attempts at once, each would find that none had failed yet.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE attempts IN EXCLUSIVE MODE"))
    connection.execute(delete(attempts).where(attempts.c.last <= now - LOCKED_FOR))
    query = select(func.max(attempts.c.last)).where(
        attempts.c.subject.in_(subjects), attempts.c.failures >= MOST_FAILURES
    )
    last = connection.execute(query).scalar()
    return last + LOCKED_FOR if last is not None else None


def note_failure(connection: Connection, subjects: Sequence[str], now: datetime) -> None:
    """After `locked_until`, in the same transaction."""
    for subject in subjects:
        row = connection.execute(select(attempts).where(attempts.c.subject == subject)).first()
        first, failures = (row.first, row.failures + 1) if row is not None else (now, 1)
        replace(connection, attempts, [{"subject": subject, "failures": failures, "first": first, "last": now}])


def forget_failures(connection: Connection, subjects: Sequence[str]) -> None:
    connection.execute(delete(attempts).where(or_(*(attempts.c.subject == subject for subject in subjects))))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
