"""The signal types as data: what exists, which input each feeds, whether it raises or lowers health."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from extractor.document import Role, content_id

TAXONOMY_FILE = Path(__file__).with_name("taxonomy.yaml")


class SignalType(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    input: str
    effect: Literal["-", "+"]
    label: str
    meaning: str


class Taxonomy(BaseModel):
    """All types in their guide order, and the roles whose words may be evidence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    speakers: frozenset[Role]
    types: tuple[SignalType, ...]

    @model_validator(mode="after")
    def _names_are_unique(self) -> Taxonomy:
        names = [t.id for t in self.types]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"signal types defined twice: {', '.join(repeated)}; remove one of each")
        return self

    @cached_property
    def by_id(self) -> dict[str, SignalType]:
        return {t.id: t for t in self.types}

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(t.id for t in self.types)

    @property
    def digest(self) -> str:
        """Changes with any word of it; kept with every evaluation run and trained model."""
        return content_id(self.model_dump(mode="json") | {"speakers": sorted(self.speakers)})


@lru_cache(maxsize=8)
def load_taxonomy(path: Path = TAXONOMY_FILE) -> Taxonomy:
    return Taxonomy.model_validate(yaml.safe_load(path.read_text("utf-8")))
