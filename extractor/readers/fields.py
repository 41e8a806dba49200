"""Values out of exported JSON, whose fields may be missing, null or of another type than documented."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from extractor.readers.outcome import Obstacle, UnreadableError

Json = Mapping[str, Any]
_EPOCH = re.compile(r"\d{9,13}(?:\.\d{1,9})?", re.ASCII)
_LATEST_SECONDS = 1e11
"""Greater numbers are epoch milliseconds: as seconds they would lie beyond the year 5000."""


def load_json(text: str, origin: str) -> Any:
    """Raises UnreadableError where the text is no JSON or nests deeper than the stack."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"{origin}: not JSON ({error}); export it again", Obstacle.BROKEN_JSON) from error


def text_of(value: Any) -> str:
    """A JSON scalar as text; "" for null, true, false, objects and lists."""
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def object_of(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def objects_of(value: Any) -> list[Json]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def number_of(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e15 else None


def parse_iso(value: Any) -> datetime | None:
    """ISO 8601 text, or epoch seconds or milliseconds, also as text; UTC where no zone is given, None for no moment."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str) and _EPOCH.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, int | float):
        try:
            return datetime.fromtimestamp(value / 1000 if abs(value) > _LATEST_SECONDS else value, UTC)
        except (ValueError, OverflowError, OSError):
            return None
    try:
        at = datetime.fromisoformat(str(value).strip()[:40])
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
