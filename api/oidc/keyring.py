"""Keeps an issuer's keys: fetched rarely, again when a token names one never seen, never in a storm."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from joserfc.jwk import Key, KeySet

from api.oidc.issuer import IssuerError

LOG = logging.getLogger("whyred.api")
FRESH = timedelta(minutes=15)
"""How long keys serve before they are looked at again: a withdrawn key stops working by then."""
KEPT = timedelta(hours=6)
"""How long they serve on while the issuer does not answer."""
WAIT = timedelta(seconds=30)
"""Between two fetches, whoever asks: made-up key names must not turn this service against its issuer."""

Fetch = Callable[[], KeySet]


class UnknownKeyError(Exception):
    """The issuer publishes no key of that name."""


class Keyring:
    """`key` is safe from several threads; one of them fetches, the others wait for it only where no keys are at hand."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._keys: KeySet | None = None
        self._fetched: datetime | None = None
        self._tried: datetime | None = None
        self._fault = ""

    def key(self, kid: str | None, now: datetime) -> Key:
        """Raises UnknownKeyError, or IssuerError where no keys can be had to judge by."""
        found = self._named(kid) if self._younger_than(FRESH, now) else None
        if found is not None:
            return found
        looked = self._looked_again(now)
        found = self._named(kid)
        if not self._younger_than(KEPT, now) or (found is None and self._fault):
            raise IssuerError(self._fault)
        if found is None and not looked:
            raise IssuerError("the keys are being fetched just now")
        if found is None:
            raise UnknownKeyError(f"the issuer publishes no key {kid!r}")
        return found

    def _looked_again(self, now: datetime) -> bool:
        """False where another thread is just fetching, and nobody has to wait for it."""
        if not self._lock.acquire(blocking=not self._younger_than(KEPT, now)):
            return False
        try:
            self._refresh(now)
        finally:
            self._lock.release()
        return True

    def _younger_than(self, age: timedelta, now: datetime) -> bool:
        return self._fetched is not None and now - self._fetched < age

    def _refresh(self, now: datetime) -> None:
        if self._tried is not None and now - self._tried < WAIT:
            return
        self._tried = now
        try:
            self._keys = self._fetch()
            self._fetched, self._fault = (
                now,
                "",
            )  # last, as others look without the lock: old keys are never called fresh
        except IssuerError as error:
            self._fault = str(error)
            LOG.warning("keys of the issuer: %s", error)

    def _named(self, kid: str | None) -> Key | None:
        """A token without a key's name is taken only where there is but one key."""
        keys = list(self._keys or ())
        if kid is None:
            return keys[0] if len(keys) == 1 else None
        return next((key for key in keys if key.kid == kid), None)
