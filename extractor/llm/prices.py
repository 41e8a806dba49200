"""What a token costs: a dated table, overridden by settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field

_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}\Z")
"""A dated snapshot costs what its model does; any other ending is another model."""

PRICE_FILE = Path(__file__).with_name("prices.yaml")

Rate = Annotated[float, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class Price:
    """Per million tokens; `batch` multiplies all three in batch runs."""

    input: float
    cached: float
    output: float
    batch: float = 1.0

    def cost(self, prompt_tokens: int, cached_tokens: int, completion_tokens: int, *, batch: bool = False) -> float:
        """Money for one request; the cached tokens are a part of the prompt's."""
        fresh = max(prompt_tokens - cached_tokens, 0)
        full = fresh * self.input + cached_tokens * self.cached + completion_tokens * self.output
        return full * (self.batch if batch else 1.0) / 1_000_000


FREE = Price(0.0, 0.0, 0.0)
"""For a model on one's own machine."""


class PricedModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    model: Annotated[str, Field(min_length=1)]
    input: Rate
    cached: Rate
    output: Rate
    batch: Annotated[float, Field(gt=0, le=1)]
    as_of: date

    @property
    def price(self) -> Price:
        return Price(self.input, self.cached, self.output, self.batch)


class PriceTable(BaseModel):
    """`price` answers None for a model it does not know: an unknown price is not zero."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    currency: str
    prices: tuple[PricedModel, ...]

    def price(self, model: str) -> Price | None:
        name = _SNAPSHOT.sub("", model)
        return next((line.price for line in self.prices if line.model == name), None)


@lru_cache(maxsize=4)
def load_prices(path: Path = PRICE_FILE) -> PriceTable:
    return PriceTable.model_validate(yaml.safe_load(path.read_text("utf-8")))
