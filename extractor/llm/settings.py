"""Everything the LLM engine can be told; filled by the pipeline's settings, read from no environment here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from extractor.llm.prices import Price


@dataclass(frozen=True, slots=True)
class LlmSettings:
    """Times in seconds, tokens as the provider bills them, money in the price table's currency; None means no limit."""

    model: str
    base_url: str
    api_key: str = field(default="none", repr=False)
    prompt: str = "extract_signals/v1"
    temperature: float | None = 0.0
    """None leaves it out of the request, as models that reason want it."""
    reply_tokens: int | None = None
    """None takes the prompt file's own limit."""
    reply_limit_name: Literal["max_completion_tokens", "max_tokens"] = "max_completion_tokens"
    """What the server calls that limit; Ollama and older servers know `max_tokens` only."""
    strict_schema: bool = True
    repeat: int = 0
    """Which of several readings of the same text this is; part of the cache key."""
    pseudonymise: bool = False

    window_tokens: int = 6000
    overlap_messages: int = 1

    concurrency: int = 4
    timeout_seconds: float = 60.0
    """For one call from the first byte sent to the last received."""
    attempts: int = 5
    reasks: int = 1
    """How often an unreadable or truncated reply is asked for again."""
    reask_near_misses: bool = True
    """Whether a reply with nearly verbatim quotes is answered with one plea for verbatim ones; not in batches."""
    longest_wait_seconds: float = 120.0
    """A provider that asks for a longer wait is not waited for."""
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None

    breaker_failures: int = 8
    breaker_pause_seconds: float = 30.0
    breaker_pauses: int = 3

    budget_tokens: int | None = None
    budget_money: float | None = None
    price: Price | None = None
    """None looks the model up in the price table."""

    batch_requests: int = 10_000
    batch_poll_seconds: float = 60.0
    batch_wait_seconds: float = 26 * 3600.0
    """Longer than the provider's window of 24 hours; a run that stops earlier is picked up by the next one."""

    def __post_init__(self) -> None:
        for name in ("model", "base_url", "api_key"):
            if not getattr(self, name):  # a library would fill the gap from the environment
                raise ValueError(f"{name} is empty; say which model at which address is meant, and 'none' for no key")
        for name in ("concurrency", "attempts", "window_tokens", "breaker_failures", "batch_requests"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least 1")
        if self.reasks < 0:
            raise ValueError(f"reasks is {self.reasks}; it must not be negative")
        for name in ("timeout_seconds", "batch_poll_seconds"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be more than 0 seconds")
