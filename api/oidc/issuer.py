"""Fetches an issuer's public keys over HTTP: the only place here that touches a network."""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

LOG = logging.getLogger("whyred.api")
TIMEOUT = 5.0
"""Seconds; a request waits for it."""
MOST_BYTES = 1_000_000
WELL_KNOWN = "/.well-known/openid-configuration"


class IssuerError(Exception):
    """The issuer's keys cannot be had; the message says from where and why."""


def fetch_keys(issuer: str, jwks_url: str = "") -> KeySet:
    """The keys at that address, or at the one that the issuer's discovery document names. Raises IssuerError."""
    with httpx.Client(timeout=TIMEOUT) as client:
        where = jwks_url or _discovered(client, issuer)
        found = _json(client, where)
    keys = [key for each in _for_signatures(found, where) if (key := _usable(each, where)) is not None]
    if not keys:
        raise IssuerError(f"{where}: no usable keys")
    return KeySet(keys)


def _discovered(client: httpx.Client, issuer: str) -> str:
    where = issuer.rstrip("/") + WELL_KNOWN
    found = _json(client, where)
    if found.get("issuer") != issuer:
        raise IssuerError(f"{where}: speaks for {found.get('issuer')!r}, not for {issuer!r}")
    keys = found.get("jwks_uri")
    if not isinstance(keys, str) or (issuer.startswith("https://") and not keys.startswith("https://")):
        raise IssuerError(f"{where}: jwks_uri {keys!r} is no https:// address")
    return keys


def _json(client: httpx.Client, where: str) -> dict[str, Any]:
    try:
        with client.stream("GET", where, headers={"Accept": "application/json"}) as answer:
            answer.raise_for_status()
            body = b""
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise IssuerError(f"{where}: more than {MOST_BYTES} bytes")
        found = json.loads(body)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError) as error:
        raise IssuerError(f"{where}: {error or type(error).__name__}") from error
    if not isinstance(found, dict):
        raise IssuerError(f"{where}: no JSON object")
    return found


def _usable(key: dict[str, Any], where: str) -> Key | None:
    """None for a kind, curve or form that is not known here: it must not take the others along (RFC 7517, 5)."""
    try:
        return JWKRegistry.import_key(key)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        LOG.info("%s: key %.80r is passed over: %r", where, key.get("kid"), error)
        return None


def _for_signatures(found: dict[str, Any], where: str) -> list[dict[str, Any]]:
    """Public keys that sign: no shared secrets, none meant for encryption."""
    keys = found.get("keys")
    if not isinstance(keys, list):
        raise IssuerError(f"{where}: no list of keys")
    return [k for k in keys if isinstance(k, dict) and k.get("kty") != "oct" and k.get("use", "sig") == "sig"]
