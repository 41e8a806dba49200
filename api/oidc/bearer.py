"""Reads a bearer token: signature, issuer, audience, times; then whose it is and what that opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError
from joserfc.jwk import Key
from joserfc.jws import extract_compact

from api.identity import Caller, caller_of
from api.oidc.issuer import IssuerError, fetch_keys
from api.oidc.keyring import WAIT, Keyring, UnknownKeyError
from api.problems import ForbiddenError, UnauthorizedError, UnavailableError
from pipeline.bearer import BearerRules

Claims = Mapping[str, Any]
Bearer = Callable[[str, datetime], Caller]
"""A token and the moment it came; raises UnauthorizedError, ForbiddenError or UnavailableError."""


def make_bearer(rules: BearerRules) -> Bearer:
    keyring = Keyring(partial(fetch_keys, rules.issuer, rules.jwks_url))
    return lambda token, now: caller_from(claims_of(token, rules, keyring, now), rules)


def claims_of(token: str, rules: BearerRules, keyring: Keyring, now: datetime) -> Claims:
    """What the issuer signed. Raises UnauthorizedError, or UnavailableError while its keys cannot be had."""
    try:
        key = _key_of(token, rules, keyring, now)
        claims = jwt.decode(token, key, algorithms=rules.algorithms).claims
        _registry(rules, now).validate(claims)
    except IssuerError as error:
        waits = {"Retry-After": str(int(WAIT.total_seconds()))}
        raise UnavailableError("the issuer's keys cannot be fetched just now; keys of whyred work on", waits) from error
    except UnknownKeyError as error:
        raise UnauthorizedError(f"{error}; get a new token") from error
    except ExpiredTokenError as error:
        raise UnauthorizedError("this token has expired; get a new one") from error
    except MissingClaimError as error:
        raise UnauthorizedError(f"this token says nothing about {error.description}; ask for one that does") from error
    except InvalidClaimError as error:
        raise UnauthorizedError(f"this token does not hold here: {error.description}") from error
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise UnauthorizedError("this token cannot be verified; get another from the issuer") from error
    return claims


def caller_from(claims: Claims, rules: BearerRules) -> Caller:
    """Raises ForbiddenError where the token is good but makes nobody of its bearer here."""
    role = _role(claims, rules)
    return caller_of(_name(claims), role, _owners(claims, role, rules))


def _key_of(token: str, rules: BearerRules, keyring: Keyring, now: datetime) -> Key:
    """Looks at the header alone, so that no token in a refused form ever makes us fetch anything."""
    header = extract_compact(token.encode()).headers()
    if header.get("alg") not in rules.algorithms:
        raise UnauthorizedError(f"tokens are taken with a signature by {' or '.join(rules.algorithms)} alone")
    kid = header.get("kid")
    if kid is not None and not isinstance(kid, str):
        raise UnauthorizedError("this token cannot be verified: its kid is no text")
    return keyring.key(kid, now)


def _registry(rules: BearerRules, now: datetime) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=rules.leeway,
        iss={"essential": True, "value": rules.issuer},
        aud={"essential": True, "value": rules.audience},
        exp={"essential": True},
        sub={"essential": True},
    )


def _role(claims: Claims, rules: BearerRules) -> str:
    held = _texts(_claim(claims, rules.role_claim))
    role = next((role for value, role in rules.roles if value in held), None)
    if role is None:
        said = ", ".join(held) or "nothing"
        raise ForbiddenError(
            f"the token's {rules.role_claim} holds {said[:200]}, which is no role here; WHYRED_OIDC_ROLES maps them"
        )
    return role


def _owners(claims: Claims, role: str, rules: BearerRules) -> tuple[str, ...]:
    """A csm's own address, a manager's team; others see every account."""
    claim = {"csm": rules.owner_claim, "manager": rules.team_claim}.get(role, "")
    if not claim:
        return ()
    owners = _texts(_claim(claims, claim))
    if not owners:
        raise ForbiddenError(f"the token names no {claim}, by which a {role} is known here")
    verified = claims.get("email_verified", True)
    if claim == "email" and verified is not True and verified != "true":  # some issuers send their truth as text
        raise ForbiddenError("the token's email is not verified, so it may be anybody's")
    return owners


def _name(claims: Claims) -> str:
    """Never mistaken for the name of a key; people are told apart by what the issuer says they are."""
    subject = f"oidc:{claims['sub']}"
    email = claims.get("email")
    return f"{email} ({subject})" if isinstance(email, str) and email else subject


def _claim(claims: Claims, path: str) -> Any:
    """By its whole name, which may hold dots, else along them into nested claims."""
    if path in claims:
        return claims[path]
    value: Any = claims
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _texts(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(item for item in items if isinstance(item, str) and item)
