"""A day as it is written: YYYY-MM-DD and nothing else, although a number could be read as one too."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator

from api.problems import InvalidError

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


def _iso(value: object) -> object:
    if isinstance(value, str) and not _ISO.fullmatch(value):
        raise ValueError("write the day as YYYY-MM-DD")
    return value


def day_from(text: str, name: str) -> date | None:
    """A form's field, None where it was left empty. Raises InvalidError that names it."""
    if not text:
        return None
    try:
        return date.fromisoformat(str(_iso(text)))
    except ValueError:
        raise InvalidError(f"{name} = {text!r}: write the day as YYYY-MM-DD") from None


Day = Annotated[date, BeforeValidator(_iso)]
