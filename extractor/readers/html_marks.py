"""Which classes and ids in HTML mean quoted, signature or "the rest is history": `html_marks.yaml`, checked."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

MARKS_FILE = Path(__file__).with_name("html_marks.yaml")


class Names(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    classes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()

    def match(self, ids: str, classes: set[str]) -> bool:
        return ids in self.ids or not self.classes.isdisjoint(classes)


class Marks(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    quoted_history: Names
    rest_is_history: Names
    signature: Names


@lru_cache(maxsize=4)
def load_marks(path: Path = MARKS_FILE) -> Marks:
    return Marks.model_validate(yaml.safe_load(path.read_text("utf-8")))
