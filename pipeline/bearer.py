"""What a bearer token of an OpenID issuer must say to open the API: pure, read once from the settings."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.roles import ROLES

SIGNATURES = frozenset(
    [
        "RS256",
        "RS384",
        "RS512",
        "PS256",
        "PS384",
        "PS512",
        "ES256",
        "ES384",
        "ES512",
        "Ed25519",
    ]
)
"""Made with a key that only the issuer holds. Never `none`, never a shared secret: our side of it could be published."""


@dataclass(frozen=True, slots=True)
class BearerRules:
    """`roles` are pairs of a claim's value and the role it gives, most wanted first."""

    issuer: str
    audience: str
    jwks_url: str
    algorithms: tuple[str, ...]
    role_claim: str
    roles: tuple[tuple[str, str], ...]
    owner_claim: str
    team_claim: str
    leeway: int


def bearer_rules(
    *,
    issuer: str,
    audience: str,
    jwks_url: str,
    algorithms: str,
    role_claim: str,
    roles: str,
    owner_claim: str,
    team_claim: str,
    leeway: int,
) -> BearerRules | None:
    """None without an issuer. Raises ValueError that names the setting, its value and the remedy."""
    if not issuer:
        return None
    if not audience:
        raise ValueError("WHYRED_OIDC_AUDIENCE is empty; say whom the tokens of WHYRED_OIDC_ISSUER must be meant for")
    taken = _listed(algorithms)
    strange = [name for name in taken if name not in SIGNATURES]
    if strange or not taken:
        known = ", ".join(sorted(SIGNATURES))
        raise ValueError(f"WHYRED_OIDC_ALGORITHMS={algorithms!r}: signatures that can be trusted are {known}")
    return BearerRules(issuer, audience, jwks_url, taken, role_claim, _pairs(roles), owner_claim, team_claim, leeway)


def _pairs(roles: str) -> tuple[tuple[str, str], ...]:
    pairs = tuple((value.strip(), role.strip()) for value, _, role in (p.rpartition("=") for p in _listed(roles)))
    if not pairs or not all(value and role in ROLES for value, role in pairs):
        known = ", ".join(ROLES)
        raise ValueError(
            f"WHYRED_OIDC_ROLES={roles!r}: write pairs such as cs-leads=manager,cs-team=csm; roles are {known}"
        )
    return pairs


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
