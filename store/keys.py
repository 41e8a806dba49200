"""Keeps keys for tools and people: of each secret only a salted digest."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from store.database import put
from store.tables import keys

PREFIX = "wr"


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it may be shown. `owners` are the CSMs whose accounts it opens; none means every account."""

    id: str
    name: str
    role: str
    owners: tuple[str, ...]
    created: datetime
    expires: datetime
    revoked: datetime | None = None

    def works_at(self, now: datetime) -> bool:
        return self.revoked is None and now < self.expires


def create_key(
    connection: Connection, name: str, role: str, owners: Sequence[str], now: datetime, lives: timedelta
) -> tuple[Key, str]:
    """The key and its token; the token is told once and kept nowhere."""
    key = Key(secrets.token_hex(5), name, role, tuple(owners), now, now + lives)
    secret, salt = secrets.token_urlsafe(32), secrets.token_hex(16)
    row = {
        "id": key.id,
        "name": name,
        "role": role,
        "owners": list(owners),
        "salt": salt,
        "digest": _digest(salt, secret),
        "created": key.created,
        "expires": key.expires,
        "revoked": None,
    }
    put(connection, keys, [row])
    return key, f"{PREFIX}_{key.id}_{secret}"


def is_key(token: str) -> bool:
    """Whether the text has the form of our own tokens."""
    return token.startswith(f"{PREFIX}_")


def key_of(connection: Connection, token: str) -> Key | None:
    """The key whose token this is, whether or not it still works; None for any other text."""
    prefix, _, rest = token.partition("_")
    key_id, _, secret = rest.partition("_")
    if prefix != PREFIX or not secret:
        return None
    row = connection.execute(select(keys).where(keys.c.id == key_id)).first()
    if row is None or not secrets.compare_digest(_digest(row.salt, secret), row.digest):
        return None
    return _key(row)


def all_keys(connection: Connection) -> list[Key]:
    return [_key(row) for row in connection.execute(select(keys).order_by(keys.c.created, keys.c.id))]


def revoke_key(connection: Connection, key_id: str, now: datetime) -> bool:
    """Says whether there was such a key that still worked."""
    statement = update(keys).where(keys.c.id == key_id, keys.c.revoked.is_(None)).values(revoked=now)
    return connection.execute(statement).rowcount == 1


def any_opens_all(connection: Connection, role: str, now: datetime) -> bool:
    """Whether a key of the role works that opens every account."""
    return any(key.role == role and not key.owners and key.works_at(now) for key in all_keys(connection))


def _digest(salt: str, secret: str) -> str:
    """One round is enough: the secret holds 256 random bits, nobody chose it."""
    return hashlib.sha256(f"{salt}:{secret}".encode()).hexdigest()


def _key(row: Row[Any]) -> Key:
    return Key(row.id, row.name, row.role, tuple(row.owners), row.created, row.expires, row.revoked)
