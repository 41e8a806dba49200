"""The assessment form's fields: one for each question of the rules in force, and a comment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request


@dataclass(frozen=True, slots=True)
class Assessed:
    answers: dict[str, str]
    comment: str


async def given(request: Request) -> Assessed:
    """Which questions there are is for the rules to say; what is no question of theirs is refused with them."""
    form = await request.form(max_files=0, max_fields=40)
    fields = {name: value for name, value in form.items() if isinstance(value, str) and name != "csrf" and value}
    comment = fields.pop("comment", "")
    return Assessed(fields, comment[:2000])


Given = Annotated[Assessed, Depends(given)]
