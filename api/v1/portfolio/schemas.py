"""The portfolio as the API tells it."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from pipeline.portfolio import PortfolioRow


class MovedItem(BaseModel):
    account: str = Field(examples=["a-sundergate"])
    name: str
    from_band: str = Field(examples=["yellow"])
    to_band: str = Field(examples=["red"])
    change: float = Field(examples=[-8.4])


class Portfolio(BaseModel):
    """`queue` is ordered by who needs you first; `moved` is what changed within the last week."""

    day: date | None = Field(description="the last scored day; null while nothing was scored")
    bands: dict[str, int] = Field(examples=[{"green": 5, "yellow": 1, "red": 2}])
    moved: list[MovedItem]
    queue: list[PortfolioRow]
    next: str | None
    unscored: list[str]
