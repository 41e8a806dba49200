"""Lists in pages: an opaque cursor that says after which item to go on, so that new items never shift a page."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from api.problems import InvalidError

Item = TypeVar("Item")
SortKey = tuple[str | int | float, ...]

MOST = 200

Limit = Annotated[int, Query(ge=1, le=MOST, description="items in a page")]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before")]


class Page(BaseModel, Generic[Item]):
    """`next` is null on the last page."""

    items: list[Item]
    next: str | None = Field(default=None, examples=["WyJhLXN1bmRlcmdhdGUiXQ"])


def page_of(
    items: Sequence[Item], key: Callable[[Item], SortKey], limit: int, cursor: str | None
) -> tuple[list[Item], str | None]:
    """The items after the cursor, which are sorted by `key` already."""
    rest = list(items)
    if cursor is not None:
        after = _opened(cursor)
        try:
            rest = [item for item in rest if key(item) > after]
        except TypeError:
            raise InvalidError(f"cursor {cursor!r} belongs to another list or sort order; start without one") from None
    page = rest[:limit]
    return page, _sealed(key(page[-1])) if len(rest) > limit else None


def _sealed(key: SortKey) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def _opened(cursor: str) -> SortKey:
    try:
        value = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        value = None
    if not isinstance(value, list) or not all(isinstance(part, str | int | float) for part in value):
        raise InvalidError(f"cursor {cursor!r} is none of ours; use `next` of the page before as it is")
    return tuple(value)
