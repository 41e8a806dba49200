"""Who asks, and what they may: roles, owners, and the actions each role has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from api.problems import ForbiddenError
from pipeline.roles import ROLES, Role

Act = Literal["read", "assess", "act", "ask", "review", "export", "operate", "ingest", "administer"]

ALLOWED: dict[Act, frozenset[Role]] = {
    "read": frozenset(ROLES),
    "ask": frozenset(ROLES),
    "assess": frozenset({"csm", "manager", "admin"}),
    "act": frozenset({"csm", "manager", "admin"}),
    "review": frozenset({"reviewer", "admin"}),
    "export": frozenset({"manager", "admin"}),
    "operate": frozenset({"manager", "reviewer", "admin"}),
    "ingest": frozenset({"manager", "admin"}),
    "administer": frozenset({"admin"}),
}
"""`operate` is looking at runs and the quarantine, which name accounts of every owner."""
_UNOWNED: frozenset[Act] = frozenset({"operate", "ingest", "administer"})
"""What only somebody may who sees every account."""


@dataclass(frozen=True, slots=True)
class Caller:
    """`owners` are the CSMs whose accounts may be seen; empty means all of them."""

    name: str
    role: Role
    owners: tuple[str, ...]

    def may(self, act: Act) -> bool:
        return self.role in ALLOWED[act] and not (act in _UNOWNED and self.owners)

    def must(self, act: Act) -> None:
        """Raises ForbiddenError, naming the roles that may."""
        if not self.may(act):
            roles = " or ".join(role for role in ROLES if role in ALLOWED[act])
            scope = " made without --owner" if act in _UNOWNED else ""
            whole = " who sees every account" if scope else ""
            raise ForbiddenError(
                f"{self.role} {self.name!r} may not {act}: that takes a key of {roles}{scope}",
                page=f"You are signed in as {self.role}; this is for {roles}{whole}.",
            )


def caller_of(name: str, role: str, owners: tuple[str, ...]) -> Caller:
    """Raises ForbiddenError for a role no longer known, and for a CSM's key that names no owner."""
    if role not in ROLES:
        raise ForbiddenError(f"role {role!r} is unknown; roles are {', '.join(ROLES)}")
    if role == "csm" and not owners:
        raise ForbiddenError(f"the key of csm {name!r} names no owner; create one with --owner ADDRESS")
    return Caller(name, role, owners)
