"""Jobs, the quarantine and the audit log as the API tells them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class Me(BaseModel):
    """Whose key this is; `owners` empty means every account."""

    name: str
    role: str
    owners: list[str]


class RunItem(BaseModel):
    id: int
    job: str
    started: datetime
    ended: datetime | None
    report: dict[str, Any]


class HeldItem(BaseModel):
    """What could not be read or matched to an account."""

    id: str
    origin: str
    reason: str
    detail: str
    candidates: list[str]


class AuditItem(BaseModel):
    id: int
    at: datetime
    who: str
    role: str
    action: str
    subject: str
    detail: dict[str, Any]
    request: str
