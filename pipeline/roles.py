"""The roles of those who ask, in one place for commands, settings and the service."""

from __future__ import annotations

from typing import Literal, get_args

Role = Literal["csm", "manager", "reviewer", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
