"""Lists in pages: an opaque cursor that says after which item to go on, so that new items never shift a page."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator
from heapq import nsmallest
from operator import itemgetter
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from api.problems import InvalidError

Item = TypeVar("Item")
SortKey = tuple[str | int | float, ...]

MOST = 200

Limit = Annotated[int, Query(ge=1, le=MOST, description="items in a page")]
Cursor = Annotated[str | None, Query(max_length=4000, description="`next` of the page before")]


class Page(BaseModel, Generic[Item]):
    """`next` is null on the last page."""

    items: list[Item]
    next: str | None = Field(default=None, examples=["WyJhLXN1bmRlcmdhdGUiXQ"])


def page_of(
    items: Iterable[Item], key: Callable[[Item], SortKey], limit: int, cursor: str | None
) -> tuple[list[Item], str | None]:
    """The first items after the cursor by `key`, which no two of them share, in whatever order they are given."""
    rest: Iterable[tuple[SortKey, Item]] = ((key(item), item) for item in items)
    if cursor is not None:
        rest = _after(rest, cursor)
    first = nsmallest(limit + 1, rest, key=itemgetter(0))
    page = first[:limit]
    return [item for _, item in page], _sealed(page[-1][0]) if len(first) > limit else None


def _after(keyed: Iterable[tuple[SortKey, Item]], cursor: str) -> Iterator[tuple[SortKey, Item]]:
    after = _opened(cursor)
    for key, item in keyed:
        try:
            follows = key > after
        except TypeError:
            follows = None
        if follows is None or len(key) != len(after):
            raise InvalidError(f"cursor {cursor!r} belongs to another list or sort order; start without one")
        if follows:
            yield key, item


def _sealed(key: SortKey) -> str:
    return base64.urlsafe_b64encode(json.dumps(key, ensure_ascii=False).encode()).decode().rstrip("=")


def _opened(cursor: str) -> SortKey:
    try:
        value = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        value = None
    if not isinstance(value, list) or not all(isinstance(part, str | int | float) for part in value):
        raise InvalidError(f"cursor {cursor!r} is none of ours; use `next` of the page before as it is")
    return tuple(value)
