"""What a run cost: requests, tokens, seconds, and money as the engine counted it or by the engines' price table."""

from __future__ import annotations

from typing import Literal

from eval.figures.shape import Cost
from eval.record import RunRecord
from extractor.llm.prices import PriceTable


def cost(record: RunRecord, prices: PriceTable) -> Cost:
    """`money_source` is `none` where neither engine nor table names a price: that is unknown, not free.

    An engine that makes no request, as an embedded one, costs nothing and needs no price.
    """
    used = [result.usage for result in record.documents]
    prompt, cached = sum(u.prompt_tokens for u in used), sum(u.cached_tokens for u in used)
    completion = sum(u.completion_tokens for u in used)
    reported = sum(u.money for u in used)
    price = prices.price(record.header.model) if record.header.model else None
    source: Literal["engine", "price table", "none"] = "none"
    money = 0.0
    if reported:
        money, source = reported, "engine"
    elif price is not None:
        money, source = price.cost(prompt, cached, completion), "price table"
    return Cost(
        requests=sum(u.requests for u in used),
        prompt_tokens=prompt,
        cached_tokens=cached,
        completion_tokens=completion,
        cached_share=cached / prompt if prompt else None,
        seconds=record.header.seconds,
        seconds_per_document=record.header.seconds / len(used) if used else 0.0,
        engine_seconds=sum(u.seconds for u in used),
        money=money,
        currency=prices.currency,
        money_source=source,
    )
